"""Searching: from what was asked for to a page of entries in which it is marked."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.cares.models import Care
from apps.cares.reading import lineage_of
from apps.journal import asking
from apps.journal.asking import Asking, Condition, rows_of
from apps.journal.indexing import BODY, LAST_POSITION, NAMES, TITLE, quoted, stems_of
from apps.journal.models import (
    Entry,
    EntryCare,
    EntryPerson,
    EntryQuerySet,
    EntryTag,
    Notebook,
    Tag,
)
from apps.journal.query import Days, Mark, Named, Phrase, Prefix, Problem, Query, Scale, Term, Words
from apps.journal.sorting import key_of
from apps.journal.words import lexemes, plain_of, spans, tokens
from apps.people.models import Person
from apps.promises.models import Promise

PAGE = 20
# Counting all matches of a common word, or weighing each, takes longer than anybody reads.
MOST_COUNTED = 1_000
MOST_RANKED = 300
# How much of a text is shown around what was found, in characters.
BEFORE, SHOWN = 70, 260
# Of a word that fills a text, the first are enough to choose from.
MOST_HITS = 50
# A word that more people know by looking at it: long enough, and in several entries of late.
RECENT_ENTRIES, WORD_OF_NOTE = 40, 7

# Where the words asked for stand in entries: positions by lexeme, as indexing has placed them.
PLACES = """
SELECT words.entry_id, words.version, found.lexeme, found.positions
FROM "journal_entrywords" AS words, unnest(words.vector) AS found
WHERE words.owner_id = %s AND words.entry_id = ANY(%s)
    AND (found.lexeme = ANY(%s) OR found.lexeme ^@ ANY(%s))
"""
FREQUENT = """
SELECT substr(found.lexeme, 2)
FROM (
    SELECT id FROM "journal_entry"
    WHERE owner_id = %s AND trashed_at IS NULL
    ORDER BY local_date DESC, occurred_at DESC, id DESC LIMIT %s
) AS entry
JOIN "journal_entrywords" AS words ON words.entry_id = entry.id AND words.owner_id = %s,
    unnest(words.vector) AS found
