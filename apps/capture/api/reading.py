"""Entries as the API gives them, and the place in the journal where a page of them begins."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections import defaultdict
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef, Q

from apps.accounts.models import User
from apps.core.periods import FIRST_DAY, LAST_DAY
from apps.journal.models import Entry, EntryQuerySet, EntryTag, Tag
from apps.journal.sorting import key_of

ROW = (
    "owner_id",
    "title",
    "local_date",
    "occurred_at",
    "time_zone",
    "time_known",
    "mood",
    "energy",
    "starred",
    "notebook_id",
    "word_count",
    "version",
    "saved_at",
)


def rows(user: User, entries: Sequence[Entry], *, with_body: bool = False) -> list[dict[str, Any]]:
    """Entries as rows, with their tags; one query."""
    tags = tag_names(user, entries)
    return [
        _row(entry, tags[entry.pk]) | ({"body": entry.body} if with_body else {})
        for entry in entries
    ]


def whole(user: User, entry: Entry) -> dict[str, Any]:
    """One entry with its text."""
    (row,) = rows(user, [entry], with_body=True)
    return row | {"trashed_at": entry.trashed_at}


def receipt(entry: Entry, outcome: str) -> dict[str, Any]:
    """What became of an entry that was sent."""
    return {
        "id": entry.pk,
        "outcome": outcome,
        "version": entry.version,
        "local_date": entry.local_date,
        "word_count": entry.word_count,
        "saved_at": entry.saved_at,
        "url": page_of(entry),
    }


def page_of(entry: Entry) -> str:
    """The address of its page, as somebody would open it."""
    return f"{settings.SITE_URL}{entry.get_absolute_url()}"


def tag_names(user: User, entries: Sequence[Entry]) -> dict[UUID, list[str]]:
    """The names of the tags of entries, by entry; one query."""
    names: dict[UUID, list[str]] = defaultdict(list)
    links = EntryTag.objects.for_user(user).filter(entry__in=[entry.pk for entry in entries])
    for pk, name in links.order_by("tag__key").values_list("entry_id", "tag__name"):
        names[pk].append(name)
    return names


def with_tag(entries: EntryQuerySet, user: User, name: str) -> EntryQuerySet:
    """Those with the tag of this name, or of a name it once had."""
    key = key_of(name)
    tags = Tag.objects.for_user(user).filter(Q(key=key) | Q(aliases__key=key))
    links = EntryTag.objects.for_user(user).filter(tag__in=tags.values("pk"))
    return entries.filter(Exists(links.filter(entry=OuterRef("pk"))))


def cursor_of(entry: Entry) -> str:
    """The place of an entry in the journal's order. It stays good when the entry goes."""
    place = f"{entry.local_date.isoformat()} {entry.occurred_at.isoformat()} {entry.pk}"
    return urlsafe_b64encode(place.encode()).decode().rstrip("=")


def place_of(cursor: str) -> Entry | None:
    """An entry, in no database, that stands at this place; None for what is no cursor."""
    try:
        text = urlsafe_b64decode(cursor.encode() + b"==").decode()
        day, moment, pk = text.split(" ")
        place = Entry(
            id=UUID(pk),
            local_date=date.fromisoformat(day),
            occurred_at=datetime.fromisoformat(moment),
        )
    except ValueError:
        return None
    is_known = place.occurred_at.tzinfo is not None and (
        FIRST_DAY <= place.occurred_at.date() <= LAST_DAY
    )
    return place if is_known else None


def address_of(path: str, asked: dict[str, Any]) -> str:
    """The address of a page of a list, with what is asked for."""
    return f"{path}?{urlencode({name: value for name, value in asked.items() if value})}"


def _row(entry: Entry, tags: list[str]) -> dict[str, Any]:
    return {
        "id": entry.pk,
        "title": entry.title,
        "local_date": entry.local_date,
        "occurred_at": entry.occurred_at,
        "time_zone": entry.time_zone,
        "time_known": entry.time_known,
        "mood": entry.mood,
        "energy": entry.energy,
        "starred": entry.starred,
        "notebook": entry.notebook_id,
        "tags": tags,
        "word_count": entry.word_count,
        "version": entry.version,
        "saved_at": entry.saved_at,
        "url": page_of(entry),
    }
