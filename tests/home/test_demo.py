"""Mira's life: the same each time, believable, and honest about who is there already."""

import hashlib
import shutil
from datetime import date
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import authenticate
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db.models import Count, F
from pytest_django.fixtures import Settings

from apps.accounts import leaving
from apps.accounts.models import User
from apps.cares import choosing
from apps.cares.models import Care, DomainCheck, PairRun, SortedCard, ValueSort
from apps.cares.reading import overview
from apps.home.demo import attachments, life, texts, wording
from apps.home.demo.chance import Chance
from apps.home.demo.days import moments
from apps.home.demo.telling import Teller
from apps.journal import uploads
from apps.journal.models import (
    Attachment,
    Entry,
    EntryPerson,
    EntryTag,
    EntryWords,
    Notebook,
    Revision,
    Tag,
    Unsettled,
)
from apps.people.models import Circle, CircleMember, Concern, Contact, Person, PersonDate
from apps.people.today import lines_of
from apps.promises.models import Promise
from apps.promises.replaying import differing
from apps.sittings.models import Sitting
from tests.day import one_in
from tests.factories import NOW

TODAY = date(2026, 11, 20)
EMAIL = "mira@example.org"


# Ids hang on the seed: beside lives of the usual one.
LOOKED_AT = {"email": "looked-at@example.org", "entries": 400, "seed": 7}


def make(**over: Any) -> User:
    values = {"email": EMAIL, "password": None, "today": TODAY, "entries": 60} | over
    return life.make(**values).owner


@pytest.fixture(scope="module")
def _mira(rows_that_stay: None) -> User:
    return make(**LOOKED_AT)


@pytest.fixture
def mira(_mira: User, media_that_stays: Path, settings: Settings, db: None) -> User:
    """A life to be looked at; what a test changes is undone."""
    settings.MEDIA_ROOT = media_that_stays
    return _mira


def forget(user: User) -> None:
    """Everything of theirs, as when an account goes: a ledger stays as long as its owner."""
    User.objects.filter(pk=user.pk).update(deletion_asked_at=NOW)
    leaving.remove(user)


def rows(model: Any, owner: User) -> list[dict[str, Any]]:
    return list(model.objects.for_user(owner).order_by("pk").values())


SAME = [
    Attachment,
    Circle,
    CircleMember,
    Concern,
    Contact,
    Entry,
    EntryPerson,
    EntryTag,
    Notebook,
    Person,
    PersonDate,
    Revision,
    Tag,
]


def told(owner: User) -> list[tuple[Any, ...]]:
    """Promises but for the ids that chance gives them."""
    fields = ("what", "side", "state", "seq", "due_at", "moved_at", "person__name")
    return sorted(Promise.objects.for_user(owner).values_list(*fields), key=str)


def looked_after(owner: User) -> list[tuple[Any, ...]]:
    """Cares but for the ids that chance gives them."""
    fields = ("label", "version", "begun_on", "rested_on", "ended_on", "events_count")
    rows = Care.objects.for_user(owner).annotate(
        entries=Count("entry_links", distinct=True), promises=Count("promise_links", distinct=True)
    )
    return sorted(rows.values_list(*fields, "entries", "promises"), key=str)


@pytest.fixture
def passing(mira: User, media_that_stays: Path, settings: Settings, tmp_path: Path) -> User:
    """The same life, to be forgotten: its files are copies, its rows are back afterwards."""
    settings.MEDIA_ROOT = shutil.copytree(media_that_stays, tmp_path / "media")
    return mira


@pytest.mark.django_db
def test_it_is_the_same_to_the_byte_for_the_same_seed_and_day() -> None:
    first = make()
    before = {model: rows(model, first) for model in SAME}
    forget(first)
    second = make()
    for model, expected in before.items():
        assert expected, model
        assert rows(model, second) == expected


@pytest.mark.nightly
def test_what_was_promised_and_cared_about_is_the_same_but_for_ids(passing: User) -> None:
    before = told(passing), looked_after(passing)
    forget(passing)
    second = make(**LOOKED_AT)
    assert (told(second), looked_after(second)) == before


def test_its_promises_stand_everywhere_and_each_ledger_is_a_true_one(mira: User) -> None:
    assert {state for _what, _side, state, *_ in told(mira)} >= {
        *("draft", "requested", "active", "overdue", "delivered", "kept", "unheard"),
        *("declined", "released", "revoked", "broken"),
    }
    assert list(differing(mira.pk)) == []


