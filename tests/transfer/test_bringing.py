"""Plain entries become entries: each of them has one outcome, and none stops another."""

import json
from datetime import UTC, date, datetime, time, timedelta, timezone
from pathlib import Path

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.db.backends.postgresql.psycopg_any import Jsonb
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.core.models import address
from apps.journal import uploads
from apps.journal.models import (
    Attachment,
    Entry,
    EntryPerson,
    EntryTag,
    Notebook,
    Revision,
    Tag,
    TagAlias,
    Unsettled,
)
from apps.journal.models.entry import BODY_LENGTH
from apps.people.models import Person
from apps.transfer import bringing, entering
from apps.transfer.exporting import contents_of
from apps.transfer.fitting import as_json
from apps.transfer.models import Brought, Import, Outcome
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import Former, Media, PlainEntry, Unreadable, led_to, shown
from tests.factories import NOW, make_entry, make_person, picture
from tests.transfer.planting import (
    DAY,
    archive_of,
    bring,
    entry,
    folder,
    only,
    planted,
    reasons,
    results,
)

pytestmark = pytest.mark.django_db
TOKYO = timezone(timedelta(hours=9))


@pytest.fixture
def here(tmp_path) -> Path:
    """A package with a picture."""
    return folder(tmp_path / "in", walk__png=picture())


def brought(user, here, one: PlainEntry) -> Entry:
    """The entry that this becomes."""
    return only(bring(user, here, one)).entry


# --- What an entry becomes ------------------------------------------------------------------


def test_words_marks_and_places_come_along(alice, here) -> None:
    ana = make_person(alice, name="Ana María")
    one = entry(
        title=" A  walk ",
        body="To *Ana*.",
        starred=True,
        mood=2,
        energy=-1,
        tags=("Two words", "two WORDS", "b"),
        people=("ana maria", "Jo"),
        notebook="Outdoors",
    )
    made = brought(alice, here, one)
    assert (made.title, made.body, made.body_html) == (
        "A walk",
        "To *Ana*.",
        "<p>To <em>Ana</em>.</p>\n",
    )
    assert (made.word_count, made.is_whole, made.version) == (2, True, 1)
    assert (made.starred, made.mood, made.energy, made.notebook.name) == (True, 2, -1, "Outdoors")
    assert not made.is_open(NOW)
    tags = EntryTag.objects.filter(entry=made, is_typed=False)
    assert sorted(tags.values_list("tag__name", flat=True)) == ["Two words", "b"]
    people = EntryPerson.objects.filter(entry=made, is_typed=False)
    assert set(people.values_list("person__name", flat=True)) == {"Ana María", "Jo"}
    assert Person.objects.filter(owner=alice).count() == 2
    assert ana.pk in people.values_list("person", flat=True)
    assert Unsettled.objects.filter(entry=made).exists()


def test_tags_follow_what_they_are_called_by_now(alice, here) -> None:
    new = Tag.objects.create(owner=alice, name="New", key="new")
    TagAlias.objects.create(owner=alice, key="old", tag=new)
    made = brought(alice, here, entry(tags=("Old",)))
    assert made.tag_links.get().tag == new


def test_a_name_that_could_be_several_people_is_told(alice, here) -> None:
    for name in ("Ana A", "Ana B"):
        make_person(alice, name=name)
    row = bring(alice, here, entry(people=("Ana",)))
    assert reasons(row) == [["“Ana” could be several of your people."]]
    assert Person.objects.filter(owner=alice).count() == 2


def test_a_name_that_can_be_no_tag_is_told(alice, here) -> None:
    row = bring(alice, here, entry(tags=("\ufdfa" * 64, "b")))
    assert len(reasons(row)[0]) == 1
    assert only(row).entry.tag_links.get().tag.name == "b"


