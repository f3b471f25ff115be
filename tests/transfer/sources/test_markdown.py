"""Folders of Markdown: plain ones, vaults of Obsidian, graphs of Logseq."""

import json
import time as clock
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import markdown
from apps.transfer.sources.package import Package
from apps.transfer.sources.plain import Media, PlainEntry, Unreadable, led_to, shown
from tests.transfer.sources.brought import BERLIN, alone, few, outcomes, packed

DAY = date(2024, 1, 5)


def in_folder(folder: Path, files: dict[str, str | bytes]) -> list[PlainEntry | Unreadable]:
    """What is read from a folder of these files."""
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        alone(path, content)
    with Package(folder) as package:
        assert markdown.recognises(package)
        return list(markdown.read(package, BERLIN))


@pytest.fixture
def one(tmp_path) -> Callable[..., PlainEntry]:
    """Reads one note, among other files."""

    def read(text: str | bytes, name: str = "2024-01-05.md", **others: str | bytes) -> PlainEntry:
        [found] = [
            entry
            for entry in in_folder(tmp_path, {name: text, **others})
            if isinstance(entry, PlainEntry)
        ]
        return found

    return read


# --- The day --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("2024-01-05.md", ""),
        ("2024/01/05.md", ""),
        ("Journal/2024/1/5.md", ""),
        ("2024/01/2024-01-05.md", ""),
        ("20240105.md", ""),
        ("2024-01-05 A walk.md", "A walk"),
        ("2024-01-05 - A walk.markdown", "A walk"),
        ("2024/01/2024-01-05-0930-a-walk.md", ""),
        ("journals/2024_01_05.md", ""),
    ],
)
def test_it_takes_the_day_from_the_name(one, name, title) -> None:
    entry = one("words", name)
    assert (entry.local_date, entry.title, entry.body) == (DAY, title, "words")
    assert (entry.moment, entry.wall_time) == (None, None)


def test_the_only_note_keeps_the_day_of_its_folders(tmp_path) -> None:
    [entry] = outcomes(markdown, packed(tmp_path / "a.zip", {"2024/01/05.md": "words"}))
    assert (entry.local_date, entry.body) == (DAY, "words")


@pytest.mark.parametrize(
    ("written", "day", "wall_time"),
    [
        ("2024-01-05", DAY, None),
        ('"2024-01-05"', DAY, None),
        ("2024-01-05 09:30", DAY, time(9, 30)),
        ("2024-01-05T21:30:05", DAY, time(21, 30, 5)),
        ("January 5, 2024 9:30 PM", DAY, time(21, 30)),
        ("5. Januar 2024", DAY, None),
        ("05.01.2024", DAY, None),
        ("[[2024-01-05]]", DAY, None),
        ('"[[2024-01-05]]"', DAY, None),
    ],
)
def test_it_takes_the_day_from_the_head(one, written, day, wall_time) -> None:
    entry = one(f"---\ndate: {written}\n---\nwords", "note.md")
    assert (entry.local_date, entry.wall_time, entry.body) == (day, wall_time, "words")
    assert entry.warnings == ()


@pytest.mark.parametrize("field", ["date", "created", "journal-date", "local_date", "Date"])
def test_it_knows_the_fields_that_say_a_day(one, field) -> None:
    assert one(f"---\n{field}: 2024-01-05\n---\nwords", "note.md").local_date == DAY


def test_an_instant_in_utc_is_of_the_day_that_it_was_for_the_person(one) -> None:
    entry = one("---\ndate: 2024-01-04T23:30:00Z\n---\nwords", "note.md")
    assert (entry.local_date, entry.moment) == (DAY, datetime(2024, 1, 4, 23, 30, tzinfo=UTC))


def test_an_instant_with_its_distance_from_utc_is_of_the_day_it_says(one) -> None:
    entry = one("---\ndate: 2024-01-05 00:30:00 +0900\n---\nwords", "note.md")
    assert entry.local_date == DAY
    assert entry.moment == datetime(2024, 1, 4, 15, 30, tzinfo=UTC)


