"""Guided sessions as they are shipped: one TOML file each, read once and strictly.

What is not known here is an error with its place, so that a slip of the pen in a file is found by
the tests and never by somebody who sits down. A session that a person made has the same form.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache
from itertools import pairwise, takewhile
from pathlib import Path
from typing import Any, TypeVar

from apps.core.shipped import in_language, read_shipped

FOLDER = Path(__file__).parent / "sessions"
Texts = Mapping[str, str]
# The key of a step that asks why a care has new words.
REASON = "what_changed"
Word = TypeVar("Word", bound=StrEnum)


class Kind(StrEnum):
    """How a step is answered."""

    TEXT = "text"
    LINE = "line"
    LIST = "list"
    CHOICE = "choice"
    CHOICES = "choices"
    SCALE = "scale"
    DATE = "date"
    PERSON = "person"
    PEOPLE = "people"
    PROMISE = "promise"
    PROMISES = "promises"
    CARE = "care"
    CARES = "cares"
    WORK = "work"
    TWO_SIDED = "two_sided"
    IF_THEN = "if_then"
    READ = "read"


CHOOSING = {Kind.CHOICE, Kind.CHOICES}
ONE = {Kind.PERSON: Kind.PEOPLE, Kind.PROMISE: Kind.PROMISES, Kind.CARE: Kind.CARES}
PICKING = {*ONE, *ONE.values(), Kind.WORK}
# What holds several things, each of which a later step may be asked about.
MANY = {Kind.LIST, Kind.CHOICES, Kind.PEOPLE, Kind.PROMISES, Kind.CARES}


class Need(StrEnum):
    """A part of the product without which a session cannot stand."""

    PROMISES = "promises"
    PEOPLE = "people"
    CARES = "cares"
    WORKS = "works"
    FRICTIONS = "frictions"
    CHAPTERS = "chapters"
    LEARNING = "learning"
    SKETCHES = "sketches"
    LETTERS = "letters"


# The parts that are there. A new one is added here, and what waited for it is offered.
HERE = frozenset({Need.PROMISES, Need.PEOPLE, Need.CARES})


class Cadence(StrEnum):
    """How often somebody may want it."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    YEAR = "year"
    EVENT = "event"
    ANY = "any"


class Moment(StrEnum):
    """When it is offered."""

    DAY = "day"
    WEEK_BEGIN = "week_begin"
    WEEK_END = "week_end"
    MONTH_END = "month_end"
    QUARTER_END = "quarter_end"
    YEAR_END = "year_end"
    LANDMARK = "landmark"
    PROMISE_CLOSED = "promise_closed"
    WORK_CLOSED = "work_closed"
    SORE_DAY = "sore_day"
    LEARNING = "learning"
    CHANGE = "change"


class Beside(StrEnum):
    """What of the record is shown beside a step."""

    PROMISES_DUE = "promises_due"
    PROMISES_WEEK = "promises_week"
    PROMISES_CLOSED = "promises_closed"
    PROMISE_TERMS = "promise_terms"
    PROMISE_EVENTS = "promise_events"
    ENTRIES_WEEK = "entries_week"
    ENTRIES_MONTH = "entries_month"
    ENTRIES_QUARTER = "entries_quarter"
    PEOPLE_HEARD = "people_heard"
    PEOPLE_QUIET = "people_quiet"
    CARES = "cares"
    CARES_TOUCHED = "cares_touched"
    LAST_ANSWERS = "last_answers"
    WEEK_PLAN = "week_plan"
    DOMAIN_CHECK = "domain_check"
    FIGURES = "figures"


class Makes(StrEnum):
    """What an answer becomes at the end."""

    PERSON_LINK = "person_link"
    CARE_LINK = "care_link"
    PROMISE_LINK = "promise_link"
    MOOD = "mood"
    ENERGY = "energy"
    CONTACT_LOG = "contact_log"
    CARE_STATEMENT = "care_statement"
    STILL_HOLDS = "still_holds"
    WEEK_PLAN = "week_plan"
    DOMAIN_CHECK = "domain_check"
    PROMISE_TO_SELF = "promise_to_self"
    TAG = "tag"
    STAR = "star"
    IF_THEN = "if_then"
    LESSON = "lesson"
    TITLE = "title"


