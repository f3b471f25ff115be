"""The gesture of writing: saving what is typed, so that no word is ever lost.

One function, `save`, serves the page with scripts, the page without, and the second try after a
broken connection. Its rules (docs/writing.md):

- A page that shows a writer has an id for it, the *writer*, and numbers its saves. The entry's own
  id is made before the first save, so a repeated save never makes a second entry.
- A save says which version of the entry its text grew from. If somebody else has saved since, it
  is refused with `Conflict` and nothing changes.
- Saves of one writer never refuse each other: a later number wins, an earlier one that arrives
  late is answered as done and changes nothing. A number stands for one text: a save that is
  repeated carries the number it had.
- Before a text is replaced by another sitting (another writer, or after ten minutes' rest) or
  loses most of itself, it is kept as a revision.
"""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from django.db import IntegrityError, transaction
from django.http import Http404

from apps.accounts.models import User
from apps.cares.models import Care
from apps.core.models import new_id
from apps.core.periods import instant_on, zone
from apps.core.text import clean, render
from apps.journal import answering
from apps.journal.models import Entry, EntryCare, EntryPromise, Revision, Unsettled
from apps.journal.models.entry import SITTING_REST
from apps.promises.models import Promise

# A cut of this share of a text this long keeps the text first, whoever makes it.
LARGE_CUT = 0.5
LARGE_TEXT = 280


@dataclass(frozen=True)
class Draft:
    """What a writer holds at one moment."""

    title: str
    body: str
    local_date: date
    occurred_at: datetime
    time_zone: str
    mood: int | None = None
    energy: int | None = None
    # The old entry that this is a layer on; the save that makes the entry heeds it, no later one.
    answers: UUID | None = None
    # The promise it is written about; heeded in the same way.
    promise: UUID | None = None
    # The care it is written about, too.
    care: UUID | None = None
    # The question it answers (`answering.asked`), too.
    question: UUID | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing that anybody would miss. A mood alone is something."""
        return not (
            self.title.strip()
            or self.body.strip()
            or self.mood is not None
            or self.energy is not None
        )

    def cleaned(self) -> "Draft":
        """With texts as the database can keep them."""
        return replace(self, title=clean(self.title), body=clean(self.body))


@dataclass(frozen=True)
class Hand:
    """Who saves: the writer's id, the number of this save, and the version its text grew from.

    A form sent without scripts has no numbers: it must have grown from the latest version.
    """

    writer: UUID
    sequence: int | None
    expected_version: int


class Outcome(StrEnum):
    """What a save came to."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SUPERSEDED = "superseded"  # a later save of the same writer is already in
    NOTHING = "nothing"  # an empty page was looked at: nothing is made of that


@dataclass(frozen=True)
class Saved:
    """The answer to a save. `entry` is None only for NOTHING."""

    entry: Entry | None
    outcome: Outcome


class Held(Protocol):
    """What writers save, and what it knows of who did so last: an entry, an answer of a sitting."""

    version: int
    writer: UUID | None
    writer_sequence: int
    writer_began_at: int


def is_own_run(held: Held, hand: Hand) -> bool:
    """Whether the page that saves is the one that saved last."""
    return held.writer == hand.writer and hand.sequence is not None


def judge(held: Held, hand: Hand, *, is_same: bool) -> Outcome | None:
    """What a save of something that is there comes to; None where it does not follow: a conflict.

    `is_same`: the words are there already. The rules are those of docs/writing.md.
    """
    own_run = is_own_run(held, hand)
    if own_run and (hand.sequence or 0) <= held.writer_sequence:
        return Outcome.SUPERSEDED
    if is_same:
        return Outcome.UNCHANGED
    follows = hand.expected_version == held.version or (
        own_run and held.writer_began_at <= hand.expected_version <= held.version
    )
    return Outcome.CHANGED if follows else None


def note_hand(held: Held, hand: Hand) -> None:
    """Note who holds the words that are there, without changing any; does not save the row.

    Where it is another page, the version grows, so that nothing still on its way fits any more.
    """
    if hand.sequence is None:
        return
    if held.writer != hand.writer:
        held.writer = hand.writer
        held.writer_began_at = min(hand.expected_version, held.version)
        held.version += 1
    held.writer_sequence = hand.sequence


class Conflict(Exception):
    """Somebody else has saved since. Carries the entry as it is now; nothing was changed."""

    def __init__(self, entry: Entry) -> None:
        super().__init__("the entry has changed")
        self.entry = entry


