"""A table (CSV): one entry a row, whatever divides the cells and in whatever letters.

Columns are known by their heads, or else by what is in them. What was guessed is said in `Columns`,
so that a page can ask and hand back what was meant. Among the heads are those of Daylio, and of
the table that Mindsera asks for (help.mindsera.com, import-entries). Our own tables (forms.table)
are known by theirs, and are read without what protects a spreadsheet.
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.core.text import clean
from apps.transfer.sources import days
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import PlainEntry, Unreadable, key_of

KEY = "csv"
NAME = "CSV"

ENDS = (".csv", ".tsv", ".tab")
DELIMITERS = ",;\t|"
# Bytes that are looked at to see whether it is a table, and rows to see what is in its columns.
BEGINNING = 64 * 1024
SAMPLE = 200
# Of that, what is shown: rows, and letters of a cell.
SHOWN, LONGEST = 3, 60
# How often reading goes on behind a quotation mark that is never closed.
RESUMPTIONS = 20
# By role, heads in small letters with spaces; the first that is there has it.
HEADS = {
    "date": (
        *("full date", "local date", "entry date", "date", "day", "datetime", "date time"),
        *("date/time", "timestamp", "created", "created at", "creation date", "creationdate"),
        *("datum", "tag der eintragung", "fecha", "data", "jour", "dia"),
    ),
    "time": ("time", "time of day", "uhrzeit", "zeit", "heure", "hora", "ora", "tijd"),
    "title": (
        *("title", "note title", "heading", "headline", "subject"),
        *("titel", "titre", "título", "titulo", "titolo"),
    ),
    "body": (
        *(
            "body",
            "content",
            "text",
            "entry",
            "entry text",
            "note",
            "notes",
            "journal",
            "journal entry",
        ),
        *("description", "message", "inhalt", "eintrag", "texte", "contenu", "texto", "contenido"),
        *("testo", "conteúdo", "tekst", "inhoud", "notiz"),
    ),
    "tags": (
        *("tags", "tag", "labels", "keywords", "activities", "categories", "category"),
        *("schlagwörter", "étiquettes", "etiquetas", "etichette", "trefwoorden"),
    ),
    "mood": (
        "mood",
        "rating",
        "feeling",
        "stimmung",
        "humeur",
        "estado de ánimo",
        "umore",
        "humor",
    ),
    "starred": ("starred", "star", "favorite", "favourite", "is starred", "is favorite", "favorit"),
}
MOODS = {
    **dict.fromkeys(("rad", "great", "very good", "excellent", "amazing"), 2),
    **dict.fromkeys(("good", "happy", "fine"), 1),
    **dict.fromkeys(("meh", "ok", "okay", "neutral", "so-so"), 0),
    **dict.fromkeys(("bad", "sad", "not good"), -1),
    **dict.fromkeys(("awful", "terrible", "very bad", "horrible"), -2),
}
# Of our own tables the one with entries, and heads that no other has all of.
ENTRIES = "entries.csv"
OWN_HEADS = {"Local date", "Text", "Written at", "Changed at", "Id"}
YES = {"true", "yes", "on", "1", "x", "*", "★", "y"}

# A cell may be as long as a text; the standard is shorter than an entry may be.
csv.field_size_limit(64 * 1024**2)


@dataclass(frozen=True)
class Columns:
    """What a table is taken for: the number of the column of each role, or -1 where it has none."""

    heads: tuple[str, ...]
    has_heads: bool = True
    delimiter: str = ","
    encoding: str = "utf-8"
    date: int = -1
    time: int = -1
    title: int = -1
    body: int = -1
    tags: int = -1
    mood: int = -1
    starred: int = -1
    # What stands first in days by number.
    first: days.Order = "day"
    # The best mood by number: 2 (from -2), 5 or 10 (from 1), 100 (from 0).
    best: int = 0
    # What could have been meant otherwise: names of the fields here.
    guessed: tuple[str, ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether it was written here."""
        return set(self.heads) >= OWN_HEADS


@dataclass(frozen=True)
class _Row:
    """A row, the line it begins on, and whether a quotation mark in it was never closed."""

    line: int
    cells: list[str]
    is_open: bool = False

    def cell(self, number: int) -> str:
        return self.cells[number].strip() if 0 <= number < len(self.cells) else ""


def recognises(package: Package) -> bool:
    """Whether it holds a table with days in it."""
    for name in _tables(package):
        with package.opened(name) as file:
            read = file.read(BEGINNING)
        found = _columns(read)
        is_sure = found.has_heads and "date" not in found.guessed
        if found.date >= 0 and len(found.heads) > 1 and (is_sure or _is_table(name)):
            return True
    return False


