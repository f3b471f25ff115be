"""Journals of Day One, with every quirk that real exports have."""

import json
from base64 import urlsafe_b64encode
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.transfer.sources import dayone
from apps.transfer.sources.dayone_links import LISTS
from apps.transfer.sources.plain import PlainEntry, Unreadable, led_to, shown
from tests.transfer.sources.brought import (
    BERLIN,
    alone,
    anything,
    few,
    known,
    outcomes,
    packed,
)

ID, MD5 = "0A" * 16, "b1" * 16
OTHER = "0B" * 16


def entry(**fields) -> dict:
    """An entry as Day One writes it, with these fields."""
    return {
        "uuid": "AB" * 16,
        "creationDate": "2024-03-09T21:04:55Z",
        "modifiedDate": "2024-03-10T08:00:00Z",
        "timeZone": "Europe/Paris",
        "text": "A day.",
        **fields,
    }


def without(*names: str, **fields) -> dict:
    """An entry that lacks these fields."""
    return {name: value for name, value in entry(**fields).items() if name not in names}


def read(tmp_path, *entries, files=None, journal="Journal.json", top=None, zone=BERLIN) -> list:
    """What is read from a ZIP of one journal with these entries, and these files beside it."""
    content = {"metadata": {"version": "1.0"}, "entries": entries, **(top or {})}
    return read_all(tmp_path, {journal: content, **(files or {})}, zone)


def read_all(tmp_path, files, zone=BERLIN) -> list:
    """What is read from a ZIP of these files."""
    return outcomes(dayone, packed(tmp_path / "a.zip", files), zone)


def rich(*nodes, key="contents") -> str:
    """A formatted text."""
    return json.dumps({"meta": {"version": 1}, key: list(nodes)})


def test_it_knows_a_journal_by_its_entries(tmp_path) -> None:
    def is_known(name: str, content: object) -> bool:
        return known(dayone, alone(tmp_path / name, content))

    assert is_known("a.json", {"metadata": {"version": "2024.14"}, "entries": [entry()]})
    assert is_known("b.json", {"entries": [1, without("richText", "metadata")]})
    assert not is_known("c.json", {"tags": {}, "entries": [{"title": "a", "date": "2024-01-01"}]})
    assert not is_known("d.json", {"metadata": {}, "entries": {"2024-01-01": {"text": "a"}}})
    assert not is_known("e.json", [entry()])
    assert not is_known("f.json", '"no journal"')


def test_an_entry_has_the_day_of_its_own_zone(tmp_path) -> None:
    [one] = read(
        tmp_path, entry(creationDate="2024-03-09T23:30:00Z"), journal="Tagebuch – für mich.json"
    )
    assert one.local_date == date(2024, 3, 10)
    assert one.moment == datetime(2024, 3, 9, 23, 30, tzinfo=UTC)
    assert (one.time_zone, one.wall_time, one.key) == ("Europe/Paris", None, "AB" * 16)
    assert one.modified_at == datetime(2024, 3, 10, 8, tzinfo=UTC)
    assert (one.notebook, one.body, one.title) == ("Tagebuch – für mich", "A day.", "")
    assert one.warnings == ()


def test_dates_may_have_fractions_and_offsets(tmp_path) -> None:
    [one, two] = read(
        tmp_path,
        entry(uuid="A", creationDate="2024-03-09T21:04:55.123Z"),
        entry(uuid="B", creationDate="2024-03-10T03:04:55+05:30"),
    )
    assert one.moment == datetime(2024, 3, 9, 21, 4, 55, 123_000, tzinfo=UTC)
    assert two.moment == datetime(2024, 3, 9, 21, 34, 55, tzinfo=UTC)


def test_an_entry_of_a_whole_day_has_its_day_and_no_time(tmp_path) -> None:
    [one] = read(tmp_path, entry(isAllDay=True, creationDate="2025-07-08T22:00:00Z"))
    assert (one.local_date, one.moment, one.wall_time) == (date(2025, 7, 9), None, None)
    assert one.rest["creationDate"] == "2025-07-08T22:00:00Z"


