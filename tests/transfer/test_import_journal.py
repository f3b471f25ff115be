"""`manage.py import_journal`: every form comes in by it, once, and goes again."""

import json
import zipfile
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command

from apps.journal.models import Attachment, Entry
from apps.transfer import archive
from apps.transfer.exporting import contents_of
from apps.transfer.models import Import
from apps.transfer.schema import schema
from apps.transfer.sources.package import Package
from apps.transfer.sources.recognising import SOURCES, recognised
from apps.transfer.undoing import undo
from tests.factories import NOW, make_attachment, make_entry, make_user, picture
from tests.transfer.planting import archive_of
from tests.transfer.sources import (
    test_dailytxt,
    test_daylio,
    test_dayone,
    test_dayone_classic,
    test_diarium,
    test_diarium_database,
    test_diaro,
    test_journey,
    test_journiv,
    test_jrnl_json,
    test_jrnl_markdown,
    test_jrnl_xml,
    test_jrnl_yaml,
    test_keep,
    test_minidiarium,
    test_minidiary,
    test_sevenfifty,
)

pytestmark = pytest.mark.django_db
Files = dict[str, str | bytes]


def said(value: object) -> str:
    """As JSON."""
    return json.dumps(value)


def day_one() -> Files:
    """Two entries that lead to each other, one with a photo and one whose photo is missing."""
    photo = {"identifier": test_dayone.ID, "md5": test_dayone.MD5, "type": "png"}
    shown = f"# A walk\n\nSo: ![](dayone-moment://{test_dayone.ID}) and"
    there = "[then](dayone://view?entryId={})"
    entries = [
        test_dayone.entry(text=f"{shown} {there.format('CD' * 16)}", photos=[photo], tags=["a"]),
        test_dayone.entry(
            uuid="CD" * 16,
            text=f"{there.format('AB' * 16)} ![](dayone-moment://{test_dayone.OTHER})",
            weather={"conditionsDescription": "Clear"},
        ),
    ]
    journal = said({"metadata": {"version": "1.0"}, "entries": entries})
    return {"Journal.json": journal, f"photos/{test_dayone.MD5}.png": picture()}


def diary(path: Path) -> Path:
    """A database of Diarium."""
    rows = test_diarium_database.rows_of(test_diarium_database.ENTRY, test_diarium_database.LATER)
    return test_diarium_database.diary(path, rows=rows)


# Of each form a package, and how many entries it holds.
FORMS: dict[str, tuple[Files | Callable[[Path], Path], int]] = {
    "dayone": (day_one(), 2),
    "dayone-classic": (
        {f"Journal.dayone/entries/{'AB' * 16}.doentry": test_dayone_classic.entry()},
        1,
    ),
    "dayone-text": (
        {"Journal.txt": "\tDate:\t15 January 2024\n\nA\n\n\tDate:\t16 May 2024\n\nB"},
        2,
    ),
    "jrnl": ({"work.txt": "[2024-03-09 21:04] A title *\nText\n\n[2024-03-10 09:00] B. C.\n"}, 2),
    "jrnl-json": ({"work.json": said({"tags": {}, "entries": [test_jrnl_json.entry()]})}, 1),
    "jrnl-markdown": (
        {"work.md": f"{test_jrnl_markdown.HEAD}### 2024-06-16 09:00 A title\n\nText\n"},
        1,
    ),
    "jrnl-xml": ({"work.xml": test_jrnl_xml.journal(test_jrnl_xml.ENTRY)}, 1),
    "jrnl-yaml": ({"1.md": test_jrnl_yaml.entry(body="A"), "2.md": test_jrnl_yaml.entry("B")}, 2),
    "journey": ({f"{test_journey.LATE}-3ff1.json": said(test_journey.OLD)}, 1),
    "diarium": ({"Diarium.json": said([test_diarium.ENTRY])}, 1),
    "diarium_database": (diary, 2),
    "journiv": ({"data.json": said(test_journiv.exported(test_journiv.ENTRY))}, 1),
    "dabble": ({"a.json": said([{"date": "2024-03-10T00:00:00Z", "body": "<p>Later</p>"}])}, 1),
    "dailytxt": ({"2024/03.json": said({"days": [test_dailytxt.DAY]})}, 1),
    "minidiary": (
        {"diary.json": said({"metadata": {}, "entries": {"2024-03-09": test_minidiary.ENTRY}})},
        1,
    ),
    "minidiarium": ({"diary.json": said({"entries": [test_minidiarium.ENTRY]})}, 1),
    "diaro": ({"DiaroBackup.xml": test_diaro.backup(test_diaro.ENTRY)}, 1),
    "daylio": (
        {
            "backup.daylio": b64encode(
                said({"dayEntries": [test_daylio.ENTRY], **test_daylio.BACKUP}).encode()
            )
        },
        1,
    ),
    "markdown": (
        {
            "2024-01-05.md": "# A\n\nSee [[2024-01-06]] and ![[walk.png]]. #tag",
            "2024-01-06.md": "B",
            "assets/walk.png": picture(),
        },
        2,
    ),
    "csv": ({"journal.csv": "date,title,content\n2024-01-05,A,B\n2024-01-06,C,D\n"}, 2),
    "750words": ({"2023.txt": test_sevenfifty.new()}, 1),
    "keep": (
        {"Keep/0.json": said(test_keep.note()), "Keep/1.json": said(test_keep.note(title="B"))},
        2,
    ),
}


