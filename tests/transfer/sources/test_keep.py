"""Notes of Google Keep."""

import json
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import keep
from apps.transfer.sources.plain import Media, PlainEntry, Unreadable
from tests.transfer.sources.brought import alone, few, known, outcomes, packed

# 2024-03-09 23:30 and 2024-03-10 08:00 in UTC.
CREATED, EDITED = 1_710_027_000_000_000, 1_710_057_600_000_000


def note(**fields) -> dict:
    """A note as Takeout writes it."""
    return {
        "color": "DEFAULT",
        "isTrashed": False,
        "isPinned": False,
        "isArchived": False,
        "textContent": "Some words.",
        "title": "A title",
        "createdTimestampUsec": CREATED,
        "userEditedTimestampUsec": EDITED,
        **fields,
    }


def read(tmp_path, *notes, files=None) -> list:
    """What is read from a Takeout with these notes, and these files beside them."""
    taken = {f"Takeout/Keep/{number}.json": note for number, note in enumerate(notes)}
    beside = {"Keep/Labels.txt": "a"} if files is None else files
    taken |= {f"Takeout/{name}": content for name, content in beside.items()}
    return outcomes(keep, packed(tmp_path / "a.zip", taken))


def test_it_knows_a_note_by_its_fields(tmp_path) -> None:
    for content, is_known in [
        (note(), True),
        ({"title": "a", "isTrashed": False, "userEditedTimestampUsec": 5}, True),
        ({"title": "a", "textContent": "b"}, False),
        ([note()], False),
    ]:
        assert known(keep, alone(tmp_path / "a.json", content)) is is_known


def test_a_note_has_the_day_of_the_person(tmp_path) -> None:
    [one] = read(tmp_path, note())
    assert (one.local_date, one.time_zone) == (date(2024, 3, 10), "")
    assert one.moment == datetime(2024, 3, 9, 23, 30, tzinfo=UTC)
    assert one.modified_at == datetime(2024, 3, 10, 8, tzinfo=UTC)
    assert (one.title, one.body, one.key) == ("A title", "Some words.", str(CREATED))
    assert one.rest == {"color": "DEFAULT", "isPinned": False, "isArchived": False}
    assert one.warnings == ()


def test_without_a_date_of_creation_that_of_the_last_edit_is_taken(tmp_path) -> None:
    one, two, none = read(
        tmp_path,
        note(createdTimestampUsec=None),
        note(createdTimestampUsec="x", userEditedTimestampUsec=str(EDITED)),
        note(createdTimestampUsec=10**30, userEditedTimestampUsec=0),
    )
    assert one.moment == two.moment == datetime(2024, 3, 10, 8, tzinfo=UTC)
    assert (len(one.warnings), len(two.warnings)) == (0, 1)
    assert two.rest["createdTimestampUsec"] == "x"
    assert isinstance(none, Unreadable)


def test_lists_are_lists_with_boxes(tmp_path) -> None:
    items = [{"text": "Milk", "isChecked": True}, {"text": "Bread\nand more"}, {"text": ""}]
    [one, bad] = read(
        tmp_path,
        note(textContent=None, listContent=items),
        note(createdTimestampUsec=1, listContent=[{"text": 5}, 6, {"text": "a"}]),
    )
    assert one.body == "- [x] Milk\n- [ ] Bread\n  and more\n- [ ]"
    assert bad.body == "Some words.\n\n- [ ] a"
    assert bad.rest["listContent"] == [{"text": 5}, 6, {"text": "a"}]
    assert bad.warnings


def test_formatted_text_is_read_where_there_is_no_other(tmp_path) -> None:
    html = '<p dir="ltr">One <b>two</b></p><script>x</script>'
    one, both = read(
        tmp_path,
        note(textContent=None, textContentHtml="<p>One <b>two</b></p>"),
        note(createdTimestampUsec=1, textContentHtml=html),
    )
    assert one.body == "One **two**"
    assert (both.body, both.rest["textContentHtml"]) == ("Some words.", html)


def test_labels_are_tags(tmp_path) -> None:
    [one] = read(tmp_path, note(labels=[{"name": "Two Words"}, {"name": "🌱"}, {}, "x"]))
    assert one.tags == ("Two Words", "🌱")
    assert one.warnings


def test_trash_pins_and_archive_keep_their_meanings(tmp_path) -> None:
    [one] = read(tmp_path, note(isTrashed=True, isPinned=True, isArchived=True))
    assert (one.in_trash, one.starred) == (True, False)
    assert (one.rest["isPinned"], one.rest["isArchived"]) == (True, True)


def test_attachments_are_found_whatever_their_ending(tmp_path) -> None:
    said = [
        {"filePath": "a.png", "mimetype": "image/png"},
        {"filePath": "b.jpeg", "mimetype": "image/jpeg"},
        {"filePath": "0.html"},
        {"filePath": "../../etc/passwd"},
        {"filePath": 5},
    ]
    files = {"Keep/a.png": b"x", "Keep/B.jpg": b"x", "Keep/0.html": "a"}
    [one] = read(tmp_path, note(attachments=said), files=files)
    assert one.media == (
        Media("Keep/a.png", "a.png"),
        Media("Keep/B.jpg", "b.jpeg"),
        Media("", "0.html"),
        Media("", "passwd"),
    )
    assert len(one.warnings) == 3


def test_pages_it_was_noted_from_are_links(tmp_path) -> None:
    annotations = [
        {"url": "https://a.org/x", "title": "A [page]"},
        {"url": "https://b.org"},
        {"url": "javascript:alert(1)", "title": "bad"},
        5,
    ]
    [one] = read(tmp_path, note(textContent="See https://b.org", annotations=annotations))
    assert one.body == "See https://b.org\n\n[A \\[page\\]](<https://a.org/x>)"
    assert one.rest["annotations"] == annotations


def test_a_long_title_is_not_cut(tmp_path) -> None:
    [one] = read(tmp_path, note(title="w" * 201))
    assert (one.title, one.body) == ("", f"{'w' * 201}\n\nSome words.")


def test_two_notes_of_one_instant_are_both_kept(tmp_path) -> None:
    one, two, again = read(tmp_path, note(), note(textContent="Other."), note())
    assert one.key == again.key != two.key


def test_what_lies_elsewhere_in_a_takeout_is_no_note(tmp_path) -> None:
    [one] = read(tmp_path, note(), files={"Maps/a.json": "{}", "Keep/0.html": "a"})
    assert isinstance(one, PlainEntry)


@pytest.mark.parametrize("bad", ["", "no json", "[1]", "{}", json.dumps({"isTrashed": True})])
def test_one_bad_note_leaves_the_others(tmp_path, bad) -> None:
    one, other, two = read(tmp_path, note(), bad, note(createdTimestampUsec=1))
    assert isinstance(other, Unreadable)
    assert one.title == two.title == "A title"


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["text", "name", "filePath", "url"]), inner)
    ),
    max_leaves=6,
)
FIELDS = sorted(keep.PLACED | {"textContentHtml", "annotations"})


@few
@given(st.dictionaries(st.sampled_from(FIELDS), values))
def test_whatever_one_note_is_the_others_come_through(tmp_path, fields) -> None:
    found = read(tmp_path, note(), note(**fields), note())
    assert len(found) == 3
    assert isinstance(found[2], PlainEntry)