def test_it_reads_the_fields_of_our_own_export(one) -> None:
    entry = one(
        "---\nid: 0198\ndate: 2024-01-05\ntime: 21:30\ntz: Asia/Tokyo\nlocal_date: 2024-01-05\n"
        "tags: [One day, two]\nprompt: What was it?\npromises: []\nvalues: [Care]\n---\nwords",
        "2024/01/2024-01-05-2130-x.md",
    )
    assert entry.moment == datetime(2024, 1, 5, 21, 30, tzinfo=ZoneInfo("Asia/Tokyo"))
    assert (entry.time_zone, entry.question, entry.tags) == (
        "Asia/Tokyo",
        "What was it?",
        ("One day", "two"),
    )
    assert entry.rest["head"]["id"] == "0198"
    assert entry.rest["head"]["values"] == ["Care"]


def test_the_head_goes_before_the_name_and_says_so(one) -> None:
    entry = one("---\ncreated: 2024-01-05\n---\nwords", "2024-01-06.md")
    assert entry.local_date == DAY
    assert "2024-01-06" in entry.warnings[0]


def test_the_name_goes_before_a_heading(one) -> None:
    entry = one("# 2024-02-02\nwords")
    assert (entry.local_date, entry.body) == (DAY, "# 2024-02-02\nwords")


def test_a_day_in_the_head_that_cannot_be_read_is_kept_and_said(one) -> None:
    entry = one("---\ndate: soon\n---\nwords")
    assert (entry.local_date, entry.rest["head"]) == (DAY, {"date": "soon"})
    assert "soon" in entry.warnings[0]


@pytest.mark.parametrize(
    ("heading", "title"),
    [
        ("# 2024-01-05", ""),
        ("## Friday, January 5, 2024", ""),
        ("# 2024-01-05 – A walk", "A walk"),
        ("# 5. Januar 2024: A walk", "A walk"),
    ],
)
def test_it_takes_the_day_from_the_first_heading(one, heading, title) -> None:
    entry = one(f"{heading}\n\nwords", "note.md")
    assert (entry.local_date, entry.title, entry.body) == (DAY, title, "words")
    assert entry.rest["heading"] == heading


def test_days_by_number_are_in_one_order_in_the_whole_folder(tmp_path) -> None:
    found = in_folder(tmp_path, {"a.md": "# 01/02/2024\na", "b.md": "# 13/02/2024\nb"})
    assert [entry.local_date for entry in found] == [date(2024, 2, 1), date(2024, 2, 13)]
    assert "day first" in found[0].warnings[0]


def test_days_by_number_that_could_be_either_are_read_with_the_month_first_and_say_so(one) -> None:
    entry = one("# 01/05/2024\nwords", "note.md")
    assert entry.local_date == DAY
    assert "month first" in entry.warnings[0]


def test_a_note_that_is_no_day_is_named_and_is_no_entry(tmp_path) -> None:
    found = in_folder(tmp_path, {"Ideas.md": "# Ideas\nOn 2024-01-05 …", "2024-01-05.md": "words"})
    assert isinstance(found[1], Unreadable)
    assert (found[1].key, "Ideas.md" in found[1].reason) == ("Ideas.md", True)


def test_a_note_with_nothing_in_it_is_named_and_is_no_entry(tmp_path) -> None:
    [found] = in_folder(tmp_path, {"2024-01-05.md": "---\nmood:\n---\n\n"})
    assert isinstance(found, Unreadable)
    assert "nothing" in found.reason


def test_a_note_of_fields_alone_is_an_entry(one) -> None:
    assert one("---\nsleep: 7\n---\n").rest["head"] == {"sleep": "7"}


@pytest.mark.parametrize(
    "name",
    [
        ".obsidian/plugins/a/2024-01-05.md",
        ".trash/2024-01-05.md",
        "logseq/bak/2024-01-05.md",
        "Templates/2024-01-05.md",
        "Own/Patterns/2024-01-05.md",
    ],
)
def test_what_belongs_to_the_program_is_left(tmp_path, name) -> None:
    found = in_folder(
        tmp_path,
        {
            name: "x",
            ".obsidian/templates.json": json.dumps({"folder": "Own/Patterns"}),
            "2024-01-06.md": "words",
        },
    )
    assert [entry.local_date for entry in found] == [date(2024, 1, 6)]


