"""Plain entries: what a source makes of a foreign journal, before anybody decides about them.

A body is Markdown. Where it showed a file it holds `shown(number)`, the place of that file among
the entry's media; where it led to another entry it holds `led_to(words, key)`. Whoever brings them
in puts in what stands here for both.
"""

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from apps.transfer.sources.package import Package

# Longer ones stay with the text: nothing is cut.
LONGEST_TITLE = 200


@dataclass(frozen=True)
class Media:
    """A file of an entry: a member of the package, or the content that stood within the entry.

    With neither, the file is not in what was brought, and only its name is known.
    """

    member: str
    name: str
    alt: str = ""
    content: bytes = field(default=b"", repr=False)


@dataclass(frozen=True)
class Former:
    """An earlier text of an entry."""

    body: str
    saved_at: datetime | None = None
    title: str = ""


@dataclass(frozen=True)
class PlainEntry:
    """One entry of a foreign journal.

    `key` names it in its source and stays the same when the same file is read again. Of the time,
    what the source knew: `moment` is an instant with its zone, `wall_time` a time on some clock of
    that day, and with neither only the day is known. `time_zone` is an IANA name, or "" for the
    person's own. Mood and energy go from -2 to 2. `rest` holds, as it was, whatever has no place.
    """

    key: str
    local_date: date
    body: str = ""
    title: str = ""
    moment: datetime | None = None
    wall_time: time | None = None
    time_zone: str = ""
    modified_at: datetime | None = None
    starred: bool = False
    in_trash: bool = False
    mood: int | None = None
    energy: int | None = None
    tags: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    notebook: str = ""
    question: str = ""
    media: tuple[Media, ...] = ()
    former: tuple[Former, ...] = ()
    rest: Mapping[str, Any] = field(default_factory=dict)
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Unreadable:
    """An entry that could not be read, where it stands, and why, in a sentence."""

    key: str
    reason: str


class Source(Protocol):
    """A module of this folder."""

    # As it is kept and asked for, and as people know it.
    KEY: str
    NAME: str

    def recognises(self, package: Package) -> bool:
        """Whether the package is of this form, by what is in it."""

    def read(self, package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
        """Its entries one by one. `zone` is the person's own, for what does not say."""


def shown(number: int) -> str:
    """What a body holds where it showed the media of this number, from 0."""
    return f"![](media:{number})"


def led_to(words: str, key: str) -> str:
    """What a body holds where it led to the entry with this key."""
    return f"[{words}](entry:{key})"


def key_of(source: str, when: str, body: str) -> str:
    """The key of an entry that has none of its own: by its source, its day or moment, its text."""
    words = " ".join(unicodedata.normalize("NFC", body).split())
    return hashlib.sha256(f"{source}\n{when}\n{words}".encode()).hexdigest()[:32]