WHERE found.lexeme ^@ '=' AND length(found.lexeme) > %s
GROUP BY found.lexeme HAVING count(*) > 1
ORDER BY count(*) DESC, length(found.lexeme) DESC, found.lexeme LIMIT 30
"""


class Piece(NamedTuple):
    """Some of a text, and whether it was asked for."""

    text: str
    is_found: bool


@dataclass(frozen=True)
class Found:
    """An entry and what to show of it."""

    entry: Entry
    title: list[Piece]
    text: list[Piece]


@dataclass(frozen=True)
class Results:
    """A page of what was found.

    `query` is what was looked for in the end; `count` is None when there are more than
    MOST_COUNTED, and on pages after the first; `following` is what the next page begins after.
    """

    query: Query
    found: list[Found]
    count: int | None
    following: str
    unknown: list[Problem]
    is_guess: bool = False


def search(owner: User, query: Query, *, best: bool = False, after: str = "") -> Results:
    """The page of entries that begins after `after`, newest first or best first.

    Best first weighs the newest MOST_RANKED matches. Where a whole search finds nothing, its last
    word is taken for the beginning of one, as it is while somebody types.
    """
    asked = _Asked(owner, query)
    results = _page(asked, best=best, after=after)
    if results.found:
        return results
    beginning = query.beginning()
    if beginning is not None:
        guess = _page(_Asked(owner, beginning), best=best, after=after)
        if guess.found:
            return Results(beginning, guess.found, guess.count, guess.following, [], is_guess=True)
    unknown = list(asked.unknown())
    return Results(query, [], 0, "", unknown)


def all_that_fit(owner: User, query: Query) -> EntryQuerySet:
    """Every entry a search finds, without order; of an empty one all that are kept."""
    return _Asked(owner, query).asking.entries()


def _page(asked: "_Asked", *, best: bool, after: str) -> Results:
    if best and asked.ranking:
        return _best_page(asked, int(after) if after.isdecimal() and len(after) < 4 else 0)
    cursor = _entry(asked.owner, after) if after else None
    if after and cursor is None:
        return Results(asked.query, [], None, "", [])
    entries, count = asked.newest(cursor)
    shown = entries[:PAGE]
    following = str(shown[-1].pk) if len(entries) > PAGE else ""
    return Results(asked.query, asked.marked(shown), None if after else count, following, [])


def _best_page(asked: "_Asked", begin: int) -> Results:
    pks = asked.asking.best(asked.ranking, MOST_RANKED)[begin : begin + PAGE + 1]
    following = str(begin + PAGE) if len(pks) > PAGE else ""
    count = len(pks) if not following else asked.count()
    return Results(
        asked.query,
        asked.marked(rows_of(asked.owner.pk, pks[:PAGE])),
        None if begin else count,
        following,
        [],
    )


def _entry(owner: User, after: str) -> Entry | None:
    try:
        pk = UUID(after)
    except ValueError:
        return None
    return Entry.objects.for_user(owner).without_text().filter(pk=pk).first()


# --- What is asked of the database --------------------------------------------------------


class _Place(NamedTuple):
    """A word of a term: how far from its first, the lexemes it may be, and how many it covers."""

    offset: int
    lexemes: tuple[str, ...]
    covers: int
    is_prefix: bool


class _Asked:
    """A search by one person, in the terms of the database."""

    def __init__(self, owner: User, query: Query) -> None:
        self.owner = owner
        self.query = query
        language = owner.words_language
        plain = [
            wanted.term.text for wanted in query.terms if isinstance(wanted.term, Words | Prefix)
        ]
        folded = {word for text in plain for _position, word in lexemes(text)}
        stems = stems_of((word, language) for word in folded)
        self.stems = {word: stem for (word, _language), stem in stems.items()}
        self.ranking = " | ".join(
            self._tsquery(wanted.term)
            for wanted in query.terms
            if _is_text(wanted.term) and not wanted.negated
        )
        texts = [group for group in query.groups if all(_is_text(wanted.term) for wanted in group)]
        self.text = " & ".join(self._any(group) for group in texts)
        others = [
            [self._condition(wanted.term, wanted.negated) for wanted in group]
            for group in query.groups
            if group not in texts
        ]
        self.asking = Asking(owner.pk, self.text, others)
        self.has_phrase = any(
            len(self._places(wanted.term)) > 1 for wanted in query.terms if _is_text(wanted.term)
        )

    def newest(self, cursor: Entry | None) -> tuple[list[Entry], int | None]:
        """The newest of them after `cursor`, one more than a page, and how many there are in all.

        A word of many entries stands in enough of the last ones; those are looked through first. A
        rarer one is looked up, all its entries at once: walking through the journal until there are
        enough would take as long as the word is rare.
        """
        if not self.text:
            found = self.asking.newest(cursor, PAGE + 1)
            return found, self._all_of(found, cursor)
        if not self.has_phrase:
            found = self.asking.lately(cursor, PAGE + 1)
            if len(found) > PAGE:
                return found, self._all_of(found, cursor)
        rows = self.asking.looked_up(cursor, PAGE + 1)
        in_all = rows[0][1] if rows else 0
        looked_up = rows_of(self.owner.pk, [pk for pk, _in_all in rows])
        return looked_up, in_all if in_all <= MOST_COUNTED else None

    def _all_of(self, found: list[Entry], cursor: Entry | None) -> int | None:
        """How many there are in all when these are the first; a later page need not know."""
        if cursor is not None:
            return None
        return len(found) if len(found) <= PAGE else self.count()

    def count(self) -> int | None:
        """How many fit, or None for more than MOST_COUNTED."""
        count = self.asking.count(MOST_COUNTED + 1)
        return count if count <= MOST_COUNTED else None

    def _any(self, group: Iterable[Any]) -> str:
        parts = [
            f"!({self._tsquery(wanted.term)})" if wanted.negated else self._tsquery(wanted.term)
            for wanted in group
        ]
        return f"({' | '.join(parts)})"

    def _condition(self, term: Term, negated: bool) -> Condition:
        if isinstance(term, Days):
            return Condition(asking.on_days, (term.first, term.last), negated)
        if isinstance(term, Scale):
            return Condition(asking.SCALES[term.kind], (term.lowest, term.highest), negated)
        if isinstance(term, Mark):
            return Condition(asking.MARKS[term.kind, term.word], (), negated)
        if isinstance(term, Named):
            return Condition(*self._named(term), negated)
        words = asking.said(self.owner.pk, self._tsquery(term))
        return Condition(asking.with_words, (words,), negated)

    def _named(self, term: Named) -> tuple[Callable[..., Q], tuple[Any, ...]]:
        key = key_of(term.name)
        if term.kind == "tag":
            return asking.with_tag, (key,)
        if term.kind == "person":
            return asking.about, (self._people(key),)
        if term.kind == "promise":
            return asking.about_promise, (self._promises(key),)
        if term.kind == "care":
            return asking.about_care, (lineage_of(self.owner.pk, *self._cares(key)),)
        if term.kind == "in":
            is_journal = key in _journal_names()
            return asking.in_journal if is_journal else asking.in_notebook, (key,)
        return asking.nowhere, ()

    def _people(self, key: str) -> list[UUID]:
        """The people in whose name each of these words stands."""
        wanted = set(key.split())
        people = Person.objects.for_user(self.owner).values_list("pk", "name", "also_called")
        return [
            pk
            for pk, name, also in people
            if any(wanted <= set(key_of(one).split()) for one in (name, *also.split(",")))
        ]

    def _promises(self, key: str) -> list[UUID]:
        """The promises in whose words each of these stands."""
        wanted = set(key.split())
        promises = Promise.objects.for_user(self.owner).values_list("pk", "what")
        return [pk for pk, what in promises if wanted <= set(key_of(what).split())]

    def _cares(self, key: str) -> list[UUID]:
        """The cares in whose name each of these words stands."""
        wanted = _words_of(key)
        cares = Care.objects.for_user(self.owner).kept().values_list("pk", "label")
        return [pk for pk, label in cares if wanted and wanted <= _words_of(label)]

    def _tsquery(self, term: Term) -> str:
        """A term of words as PostgreSQL reads it; words at a distance where there are several."""
        said, before = "", 0
        for place in self._places(term):
            star = ":*" if place.is_prefix else ""
            either = " | ".join(f"{quoted(lexeme)}{star}" for lexeme in place.lexemes)
            step = f" <{place.offset - before}> " if said else ""
            said += f"{step}({either})"
            before = place.offset
        return f"({said})"

    def _places(self, term: Term) -> list[_Place]:
        text = getattr(term, "text", "")
        by_position: dict[int, list[str]] = {}
        for position, word in lexemes(text):
            by_position.setdefault(position, []).append(word)
        unspaced = [token.is_unspaced for token in tokens(text)]
        last = max(by_position)
        places: list[_Place] = []
        covered = -1
        for position, words in sorted(by_position.items()):
            if len(words) > 1:  # a letter, and the pair it makes with the next
                places.append(_Place(position, (f"={words[1]}",), 2, is_prefix=False))
                covered = position + 1
            elif position > covered:
                is_prefix = isinstance(term, Prefix) and position == last
                either = [f"={words[0]}"]
                stem = self.stems.get(words[0])
                is_exact = isinstance(term, Phrase) or is_prefix or unspaced[position]
                if stem and not is_exact:
                    either.insert(0, stem)
                places.append(_Place(position, tuple(either), 1, is_prefix))
        return places

    def unknown(self) -> Iterator[Problem]:
        """Names that nothing has: why a search found nothing."""
        for wanted in self.query.terms:
            term = wanted.term
            if not isinstance(term, Named):
                continue
            key = key_of(term.name)
            if term.kind == "tag":
                tags = Tag.objects.for_user(self.owner)
                if not tags.filter(Q(key=key) | Q(aliases__key=key)).exists():
                    yield Problem(str(term), _("You have no tag of this name."))
            elif term.kind == "person":
                if not self._people(key):
                    yield Problem(str(term), _("Nobody on your list has this name."))
            elif term.kind == "promise":
                if not self._promises(key):
                    yield Problem(str(term), _("No promise of yours says these words."))
            elif term.kind == "care":
                if not self._cares(key):
                    yield Problem(str(term), _("No care of yours has this name."))
            elif term.kind == "in":
                notebooks = Notebook.objects.for_user(self.owner).filter(key=key)
                if key not in _journal_names() and not notebooks.exists():
                    yield Problem(str(term), _("You have no notebook of this name."))
            else:
                yield Problem(str(term), _("No entry answers a prompt of this name."))

    # --- What is shown --------------------------------------------------------------------

    def marked(self, entries: Sequence[Entry]) -> list[Found]:
        """These entries with what was asked for marked; one query."""
        if not entries:
            return []
        terms = [
            self._places(wanted.term)
            for wanted in self.query.terms
            if _is_text(wanted.term) and not wanted.negated
        ]
        exact: set[str] = set()
        prefixes: set[str] = set()
        for place in (place for term in terms for place in term):
            (prefixes if place.is_prefix else exact).update(place.lexemes)
        standing: dict[UUID, dict[str, list[int]]] = {entry.pk: {} for entry in entries}
        versions = {entry.pk: entry.version for entry in entries}
        if terms:
            with connection.cursor() as cursor:
                given: list[Any] = [self.owner.pk, list(standing), list(exact), list(prefixes)]
                cursor.execute(PLACES, given)
                for pk, version, lexeme, positions in cursor.fetchall():
                    # An entry that was changed since has its words elsewhere.
                    if version == versions[pk] and positions:
                        standing[pk][lexeme] = positions
        return [
            _found(entry, [_hits(term, standing[entry.pk]) for term in terms]) for entry in entries
        ]


def _is_text(term: Term) -> bool:
    return isinstance(term, Words | Phrase | Prefix)


def _words_of(name: str) -> set[str]:
    """The words of a name, without its commas."""
    return {word for _, word in lexemes(name)}


def _journal_names() -> set[str]:
    """What the first notebook, which has no row, is called (adr 0010)."""
    return {key_of("journal"), key_of(_("Journal"))}


# --- Marking ------------------------------------------------------------------------------


def _hits(term: list[_Place], standing: dict[str, list[int]]) -> list[tuple[int, int]]:
    """Where all of a term stands: its first position, and the one after its last."""
    found: set[int] | None = None
    for place in term:
        there = {
            position - place.offset
            for lexeme, positions in standing.items()
            if _is_one_of(lexeme, place)
            for position in positions
        }
        found = there if found is None else found & there
    if not found:
        return []
    length = term[-1].offset + term[-1].covers
    first = term[0].offset
    return sorted((start + first, start + length) for start in found)


def _is_one_of(lexeme: str, place: _Place) -> bool:
    if place.is_prefix:
        return lexeme.startswith(place.lexemes)
    return lexeme in place.lexemes


def _found(entry: Entry, hits: list[list[tuple[int, int]]]) -> Found:
    """An entry with its title and the part of its text in which most of the terms stand."""
    title_hits = [hit for term in hits for hit in term if hit[0] < NAMES]
    body_hits = [
        [hit for hit in term if BODY <= hit[0] < LAST_POSITION][:MOST_HITS] for term in hits
    ]
    title_words = list(spans(entry.title)) if title_hits else []
    title = _pieces(entry.title, _marks(title_words, title_hits, TITLE), 0, len(entry.title))
    return Found(entry, title, _excerpt(plain_of(entry.body_html), body_hits))


def _excerpt(text: str, hits: list[list[tuple[int, int]]]) -> list[Piece]:
    last = max((stop for term in hits for _start, stop in term), default=BODY) - BODY
    words = list(islice(spans(text), last))
    marks = [_marks(words, term, BODY) for term in hits]
    flat = sorted(mark for term in marks for mark in term)
    begin = max(0, _richest(marks, flat) - BEFORE) if flat else 0
    if begin:  # at a word
        begin = next((start for start, _stop in words if start >= begin), begin)
    end = min(begin + SHOWN, len(text))
    if end < len(text):
        # One letter more, so that a word which goes on is seen to.
        stops = [stop for _start, stop in spans(text[begin : end + 1]) if stop <= SHOWN]
        if stops and stops[-1] > SHOWN // 2:  # a word that is longer is cut
            end = begin + stops[-1]
    return [
        *([Piece("… ", False)] if begin else []),
        *_pieces(text, flat, begin, end),
        *([Piece("…", False)] if end < len(text) else []),
    ]


def _richest(marks: list[list[tuple[int, int]]], flat: list[tuple[int, int]]) -> int:
    """Where the excerpt begins that shows most of the terms; the first of them where several do."""
    best, most = flat[0][0], 0
    if len(marks) == 1:
        return best
    for start, _stop in flat[: 2 * MOST_HITS]:
        end = start + SHOWN - BEFORE
        count = sum(1 for term in marks if any(start <= first < end for first, _ in term))
        if count > most:
            best, most = start, count
    return best


def _marks(
    words: list[tuple[int, int]], hits: list[tuple[int, int]], begin: int
) -> list[tuple[int, int]]:
    """Hits as characters of the text."""
    return [
        (words[start - begin][0], words[stop - begin - 1][1])
        for start, stop in hits
        if stop - begin <= len(words)
    ]


def _pieces(text: str, marks: Iterable[tuple[int, int]], begin: int, end: int) -> list[Piece]:
    """The text from `begin` to `end`, cut where something found starts and ends."""
    pieces: list[Piece] = []
    at = begin
    for start, stop in sorted(marks):
        start, stop = max(start, at), min(stop, end)
        if start >= stop:
            continue
        if start > at:
            pieces.append(Piece(text[at:start], False))
        pieces.append(Piece(text[start:stop], True))
        at = stop
    if at < end:
        pieces.append(Piece(text[at:end], False))
    return pieces


# --- The person's own examples ------------------------------------------------------------


@dataclass(frozen=True)
class Example:
    """A search somebody could make, and what it is for."""

    query: str
    what: Any


def examples(owner: User, today_year: int) -> list[Example]:
    """Searches that would find something of this person's, each of another kind; four queries."""
    found = []
    word = frequent_word(owner)
    if word:
        found.append(Example(word, gettext_lazy("a word, in any of its forms")))
        found.append(Example(f'"{word}"', gettext_lazy("exactly as it is written")))
        if len(word) > 5:
            found.append(Example(f"{word[:4]}*", gettext_lazy("words that begin like this")))
    tags = Tag.objects.for_user(owner).filter(Exists(_links(EntryTag, owner, "tag")))
    tag = tags.order_by("-updated_at").values_list("name", flat=True).first()
    if tag:
        found.append(Example(str(Named("tag", tag)), gettext_lazy("entries with a tag")))
    people = Person.objects.for_user(owner).filter(Exists(_links(EntryPerson, owner, "person")))
    name = people.order_by("-updated_at").values_list("name", flat=True).first()
    if name:
        found.append(Example(str(Named("person", name)), gettext_lazy("entries about somebody")))
    cares = Care.objects.for_user(owner).kept().filter(Exists(_links(EntryCare, owner, "care")))
    label = cares.order_by("-updated_at").values_list("label", flat=True).first()
    if label:
        found.append(Example(str(Named("care", label)), gettext_lazy("entries about a care")))
    if word:
        without = f"{word} -is:starred"
        found.append(Example(without, gettext_lazy("with the word, and without a star")))
    found.append(Example("mood:>0", gettext_lazy("when you felt good or very good")))
    found.append(Example(f"before:{today_year}", gettext_lazy("from the years before this one")))
    return found


def _links(model: Any, owner: User, role: str) -> Any:
    """The entries that have what a condition is about."""
    return model.objects.for_user(owner).filter(**{role: OuterRef("pk")})


def frequent_word(owner: User) -> str:
    """A word that stands in several of the newest entries and means something; "" without one."""
    with connection.cursor() as cursor:
        cursor.execute(FREQUENT, [owner.pk, RECENT_ENTRIES, owner.pk, WORD_OF_NOTE])
        words = [word for (word,) in cursor.fetchall()]
    language = owner.words_language
    stems = stems_of((word, language) for word in words)
    return next((word for word in words if (word, language) in stems), words[0] if words else "")
