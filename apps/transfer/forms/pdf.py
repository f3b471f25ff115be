"""A book in PDF, typeset: a title, contents, an opening page for each year, months, entries.

Pages are set by typst, some months at a time (`typesetting`), so that a long life takes no more
memory than a short one; then the parts are bound (`binding`). What people wrote reaches the
typesetter as JSON, which a fixed template (book.typ) shows as text.
"""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import groupby
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import STEMMED, User
from apps.core.periods import Month
from apps.transfer.blocks import (
    Block,
    Code,
    Items,
    Paragraph,
    Quote,
    Rule,
    Run,
    Runs,
    Table,
    Text,
    is_rtl,
    read,
)
from apps.transfer.book import (
    Chapter,
    Opener,
    about,
    address_of,
    chapters,
    head_of,
    paper_of,
    pieces_of,
    shown,
    title_of,
)
from apps.transfer.choosing import Choice
from apps.transfer.forms.form import Progress
from apps.transfer.telling import Told, count_of, told
from apps.transfer.typesetting import typeset

KEY, NAME = "pdf", gettext_lazy("Book to print (PDF)")
ABOUT = gettext_lazy("Typeset, with contents and page numbers, to print or to give away.")
SUFFIX, CONTENT_TYPE = ".pdf", "application/pdf"
count = count_of

# So many letters are set at once, and what is left of their month, but for a month that has too
# many itself. A photo counts as some.
PART, LARGEST_PART = 250_000, 1_000_000
LETTERS_OF_A_PHOTO = 2_000

Node = dict[str, Any]


def write(user: User, choice: Choice, now: datetime, progress: Progress) -> Iterator[bytes]:
    """The book. Raises typesetting.NotSet."""
    return pieces_of(lambda folder: _made(folder, user, choice, now, progress))


def _made(folder: Path, user: User, choice: Choice, now: datetime, progress: Progress) -> Path:
    # Ten megabytes that no other page and no other process needs.
    from apps.transfer.binding import bind, look

    found = chapters(user, choice)
    title = title_of(user, found, now)
    shared: Node = {
        "paper": paper_of(user, choice),
        "lang": STEMMED.get(user.words_language) or (translation.get_language() or "en")[:2],
        "title": title.title,
        "author": title.author,
    }
    parts: list[Path] = []
    openers: list[Opener] = []
    page = 1
    for months in _parts(folder, found, told(user, choice), progress):
        body = shared | {"part": "body", "first-page": page, "months": months}
        part = typeset(folder, f"part-{len(parts)}", body)
        pages, places = look(part)
        names = [name for month in months for name in _openers(month)]
        for (name, is_year), place in zip(names, places, strict=True):
            openers.append(Opener(name, is_year, page + place))
        parts.append(part)
        page += pages
    front = shared | {"part": "front", "period": title.period, "made": title.made}
    front |= {"contents-name": _("Contents"), "contents": _contents(openers)}
    bind(typeset(folder, "front", front), parts, openers, folder / "book.pdf")
    return folder / "book.pdf"


def _openers(month: Node) -> Iterator[tuple[str, bool]]:
    if month["year"]:
        yield month["year"]["name"], True
    if month["begins"]:
        yield month["short"], False


def _contents(openers: list[Opener]) -> list[Node]:
    years: list[Node] = []
    for opener in openers:
        line = {"name": opener.name, "href": address_of(opener.page), "page": str(opener.page)}
        if opener.is_year:
            years.append(line | {"months": []})
        else:
            years[-1]["months"].append(line)
    return years


# --- Parts: some months, as data --------------------------------------------------------------


def _parts(
    folder: Path, found: list[Chapter], entries: Iterator[Told], progress: Progress
) -> Iterator[list[Node]]:
    """Months, as many as are set at once. What their photos lie in is emptied after each part."""
    photos = folder / "photos"
    photos.mkdir()
    by_month = {chapter.month: chapter for chapter in found}
    months: list[Node] = []
    letters = 0
    for month, written in groupby(entries, key=lambda entry: Month.of(entry.local_date)):
        if letters > PART:
            yield months
            months, letters = [], 0
            _empty(photos)
        months.append(_month(by_month[month]))
        for entry in written:
            if letters > LARGEST_PART:
                yield months
                months, letters = [_month(by_month[month]) | {"year": None, "begins": False}], 0
                _empty(photos)
            node = _entry(entry, photos)
            months[-1]["entries"].append(node)
            letters += len(entry.body) + LETTERS_OF_A_PHOTO * len(node["photos"])
            progress.advance()
    if months:
        yield months


