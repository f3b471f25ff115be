"""Text journals of jrnl."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import jrnl
from apps.transfer.sources.package import Refused
from apps.transfer.sources.plain import PlainEntry, Unreadable
from tests.transfer.sources.brought import alone, few, known, outcomes, packed


def read(tmp_path, text: str, name="work.txt") -> list:
    """What is read from one text."""
    return outcomes(jrnl, alone(tmp_path / name, text))


def read_all(tmp_path, files: dict[str, str]) -> list:
    """What is read from a ZIP of these texts."""
    return outcomes(jrnl, packed(tmp_path / "a.zip", files))


@pytest.mark.parametrize(
    ("text", "is_known"),
    [
        ("[2024-03-09 09:00] A\n", True),
        ("words before\n[9 March 2024 9:00 AM] A\n", True),
        ("2014-01-01 09:00 A\n", True),
        ("gAAAAA" + "b" * 200 + "==", True),
        ("2014-01-01 A\n", False),
        ("[1] a note\n[26/11, 23:32] talk\n", False),
        ("[2024-03-09 09:00]A\n - [2024-03-09 09:00] A", False),
        ("# 2024\n\n## March\n\n### 2024-03-09 09:00 A", False),
    ],
)
def test_it_knows_a_journal_by_its_heads(tmp_path, text, is_known) -> None:
    assert known(jrnl, alone(tmp_path / "a", text)) is is_known


def test_it_reads_entries(tmp_path) -> None:
    one, two = read(
        tmp_path,
        "[2024-03-09 21:04] A title *\nText with @Tag and #Other/x\n\nmore\n\n"
        "[2024-03-10 09:00] First sentence. The rest.\n",
    )
    assert (one.local_date, one.wall_time, one.moment) == (date(2024, 3, 9), time(21, 4), None)
    assert (one.title, one.body) == ("A title", "Text with @Tag and #Other/x\n\nmore")
    assert (one.starred, one.tags, one.notebook) == (True, ("tag", "other/x"), "work")
    assert (two.title, two.body, two.starred) == ("First sentence.", "The rest.", False)
    assert one.warnings == two.warnings == ()


@pytest.mark.parametrize(
    ("text", "title", "body"),
    [
        ("Only a title", "Only a title", ""),
        ("What?! Yes", "What?!", "Yes"),
        ("Said “no.” Then left", "Said “no.”", "Then left"),
        ("今日は晴れ。とても暑い。", "今日は晴れ。", "とても暑い。"),
        ("Version 1.5 is out", "Version 1.5 is out", ""),
        ("One. Two\nThree", "One. Two", "Three"),
        ("w" * 201 + " x\nbody", "", "w" * 201 + " x\nbody"),
    ],
)
def test_the_title_is_the_first_line_or_sentence_and_never_cut(text, title, body) -> None:
    assert jrnl.split_title(text) == (title, body)


@pytest.mark.parametrize(
    ("line", "title", "is_starred"),
    [
        ("A *", "A", True),
        ("A*", "A", True),
        ("A **bold**", "A **bold**", False),
        ("An *italic*", "An *italic*", False),
        ("An *italic* *", "An *italic*", True),
        ("*", "", True),
    ],
)
def test_a_star_is_at_the_end_and_no_emphasis(line, title, is_starred) -> None:
    assert jrnl.without_star(line) == (title, is_starred)


@pytest.mark.parametrize(
    ("written", "day", "clock"),
    [
        ("2024-03-09", date(2024, 3, 9), None),
        ("2024-03-09 21:04:05", date(2024, 3, 9), time(21, 4, 5)),
        ("2024/03/09 09:04 PM", date(2024, 3, 9), time(21, 4)),
        ("2024-03-09 12:04am", date(2024, 3, 9), time(0, 4)),
        ("09.03.2024 21:04", date(2024, 3, 9), time(21, 4)),
        ("13/03/2024 21:04", date(2024, 3, 13), time(21, 4)),
        ("03/13/2024 21:04", date(2024, 3, 13), time(21, 4)),
        ("13.3.24 21:04", date(2024, 3, 13), time(21, 4)),
        ("Sat, 9 Mar 2024 at 21:04", date(2024, 3, 9), time(21, 4)),
        ("March 9, 2024 9:04 PM", date(2024, 3, 9), time(21, 4)),
        ("Saturday 9. März 2024, 21:04", date(2024, 3, 9), time(21, 4)),
        ("20240309 21:04", date(2024, 3, 9), time(21, 4)),
    ],
)
def test_dates_are_written_in_many_ways(tmp_path, written, day, clock) -> None:
    [one] = read(tmp_path, f"[{written}] A\nb")
    assert (one.local_date, one.wall_time, one.body) == (day, clock, "b")


def test_only_the_way_of_the_first_date_begins_an_entry(tmp_path) -> None:
    body = "[26/11, 23:32] talk\n[1] a note\n[2024-03-11] x\n[03/12/2024 09:00] y"
    body += "\n[2024-13-01 09:00] z"
    [one, two] = read(tmp_path, f"[2024-03-09 09:00] A\n{body}\n[2024-03-10 09:00] B\n")
    assert (one.body, two.title) == (body, "B")


def test_day_and_month_are_told_apart_by_the_other_dates(tmp_path) -> None:
    one, *_others = read(tmp_path, "[03/04/2024 09:00] A\n[03/25/2024 09:00] B\n")
    assert (one.local_date, one.warnings) == (date(2024, 3, 4), ())
    forward = read(tmp_path, "[01/02/2024 09:00] A\n[01/03/2024 09:00] B\n[02/01/2024 09:00] C\n")
    assert [one.local_date.month for one in forward] == [1, 1, 2]
    [guess] = read(tmp_path, "[03/04/2024 09:00] A\n")
    assert (guess.local_date, len(guess.warnings)) == (date(2024, 4, 3), 1)


def test_version_1_wrote_dates_without_brackets(tmp_path) -> None:
    one, two = read(tmp_path, "2014-01-01 09:00 A title *\ntext\n[x] 1\n\n2014-01-02 09:00 B.\n")
    assert (one.title, one.body, one.starred) == ("A title", "text\n[x] 1", True)
    assert (two.local_date, two.wall_time, two.title) == (date(2014, 1, 2), time(9), "B.")


def test_what_stands_before_the_first_date_is_kept(tmp_path) -> None:
    before, one = read(tmp_path, "Mine.\nAll @mine\n\n[2024-03-09 09:00] A\n")
    assert (before.body, before.tags) == ("Mine.\nAll @mine", ("mine",))
    assert (before.local_date, before.wall_time) == (date(2024, 3, 9), None)
    assert len(before.warnings) == 1
    assert one.title == "A"


def test_a_folder_is_one_journal_with_one_way_to_write_dates(tmp_path) -> None:
    one, two, three = read_all(
        tmp_path,
        {
            "2024/03/04.txt": "[03/04/2024 09:00] A\n[03/04/2024 10:00] B\n",
            "2024/03/25.txt": "[03/25/2024 09:00] C\n",
        },
    )
    assert [one.local_date, two.local_date] == [date(2024, 3, 4)] * 2
    assert (three.local_date, three.notebook) == (date(2024, 3, 25), "")
    assert not one.warnings


def test_a_locked_journal_is_refused_with_a_sentence(tmp_path) -> None:
    with pytest.raises(Refused, match="--decrypt"):
        read_all(tmp_path, {"a.txt": "[2024-03-09 09:00] A", "b.txt": "gAAAAA" + "b" * 90 + "\n"})


def test_keys_stay_the_same_and_differ_by_minute_and_words(tmp_path) -> None:
    text = "[2024-03-09 09:00] A\n[2024-03-09 09:01] A\n[2024-03-09 09:00] B\n"
    keys = [one.key for one in read(tmp_path, text)]
    assert len(set(keys)) == 3
    assert [one.key for one in read(tmp_path, f"x\n{text}")][1:] == keys


def test_tags_are_words_with_a_sign_before_them() -> None:
    assert jrnl.tags_in("@A, mail me@b.org @c++ ## no #1 #two @") == ("a", "c++", "two")


def test_a_text_without_dates_is_unreadable(tmp_path) -> None:
    [one] = read(tmp_path, "only words")
    assert isinstance(one, Unreadable)


@few
@given(st.text(alphabet="[]2024-03 :.*@\na09", max_size=60))
def test_whatever_stands_in_between_entries_come_through(tmp_path, garbage) -> None:
    found = read(
        tmp_path,
        f"[2024-03-09 09:00] A\n{garbage}\n[2024-03-10 09:00] B\n",
    )
    assert found[0].title.startswith("A") or found[0].body.startswith("A")
    assert isinstance(found[-1], PlainEntry)
    assert found[-1].title == "B"
