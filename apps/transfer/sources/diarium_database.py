"""Diarium's database, a variant of `diarium`: a `.diary` file, which is SQLite.

Described by Demizo/Daily_You and paulelms/diarium2anything: `Entries` by .NET ticks on the clocks
there, `Media` with the files themselves, `Tags` (0 a tag, 1 a person, 2 and 3 what is tracked) and
`EntryTags`. A database is a program in disguise: this one is a copy that cannot be written, whose
views, triggers and functions are refused, and which is stopped when it takes too long.
"""

import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.core.text import clean
from apps.transfer.sources.beginnings import first_bytes
from apps.transfer.sources.bodies import page_as_body
from apps.transfer.sources.diarium import as_mood
from apps.transfer.sources.enclosures import Enclosures, Files
from apps.transfer.sources.fields import Fields, as_words
from apps.transfer.sources.package import PIECE, Package, Refused, as_text
from apps.transfer.sources.plain import PlainEntry, Unreadable
from apps.transfer.sources.sentences import damaged, no_day

KEY = "diarium_database"
NAME = "Diarium (.diary)"

MAGIC = b"SQLite format 3\0"
# No database holds more; no text and no file is longer, in bytes.
MOST_ROWS = 200_000
LONGEST_TEXT = 8 * 1024**2
LARGEST_FILE = 64 * 1024**2
# How many steps of SQLite are taken for one question at most; a question of a real journal takes
# a few million. It asks after so many whether that was enough.
MOST_STEPS = 200_000_000
STEPS = 10_000
ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ}
ALLOWED_FUNCTIONS = {"length", "typeof"}
TAG, PERSON = 0, 1

ENDINGS = (
    (0, b"\xff\xd8\xff", ".jpg"),
    (0, b"\x89PNG", ".png"),
    (0, b"GIF8", ".gif"),
    (0, b"%PDF", ".pdf"),
    (0, b"ID3", ".mp3"),
    (0, b"OggS", ".ogg"),
    (4, b"ftyphei", ".heic"),
    (4, b"ftypM4A", ".m4a"),
    (4, b"ftyp", ".mp4"),
    (8, b"WEBP", ".webp"),
    (8, b"WAVE", ".wav"),
)


def recognises(package: Package) -> bool:
    """Whether there is an SQLite file whose tables begin as Diarium's do."""
    return bool(_found(package))


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """The entries of the database; `zone` says nothing here, as days are local."""
    files = Files(package)
    for name in _found(package):
        with _opened(package, name) as database:
            yield from _Diary(database, files).entries()


def _found(package: Package) -> list[str]:
    names = package.ending(".diary", ".db", ".sqlite", ".sqlite3")
    if package.is_single:
        names = package.names
    return [name for name in names[:20] if _is_diary(package, name)]


def _is_diary(package: Package, name: str) -> bool:
    begins = first_bytes(package, name)
    return begins.startswith(MAGIC) and b"DiaryEntryId" in begins


@contextmanager
def _opened(package: Package, name: str) -> Iterator[sqlite3.Connection]:
    """A copy of the database that can only be read. Raises Refused where it is none."""
    with tempfile.TemporaryDirectory(prefix="diary-") as folder:
        path = Path(folder) / "copy.db"
        with package.opened(name) as source, path.open("wb") as copy:
            while piece := source.read(PIECE):
                copy.write(piece)
        address = f"{path.as_uri()}?mode=ro&immutable=1"
        try:
            with closing(sqlite3.connect(address, uri=True, isolation_level=None)) as database:
                _bind(database)
                yield database
        except (sqlite3.Error, UnicodeDecodeError) as error:
            raise Refused(damaged(name)) from error


def _bind(database: sqlite3.Connection) -> None:
    """Take from a database whatever it could do but be read."""
    if hasattr(database, "enable_load_extension"):
        database.enable_load_extension(False)
    for pragma in (
        "trusted_schema = OFF",
        "query_only = ON",
        "cell_size_check = ON",
        "mmap_size = 0",
        "temp_store = MEMORY",
    ):
        database.execute(f"PRAGMA {pragma}")
    database.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
    database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_FILE + 1024**2)
    database.text_factory = lambda read: read.decode(errors="replace")


