"""Entries as every form out tells them: one by one, oldest first, with all that belongs to each.

They are read some hundreds at a time, each time by the same number of queries, so that neither
memory nor time to the first page grow with the journal.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any, NamedTuple
from uuid import UUID

from django.core.files.storage import default_storage

from apps.accounts.models import User
from apps.core.periods import zone
from apps.journal.mentions import mentions
from apps.journal.models import (
    Attachment,
    Entry,
    EntryCare,
    EntryPerson,
    EntryPromise,
    EntryQuestion,
    EntryTag,
    Notebook,
)
from apps.journal.models.attachment import COLUMN, Size, sizes_of
from apps.journal.sorting import key_of, people_named
from apps.transfer.choosing import Choice, entries_of, masked

AT_ONCE = 200
PIECE = 256 * 1024


class Named(NamedTuple):
    """Somebody or something that an entry is about."""

    id: UUID
    name: str


@dataclass(frozen=True)
class File:
    """A file of an entry. What it is was read from its bytes, not believed of its name."""

    id: UUID
    name: str
    kind: str  # Attachment.Kind
    content_type: str
    size: int  # bytes
    sha256: str
    alt: str
    width: int | None
    height: int | None
    seconds: int | None
    key: str

    @property
    def is_photo(self) -> bool:
        """Whether it is a picture."""
        return self.kind == Attachment.Kind.PHOTO

    def pieces(self) -> Iterator[bytes]:
        """Its bytes, as they came. Raises OSError where the storage has lost them."""
        return _read(self.key)

    @property
    def is_kept(self) -> bool:
        """Whether the storage has it."""
        return default_storage.exists(self.key)

    @property
    def screen_size(self) -> Size:
        """What a picture measures as a page shows it."""
        sizes = sizes_of(self.width or 1, self.height or 1)
        return [size for size in sizes if size.box <= COLUMN][-1]

    @property
    def is_shown(self) -> bool:
        """Whether it was made ready to be shown."""
        return self.is_photo and default_storage.exists(self._screen_key)

    def screen_pieces(self) -> Iterator[bytes]:
        """A picture as a page shows it, as WebP."""
        return _read(self._screen_key)

    @property
    def _screen_key(self) -> str:
        return f"{self.key}-{self.screen_size.box}"


def _read(key: str) -> Iterator[bytes]:
    with default_storage.open(key) as file:
        while piece := file.read(PIECE):
            yield piece


@dataclass(frozen=True)
class Told:
    """An entry. `body` is Markdown (CommonMark, tables, tasks, footnotes), masked where asked.

    `written_at` has the zone it was written in; `wall_time` is None where the clock of that moment
    says nothing about the day, because the entry was moved to another.
    """

    id: UUID
    title: str
    body: str
    local_date: date
    written_at: datetime
    wall_time: datetime | None
    time_zone: str
    created_at: datetime
    changed_at: datetime
    notebook: str
    starred: bool
    mood: int | None
    energy: int | None
    answers: UUID | None
    question: str
    tags: tuple[str, ...]
    people: tuple[Named, ...]
    promises: tuple[Named, ...]
    cares: tuple[Named, ...]
    files: tuple[File, ...]


def count_of(user: User, choice: Choice) -> int:
    """How many entries will be told."""
    return entries_of(user, choice).count()


def told(user: User, choice: Choice) -> Iterator[Told]:
    """The entries that are wanted, oldest first."""
    rows = (
        entries_of(user, choice)
        .defer("body_html", "opening_html")
        .order_by("local_date", "occurred_at", "id")
        .iterator(chunk_size=AT_ONCE)
    )
    notebooks = dict(Notebook.objects.for_user(user).values_list("pk", "name"))
    while some := list(islice(rows, AT_ONCE)):
        beside = _Beside(user, some, choice)
        for entry in some:
            yield _told(entry, beside, notebooks, choice)


class _Beside:
    """What belongs to some entries, by entry."""

    def __init__(self, user: User, entries: list[Entry], choice: Choice) -> None:
        self.user = user
        mine = {"owner": user.pk, "entry__in": [entry.pk for entry in entries]}
        links: dict[str, Any] = {
            "people": EntryPerson.objects.values_list("entry", "person", "person__name"),
            "promises": EntryPromise.objects.values_list("entry", "promise", "promise__what"),
            "cares": EntryCare.objects.values_list("entry", "care", "care__label"),
            "tags": EntryTag.objects.values_list("entry", "tag", "tag__name"),
        }
        self.named: dict[str, dict[UUID, list[Named]]] = {}
        for name, rows in links.items():
            by_entry = self.named[name] = defaultdict(list)
            for entry, pk, words in rows.filter(**mine):
                by_entry[entry].append(Named(pk, words))
            for found in by_entry.values():
                found.sort(key=lambda one: (one.name.casefold(), one.id))
        questions = EntryQuestion.objects.filter(**mine).values_list("entry", "text")
        self.questions = dict(questions)
        self.files: dict[UUID, list[File]] = defaultdict(list)
        attachments = Attachment.objects.filter(**mine).kept().in_order()
        for row in attachments if choice.with_files else ():
            self.files[row.entry_id].append(_file(row))
        # What entries are linked to because their text says so, and nobody picked it.
        self.typed: set[tuple[UUID, UUID]] = set()
        if choice.is_masked:
            for column, links_typed in (("tag", EntryTag), ("person", EntryPerson)):
                typed: Any = links_typed.objects.filter(**mine, is_typed=True)
                self.typed.update(typed.values_list("entry", column))

    def mask(self, entry: UUID, text: str) -> None:
        """Take from an entry the tags and people that only what was masked of its text named."""
        left = mentions(text)
        tags = {key_of(name) for name in left.tags}
        people = {person.pk for person in people_named(self.user, left.people)}
        self._keep("tags", entry, lambda one: key_of(one.name) in tags)
        self._keep("people", entry, lambda one: one.id in people)

    def _keep(self, name: str, entry: UUID, is_left: Callable[[Named], bool]) -> None:
        found = self.named[name][entry]
        found[:] = [one for one in found if (entry, one.id) not in self.typed or is_left(one)]


def _file(row: Attachment) -> File:
    return File(
        id=row.pk,
        name=row.name,
        kind=row.kind,
        content_type=row.content_type,
        size=row.size,
        sha256=row.sha256,
        alt=row.alt,
        width=row.width,
        height=row.height,
        seconds=row.seconds,
        key=row.key,
    )


def _told(entry: Entry, beside: _Beside, notebooks: dict[UUID, str], choice: Choice) -> Told:
    zoned = zone(entry.time_zone)
    question = beside.questions.get(entry.pk, "")
    body = masked(entry.body) if choice.is_masked else entry.body
    if body != entry.body:
        beside.mask(entry.pk, body)
    return Told(
        id=entry.pk,
        title=masked(entry.title) if choice.is_masked else entry.title,
        body=body,
        local_date=entry.local_date,
        written_at=entry.occurred_at.astimezone(zoned),
        wall_time=entry.wall_time,
        time_zone=entry.time_zone,
        created_at=entry.created_at,
        changed_at=entry.saved_at,
        notebook=notebooks.get(entry.notebook_id, "") if entry.notebook_id else "",
        starred=entry.starred,
        mood=entry.mood,
        energy=entry.energy,
        answers=entry.answers_id,
        question=masked(question) if choice.is_masked else question,
        tags=tuple(named.name for named in beside.named["tags"][entry.pk]),
        people=tuple(beside.named["people"][entry.pk]),
        promises=tuple(beside.named["promises"][entry.pk]),
        cares=tuple(beside.named["cares"][entry.pk]),
        files=tuple(beside.files[entry.pk]),
    )
