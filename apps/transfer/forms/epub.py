"""A book in EPUB 3, for readers of books: a cover, contents by year and month, a page a month.

The pages are XHTML made of blocks, so they are well-formed whatever somebody wrote: every text is
escaped, and no HTML of anybody's is in them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from html import escape
from itertools import groupby
from pathlib import Path
from uuid import uuid4
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.periods import Month
from apps.transfer.blocks import (
    Block,
    Code,
    Item,
    Items,
    Paragraph,
    Quote,
    Rule,
    Run,
    Runs,
    Table,
    Text,
    read,
)
from apps.transfer.book import (
    Chapter,
    Title,
    about,
    chapters,
    head_of,
    pieces_of,
    shown,
    title_of,
)
from apps.transfer.choosing import Choice
from apps.transfer.forms.form import Progress
from apps.transfer.telling import Told, count_of, told
from apps.transfer.typesetting import typeset

KEY, NAME = "epub", gettext_lazy("E-book (EPUB)")
ABOUT = gettext_lazy("A book with a cover and contents, for an e-reader or a phone.")
SUFFIX, CONTENT_TYPE = ".epub", "application/epub+zip"
count = count_of

STYLE = Path(__file__).with_name("book.css")


@dataclass
class _Book:
    """A book as it is written: its ZIP, and of each file its name, type and properties."""

    archive: ZipFile
    language: str
    files: list[tuple[str, str, str]] = field(default_factory=list)

    def page(self, name: str, title: str, body: str, properties: str = "") -> None:
        """A page; they are read in the order in which they come."""
        page = _PAGE.format(language=self.language, title=escape(title), body=body)
        self.add(name, XHTML, page, properties)

    def add(self, name: str, kind: str, text: str, properties: str = "") -> None:
        """A file of text."""
        self.files.append((name, kind, properties))
        self.archive.writestr(f"book/{name}", text)

    def picture(self, path: Path, kind: str, properties: str = "") -> None:
        """A picture. It is as small as it gets already, and is gone from where it was."""
        self.files.append((path.name, kind, properties))
        self.archive.write(path, f"book/{path.name}", ZIP_STORED)
        path.unlink()


def write(user: User, choice: Choice, now: datetime, progress: Progress) -> Iterator[bytes]:
    """The book. Raises typesetting.NotSet, should its cover not be set."""
    return pieces_of(lambda folder: _made(folder, user, choice, now, progress))


def _made(folder: Path, user: User, choice: Choice, now: datetime, progress: Progress) -> Path:
    found = chapters(user, choice)
    title = title_of(user, found, now)
    photos = folder / "photos"
    photos.mkdir()
    with ZipFile(folder / "book.epub", "w", ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", CONTENT_TYPE, ZIP_STORED)
        archive.writestr("META-INF/container.xml", _CONTAINER)
        book = _Book(archive, get_language() or "en")
        book.add("book.css", "text/css", STYLE.read_text(encoding="utf-8"))
        book.picture(_cover(folder, title, book.language), "image/png", "cover-image")
        alt = " ".join(filter(None, [title.title, title.author, title.period]))
        book.page("cover.xhtml", title.title, _COVER.format(alt=escape(alt)))
        book.page("nav.xhtml", _("Contents"), _nav(title, found), "nav")
        by_month = {chapter.month: chapter for chapter in found}
        entries = told(user, choice)
        for month, written in groupby(entries, key=lambda entry: Month.of(entry.local_date)):
            chapter = by_month[month]
            parts = [_opening(chapter)]
            for entry in written:
                parts.append(_entry(entry, photos))
                progress.advance()
            book.page(f"{chapter.key}.xhtml", chapter.name, "".join(parts))
            for path in sorted(photos.iterdir()):
                book.picture(path, "image/jpeg")
        archive.writestr("book/book.opf", _package(book, title, now))
    return folder / "book.epub"


def _cover(folder: Path, title: Title, language: str) -> Path:
    data = {"part": "cover", "paper": "a5", "lang": language[:2], "title": title.title}
    data |= {"author": title.author, "period": title.period, "made": title.made}
    return typeset(folder, "cover", data, ".png")


# --- Around the pages ------------------------------------------------------------------------

XHTML = "application/xhtml+xml"
_CONTAINER = """<?xml version="1.0" encoding="utf-8"?>
<container version="1.0" xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>\
<rootfile full-path="book/book.opf" media-type="application/oebps-package+xml"/>\
</rootfiles></container>
"""
_PAGE = """<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE html>
<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" \
lang="{language}" xml:lang="{language}"><head><title>{title}</title>\
<link rel="stylesheet" type="text/css" href="book.css"/></head>
<body>
{body}</body></html>
"""
_COVER = '<section class="cover" epub:type="cover"><img src="cover.png" alt="{alt}"/></section>\n'
_NAV = """<nav epub:type="toc"><h1>{name}</h1><ol>
<li><a href="cover.xhtml">{title}</a></li>
{years}</ol></nav>
<nav epub:type="landmarks" hidden="hidden"><ol>
<li><a epub:type="cover" href="cover.xhtml">{title}</a></li>
<li><a epub:type="toc" href="nav.xhtml">{name}</a></li>
</ol></nav>
"""
_PACKAGE = """<?xml version="1.0" encoding="utf-8"?>
<package xmlns="http://www.idpf.org/2007/opf" version="3.0" unique-identifier="id" \
xml:lang="{language}">
<metadata xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:identifier id="id">urn:uuid:{id}</dc:identifier>
<dc:title>{title}</dc:title>
{author}<dc:language>{language}</dc:language>
<meta property="dcterms:modified">{moment}</meta>
<meta property="schema:accessMode">textual</meta>
<meta property="schema:accessMode">visual</meta>
<meta property="schema:accessibilityFeature">tableOfContents</meta>
<meta property="schema:accessibilityFeature">readingOrder</meta>
<meta property="schema:accessibilityHazard">none</meta>
<meta name="cover" content="file-2"/>
</metadata>
<manifest>
{manifest}</manifest>
<spine>
{spine}</spine>
</package>
"""


def _nav(title: Title, found: list[Chapter]) -> str:
    years = []
    for chapter in found:
        line = f'<li><a href="{chapter.key}.xhtml">{escape(chapter.short)}</a></li>\n'
        if chapter.year:
            name = f'<a href="{chapter.key}.xhtml">{escape(chapter.year.name)}</a>'
            years.append(f"<li>{name}<ol>\n")
        years[-1] += line
    return _NAV.format(
        name=escape(_("Contents")),
        title=escape(title.title),
        years="".join(f"{year}</ol></li>\n" for year in years),
    )


def _package(book: _Book, title: Title, now: datetime) -> str:
    manifest, spine = [], []
    for number, (name, kind, properties) in enumerate(book.files, 1):
        said = f' properties="{properties}"' if properties else ""
        manifest.append(f'<item id="file-{number}" href="{name}" media-type="{kind}"{said}/>\n')
        if kind == XHTML:
            spine.append(f'<itemref idref="file-{number}"/>\n')
    author = f"<dc:creator>{escape(title.author)}</dc:creator>\n" if title.author else ""
    return _PACKAGE.format(
        id=uuid4(),
        title=escape(" ".join(filter(None, [title.title, title.period]))),
        author=author,
        language=book.language,
        moment=now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        manifest="".join(manifest),
        spine="".join(spine),
    )


# --- Entries -----------------------------------------------------------------------------------


def _opening(chapter: Chapter) -> str:
    month = f"<h2>{escape(chapter.name)}</h2>\n"
    if chapter.year is None:
        return month
    year = f'<h1 class="year">{escape(chapter.year.name)}</h1>\n'
    return f'{year}<p class="note">{escape(chapter.year.note)}</p>\n{month}'


def _entry(entry: Told, photos: Path) -> str:
    head = head_of(entry)
    pictures, unseen = shown(entry, photos)
    day = escape(head.day) + (' <span class="star">★</span>' if head.starred else "")
    if head.title:
        above = f'<p class="day">{day}</p><h3 dir="auto">{escape(head.title)}</h3>'
    else:
        above = f'<h3 class="day">{day}</h3>'
    if head.question:
        above += f'<p class="question" dir="auto">{escape(head.question)}</p>'
    seen = "".join(
        f'<p class="photo"><img src="{each.path.name}" alt="{escape(each.alt)}"/></p>\n'
        for each in pictures
    )
    ties = [
        f'<span class="tie"><b>{escape(name)}</b> <bdi>{escape(words)}</bdi></span>'
        for name, words in about(entry, unseen)
    ]
    below = f'<p class="about">{" ".join(ties)}</p>\n' if ties else ""
    body = _Pages(f"note-{entry.id}", read(entry.body)).all()
    return f'<article id="entry-{entry.id}">{above}\n{body}{seen}{below}</article>\n'


class _Pages:
    """The blocks of one text as XHTML, its notes below them. `key` keeps those of texts apart."""

    def __init__(self, key: str, text: Text) -> None:
        self.key = key
        self.text = text

    def all(self) -> str:
        """All of it."""
        body = self._blocks(self.text.blocks)
        notes = [
            f'<aside epub:type="footnote" id="{self.key}-{at}"><p class="number">{at + 1}</p>\n'
            f"{self._blocks(note)}</aside>\n"
            for at, note in enumerate(self.text.notes)
        ]
        return body + "".join(notes)

    def _blocks(self, blocks: tuple[Block, ...]) -> str:
        return "".join(map(self._block, blocks))

    def _block(self, block: Block) -> str:
        match block:
            case Paragraph(runs, 0):
                return f'<p dir="auto">{self._runs(runs)}</p>\n'
            case Paragraph(runs, level):
                tag = f"h{min(6, level + 3)}"
                return f'<{tag} dir="auto">{self._runs(runs)}</{tag}>\n'
            case Quote(blocks):
                return f"<blockquote>{self._blocks(blocks)}</blockquote>\n"
            case Items(items, None):
                return f"<ul>{''.join(map(self._item, items))}</ul>\n"
            case Items(items, start):
                return f'<ol start="{start}">{"".join(map(self._item, items))}</ol>\n'
            case Code(text):
                return f"<pre><code>{escape(text)}</code></pre>\n"
            case Table():
                return self._table(block)
            case Rule():
                return "<hr/>\n"

    def _item(self, item: Item) -> str:
        if item.is_done is None:
            return f"<li>{self._blocks(item.blocks)}</li>\n"
        box = "☑\ufe0e" if item.is_done else "☐"
        return f'<li class="task"><span class="box">{box}</span>{self._blocks(item.blocks)}</li>\n'

    def _table(self, table: Table) -> str:
        head = self._row("th", table.head, table.sides)
        rows = "".join(self._row("td", row, table.sides) for row in table.rows)
        body = f"<tbody>{rows}</tbody>" if rows else ""
        return f"<table><thead>{head}</thead>{body}</table>\n"

    def _row(self, tag: str, cells: tuple[Runs, ...], sides: tuple[str, ...]) -> str:
        return "<tr>{}</tr>\n".format(
            "".join(
                f'<{tag} class="{side or "start"}" dir="auto">{self._runs(cell)}</{tag}>'
                for cell, side in zip(cells, sides, strict=True)
            )
        )

    def _runs(self, runs: Runs) -> str:
        return "".join(map(self._run, runs))

    def _run(self, run: Run) -> str:
        if run.text == "\n":
            return "<br/>\n"
        made = escape(run.text)
        marks = {"code": run.code, "strong": run.bold, "em": run.italic, "del": run.struck}
        for tag, is_set in marks.items():
            if is_set and made:
                made = f"<{tag}>{made}</{tag}>"
        if run.href:
            made = f'<a href="{escape(run.href)}">{made}</a>'
        if run.note is not None:
            number = run.note + 1
            made += f'<a epub:type="noteref" href="#{self.key}-{run.note}">{number}</a>'
        return made
