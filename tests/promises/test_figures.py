"""Figures as a rule without a database: what moves them, and what does not."""

from datetime import timedelta
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.promises.figures import (
    KEPT,
    NOT_KEPT,
    UNCOUNTED,
    Change,
    End,
    Handed,
    Row,
    Share,
    answers_of,
    band_of,
    end_of,
    figures_of,
    lasting_due,
    mix_of,
    sizes_of,
    trouble_of,
)
from apps.promises.states import State

# Instants are seconds here.
HOUR, DAY = 3_600.0, 86_400.0
BEGAN = 1_770_000_000.0
DUE = BEGAN + 10 * DAY


def row(**over) -> Row:
    """A promise that was kept a day before it was due."""
    values = {
        "pk": uuid4(),
        "side": "given",
        "kind": "produce",
        "state": State.KEPT,
        "agreed_at": BEGAN,
        "due_at": DUE,
        "ended_at": DUE,
        "heard_via": "reported",
        "deliveries": (Handed(DUE - DAY, DUE, True),),
    } | over
    return Row(**values)


def change(days: int, *, agreed: int | None, before: int, after: int, mine=True) -> Change:
    """A change proposed so many days after the beginning; due moments counted the same way."""
    at = None if agreed is None else BEGAN + agreed * DAY
    return Change(mine, BEGAN + days * DAY, BEGAN + before * DAY, at, BEGAN + after * DAY)


# --- The lasting due moment -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "due"),
    [
        pytest.param((), 10, id="never changed"),
        pytest.param((change(5, agreed=6, before=10, after=15),), 15, id="in time"),
        pytest.param((change(5, agreed=10, before=10, after=15),), 15, id="at the very moment"),
        pytest.param((change(5, agreed=11, before=10, after=15),), 10, id="agreed too late"),
        pytest.param((change(11, agreed=12, before=10, after=15),), 10, id="proposed too late"),
        pytest.param((change(5, agreed=None, before=10, after=15),), 10, id="refused"),
        pytest.param(
            (
                change(5, agreed=6, before=10, after=15),
                change(14, agreed=14, before=15, after=20),
            ),
            20,
            id="in time, twice",
        ),
        pytest.param(
            (
                change(11, agreed=12, before=10, after=15),
                change(13, agreed=13, before=15, after=20),
            ),
            10,
            id="in time after it was too late once",
        ),
        pytest.param((change(5, agreed=6, before=10, after=8),), 8, id="sooner"),
    ],
)
def test_a_change_moves_the_due_moment_only_in_time(changes, due) -> None:
    last = changes[-1].due_after if changes and changes[-1].agreed_at else DUE
    assert lasting_due(row(changes=changes, due_at=last)) == BEGAN + due * DAY


def test_a_late_change_never_makes_it_on_time() -> None:
    late = row(
        changes=(change(11, agreed=12, before=10, after=30),),
        due_at=BEGAN + 30 * DAY,
        deliveries=(Handed(BEGAN + 13 * DAY, BEGAN + 14 * DAY, True),),
    )
    assert end_of(late) is End.LATE


def test_the_last_accepted_delivery_counts() -> None:
    returned = (Handed(DUE - 3 * DAY, DUE - 2 * DAY, False), Handed(DUE + DAY, DUE + 2 * DAY, True))
    assert end_of(row(deliveries=returned)) is End.LATE
    assert end_of(row(deliveries=(Handed(DUE, DUE + DAY, True),))) is End.ON_TIME


