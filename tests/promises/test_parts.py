"""A promise made of smaller ones: what is covered or at risk, which other day is suggested."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.template import Context, Template
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.promises import closing, handing_on
from apps.promises.figures import Share
from apps.promises.hanging import parts_of
from apps.promises.parts import Part, Risk, Whole, roll_up
from apps.promises.states import ENDED, Role, State
from tests.factories import NOW, make_promise, make_promise_draft
from tests.promises.test_figures_fixture import act, keep

DAY = timedelta(days=1)
DUE = NOW + 40 * DAY
# Forty days: a tenth of it is the buffer.
WHOLE = Whole(State.ACTIVE, NOW, DUE)


def part(days: int | None = 20, **over) -> Part:
    """A part that is due so many days from now."""
    due = None if days is None else NOW + days * DAY
    values = {"pk": uuid4(), "what": "A part", "state": State.ACTIVE, "due_at": due} | over
    return Part(**values)


@pytest.mark.parametrize(
    ("state", "covers"),
    [
        (State.DRAFT, 0),
        (State.REQUESTED, 0),
        (State.OFFERED, 0),
        (State.DECLINED, 0),
        (State.CONDITIONAL, 1),
        (State.ACTIVE, 1),
        (State.OVERDUE, 1),
        (State.DELIVERED, 1),
        (State.KEPT, 1),
        (State.UNHEARD, 1),
        (State.RELEASED, 0),
        (State.REVOKED, 0),
        (State.BROKEN, 0),
    ],
)
def test_what_is_only_hoped_for_covers_nothing(state, covers) -> None:
    assert roll_up(WHOLE, [part(state=state)], NOW).covered == Share(covers, 1)


def test_only_what_must_be_is_counted() -> None:
    parts = [part(), part(is_must=False), part(is_waived=True), part(state=State.DRAFT)]
    assert roll_up(WHOLE, parts, NOW).covered == Share(1, 2)


@pytest.mark.parametrize(
    ("made", "risk"),
    [
        pytest.param(part(20), None, id="in good time"),
        pytest.param(part(36), None, id="right before the buffer"),
        pytest.param(part(37), Risk.TIGHT, id="within the buffer"),
        pytest.param(part(50), Risk.TIGHT, id="after the whole"),
        pytest.param(part(20, state=State.OVERDUE), Risk.PAST, id="went by"),
        pytest.param(part(-1), Risk.PAST, id="went by, and nobody has noted it yet"),
        pytest.param(part(15, state=State.OFFERED), None, id="no yes yet, and time enough"),
        pytest.param(part(14, state=State.OFFERED), Risk.UNCOVERED, id="no yes yet, and soon"),
        pytest.param(part(14, state=State.BROKEN), Risk.UNCOVERED, id="gone, and soon"),
        pytest.param(part(None, state=State.DRAFT), None, id="without a day of its own"),
        pytest.param(part(50, state=State.KEPT), None, id="kept"),
        pytest.param(part(50, is_must=False), None, id="not needed"),
        pytest.param(part(50, is_waived=True), None, id="waived"),
    ],
)
def test_a_part_endangers_the_whole(made, risk) -> None:
    assert [it for _, it in roll_up(WHOLE, [made], NOW).risks] == ([risk] if risk else [])


def test_the_buffer_is_two_days_at_least() -> None:
    assert Whole(State.ACTIVE, NOW, NOW + 5 * DAY).buffer == 2 * DAY
    assert Whole(State.ACTIVE, NOW, DUE).buffer == 4 * DAY
    assert Whole(State.DRAFT, None, None).buffer == 2 * DAY


@pytest.mark.parametrize(
    ("parts", "now", "days"),
    [
        pytest.param([part(20)], NOW, 0, id="nothing is gone"),
        pytest.param([part(20, state=State.BROKEN)], NOW, 4, id="by the buffer"),
        pytest.param([part(20, state=State.REVOKED), part(30)], NOW, 4, id="others are sooner"),
        pytest.param(
            [part(20, state=State.BROKEN), part(46)], NOW, 10, id="after the latest open part"
        ),
        pytest.param(
            [part(20, state=State.BROKEN), part(46, state=State.KEPT)], NOW, 4, id="that is kept"
        ),
        pytest.param([part(20, state=State.BROKEN)], DUE + 3 * DAY, 7, id="from now on"),
        pytest.param([part(20, state=State.BROKEN, is_must=False)], NOW, 0, id="not needed"),
    ],
)
def test_another_day_is_suggested(parts, now, days) -> None:
    found = roll_up(WHOLE, parts, now)
    assert found.days_more == days
    assert found.suggested_at == (DUE + days * DAY if days else None)


def test_what_ended_asks_who_still_works_on_it() -> None:
    parts = [part(), part(state=State.KEPT), part(state=State.OFFERED, is_must=False)]
    for state in ENDED:
        found = roll_up(Whole(state, NOW, DUE), parts, NOW)
        assert len(found.still_working) == (0 if state is State.KEPT else 2)
        assert not found.risks
    assert not roll_up(WHOLE, parts, NOW).still_working


instants = st.datetimes(datetime(2026, 11, 1), datetime(2027, 3, 1), timezones=st.just(UTC))
parts = st.builds(
    Part,
    pk=st.uuids(),
    what=st.just(""),
    state=st.sampled_from(list(State)),
    due_at=st.none() | instants,
    is_must=st.booleans(),
    is_waived=st.booleans(),
)


@given(st.lists(parts, max_size=6, unique_by=lambda it: it.pk), instants, st.randoms())
def test_the_order_of_parts_changes_nothing(found, now, random) -> None:
    mixed = list(found)
    random.shuffle(mixed)
    one, other = roll_up(WHOLE, found, now), roll_up(WHOLE, mixed, now)
    assert one == other
    assert 0 <= one.covered.some <= one.covered.of <= len(found)


@given(st.lists(parts, max_size=6, unique_by=lambda it: it.pk), instants)
def test_a_suggestion_lies_ahead_with_its_buffer(found, now) -> None:
    it = roll_up(WHOLE, found, now)
    if it.suggested_at is not None:
        assert it.suggested_at >= max(now, DUE) + WHOLE.buffer
        assert bool(it.gone)


# --- Reading ----------------------------------------------------------------------------------


@pytest.mark.django_db
def test_they_are_read_by_one_query(alice: User) -> None:
    whole = make_promise(alice, due_at=DUE)
    for number in range(5):
        handing_on.link(make_promise(alice, what=f"Part {number}"), "part_of", whole)
    handing_on.link(make_promise_draft(alice), "part_of", whole)
    with CaptureQueriesContext(connection) as queries:
        found = parts_of(whole, NOW)
    assert len(queries) == 1
    assert found.covered == Share(5, 6)


@pytest.mark.django_db
def test_what_took_the_place_of_a_part_is_the_part(alice: User) -> None:
    whole, old, new = (make_promise(alice, due_at=DUE, what=it) for it in ("whole", "old", "new"))
    handing_on.link(old, "part_of", whole)
    with act(old, Role.PROMISER, NOW + DAY) as it:
        handing_on.hand_over(it, successor=new, consent_words="Fine with me.", consent_at=NOW)
    found = parts_of(whole, NOW)
    assert [it.what for it in found.parts] == ["new"]
    assert found.covered == Share(1, 1)


@pytest.mark.django_db
def test_nobody_elses_parts_are_read(alice: User, bob: User) -> None:
    whole = make_promise(alice)
    handing_on.link(make_promise(alice), "part_of", whole)
    whole.owner = bob
    assert parts_of(whole, NOW).parts == ()


@pytest.mark.django_db
def test_the_page_says_what_the_parts_say(alice: User) -> None:
    whole = make_promise(alice, due_at=DUE, what="The whole")
    kept, gone = make_promise(alice, what="Kept"), make_promise(alice, what="Gone")
    handing_on.link(kept, "part_of", whole)
    handing_on.link(gone, "part_of", whole)
    keep(kept, NOW + DAY)
    with act(gone, Role.PROMISER, NOW + DAY) as it:
        closing.revoke(it, reason="health")
    page = Template("{% load promise_figures %}{% parts_of promise now %}")
    html = page.render(Context({"promise": whole, "now": NOW + 2 * DAY}))
    assert "1 of 2 parts it needs have somebody’s yes." in html
    assert "4 days later" in html
    assert page.render(Context({"promise": kept, "now": NOW})).strip() == ""


@pytest.mark.django_db
def test_the_page_asks_who_still_works_on_it(alice: User) -> None:
    whole, going = make_promise(alice), make_promise(alice, what="Goes on")
    handing_on.link(going, "part_of", whole)
    with act(whole, Role.PROMISER, NOW + DAY) as it:
        closing.revoke(it, reason="health")
    whole.refresh_from_db()
    page = Template("{% load promise_figures %}{% parts_of promise now %}")
    html = page.render(Context({"promise": whole, "now": NOW + DAY}))
    assert "Who is still working on this?" in html
    assert "Goes on" in html