# --- The head -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "written",
    [
        "tags: [one, Two/three]",
        "tags:\n  - one\n  - Two/three",
        "tags:\n- '#one'\n- \"#Two/three\"",
        "tags:\n- #one\n- #Two/three",
        "tags: one, Two/three",
        "tags: one Two/three",
        "tags: #one #Two/three",
        "tags: '#one #Two/three'",
        "tags: [#one, #Two/three]",
        "tag: one\ntags: Two/three",
        "Tags: one,Two/three,ONE",
    ],
)
def test_it_reads_tags_however_they_are_written(one, written) -> None:
    assert {tag.casefold() for tag in one(f"---\n{written}\n---\nwords").tags} == {
        "one",
        "two/three",
    }


def test_tags_between_commas_may_hold_spaces(one) -> None:
    assert one("---\ntags: home office, 2024, no\n---\nwords").tags == ("home office", "2024", "no")


def test_it_reads_what_else_has_a_place(one) -> None:
    entry = one(
        "---\ntitle: 'A: walk'\naliases: [w]\nstarred: yes\ntime: 9:30 pm\njournal: '[[Work]]'\n"
        "people: ['[[Anna B|Anna]]', Ben]\nmodified: 2024-01-06T10:00:00Z\n---\nwords"
    )
    assert (entry.title, entry.starred, entry.wall_time) == ("A: walk", True, time(21, 30))
    assert (entry.notebook, entry.people) == ("Work", ("Anna", "Ben"))
    assert entry.modified_at == datetime(2024, 1, 6, 10, tzinfo=UTC)
    assert entry.rest["head"] == {"aliases": ["w"]}


def test_a_field_that_stands_twice_says_the_last_and_keeps_the_others(one) -> None:
    entry = one("---\ntitle: One\ntitle: Two\n---\nwords")
    assert (entry.title, entry.rest["before"]) == ("Two", {"title": ["One"]})
    assert "title" in entry.warnings[0]


@pytest.mark.parametrize(
    "head",
    [
        "title: a: b: c",
        "a: [1",
        "a: &x 1\nb: *x",
        "a: &a [x, x]\nb: &b [*a, *a]",
        "[" * 5_000,
        "a: 1\n" * 20_000,
    ],
)
def test_a_head_that_cannot_be_read_stays_in_the_text(one, head) -> None:
    text = f"---\n{head}\n---\nwords"
    entry = one(text)
    assert (entry.body, entry.local_date) == (text, DAY)
    assert "stays in the text" in entry.warnings[0]


@pytest.mark.parametrize(
    "text", ["---\n\nwords\n\n---\nmore", "---\nwords", "words\n---\na: b\n---"]
)
def test_rules_are_no_head(one, text) -> None:
    entry = one(text)
    assert (entry.body, entry.warnings) == (text, ())


def test_yaml_makes_no_objects_and_no_numbers(one) -> None:
    entry = one(f"---\na: !!python/object/apply:os.getcwd []\nb: {'9' * 5_000}\nc: 0o7\n---\nwords")
    assert entry.rest["head"] == {"a": [], "b": "9" * 5_000, "c": "0o7"}


def test_it_reads_marks_line_ends_and_nothing_at_their_ends(one) -> None:
    worker = "\U0001f469\u200d\U0001f4bb"
    entry = one(f"\ufeff---\r\ntitle: A\r\n---\r\none\u200b\r\n\ttwo {worker}")
    assert (entry.title, entry.body) == ("A", f"one\n\ttwo {worker}")


# --- The title ------------------------------------------------------------------------------


def test_the_only_great_heading_is_the_title(one) -> None:
    entry = one("# A long walk\n\nwords\n\n## More")
    assert (entry.title, entry.body) == ("A long walk", "words\n\n## More")