@pytest.mark.parametrize(
    ("fields", "at", "clock"),
    [
        ({"moment": datetime(2024, 3, 9, 12, tzinfo=UTC)}, "12:00", "13:00"),
        ({"moment": datetime(2024, 3, 9, 12, tzinfo=TOKYO)}, "03:00", "04:00"),
        (
            {"moment": datetime(2024, 3, 9, 3, tzinfo=UTC), "time_zone": "Asia/Tokyo"},
            "03:00",
            "12:00",
        ),
        ({"wall_time": time(21, 4)}, "20:04", "21:04"),
        ({"wall_time": time(21, 4), "time_zone": "America/New_York"}, "02:04", "21:04"),
        ({"wall_time": time(21, 4), "time_zone": "Mars/North"}, "20:04", "21:04"),
        ({}, "11:00", None),
        ({"moment": datetime(1, 1, 1, tzinfo=UTC)}, "11:00", None),
    ],
)
def test_it_is_of_the_day_and_the_hour_it_says(alice, here, fields, at, clock) -> None:
    made = brought(alice, here, entry(**fields))
    made.refresh_from_db()
    assert made.local_date == DAY
    assert f"{made.occurred_at.astimezone(UTC):%H:%M}" == at
    assert (f"{made.wall_time:%H:%M}" if made.wall_time else None) == clock


def test_no_page_shows_an_hour_that_nobody_knew(alice, alice_client, here) -> None:
    made = brought(alice, here, entry(title="Of a day"))
    for page in (made.get_absolute_url(), "/journal/"):
        text = alice_client.get(page).content.decode()
        assert "Of a day" in text
        assert "12:00" not in text
        assert "12 noon" not in text
    Entry.objects.filter(pk=made.pk).update(time_known=True)
    assert (
        "12:00"
        in alice_client.get(
            made.get_absolute_url(), headers={"Accept-Language": "en-GB"}
        ).content.decode()
    )


def test_a_question_stands_before_its_answer(alice, here) -> None:
    made = brought(alice, here, entry(question="What was good?\nAnd why?"))
    assert made.body == "> What was good?\n> And why?\n\nA day."


def test_earlier_texts_are_revisions(alice, here) -> None:
    saved = datetime(2024, 3, 9, 8, tzinfo=UTC)
    made = brought(alice, here, entry(former=(Former("One", saved), Former("Two", None, "T"))))
    texts = Revision.objects.filter(entry=made).order_by("version")
    assert list(texts.values_list("version", "title", "body")) == [(1, "", "One"), (2, "T", "Two")]
    assert texts[0].saved_at == saved
    assert made.version == 3


