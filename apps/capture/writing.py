"""Writing from outside the pages: entries that a program or a mail brings.

The same rules as for a page (`journal.drafting`): nothing is written over, and what is replaced is
kept among the earlier texts. Each request is a hand of its own, so that the text before it is kept
whoever wrote it.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.core.files import File
from django.db import transaction

from apps.accounts.models import User
from apps.core.models import new_id
from apps.core.periods import instant_on, local_day, zone
from apps.journal import drafting, sorting, uploads
from apps.journal.drafting import Draft, Hand, Saved
from apps.journal.models import Entry, Notebook
from apps.journal.models.entry import BODY_LENGTH, TITLE_LENGTH


@dataclass(frozen=True)
class Sorted:
    """Where an entry belongs. None leaves as it is what is there."""

    tags: Sequence[str] | None = None
    starred: bool | None = None
    # Whether it is put into `notebook`, which is None for the journal itself.
    moves: bool = False
    notebook: Notebook | None = None


def draft_of(
    user: User,
    now: datetime,
    *,
    title: str = "",
    body: str = "",
    local_date: date | None = None,
    occurred_at: datetime | None = None,
    time_zone: str | None = None,
    mood: int | None = None,
    energy: int | None = None,
) -> Draft:
    """What a writer would hold who says no more than this.

    Without a moment it is now; without a day, the one on which that moment lies for this person.
    With a day and no moment, the moment has the hour that the clock shows now.
    """
    place = time_zone or user.time_zone or "UTC"
    moment = occurred_at or now
    day = local_date or local_day(moment, place, user.day_starts_at)
    if occurred_at is None:
        moment = moved(moment, day, place)
    return Draft(title, body, day, moment, place, mood, energy)


def moved(moment: datetime, day: date, time_zone: str) -> datetime:
    """The moment on this day at which the clock shows the same; itself where it lies there."""
    wall = moment.astimezone(zone(time_zone))
    if 0 <= (wall.date() - day).days <= 1:
        return moment
    return instant_on(day, wall.time(), time_zone)


def fitted(title: str, text: str) -> tuple[str, str, str]:
    """Title and text as an entry holds them, and all of the text again where it is too long.

    What is too long belongs into a file of the entry (`attach`), so that no word of it is lost.
    """
    if len(title) > TITLE_LENGTH:
        title, text = f"{title[: TITLE_LENGTH - 1]}…", f"{title}\n\n{text}"
    return title, text[:BODY_LENGTH], text if len(text) > BODY_LENGTH else ""


@transaction.atomic
def create(
    user: User,
    entry_id: UUID,
    draft: Draft,
    placed: Sorted,
    now: datetime,
    *,
    even_empty: bool = False,
) -> Saved:
    """A new entry, done with: Today goes on with a page of its own.

    NOTHING for an empty one, unless files come with it (`even_empty`).
    """
    saved = drafting.save(
        owner=user,
        entry_id=entry_id,
        draft=draft,
        hand=Hand(new_id(), None, 0),
        now=now,
        even_empty=even_empty,
    )
    if saved.entry is not None:
        drafting.close(saved.entry, now)
        _place(user, saved.entry, placed)
    return saved


@transaction.atomic
def change(
    user: User, entry: Entry, draft: Draft | None, version: int, placed: Sorted, now: datetime
) -> Saved:
    """An entry with another text or place. Raises drafting.Conflict, and then changed nothing.

    `draft` is None where only its place changes; then the version does not matter.
    """
    saved = Saved(entry, drafting.Outcome.UNCHANGED)
    if draft is not None:
        hand = Hand(new_id(), None, version)
        saved = drafting.save(owner=user, entry_id=entry.pk, draft=draft, hand=hand, now=now)
        if entry.closed_at is not None:
            drafting.close(entry, now)
    if _place(user, saved.entry or entry, placed) and saved.outcome is drafting.Outcome.UNCHANGED:
        return Saved(saved.entry, drafting.Outcome.CHANGED)
    return saved


def attach(user: User, entry: Entry, name: str, content: bytes, now: datetime) -> str:
    """Attach a file; why not, in a sentence, where it could not be."""
    file = File(io.BytesIO(content), name=name)
    file.size = len(content)
    try:
        uploads.attach(owner=user, entry=entry, name=name, content=file, now=now)
    except uploads.Refused as refused:
        return str(refused)
    return ""


def _place(user: User, entry: Entry, placed: Sorted) -> bool:
    """Put the entry where it belongs; whether anything was asked for."""
    row = Entry.objects.for_user(user).filter(pk=entry.pk)
    if placed.tags is not None:
        sorting.pick_tags(user, entry, placed.tags)
    if placed.starred is not None:
        row.update(starred=placed.starred)
    if placed.moves:
        row.update(notebook=placed.notebook)
    return placed != Sorted()