def save(
    *,
    owner: User,
    entry_id: UUID,
    draft: Draft,
    hand: Hand,
    now: datetime,
    even_empty: bool = False,
) -> Saved:
    """Keep what a writer holds. Returns when it is committed.

    An empty page makes no entry, unless files come with it (`even_empty`): an entry that holds
    only a photo is one. Raises Conflict when the text grew from a version that is no longer the
    latest, and Http404 when the id belongs to somebody else.
    """
    draft = draft.cleaned()
    try:
        return _save(owner, entry_id, draft, hand, now, even_empty)
    except IntegrityError:
        # Two first saves at once, or an id that is somebody else's: the second look knows which.
        if not Entry.objects.for_user(owner).filter(pk=entry_id).exists():
            raise Http404 from None
        return _save(owner, entry_id, draft, hand, now, even_empty)


@transaction.atomic
def _save(
    owner: User, entry_id: UUID, draft: Draft, hand: Hand, now: datetime, even_empty: bool
) -> Saved:
    entry = Entry.objects.for_user(owner).select_for_update().filter(pk=entry_id).first()
    if entry is None:
        if draft.is_empty and not even_empty:
            return Saved(None, Outcome.NOTHING)
        return Saved(_create(owner, entry_id, draft, hand, now), Outcome.CREATED)
    outcome = judge(entry, hand, is_same=_holds(entry, draft))
    if outcome is Outcome.SUPERSEDED:
        return Saved(entry, outcome)
    if outcome is Outcome.UNCHANGED:
        _take_note(entry, hand)
        return Saved(entry, outcome)
    if outcome is None:
        raise Conflict(entry)
    if _is_worth_keeping(entry, draft, hand, now):
        keep(entry)
    if not is_own_run(entry, hand):
        entry.writer_began_at = entry.version
    _put(entry, draft)
    entry.closed_at = None
    _advance(entry, hand.writer, hand.sequence or 0, now)
    return Saved(entry, Outcome.CHANGED)


def _create(owner: User, entry_id: UUID, draft: Draft, hand: Hand, now: datetime) -> Entry:
    entry = Entry(
        id=entry_id,
        owner=owner,
        saved_at=now,
        writer=hand.writer,
        writer_sequence=hand.sequence or 0,
    )
    # An entry that is gone, or somebody else's, is not answered; the words are kept all the same.
    if draft.answers and Entry.objects.for_user(owner).filter(pk=draft.answers).exists():
        entry.answers_id = draft.answers
    _put(entry, draft)
    entry.save(force_insert=True)
    if draft.promise and Promise.objects.for_user(owner).filter(pk=draft.promise).exists():
        EntryPromise.objects.create(owner=owner, entry=entry, promise_id=draft.promise)
    if draft.care and Care.objects.for_user(owner).filter(pk=draft.care).exists():
        EntryCare.objects.create(owner=owner, entry=entry, care_id=draft.care)
    if draft.question:
        answering.tie(owner, entry, draft.question, now)
    _note_unsettled(entry)
    return entry


def _put(entry: Entry, draft: Draft) -> None:
    _put_text(entry, draft.title, draft.body)
    entry.local_date = draft.local_date
    entry.occurred_at = draft.occurred_at
    entry.time_zone = draft.time_zone
    entry.mood = draft.mood
    entry.energy = draft.energy


def _put_text(entry: Entry, title: str, body: str) -> None:
    entry.title = title
    if entry.body != body:
        rendered = render(body, key=str(entry.id))
        entry.body = body
        entry.body_html = rendered.html
        entry.opening_html = rendered.opening_html
        entry.is_whole = rendered.is_whole
        entry.word_count = rendered.words


def _advance(entry: Entry, writer: UUID, sequence: int, now: datetime) -> None:
    entry.writer = writer
    entry.writer_sequence = sequence
    entry.version += 1
    entry.saved_at = now
    entry.save(force_update=True)
    _note_unsettled(entry)


def _note_unsettled(entry: Entry) -> None:
    """Let whoever settles know that the text has changed (apps.journal.settling)."""
    Unsettled.objects.bulk_create(
        [Unsettled(owner_id=entry.owner_id, entry=entry)], ignore_conflicts=True
    )


def _holds(entry: Entry, draft: Draft) -> bool:
    """Whether saving this would change nothing that the writer can change."""
    return (
        entry.title == draft.title
        and entry.body == draft.body
        and entry.local_date == draft.local_date
        and entry.mood == draft.mood
        and entry.energy == draft.energy
    )


