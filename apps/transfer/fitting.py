"""A plain entry as a journal here can hold it. Rules only: nothing here knows the database."""

import base64
import hashlib
import json
import math
import mimetypes
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import PurePosixPath
from typing import Any

from django.utils.translation import gettext as _

from apps.capture.writing import fitted
from apps.core.periods import FIRST_DAY, LAST_DAY, instant_on, is_zone
from apps.core.text import clean
from apps.transfer.models import BEGINNING_LENGTH, KEY_LENGTH
from apps.transfer.sources.package import Package
from apps.transfer.sources.plain import Media, PlainEntry

NOON = time(12)
# Of what has no place here: how deep it may lie; below that it is kept as text.
DEPTH = 100
# A whole number of more digits is kept as text: few programs read it as a number.
DIGITS = 300
# Letters that are looked at to see how an entry begins, and what is no beginning of a line.
BEGINNING = 400
_MARKS = " \t#>*_-"
# Sentences about one entry, and how long one may be.
MOST_SENTENCES = 50
LONGEST_SENTENCE = 500


@dataclass(frozen=True)
class When:
    """When an entry is of: its instant, in which zone, and whether the time of day is known."""

    at: datetime
    zone: str
    is_known: bool


@dataclass(frozen=True)
class Words:
    """The words of an entry. `whole` is all of its text again, where that is too long for one."""

    title: str
    body: str
    whole: str = ""


def key_here(key: str) -> str:
    """The key of an entry as it is kept: itself, or a digest where it is too long."""
    key = clean(key)
    return key if 0 < len(key) <= KEY_LENGTH else hashlib.sha256(key.encode()).hexdigest()


def beginning(entry: PlainEntry) -> str:
    """How an entry begins, for a list: its title, or else its first words."""
    lines = clean(f"{entry.title}\n{str(entry.body)[:BEGINNING]}").splitlines()
    plain = (" ".join(line.strip(_MARKS).split()) for line in lines if not line.startswith("!["))
    return next(filter(None, plain), "")[:BEGINNING_LENGTH]


def can_be(day: date) -> bool:
    """Whether the journal knows this day."""
    return FIRST_DAY <= day <= LAST_DAY


def when(entry: PlainEntry, own_zone: str) -> When:
    """When it was written, as far as the source knew; noon of its day where only that is known."""
    zone = entry.time_zone if is_zone(entry.time_zone) else own_zone
    moment = in_utc(entry.moment)
    if moment is not None:
        return When(moment, zone, True)
    wall = NOON if entry.wall_time is None else entry.wall_time.replace(tzinfo=None)
    at = instant_on(entry.local_date, wall, zone)
    return When(at, zone, entry.wall_time is not None)


def in_utc(moment: datetime | None) -> datetime | None:
    """An instant that can be kept and shown in any zone; None for one that cannot."""
    if moment is None or moment.tzinfo is None or not can_be(moment.date()):
        return None
    return moment.astimezone(UTC)


def on_scale(value: int | None) -> int | None:
    """A mood or an energy, if it is one."""
    return value if value is not None and -2 <= value <= 2 else None


# --- Words ----------------------------------------------------------------------------------


def words(
    entry: PlainEntry, places: Mapping[int, str], entry_at: Callable[[str], str | None]
) -> Words:
    """Title and text, with addresses of ours in them.

    `places` has the addresses of the files that are there, by their number; in the place of each
    other one stands that it is missing. `entry_at` gives the address of an entry by its key, or
    None: then only the words of the link stay.
    """
    body = with_addresses(entry.body, entry.media, places, entry_at)
    shown = {int(found["number"]) for found in _PLACE.finditer(entry.body) if found["number"]}
    lost = [
        missing(media)
        for number, media in enumerate(entry.media)
        if number not in places and number not in shown
    ]
    question = clean(entry.question).strip()
    asked = "\n".join(f"> {line}".rstrip() for line in question.split("\n")) if question else ""
    body = "\n\n".join(part for part in (asked, body, *lost) if part.strip()) or body
    return Words(*fitted(" ".join(clean(entry.title).split()), body))


