"""What holds for every source, whatever its form."""

import ast
import importlib
import pkgutil
import plistlib
import sqlite3
from base64 import b64encode
from contextlib import closing, suppress
from datetime import datetime
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer import sources
from apps.transfer.sources.package import Refused
from apps.transfer.sources.plain import PlainEntry, Unreadable
from tests.transfer.sources.brought import few, known, outcomes, packed, written

LATE = 1_710_027_000_000  # 2024-03-09 23:30 UTC
PAGE = '<p class="Header">A</p><p class="Content">Words</p>'
NOTE = {"isTrashed": False, "textContent": "A", "createdTimestampUsec": LATE * 1000}
JRNL = {"title": "A", "body": "B", "date": "2024-03-09", "time": "09:05", "starred": False}
ROW = "<r><uid>{0}</uid><date>1710027000000</date><text>{0}</text></r>"


def database(folder: Path) -> bytes:
    """A diary of Diarium's with two entries."""
    path = folder / "a.diary"
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE Entries (DiaryEntryId INTEGER PRIMARY KEY, Text TEXT)")
        made.executemany(
            "INSERT INTO Entries VALUES (?, ?)",
            [(638_456_186_955_000_000, "<p>A</p>"), (638_457_186_955_000_000, "<p>B</p>")],
        )
        made.commit()
    return path.read_bytes()


def classic(uuid: str) -> bytes:
    """An entry of Day One Classic."""
    return plistlib.dumps({"UUID": uuid, "Creation Date": datetime(2024, 3, 9), "Entry Text": uuid})


# Of each source a package with two entries.
EXAMPLES: dict[str, dict[str, Any]] = {
    "dabble": {"a.json": [{"date": "2024-03-09", "body": body} for body in "AB"]},
    "dailytxt": {"2024/03.json": {"days": [{"day": 9, "text": "A"}, {"day": 10, "text": "B"}]}},
    "daylio": {
        "a.daylio": b64encode(
            written({"dayEntries": [{"id": one, "datetime": LATE, "note": "A"} for one in (1, 2)]})
        )
    },
    "dayone": {
        "Journal.json": {
            "entries": [
                {"uuid": uuid, "creationDate": "2024-03-09T21:04:55Z", "text": uuid}
                for uuid in "AB"
            ]
        }
    },
    "dayone_classic": {f"entries/{uuid}.doentry": classic(uuid) for uuid in "AB"},
    "dayone_text": {"Journal.txt": "\tDate:\t9 March 2024\n\nA\n\tDate:\t10 March 2024\n\nB"},
    "diarium": {"a.json": [{"date": f"2024-03-09T21:04:5{one}", "html": "A"} for one in (1, 2)]},
    "diarium_database": {},
    "diaro": {
        "DiaroBackup.xml": "<data><table name='diaro_entries'>"
        f"{ROW.format('A')}{ROW.format('B')}</table></data>"
    },
    "journey": {
        f"{LATE}-{one}.json": {"id": one, "date_journal": LATE, "text": one} for one in "ab"
    },
    "journiv": {
        "data.json": {
            "export_version": "1.0",
            "journals": [
                {"entries": [{"id": one, "entry_date": "2024-03-09", "content": one}]}
                for one in "ab"
            ],
        }
    },
    "jrnl": {"work.txt": "[2024-03-09 09:00] A\n[2024-03-10 09:00] B\n"},
    "jrnl_json": {"work.json": {"entries": [JRNL, JRNL | {"title": "C"}]}},
    "jrnl_markdown": {
        "work.md": "# 2024\n\n## March\n\n### 2024-03-09 09:00 A\n\n### 2024-03-10 09:00 B\n"
    },
    "jrnl_xml": {
        "work.xml": "<journal><entries><entry date='2024-03-09T09:05:00'>A</entry>"
        "<entry date='2024-03-10T09:05:00'>B</entry></entries></journal>"
    },
    "jrnl_yaml": {
        f"{title}.md": f"---\ntitle: {title}\ndate: 2024-03-09 09:05\nstarred: False\ntags: \n---\n"
        for title in "AB"
    },
    "keep": {
        f"Keep/{one}.json": NOTE | {"createdTimestampUsec": LATE * 1000 + one} for one in (1, 2)
    },
    "markdown": {"2024-03-09.md": "A", "2024-03-10.md": "B"},
    "minidiarium": {
        "a.json": {
            "entries": [
                {"id": one, "date": "2024-03-09", "text": "A", "dateUpdated": ""} for one in (1, 2)
            ]
        }
    },
    "minidiary": {"a.json": {"entries": {"2024-03-09": {"text": "A"}, "2024-03-10": {}}}},
    "sevenfifty": {
        "a.txt": "------ ENTRY ------\nDate: 2024-03-09\n\nA\n------ ENTRY ------\n"
        "Date: 2024-03-10\n\nB\n"
    },
    "table": {"a.csv": "date,text\n2024-03-09,A\n2024-03-10,B\n"},
}
# What is another form of what another reads, and says so in its first line.
VARIANTS = {
    "diarium_database": {"diarium"},
    **{name: {"jrnl"} for name in ("jrnl_json", "jrnl_markdown", "jrnl_xml", "jrnl_yaml")},
}


