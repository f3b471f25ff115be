"""What touched cares, as it is read from the links of entries and promises."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from apps.accounts.models import User
from apps.cares import joining, letting_go, resting, stating
from apps.cares.reading import lineages_of
from apps.cares.stating import Said
from apps.core.periods import Month
from apps.journal.caring import Untouched, touches, touches_in_all, untouched
from apps.journal.models import EntryCare
from apps.promises.models import Event, Promise, PromiseCare
from tests.factories import NOW, TODAY, make_care, make_entry, make_promise
from tests.htmx import one, soup

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
YEAR = (date(2025, 12, 1), date(2026, 11, 30))


def written(care, *days: date, **over) -> None:
    for day in days:
        entry = make_entry(care.owner, local_date=day, **over)
        EntryCare.objects.create(owner=care.owner, care=care, entry=entry)


def promised(care, now=NOW) -> Promise:
    promise = make_promise(care.owner, now=now)
    PromiseCare.objects.create(owner=care.owner, care=care, promise=promise)
    return promise


def found(user: User, *cares, read=touches, first=YEAR[0], last=YEAR[1]) -> list:
    rows = read(user, lineages_of(user.pk, [care.pk for care in cares]), first, last)
    return sorted((row.month, row.entries, row.promises, row.last_on) for row in rows)


def test_entries_touch_on_their_own_day(alice: User) -> None:
    care = make_care(alice)
    written(care, date(2026, 3, 1), date(2026, 3, 31), date(2026, 11, 2))
    written(care, date(2026, 4, 1), trashed_at=NOW)
    written(care, date(2025, 11, 30), date(2026, 12, 1))
    assert found(alice, care) == [
        (Month(2026, 3), 2, 0, date(2026, 3, 31)),
        (Month(2026, 11), 1, 0, date(2026, 11, 2)),
    ]


def test_a_promise_touches_when_somebody_moves_it(alice: User) -> None:
    care = make_care(alice)
    promise = promised(care)
    assert found(alice, care) == [(Month(2026, 11), 0, 1, TODAY)]
    events = Event.objects.filter(promise=promise)
    assert events.count() >= 1
    copy = events.order_by("-seq")[0]
    Event.objects.create(
        owner=alice,
        promise=promise,
        seq=copy.seq + 1,
        move="fall_due",
        from_state=copy.to_state,
        to_state=copy.to_state,
        role="clock",
        via="system",
        said_at=NOW - 40 * DAY,
        recorded_at=NOW,
    )
    assert found(alice, care) == [(Month(2026, 11), 0, 1, TODAY)]


def test_the_day_of_a_move_is_the_persons_own(alice: User) -> None:
    care = make_care(alice)
    promised(care)
    alice.time_zone = "Pacific/Auckland"
    assert found(alice, care) == [(Month(2026, 11), 0, 1, TODAY + DAY)]
    alice.day_starts_at = 12
    assert found(alice, care) == [(Month(2026, 11), 0, 1, TODAY)]
    alice.time_zone = "Mars/Olympus"
    assert found(alice, care) == [(Month(2026, 11), 0, 1, TODAY)]


def test_a_period_counts_each_once(alice: User) -> None:
    care, other = make_care(alice), make_care(alice)
    written(care, TODAY, TODAY - 40 * DAY)
    promised(care)
    assert found(alice, care, other, read=touches_in_all) == [
        (Month(2026, 11), 2, 1, TODAY),
    ]
    first = TODAY - 20 * DAY
    assert found(alice, care, read=touches_in_all, first=first)[0][1:3] == (1, 1)


def test_what_touched_the_old_ones_has_touched_the_new(alice: User) -> None:
    care, other = make_care(alice), make_care(alice)
    day = date(2026, 3, 1)
    written(care, day)
    [entry] = [link.entry for link in EntryCare.objects.all()]
    EntryCare.objects.create(owner=alice, care=other, entry=entry)
    ids = [care.pk, other.pk]
    new = joining.merge(owner=alice, cares=ids, said=Said("All"), now=NOW)
    # It is about both, and one entry all the same.
    assert found(alice, new) == [(Month(2026, 3), 1, 0, day)]


def test_nobody_elses_links_count(alice: User, bob: User) -> None:
    care = make_care(bob)
    written(care, TODAY)
    promised(care)
    assert found(alice, care) == []
    assert found(alice) == []
    assert untouched(alice, TODAY) == []


def test_it_asks_once_however_many_there_are(alice: User) -> None:
    cares = [make_care(alice) for _ in range(9)]
    for care in cares:
        written(care, TODAY)
    lineages = lineages_of(alice.pk, [care.pk for care in cares])
    for ask in (
        lambda: touches(alice, lineages, *YEAR),
        lambda: touches_in_all(alice, lineages, *YEAR),
        lambda: untouched(alice, TODAY),
    ):
        with CaptureQueriesContext(connection) as asked:
            ask()
        assert len(asked) == 1


# --- What nothing touched for three weeks ----------------------------------------------------


def test_it_waits_from_the_last_day_on_which_anything_was(alice: User) -> None:
    care = make_care(alice, label="Ways in")
    assert untouched(alice, TODAY + 20 * DAY) == []
    assert untouched(alice, TODAY + 21 * DAY) == [Untouched(care.pk, "Ways in", 3)]
    written(care, TODAY + 5 * DAY)
    written(care, TODAY + 9 * DAY, trashed_at=NOW)
    assert untouched(alice, TODAY + 25 * DAY) == []
    assert untouched(alice, TODAY + 26 * DAY) == [Untouched(care.pk, "Ways in", 3)]
    promised(care, now=NOW + 10 * DAY)
    assert untouched(alice, TODAY + 30 * DAY) == []
    stating.still_holds(owner=alice, care=care.pk, now=NOW + 30 * DAY)
    assert untouched(alice, TODAY + 50 * DAY) == []
    assert untouched(alice, TODAY + 58 * DAY) == [Untouched(care.pk, "Ways in", 4)]


def test_what_rests_is_set_down_or_has_ended_is_left_alone(alice: User) -> None:
    resting_one, set_down, split, gone = (make_care(alice) for _ in range(4))
    resting.rest(owner=alice, care=resting_one.pk, now=NOW)
    said = Said("It was so.", standing="set_down")
    stating.restate(
        owner=alice, care=set_down.pk, after=1, said=said, what_changed="I saw.", now=NOW
    )
    parts = [joining.Part("One"), joining.Part("Two")]
    new = joining.split(owner=alice, care=split.pk, parts=parts, now=NOW)
    letting_go.let_go(owner=alice, care=gone.pk, now=NOW)
    waiting = untouched(alice, TODAY + 70 * DAY)
    assert [row.care for row in waiting] == [care.pk for care in new]
    assert {row.weeks for row in waiting} == {10}


def test_who_waits_longest_comes_first(alice: User) -> None:
    late, early = make_care(alice, now=NOW), make_care(alice, now=NOW - 30 * DAY)
    assert [row.care for row in untouched(alice, TODAY + 21 * DAY)] == [early.pk, late.pk]


# --- On pages --------------------------------------------------------------------------------


def test_the_page_of_a_care_shows_its_months(alice: User, alice_client: Client) -> None:
    care = make_care(alice)
    assert soup(alice_client.get(care.get_absolute_url())).select(".care-months") == []
    today = alice.today(timezone.now())
    written(care, today, today)
    page = soup(alice_client.get(care.get_absolute_url()))
    svg = one(page, ".care-months svg")
    assert "In one of the last twelve months" in svg["aria-label"]
    assert one(svg, ".count").get_text() == "2"
    rows = page.select("section[aria-labelledby=touched] tbody tr")
    assert len(rows) == 12
    assert [cell.get_text() for cell in rows[0].select("td")] == ["2", "0"]


def test_the_page_of_touches_parts_them(alice: User, alice_client: Client) -> None:
    today = alice.today(timezone.now())
    near, far, never = (make_care(alice, label=name) for name in ("Near", "Far", "Never"))
    resting.rest(owner=alice, care=make_care(alice, label="Resting").pk, now=NOW)
    written(near, today)
    written(far, today - 150 * DAY)
    page = soup(alice_client.get("/cares/touched/"))
    assert [a.get_text() for a in page.select("[aria-labelledby=touched] .name")] == ["Near"]
    assert "1 entry" in one(page, "[aria-labelledby=touched] .quiet").get_text()
    names = [a.get_text() for a in page.select("[aria-labelledby=untouched] .name")]
    assert names == ["Far", "Never"]
    assert "Resting" not in page.get_text()
    year = soup(alice_client.get("/cares/touched/?in=year"))
    assert len(year.select("[aria-labelledby=touched] li")) == 2
    assert len(year.select("tbody tr")) == 3
    assert alice_client.get("/cares/touched/?in=decade").status_code == 404
    assert never.label in year.get_text()


def test_the_page_of_touches_without_a_care(alice_client: Client) -> None:
    assert "no care that is alive" in alice_client.get("/cares/touched/").content.decode()
