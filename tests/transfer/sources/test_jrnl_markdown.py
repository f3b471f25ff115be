"""jrnl's export as Markdown."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import jrnl_markdown
from apps.transfer.sources.plain import PlainEntry, Unreadable
from tests.transfer.sources.brought import alone, few, known, outcomes, packed

HEAD = "# 2024\n\n## June\n\n"


def read(tmp_path, text: str) -> list:
    """What is read from an export in one file."""
    return outcomes(jrnl_markdown, alone(tmp_path / "work.md", text))


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        (f"{HEAD}### 2024-06-16 09:00 A\n", True),
        ("# 2024-06-16 09:00 A\n\ntext", True),
        ("# 2024-06-16\n\ntext", False),
        ("# Notes\n\n### 2024-06-16 09:00 A\n", False),
        ("text", False),
        ("", False),
    ],
)
def test_it_knows_an_export_by_its_headings(tmp_path, text, is_known) -> None:
    assert known(jrnl_markdown, alone(tmp_path / "a.md", text)) is is_known


def test_it_reads_entries(tmp_path) -> None:
    one, two, three = read(
        tmp_path,
        f"{HEAD}### 2024-06-16 09:00 A title\n\nText @Tag\n \n### 2024-06-17 21:04 B\n\n \n"
        "## July\n\n### 2024-07-01 09:00 C\n\nEnd\n ",
    )
    assert (one.local_date, one.wall_time) == (date(2024, 6, 16), time(9))
    assert (one.title, one.body, one.tags) == ("A title", "Text @Tag", ("tag",))
    assert (two.title, two.body, two.notebook) == ("B", "", "work")
    assert (three.local_date, three.body) == (date(2024, 7, 1), "End")


def test_headings_in_a_text_come_back_up(tmp_path) -> None:
    body = "#### One\n\n##### Two\n\n```\n#### code\n```\n\n#no heading"
    [one] = read(tmp_path, f"{HEAD}### 2024-06-16 09:00 A\n\n{body}\n")
    assert one.body == "# One\n\n## Two\n\n```\n# code\n```\n\n#no heading"


def test_one_file_an_entry(tmp_path) -> None:
    files = {
        "2024-06-16_a.md": "# 2024-06-16 09:00 A\n\n## One\n\n# 2024-06-17 09:00 x\n ",
        "b.md": "# 17/06/2024 09:00 B\n",
    }
    one, two = outcomes(jrnl_markdown, packed(tmp_path / "a.zip", files))
    assert (one.title, one.body) == ("A", "# One\n\n# 2024-06-17 09:00 x")
    assert (two.title, two.local_date, two.notebook) == ("B", date(2024, 6, 17), "")


def test_a_heading_without_a_date_is_unreadable_and_the_rest_goes_on(tmp_path) -> None:
    one, bad, two = read(
        tmp_path,
        f"{HEAD}### 2024-06-16 09:00 A\n\n### 06/17/2024 x\n\ny\n\n### 2024-06-18 09:00 B\n",
    )
    assert isinstance(bad, Unreadable)
    assert (one.title, two.title) == ("A", "B")


def test_a_long_title_is_not_cut(tmp_path) -> None:
    long = ("word " * 60).strip()
    [one] = read(tmp_path, f"{HEAD}### 2024-06-16 09:00 {long}\n\nbody\n")
    assert (one.title, one.body) == ("", f"{long}\nbody")


@few
@given(st.text(alphabet="# 2024-06\n:aJune", max_size=60))
def test_whatever_stands_in_between_entries_come_through(tmp_path, garbage) -> None:
    found = read(
        tmp_path,
        f"{HEAD}### 2024-06-16 09:00 A\n{garbage}\n### 2024-06-18 09:00 B\n",
    )
    assert isinstance(found[0], PlainEntry)
    assert found[-1].title == "B"