# --- The first word ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("over", "expected"),
    [
        pytest.param({}, [], id="no trouble"),
        pytest.param({"changes": (change(7, agreed=8, before=10, after=15),)}, [3], id="spoke"),
        pytest.param(
            {"changes": (change(7, agreed=None, before=10, after=15),)}, [3], id="spoke, refused"
        ),
        pytest.param(
            {
                "changes": (
                    change(4, agreed=None, before=10, after=12),
                    change(7, agreed=None, before=10, after=15),
                )
            },
            [6],
            id="twice about one due moment is once, by the first word",
        ),
        pytest.param(
            {"changes": (change(7, agreed=8, before=10, after=15, mine=False),)},
            [],
            id="the other one spoke",
        ),
        pytest.param(
            {
                "fell_due": (DUE + HOUR,),
                "deliveries": (Handed(DUE + DAY, None, None),),
            },
            [None],
            id="went by",
        ),
        pytest.param(
            {
                "changes": (change(7, agreed=None, before=10, after=15),),
                "fell_due": (DUE + HOUR,),
                "deliveries": (),
                "state": State.OVERDUE,
            },
            [3],
            id="spoke, and went by after all",
        ),
        pytest.param(
            {"state": State.REVOKED, "revoked_at": DUE - 5 * DAY, "deliveries": ()},
            [5],
            id="taken back before",
        ),
        pytest.param(
            {"state": State.REVOKED, "revoked_at": DUE + DAY, "deliveries": ()},
            [None],
            id="taken back after",
        ),
        pytest.param(
            {
                "deliveries": (
                    Handed(DUE - DAY, DUE + DAY, False),
                    Handed(DUE + 2 * DAY, None, None),
                )
            },
            [],
            id="delivered in time, returned later",
        ),
        pytest.param(
            {
                "changes": (change(8, agreed=9, before=10, after=10),),
            },
            [2],
            id="a change of something else than the day is one case of that day",
        ),
    ],
)
def test_trouble_is_counted_once_for_each_due_moment(over, expected) -> None:
    found = [None if it is None else it / DAY for it in trouble_of(row(**over))]
    assert found == expected


def test_each_due_moment_may_be_in_trouble() -> None:
    twice = row(
        changes=(
            change(7, agreed=8, before=10, after=15),
            change(13, agreed=14, before=15, after=20),
        ),
        due_at=BEGAN + 20 * DAY,
        fell_due=(BEGAN + 20 * DAY,),
        deliveries=(),
        state=State.BROKEN,
    )
    assert list(trouble_of(twice)) == [3 * DAY, 2 * DAY, None]


# --- What is counted --------------------------------------------------------------------------


def test_words_of_their_own_confirm() -> None:
    rows = [row(heard_via="link"), row(heard_via="account"), row(heard_via="reported")]
    found = figures_of(rows)
    assert (found.confirmed, found.reported) == (2, 1)


def test_accepted_first_time_means_that_nothing_was_returned() -> None:
    rows = [
        row(),
        row(deliveries=(Handed(DUE, DUE, False), Handed(DUE, DUE, True))),
        row(deliveries=(Handed(DUE, None, None),), state=State.DELIVERED),
    ]
    assert figures_of(rows).accepted_first == Share(1, 3)


def test_answers_are_given_or_lapse() -> None:
    rows = [
        row(asked_at=BEGAN, answered_at=BEGAN + DAY),
        row(state=State.DECLINED, asked_at=BEGAN, answered_at=BEGAN + 3 * DAY),
        row(state=State.LAPSED, asked_at=BEGAN, is_unanswered=True),
    ]
    found = answers_of(rows)
    assert (found.given, found.lapsed, found.after) == (2, 1, timedelta(days=2))


def test_the_mix_counts_what_bound_somebody() -> None:
    rows = [
        row(is_chosen=True, reach=3),
        row(side="own", kind="process", is_chosen=False),
        row(state=State.DECLINED, is_chosen=True),
    ]
    found = mix_of(rows)
    assert (found.to_self, found.to_others, found.reaching_several) == (1, 1, 1)
    assert (found.chosen, found.owed) == (1, 1)
    assert found.kinds == (("process", 1), ("produce", 1))


def test_the_line_rises_with_what_was_kept() -> None:
    rows = [
        row(size=3, ended_at=DUE),
        row(size=9, ended_at=DUE + DAY, state=State.BROKEN),
        row(size=2, ended_at=DUE + 2 * DAY),
        row(size=5, ended_at=DUE + 3 * DAY),
        row(size=None),
        row(size=8, ended_at=None, state=State.ACTIVE),
    ]
    found = sizes_of(rows)
    assert [dot.size for dot in found.dots] == [3, 9, 2, 5]
    assert [dot.size for dot in found.steps] == [3, 5]
    assert found.largest == 5