# Of which kinds of answer each can be made.
MAKES_OF: Mapping[Makes, frozenset[Kind]] = {
    Makes.PERSON_LINK: frozenset({Kind.PERSON, Kind.PEOPLE}),
    Makes.CARE_LINK: frozenset({Kind.CARE, Kind.CARES}),
    Makes.PROMISE_LINK: frozenset({Kind.PROMISE, Kind.PROMISES}),
    Makes.MOOD: frozenset({Kind.SCALE}),
    Makes.ENERGY: frozenset({Kind.SCALE}),
    Makes.CONTACT_LOG: frozenset({Kind.LINE, Kind.TEXT}),
    Makes.CARE_STATEMENT: frozenset({Kind.TEXT}),
    Makes.STILL_HOLDS: frozenset({Kind.CARES}),
    Makes.WEEK_PLAN: frozenset({Kind.PROMISES}),
    Makes.DOMAIN_CHECK: frozenset({Kind.SCALE}),
    Makes.PROMISE_TO_SELF: frozenset({Kind.LINE}),
    Makes.TAG: frozenset({Kind.LINE}),
    Makes.STAR: frozenset({Kind.CHOICE}),
    Makes.IF_THEN: frozenset({Kind.IF_THEN}),
    Makes.LESSON: frozenset({Kind.LINE}),
    Makes.TITLE: frozenset({Kind.LINE}),
}
# What becomes a row only where it is asked for each of these.
MADE_FOR_EACH = {
    Makes.CONTACT_LOG: Kind.PEOPLE,
    Makes.CARE_STATEMENT: Kind.CARES,
    Makes.DOMAIN_CHECK: Kind.CHOICES,
}
# What can be promised to oneself.
COMMITTING = {Kind.LINE, Kind.TEXT, Kind.IF_THEN}


class Misread(ValueError):
    """A session that does not have the form it must have; says where."""


@dataclass(frozen=True)
class Choice:
    """One of the answers a step offers."""

    value: str
    label: Texts

    def __str__(self) -> str:
        return in_language(self.label)


@dataclass(frozen=True)
class When:
    """That a step is asked only where an earlier one was answered so."""

    step: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """One question on a page of its own."""

    key: str
    kind: Kind
    question: Texts
    help: Texts = field(default_factory=dict)
    beside: tuple[Beside, ...] = ()
    choices: tuple[Choice, ...] = ()
    low: int = 0
    high: int = 10
    low_label: Texts = field(default_factory=dict)
    high_label: Texts = field(default_factory=dict)
    left: Texts = field(default_factory=dict)
    right: Texts = field(default_factory=dict)
    for_each: str = ""
    when: When | None = None
    makes: Makes | None = None
    commits: bool = False

    def asked(self, it: str = "") -> str:
        """The question in the language of the page, about `it` where it is asked once for each."""
        return in_language(self.question).replace("{it}", it)

    def label_of(self, value: str) -> str:
        """The words of a choice; the value itself where the choice is gone."""
        return next((str(choice) for choice in self.choices if choice.value == value), value)


@dataclass(frozen=True)
class Session:
    """A guided session: what it is for, when it is offered, and its steps."""

    key: str
    name: Texts
    about: Texts
    steps: tuple[Step, ...]
    number: int = 0
    version: int = 1
    minutes: tuple[int, int] = (10, 10)
    cadence: Cadence = Cadence.ANY
    needs: frozenset[Need] = frozenset()
    moments: frozenset[Moment] = frozenset()
    stops: bool = False
    comes_back: bool = True
    note: Texts = field(default_factory=dict)
    is_own: bool = False

    def __str__(self) -> str:
        return in_language(self.name)

    @property
    def stands(self) -> bool:
        """Whether all it needs is there."""
        return self.needs <= HERE

    def step(self, key: str) -> Step | None:
        """The step of this key, if there is one."""
        return next((step for step in self.steps if step.key == key), None)


STEP = {
    *("key", "kind", "question", "help", "beside", "choices", "low", "high", "low_label"),
    *("high_label", "left", "right", "for_each", "when", "makes", "commits"),
}
SESSION = {
    *("key", "number", "version", "name", "about", "minutes", "cadence", "needs", "moments"),
    *("stops", "comes_back", "note", "step"),
}