def with_addresses(
    body: str,
    media: tuple[Media, ...],
    places: Mapping[int, str],
    entry_at: Callable[[str], str | None],
) -> str:
    """A text of a source with our addresses in the places it has for files and entries."""

    def put(found: re.Match[str]) -> str:
        if not found["number"]:
            address = entry_at(key_here(found["key"]))
            return f"[{found['words']}]({address})" if address else found["words"]
        number = int(found["number"])
        if number >= len(media):
            return found[0]
        one = media[number]
        called = _in_brackets(one.alt or one.name)
        return f"![{called}]({places[number]})" if number in places else missing(one)

    return _PLACE.sub(put, clean(body))


def keys_led_to(body: str) -> Iterator[str]:
    """The keys of the entries that a text of a source leads to."""
    return (key_here(found["key"]) for found in _PLACE.finditer(body) if found["key"])


# What `plain.shown` and `plain.led_to` write.
_PLACE = re.compile(
    r"!\[\]\(media:(?P<number>[0-9]{1,6})\)"
    r"|\[(?P<words>(?:\\.|[^\[\]\\]){0,1000})\]\(entry:(?P<key>[^()\s]{1,300})\)"
)


def missing(media: Media) -> str:
    """What stands in the place of a file that is not there."""
    name = {"name": _bare(media.name)}
    kind, _coding = mimetypes.guess_type(media.name)
    # What has no ending is mostly the number of a picture.
    likely = "file" if PurePosixPath(media.name).suffix else "image"
    match (kind or likely).partition("/")[0]:
        case "image":
            return _("[missing photo: %(name)s]") % name
        case "audio":
            return _("[missing recording: %(name)s]") % name
        case "video":
            return _("[missing film: %(name)s]") % name
        case _other:
            return _("[missing file: %(name)s]") % name


def _bare(name: str) -> str:
    return " ".join(_BRACKETS.sub(" ", clean(name)).split())[:LONGEST_SENTENCE]


def _in_brackets(name: str) -> str:
    return _BRACKETS.sub(r"\\\g<0>", " ".join(clean(name).split()))


_BRACKETS = re.compile(r"[\[\]\\]")


def sentences(said: Iterable[str]) -> list[str]:
    """What is said about an entry, each once, and not more than somebody would read."""
    kept = (clean(sentence)[:LONGEST_SENTENCE].strip() for sentence in said)
    return list(dict.fromkeys(filter(None, kept)))[:MOST_SENTENCES]


# --- What has no place here -----------------------------------------------------------------


def as_json(value: Any, depth: int = 0) -> Any:
    """The same as the database keeps it: without NUL, NaN, infinity, and what JSON has not."""
    match value:
        case None | bool():
            return value
        case int():
            return value if abs(value) < 10**DIGITS else hex(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case str():
            return clean(value)
        case bytes():
            return base64.b64encode(value).decode()
        case datetime() | date() | time():
            return value.isoformat()
    if depth == DEPTH:
        return _in_letters(value)
    match value:
        case Mapping():
            return {clean(str(key)): as_json(said, depth + 1) for key, said in value.items()}
        case list() | tuple() | set() | frozenset():
            return [as_json(said, depth + 1) for said in value]
    return clean(str(value))


def _in_letters(value: Any) -> str:
    try:
        return clean(json.dumps(value, ensure_ascii=False, default=str))
    except (TypeError, ValueError, RecursionError):
        return "…"


def fingerprint(entry: PlainEntry, package: Package) -> str:
    """What changes when the source says something else of this entry.

    Not what is said of it here, nor where its files lie; but how large they are.
    """
    said = [
        *(entry.local_date, entry.title, entry.body, entry.moment, entry.wall_time),
        *(entry.time_zone, entry.modified_at, entry.starred, entry.mood, entry.energy),
        *(entry.tags, entry.people, entry.notebook, entry.question),
        [(one.name, one.alt, _extent(one, package)) for one in entry.media],
        [(one.title, one.body, one.saved_at) for one in entry.former],
        as_json(entry.rest),
    ]
    told = json.dumps(said, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()


def _extent(media: Media, package: Package) -> str | int:
    if media.content:
        return hashlib.sha256(media.content).hexdigest()
    return package.size(media.member) if is_there(media, package) else ""


def is_there(media: Media, package: Package) -> bool:
    """Whether the file itself was brought."""
    return bool(media.content or (media.member and package.find(media.member) == media.member))
