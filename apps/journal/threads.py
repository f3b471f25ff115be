"""Threads: the words and phrases somebody keeps returning to, worked out from what search knows.

By a job, never while somebody waits. PostgreSQL counts lexemes and neighbours in the vectors of
settled entries; the few hundred that could be threads are looked up one by one, as search would;
those that come back in the most different weeks and months, and not in everything, are kept. What
that means in numbers, and why: docs/threads.md.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Count, F, Max, Min, Q
from django.db.models.functions import Greatest, Left

from apps.accounts.models import User
from apps.journal.indexing import (
    LAST_POSITION,
    dictionary_of,
    owner_token,
    quoted,
    stems_of,
)
from apps.journal.models import Entry, Survey, Thread, Undoing
from apps.journal.words import fold, has_unspaced, plain_of, spans

# Before so many entries nothing can be said.
ENTRIES_NEEDED = 30
# So many entries, weeks and months at least: less is chance.
LEAST_ENTRIES, LEAST_WEEKS, LEAST_MONTHS = 4, 3, 2
# A word of more than every fourth entry (or of so many, in a young journal) is a way of talking.
WAY_OF_TALKING, OR_OF_FEW = 0.25, 12
LONGEST, SHORTEST = 40, 3
# How many are looked up, and how many are kept.
WORDS_TRIED, WORDS_KEPT = 240, 40
PHRASES_TRIED, PHRASES_KEPT = 120, 20
# Words of a phrase stand in at least one of so many entries, and the phrase in one of so many.
ONE_OF_WORDS, ONE_OF_PHRASES = 400, 1_000
# Neighbours are counted in about so many entries, taken by chance from all.
READ_FOR_PHRASES = 5_000
# What a longer phrase has of a shorter one or of a word before it takes its place.
TAKES_PLACE = 0.6
# Entries in which it is looked up how somebody writes a word, and how far into them.
SAMPLE, READ = 10, 60_000
COLUMNS = 36
# When so many more entries wait, and a twentieth of all, threads are worked out before the night.
MANY_WAIT, SHARE_WAITS = 30, 20
CALM = 20
# What stands in addresses of pages.
NO_WORDS = {"http", "https", "www", "com"}

COUNTED = """
SELECT word, ndoc, nentry FROM ts_stat(format(
    'SELECT ts_filter(words.vector, ''{a,d}'')
    FROM journal_entrywords AS words JOIN journal_entry AS entry ON entry.id = words.entry_id
    WHERE words.owner_id = %%L AND entry.owner_id = %%L AND entry.trashed_at IS NULL',
    %s::text, %s::text))
WHERE ndoc >= %s
"""
NEIGHBOURS = """
WITH telling AS MATERIALIZED (SELECT unnest(%s::text[]) AS word)
SELECT said.phrase, count(*)
FROM journal_entrywords AS words
JOIN journal_entry AS entry ON entry.id = words.entry_id
CROSS JOIN LATERAL (
    SELECT DISTINCT phrase
    FROM (
        SELECT place, lexeme AS one, tells,
            lead(lexeme) OVER onward AS two, lead(lexeme, 2) OVER onward AS three,
            lead(tells) OVER onward AND lead(place) OVER onward = place + 1 AS pair_tells,
            lead(tells, 2) OVER onward AND lead(place, 2) OVER onward = place + 2 AS all_tell
        FROM (
            SELECT lexeme, place, lexeme IN (SELECT word FROM telling) AS tells
            FROM unnest(ts_filter(words.vector, '{a,d}')) AS found,
                unnest(found.positions) AS place
            WHERE lexeme ^@ '=' AND place < %s
        ) AS placed
        WINDOW onward AS (ORDER BY place)
    ) AS read
    CROSS JOIN LATERAL (VALUES
        (CASE WHEN pair_tells THEN one || ' ' || two END),
        (CASE WHEN all_tell THEN one || ' ' || two || ' ' || three END)
    ) AS either (phrase)
    WHERE tells AND phrase IS NOT NULL
) AS said
WHERE words.owner_id = %s AND entry.owner_id = %s AND entry.trashed_at IS NULL
    AND get_byte(uuid_send(entry.id), 15) %% %s = 0
GROUP BY said.phrase HAVING count(*) >= %s
"""
STANDS_IN = """
SELECT entry.local_date, entry.id
FROM journal_entrywords AS words JOIN journal_entry AS entry ON entry.id = words.entry_id
WHERE words.vector @@ %s::tsquery AND words.owner_id = %s AND entry.owner_id = %s
    AND entry.trashed_at IS NULL