def all_sources() -> dict[str, ModuleType]:
    """The modules that are sources, by name."""
    found = {}
    for module in pkgutil.iter_modules(sources.__path__):
        source = importlib.import_module(f"{sources.__name__}.{module.name}")
        if hasattr(source, "recognises"):
            found[module.name] = source
    return found


SOURCES = all_sources()
every_source = pytest.mark.parametrize("name", SOURCES)


@pytest.fixture
def files(name, tmp_path) -> dict[str, Any]:
    """The example of a source."""
    return EXAMPLES[name] or {"a.diary": database(tmp_path)}


def test_every_source_has_an_example_a_key_and_a_name_of_its_own() -> None:
    assert set(EXAMPLES) == set(SOURCES)
    for said in ("KEY", "NAME"):
        assert len({getattr(source, said) for source in SOURCES.values()}) == len(SOURCES)


@every_source
def test_it_knows_its_own_and_not_what_is_nothing(tmp_path, name, files) -> None:
    source = SOURCES[name]
    assert known(source, packed(tmp_path / "a.zip", files))
    wrapped = {f"My export/{inside}": content for inside, content in files.items()}
    assert known(source, packed(tmp_path / "b.zip", wrapped))
    assert not known(source, packed(tmp_path / "c.zip", {"a.jpg": b"\xff\xd8", "b.bin": b"\0"}))
    assert not known(source, packed(tmp_path / "d.zip", {}))


@every_source
def test_its_entries_have_keys_that_stay_and_are_their_own(tmp_path, name, files) -> None:
    path = packed(tmp_path / "a.zip", files)
    found = outcomes(SOURCES[name], path)
    assert [type(entry) for entry in found] == [PlainEntry, PlainEntry]
    assert found[0].key != found[1].key
    assert outcomes(SOURCES[name], path) == found


@every_source
@few
@given(data=st.data())
def test_however_it_is_damaged_it_is_read_or_refused(tmp_path, name, files, data) -> None:
    inside = data.draw(st.sampled_from(sorted(files)))
    content = bytearray(written(files[inside]))
    for _time in range(data.draw(st.integers(0, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    end = data.draw(st.just(len(content)) | st.integers(0, len(content)))
    path = packed(tmp_path / "a.zip", files | {inside: bytes(content[:end])})
    with suppress(Refused):
        known(SOURCES[name], path)
    with suppress(Refused):
        for entry in outcomes(SOURCES[name], path):
            assert entry.key or isinstance(entry, PlainEntry)
            if isinstance(entry, Unreadable):
                assert entry.reason.endswith(".")
            else:
                assert not any(media.member and media.content for media in entry.media)


def borrowed(module: ast.Module) -> set[str]:
    """The modules of sources that a module asks for."""
    found = set()
    for node in ast.walk(module):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(sources.__name__):
            left = (node.module or "").removeprefix(sources.__name__).lstrip(".")
            found |= {left} if left else {alias.name for alias in node.names}
    return found


def test_no_source_borrows_from_another_but_a_variant_that_says_so() -> None:
    for name, source in SOURCES.items():
        text = Path(str(source.__file__)).read_text(encoding="utf-8")
        others = borrowed(ast.parse(text)) & set(SOURCES)
        assert others == VARIANTS.get(name, set())
        assert all(f"a variant of `{other}`" in text.partition("\n")[0] for other in others)


@pytest.mark.parametrize(
    "code", ["from apps.transfer.sources import {}", "from apps.transfer.sources.{} import x"]
)
def test_it_would_see_one_that_borrows(code) -> None:
    assert borrowed(ast.parse(code.format("journey"))) == {"journey"}
