"""The words of entries, as search knows them: written when an entry settles.

Each row holds one vector of lexemes. `u:…` says whose entry it is, `=word` that the word stands in
it, and `word` that a word of this stem does. They are put together here and not by PostgreSQL's
parser, which takes `v1.2` for a file and `a/b` for another, and has no pairs of letters for writing
without spaces (docs/search.md).
"""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from uuid import UUID

from django.db import connection

from apps.accounts.models import User
from apps.core.models import new_id
from apps.journal.models import Attachment, Entry, EntryPerson, EntryTag, Highlight
from apps.journal.words import lexemes, plain_of

# Where the parts of an entry begin. Between them is room, so that no phrase goes across.
TITLE, NAMES, BODY = 1, 300, 1_000
LAST_POSITION = 16_383
# Names and notes that do not fit before the text are found as words, though not as phrases.
LAST_NAME = BODY - 10
# PostgreSQL keeps this many places of a word, and a vector of at most 2^20 bytes.
MOST_PLACES = 255
MOST_BYTES = 900_000

# What letters belong to, and whose stems words have that are in another writing than one's own.
WRITINGS = [
    ("\u0000", "\u036f", "latin"),
    ("\u0370", "\u03ff", "greek"),
    ("\u0400", "\u052f", "cyrillic"),
    ("\u0530", "\u058f", "armenian"),
    ("\u0590", "\u05ff", "hebrew"),
    ("\u0600", "\u06ff", "arabic"),
    ("\u0900", "\u097f", "devanagari"),
    ("\u0b80", "\u0bff", "tamil"),
    ("\u1e00", "\u1eff", "latin"),
    ("\u1f00", "\u1fff", "greek"),
]
OTHERWISE = {
    "latin": "english",
    "greek": "greek",
    "cyrillic": "russian",
    "armenian": "armenian",
    "arabic": "arabic",
    "devanagari": "hindi",
    "tamil": "tamil",
}
# The languages that are not written in Latin letters.
WRITTEN_IN = {
    "arabic": {"arabic"},
    "armenian": {"armenian"},
    "greek": {"greek"},
    "hindi": {"devanagari"},
    "nepali": {"devanagari"},
    "russian": {"cyrillic"},
    "serbian": {"cyrillic", "latin"},
    "tamil": {"tamil"},
    "yiddish": {"hebrew"},
}

UPSERT = """
INSERT INTO "journal_entrywords"
    (id, owner_id, entry_id, version, vector, created_at, updated_at)
SELECT id, owner_id, entry_id, version, vector::tsvector, now(), now()
FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::int[], %s::text[])
    AS given (id, owner_id, entry_id, version, vector)
ON CONFLICT (entry_id) DO UPDATE
    SET version = excluded.version, vector = excluded.vector, updated_at = now()
    WHERE "journal_entrywords".version <= excluded.version
"""
# So many more entries wait for the threads to be worked out again (apps.journal.threads).
WAITING = """
INSERT INTO "journal_survey"
    (id, owner_id, waiting, entries, is_unspaced, created_at, updated_at)
SELECT id, owner_id, waiting, 0, false, now(), now()
FROM unnest(%s::uuid[], %s::uuid[], %s::int[]) AS given (id, owner_id, waiting)
ON CONFLICT (owner_id) DO UPDATE
    SET waiting = "journal_survey".waiting + excluded.waiting, updated_at = now()
"""
STEMS = """
SELECT given.word, given.language, ts_lexize(dictionary.oid::regdictionary, given.word)
FROM unnest(%s::text[], %s::text[]) AS given (word, language)
JOIN pg_catalog.pg_ts_dict AS dictionary ON dictionary.dictname = given.language || '_stem'
"""


def index(entries: Sequence[Entry]) -> None:
    """Let search know what these entries say now. Six queries at most, however many they are.

    What is too much for a vector is left out from its end; nothing an entry says makes this fail.
    """
    if not entries:
        return
    vectors = vectors_of(entries)
    with connection.cursor() as cursor:
        cursor.execute(
            UPSERT,
            [
                [new_id() for _ in entries],
                [entry.owner_id for entry in entries],
                [entry.pk for entry in entries],
                [entry.version for entry in entries],
                vectors,
            ],
        )
        settled = Counter(str(entry.owner_id) for entry in entries)
        waiting = sorted(settled.items())
        cursor.execute(
            WAITING,
            [
                [new_id() for _ in waiting],
                [owner for owner, _ in waiting],
                [count for _, count in waiting],
            ],
        )