def read_session(data: Mapping[str, Any], *, is_own: bool = False) -> Session:
    """A session from its table. Raises Misread for what is unknown, missing or does not fit."""
    _known(data, SESSION, "session")
    steps: list[Step] = []
    for number, table in enumerate(_tables(data.get("step", []), "step"), start=1):
        steps.append(_step(table, {step.key: step for step in steps}, f"step {number}"))
    low, high = _pair(data.get("minutes", [10, 10]))
    session = Session(
        key=_word(data, "key"),
        name=_texts(data, "name", needed=True),
        about=_texts(data, "about", needed=not is_own),
        steps=tuple(steps),
        number=_whole(data, "number", 0),
        version=_whole(data, "version", 1),
        minutes=(low, high),
        cadence=_one(Cadence, data.get("cadence", "any"), "cadence"),
        needs=frozenset(_some(Need, data, "needs")),
        moments=frozenset(_some(Moment, data, "moments")),
        stops=_flag(data, "stops", False),
        comes_back=_flag(data, "comes_back", True),
        note=_texts(data, "note"),
        is_own=is_own,
    )
    if sum(step.commits for step in steps) > 1:
        raise Misread(f"{session.key}: more than one step commits")
    if not steps and not is_own:
        raise Misread(f"{session.key}: it has no step")
    return session


def _step(data: Mapping[str, Any], before: Mapping[str, Step], place: str) -> Step:
    _known(data, STEP, place)
    step = Step(
        key=_word(data, "key"),
        kind=_one(Kind, data.get("kind"), f"{place}: kind"),
        question=_texts(data, "question", needed=True),
        help=_texts(data, "help"),
        beside=_some(Beside, data, "beside"),
        choices=tuple(_choice(table, place) for table in _tables(data.get("choices", []), place)),
        low=_whole(data, "low", 0),
        high=_whole(data, "high", 10),
        low_label=_texts(data, "low_label"),
        high_label=_texts(data, "high_label"),
        left=_texts(data, "left"),
        right=_texts(data, "right"),
        for_each=str(data.get("for_each", "")),
        when=_when(data["when"], before, place) if "when" in data else None,
        makes=_one(Makes, data["makes"], f"{place}: makes") if "makes" in data else None,
        commits=_flag(data, "commits", False),
    )
    if step.key in before:
        raise Misread(f"{place}: there is another step {step.key}")
    if (step.kind in CHOOSING) != bool(step.choices):
        raise Misread(f"{place}: choices go with choice and choices, and with nothing else")
    if len({choice.value for choice in step.choices}) != len(step.choices):
        raise Misread(f"{place}: two choices have one value")
    if step.kind is Kind.SCALE and not 1 <= step.high - step.low <= 20:
        raise Misread(f"{place}: a scale has two to twenty-one places")
    if (step.kind is Kind.TWO_SIDED) != bool(step.left and step.right):
        raise Misread(f"{place}: left and right go with two_sided")
    if step.for_each and getattr(before.get(step.for_each), "kind", None) not in MANY:
        raise Misread(f"{place}: for_each names no earlier step that holds several")
    _check_ties(step, before, place)
    return step


def _check_ties(step: Step, before: Mapping[str, Step], place: str) -> None:
    earlier = before.get(step.for_each)
    if earlier and earlier.for_each:
        raise Misread(f"{place}: it is asked for each of what is asked for each itself")
    if step.makes and step.kind not in MAKES_OF[step.makes]:
        raise Misread(f"{place}: {step.makes} is made of something else")
    if step.makes in MADE_FOR_EACH and (
        earlier is None or earlier.kind is not MADE_FOR_EACH[step.makes]
    ):
        raise Misread(f"{place}: {step.makes} is made for each of something else")
    if step.makes in {Makes.MOOD, Makes.ENERGY} and (step.low, step.high) != (-2, 2):
        raise Misread(f"{place}: a mark of an entry goes from -2 to 2")
    if step.commits and (step.kind not in COMMITTING or step.for_each):
        raise Misread(f"{place}: it is not one thing to commit to")