@pytest.mark.parametrize("zone", [None, "", "Mars/Olympus", "../etc/passwd", 3, "America"])
def test_without_a_zone_that_is_known_the_place_says_it_or_else_the_person(tmp_path, zone) -> None:
    late = {"creationDate": "2024-03-09T23:30:00Z", "timeZone": zone}
    [here, there] = read(
        tmp_path,
        entry(uuid="A", **late),
        entry(uuid="B", location={"timeZoneName": "America/New_York"}, **late),
    )
    assert (here.local_date, here.time_zone, len(here.warnings)) == (date(2024, 3, 10), "", 1)
    assert (there.local_date, there.time_zone) == (date(2024, 3, 9), "America/New_York")
    assert there.warnings == ()


def test_without_a_date_the_last_change_is_taken_and_without_any_it_is_unreadable(tmp_path) -> None:
    [one, two] = read(tmp_path, without("creationDate"), entry(creationDate="x", modifiedDate=None))
    assert one.local_date == date(2024, 3, 10)
    assert len(one.warnings) == 1
    assert isinstance(two, Unreadable)
    assert two.key == "Journal.json#2"


def test_an_entry_without_text_and_one_without_a_change_are_entries(tmp_path) -> None:
    [one, two, three] = read(
        tmp_path, without("text"), entry(uuid="B", text=""), without("modifiedDate", uuid="C")
    )
    assert (one.body, two.body, three.modified_at) == ("", "", None)


def test_without_a_uuid_the_key_is_made_of_what_it_says(tmp_path) -> None:
    same = without("uuid")
    [one, two, three] = read(tmp_path, same, without("uuid", text="Another."), same)
    assert one.key == three.key != two.key
    [again, *_] = read(tmp_path, same)
    assert again.key == one.key


def test_two_photos_of_the_same_second_without_a_uuid_are_two_entries(tmp_path) -> None:
    [one, two] = read(
        tmp_path,
        without("uuid", text="", photos=[{"identifier": ID}]),
        without("uuid", text="", photos=[{"identifier": OTHER}]),
    )
    assert one.key != two.key


def test_two_entries_with_one_uuid_are_both_kept(tmp_path) -> None:
    [one, two, again] = read(tmp_path, entry(), entry(text="Another."), entry())
    assert one.key == again.key != two.key
    assert two.warnings


def test_star_and_pins_keep_their_meanings(tmp_path) -> None:
    [one, two] = read(
        tmp_path, entry(starred=True, isPinned=True), entry(uuid="B", starred="yes", pinned=False)
    )
    assert (one.starred, one.rest["isPinned"]) == (True, True)
    assert (two.starred, two.rest) == (False, {"starred": "yes", "pinned": False})


def test_tags_keep_spaces_and_capitals(tmp_path) -> None:
    many = [f"tag {number}" for number in range(80)]
    [one, two] = read(
        tmp_path,
        entry(tags=["Two Words", "🌱", "Two Words", *many]),
        entry(uuid="B", tags=["a", 1, None]),
    )
    assert one.tags == ("Two Words", "🌱", *many)
    assert (two.tags, two.rest["tags"], len(two.warnings)) == (("a",), ["a", 1, None], 1)


def test_what_has_no_place_is_kept_as_it_is(tmp_path) -> None:
    rest = {
        "weather": {"windBearing": 360, "relativeHumidity": "many", "temperatureCelsius": 3.5},
        "location": {"latitude": 1.5, "region": {"center": {}}},
        "duration": 0.25,
        "editingTime": 12.5,
        "userActivity": {"stepCount": 5},
        "music": {"track": "a"},
        "templateID": "t",
        "promptID": "p",
        "featureFlags": 5,
        "v": "1",
        "creationDevice": "Phone",
        "unheardOf": [None, True],
    }
    [one] = read(tmp_path, entry(**rest), top={"metadata": {"version": "2024.14"}})
    assert one.rest == rest
    assert one.warnings == ()


def test_escapes_and_code_stay_commonmark(tmp_path) -> None:
    text = "C:\\temp \\- one\\! `\\d+` $\\frac{a}{b}$\n\n```\ndayone-moment://ID\n```\n" + "語" * 99
    [one] = read(tmp_path, entry(text=text))
    assert one.body == text
    assert one.media == ()