def test_a_text_too_long_is_in_a_file(alice, here) -> None:
    text = "word " * (BODY_LENGTH // 5 + 10)
    row = bring(alice, here, entry(body=text, title="t" * 300))
    made = only(row).entry
    assert len(made.body) == BODY_LENGTH
    assert made.title == "t" * 199 + "…"
    file = made.attachments.get()
    assert (file.name, row.attachments) == ("text.md", 1)
    assert file.size == len(text) + 302
    assert "longer than an entry can be" in reasons(row)[0][0]


def test_whatever_a_text_holds_can_be_kept(alice, here) -> None:
    made = brought(
        alice,
        here,
        entry("k\0\ud800", title="a\0b", body="\ud800 <script>x</script>\r\n", tags=("\0",)),
    )
    assert (made.title, made.body) == ("a\ufffdb", "\ufffd <script>x</script>\n")
    assert "<script" not in made.body_html


# --- Files ----------------------------------------------------------------------------------


def test_a_file_stands_where_it_was_shown(alice, here) -> None:
    one = entry(body=f"So:\n\n{shown(0)}", media=(Media("walk.png", "a [walk].png", "By the sea"),))
    row = bring(alice, here, one)
    made, file = only(row).entry, Attachment.objects.get()
    assert made.body == f"So:\n\n![By the sea]({file.get_absolute_url()})"
    assert (file.name, file.alt, file.kind) == ("a [walk].png", "By the sea", "photo")
    assert made.attached == {"photo": 1}
    assert (row.attachments, reasons(row)) == (1, [[]])


def test_a_file_within_the_entry_is_attached_too(alice, here) -> None:
    held = Media("", "in.png", content=picture(colour=(1, 2, 3)))
    made = brought(alice, here, entry(body="A", media=(Media("walk.png", "w.png"), held)))
    assert [file.name for file in made.attachments.in_order()] == ["w.png", "in.png"]
    assert made.body == "A"


def test_a_file_that_is_missing_leaves_a_place(alice, here) -> None:
    media = (
        Media("", "a]b.jpg"),
        Media("gone.m4a", "c.m4a"),
        Media("", "0AB1"),
        Media("", "d.pdf"),
    )
    row = bring(alice, here, entry(body=f"x {shown(0)} {shown(7)}", media=media))
    assert only(row).entry.body == (
        f"x [missing photo: a b.jpg] {shown(7)}\n\n[missing recording: c.m4a]\n\n"
        "[missing photo: 0AB1]\n\n[missing file: d.pdf]"
    )
    assert len(reasons(row)[0]) == 4
    assert only(row).result == "created"


def test_a_file_that_is_not_taken_leaves_a_place_too(alice, tmp_path) -> None:
    here = folder(tmp_path / "in", empty__png=b"", walk__png=picture())
    media = (Media("empty.png", "empty.png"), Media("walk.png", "walk.png"))
    row = bring(alice, here, entry(body=f"{shown(0)} {shown(1)}", media=media))
    made = only(row).entry
    file = made.attachments.get()
    assert made.body == f"[missing photo: empty.png] ![walk.png]({file.get_absolute_url()})"
    assert "is empty" in reasons(row)[0][0]
    again = bring(alice, here, entry(body=f"{shown(0)} {shown(1)}", media=media))
    assert results(again) == ["unchanged"]


def test_a_damaged_file_is_told(alice, tmp_path, monkeypatch) -> None:
    here = folder(tmp_path / "in", walk__png=picture())

    def damaged(package, name) -> None:
        raise Refused(f"“{name}” in it is damaged.")

    monkeypatch.setattr(entering, "taken_out", damaged)
    row = bring(alice, here, entry(media=(Media("walk.png", "walk.png"),)))
    assert only(row).entry.body == "A day.\n\n[missing photo: walk.png]"
    assert reasons(row) == [["“walk.png” in it is damaged."]]


def test_a_full_disk_brings_in_nothing(alice, here, monkeypatch) -> None:
    before = archive_of(alice)

    def full(**_) -> None:
        raise uploads.refusal("full", "walk.png")

    monkeypatch.setattr(uploads, "attach", full)
    with pytest.raises(Refused, match="no room"):
        bring(alice, here, entry("a"), entry("b", media=(Media("walk.png", "walk.png"),)))
    assert archive_of(alice) == before
    row = Import.objects.get()
    assert (row.state, row.outcomes.count()) == ("failed", 0)
    assert "no room" in row.reason


# --- Links ----------------------------------------------------------------------------------


def test_links_lead_to_entries_here(alice, here) -> None:
    body = f"{led_to('before', 'b')} {led_to('myself', 'a')} {led_to('nowhere', 'x')}"
    row = bring(alice, here, entry("a", body=body), entry("b"), entry("c", in_trash=True))
    a, b = (
        row.outcomes.filter(result="created").order_by("position").values_list("entry", flat=True)
    )
    to = [address("journal:entry_detail", pk) for pk in (b, a)]
    assert Entry.objects.get(pk=a).body == f"[before]({to[0]}) [myself]({to[1]}) nowhere"


def test_links_lead_to_what_came_before_this(alice, here) -> None:
    b = brought(alice, here, entry("b"))
    a = brought(alice, here, entry("a", body=led_to("before", "b")))
    assert a.body == f"[before]({b.get_absolute_url()})"


# --- One outcome each -----------------------------------------------------------------------


def test_what_cannot_be_is_told_and_stops_nothing(alice, here) -> None:
    broken = entry("no text")
    object.__setattr__(broken, "body", None)
    row = bring(
        alice,
        here,
        entry("a"),
        Unreadable("j#2", "It has no date."),
        entry("old", local_date=date(900, 1, 1)),
        broken,
        entry("thrown", in_trash=True),
        entry("b", mood=9, warnings=("Its place could not be read.",) * 3),
        entry("a"),
        entry("a", body="Another day."),
        Unreadable("", ""),
    )
    assert results(row) == [
        *("created", "failed", "failed", "failed", "skipped"),
        *("created", "skipped", "created", "failed"),
    ]
    said = reasons(row)
    assert (said[0], said[1], said[5]) == (
        [],
        ["It has no date."],
        ["Its place could not be read."],
    )
    assert all(said[at] for at in (2, 3, 4, 6, 8))
    assert (row.created, row.skipped, row.failed, row.total) == (3, 2, 4, 9)
    assert Entry.objects.get(outcomes__position=6).mood is None
    assert Entry.objects.filter(owner=alice).count() == 3


def test_what_the_database_will_not_have_is_told_and_stops_nothing(alice, here) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "CREATE FUNCTION pg_temp.no() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'no'; END $$;"
            "CREATE TRIGGER no BEFORE INSERT ON journal_entry FOR EACH ROW"
            " WHEN (NEW.title = 'no') EXECUTE FUNCTION pg_temp.no()"
        )
    row = bring(alice, here, entry("a"), entry("b", title="no"), entry("c"))
    assert results(row) == ["created", "failed", "created"]
    assert (row.created, row.failed) == (2, 1)


