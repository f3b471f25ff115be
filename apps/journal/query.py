"""The language of search: `ana "small steps" -meeting tag:work mood:>0 before:2026-03`.

A pure module. Parsing never fails: what cannot be understood becomes a problem, with the piece it
is about and a sentence for the person, and the rest is looked for all the same.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

from django.utils.functional import lazystr
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from apps.core.periods import FIRST_DAY, LAST_DAY, Month
from apps.journal.words import fold, lexemes, tokens

QUERY_LENGTH = 400
MOST_TERMS = 32
# Shorter beginnings have so many words that looking for all of them takes too long.
SHORTEST_PREFIX = 3
LOWEST, HIGHEST = -2, 2


@dataclass(frozen=True)
class Words:
    """A word in any of its forms; several where punctuation joins them, as in `e-mail`."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Phrase:
    """Words exactly as they stand, one after the other."""

    text: str

    def __str__(self) -> str:
        return f'"{self.text}"'


@dataclass(frozen=True)
class Prefix:
    """Words that begin like this."""

    text: str

    def __str__(self) -> str:
        return f"{self.text}*"


@dataclass(frozen=True)
class Named:
    """Entries with a tag, a person, a promise or a care, in a notebook, or answering a prompt."""

    kind: str
    name: str

    def __str__(self) -> str:
        name = self.name if _PLAIN_NAME.fullmatch(self.name) else f'"{self.name}"'
        return f"@{name}" if self.kind == "person" else f"{self.kind}:{name}"


_PLAIN_NAME = re.compile(r"[^\s\"“”„«»]+")


@dataclass(frozen=True)
class Days:
    """Entries of these days, both included; `said` is how the days were named."""

    kind: str
    said: str
    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.kind}:{self.said}"


@dataclass(frozen=True)
class Scale:
    """Entries whose mood or energy lies from `lowest` to `highest`, both included."""

    kind: str
    sign: str
    value: int

    @property
    def lowest(self) -> int:
        """The lowest step that fits; above the scale where none does."""
        return {">": self.value + 1, ">=": self.value, "=": self.value}.get(self.sign, LOWEST)

    @property
    def highest(self) -> int:
        """The highest step that fits; below the scale where none does."""
        return {"<": self.value - 1, "<=": self.value, "=": self.value}.get(self.sign, HIGHEST)

    def __str__(self) -> str:
        return f"{self.kind}:{'' if self.sign == '=' else self.sign}{self.value}"


@dataclass(frozen=True)
class Mark:
    """Entries that have, or are, what the word says: `has:photo`, `is:starred`."""

    kind: str
    word: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.word}"


Term = Words | Phrase | Prefix | Named | Days | Scale | Mark


@dataclass(frozen=True)
class Wanted:
    """A term, or its opposite."""

    term: Term
    negated: bool = False

    def __str__(self) -> str:
        return f"-{self.term}" if self.negated else str(self.term)


@dataclass(frozen=True)
class Problem:
    """A piece of a search that was not understood, and what to say about it."""

    piece: str
    why: Any


@dataclass(frozen=True)
class Query:
    """Groups that must all fit; in each, one of the wanted must."""

    groups: tuple[tuple[Wanted, ...], ...] = ()
    problems: tuple[Problem, ...] = ()

    def __str__(self) -> str:
        """The search in its plainest words: parsed again, it is the same search."""
        return " ".join(" OR ".join(map(str, group)) for group in self.groups)

    def __bool__(self) -> bool:
        """Whether anything is asked for."""
        return bool(self.groups)

    @property
    def has_words(self) -> bool:
        """Whether words are looked for, so that some entries may fit better than others."""
        return any(
            isinstance(wanted.term, Words | Phrase | Prefix) and not wanted.negated
            for wanted in self.terms
        )

    @property
    def terms(self) -> Iterator[Wanted]:
        """All that is wanted, whatever group it stands in."""
        return (wanted for group in self.groups for wanted in group)

    def beginning(self) -> "Query | None":
        """The same search with its last word as the beginning of one; None where it has none."""
        if not self.groups:
            return None
        *before, last = self.groups[-1]
        if last.negated or not isinstance(last.term, Words) or not _may_begin(last.term.text):
            return None
        group = (*before, replace(last, term=Prefix(last.term.text)))
        return replace(self, groups=(*self.groups[:-1], group))


def parse(text: str, today: date) -> Query:
    """What a person asks for. `today` is the day in their calendar."""
    problems: list[Problem] = []
    text = " ".join(text.split())
    if len(text) > QUERY_LENGTH:
        why = _("A search has at most 400 characters. What follows was left out.")
        problems.append(Problem(text[QUERY_LENGTH : QUERY_LENGTH + 40], why))
        text = text[:QUERY_LENGTH]
    groups: list[list[Wanted]] = []
    count = 0
    joins = False
    for piece in _pieces(text):
        if piece.is_or:
            joins = bool(groups)
            continue
        term = _term(piece, today, problems)
        if term is None:
            continue
        count += 1
        if count > MOST_TERMS:
            why = _("A search has at most 32 parts. What follows was left out.")
            problems.append(Problem(piece.shown, why))
            break
        wanted = Wanted(term, piece.negated)
        if joins:
            groups[-1].append(wanted)
        else:
            groups.append([wanted])
        joins = False
    return Query(tuple(map(tuple, groups)), tuple(problems))


# --- Cutting into pieces ------------------------------------------------------------------


@dataclass(frozen=True)
class _Piece:
    shown: str  # as it was typed
    negated: bool
    key: str  # what stands before the colon; "@" and "#" for themselves
    value: str
    quoted: bool
    is_or: bool = False