def test_its_cares_have_a_history_and_hang_together_with_the_rest(mira: User) -> None:
    found = overview(mira, NOW)
    assert len(found.living) >= 4
    assert found.set_down
    assert found.ended
    cares = looked_after(mira)
    assert sum(entries for *_, entries, _promises in cares) > 40
    assert sum(promises for *_, promises in cares) > 8


def test_it_has_found_out_what_matters_twice_and_goes_as_a_whole(passing: User) -> None:
    mira = passing
    sorts = ValueSort.objects.for_user(mira).order_by("finished_on")
    assert [(TODAY - sort.finished_on).days for sort in sorts] == [725, 6]
    placed = [SortedCard.objects.filter(sort=sort) for sort in sorts]
    assert [cards.count() for cards in placed] == [41, 41]
    assert [cards.exclude(rank=None).count() for cards in placed] == [10, 10]
    found = choosing.lay_out(PairRun.objects.get(owner=mira), mira)
    assert found.question is None
    assert {it.settled for it in found.order} == {"yes", "fairly", "open", ""}
    assert found.circles
    assert DomainCheck.objects.for_user(mira).count() == 3
    forget(mira)
    assert not SortedCard.objects.for_user(mira).exists()


def test_it_has_sat_twice_to_the_end_and_left_one_half_way(mira: User) -> None:
    found = Sitting.objects.for_user(mira).order_by("began_at")
    assert [sitting.state for sitting in found] == ["ended", "ended", "open"]
    assert [sitting.minutes for sitting in found] == [13, 16, 18]
    assert Entry.objects.for_user(mira).kept().count() == 402
    assert EntryWords.objects.for_user(mira).count() == Entry.objects.for_user(mira).count()
    assert [sitting.commitment is not None for sitting in found] == [False, True, False]
    assert found[0].promise.state == "revoked"


def test_its_files_are_where_their_rows_say_and_what_lists_show_of_them(mira: User) -> None:
    found = Attachment.objects.for_user(mira)
    assert {row.kind for row in found} == {"photo", "audio"}
    for row in found:
        with default_storage.open(row.key) as file:
            assert hashlib.sha256(file.read()).hexdigest() == row.sha256
        assert all(default_storage.exists(row.size_key(size.box)) for size in row.sizes) is (
            row.is_photo
        )
    for entry in Entry.objects.for_user(mira).exclude(attached={}):
        before = entry.attached
        uploads.describe(found.filter(entry=entry)[0])
        entry.refresh_from_db()
        assert entry.attached == before


@pytest.mark.nightly
@pytest.mark.django_db
def test_a_life_that_is_measured_has_no_files(monkeypatch) -> None:
    monkeypatch.setattr(attachments, "MOST_ENTRIES", 59)
    assert not Attachment.objects.for_user(make()).exists()


def test_all_of_it_can_be_found_at_once(mira: User) -> None:
    assert EntryWords.objects.for_user(mira).count() == Entry.objects.for_user(mira).count()
    assert not Unsettled.objects.for_user(mira).exists()


@pytest.mark.nightly
@pytest.mark.django_db
def test_it_is_another_life_for_another_seed() -> None:
    bodies = [
        set(
            Entry.objects.for_user(make(email=f"{seed}@example.org", seed=seed)).values_list("body")
        )
        for seed in (1, 2)
    ]
    by_hand = {text.body.strip() for text in texts.recent()}
    assert len(bodies[0] & bodies[1]) <= len(by_hand) + 5


@pytest.mark.django_db
def test_it_has_as_many_entries_as_asked_and_two_in_the_trash() -> None:
    owner = make(entries=75)
    assert Entry.objects.for_user(owner).kept().count() == 75
    assert Entry.objects.for_user(owner).trashed().count() == 2


@pytest.mark.django_db
def test_it_can_be_as_short_as_three_entries_and_then_they_are_the_latest() -> None:
    found = Entry.objects.for_user(make(entries=3)).kept().newest_first()
    assert [entry.local_date for entry in found][:2] == [TODAY, TODAY]
    assert len(found) == 3


def test_it_ends_today_and_nothing_is_still_being_written(mira: User) -> None:
    found = Entry.objects.for_user(mira).kept()
    assert max(found.values_list("local_date", flat=True)) == TODAY
    assert not found.filter(closed_at=None).exists()


def test_it_keeps_earlier_texts_below_the_version_of_their_entry(mira: User) -> None:
    revisions = Revision.objects.for_user(mira)
    assert revisions.count() > 5
    assert not revisions.filter(version__gte=F("entry__version")).exists()
    assert not revisions.filter(saved_at__gte=F("entry__saved_at")).exists()