@pytest.fixture
def package(request, tmp_path) -> Path:
    """A package of the form that the test is about."""
    files, _count = FORMS[request.getfixturevalue("form")]
    if not isinstance(files, dict):
        return files(tmp_path / "journal.diary")
    if len(files) == 1 and "/" not in next(iter(files)):
        [(name, content)] = files.items()
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path
    with zipfile.ZipFile(tmp_path / "journal.zip", "w") as packed:
        for name, content in files.items():
            packed.writestr(name, content)
    return tmp_path / "journal.zip"


@pytest.fixture
def run(alice, capsys) -> Callable[..., dict[str, Any]]:
    """Runs the command for Alice; its report."""

    def run(path: Path, *more: str) -> dict[str, Any]:
        call_command("import_journal", "--user", alice.email, "--report", "json", *more, str(path))
        return json.loads(capsys.readouterr().out)

    return run


def test_there_is_a_package_of_every_form() -> None:
    assert set(FORMS) == {source.KEY for source in SOURCES}
    assert len({source.KEY for source in SOURCES}) == len(SOURCES)


@pytest.mark.parametrize("form", FORMS)
def test_every_form_comes_in_once_and_goes_again(alice, run, package, form) -> None:
    count = FORMS[form][1]
    before = archive_of(alice)
    told = run(package, "--dry-run")
    assert archive_of(alice) == before
    assert not Import.objects.exists()
    assert run(package) == told
    assert (told["source"], told["created"], told["failed"]) == (form, count, [])
    again = run(package)
    assert (again["created"], again["updated"], again["unchanged"]) == (0, 0, count)
    assert not Entry.objects.filter(body__contains="(media:").exists()
    assert not Entry.objects.filter(body__contains="(entry:").exists()
    undo(Import.objects.order_by("begun_at").first(), NOW)
    assert archive_of(alice) == before


@pytest.mark.parametrize("form", ["dayone"])
def test_links_and_photos_of_day_one(run, package, form) -> None:
    told = run(package)
    assert (told["attachments"], len(told["warnings"])) == (1, 1)
    assert test_dayone.OTHER in told["warnings"][0]
    one, two = Entry.objects.order_by("-title")
    [photo] = Attachment.objects.all()
    assert one.title == "A walk"
    assert one.body == (
        f"So: ![{photo.name}]({photo.get_absolute_url()}) and [then]({two.get_absolute_url()})"
    )
    assert two.body == f"[then]({one.get_absolute_url()}) [missing photo: {test_dayone.OTHER}]"
    assert two.brought.get().rest["weather"] == {"conditionsDescription": "Clear"}
    for leads_to in (two, photo):
        assert f'href="{leads_to.get_absolute_url()}"' in one.body_html


@pytest.mark.parametrize("form", ["jrnl-markdown"])
def test_the_form_can_be_said(run, package, form) -> None:
    with Package(package) as found:
        assert [source.KEY for source in recognised(found)][:2] == ["jrnl-markdown", "markdown"]
    assert run(package, "--form", "markdown", "--dry-run")["source"] == "markdown"


@pytest.mark.parametrize("form", ["jrnl"])
def test_it_says_what_came_in_words(alice, capsys, package, form) -> None:
    call_command("import_journal", "--user", alice.email, str(package))
    assert capsys.readouterr().out == (
        "created 2, updated 0, unchanged 0, skipped 0, attachments 0\n"
    )


def test_our_own_archive_comes_first(alice, run, tmp_path) -> None:
    life = make_user()
    make_attachment(make_entry(life))
    path = tmp_path / "a.zip"
    path.write_bytes(b"".join(archive.packed(contents_of(life), schema(), NOW)))
    before, files = archive_of(alice), default_storage.listdir("")[0]
    told = run(path, "--dry-run")
    assert archive_of(alice) == before
    assert default_storage.listdir("")[0] == files
    assert run(path) == told
    assert (told["source"], told["created"], told["attachments"]) == ("throughline", 1, 1)
    assert Attachment.objects.filter(owner=alice).exists()


@pytest.mark.parametrize(
    ("content", "why"),
    [("nothing of a journal", "no journal of a form"), ("PK\x03\x04", "damaged")],
)
def test_what_is_no_journal_is_refused_with_a_sentence(alice, tmp_path, content, why) -> None:
    path = tmp_path / "a.bin"
    path.write_text(content)
    with pytest.raises(CommandError, match=why):
        call_command("import_journal", "--user", alice.email, str(path))
    assert not Import.objects.exists()


@pytest.mark.parametrize("form", ["jrnl"])
def test_what_is_of_another_form_is_refused(alice, package, form) -> None:
    for other in ("daylio", "diaro", "throughline", "csv"):
        with pytest.raises(CommandError, match="This is no"):
            call_command("import_journal", "--user", alice.email, "--form", other, str(package))
    assert not Import.objects.exists()


def test_one_that_is_locked_is_refused(alice, tmp_path) -> None:
    (tmp_path / "work.txt").write_bytes(b"gAAAAABm" + b"A" * 120)
    with pytest.raises(CommandError, match="encrypted"):
        call_command("import_journal", "--user", alice.email, str(tmp_path / "work.txt"))
    assert not Import.objects.exists()