class _Diary:
    """The tables of a diary."""

    def __init__(self, database: sqlite3.Connection, files: Files) -> None:
        self._database, self._files = database, files
        self._steps = 0
        self._columns = {
            table: self._columns_of(table)
            for table in ("Entries", "Media", "Tags", "EntryTags", "Events")
        }
        database.set_authorizer(_allowed)
        database.set_progress_handler(self._enough, STEPS)

    def entries(self) -> Iterator[PlainEntry | Unreadable]:
        """All entries, in the order of their time as it is kept."""
        if "DiaryEntryId" not in self._columns["Entries"]:
            raise Refused(_("The database has no entries of Diarium."))
        rows = self._rows("SELECT rowid, DiaryEntryId FROM Entries")
        if len(rows) > MOST_ROWS:
            raise Refused(_("It holds more entries than can be read."))
        tags, media, events = self._tags(), self._media(), self._events()
        for row, ticks in rows:
            where = f"Entries {row}"
            try:
                raw = self._entry(row)
            except (sqlite3.Error, ValueError):
                yield Unreadable(where, _("The entry is damaged, or larger than can be taken."))
                continue
            yield self._plain(
                where, ticks, raw, tags.get(ticks, []), media.get(ticks, []), events.get(ticks, [])
            )

    def _plain(
        self,
        where: str,
        ticks: Any,
        raw: dict[str, Any],
        tags: list[dict[str, Any]],
        media: list[dict[str, Any]],
        events: list[dict[str, Any]],
    ) -> PlainEntry | Unreadable:
        when = from_ticks(ticks)
        if when is None:
            return Unreadable(where, no_day())
        fields = Fields(raw)
        fields.rest.pop("DiaryEntryId", None)
        enclosures = Enclosures(self._files)
        body = page_as_body(fields.read("Text", as_words, ""), enclosures)
        for one in media:
            self._enclose(one, enclosures)
        if tracked := [tag for tag in tags if tag.get("Type") not in (TAG, PERSON, None)]:
            fields.rest["trackers"] = tracked
        if events:
            fields.rest["Events"] = events
        return PlainEntry(
            key=str(ticks),
            local_date=when.date(),
            body=body,
            title=fields.read("Heading", as_words, "").strip(),
            wall_time=when.time(),
            mood=fields.read("Rating", as_mood, None),
            tags=_values(tags, TAG, None),
            people=_values(tags, PERSON),
            media=tuple(enclosures.media),
            rest=fields.rest,
            warnings=(*fields.warnings, *enclosures.warnings),
        )

    def _entry(self, row: int) -> dict[str, Any]:
        """One row, without what is longer than an entry can be."""
        columns = self._columns["Entries"]
        lengths = ", ".join(f"length({_quoted(column)})" for column in columns)
        [sizes] = self._rows(f"SELECT {lengths} FROM Entries WHERE rowid = ?", row)  # noqa: S608
        if any(isinstance(size, int) and size > LONGEST_TEXT for size in sizes):
            raise sqlite3.DataError
        [found] = self._dicts("Entries", columns, "rowid = ?", row)
        return found

    def _tags(self) -> dict[Any, list[dict[str, Any]]]:
        """The tags of each entry, with what was tracked."""
        if not {"DiaryTagId", "Value"} <= set(self._columns["Tags"]) or not (
            {"DiaryEntryId", "DiaryTagId"} <= set(self._columns["EntryTags"])
        ):
            return {}
        named = {tag["DiaryTagId"]: tag for tag in self._table("Tags")}
        found: dict[Any, list[dict[str, Any]]] = {}
        for link in self._table("EntryTags"):
            tag = named.get(link.pop("DiaryTagId"))
            if tag:
                found.setdefault(link.pop("DiaryEntryId"), []).append(tag | link)
        return found

    def _media(self) -> dict[Any, list[dict[str, Any]]]:
        """What is known of the files of each entry, without themselves, in their order."""
        columns = self._columns["Media"]
        if not {"DiaryEntryId", "Data"} <= set(columns):
            return {}
        kept = [column for column in ("Index", "Type") if column in columns]
        asked = ", ".join(["DiaryEntryId", "rowid", "length(Data)", *map(_quoted, kept)])
        try:
            rows = self._rows(f"SELECT {asked} FROM Media")  # noqa: S608
        except sqlite3.Error:
            return {}
        found: dict[Any, list[dict[str, Any]]] = {}
        for entry, row, size, *said in rows:
            known = dict(zip(kept, said, strict=True)) | {"row": row, "size": size}
            found.setdefault(entry, []).append(known)
        for files in found.values():
            files.sort(key=lambda one: one["Index"] if isinstance(one.get("Index"), int) else 0)
        return found

    def _enclose(self, known: dict[str, Any], enclosures: Enclosures) -> None:
        """Put a file with an entry, if it is one and there is room for it."""
        content: Any = None
        if isinstance(known["size"], int) and known["size"] <= min(LARGEST_FILE, enclosures.room):
            with suppress(sqlite3.Error, ValueError):
                [[content]] = self._rows("SELECT Data FROM Media WHERE rowid = ?", known["row"])
        content = content if isinstance(content, bytes) else b""
        number = len(enclosures.media) + 1
        enclosures.hold(content, f"diarium-{number}{ending_of(content)}")

    def _events(self) -> dict[Any, list[dict[str, Any]]]:
        """What the calendar said, for each entry."""
        found: dict[Any, list[dict[str, Any]]] = {}
        if "DiaryEntryId" in self._columns["Events"]:
            for event in self._table("Events"):
                found.setdefault(event.pop("DiaryEntryId"), []).append(event)
        return found

    def _table(self, table: str) -> list[dict[str, Any]]:
        """A small table; nothing of it where it is damaged."""
        try:
            return self._dicts(table, self._columns[table], "1")
        except sqlite3.Error:
            return []

    def _dicts(
        self, table: str, columns: list[str], where: str, *values: Any
    ) -> list[dict[str, Any]]:
        asked = ", ".join(map(_quoted, columns))
        rows = self._rows(f"SELECT {asked} FROM {table} WHERE {where}", *values)  # noqa: S608
        return [
            {clean(column): _plain_value(value) for column, value in zip(columns, row, strict=True)}
            for row in rows
        ]

    def _rows(self, question: str, *values: Any) -> list[tuple[Any, ...]]:
        """What is answered. Raises sqlite3.Error where it is more than can be held."""
        self._steps = size = 0
        rows: list[tuple[Any, ...]] = []
        try:
            answers = self._database.execute(question, values)
        except UnicodeDecodeError as error:
            # A name of a column; what stands in it is read whatever it is.
            raise sqlite3.DataError from error
        for row in answers:
            size += sum(len(value) for value in row if isinstance(value, str | bytes))
            if len(rows) == MOST_ROWS * 5 or size > LARGEST_FILE:
                raise sqlite3.DataError
            rows.append(row)
        return rows

    def _columns_of(self, table: str) -> list[str]:
        """The columns of a plain table; nothing where it is a view, virtual, or not there."""
        kinds = self._database.execute(
            "SELECT type, sql FROM sqlite_master WHERE name = ? COLLATE NOCASE", (table,)
        ).fetchall()
        if (
            len(kinds) != 1
            or kinds[0][0] != "table"
            or "virtual" in str(kinds[0][1])[:20].casefold()
        ):
            return []
        # Of `table_xinfo`: hidden is 0 for what is stored, and not computed when it is read.
        columns = self._database.execute(f"PRAGMA table_xinfo({table})").fetchmany(200)
        return [str(column[1]) for column in columns if column[6] == 0]

    def _enough(self) -> bool:
        self._steps += STEPS
        return self._steps > MOST_STEPS