def test_its_people_have_a_word_due_and_a_day_ahead(mira: User) -> None:
    lines = lines_of(mira, TODAY)
    assert [(line.name, line.label, line.weeks) for line in lines] == [
        ("Lina", "Birthday", None),
        ("Samira Haddad", "", 7),
    ]


def test_it_travels_and_stays_up_late(mira: User) -> None:
    found = list(Entry.objects.for_user(mira).kept())
    assert len({entry.time_zone for entry in found}) >= 3
    late = [e for e in found if e.wall_time and e.wall_time.date() > e.local_date]
    assert late
    assert all(entry.wall_time is not None for entry in found)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "today", one_in(3, [date(2026, 11, 21), date(2027, 1, 3), date(2028, 2, 29)])
)
def test_the_last_weeks_lie_on_working_days_and_free_ones_whatever_day_it_is(today: date) -> None:
    found = Entry.objects.for_user(make(today=today, entries=24)).kept()
    lunch = found.get(body__startswith="Lunch with Yuki")
    niece = found.get(title="Lina, slowly")
    assert lunch.local_date.weekday() < 5
    assert niece.local_date.weekday() >= 5


def test_every_line_can_be_said_in_every_chapter_it_may_be_told_in() -> None:
    said = 0
    for years, seed in ((2, 1), (20, 2)):
        teller = Teller(TODAY, Chance(seed, "texts"))
        first = date(TODAY.year - years, 1, 1)
        for moment in moments(first, TODAY, 4_000, Chance(seed, "days")):
            told = teller.tell(moment)
            said += 1
            assert not set("{}<|") & set(told.title)
            assert not set("{}<|") & set(told.body)
            assert told.body
    assert said == 8_000


def test_every_line_is_written_in_words_the_teller_knows() -> None:
    known = {"p", "they", "them", "their", "boss", "mate", "junior", "work", "piece", "meeting"}
    known |= {"room", "reader", "weekday", "weather"}
    elsewhere = {"city", "sight", "keepsake"}
    for scene in texts.scenes():
        slots = set(elsewhere if "journey" in scene.days else ()) | known
        if not scene.who:
            slots -= {"p", "they", "them", "their"}
        for source in [*scene.titles, *scene.began, *scene.happened, *scene.meant, *scene.next]:
            assert wording.slots_of(wording.parse(source)) <= slots, source


def test_moments_come_in_order_and_as_many_as_asked() -> None:
    found = list(moments(date(2025, 1, 1), date(2025, 12, 31), 500, Chance(1, "days")))
    assert len(found) == 500
    assert [moment.day for moment in found] == sorted(moment.day for moment in found)


@pytest.mark.parametrize("source", ["{a|b", "a}", "{{a}"])
def test_a_line_with_a_brace_too_few_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="brace"):
        wording.parse(source)


def test_choices_may_stand_inside_choices() -> None:
    said = {
        wording.say("{one {cat|dog}|<work>}", {"work": "the map"}, Chance(number))
        for number in range(40)
    }
    assert said == {"One cat", "One dog", "The map"}


@pytest.mark.django_db
def test_the_command_prints_how_to_log_in_and_it_works(rf: Any) -> None:
    out = StringIO()
    call_command("demo", email=EMAIL, entries=5, today="2026-11-20", stdout=out)
    password = out.getvalue().split()[-1]
    request = rf.post("/")
    user = authenticate(request, email=EMAIL, password=password)
    assert user is not None
    assert EMAIL in out.getvalue()


@pytest.mark.django_db
def test_the_command_does_not_touch_somebody_who_is_there() -> None:
    owner = make(entries=3)
    with pytest.raises(CommandError, match="already"):
        call_command("demo", email=EMAIL.upper(), entries=5)
    assert Entry.objects.for_user(owner).kept().count() == 3


@pytest.mark.nightly
@pytest.mark.django_db
def test_the_command_begins_again_when_told_to() -> None:
    make(entries=3)
    call_command("demo", email=EMAIL, entries=5, replace=True, stdout=StringIO())
    owner = User.objects.get(email=EMAIL)
    assert Entry.objects.for_user(owner).kept().count() == 5


@pytest.mark.django_db
@pytest.mark.parametrize(
    "wrong", [{"years": 0}, {"years": 900}, {"entries": -1}, {"today": "yesterday"}]
)
def test_the_command_says_what_it_cannot_do(wrong: dict[str, Any]) -> None:
    with pytest.raises(CommandError):
        call_command("demo", email=EMAIL, **wrong)
    assert not User.objects.filter(email=EMAIL).exists()