def test_a_journal_that_breaks_off_is_read_so_far(alice, here) -> None:
    row = bring(alice, here, entry("a"), entry("b"), breaks_off="It is damaged.")
    assert results(row) == ["created", "created", "failed"]
    assert reasons(row)[2] == ["It is damaged."]


def test_one_that_cannot_be_read_at_all_is_refused(alice, here) -> None:
    with pytest.raises(Refused, match="locked"):
        bring(alice, here, breaks_off="It is locked.")
    row = Import.objects.get()
    assert (row.state, row.reason, row.applied_at) == ("failed", "It is locked.", None)


# --- What has no place here -----------------------------------------------------------------


def test_unknown_fields_are_kept_and_go_into_the_archive(alice, here) -> None:
    rest = {"weather": {"c": 4.5, "n": float("nan")}, "a\0": ["\ud800", 10**400, date(2024, 1, 1)]}
    row = bring(alice, here, entry("a", rest=rest), entry("b", rest={"weather": None}))
    kept = Brought.objects.get(key="a")
    assert kept.rest["weather"] == {"c": 4.5, "n": "nan"}
    assert kept.rest["a\ufffd"] == ["\ufffd", hex(10**400), "2024-01-01"]
    assert row.unknown == {"weather": 2, "a\ufffd": 1}
    tables = {table.name: list(table.rows) for table in contents_of(alice, with_files=False).tables}
    assert kept.rest in [one["rest"] for one in tables["transfer.Brought"]]


@given(
    st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats()
        | st.text()
        | st.binary()
        | st.dates(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text() | st.integers(), inner),
        max_leaves=12,
    )
)
def test_anything_can_be_kept(rest) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT %s::jsonb", [Jsonb(as_json(rest))])
        [[kept]] = cursor.fetchall()
    assert json.loads(json.dumps(kept, allow_nan=False)) == kept


def test_what_lies_too_deep_is_kept_as_text() -> None:
    deep: list = []
    for _ in range(5_000):
        deep = [deep]
    found, depth = as_json({"a": deep}), 0
    while not isinstance(found, str):
        found, depth = next(iter(found.values() if isinstance(found, dict) else found)), depth + 1
    assert depth == 100


# --- All of it or nothing -------------------------------------------------------------------


def test_a_fault_leaves_nothing_behind(alice, here, monkeypatch) -> None:
    make_entry(alice, body="Mine")
    before = archive_of(alice)
    monkeypatch.setattr(entering, "AT_ONCE", 2)

    def fails_later(done: int) -> None:
        if done > 2:
            raise KeyboardInterrupt

    row = bringing.begin(alice, source="planted", name="x", now=NOW)
    entries = [entry(str(n), tags=("t",), notebook="n", people=("p",)) for n in range(5)]
    with planted(*entries), Package(here) as package:
        with pytest.raises(KeyboardInterrupt):
            bringing.apply(row, package, NOW, fails_later)
        assert archive_of(alice) == before
        row.refresh_from_db()
        assert (row.state, row.outcomes.count()) == ("begun", 0)
        bringing.apply(row, package, NOW)
    assert row.created == 5


def test_progress_is_told_on_the_way(alice, here, monkeypatch) -> None:
    monkeypatch.setattr(entering, "AT_ONCE", 2)
    heard: list[int] = []
    row = bringing.begin(alice, source="planted", name="x", now=NOW)
    with planted(*(entry(str(n)) for n in range(5))), Package(here) as package:
        bringing.apply(row, package, NOW, heard.append)
    # Nothing yet, once all of it was looked through.
    assert heard == [0, 2, 4, 5]