def test_sizes_have_four_names() -> None:
    bands = [band_of(size) for size in range(1, 15)]
    assert bands == ["small"] * 3 + ["middling"] * 3 + ["large"] * 3 + ["very_large"] * 5


# --- Properties -------------------------------------------------------------------------------

hours = st.integers(0, 60 * 24).map(lambda count: BEGAN + count * HOUR)


@st.composite
def rows(draw: st.DrawFn) -> Row:
    """A promise with a story that could have happened, or nearly."""
    due = first = draw(hours)
    changes = []
    for proposed in sorted(draw(st.lists(hours, max_size=3))):
        agreed = draw(st.none() | st.just(proposed + draw(st.integers(0, 72)) * HOUR))
        after = draw(hours)
        changes.append(Change(draw(st.booleans()), proposed, due, agreed, after))
        due = after if agreed else due
    deliveries = tuple(
        Handed(at, at + DAY, accepted)
        for at, accepted in draw(st.lists(st.tuples(hours, st.booleans()), max_size=3))
    )
    return Row(
        pk=draw(st.uuids()),
        side="given",
        kind=draw(st.sampled_from(["produce", "process"])),
        state=draw(st.sampled_from(list(State))),
        agreed_at=min(BEGAN, first),
        due_at=due,
        ended_at=draw(st.none() | hours),
        heard_via=draw(st.sampled_from(["", "link", "account", "reported"])),
        revoked_at=draw(st.none() | hours),
        fell_due=tuple(draw(st.lists(hours, max_size=2))),
        deliveries=deliveries,
        changes=tuple(changes),
        size=draw(st.none() | st.integers(1, 14)),
    )


many = st.lists(rows(), max_size=12)


@given(many, st.randoms())
def test_the_order_of_rows_changes_nothing(found, random) -> None:
    mixed = list(found)
    random.shuffle(mixed)
    assert figures_of(found) == figures_of(mixed)
    assert mix_of(found) == mix_of(mixed)
    assert sizes_of(found) == sizes_of(mixed)


@given(many)
def test_no_share_is_more_than_all(found) -> None:
    it = figures_of(found)
    for share in (it.kept, it.on_time, it.first_word, it.accepted_first):
        assert 0 <= share.some <= share.of
    assert it.on_time.some <= it.kept.some
    assert it.confirmed + it.reported == it.kept.some
    counted = [row for row in found if row.state not in UNCOUNTED]
    assert it.kept.of + it.released + it.unheard + it.going_on == len(counted)


@given(many, rows(), st.sampled_from(UNCOUNTED))
def test_what_never_bound_anybody_changes_nothing(found, other, state) -> None:
    assert figures_of([*found, other._replace(state=state)]) == figures_of(found)
    assert sizes_of([*found, other._replace(state=state)]) == sizes_of(found)


@given(many, rows())
def test_what_goes_on_is_not_held_against_anybody(found, other) -> None:
    more = figures_of([*found, other._replace(state=State.ACTIVE)])
    assert (more.kept, more.on_time) == (figures_of(found).kept, figures_of(found).on_time)


@given(rows())
def test_each_end_is_kept_or_not_or_neither(found) -> None:
    end = end_of(found)
    it = figures_of([found])
    if found.state not in UNCOUNTED:
        assert it.kept == Share(end in KEPT, end in KEPT or end in NOT_KEPT)


@given(many)
def test_the_line_never_falls(found) -> None:
    steps = sizes_of(found).steps
    assert [it.size for it in steps] == sorted({it.size for it in steps})
    assert [it.at for it in steps] == sorted(it.at for it in steps)


@given(rows(), hours)
def test_a_change_agreed_after_the_due_moment_leaves_it(found, after) -> None:
    """Illegal case 7: whatever is agreed once it has passed, it is no more on time than before."""
    before = lasting_due(found)
    if before is None or found.due_at is None:
        return
    late = before + HOUR
    last = max([late, *(it.agreed_at or late for it in found.changes)])
    more = Change(True, last, found.due_at, last + DAY, after)
    changed = found._replace(changes=(*found.changes, more), due_at=after)
    if last + DAY > found.due_at:
        assert lasting_due(changed) == before