def _when(data: Any, before: Mapping[str, Step], place: str) -> When:
    if not isinstance(data, Mapping) or set(data) != {"step", "is"}:
        raise Misread(f"{place}: when has a step and what it is")
    earlier = before.get(data["step"])
    values = tuple(str(value) for value in data["is"])
    if earlier is None or earlier.kind not in CHOOSING | {Kind.SCALE} or earlier.for_each:
        raise Misread(f"{place}: when names no earlier step with choices")
    known = {choice.value for choice in earlier.choices}
    if known and not set(values) <= known:
        raise Misread(f"{place}: when waits for what cannot be chosen")
    return When(earlier.key, values)


def _choice(data: Mapping[str, Any], place: str) -> Choice:
    _known(data, {"value", "label"}, place)
    return Choice(_word(data, "value"), _texts(data, "label", needed=True))


def _known(data: Mapping[str, Any], names: Iterable[str], place: str) -> None:
    if unknown := set(data) - set(names):
        raise Misread(f"{place}: unknown {', '.join(sorted(unknown))}")


def _tables(found: Any, place: str) -> list[Mapping[str, Any]]:
    if not isinstance(found, list) or not all(isinstance(item, Mapping) for item in found):
        raise Misread(f"{place}: is a list of tables")
    return found


def _word(data: Mapping[str, Any], name: str) -> str:
    word = data.get(name)
    if (
        not isinstance(word, str)
        or not word
        or not word.replace("-", "").replace("_", "").isalnum()
    ):
        raise Misread(f"{name}: a word is missing")
    return word


def _texts(data: Mapping[str, Any], name: str, *, needed: bool = False) -> Texts:
    texts = data.get(name, {})
    if not isinstance(texts, Mapping) or not all(isinstance(text, str) for text in texts.values()):
        raise Misread(f"{name}: is a text in each language")
    if needed and not texts.get("en"):
        raise Misread(f"{name}: has no text")
    return dict(texts)


def _whole(data: Mapping[str, Any], name: str, otherwise: int) -> int:
    value = data.get(name, otherwise)
    if not isinstance(value, int) or isinstance(value, bool):
        raise Misread(f"{name}: is a whole number")
    return value


def _flag(data: Mapping[str, Any], name: str, otherwise: bool) -> bool:
    value = data.get(name, otherwise)
    if not isinstance(value, bool):
        raise Misread(f"{name}: is true or false")
    return value


def _pair(found: Any) -> tuple[int, int]:
    match found:
        case [int(low), int(high)] if 0 < low <= high:
            return low, high
    raise Misread("minutes: the least and the most")


def _one(kind: type[Word], value: Any, place: str) -> Word:
    try:
        return kind(value)
    except ValueError:
        raise Misread(f"{place}: {value!r} is not known") from None


def _some(kind: type[Word], data: Mapping[str, Any], name: str) -> tuple[Word, ...]:
    values = data.get(name, [])
    if not isinstance(values, list):
        raise Misread(f"{name}: is a list")
    return tuple(_one(kind, value, name) for value in values)


def steps_before(session: Session, step: Step) -> list[Step]:
    """Those that come before this one."""
    return list(takewhile(lambda it: it.key != step.key, session.steps))


def reason_for(session: Session, key: str) -> Step | None:
    """The step that asks why, right after the one of this key and for each of the same."""
    for step, after in pairwise(session.steps):
        if step.key == key and after.key == REASON and after.for_each == step.for_each:
            return after
    return None


@cache
def shipped() -> Mapping[str, Session]:
    """Every shipped session by its key, in the order of their numbers."""
    found = [read_session(read_shipped(path)) for path in sorted(FOLDER.glob("*.toml"))]
    found.sort(key=lambda session: session.number)
    if len({session.key for session in found}) != len(found):
        raise Misread("two sessions have one key")
    return {session.key: session for session in found}


def standing() -> list[Session]:
    """Those that can be sat now."""
    return [session for session in shipped().values() if session.stands]


def numbered(number: int) -> Session | None:
    """The shipped session of this number, if there is one that stands."""
    return next((it for it in standing() if it.number == number), None)