@pytest.mark.parametrize("text", ["# Morning\na\n# Evening\nb", "## Tasks\na", "A first line\nb"])
def test_other_first_lines_are_none(one, text) -> None:
    entry = one(text)
    assert (entry.title, entry.body) == ("", text)


def test_a_heading_that_says_the_title_again_is_not_said_twice(one) -> None:
    entry = one("# A walk\nwords", "2024-01-05 A walk.md")
    assert (entry.title, entry.body) == ("A walk", "words")


def test_backslashes_and_code_stay(one) -> None:
    text = "C:\\temp \\d+ \\*\n\n```\n![[a.png]] #no\n```\n`[[b]] #no` ``x ` [[c]]``"
    entry = one(text)
    assert (entry.body, entry.tags) == (text, ())


# --- Links ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "link",
    [
        "![[pic a.png]]",
        "![[pic a.png|300]]",
        "![[pic a.png|300x200]]",
        "![[assets/pic a.png]]",
        "![](assets/pic%20a.png)",
        "![](./assets/pic%20a.png)",
        "![](<assets/pic a.png>)",
        "![](assets/pic a.png)",
        '![](assets/pic%20a.png "Some title")',
        "![](/assets/PIC%20A.png)",
        "![](pic%20a.png)",
        "![](../vault/assets/pic%20a.png)",
        "[[pic a.png]]",
        '<img src="assets/pic a.png" width="40">',
        "![](assets/pic%20a.png){:height 300, :width 200}",
    ],
)
def test_it_finds_the_files_that_are_shown(one, link) -> None:
    entry = one(f"a {link} b", **{"assets/pic a.png": b"x"})
    assert entry.body == f"a {shown(0)} b"
    assert (entry.media, entry.warnings) == ((Media("assets/pic a.png", "pic a.png"),), ())


def test_a_description_stays_with_its_file_and_a_file_shown_twice_is_one(one) -> None:
    entry = one("![Us|300](a.png) [[b.pdf|The bill]] ![[a.png]]", **{"a.png": b"", "b.pdf": b""})
    assert entry.body == f"{shown(0)} {shown(1)} {shown(0)}"
    assert entry.media == (Media("a.png", "a.png", "Us"), Media("b.pdf", "b.pdf", "The bill"))


def test_it_looks_beside_the_note_and_above_it(tmp_path) -> None:
    entry = in_folder(
        tmp_path,
        {
            "J/2024/2024-01-05.md": "![](a.png) ![](../../F/a.png)",
            "J/2024/a.png": b"",
            "F/a.png": b"",
            "2024-01-06.md": "x",
        },
    )[1]
    assert [media.member for media in entry.media] == ["J/2024/a.png", "F/a.png"]


def test_a_name_that_several_files_have_is_not_guessed(one) -> None:
    entry = one("![[a.png]]", **{"x/a.png": b"", "y/a.png": b""})
    assert entry.media == (Media("", "a.png"),)
    assert "a.png" in entry.warnings[0]


@pytest.mark.parametrize("link", ["![[gone.png]]", "![](x/gone.png)", "[the bill](gone.png)"])
def test_a_file_that_is_not_there_keeps_its_place(one, link) -> None:
    entry = one(f"a {link} b")
    assert entry.body == f"a {shown(0)} b"
    assert [(media.member, media.name) for media in entry.media] == [("", "gone.png")]
    assert "gone.png" in entry.warnings[0]


@pytest.mark.parametrize(
    "link", ["../../etc/passwd", "/etc/passwd", "..\\..\\x", "%2e%2e/x", "a%00b"]
)
def test_a_link_leads_to_nothing_outside(one, link) -> None:
    assert [media.member for media in one(f"![]({link})").media] == [""]


@pytest.mark.parametrize(
    "link",
    [
        "![x](https://example.org/a.png)",
        "[x](http://example.org)",
        "[x](mailto:a@example.org)",
        "[x](#here)",
        "[x](//example.org/a.png)",
        "\\[[x]]",
    ],
)
def test_other_links_stay_as_they_are(one, link) -> None:
    entry = one(f"a {link} b")
    assert (entry.body, entry.media) == (f"a {link} b", ())