def _empty(folder: Path) -> None:
    for path in folder.iterdir():
        path.unlink()


def _month(chapter: Chapter) -> Node:
    year = {"name": chapter.year.name, "note": chapter.year.note} if chapter.year else None
    return {
        "year": year,
        "begins": True,
        "name": chapter.name,
        "short": chapter.short,
        "entries": [],
    }


def _entry(entry: Told, photos: Path) -> Node:
    head = head_of(entry)
    pictures, unseen = shown(entry, photos)
    return {
        "day": head.day,
        "starred": head.starred,
        "title": _line(head.title),
        "question": _line(head.question),
        "blocks": _Blocks(f"note-{entry.id}", read(entry.body)).all(),
        "photos": [
            {
                "path": f"{photos.name}/{picture.path.name}",
                "width": picture.width,
                "height": picture.height,
                "alt": picture.alt,
            }
            for picture in pictures
        ],
        "about": [[name, _line(words)] for name, words in about(entry, unseen)],
    }


def _line(text: str) -> Node | None:
    """A line of plain text, or None for none."""
    if not text:
        return None
    return {"rtl": is_rtl((Run(text),)), "runs": [{"pieces": _pieces(text)}]}


class _Blocks:
    """The blocks of one text as data. A note stands where it is first referred to."""

    def __init__(self, key: str, text: Text) -> None:
        self.key = key
        self.text = text
        self.told: set[int] = set()

    def all(self) -> list[Node]:
        """All of them."""
        return list(map(self._block, self.text.blocks))

    def _block(self, block: Block) -> Node:
        match block:
            case Paragraph(runs, 0):
                return {"kind": "paragraph", "rtl": is_rtl(runs), "runs": self._runs(runs)}
            case Paragraph(runs, level):
                node = {"kind": "heading", "level": level}
                return node | {"rtl": is_rtl(runs), "runs": self._runs(runs)}
            case Quote(blocks):
                return {"kind": "quote", "blocks": list(map(self._block, blocks))}
            case Items(items, start):
                nodes = [
                    {"done": item.is_done, "blocks": list(map(self._block, item.blocks))}
                    for item in items
                ]
                return {"kind": "items", "start": start, "items": nodes}
            case Code(text):
                return {"kind": "code", "text": text}
            case Table(head, rows, sides):
                cells = [{"runs": self._runs(cell)} for row in (head, *rows) for cell in row]
                return {"kind": "table", "sides": sides, "cells": cells}
            case Rule():
                return {"kind": "rule"}

    def _runs(self, runs: Runs) -> list[Node | str]:
        return list(map(self._run, runs))

    def _run(self, run: Run) -> Node | str:
        if run == Run("\n"):
            return run.text
        node: Node = {"pieces": _pieces(run.text)}
        marks = {"b": run.bold, "i": run.italic, "s": run.struck, "c": run.code}
        if any(marks.values()):
            node["look"] = "".join(mark for mark, is_set in marks.items() if is_set)
        if run.href:
            node["href"] = run.href
        if run.note is not None:
            node["note"] = f"{self.key}-{run.note}"
            if run.note not in self.told:
                self.told.add(run.note)
                node["blocks"] = list(map(self._block, self.text.notes[run.note]))
        return node


def _pieces(text: str) -> list[str]:
    """The text, parted where a very long word may be broken."""
    return _LONG.split(text) if len(text) > LONGEST_WORD else [text]


LONGEST_WORD = 40
# Within a word that is longer, but not near its ends: an address, a key, a row of dots.
_LONG = re.compile(r"(?<=[!-~]{10})(?=[!-~]{30})")
