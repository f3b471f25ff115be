"""A register of 2,000 promises and 20,000 events, each ledger a true one, by COPY."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from apps.accounts.models import User
from apps.core.models import new_id
from apps.home.demo.rows import insert
from apps.people.models import Person
from apps.promises.models import Amendment, Delivery, Event, Promise, Terms, ValueAssessment
from apps.promises.models.event import Via
from apps.promises.states import Move, Role, State

PROMISES, EACH = 2_000, 10
# So many are under way; the rest was kept, some time in the last years.
LIVE = 60
DAY = timedelta(days=1)
P, R, S = Role.PROMISER, Role.RECIPIENT, Role.CLOCK
# The longest way to a word of thanks, and how many days after the beginning each step comes.
KEPT: list[tuple[Move, Role, State, int]] = [
    (Move.ASK, R, State.REQUESTED, 0),
    (Move.COUNTER, P, State.OFFERED, 1),
    (Move.ACCEPT, R, State.ACTIVE, 2),
    (Move.PROPOSE, P, State.ACTIVE, 6),
    (Move.AGREE, R, State.ACTIVE, 7),
    (Move.FALL_DUE, S, State.OVERDUE, 21),
    (Move.DELIVER, P, State.DELIVERED, 22),
    (Move.NOT_YET, R, State.OVERDUE, 23),
    (Move.DELIVER, P, State.DELIVERED, 24),
    (Move.SATISFIED, R, State.KEPT, 25),
]
OWED = KEPT[:5]


def promise_much(user: User, now: datetime) -> list[UUID]:
    """Make the register where there is none; the ids of some of its promises, to be read."""
    if Promise.objects.for_user(user).count() < PROMISES:
        _make(user, now)
    rows = Promise.objects.for_user(user).filter(what__startswith="Measured")
    return list(rows.order_by("-moved_at").values_list("pk", flat=True)[:40])


def promise_few(user: User) -> list[UUID]:
    """The ids of those that a made-up life comes with."""
    return list(Promise.objects.for_user(user).order_by("-moved_at").values_list("pk", flat=True))


def _make(user: User, now: datetime) -> None:
    people = list(Person.objects.for_user(user).order_by("name"))
    made: dict[type[Any], list[Any]] = {
        model: [] for model in (Promise, Terms, Amendment, Event, Delivery, ValueAssessment)
    }
    for number in range(PROMISES):
        is_live = number < LIVE
        began = now - (10 if is_live else 40 + number) * DAY
        _one(made, user, people[number % len(people)], number, began, OWED if is_live else KEPT)
    for model, rows in made.items():
        insert(model, rows)


def _one(
    made: dict[type[Any], list[Any]],
    user: User,
    person: Person,
    number: int,
    began: datetime,
    steps: list[tuple[Move, Role, State, int]],
) -> None:
    def at(days: int) -> datetime:
        return began + days * DAY

    is_kept = steps is KEPT
    what = f"Measured promise {number}, with a name as long as such names are"
    due = [at(12), at(14), at(20)]
    promise = Promise(
        id=new_id(),
        owner=user,
        side="given",
        kind="produce",
        person=person,
        state=steps[-1][2],
        seq=len(steps),
        version=3,
        agreed_version=3,
        what=what,
        due_at=due[2],
        due_zone=user.time_zone,
        agreed_at=at(2),
        delivered_at=at(24) if is_kept else None,
        ended_at=at(25) if is_kept else None,
        moved_at=at(steps[-1][3]),
        created_at=began,
        updated_at=began,
    )
    made[Promise].append(promise)
    common = {"owner": user, "promise": promise, "created_at": began, "updated_at": began}
    conditions = [
        {"text": f"Somebody finds it useful by step {n}", "must": n < 2} for n in range(3)
    ]
    versions = [
        Terms(
            id=new_id(),
            number=version,
            made_by=R if version == 1 else P,
            put_at=at(days),
            p_accepted_at=at(days) if version > 1 else None,
            r_accepted_at=at(days if version == 1 else days + 1),
            what=what,
            conditions=conditions,
            due_at=due[version - 1],
            due_zone=user.time_zone,
            novelty=1,
            reach=2,
            stake=number % 5,
            hands=1,
            **common,
        )
        for version, days in ((1, 0), (2, 1), (3, 6))
    ]
    made[Terms] += versions
    made[Amendment].append(
        Amendment(
            id=new_id(),
            terms=versions[2],
            by=P,
            reason="estimate",
            proposed_at=at(6),
            answer_by=at(13),
            lead=8 * DAY,
            status="agreed",
            closed_at=at(7),
            agreed_before_due=True,
            **common,
        )
    )
    before = ""
    for seq, (move, role, reached, days) in enumerate(steps, start=1):
        made[Event].append(
            Event(
                id=new_id(),
                seq=seq,
                move=move,
                from_state=before,
                to_state=reached,
                role=role,
                actor_user=user if role is P else None,
                actor_person=person if role is R else None,
                via=Via.SYSTEM if role is S else Via.LINK if role is R else Via.ACCOUNT,
                said_at=at(days),
                recorded_at=at(days),
                terms_version=min(seq, 3),
                note="" if role is S else "A line or two that belongs to it.",
                payload={"reason": "estimate", "lead": 691_200.0} if move is Move.PROPOSE else {},
                **common,
            )
        )
        before = reached
    if is_kept:
        claims = [{**condition, "met": True, "note": ""} for condition in conditions]
        made[Delivery] += [
            Delivery(
                id=new_id(),
                number=turn,
                delivered_at=at(days),
                handed_over="Four pages and a map.",
                claims=claims,
                answered_at=at(days + 1),
                is_accepted=turn == 2,
                **common,
            )
            for turn, days in ((1, 22), (2, 24))
        ]
        made[ValueAssessment].append(
            ValueAssessment(
                id=new_id(),
                by_owner=False,
                person=person,
                via=Via.LINK,
                said_at=at(25),
                made_possible="I stopped dreading the Monday questions.",
                took_care="yes",
                sharing="named",
                **common,
            )
        )