def _allowed(action: int, first: str | None, second: str | None, *_: Any) -> int:
    if action == sqlite3.SQLITE_FUNCTION:
        is_allowed = second in ALLOWED_FUNCTIONS
    else:
        is_allowed = action in ALLOWED
    return sqlite3.SQLITE_OK if is_allowed else sqlite3.SQLITE_DENY


def _plain_value(value: Any) -> Any:
    if isinstance(value, bytes):
        value = as_text(value)
    return clean(value) if isinstance(value, str) else value


def _quoted(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def _values(tags: list[dict[str, Any]], *kinds: int | None) -> tuple[str, ...]:
    said = (tag.get("Value") for tag in tags if tag.get("Type") in kinds)
    return tuple(dict.fromkeys(one.strip() for one in said if isinstance(one, str) and one.strip()))


def from_ticks(ticks: Any) -> datetime | None:
    """A time from ticks of .NET, of which a microsecond has ten; None where no calendar has it."""
    try:
        return datetime(1, 1, 1) + timedelta(microseconds=ticks // 10)
    except (TypeError, OverflowError):
        return None


def ending_of(content: bytes) -> str:
    """The ending of the name of a file, by its first bytes; "" for what is not known here."""
    return next((end for at, mark, end in ENDINGS if content.startswith(mark, at)), "")
