"""Weeks: frozen on Monday, judged yes or no, and each no with a reason."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.core.periods import instant_on
from apps.promises import changing, closing, planning
from apps.promises.clock import pass_time
from apps.promises.figures import Share
from apps.promises.models import PlannedPromise, Promise, PromiseSettings
from apps.promises.planning import plan_weeks, week_on, weeks_of
from apps.promises.states import Role, State
from apps.promises.weeks import Handed, Outcome, Planned, outcome_of, span_of, spans
from tests.factories import make_promise, make_user, make_wanted
from tests.promises.test_figures_fixture import act, eight, keep, move_to

P, R = Role.PROMISER, Role.RECIPIENT
DAY = timedelta(days=1)
MONDAY = date(2026, 11, 23)
ZONE = "Europe/Vienna"
SPAN = span_of(MONDAY, ZONE)
BEGINS, ENDS = SPAN.begins_at, SPAN.ends_at
FRIDAY = instant_on(MONDAY + timedelta(days=5), time(0), ZONE)


# --- The week itself --------------------------------------------------------------------------


def test_a_sunday_belongs_to_the_week_it_ends() -> None:
    sunday_is_over = instant_on(MONDAY + timedelta(days=7), time(0), ZONE)
    assert SPAN.holds(sunday_is_over)
    assert not SPAN.holds(BEGINS)
    assert SPAN.holds(BEGINS + timedelta(microseconds=1))


@pytest.mark.parametrize(
    ("monday", "zone_name", "hours"),
    [
        (date(2026, 3, 23), "Europe/Vienna", 167),
        (date(2026, 10, 19), "Europe/Vienna", 169),
        (date(2026, 11, 23), "Asia/Kolkata", 168),
        # Midnight is skipped on the Sunday in this week; the next Monday begins as ever.
        (date(2026, 8, 31), "America/Santiago", 167),
    ],
)
def test_a_week_is_as_long_as_its_days(monday, zone_name, hours) -> None:
    span = span_of(monday, zone_name)
    assert span.ends_at - span.begins_at == timedelta(hours=hours)


@given(
    st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(["Europe/Vienna", "Asia/Tokyo"])
)
def test_every_instant_lies_in_one_week(day, zone_name) -> None:
    monday = day - timedelta(days=day.weekday())
    three = spans(monday - timedelta(days=7), monday + timedelta(days=7), zone_name)
    noon = instant_on(day, time(12), zone_name)
    assert [span.holds(noon) for span in three] == [False, True, False]
    assert three[0].ends_at == three[1].begins_at


# --- Yes or no --------------------------------------------------------------------------------


def planned(**over) -> Planned:
    values = {
        "pk": None,
        "what": "",
        "person": "",
        "is_own": False,
        "state": State.ACTIVE,
        "due_at": FRIDAY,
        "due_now": FRIDAY,
        "ended_at": None,
    } | over
    return Planned(**values)


@pytest.mark.parametrize(
    ("over", "days", "expected"),
    [
        pytest.param({}, 1, Outcome.OPEN, id="its day is to come"),
        pytest.param({}, 6, Outcome.NO, id="its day went by"),
        pytest.param({"deliveries": (Handed(FRIDAY, None),)}, 6, Outcome.YES, id="delivered"),
        pytest.param({"deliveries": (Handed(FRIDAY, False),)}, 6, Outcome.NO, id="returned"),
        pytest.param(
            {"deliveries": (Handed(FRIDAY - DAY, False), Handed(FRIDAY, True))},
            6,
            Outcome.YES,
            id="returned, and done in time again",
        ),
        pytest.param(
            {"deliveries": (Handed(FRIDAY + DAY, True),), "state": State.KEPT},
            9,
            Outcome.NO,
            id="late",
        ),
        pytest.param({"due_now": FRIDAY + 7 * DAY}, 1, Outcome.NO, id="moved"),
        pytest.param({"state": State.REVOKED, "ended_at": BEGINS}, 1, Outcome.NO, id="revoked"),
        pytest.param({"state": State.SUPERSEDED, "ended_at": BEGINS}, 1, Outcome.NO, id="handed"),
        pytest.param({"state": State.RELEASED, "ended_at": FRIDAY}, 6, Outcome.OUT, id="released"),
        pytest.param(
            {"state": State.RELEASED, "ended_at": ENDS + DAY}, 9, Outcome.NO, id="released later"
        ),
        pytest.param({"state": State.LAPSED, "ended_at": FRIDAY}, 6, Outcome.OUT, id="lapsed"),
    ],
)
def test_it_was_done_as_it_was_said_or_not(over, days, expected) -> None:
    assert outcome_of(planned(**over), SPAN, BEGINS + days * DAY) is expected


# --- The fixture of the specification ---------------------------------------------------------


@pytest.mark.django_db
def test_the_week_of_the_fixture(alice: User) -> None:
    """p1, p2, p3 with its old date, and p5: one of four; p3 is a yes in its new week."""
    due = instant_on(date(2026, 12, 3), time(0), ZONE)
    made = instant_on(date(2026, 11, 19), time(10), ZONE)
    p1, p2, p3, p5 = [make_promise(alice, due_at=due, what=f"p{n}", now=made) for n in (1, 2, 3, 5)]
    week = date(2026, 11, 30)
    plan_weeks(instant_on(week, time(1), ZONE))
    keep(p1, due - DAY)
    move_to(p3, due + 7 * DAY, proposed=due - 2 * DAY, agreed=due - DAY)
    with act(p5, P, due - 2 * DAY) as it:
        closing.revoke(it, reason="held_too_much")
    pass_time(due + timedelta(hours=1))
    keep(p2, due + 2 * DAY)
    plan_weeks(instant_on(week + timedelta(days=7), time(1), ZONE))
    keep(p3, due + 6 * DAY)
    later = due + 20 * DAY
    one, two = weeks_of(alice, week, week + timedelta(days=7), later)
    assert one.share == Share(1, 4)
    assert {row.what: outcome for row, outcome in one.rows} == {
        "p1": Outcome.YES,
        "p2": Outcome.NO,
        "p3": Outcome.NO,
        "p5": Outcome.NO,
    }
    assert two.share == Share(1, 1)
    assert two.rows[0][0].what == "p3"
    told = {row.what: (row.reason, row.is_told) for row, _ in one.rows}
    assert told["p3"] == ("estimate", True)
    assert told["p5"] == ("held_too_much", True)
    assert told["p2"] == ("", False)


# --- Freezing ---------------------------------------------------------------------------------


def due_on(day: date) -> datetime:
    return instant_on(day + timedelta(days=1), time(0), ZONE)


@pytest.mark.django_db
def test_it_is_frozen_once(alice: User) -> None:
    make_promise(alice, due_at=due_on(MONDAY))
    assert plan_weeks(BEGINS) == 1
    assert plan_weeks(BEGINS) == 0
    assert plan_weeks(BEGINS + 3 * DAY) == 0
    assert PlannedPromise.objects.count() == 1


@pytest.mark.django_db
def test_what_is_made_after_it_began_is_not_frozen_but_counts(alice: User) -> None:
    plan_weeks(BEGINS)
    made = make_promise(alice, due_at=FRIDAY, now=BEGINS + DAY)
    make_promise(alice, due_at=FRIDAY + 7 * DAY, now=BEGINS + DAY)
    plan_weeks(BEGINS + 2 * DAY)
    assert not PlannedPromise.objects.exists()
    [(row, outcome)] = week_on(alice, MONDAY, BEGINS + 2 * DAY).rows
    assert (row.pk, outcome) == (made.pk, Outcome.OPEN)


@pytest.mark.django_db
def test_a_missed_hour_freezes_the_week_as_it_began(alice: User) -> None:
    """Nobody ran until Thursday: what was moved, kept and made since is as it was on Monday."""
    moved = make_promise(alice, due_at=FRIDAY, what="moved")
    kept = make_promise(alice, due_at=FRIDAY, what="kept")
    gone = make_promise(alice, due_at=FRIDAY, what="gone before")
    move_to(moved, FRIDAY + 9 * DAY, proposed=BEGINS + DAY, agreed=BEGINS + 2 * DAY)
    keep(kept, BEGINS + DAY, BEGINS + DAY)
    with act(gone, P, BEGINS - timedelta(minutes=1)) as it:
        closing.revoke(it, reason="forgot")
    make_promise(alice, due_at=FRIDAY, now=BEGINS + DAY)
    plan_weeks(BEGINS + 3 * DAY)
    found = PlannedPromise.objects.values_list("promise__what", "due_at")
    assert set(found) == {("moved", FRIDAY), ("kept", FRIDAY)}


@pytest.mark.django_db
def test_a_change_that_is_only_proposed_moves_nothing(alice: User) -> None:
    promise = make_promise(alice, due_at=FRIDAY)
    with act(promise, P, BEGINS - DAY) as it:
        changing.propose(it, wanted=make_wanted(due_at=FRIDAY + 9 * DAY), reason="estimate")
    plan_weeks(BEGINS)
    assert PlannedPromise.objects.get().due_at == FRIDAY


@pytest.mark.django_db
def test_missed_weeks_are_made_up_for(alice: User) -> None:
    plan_weeks_later = BEGINS + 15 * DAY
    make_promise(alice, due_at=FRIDAY)
    make_promise(alice, due_at=FRIDAY + 7 * DAY)
    plan_weeks(BEGINS - 3 * DAY)
    assert plan_weeks(plan_weeks_later) == 3
    weeks = PlannedPromise.objects.order_by("week_on").values_list("week_on", flat=True)
    assert list(weeks) == [MONDAY, MONDAY + timedelta(days=7)]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("zone_name", "begins"),
    [
        ("Pacific/Kiritimati", datetime(2026, 11, 22, 10, tzinfo=UTC)),
        ("Europe/Vienna", datetime(2026, 11, 22, 23, tzinfo=UTC)),
        ("America/Los_Angeles", datetime(2026, 11, 23, 8, tzinfo=UTC)),
    ],
)
def test_monday_begins_where_somebody_lives(zone_name, begins) -> None:
    user = make_user(time_zone=zone_name)
    make_promise(user, due_at=begins + 2 * DAY)
    plan_weeks(begins - timedelta(minutes=1))
    assert not PlannedPromise.objects.filter(week_on=MONDAY).exists()
    plan_weeks(begins)
    assert PlannedPromise.objects.filter(week_on=MONDAY).count() == 1


@pytest.mark.django_db
def test_only_what_the_owner_owes_is_planned(alice: User) -> None:
    make_promise(alice, side="asked", due_at=FRIDAY)
    make_promise(alice, side="own", due_at=FRIDAY)
    make_promise(alice, due_at=FRIDAY, said_at=BEGINS - 20 * DAY)
    plan_weeks(BEGINS)
    [plan] = PlannedPromise.objects.select_related("promise")
    assert plan.promise.side == "own"


@pytest.mark.django_db
def test_nothing_is_planned_for_who_is_leaving(alice: User) -> None:
    make_promise(alice, due_at=FRIDAY)
    User.objects.filter(pk=alice.pk).update(deletion_asked_at=BEGINS)
    assert plan_weeks(BEGINS) == 0


@pytest.mark.django_db
def test_the_settings_are_one_row_and_name_a_monday(alice: User) -> None:
    PromiseSettings.objects.create(owner=alice)
    with pytest.raises(IntegrityError, match="promise_settings_one"), transaction.atomic():
        PromiseSettings.objects.create(owner=alice)
    tuesday = PromiseSettings.objects.filter(owner=alice)
    with pytest.raises(IntegrityError, match="from_monday"), transaction.atomic():
        tuesday.update(planned_on=MONDAY + DAY)


@pytest.mark.django_db
def test_a_week_that_nobody_has_frozen_yet_is_shown_all_the_same(alice: User) -> None:
    make_promise(alice, due_at=FRIDAY)
    assert len(week_on(alice, MONDAY, BEGINS).rows) == 1
    assert not PlannedPromise.objects.exists()


@pytest.mark.django_db
def test_the_fixture_stands_in_no_other_week(alice: User) -> None:
    """Whatever was frozen or made, each promise is in a week once."""
    eight(alice)
    plan_weeks(BEGINS)
    for week in weeks_of(alice, MONDAY - timedelta(days=14), MONDAY + timedelta(days=14), ENDS):
        pks = [row.pk for row, _ in week.rows]
        assert len(pks) == len(set(pks))


# --- The page ---------------------------------------------------------------------------------


@pytest.fixture
def late(alice: User) -> Promise:
    """A promise whose day in last week went by."""
    now = timezone.now()
    monday = planning.monday_of(now, ZONE) - timedelta(days=7)
    span = span_of(monday, ZONE)
    promise = make_promise(alice, due_at=span.begins_at + 2 * DAY, now=span.begins_at - DAY)
    plan_weeks(span.begins_at)
    pass_time(span.begins_at + 3 * DAY)
    promise.week = monday
    return promise


def page_of(promise) -> str:
    return reverse("promises:week_detail", kwargs={"monday": promise.week})


def reason_of(promise) -> str:
    return reverse("promises:week_reason", kwargs={"monday": promise.week, "pk": promise.pk})


def test_the_page_says_it_in_words(late, alice_client: Client) -> None:
    page = alice_client.get(page_of(late)).content.decode()
    assert "0 of 1" in page
    assert late.what in page
    assert "What got in the way?" in page


def test_a_reason_is_kept_and_shown(late, alice_client: Client) -> None:
    response = alice_client.post(reason_of(late), {"reason": "avoided", "note": "A dull one."})
    assert response.status_code == 302
    plan = PlannedPromise.objects.get()
    assert (plan.reason, plan.reason_note) == ("avoided", "A dull one.")
    assert "A dull one." in alice_client.get(page_of(late)).content.decode()


def test_something_else_needs_a_line(late, alice_client: Client) -> None:
    response = alice_client.post(reason_of(late), {"reason": "other", "note": " "})
    assert response.status_code == 422
    assert "Say in a line what it was." in response.content.decode()
    assert PlannedPromise.objects.get().reason == ""


def test_a_reason_for_what_was_made_within_the_week(alice: User, alice_client: Client) -> None:
    monday = planning.monday_of(timezone.now(), ZONE) - timedelta(days=7)
    span = span_of(monday, ZONE)
    plan_weeks(span.begins_at)
    due = span.begins_at + 3 * DAY
    promise = make_promise(alice, due_at=due, now=span.begins_at + DAY)
    pass_time(due + DAY)
    promise.week = monday
    alice_client.post(reason_of(promise), {"reason": "forgot", "note": ""})
    plan = PlannedPromise.objects.get()
    assert (plan.due_at, plan.reason, plan.week_on) == (due, "forgot", monday)
    assert week_on(alice, monday, timezone.now()).share == Share(0, 1)


def test_no_reason_is_asked_where_one_was_given(alice: User, alice_client: Client, late) -> None:
    with act(late, P, timezone.now()) as it:
        closing.break_off(it, reason="skill")
    page = alice_client.get(page_of(late)).content.decode()
    assert "a skill I do not have yet" in page
    assert "What got in the way?" not in page
    assert alice_client.post(reason_of(late), {"reason": "forgot"}).status_code == 404


def test_a_stranger_finds_no_week_of_hers(late, bob_client: Client) -> None:
    assert late.what not in bob_client.get(page_of(late)).content.decode()
    assert bob_client.post(reason_of(late), {"reason": "forgot"}).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["2026-11-24", "2026-02-30", "1990-01-01", "2999-12-30"])
def test_no_other_day_names_a_week(alice_client: Client, day) -> None:
    assert alice_client.get(f"/promises/weeks/{day}/").status_code == 404