def test_a_plan_says_what_would_be_and_changes_nothing(alice, here) -> None:
    bring(alice, here, entry("a"), entry("b"))
    before = archive_of(alice)
    row = bringing.begin(alice, source="planted", name="x", now=NOW)
    media = (Media("walk.png", "walk.png"), Media("", "gone"))
    entries = (
        entry("a"),
        entry("b", body="Other"),
        entry("c", local_date=date(2020, 1, 1), tags=("t",), rest={"x": 1}, media=media),
        Unreadable("d", "No."),
    )
    with planted(*entries), Package(here) as package:
        bringing.read_plan(row, package)
        assert results(row) == ["unchanged", "updated", "created", "failed"]
        assert (row.state, row.created, row.attachments) == ("read", 1, 1)
        assert (row.first_on, row.last_on, row.unknown) == (date(2020, 1, 1), DAY, {"x": 1})
        assert archive_of(alice) == before
        bringing.apply(row, package, NOW)
    assert results(row) == ["unchanged", "updated", "created", "failed"]
    with planted(*entries), Package(here) as package, pytest.raises(bringing.NotNow):
        bringing.apply(row, package, NOW)


def test_it_asks_no_more_for_many_entries(alice, here) -> None:
    counted = []
    for count in (3, 90):
        entries = [
            entry(f"{count} {n}", body=led_to("x", f"{count} 0"), tags=("t",), people=("p",))
            for n in range(count)
        ]
        with CaptureQueriesContext(connection) as queries, transaction.atomic():
            bring(alice, here, *entries)
            transaction.set_rollback(True)
        counted.append(len(queries))
    assert counted[0] == counted[1]


def test_nothing_of_somebody_else_is_touched(alice, bob, here) -> None:
    bring(alice, here, entry("a", tags=("t",)))
    before = archive_of(alice)
    row = bring(bob, here, entry("a", body="Other", tags=("t",)))
    assert results(row) == ["created"]
    assert archive_of(alice) == before


# --- The rows themselves --------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "applied"},
        {"state": "undone", "applied_at": NOW},
        {"state": "failed"},
        {"state": "begun", "reason": "Why?"},
        {"state": "lost"},
        {"applied_at": NOW},
        {"source": ""},
    ],
)
def test_an_import_says_what_was_done(alice, wrong) -> None:
    values = {"owner": alice, "source": "jrnl", "name": "x", "zone": "UTC", "begun_at": NOW}
    Import.objects.create(**values)
    with pytest.raises(DatabaseError), transaction.atomic():
        Import.objects.create(**values | wrong)


@pytest.mark.parametrize(
    "wrong",
    [{"result": "lost"}, {"result": "failed"}, {"result": "failed", "reasons": ["x"]}],
)
def test_an_outcome_says_why_not(alice, wrong) -> None:
    row = bringing.begin(alice, source="jrnl", name="x", now=NOW)
    mine = make_entry(alice)
    with pytest.raises(DatabaseError), transaction.atomic():
        Outcome.objects.create(
            **{"owner": alice, "part_of": row, "position": 1, "entry": mine} | wrong
        )


@pytest.mark.parametrize("model", [Outcome, Brought])
def test_nothing_of_it_crosses_owners(alice, bob, model) -> None:
    row = bringing.begin(alice, source="jrnl", name="x", now=NOW)
    mine, theirs = make_entry(alice), make_entry(bob)
    about = {
        Outcome: {"part_of": row, "position": 1, "result": "created"},
        Brought: {"source": "jrnl", "key": "k"},
    }[model]
    model.objects.create(owner=alice, entry=mine, **about).delete()
    model.objects.create(owner=alice, entry=theirs, **about)
    with pytest.raises(IntegrityError):
        connection.check_constraints()


def test_a_notebook_is_matched_by_its_name(alice, here) -> None:
    mine = Notebook.objects.create(owner=alice, name="Work", key="work")
    row = bring(alice, here, entry("a", notebook="WORK "), entry("b"))
    found = list(row.outcomes.order_by("position").values_list("entry__notebook", flat=True))
    assert found == [mine.pk, None]


@settings(max_examples=25)
@given(st.integers(0, 6), st.integers(1, 3))
def test_batches_leave_none_out(count, most) -> None:
    read = [(entry(str(n), body="x" * n), None) for n in range(count)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(entering, "AT_ONCE", most)
        patch.setattr(entering, "TOGETHER", 4)
        found = list(entering._together(iter(read)))
    assert [one for some in found for one in some] == read
    assert all(1 <= len(some) <= most for some in found)
