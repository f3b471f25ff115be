"""jrnl's export as Markdown, a variant of `jrnl`: all under headings, or one file an entry.

Headings within a text are written deeper by as many signs as the heading of the entry has
(plugins/markdown_exporter.py of jrnl-org/jrnl, formats.md 3.2); here they come back up.
"""

import re
from collections.abc import Iterator
from datetime import date, time
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.transfer.sources.beginnings import first_text
from apps.transfer.sources.bodies import as_written
from apps.transfer.sources.jrnl import (
    Form,
    forms,
    put_together,
    tags_in,
)
from apps.transfer.sources.package import Package
from apps.transfer.sources.plain import PlainEntry, Unreadable, key_of
from apps.transfer.sources.sentences import unknown_date

KEY = "jrnl-markdown"
NAME = "jrnl (Markdown)"

BEGINNING = 64 * 1024
MOST_FILES = 20


def recognises(package: Package) -> bool:
    """Whether a file in it has a year, a month and a dated entry as headings, or is one entry."""
    names = _texts(package)[:MOST_FILES]
    return any(_form(first_text(package, name, BEGINNING)) for name in names)


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """The entries of all its files."""
    for name in _texts(package):
        text = as_written(package.text(name))
        found = _form(text)
        if found is None:
            if text.strip():
                yield Unreadable(name, _("No date that can be read begins an entry in it."))
            continue
        form, mark = found
        yield from _entries(text, form, mark, name)


def _texts(package: Package) -> list[str]:
    return package.names if package.is_single else package.ending(".md", ".markdown", ".txt")


def _form(text: str) -> tuple[Form, str] | None:
    """How the first entry is dated, and the heading that entries have."""
    lines = [line for line in text.split("\n") if line.strip()]
    for mark, first in (
        ("#", lines[0] if lines else ""),
        ("###", next((line for line in lines if line.startswith("### ")), "")),
    ):
        head = first.removeprefix(f"{mark} ")[:200]
        if head == first[:200] or (mark == "###" and not _YEAR.fullmatch(lines[0])):
            continue
        for form in forms():
            if form.clock.pattern and form.begins(head):
                return form, mark
    return None


_YEAR = re.compile(r"# \d{1,4}\s*")
_YEAR_OR_MONTH = re.compile(r"# \d{1,4}\s*|## [^\W\d_]+\s*")


def _entries(text: str, form: Form, mark: str, name: str) -> Iterator[PlainEntry | Unreadable]:
    notebook = PurePosixPath(name).stem if mark == "###" else ""
    head: tuple[date, time | None, str] | None = None
    lines: list[str] = []
    number = 0
    for line in text.split("\n"):
        is_head = line.startswith(f"{mark} ") and (mark == "###" or not number)
        if is_head:
            if head:
                yield _entry(head, lines, notebook)
            number += 1
            head, lines = form.begins(line[len(mark) + 1 :]), []
            if head is None:
                yield Unreadable(f"{name}#{number}", unknown_date(line))
        elif mark == "#" or not _YEAR_OR_MONTH.fullmatch(line):
            lines.append(line.removeprefix(mark) if _DEEPER.match(line) else line)
    if head:
        yield _entry(head, lines, notebook)


_DEEPER = re.compile(r"#{2,} ")


def _entry(
    head: tuple[date, time | None, str], lines: list[str], notebook: str
) -> PlainEntry | Unreadable:
    day, clock, title = head
    body = "\n".join(lines).strip("\n").rstrip()
    key = key_of(KEY, f"{day.isoformat()} {clock or ''}", f"{title}\n{body}")
    title, body = put_together(title, body)
    return PlainEntry(
        key=key,
        local_date=day,
        body=body,
        title=title,
        wall_time=clock,
        tags=tags_in(f"{title}\n{body}"),
        notebook=notebook,
    )
