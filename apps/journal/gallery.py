"""All photos by the days of their entries: a screenful at a time, by month."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby
from uuid import UUID

from apps.accounts.models import User
from apps.core.periods import Month
from apps.journal.models import Attachment, Entry

# A page ends with the entry that makes so many photos full, or after so many entries.
PHOTOS, ENTRIES = 60, 60


@dataclass(frozen=True)
class MonthOfPhotos:
    """A heading, and the photos of the month, each knowing its entry."""

    month: Month
    photos: list[Attachment]


@dataclass(frozen=True)
class Page:
    """Some photos by month, and the entry that the next page begins after, if there is one."""

    months: list[MonthOfPhotos]
    last: Entry | None


def photos_after(user: User, after: Entry | None) -> Page:
    """The photos of the entries that follow `after` in the journal, or its first; two queries."""
    rows = Entry.objects.for_user(user).kept().filter(attached__has_key="photo").newest_first()
    rows = rows.only("owner_id", "title", "local_date", "occurred_at", "attached")
    found = list((rows.before(after) if after else rows)[: ENTRIES + 1])
    shown = list(_enough(found[:ENTRIES]))
    by_entry = _photos(user, shown)
    months = []
    for month, entries in groupby(shown, key=lambda entry: Month.of(entry.local_date)):
        photos = [photo for entry in entries for photo in by_entry[entry.pk]]
        if photos:
            months.append(MonthOfPhotos(month, photos))
    return Page(months, shown[-1] if len(found) > len(shown) else None)


def _enough(entries: list[Entry]) -> Iterator[Entry]:
    """As many of the entries as fill a page."""
    count = 0
    for entry in entries:
        yield entry
        count += entry.attached.get("photo", 0)
        if count >= PHOTOS:
            break


def _photos(user: User, entries: list[Entry]) -> dict[UUID, list[Attachment]]:
    by_pk = {entry.pk: entry for entry in entries}
    found: dict[UUID, list[Attachment]] = defaultdict(list)
    photos = Attachment.objects.for_user(user).kept().photos().filter(entry__in=by_pk)
    for photo in photos.in_order():
        photo.entry = by_pk[photo.entry_id]
        found[photo.entry_id].append(photo)
    return found