def test_what_looks_like_a_place_of_ours_is_only_its_words(one) -> None:
    entry = one("![a](media:0) [b](entry:x)")
    assert (entry.body, entry.media) == ("a b", ())


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("[[2024-01-06]]", "2024-01-06"),
        ("[[2024-01-06|the next day]]", "the next day"),
        ("[[2024-01-06#Evening|later]]", "later"),
        ("[[2024-01-06#Evening]]", "2024-01-06 > Evening"),
        ("[[2024-01-06#^a1b2]]", "2024-01-06"),
        ("![[2024-01-06]]", "2024-01-06"),
        ("[[notes/2024-01-06.md]]", "notes/2024-01-06.md"),
        ("[then](notes/2024-01-06.md)", "then"),
        ("[then](2024-01-06.md#evening)", "then"),
        ("[[Jan 6th, 2024]]", "Jan 6th, 2024"),
    ],
)
def test_links_to_other_days_lead_to_their_entries(tmp_path, link, words) -> None:
    entry, other = in_folder(tmp_path, {"2024-01-05.md": link, "notes/2024-01-06.md": "x"})
    assert entry.body == led_to(words, other.key)


@pytest.mark.parametrize(
    ("link", "words"),
    [
        ("[[Ideas]]", "Ideas"),
        ("[[Ideas|my ideas]]", "my ideas"),
        ("[my ideas](Ideas.md)", "my ideas"),
        ("[[Nowhere]]", "Nowhere"),
        ("[[#Heading]]", "Heading"),
    ],
)
def test_links_to_what_is_no_entry_are_their_words_and_are_kept(one, link, words) -> None:
    entry = one(f"a {link} b", **{"Ideas.md": "none"})
    assert (entry.body, entry.rest["links"]) == (f"a {words} b", [link])


def test_a_day_says_its_entry_only_where_there_is_one_of_it(tmp_path) -> None:
    found = in_folder(
        tmp_path,
        {"2024-01-05.md": "[[Jan 6th, 2024]]", "2024-01-06 a.md": "a", "2024-01-06 b.md": "b"},
    )
    assert found[0].body == "Jan 6th, 2024"


def test_it_finds_tags_in_the_text(one) -> None:
    entry = one(
        "---\ntags: Work\n---\n#one #Two/three, (#no) a#no #12 #work\n# H\n#é_1 #[[two words]]"
    )
    assert entry.tags == ("Work", "two words", "one", "Two/three", "é_1")
    assert entry.body.endswith("#é_1 two words")


# --- Logseq ---------------------------------------------------------------------------------

BLOCK = "64f0a1b2-0000-4000-8000-000000000001"


@pytest.fixture
def journal(tmp_path) -> Callable[..., PlainEntry]:
    """Reads the one day of a graph."""

    def read(text: str, **others: str) -> PlainEntry:
        files = {"journals/2024_01_05.md": text, "logseq/config.edn": "{}", **others}
        return in_folder(tmp_path, files)[0]

    return read


def test_an_outline_stays_a_list_without_its_empty_end(journal) -> None:
    assert journal("- one\n\t- two\n- three\n- \n-").body == "- one\n\t- two\n- three"


def test_properties_of_a_page_are_its_head(journal) -> None:
    entry = journal("title:: A walk\ntags:: one, [[two words]]\nweather:: wet\n\n- words")
    assert (entry.title, entry.tags, entry.body) == ("A walk", ("one", "two words"), "- words")
    assert entry.rest["head"] == {"weather": "wet"}


def test_properties_of_blocks_leave_the_text_and_are_kept(journal) -> None:
    entry = journal(
        f"- one\n  id:: {BLOCK}\n  collapsed:: true\n- ran:: 5\n- x\n  ```\n  a:: b\n  ```"
    )
    assert entry.body == "- one\n- ran:: 5\n- x\n  ```\n  a:: b\n  ```"
    assert entry.rest["blocks"] == [f"id:: {BLOCK}", "collapsed:: true"]


