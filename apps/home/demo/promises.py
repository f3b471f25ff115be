"""The promises of the life, told by the verbs themselves, so that each ledger is a true one."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

from apps.home.demo import texts
from apps.home.demo.days import HOME_ZONE
from apps.home.demo.plan import Life
from apps.people.models import Person
from apps.promises import answering, changing, clock, closing, handing_on, making
from apps.promises.dueness import due_moment
from apps.promises.models import Promise
from apps.promises.models.promise import Side
from apps.promises.moving import Turn, as_owner, turn
from apps.promises.states import Role
from apps.promises.wanting import SIZE, Wanted

# A life that is measured or tested with few entries has few promises.
ENTRIES_EACH = 12


@dataclass(frozen=True)
class Told:
    """A promise of words/promises.toml; days count from today."""

    key: str
    side: str
    began: str
    on: int
    what: str
    due: int
    musts: list[str] = field(default_factory=list)
    nices: list[str] = field(default_factory=list)
    so_that: str = ""
    words: str = ""
    where: str = ""
    answer: int = 0
    size: list[int] = field(default_factory=list)
    steps: list[dict[str, Any]] = field(default_factory=list)
    whom: str = ""


def add(life: Life) -> None:
    """As many as the life is long enough for, the newest first in the book, each with its story."""
    told = [
        Told(**{("whom" if name == "with" else name): value for name, value in row.items()})
        for row in texts.promises()
    ][: max(3, life.entries // ENTRIES_EACH)]
    by_name = {person.name: person for person in Person.objects.for_user(life.owner)}
    people = {someone.key: by_name.get(someone.name) for someone in texts.people().values()}
    made: dict[str, Promise] = {}
    for each in told:
        if life.today + timedelta(days=each.on) >= life.begins:
            made[each.key] = _tell(life, each, people.get(each.whom))
    for tie in texts.promise_ties():
        if tie["from"] in made and tie["to"] in made:
            handing_on.link(made[tie["from"]], tie["kind"], made[tie["to"]])
    clock.pass_time(_moment(life, 0, 6), life.owner.pk)


def _tell(life: Life, told: Told, person: Person | None) -> Promise:
    promise = _begin(life, told, person)
    for step in told.steps:
        _take(life, told, promise, step)
    return promise


def _begin(life: Life, told: Told, person: Person | None) -> Promise:
    now = _moment(life, told.on, 9)
    common: dict[str, Any] = {
        "owner": life.owner.pk,
        "person": person,
        "wanted": _wanted(life, told, told.due),
        "now": now,
    }
    if told.began in {"asked", "ask"}:
        answer_by, _day = due_moment(
            life.today + timedelta(days=told.answer or told.on + 7), None, HOME_ZONE
        )
        return making.ask(side=told.side, answer_by=answer_by, words=told.words, **common)
    if told.began == "draft":
        return making.draft(**common)
    return making.recorded(
        side=told.side, said_at=now, where=told.where, words=told.words, **common
    )


def _wanted(life: Life, told: Told, due: int) -> Wanted:
    due_at, precision = due_moment(life.today + timedelta(days=due), None, HOME_ZONE)
    conditions = [{"text": text, "must": True} for text in told.musts]
    conditions += [{"text": text, "must": False} for text in told.nices]
    return Wanted(
        what=told.what,
        conditions=conditions,
        due_at=due_at,
        due_precision=precision,
        due_zone=HOME_ZONE,
        so_that=told.so_that,
        **dict(zip(SIZE, told.size, strict=False)),
    )


PROMISER = {"counter", "promise", "propose", "deliver", "revoke", "break", "decline"}


def _take(life: Life, told: Told, promise: Promise, step: dict[str, Any]) -> None:
    """One step, and before it whatever the clock has done by then."""
    now = _moment(life, step["on"], 15)
    clock.pass_time(now - timedelta(hours=1), life.owner.pk)
    role = Role.PROMISER if step["do"] in PROMISER else Role.RECIPIENT
    if step["do"] == "own":
        role = Role.PROMISER if told.side != Side.ASKED else Role.RECIPIENT
    with turn(life.owner.pk, promise.pk, as_owner(promise, role), now) as it:
        _say(life, told, it, step)


def _say(life: Life, told: Told, it: Turn, step: dict[str, Any]) -> None:
    note = step.get("note", "")
    claims = [{"met": True, "note": ""} for _condition in it.current.conditions]
    match step["do"]:
        case "counter":
            wanted = _wanted(life, told, step["due"])
            answer_by = it.now + timedelta(days=5)
            answering.counter(it, wanted=wanted, answer_by=answer_by, note=note)
        case "promise":
            answering.promise(it, version=it.table.number, is_chosen=True, confidence=4)
        case "accept":
            answering.accept(it, version=it.table.number)
        case "decline":
            answering.decline(it, note=note)
        case "propose":
            wanted = _wanted(life, told, step["due"])
            changing.propose(it, wanted=wanted, reason=step["reason"], note=note)
        case "agree":
            changing.agree(it, version=it.table.number)
        case "deliver":
            closing.deliver(it, claims=claims, handed_over=step.get("words", ""))
        case "not_yet":
            unmet = [False] * len(claims)
            closing.not_yet(it, findings=unmet, remains=step["words"])
        case "satisfied":
            worth = closing.Worth(
                made_possible=step["possible"],
                took_care=step["care"],
                sharing=step.get("sharing", "between"),
            )
            closing.satisfied(it, worth=worth)
        case "release":
            closing.release(it, because=step["because"], note=note)
        case "revoke":
            closing.revoke(it, reason=step["reason"], note=note, cost=step["cost"])
        case "break":
            closing.break_off(it, reason=step["reason"], note=note, cost=step["cost"])
        case "own":
            closing.assess_own(
                it,
                aliveness=step["alive"],
                meaning=step["meaning"],
                would_again=step["again"],
            )


def _moment(life: Life, days: int, hour: int) -> datetime:
    return datetime.combine(life.today + timedelta(days=days), time(hour), UTC)