ORDER BY entry.local_date DESC, entry.id DESC
"""


class Tried(NamedTuple):
    """What could be a thread: its key, how many entries have it, and how often each on average."""

    key: str
    entries: int
    times: float = 1.0

    @property
    def words(self) -> list[str]:
        """Its lexemes, one after the other."""
        return self.key.split(" ")


@dataclass(frozen=True)
class Found:
    """A thread and where it stands: its entries, their days, and some of them, newest first."""

    key: str
    days: list[date]
    entries: frozenset[UUID]
    sample: list[UUID]
    score: float

    @property
    def words(self) -> list[str]:
        """Its lexemes, one after the other."""
        return self.key.split(" ")


def work_out(owner: User, now: datetime) -> int:
    """Find the threads of this person anew. Those that were hidden stay hidden. Says how many."""
    survey, _ = Survey.objects.get_or_create(owner=owner)
    kept = Entry.objects.for_user(owner).kept()
    counted = kept.aggregate(count=Count("pk"), since=Min("local_date"), until=Max("local_date"))
    rows, is_unspaced = [], False
    if counted["count"] >= ENTRIES_NEEDED:
        found, is_unspaced = _found(owner, counted["count"])
        span = counted["since"], counted["until"]
        rows = [_row(owner, one, written, span) for one, written in found]
    with transaction.atomic():
        Thread.objects.for_user(owner).filter(is_hidden=False).delete()
        Thread.objects.bulk_create(rows, ignore_conflicts=True)
        Survey.objects.filter(owner=owner).update(
            waiting=Greatest(F("waiting") - survey.waiting, 0),
            worked_at=now,
            entries=counted["count"],
            since=counted["since"],
            until=counted["until"],
            is_unspaced=is_unspaced,
        )
    return len(rows)


def much_was_written() -> list[UUID]:
    """Whose threads are worked out before the night, because much has been written since."""
    waiting = Survey.objects.filter(
        Q(waiting__gte=MANY_WAIT) & Q(waiting__gte=F("entries") / SHARE_WAITS)
    )
    return list(waiting.values_list("owner_id", flat=True))


def anything_was_written() -> list[UUID]:
    """Who has written at all since their threads were worked out."""
    return list(Survey.objects.filter(waiting__gt=0).values_list("owner_id", flat=True))


@transaction.atomic
def hide(thread: Thread) -> Undoing:
    """Do not show this one any more, however often it comes back."""
    Thread.objects.filter(owner=thread.owner_id, pk=thread.pk).update(is_hidden=True)
    data = {"thread": str(thread.pk)}
    return Undoing.objects.create(owner=thread.owner, kind=Undoing.Kind.THREAD_HIDDEN, data=data)


def show(thread: Thread) -> None:
    """Let a hidden one be shown again."""
    Thread.objects.filter(owner=thread.owner_id, pk=thread.pk).update(is_hidden=False)


def unhide(owner: User, data: dict[str, Any]) -> None:
    """Take hiding back. Raises Thread.DoesNotExist where it was forgotten meanwhile."""
    show(Thread.objects.for_user(owner).get(pk=data["thread"]))


def _found(owner: User, entries: int) -> tuple[list[tuple["Found", str]], bool]:
    """The threads, each as it is written, and whether most words have no spaces between them."""
    words, phrases, is_unspaced = _tried(owner, entries)
    threads = Thread.objects.for_user(owner).filter(is_hidden=True)
    hidden = set(threads.values_list("key", flat=True))
    best = _best(list(_looked_up(owner, phrases, entries, hidden)))[: 2 * PHRASES_KEPT]
    alone = list(_looked_up(owner, words, entries, hidden))
    alone.sort(key=lambda it: (-it.score, it.key))
    written = _as_written(owner, [*best, *alone[: 2 * WORDS_KEPT]])
    # What is never written in one sentence is no phrase.
    best = [one for one in best if one.key in written][:PHRASES_KEPT]
    alone = list(_not_in(owner, alone, best))[:WORDS_KEPT]
    return [(one, written.get(one.key, "")) for one in [*best, *alone]], is_unspaced


# --- What could be a thread -------------------------------------------------------------------


def _tried(owner: User, entries: int) -> tuple[list[Tried], list[Tried], bool]:
    """The words and phrases that could be threads, and whether most words have no spaces."""
    counts = _counted(owner)
    language = owner.words_language
    as_they_stand = [one for one in counts if one.key[0] == "="]
    spaced = [one for one in as_they_stand if not has_unspaced(one.key)]
    letters = sum(
        one.entries for one in as_they_stand if len(one.key) == 2 and has_unspaced(one.key)
    )
    is_unspaced = letters > sum(one.entries for one in spaced)
    # Where PostgreSQL knows no stems, words count as they stand.
    stems = [one for one in counts if one.key[0] != "="]
    others = [one for one in spaced if not dictionary_of(one.key[1:], language)]
    words = [
        one
        for one in [*stems, *others]
        if one.entries <= _most(entries) and _is_a_word(one.key.lstrip("="))
    ]
    return (
        _likeliest(words, entries, WORDS_TRIED),
        _likeliest(_neighbours(owner, spaced, entries), entries, PHRASES_TRIED),
        is_unspaced,
    )


def _counted(owner: User) -> list[Tried]:
    """In how many entries each lexeme of titles and texts stands; not whose they are."""
    with connection.cursor() as cursor:
        cursor.execute(COUNTED, [owner.pk, owner.pk, LEAST_ENTRIES])
        return [
            Tried(word, entries, times / entries)
            for word, entries, times in cursor.fetchall()
            if ":" not in word
        ]


def _neighbours(owner: User, spaced: Iterable[Tried], entries: int) -> list[Tried]:
    """Two or three words that stand side by side, the first and the last of which say something."""
    least, most = max(LEAST_ENTRIES, entries // ONE_OF_WORDS), _most(entries)
    frequent = [
        one.key[1:] for one in spaced if least <= one.entries <= most and _is_a_word(one.key[1:])
    ]
    language = owner.words_language
    stems = stems_of((word, language) for word in frequent)
    telling = [
        f"={word}"
        for word in frequent
        if (word, language) in stems or not dictionary_of(word, language)
    ]
    if not telling:
        return []
    with connection.cursor() as cursor:
        one_of = -(-entries // READ_FOR_PHRASES)
        at_least = max(LEAST_ENTRIES, entries // one_of // ONE_OF_PHRASES)
        cursor.execute(NEIGHBOURS, [telling, LAST_POSITION, owner.pk, owner.pk, one_of, at_least])
        found = [Tried(phrase, count * one_of) for phrase, count in cursor.fetchall()]
    return [one for one in found if one.words[0] != one.words[1] and not has_unspaced(one.key)]


def _most(entries: int) -> float:
    """What more entries have than this is a way of talking."""
    return max(WAY_OF_TALKING * entries, OR_OF_FEW)


def _is_a_word(word: str) -> bool:
    """Whether this says something: no sign, no number, no part of an address, no endless run."""
    return (
        SHORTEST <= len(word) <= LONGEST
        and word not in NO_WORDS
        and not any(letter.isdecimal() for letter in word)
        and not has_unspaced(word)
    )


def _likeliest(tried: Iterable[Tried], entries: int, count: int) -> list[Tried]:
    """Those with the highest score if no two of their entries were of one week."""
    by_promise = sorted(
        tried, key=lambda one: (-_score(one, one.entries, one.entries, entries), one.key)
    )
    return by_promise[:count]


def _score(one: Tried, weeks: int, months: int, entries: int) -> float:
    """How much something is a thread: it comes back in many weeks and months, not everywhere.

    The middle of weeks and months (their geometric mean), whose root is taken so that what comes
    back a hundred times does not bury what comes back ten times; times how telling it is; times how
    often it stands where it stands, since what an entry is about is said more than once.
    """
    telling = math.log((entries + 1) / one.entries)
    # Of few entries an average says little: so many more, with the word once each, keep it down.
    times = (one.times * one.entries + CALM) / (one.entries + CALM)
    return float((weeks * months) ** 0.25 * telling * times)


# --- Looking them up --------------------------------------------------------------------------


def _looked_up(
    owner: User, tried: Sequence[Tried], entries: int, hidden: set[str]
) -> Iterator[Found]:
    for one in tried:
        if one.key in hidden:
            continue
        with connection.cursor() as cursor:
            cursor.execute(STANDS_IN, [_tsquery(owner, one), owner.pk, owner.pk])
            rows = cursor.fetchall()
        days = [day for day, _ in rows]
        weeks, months = _weeks(days), _months(days)
        if len(days) < LEAST_ENTRIES or weeks < LEAST_WEEKS or months < LEAST_MONTHS:
            continue
        score = _score(one._replace(entries=len(days)), weeks, months, entries)
        pks = [pk for _, pk in rows]
        yield Found(one.key, days, frozenset(pks), pks[:SAMPLE], score)


def _tsquery(owner: User, one: Tried) -> str:
    """As search looks for it, in titles and texts only."""
    said = " <-> ".join(f"{quoted(word)}:AD" for word in one.words)
    return f"{quoted(owner_token(owner.pk))} & ({said})"


def _best(phrases: Sequence[Found]) -> list[Found]:
    """The phrases, none of which is mostly the same as another; the best come first."""
    best: list[Found] = []
    # Longer ones are looked at first: they take the place of their parts, or give way to them.
    for one in sorted(phrases, key=lambda it: (-len(it.words), -it.score, it.key)):
        if any(_is_part(it, one) and not _takes_place(one, it) for it in phrases):
            continue
        if not any(_takes_place(it, one) and _is_alike(it, one) for it in best):
            best.append(one)
    return sorted(best, key=lambda it: (-it.score, it.key))


def _not_in(owner: User, words: Iterable[Found], phrases: Sequence[Found]) -> Iterator[Found]:
    """The words but those that stand in little else than one of the phrases."""
    language = owner.words_language
    stems = stems_of((word[1:], language) for one in phrases for word in one.words)
    said = [(one, {stems.get((word[1:], language), word) for word in one.words}) for one in phrases]
    for one in words:
        if not any(one.key in parts and _takes_place(phrase, one) for phrase, parts in said):
            yield one


def _is_part(one: Found, other: Found) -> bool:
    return one.key != other.key and f" {one.key} " in f" {other.key} "


def _is_alike(one: Found, other: Found) -> bool:
    """Whether one is a part of the other, or both are parts of a sentence that is often written."""
    return _is_part(other, one) or _takes_place(other, one)


def _takes_place(one: Found, other: Found) -> bool:
    """Whether nearly every entry that has the other has this as well."""
    return len(one.entries & other.entries) >= TAKES_PLACE * len(other.entries)


# --- As it is shown ---------------------------------------------------------------------------


def _as_written(owner: User, found: Sequence[Found]) -> dict[str, str]:
    """How somebody writes each of them most often, in the last entries that have it.

    Phrases that stand across the end of a sentence, or a line, are left out.
    """
    sample = {pk for one in found for pk in one.sample}
    texts = Entry.objects.for_user(owner).filter(pk__in=sample)
    rows = texts.values_list("title", Left("body_html", READ))
    cut = [_cut(text) for title, html in rows for text in (title, plain_of(html))]
    language = owner.words_language
    stems = stems_of((cut.folded, language) for text in cut for cut in text)
    wanted = {tuple(one.words): one.key for one in found}
    forms: dict[str, Counter[str]] = {one.key: Counter() for one in found}
    for text in cut:
        for at, word in enumerate(text):
            for lexeme in (stems.get((word.folded, language)), f"={word.folded}"):
                if lexeme and (lexeme,) in wanted:
                    forms[lexeme][word.form] += 1
            for length in (2, 3):
                some = text[at : at + length]
                key = wanted.get(tuple(f"={each.folded}" for each in some))
                if key and len(some) == length and not any(each.ends for each in some[:-1]):
                    forms[key][" ".join(each.form for each in some)] += 1
    return {key: _most_used(counts) for key, counts in forms.items() if counts}


class _Cut(NamedTuple):
    """A word of a text, as it is written and folded, and whether a sentence ends after it."""

    form: str
    folded: str
    ends: bool


def _cut(text: str) -> list[_Cut]:
    words = list(spans(text))
    nexts = [start for start, _ in words[1:]] + [len(text)]
    return [
        _Cut(text[start:end], fold(text[start:end]), bool(_END.search(text, end, following)))
        for (start, end), following in zip(words, nexts, strict=False)
    ]


_END = re.compile(r"[.!?…:;\n。！？]")


def _most_used(forms: Counter[str]) -> str:
    """The form that is used most; of a tie, the one without the capital of a sentence."""
    return min(forms, key=lambda form: (-forms[form], form != form.lower(), form))


def _row(owner: User, one: Found, written: str, span: tuple[date, date]) -> Thread:
    days = one.days
    return Thread(
        owner=owner,
        key=one.key,
        words=written or " ".join(word.lstrip("=") for word in one.words),
        entries=len(days),
        weeks=_weeks(days),
        months=_months(days),
        first_on=days[-1],
        last_on=days[0],
        columns=columns(days, *span),
        score=one.score,
    )


def columns(days: Iterable[date], since: date, until: date) -> list[int]:
    """How many of the days lie in each of at most COLUMNS stretches of whole months."""
    first = since.year * 12 + since.month
    months = until.year * 12 + until.month - first + 1
    width = -(-months // COLUMNS)
    counts = [0] * -(-months // width)
    for day in days:
        at = (day.year * 12 + day.month - first) // width
        counts[min(max(at, 0), len(counts) - 1)] += 1
    return counts


def _weeks(days: Iterable[date]) -> int:
    """In how many different weeks the days lie, all of which begin on a Monday."""
    return len({(day.toordinal() - 1) // 7 for day in days})


def _months(days: Iterable[date]) -> int:
    """In how many different months the days lie."""
    return len({day.year * 12 + day.month for day in days})