def columns(package: Package, name: str = "") -> Columns:
    """What the table of this name, or the first, is taken for. Raises Refused."""
    names = [name] if name else _tables(package)
    if not names:
        raise Refused(_("There is no table in it."))
    return _columns(package.bytes(names[0]))


def told(said: dict[str, Any]) -> Columns:
    """Columns as they were kept in JSON (`dataclasses.asdict`), meant by somebody."""
    return Columns(**{**said, "heads": tuple(said["heads"]), "guessed": ()})


def sample(package: Package, columns: Columns) -> list[list[str]]:
    """The cells of the first rows of the first table, cut to what fits into a line."""
    [name, *_others] = _tables(package)
    with package.opened(name) as file:
        text = _decoded(file.read(BEGINNING), columns.encoding)
    rows = islice(_below(text, columns), SHOWN)
    return [[" ".join(cell[:LONGEST].split())[:LONGEST] for cell in row.cells] for row in rows]


def read(
    package: Package, zone: ZoneInfo, columns: Columns | None = None
) -> Iterator[PlainEntry | Unreadable]:
    """Its rows. `columns` is what they are, where somebody said so. Raises Refused."""
    for name in _tables(package):
        read = package.bytes(name)
        found = _columns(read)
        if columns and (not package.ending(*ENDS)[1:] or columns.heads == found.heads):
            found = columns
        if found.date < 0:
            raise Refused(_("No column of “%(name)s” holds a day.") % {"name": name})
        text = _decoded(read, found.encoding)
        seen: Counter[str] = Counter()
        for row in _below(text, found):
            outcome = _entry(name, row, found, zone)
            if isinstance(outcome, PlainEntry):
                # The same words on the same day twice are two entries.
                seen[outcome.key] += 1
                if seen[outcome.key] > 1:
                    outcome = replace(outcome, key=f"{outcome.key}-{seen[outcome.key]}")
            yield outcome