def test_the_text_is_cleaned_of_what_nobody_typed_and_of_nothing_else(tmp_path) -> None:
    [one] = read(tmp_path, entry(text="a\u200b\r\nb\u200bc\td 👩\u200d👧\u200b\u200b"))
    assert one.body == "a\nb\u200bc\td 👩\u200d👧"


def test_only_a_heading_is_a_title(tmp_path) -> None:
    long = "word " * 100
    texts = ["# A \\- title\n\nText", "## Only\\!", f"# {long}\nText", f"{long}\nText", "#no\na"]
    texts.append(f"# ![](dayone-moment://{ID})\nText")
    entries = [entry(uuid=f"{number}", text=text) for number, text in enumerate(texts)]
    heading, only, too_long, plain, none, photo = read(tmp_path, *entries)
    assert (heading.title, heading.body) == ("A - title", "Text")
    assert (only.title, only.body) == ("Only!", "")
    assert (too_long.title, too_long.body) == ("", texts[2])
    assert (plain.title, plain.body) == ("", texts[3])
    assert (none.title, none.body) == ("", texts[4])
    assert (photo.title, photo.body) == ("", f"# {shown(0)}\nText")


# --- Media ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("link", "listed", "member"),
    [
        (f"![](dayone-moment://{ID})", "photos", f"photos/{MD5}.jpeg"),
        (f"![](DAYONE-MOMENT://{ID.lower()})", "photos", f"photos/{MD5}.jpeg"),
        (f"![](dayone-moment:/photo/{ID})", "photos", f"photos/{MD5}.jpeg"),
        (f"![](dayone-moment:/video/{ID})", "videos", f"videos/{MD5}.mov"),
        (f"![](dayone-moment:/audio/{ID})", "audios", f"audios/{MD5}.m4a"),
        (f"![](dayone-moment:/pdfAttachment/{ID})", "pdfAttachments", f"pdfs/{MD5}.pdf"),
        (f"![](dayone-photo://{ID})", "photos", f"photos/{MD5}.jpeg"),
        (f"![](dayone-video://{ID})", "videos", f"videos/{MD5}.mov"),
        (f"![](dayone-audio://{ID})", "audios", f"audios/{MD5}.m4a"),
        (f"![](dayone-pdf://{ID})", "pdfAttachments", f"pdfs/{MD5}.pdf"),
        (f"[[dayone-moment://{ID}]]", "photos", f"photos/{MD5}.jpeg"),
        (f"dayone-moment://{ID}", "photos", f"photos/{MD5}.jpeg"),
    ],
)
def test_all_links_to_media_become_their_places(tmp_path, link, listed, member) -> None:
    files = {
        f"{folder}/{MD5}.{ending}": b"x"
        for folder, ending in [
            ("audios", "m4a"),
            ("pdfs", "pdf"),
            ("photos", "jpeg"),
            ("videos", "mov"),
        ]
    }
    [one] = read(
        tmp_path,
        entry(text=f"Before {link} after", **{listed: [{"identifier": ID, "md5": MD5}]}),
        files=files,
    )
    assert one.body == f"Before {shown(0)} after"
    assert [media.member for media in one.media] == [member]
    assert one.warnings == ()


def test_a_photo_keeps_its_words_and_its_name(tmp_path) -> None:
    item = {"identifier": ID, "md5": MD5, "filename": "IMG 1.HEIC", "cameraMake": "(null)"}
    [one] = read(
        tmp_path,
        entry(text=f"![At \\[the\\] sea](dayone-moment://{ID})", photos=[item]),
        files={f"Export/Photos/{MD5}.heic": b"x", "Export/b.txt": b""},
    )
    [photo] = one.media
    assert (photo.member, photo.name) == (f"Export/Photos/{MD5}.heic", "IMG 1.HEIC")
    assert photo.alt == "At [the] sea"
    assert one.rest["photos"] == [item]


def test_a_photo_without_a_type_or_with_a_wrong_one_is_found_by_its_md5(tmp_path) -> None:
    listed = [
        {"identifier": ID, "md5": MD5},
        {"identifier": OTHER, "md5": "C" * 32, "format": "mp3", "duration": 0.5, "width": 0},
    ]
    [one] = read(
        tmp_path,
        entry(photos=listed[:1], audios=listed[1:]),
        files={f"photos/{MD5}.png": b"not its md5", f"audios/{'c' * 32}.m4a": b"x"},
    )
    assert [media.member for media in one.media] == [f"photos/{MD5}.png", f"audios/{'c' * 32}.m4a"]
    assert one.warnings == ()


