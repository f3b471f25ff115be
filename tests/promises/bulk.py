"""A long life of promises, put into the tables at once: ten events for each."""

from datetime import timedelta
from random import Random

from apps.accounts.models import User
from apps.core.models import new_id
from apps.people.models import Person
from apps.promises.models import Amendment, Delivery, Event, Promise, Terms
from apps.promises.models.event import Via
from apps.promises.states import Move, Role, State
from tests.factories import NOW

P, R, S = Role.PROMISER, Role.RECIPIENT, Role.CLOCK
DAY = timedelta(days=1)
# Move, who, where it leads, days from the beginning. The last one may be another.
STORY = [
    (Move.ASK, R, State.REQUESTED, 0),
    (Move.COUNTER, P, State.OFFERED, 1),
    (Move.ACCEPT, R, State.ACTIVE, 2),
    (Move.PROPOSE, P, State.ACTIVE, 6),
    (Move.AGREE, R, State.ACTIVE, 7),
    (Move.FALL_DUE, S, State.OVERDUE, 15),
    (Move.DELIVER, P, State.DELIVERED, 16),
    (Move.NOT_YET, R, State.OVERDUE, 17),
    (Move.DELIVER, P, State.DELIVERED, 18),
]
ENDINGS = [
    (Move.SATISFIED, R, State.KEPT),
    (Move.SATISFIED, R, State.KEPT),
    (Move.SATISFIED, R, State.KEPT),
    (Move.RELEASE, R, State.RELEASED),
    (Move.CLOSE_UNHEARD, S, State.UNHEARD),
]


def make_many_promises(owner: User, count: int, people: list[Person], seed: int = 1) -> None:
    """So many promises to these people, one after the other until now."""
    random = Random(seed)
    promises, terms, events, amendments, deliveries = [], [], [], [], []
    for number in range(count):
        began = NOW - timedelta(days=20) - (count - number) * timedelta(hours=18)
        move, role, state = random.choice(ENDINGS)
        calm = random.random() < 0.5
        due, later = began + 10 * DAY, began + (22 if calm else 14) * DAY
        side = random.choice(["given", "given", "given", "asked", "own"])
        size = dict(
            zip(("novelty", "reach", "stake", "hands"), _size(random, number / count), strict=True)
        )
        row = Promise(
            id=new_id(),
            owner=owner,
            side=side,
            kind=random.choice(["produce", "produce", "process", "capability", "relationship"]),
            person=None if side == "own" else random.choice(people),
            state=state,
            seq=10,
            version=2,
            agreed_version=2,
            what=f"A promise among many, number {number}",
            due_at=later,
            agreed_at=began + 2 * DAY,
            delivered_at=began + 18 * DAY,
            ended_at=began + 20 * DAY,
            moved_at=began + 20 * DAY,
            is_chosen=random.choice([True, True, False, None]),
        )
        promises.append(row)
        for version, at, until in ((1, began, due), (2, began + 6 * DAY, later)):
            terms.append(
                Terms(
                    id=new_id(),
                    owner=owner,
                    promise=row,
                    number=version,
                    made_by=P,
                    put_at=at,
                    p_accepted_at=at,
                    r_accepted_at=at + DAY,
                    what=row.what,
                    conditions=[{"text": "It is there", "must": True}],
                    due_at=until,
                    **size,
                )
            )
        amendments.append(
            Amendment(
                owner=owner,
                promise=row,
                terms=terms[-1],
                by=P,
                reason=random.choice(["estimate", "priorities", "waiting"]),
                proposed_at=began + 6 * DAY,
                answer_by=due,
                lead=due - (began + 6 * DAY),
                status="agreed",
                closed_at=began + 7 * DAY,
                agreed_before_due=True,
            )
        )
        for at, accepted in ((16, False), (18, True if state == State.KEPT else None)):
            deliveries.append(
                Delivery(
                    owner=owner,
                    promise=row,
                    number=1 if at == 16 else 2,
                    delivered_at=began + at * DAY,
                    answered_at=None if accepted is None else began + (at + 1) * DAY,
                    is_accepted=accepted,
                )
            )
        before = ""
        for seq, (did, who, reached, days) in enumerate([*STORY, (move, role, state, 20)], 1):
            by_clock = who is S
            events.append(
                Event(
                    owner=owner,
                    promise=row,
                    seq=seq,
                    move=did,
                    from_state=before,
                    to_state=reached,
                    role=who,
                    via=Via.SYSTEM if by_clock else random.choice([Via.REPORTED, Via.LINK]),
                    said_at=began + days * DAY,
                    recorded_at=began + days * DAY,
                    terms_version=1 if days < 6 else 2,
                )
            )
            before = reached
    Promise.objects.bulk_create(promises, batch_size=500)
    Terms.objects.bulk_create(terms, batch_size=500)
    Amendment.objects.bulk_create(amendments, batch_size=500)
    Delivery.objects.bulk_create(deliveries, batch_size=500)
    Event.objects.bulk_create(events, batch_size=1_000)


def _size(random: Random, share: float) -> tuple[int, int, int, int]:
    """Larger ones as time goes by."""
    most = 0.3 + 0.7 * share
    return (
        int(random.random() * most * 3),
        int(random.random() * most * 5),
        int(random.random() * most * 5),
        int(random.random() * most * 4),
    )