def neutral(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula: with an apostrophe before it where need be.

    So with apostrophes before it that somebody typed, and the way back is never in doubt.
    """
    return f"'{cell}" if _FORMULA.match(cell) else cell


def _typed(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


# The signs of assurance.md, row 19, also as wide as Chinese letters and behind white space.
_FORMULA = re.compile(r"[\s']*[=+@＝＋－＠-]|'*[\t\r\n]")


# --- One row --------------------------------------------------------------------------------


def _entry(name: str, row: _Row, columns: Columns, zone: ZoneInfo) -> PlainEntry | Unreadable:
    written = row.cell(columns.date)
    said = _said(written, columns.first)
    where = f"{name}:{row.line}"
    if said is None:
        reason = _("“%(written)s”, in line %(line)d, could not be read as a day.") % {
            "written": written[:80],
            "line": row.line,
        }
        return Unreadable(where, reason)
    warnings = []
    if row.is_open:
        warnings.append(_("A quotation mark in it is not closed: its end may be elsewhere."))
    if "first" in columns.guessed and days.is_either(written):
        said_so = {"written": written}
        warnings.append(
            _("“%(written)s” was read with the month first.") % said_so
            if columns.first == "month"
            else _("“%(written)s” was read with the day first.") % said_so
        )
    rest = _rest(row, columns)
    clock = said.clock
    if clock is None and row.cell(columns.time):
        clock = days.clock(row.cell(columns.time))
        if clock is None:
            rest[columns.heads[columns.time]] = row.cell(columns.time)
            warnings.append(
                _("Its time “%(time)s” could not be read.") % {"time": row.cell(columns.time)[:80]}
            )
    mood = _mood(row.cell(columns.mood), columns.best)
    if mood is None and row.cell(columns.mood):
        rest[columns.heads[columns.mood]] = row.cell(columns.mood)
    title, body = " ".join(row.cell(columns.title).split()), row.cell(columns.body)
    tags = _tags(row.cell(columns.tags), "\n" if columns.is_own else "")
    if not (title or body or tags or mood is not None or rest):
        return Unreadable(where, _("There is nothing in line %(line)d.") % {"line": row.line})
    moment, local_date = said.moment, said.day_in(zone)
    return PlainEntry(
        key=key_of(KEY, _when(moment, local_date, clock), f"{title}\n{body}"),
        local_date=local_date,
        title=title,
        body=body,
        moment=moment,
        wall_time=None if moment else clock,
        starred=row.cell(columns.starred).casefold() in YES,
        mood=mood,
        tags=tags,
        rest=rest,
        warnings=tuple(warnings),
    )


def _when(moment: datetime | None, day: object, clock: time | None) -> str:
    return moment.isoformat() if moment else f"{day} {clock or ''}".strip()


def _said(written: str, first: days.Order) -> days.Said | None:
    """A day, or an instant in seconds or thousandths of seconds since 1970."""
    if not _EPOCH.fullmatch(written):
        return days.said(written, first)
    thousandths = int(written) * (1 if len(written) == 13 else 1000)
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=thousandths)
    return days.said(moment.isoformat())


def _rest(row: _Row, columns: Columns) -> dict[str, str]:
    """The cells without a role, by their heads."""
    placed = {getattr(columns, role) for role in HEADS}
    rest: dict[str, str] = {}
    for number, cell in enumerate(row.cells):
        if number not in placed and cell.strip():
            head = columns.heads[number] if number < len(columns.heads) else ""
            head = head or _("column %(number)d") % {"number": number + 1}
            rest[head if head not in rest else f"{head} ({number + 1})"] = cell
    return rest


def _tags(written: str, divider: str = "") -> tuple[str, ...]:
    divider = divider or next((sign for sign in ",;|\n" if sign in written), "")
    if not divider and written.startswith("#"):
        divider = " "
    found = (tag.strip().lstrip("#").strip() for tag in written.split(divider or "\n"))
    return tuple(dict.fromkeys(filter(None, found)))


def _mood(written: str, best: int) -> int | None:
    if written.casefold() in MOODS:
        return MOODS[written.casefold()]
    number = _number(written)
    if number is None or not best or not _LOWEST[best] <= number <= best:
        return None
    lowest = _LOWEST[best]
    return round((number - lowest) / (best - lowest) * 4) - 2


def _number(written: str) -> float | None:
    return float(written.replace(",", ".")) if _NUMBER.fullmatch(written) else None


_EPOCH = re.compile(r"[1-9][0-9]{9}(?:[0-9]{3})?")
_NUMBER = re.compile(r"-?[0-9]{1,3}(?:[.,][0-9]{1,6})?")
_LOWEST = {2: -2, 5: 1, 10: 1, 100: 0}


# --- The whole table ------------------------------------------------------------------------


def _tables(package: Package) -> list[str]:
    if package.is_single:
        return package.names
    if own := package.find(ENTRIES):
        with package.opened(own) as file:
            if _columns(file.read(BEGINNING)).is_own:
                # What lies beside it are promises, cares, and files of entries.
                return [own]
    return package.ending(*ENDS)


def _is_table(name: str) -> bool:
    return name.casefold().endswith(ENDS)


def _columns(read: bytes) -> Columns:
    encoding, is_sure = _encoding(read)
    text = _decoded(read, encoding)
    delimiter = _delimiter(text)
    first = next(_rows(text, delimiter), None)
    if first is None or text.lstrip()[:1] in ("{", "[", "<"):
        return Columns((), guessed=("date",))
    heads = tuple(cell.strip() for cell in first.cells)
    roles = _roles(heads)
    found = Columns(heads, bool(roles), delimiter, encoding, **roles)
    guessed = [] if is_sure else ["encoding"]
    sample = [row for row, _number in zip(_below(text, found), range(SAMPLE), strict=False)]
    if found.date < 0:
        # Its first row may be heads in words that are not known.
        found = replace(found, date=_days_in(sample[1 - found.has_heads :] or sample, len(heads)))
        guessed.append("date")
        has_heads = bool(roles) or (found.date >= 0 and not _said(first.cell(found.date), "day"))
        found = replace(found, has_heads=has_heads)
    if found.body < 0:
        found = replace(found, body=_longest(sample, found))
        guessed.append("body")
    written = [row.cell(found.date) for row in _below(text, found)]
    order = days.order(written)
    if order is None and any(map(days.is_either, written)):
        guessed.append("first")
    best = _best(row.cell(found.mood) for row in _below(text, found)) if found.mood >= 0 else 0
    if best not in (0, 2):
        guessed.append("best")
    return replace(found, first=order or "day", best=best, guessed=tuple(guessed))


def _roles(heads: tuple[str, ...]) -> dict[str, Any]:
    known = [re.sub(r"[\s_-]+", " ", head.casefold()).strip() for head in heads]
    return {
        role: known.index(word)
        for role, words in HEADS.items()
        for word in [next((word for word in words if word in known), None)]
        if word is not None
    }


def _days_in(rows: list[_Row], width: int) -> int:
    """The first column that holds days in most of these rows."""
    for number in range(width):
        cells = [row.cell(number) for row in rows if row.cell(number)]
        if cells and sum(_said(cell, "day") is not None for cell in cells) * 5 >= len(cells) * 4:
            return number
    return -1


def _longest(rows: list[_Row], found: Columns) -> int:
    """The column without a role that holds most letters; -1 where all have one."""
    placed = {getattr(found, role) for role in HEADS}
    free = [number for number in range(len(found.heads)) if number not in placed]
    letters = {number: sum(len(row.cell(number)) for row in rows) for number in free}
    return max(free, key=lambda number: letters[number], default=-1)


def _best(cells: Iterator[str]) -> int:
    """The end of the scale that moods by number are on, as far as they go."""
    numbers = [number for number in map(_number, cells) if number is not None]
    if not numbers:
        return 0
    if min(numbers) < 0:
        return 2
    return next((best for best in (5, 10, 100) if max(numbers) <= best), 0)


def _encoding(read: bytes) -> tuple[str, bool]:
    """The letters of a file, and whether that is sure."""
    if read.startswith(b"\xef\xbb\xbf"):
        return "utf-8-sig", True
    if read.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16", True
    begins = read[:4096]
    for encoding, zeros in (("utf-16-le", begins[1::2]), ("utf-16-be", begins[::2])):
        if zeros.count(0) * 3 > len(zeros) > 0:
            return encoding, True
    try:
        read.decode()
    except UnicodeDecodeError as error:
        # The beginning of a file may end within a letter.
        if len(read) == BEGINNING and error.start > BEGINNING - 4:
            return "utf-8", True
        return "cp1252", False
    return "utf-8", True


def _decoded(read: bytes, encoding: str) -> str:
    try:
        return clean(read.decode(encoding, "replace")).removeprefix("\ufeff")
    except LookupError as error:
        raise Refused(
            _("Letters of the kind “%(name)s” are not known.") % {"name": encoding[:40]}
        ) from error


def _delimiter(text: str) -> str:
    """What divides the cells: what the first line says, or gives most columns that are known."""
    if match := _SAYS.match(text):
        return match[1]

    def fits(delimiter: str) -> tuple[int, int, int]:
        rows = [row for row, _number in zip(_rows(beginning, delimiter), range(20), strict=False)]
        width = len(rows[0].cells) if rows else 0
        if width < 2:
            return 0, 0, 0
        known = len(_roles(tuple(cell.strip() for cell in rows[0].cells)))
        return known, sum(len(row.cells) == width for row in rows), width

    beginning = text[:BEGINNING]
    return max(DELIMITERS, key=fits)


_SAYS = re.compile(r"""["']?sep=([^\s\w]|\t)["']?\n""", re.I)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


def _below(text: str, columns: Columns) -> Iterator[_Row]:
    """The rows below the heads that have something in them."""

    def starts(cells: list[str]) -> bool:
        row = _Row(0, cells)
        return len(cells) == len(columns.heads) and bool(_said(row.cell(columns.date), "day"))

    rows = _rows(text, columns.delimiter, starts)
    if columns.has_heads:
        next(rows, None)
    for row in rows:
        if any(cell.strip() for cell in row.cells):
            yield replace(row, cells=[*map(_typed, row.cells)]) if columns.is_own else row


def _rows(
    text: str, delimiter: str, starts: Callable[[list[str]], bool] = lambda _cells: False
) -> Iterator[_Row]:
    """All rows. A quotation mark that is never closed does not swallow the rest of the table.

    Its row ends before the next line that `starts` one, in which case both are there.
    """
    lines = _LINE.findall(text)
    at = 1 if _SAYS.match(text) else 0
    resumed = 0
    while at < len(lines):
        feed = _Feed(lines, at)
        begins = at
        for cells in csv.reader(feed, delimiter=delimiter):
            if feed.is_over and resumed < RESUMPTIONS:
                break
            if cells:
                yield _Row(begins + 1, cells, feed.is_over)
            begins = feed.at
        else:
            return
        resumed += 1
        at = next(
            (
                number
                for number in range(begins + 1, len(lines))
                if delimiter in lines[number]
                and starts(next(csv.reader([lines[number]], delimiter=delimiter), []))
            ),
            len(lines),
        )
        cells = next(csv.reader(lines[begins:at], delimiter=delimiter), [])
        if cells:
            yield _Row(begins + 1, cells, is_open=True)


class _Feed:
    """Lines, one by one, that know when somebody asked for one more than there are."""

    def __init__(self, lines: list[str], at: int) -> None:
        self.lines, self.at, self.is_over = lines, at, False

    def __iter__(self) -> "_Feed":
        return self

    def __next__(self) -> str:
        if self.at >= len(self.lines):
            self.is_over = True
            raise StopIteration
        self.at += 1
        return self.lines[self.at - 1]