def test_media_that_is_not_shown_follows_in_its_order(tmp_path) -> None:
    photos = [
        {"identifier": "C1", "md5": "c1", "orderInEntry": 2},
        {"identifier": "C2", "md5": "c2", "orderInEntry": 1},
        {"identifier": "C3", "md5": "c3", "orderInEntry": 0},
    ]
    [one] = read(
        tmp_path,
        entry(text="![](dayone-moment://C1)![](dayone-moment://C1)", photos=photos),
        files={f"photos/c{number}.jpg": b"x" for number in (1, 2, 3)},
    )
    assert one.body == shown(0) * 2
    assert [media.member for media in one.media] == [f"photos/c{n}.jpg" for n in (1, 3, 2)]


def test_a_photo_that_another_journal_lists_is_found(tmp_path) -> None:
    lists = entry(photos=[{"identifier": ID, "md5": MD5}])
    shows = entry(uuid="B", text=f"![](dayone-moment://{ID})")
    forgets = entry(uuid="C", text=f"![](dayone-moment://{ID})", photos=[{"identifier": ID}])
    one, two, three = read_all(
        tmp_path,
        {
            "A.json": {"entries": [shows, forgets]},
            "B.json": {"entries": [lists]},
            f"photos/{MD5}.jpg": b"x",
        },
    )
    assert {one.media[0].member, two.media[0].member, three.media[0].member} == {
        f"photos/{MD5}.jpg"
    }
    assert not one.warnings + two.warnings + three.warnings


def test_a_photo_with_a_second_number_is_there_once(tmp_path) -> None:
    one = entry(photos=[{"identifier": ID, "md5": MD5}])
    two = entry(
        uuid="B",
        text=f"![](dayone-moment://{ID})",
        photos=[{"identifier": OTHER, "md5": MD5}],
    )
    _first, second = read(tmp_path, one, two, files={f"photos/{MD5}.jpg": b"x"})
    assert [media.member for media in second.media] == [f"photos/{MD5}.jpg"]


def test_a_file_that_is_lacking_keeps_its_place_with_a_warning(tmp_path) -> None:
    listed = [{"identifier": OTHER, "md5": MD5, "filename": "a/b.jpg"}, {"identifier": "D"}]
    [one] = read(tmp_path, entry(text=f"![](dayone-moment://{ID})", photos=listed))
    assert one.body == shown(0)
    assert [(media.member, media.name) for media in one.media] == [
        ("", ID),
        ("", "b.jpg"),
        ("", "D"),
    ]
    assert len(one.warnings) == 3


@pytest.mark.parametrize("photos", ["x", {"identifier": ID}, [1], [None, {"identifier": ID}]])
def test_media_that_is_said_badly_is_a_warning(tmp_path, photos) -> None:
    [one] = read(tmp_path, entry(photos=photos))
    assert one.body == "A day."
    assert one.warnings
    assert one.rest["photos"] == photos


# --- Links ----------------------------------------------------------------------------------


@pytest.mark.parametrize("scheme", ["dayone", "dayone2", "DayOne2"])
def test_links_to_entries_lead_to_their_keys(tmp_path, scheme) -> None:
    uuid = "cd" * 16
    [one] = read(
        tmp_path,
        entry(
            text=f"See [that day]({scheme}://view?journalId=1&entryId={uuid}), [[{scheme}://view?entryId={uuid}]]"
        ),
        entry(uuid=uuid),
    )[:1]
    assert one.body == f"See {led_to('that day', 'CD' * 16)}, {led_to('another entry', 'CD' * 16)}"


def test_films_elsewhere_become_links_and_nothing_is_fetched(tmp_path) -> None:
    packed = urlsafe_b64encode(b"https://example.org/watch?v=1&t=2").decode().rstrip("=")
    [one, two] = read(
        tmp_path,
        entry(text=f"![](dayone-external:/video/{packed})"),
        entry(uuid="B", text="a [film](dayone-external:/video/AAAA) b"),
    )
    assert one.body == "<https://example.org/watch?v=1&t=2>"
    assert (two.body, len(two.warnings)) == ("a film b", 1)
    assert two.rest["text"] == "a [film](dayone-external:/video/AAAA) b"