def vectors_of(entries: Sequence[Entry]) -> list[str]:
    """What search should know of each of these entries, as PostgreSQL reads it."""
    owners = {entry.owner_id for entry in entries}
    users = User.objects.filter(pk__in=owners).only("writes_in", "language")
    languages = {user.pk: user.words_language for user in users}
    names = _names(entries, owners)
    parts = {
        entry.pk: (
            list(lexemes(entry.title)),
            [list(lexemes(name)) for name in names[entry.pk]],
            list(lexemes(plain_of(entry.body_html))),
        )
        for entry in entries
    }
    stems = stems_of(
        (word, languages[entry.owner_id])
        for entry in entries
        for words in (parts[entry.pk][0], *parts[entry.pk][1], parts[entry.pk][2])
        for _, word in words
    )
    return [
        _vector(entry.owner_id, languages[entry.owner_id], stems, *parts[entry.pk])
        for entry in entries
    ]


def stems_of(words: Iterable[tuple[str, str]]) -> dict[tuple[str, str], str]:
    """The stem of each folded word in the language it is given with; one query.

    Words without one are left out: those that every text has, numbers, and letters that stand in
    for words.
    """
    asked: dict[tuple[str, str], str] = {}
    for word, language in set(words):
        dictionary = dictionary_of(word, language)
        if dictionary and len(word) > 1:
            asked[word, language] = dictionary
    if not asked:
        return {}
    found: dict[tuple[str, str], str] = {}
    pairs = list({(word, dictionary) for (word, _), dictionary in asked.items()})
    with connection.cursor() as cursor:
        cursor.execute(STEMS, [[word for word, _ in pairs], [name for _, name in pairs]])
        stemmed = {(word, name): stems for word, name, stems in cursor.fetchall() if stems}
    for (word, language), dictionary in asked.items():
        if stems := stemmed.get((word, dictionary)):
            found[word, language] = stems[0]
    return found


def dictionary_of(word: str, language: str) -> str:
    """Whose stems a word has, by the letter it begins with; "" for none."""
    if language == "simple" or any(letter.isdecimal() for letter in word):
        return ""
    writing = next((name for first, last, name in WRITINGS if first <= word[0] <= last), "")
    if writing in WRITTEN_IN.get(language, {"latin"}):
        return language
    return OTHERWISE.get(writing, "")


def _names(entries: Sequence[Entry], owners: Collection[UUID]) -> dict[UUID, list[str]]:
    """The names of each entry's tags, people and files, what its pictures show, what is noted."""
    found: dict[UUID, list[str]] = defaultdict(list)
    for links, name in ((EntryTag.objects, "tag__name"), (EntryPerson.objects, "person__name")):
        rows = links.filter(owner__in=owners, entry__in=[entry.pk for entry in entries])
        for pk, said in rows.order_by(name).values_list("entry", name):
            found[pk].append(said)
    with_files = [entry.pk for entry in entries if entry.attached]
    files = Attachment.objects.filter(owner__in=owners, entry__in=with_files).kept().in_order()
    for pk, *texts in files.values_list("entry", "name", "alt") if with_files else ():
        found[pk] += filter(None, texts)
    noted = Highlight.objects.filter(owner__in=owners, entry__in=[entry.pk for entry in entries])
    for pk, note in noted.exclude(note="").order_by("start", "id").values_list("entry", "note"):
        found[pk].append(note)
    return found


def _vector(
    owner: UUID,
    language: str,
    stems: dict[tuple[str, str], str],
    title: list[tuple[int, str]],
    names: list[list[tuple[int, str]]],
    body: list[tuple[int, str]],
) -> str:
    """A vector as PostgreSQL reads it: 'lexeme':1A,7 and so on."""
    places: dict[str, list[str]] = {}
    size = 0
    placed = [(TITLE + position, word, "A") for position, word in title]
    begin = NAMES
    for name in names:
        placed += [(min(begin + position, LAST_NAME), word, "B") for position, word in name]
        begin += len(name) + 2
    placed += [(BODY + position, word, "") for position, word in body]
    for position, word, weight in placed:
        if size > MOST_BYTES:
            break
        place = f"{min(position, LAST_POSITION)}{weight}"
        stem = stems.get((word, language), "")
        for lexeme in (f"={word}", stem) if stem else (f"={word}",):
            there = places.get(lexeme)
            if there is None:
                places[lexeme] = [place]
                size += len(lexeme.encode()) + 6
            elif len(there) < MOST_PLACES and there[-1] != place:
                there.append(place)
                size += 2
    return " ".join(
        [quoted(owner_token(owner))]
        + [f"{quoted(lexeme)}:{','.join(there)}" for lexeme, there in places.items()]
    )


def owner_token(owner: UUID) -> str:
    """The lexeme that says whose an entry is. No word can be it: words have no colon."""
    return f"u:{owner}"


def quoted(lexeme: str) -> str:
    """A lexeme as PostgreSQL reads it in vectors and searches."""
    return "'" + lexeme.replace("\\", "\\\\").replace("'", "''") + "'"
