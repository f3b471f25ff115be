"""jrnl's export as YAML."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import jrnl_yaml
from apps.transfer.sources.plain import PlainEntry, Unreadable
from tests.transfer.sources.brought import alone, few, known, outcomes, packed


def entry(title="A", date="2024-06-16 09:05", starred="False", tags="", more="", body="") -> str:
    """A file as jrnl writes it."""
    lines = "".join(f"\t{line}\n" for line in f"\n{body}".split("\n"))
    return (
        f"---\ntitle: {title}\ndate: {date}\nstarred: {starred}\ntags: {tags}\n{more}"
        f"body: |\t{lines}..."
    )


def read(tmp_path, *texts: str) -> list:
    """What is read from a ZIP of these files."""
    files = {f"{number}.md": text for number, text in enumerate(texts)}
    return outcomes(jrnl_yaml, packed(tmp_path / "a.zip", files))


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        (entry(), True),
        ("---\ntitle: A\ndate: 2024-06-16 09:00\nstared: True\ntags: a\n---\nb", True),
        ("---\ntitle: A\ndate: 2024-06-16\ntags: a\n---\nb", False),
        ("# 2024", False),
    ],
)
def test_it_knows_an_entry_by_its_fields(tmp_path, text, is_known) -> None:
    assert known(jrnl_yaml, alone(tmp_path / "a.md", text)) is is_known


def test_it_reads_an_entry(tmp_path) -> None:
    body = "## One\n\ttab\n\n...\n- a: b"
    [one] = read(tmp_path, entry("No: it is @not YAML", starred="True", tags="a, b c", body=body))
    assert (one.local_date, one.wall_time) == (date(2024, 6, 16), time(9, 5))
    assert (one.title, one.body) == ("No: it is @not YAML", "# One\n\ttab\n\n...\n- a: b")
    assert (one.starred, one.tags, one.warnings) == (True, ("a", "b c"), ())


def test_an_entry_may_have_no_body(tmp_path) -> None:
    [one] = read(tmp_path, entry())
    assert (one.title, one.body, one.tags) == ("A", "", ())


def test_older_versions_put_the_text_below(tmp_path) -> None:
    [one] = read(
        tmp_path, "---\ntitle: A\ndate: 2024-06-16 09:00\nstared: True\ntags: a\n---\n\n## b\n---\n"
    )
    assert (one.title, one.body, one.starred) == ("A", "# b\n---", True)


def test_a_uuid_is_the_key_and_the_creator_is_kept(tmp_path) -> None:
    more = "uuid: ABC\ncreator:\n    device agent: x\n    host name: y\n"
    [one] = read(tmp_path, entry(more=more))
    assert one.key == "ABC"
    assert one.rest == {"creator": "    device agent: x\n    host name: y"}


def test_dates_are_written_in_one_way_in_all_files(tmp_path) -> None:
    one, two, bad = read(
        tmp_path,
        entry(date="03/04/2024 9:05 PM"),
        entry(date="03/25/2024 9:05 PM"),
        entry(date="2024-03-09 09:05"),
    )
    assert (one.local_date, one.wall_time) == (date(2024, 3, 4), time(21, 5))
    assert two.local_date == date(2024, 3, 25)
    assert isinstance(bad, Unreadable)


@few
@given(st.text(alphabet="-\n title:dae2024|\t.", max_size=60))
def test_whatever_one_file_is_the_others_come_through(tmp_path, garbage) -> None:
    found = read(tmp_path, entry(), garbage, entry(body="B"))
    assert len(found) == 3
    assert isinstance(found[0], PlainEntry)
    assert found[2].body == "B"