@few
@given(st.text(alphabet="![]()<>`~\\\n d:/?=-A0", max_size=60))
def test_whatever_stands_around_it_no_link_of_day_one_is_left(around) -> None:
    archive = dayone.Archive.__new__(dayone.Archive)
    archive._stems, archive._items = {}, {}
    around = around.replace("`", "").replace("~", "")
    marked = dayone.Marked(f"{around}![](dayone-moment://{ID}){around}", archive)
    assert "dayone-" not in marked.body
    assert shown(0) in marked.body


# --- Formatted text -------------------------------------------------------------------------


def test_formatted_text_is_read_where_there_is_no_other(tmp_path) -> None:
    written = rich(
        {"text": "Hello "},
        {"text": "world\n", "attributes": {"bold": True}},
        {"embeddedObjects": [{"type": "photo", "identifier": ID}]},
        key="nodes",
    )
    [one, two] = read(
        tmp_path,
        without("text", richText=written, photos=[{"identifier": ID, "md5": MD5}]),
        entry(uuid="B", text=" \n", richText=written),
        files={f"photos/{MD5}.jpg": b"x"},
    )
    assert one.body == two.body == f"Hello **world**\n\n{shown(0)}"
    assert one.media[0].member == f"photos/{MD5}.jpg"
    assert one.rest["richText"] == written


def test_checkboxes_are_taken_from_formatted_text_that_says_the_same(tmp_path) -> None:
    style = {"line": {"listStyle": "checkbox", "checked": True}}
    written = rich({"text": "Milk\n", "attributes": style}, {"text": "Bread"})
    [same, other, enough] = read(
        tmp_path,
        entry(text="- Milk\n\nBread", richText=written),
        entry(uuid="B", text="- Milk and more\n\nBread", richText=written),
        entry(uuid="C", text="- [x] Milk\n\n\nBread", richText=written),
    )
    assert same.body == "- [x] Milk\n\nBread"
    assert (other.body, other.rest["richText"]) == ("- Milk and more\n\nBread", written)
    assert (enough.body, "richText" in enough.rest) == ("- [x] Milk\n\n\nBread", False)


@pytest.mark.parametrize("written", ["no json", "[]", "{}", '{"nodes": 1}', "[" * 9_000, 5, [1]])
def test_formatted_text_that_is_none_leaves_the_plain_one(tmp_path, written) -> None:
    [one] = read(tmp_path, entry(richText=written))
    assert (one.body, one.rest["richText"], len(one.warnings)) == ("A day.", written, 1)


# --- Bad entries ----------------------------------------------------------------------------


def test_one_bad_entry_leaves_the_others(tmp_path) -> None:
    one, bad, no_text, two = read(
        tmp_path, entry(uuid="A"), "garbage", entry(uuid="C", text=["a"]), entry(uuid="B")
    )
    assert (one.key, two.key) == ("A", "B")
    assert isinstance(bad, Unreadable)
    assert (no_text.body, no_text.rest["text"], len(no_text.warnings)) == ("", ["a"], 1)


def test_a_journal_that_breaks_off_gives_what_came_before(tmp_path) -> None:
    broken = json.dumps({"entries": [entry(), entry(uuid="B")]})[:-30]
    one, end, other = read_all(
        tmp_path, {"A.json": broken, "B.json": {"entries": [entry(uuid="C")]}}
    )
    assert (one.key, other.key) == ("AB" * 16, "C")
    assert isinstance(end, Unreadable)


@few
@given(
    garbage=anything
    | st.dictionaries(
        st.sampled_from([*dayone.PLACED, *LISTS, "location", "isAllDay"]), anything
    ).map(lambda fields: entry(**{"uuid": "X", **fields}))
)
def test_whatever_one_entry_is_the_others_come_through(tmp_path, garbage) -> None:
    found = read(tmp_path, entry(uuid="A"), garbage, entry(uuid="B"))
    assert len(found) == 3
    assert found[0].key == "A"
    assert isinstance(found[2], PlainEntry)
