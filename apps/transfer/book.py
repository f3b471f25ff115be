"""What a journal is as a book, whatever it is printed on: months, heads of entries, pictures.

A book is made whole before its first byte leaves: on the disk, in a folder of its own that goes
with it. Of pictures one at a time is in memory, and never the file that a camera wrote: a size made
for the screen has nothing in it but what is seen.
"""

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, cast

from babel.core import get_global
from babel.dates import format_date
from django.core.files.storage import default_storage
from django.db.models import Count
from django.db.models.functions import ExtractMonth, ExtractYear
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, to_locale
from PIL import Image

from apps.accounts.models import User
from apps.core.periods import Month
from apps.core.templatetags.core import clock, day_of_year, month_of_year, number, plain_day
from apps.journal import pictures
from apps.journal.forms import ENERGIES, MOODS
from apps.journal.models.attachment import COLUMN, sizes_of
from apps.transfer.blocks import readable
from apps.transfer.choosing import Choice, entries_of
from apps.transfer.telling import PIECE, File, Told

JPEG_QUALITY = 86
PAGE_ADDRESS = "https://page.invalid/"


@dataclass(frozen=True)
class Paper:
    """A sheet: its measures in millimetres."""

    width: float
    height: float


PAPERS = {"a4": Paper(210, 297), "letter": Paper(215.9, 279.4), "a5": Paper(148, 210)}
# CLDR supplementalData 48, measurementData: where paper is US-Letter.
_LETTER = {"BZ", "CA", "CL", "CO", "CR", "GT", "MX", "NI", "PA", "PH", "PR", "SV", "US", "VE"}


def paper_of(user: User, choice: Choice) -> str:
    """The paper that is wanted, or else the usual one where this person's clock is."""
    if choice.paper:
        return choice.paper
    country = get_global("zone_territories").get(user.time_zone, "")
    return "letter" if country in _LETTER else "a4"


def pieces_of(make: Callable[[Path], Path]) -> Iterator[bytes]:
    """The file that `make` makes in a folder, piece by piece."""
    with TemporaryDirectory(prefix="book-") as folder, make(Path(folder)).open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


# --- Months --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Year:
    """A year, and what is in it in a few words."""

    name: str
    note: str


@dataclass(frozen=True)
class Chapter:
    """A month that something was written in; the first of a year has the year, too."""

    month: Month
    year: Year | None

    @property
    def name(self) -> str:
        """The month in words: "November 2026"."""
        return month_of_year(self.month.first)

    @property
    def short(self) -> str:
        """The month in words, below its year: "November"."""
        return format_date(self.month.first, "LLLL", to_locale(translation.get_language() or "en"))

    @property
    def key(self) -> str:
        """The month as 2026-11."""
        return f"{self.month.year:04}-{self.month.number:02}"


def address_of(page: int) -> str:
    """What leads to a page of the body, counted from 1, until the book is bound."""
    return f"{PAGE_ADDRESS}{page}"


@dataclass(frozen=True)
class Opener:
    """Where a year or, below it, a month begins: the page, counted from 1."""

    name: str
    is_year: bool
    page: int


def chapters(user: User, choice: Choice) -> list[Chapter]:
    """The months that will be told, in order."""
    months = (
        entries_of(user, choice)
        .values_list(ExtractYear("local_date"), ExtractMonth("local_date"))
        .annotate(Count("pk", distinct=True))
        .order_by(ExtractYear("local_date"), ExtractMonth("local_date"))
    )
    found = []
    for year, rows in groupby(months, key=lambda row: row[0]):
        counted = list(rows)
        entries = sum(count for _year, _month, count in counted)
        note = ngettext("%(count)s entry", "%(count)s entries", entries)
        whole = Year(str(year), note % {"count": number(entries)})
        for at, (_year, month, _count) in enumerate(counted):
            found.append(Chapter(Month(year, month), None if at else whole))
    return found


# --- The title, and heads of entries ---------------------------------------------------------


@dataclass(frozen=True)
class Title:
    """What stands on the first page."""

    title: str
    author: str
    period: str
    made: str


def title_of(user: User, found: list[Chapter], now: datetime) -> Title:
    """Whose journal, of which years, and when it was made."""
    years = sorted({chapter.month.year for chapter in found})
    period = "–".join(dict.fromkeys(str(year) for year in (*years[:1], *years[-1:])))
    today = {"day": plain_day(user.today(now))}
    return Title(_("Journal"), readable(user.name), period, _("Made on %(day)s") % today)


@dataclass(frozen=True)
class Head:
    """What stands above an entry. Of title and question either may be empty."""

    day: str
    title: str
    question: str
    starred: bool


def head_of(entry: Told) -> Head:
    """The day and hour of an entry in words, and what it is called."""
    day = day_of_year(entry.local_date)
    if entry.wall_time:
        day = f"{day}, {clock(entry.wall_time)}"
    return Head(day, readable(entry.title), readable(entry.question), entry.starred)


def about(entry: Told, unseen: list[File]) -> list[tuple[str, str]]:
    """What an entry is tied to, by what it is called; `unseen` are its files that are not shown."""
    ties = [
        (_("Mood"), [] if entry.mood is None else [str(MOODS[entry.mood + 2][1])]),
        (_("Energy"), [] if entry.energy is None else [str(ENERGIES[entry.energy + 2][1])]),
        (_("With"), [person.name for person in entry.people]),
        (_("Promises"), [promise.name for promise in entry.promises]),
        (_("What matters"), [care.name for care in entry.cares]),
        (_("Tags"), [f"#{tag}" for tag in entry.tags]),
        (_("Notebook"), [entry.notebook] if entry.notebook else []),
        (_("Files"), [file.name for file in unseen]),
    ]
    return [(name, readable(" · ".join(words))) for name, words in ties if words]


# --- Pictures ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Picture:
    """A photo as a JPEG that lies at `path`. Its measures are in pixels."""

    path: Path
    width: int
    height: int
    alt: str


def shown(entry: Told, folder: Path) -> tuple[list[Picture], list[File]]:
    """The photos of an entry, laid into this folder, and the files that cannot be shown."""
    found: list[Picture] = []
    unseen: list[File] = []
    for file in entry.files:
        picture = _picture(file, folder / f"{file.id}.jpg") if file.is_photo else None
        if picture:
            found.append(picture)
        else:
            unseen.append(file)
    return found, unseen


def _picture(file: File, path: Path) -> Picture | None:
    """A photo as a JPEG without notes, or None where nothing can be seen of it."""
    made = _size(file) or _made(file)
    if made is None:
        return None
    with Image.open(io.BytesIO(made)) as image:
        seen = image.convert("RGBA")
        flat = Image.new("RGB", seen.size, "white")
        flat.paste(seen, mask=seen)
        flat.save(path, "JPEG", quality=JPEG_QUALITY, optimize=True)
        return Picture(path, *flat.size, readable(file.alt))


def _size(file: File) -> bytes | None:
    """The size that was made for a column, or the largest below it."""
    boxes = [size.box for size in sizes_of(file.width or 1, file.height or 1)]
    key = f"{file.key}-{max(box for box in boxes if box <= COLUMN)}"
    try:
        with default_storage.open(key) as stored:
            return cast(bytes, stored.read())
    except OSError:
        return None


def _made(file: File) -> bytes | None:
    """Such a size, made now: its time has not come yet, or it was lost."""
    try:
        with default_storage.open(file.key) as stored:
            for box, made in pictures.made(cast(IO[bytes], stored)):
                if box <= COLUMN:
                    return made
    except (OSError, pictures.Unreadable):
        pass
    return None