_OPEN = '"“„”«»'
_PIECE = re.compile(
    rf"(?P<negated>-?)(?P<key>[@#]|[^\W\d_]+:)?"
    rf"(?:[{_OPEN}](?P<quoted>[^{_OPEN}]*)[{_OPEN}]?|(?P<bare>[^\s{_OPEN}]+))"
)


def _pieces(text: str) -> Iterator[_Piece]:
    for match in _PIECE.finditer(text):
        if match[0] in {"OR", "|"}:
            yield _Piece(match[0], False, "", "", False, is_or=True)
            continue
        quoted = match["quoted"]
        yield _Piece(
            shown=match[0],
            negated=bool(match["negated"]),
            key=(match["key"] or "").rstrip(":"),
            value=(quoted if quoted is not None else match["bare"]).strip(),
            quoted=quoted is not None,
        )


# --- Understanding a piece ----------------------------------------------------------------


def _term(piece: _Piece, today: date, problems: list[Problem]) -> Term | None:
    """The term, or None where there is none; why not is added to the problems."""
    if not piece.key:
        return _words(piece, problems)
    name = {"@": "person", "#": "tag"}.get(piece.key, fold(piece.key))
    if name not in FILTERS:
        text = f"{piece.key}:{piece.value}"
        if piece.value.startswith("//") and not piece.quoted:
            return _words(replace(piece, value=text), problems)
        why = _("There is no such filter. The words were looked for instead.")
        problems.append(Problem(piece.shown, why))
        return _words(replace(piece, value=text, quoted=True), problems)
    term = FILTERS[name](name, piece.value, today)
    if isinstance(term, Term):
        return term
    problems.append(Problem(piece.shown, term))
    return None


def _words(piece: _Piece, problems: list[Problem]) -> Term | None:
    text = piece.value
    if not any(lexemes(text)):
        return None
    if piece.quoted:
        return Phrase(text)
    if text.endswith(":") and fold(text[:-1]) in FILTERS:
        problems.append(Problem(piece.shown, _("Something is missing after the colon.")))
        return None
    if text.endswith("*"):
        text = text.rstrip("*")
        *_before, last = tokens(text)
        if last.is_unspaced:  # found wherever it stands, with a star or without
            return Words(text)
        if _may_begin(text):
            return Prefix(text)
        why = _("The beginning of a word needs three letters. The word itself was looked for.")
        problems.append(Problem(piece.shown, why))
    return Words(text if text != "OR" else text.lower())


def _may_begin(text: str) -> bool:
    """Whether its last word is long enough to be the beginning of others."""
    *_before, last = tokens(text)
    return not last.is_unspaced and len(fold(text[last.start : last.end])) >= SHORTEST_PREFIX


def _named(kind: str, value: str, today: date) -> Term | Any:
    name = " ".join(value.split())
    if any(lexemes(name)):
        return Named(kind, name)
    return _("A name is missing here.")


def _days(kind: str, value: str, today: date) -> Term | Any:
    span = _span(value, today)
    if span is None:
        return _("This is no day we know. Write 2026, 2026-03, 2026-03-14, today or yesterday.")
    first, last = span
    said = fold(value)
    if kind == "before":
        return Days(kind, said, FIRST_DAY, first - timedelta(days=1))
    if kind == "after":
        return Days(kind, said, last + timedelta(days=1), LAST_DAY)
    return Days(kind, said, first, last)


_DATE = re.compile(r"(\d{4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?", re.ASCII)


def _span(value: str, today: date) -> tuple[date, date] | None:
    """The first and the last day that a text names."""
    words = {"today": today, "yesterday": today - timedelta(days=1)}
    if day := words.get(fold(value)):
        return day, day
    match = _DATE.fullmatch(value)
    if match is None:
        return None
    year, month, day_of_month = (int(part) if part else 0 for part in match.groups())
    if not FIRST_DAY.year <= year <= LAST_DAY.year:
        return None
    try:
        if match[3]:
            return (date(year, month, day_of_month),) * 2
        if match[2]:
            whole = Month.of(date(year, month, 1))
            return whole.first, whole.last
    except ValueError:
        return None
    return date(year, 1, 1), date(year, 12, 31)


def _year(kind: str, value: str, today: date) -> Term | Any:
    span = _span(value, today) if len(value) == 4 else None
    return Days(kind, value, *span) if span else _("Write a year with four digits: year:2026.")


_SCALE = re.compile(r"(>=|<=|>|<|=|)([-+−]?[0-9])")


def _scale(kind: str, value: str, today: date) -> Term | Any:
    match = _SCALE.fullmatch(value)
    step = int(match[2].replace("−", "-")) if match else HIGHEST + 1
    if match is None or not LOWEST <= step <= HIGHEST:
        return _("Steps go from -2 to 2. Write, for instance, mood:2, mood:>0 or energy:<=-1.")
    return Scale(kind, match[1] or "=", step)


def _mark(*words: str) -> Callable[[str, str, date], Term | Any]:
    def read(kind: str, value: str, today: date) -> Term | Any:
        if fold(value) in words:
            return Mark(kind, fold(value))
        choice = ", ".join(f"{kind}:{word}" for word in words)
        return format_lazy("{} {}", _("What can stand here:"), lazystr(choice))

    return read


FILTERS: dict[str, Callable[[str, str, date], Term | Any]] = {
    "tag": _named,
    "person": _named,
    "promise": _named,
    "care": _named,
    "in": _named,
    "prompt": _named,
    "before": _days,
    "after": _days,
    "on": _days,
    "year": _year,
    "mood": _scale,
    "energy": _scale,
    "has": _mark("photo", "audio", "file"),
    "is": _mark("starred", "draft"),
}