def test_tasks_are_boxes(journal) -> None:
    entry = journal("- TODO one\n\t- DONE two\n- LATER three\n  :LOGBOOK:\n  CLOCK: [x]\n  :END:")
    assert entry.body == "- [ ] one\n\t- [x] two\n- LATER three"
    assert entry.rest["blocks"] == ["CLOCK: [x]"]


@pytest.mark.parametrize("link", [f"(({BLOCK}))", "{{embed ((" + BLOCK + "))}}"])
def test_other_blocks_are_their_text(journal, link) -> None:
    entry = journal(f"- see {link}", **{"pages/p.md": f"- The plan\n  id:: {BLOCK}\n"})
    assert entry.body == "- see The plan"


def test_a_block_that_is_not_there_stays_as_it_is(journal) -> None:
    assert journal(f"- see (({BLOCK}))").body == f"- see (({BLOCK}))"


@pytest.mark.parametrize("piece", ["((", "  a:: b\n", "- TODO ", "-\n", ":LOGBOOK:\n", "CLOCK:\n"])
def test_it_takes_no_time_with_outlines_that_are_none(journal, piece) -> None:
    began = clock.perf_counter()
    journal("- a\n" + piece * (200_000 // len(piece)) + "x")
    assert clock.perf_counter() - began < 2


def test_it_finds_files_and_days_of_a_graph(journal) -> None:
    entry = journal(
        "- ![pic](../assets/a_1.png){:height 3} [[Jan 6th, 2024]]",
        **{"assets/a_1.png": "x", "journals/2024_01_06.md": "- x"},
    )
    assert entry.media == (Media("assets/a_1.png", "a_1.png", "pic"),)
    assert entry.body.startswith(f"- {shown(0)} [Jan 6th, 2024](entry:")


# --- All of it ------------------------------------------------------------------------------


def test_it_is_not_a_folder_of_notes_for_one_note_among_others(tmp_path) -> None:
    for name in ("README.md", "a.json", "b.json"):
        (tmp_path / name).write_text("{}")
    with Package(tmp_path) as package:
        assert not markdown.recognises(package)


def test_the_same_folder_gives_the_same_keys_and_every_note_its_own(tmp_path) -> None:
    files = {"2024-01-05 a.md": "same", "2024-01-05 b.md": "same", "x/2024-01-05 a.md": "same"}
    first, second = in_folder(tmp_path, files), in_folder(tmp_path, files)
    assert [entry.key for entry in first] == [entry.key for entry in second]
    assert len({entry.key for entry in first}) == 3


@few
@given(
    st.one_of(
        st.binary(max_size=300),
        st.text(max_size=300).map(str.encode),
        st.text("-:#[]()!|`'\"&*\n \t{}<>aA1/\\", max_size=300).map(
            lambda text: f"---\n{text}\n---\n{text}".encode()
        ),
        st.sampled_from(["date", "tags", "time", "tz", "title", "starred", "modified", "people"])
        .flatmap(lambda name: st.text(max_size=40).map(lambda text: f"---\n{name}: {text}\n---\nx"))
        .map(str.encode),
    )
)
def test_whatever_is_in_a_note_the_others_come_through(tmp_path, content) -> None:
    files = {"2024-01-04.md": "a", "2024-01-05.md": content, "2024-01-06.md": "[[2024-01-05]]"}
    found = in_folder(tmp_path, files)
    assert len(found) == 3
    assert (found[0].body, isinstance(found[2], PlainEntry)) == ("a", True)


@pytest.mark.parametrize(
    "piece",
    [
        *("[", "[[", "![](", "`", "` `` ", "#", "- ", "<img ", "\n", " ", "((", "~~~\n"),
        *("![[a.png]]", "[a](b.png)", "---\n", "a: b\n", "a:: b\n", "  - TODO ", "[]([]("),
    ],
)
def test_it_takes_no_time_with_texts_that_are_none(one, piece) -> None:
    began = clock.perf_counter()
    one("# a" + piece * (200_000 // len(piece)) + "x")
    assert clock.perf_counter() - began < 2
