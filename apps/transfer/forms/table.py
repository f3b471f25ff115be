"""Tables for spreadsheets (CSV, RFC 4180), in a ZIP: entries, and with everything promises, cares.

They begin with a byte order mark. Excel takes a table without one for the letters of an old
Windows; LibreOffice, Numbers and Google Sheets read either. Heads are the same in every language,
so that a sheet or a program made for them goes on working. Moods go from 1 to 5: a number below
nought would begin like a formula.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.cares.models import Care
from apps.promises.models import Promise
from apps.transfer.choosing import Choice
from apps.transfer.commitments import AT_ONCE, cares_of, promises_of
from apps.transfer.forms.form import Progress
from apps.transfer.forms.packing import Packing, Placed, placed
from apps.transfer.forms.plain_json import count
from apps.transfer.sources.table import ENTRIES, neutral
from apps.transfer.telling import Told, told

KEY, NAME = "csv", _("Tables (CSV), for spreadsheets")
ABOUT = _("A row an entry, for Excel, LibreOffice and the like.")
SUFFIX, CONTENT_TYPE = ".zip", "application/zip"
MARK = "\ufeff"

__all__ = ["CONTENT_TYPE", "KEY", "NAME", "SUFFIX", "count", "write"]


def write(user: User, choice: Choice, now: datetime, progress: Progress) -> Iterator[bytes]:
    """The tables and then the files."""
    packing = Packing()
    entries = placed(told(user, choice))
    yield from packing.text(ENTRIES, _table(_ENTRY, entries, progress))
    if choice.is_everything:
        promises = promises_of(user, choice).iterator(chunk_size=AT_ONCE)
        yield from packing.text("promises.csv", _table(_PROMISE, promises, progress))
        cares = cares_of(user, choice).iterator(chunk_size=AT_ONCE)
        yield from packing.text("cares.csv", _table(_CARE, cares, progress))
    for _entry, files in placed(told(user, choice)) if choice.with_files else ():
        for path, file in files:
            yield from packing.file(path, file)
    yield from packing.end()


Columns = dict[str, Callable[[Any], object]]


def _table(columns: Columns, rows: Iterable[Any], progress: Progress) -> Iterator[str]:
    held = io.StringIO()
    writer = csv.writer(held)

    def line(cells: Iterable[object]) -> str:
        held.seek(0)
        held.truncate()
        writer.writerow([neutral(str(cell)) if cell is not None else "" for cell in cells])
        return held.getvalue()

    yield MARK + line(columns)
    for row in rows:
        yield line([cell(row) for cell in columns.values()])
        progress.advance()


def _of(column: Callable[[Told], object]) -> Callable[[tuple[Told, list[Placed]]], object]:
    return lambda row: column(row[0])


def _names(several: Iterable[Any]) -> str:
    return "\n".join(one.name for one in several)


def _one_to_five(scale: int | None) -> int | None:
    return None if scale is None else scale + 3


def _time(clock: datetime | None) -> str:
    return f"{clock:%H:%M}" if clock else ""


def _instant(instant: datetime | None) -> str:
    return instant.isoformat(timespec="seconds") if instant else ""


_ENTRY: Columns = {
    "Local date": _of(lambda entry: entry.local_date),
    "Time": _of(lambda entry: _time(entry.wall_time)),
    "Title": _of(lambda entry: entry.title),
    "Text": _of(lambda entry: entry.body),
    # A tag on each line: commas and semicolons may be in their names.
    "Tags": _of(lambda entry: "\n".join(entry.tags)),
    "Mood": _of(lambda entry: _one_to_five(entry.mood)),
    "Energy": _of(lambda entry: _one_to_five(entry.energy)),
    "Starred": _of(lambda entry: "yes" if entry.starred else ""),
    "Notebook": _of(lambda entry: entry.notebook),
    "Question": _of(lambda entry: entry.question),
    "People": _of(lambda entry: _names(entry.people)),
    "Promises": _of(lambda entry: _names(entry.promises)),
    "Cares": _of(lambda entry: _names(entry.cares)),
    "Files": lambda row: "\n".join(one.path for one in row[1]),
    "Written at": _of(lambda entry: _instant(entry.written_at)),
    "Time zone": _of(lambda entry: entry.time_zone),
    "Changed at": _of(lambda entry: _instant(entry.changed_at)),
    "Id": _of(lambda entry: entry.id),
    "Answers": _of(lambda entry: entry.answers),
}


def _terms(promise: Promise) -> Any:
    """Those in force, or the last on the table where none were agreed to."""
    every = promise.all_terms.all()
    wanted = promise.agreed_version or promise.version
    return next((terms for terms in every if terms.number == wanted), None)


def _term(promise: Promise, name: str) -> str:
    return str(getattr(_terms(promise), name, ""))


def _satisfied_when(promise: Promise) -> str:
    terms = _terms(promise)
    return "\n".join(one["text"] for one in terms.conditions) if terms else ""


_PROMISE: Columns = {
    "Side": lambda promise: promise.side,
    "Person": lambda promise: promise.person.name if promise.person else "",
    "What": lambda promise: promise.what,
    "State": lambda promise: promise.state,
    "Due": lambda promise: promise.due_on,
    "Due time": lambda promise: _time(promise.due_wall),
    "Time zone": lambda promise: promise.due_zone,
    "Satisfied when": _satisfied_when,
    "So that": lambda promise: _term(promise, "so_that"),
    "For whom": lambda promise: _term(promise, "for_whom"),
    "Only if": lambda promise: _term(promise, "condition"),
    "Agreed at": lambda promise: _instant(promise.agreed_at),
    "Delivered at": lambda promise: _instant(promise.delivered_at),
    "Ended at": lambda promise: _instant(promise.ended_at),
    "Hidden": lambda promise: "yes" if promise.hidden_at else "",
    "Id": lambda promise: promise.pk,
}


def _statement(care: Care) -> Any:
    """What it says today; every care has said something."""
    return list(care.statements.all())[-1]


def _for_whom(care: Care) -> str:
    statement = _statement(care)
    return str(statement.person.name if statement.person else statement.for_whom)


_CARE: Columns = {
    "Name": lambda care: care.label,
    "Since": lambda care: care.begun_on,
    "What you look after": lambda care: _statement(care).text,
    "Because": lambda care: _statement(care).because,
    "For whom": _for_whom,
    "Part of life": lambda care: _statement(care).domain,
    "How it stands": lambda care: _statement(care).standing,
    "Said on": lambda care: _statement(care).written_on,
    "Version": lambda care: care.version,
    "Rests since": lambda care: care.rested_on,
    "Ended on": lambda care: care.ended_on,
    "Id": lambda care: care.pk,
}