def _take_note(entry: Entry, hand: Hand) -> None:
    """Remember who saved what is there already, though no word changes.

    Else an earlier save of theirs, held up on its way, would put its older text over this one; and
    another page that holds the same words could go on to replace them without keeping them. Where
    it is another page, the version grows, so that nothing still on its way fits any more. A form
    without a number has nothing on its way: looking at an entry leaves its row alone.
    """
    if hand.sequence is None:
        return
    if entry.writer != hand.writer and (entry.body.strip() or entry.title.strip()):
        keep(entry)
    note_hand(entry, hand)
    Entry.objects.for_user(entry.owner).filter(pk=entry.pk).update(
        version=entry.version,
        writer=entry.writer,
        writer_sequence=entry.writer_sequence,
        writer_began_at=entry.writer_began_at,
    )


def _is_worth_keeping(entry: Entry, draft: Draft, hand: Hand, now: datetime) -> bool:
    if entry.body == draft.body and entry.title == draft.title:
        return False
    is_new_sitting = entry.writer != hand.writer or now - entry.saved_at >= SITTING_REST
    is_large_cut = len(entry.body) >= LARGE_TEXT and len(draft.body) <= len(entry.body) * LARGE_CUT
    return (is_new_sitting or is_large_cut) and bool(entry.body.strip() or entry.title.strip())


def keep(entry: Entry) -> Revision:
    """Keep what the entry says now as a revision, before it says something else."""
    revision, _ = Revision.objects.get_or_create(
        owner_id=entry.owner_id,
        entry=entry,
        version=entry.version,
        defaults={
            "title": entry.title,
            "body": entry.body,
            "word_count": entry.word_count,
            "saved_at": entry.saved_at,
        },
    )
    return revision


@transaction.atomic
def restore(*, revision: Revision, writer: UUID, now: datetime) -> Entry:
    """Let the entry say again what it said then; what it says now becomes a revision."""
    entry = Entry.objects.for_user(revision.owner).select_for_update().get(pk=revision.entry_id)
    if entry.body == revision.body and entry.title == revision.title:
        return entry
    keep(entry)
    _put_text(entry, revision.title, revision.body)
    entry.writer_began_at = entry.version
    _advance(entry, writer, 0, now)
    return entry


@transaction.atomic
def set_aside(*, owner: User, entry_id: UUID, draft: Draft, hand: Hand, now: datetime) -> Entry:
    """Keep a text that came too late among the revisions, and let the entry stay as it is.

    It is saved and then undone, so that it lies in the history like any other text. Raises what
    `save` raises.
    """
    before = Entry.objects.for_user(owner).filter(pk=entry_id).first()
    saved = save(owner=owner, entry_id=entry_id, draft=draft, hand=hand, now=now)
    if saved.entry is None:
        raise Http404
    if before is None or saved.outcome is not Outcome.CHANGED:
        return saved.entry
    return restore(revision=keep(before), writer=hand.writer, now=now)


@transaction.atomic
def let_go_if_blank(owner: User, entry_id: UUID) -> bool:
    """Let an entry go that was made for files of which none was kept. Says whether it went.

    It stays if anybody has written in it meanwhile.
    """
    entry = Entry.objects.for_user(owner).select_for_update().filter(pk=entry_id).first()
    if entry is None or entry.version > 1 or entry.attached or not _draft_of(entry).is_empty:
        return False
    entry.delete()
    return True


@transaction.atomic
def move_to(*, owner: User, entry_id: UUID, day: date, now: datetime) -> Entry:
    """Let an entry be of another day, at the hour it has. Raises Http404 where there is none.

    A change like any other: a page that has it open is told so when it saves.
    """
    entry = Entry.objects.for_user(owner).select_for_update().filter(pk=entry_id).first()
    if entry is None:
        raise Http404
    if entry.local_date != day:
        wall = entry.occurred_at.astimezone(zone(entry.time_zone))
        entry.occurred_at = instant_on(day, wall.time(), entry.time_zone)
        entry.local_date = day
        entry.writer_began_at = entry.version
        _advance(entry, new_id(), 0, now)
    return entry


def _draft_of(entry: Entry) -> Draft:
    return Draft(
        title=entry.title,
        body=entry.body,
        local_date=entry.local_date,
        occurred_at=entry.occurred_at,
        time_zone=entry.time_zone,
        mood=entry.mood,
        energy=entry.energy,
    )


def close(entry: Entry, now: datetime) -> None:
    """The writer is done with this entry: Today offers a fresh page. Changes no text."""
    Entry.objects.for_user(entry.owner).filter(pk=entry.pk).update(closed_at=now)


def throw_away(entry: Entry, now: datetime) -> None:
    """Put the entry into the trash, where it is kept for 30 days."""
    Entry.objects.for_user(entry.owner).filter(pk=entry.pk, trashed_at=None).update(trashed_at=now)


def take_back(entry: Entry) -> None:
    """Take the entry out of the trash, as it was."""
    Entry.objects.for_user(entry.owner).filter(pk=entry.pk).update(trashed_at=None)
