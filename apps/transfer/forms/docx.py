"""A document for Word and LibreOffice: a year, a month and an entry are headings of three levels.

It is written piece by piece, as a ZIP of XML (ECMA-376, WordprocessingML): libraries hold all of it
in memory, and a life does not fit there. The looks are the styles of docx_styles.xml.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from html import escape
from itertools import groupby
from pathlib import Path
from typing import IO
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from apps.accounts.models import User
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
    PAPERS,
    Chapter,
    Paper,
    Picture,
    Title,
    about,
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

KEY, NAME = "docx", gettext_lazy("Word document")
ABOUT = gettext_lazy("One document with headings, pictures and links, to go on working with.")
SUFFIX = ".docx"
_OPEN = "application/vnd.openxmlformats-officedocument"
CONTENT_TYPE = f"{_OPEN}.wordprocessingml.document"
count = count_of

STYLES = Path(__file__).with_name("docx_styles.xml")
# Twentieths of a point, and English Metric Units, to a millimetre.
TWIPS, EMUS = 1440 / 25.4, 36_000
MARGIN = 28.0  # millimetres
# So much of a page's height a photo takes at most, and so wide it is at most (96 pixels an inch).
TALLEST = 0.5
EMUS_OF_A_PIXEL = 9_525
# A list may have nine levels. The first is of all lists with points.
DEEPEST_LIST, POINTS = 8, 1
INDENT, HANGING = 400, 300
BELOW_ITS_DAY = '<w:spacing w:before="0"/>'
RAISED = '<w:vertAlign w:val="superscript"/>'


def write(user: User, choice: Choice, now: datetime, progress: Progress) -> Iterator[bytes]:
    """The document."""
    return pieces_of(lambda folder: _made(folder, user, choice, now, progress))


def _made(folder: Path, user: User, choice: Choice, now: datetime, progress: Progress) -> Path:
    found = chapters(user, choice)
    title = title_of(user, found, now)
    paper = PAPERS[paper_of(user, choice)]
    by_month = {chapter.month: chapter for chapter in found}
    text, photos = folder / "document.xml", folder / "photos"
    photos.mkdir()
    with ZipFile(folder / "book.docx", "w", ZIP_DEFLATED) as archive:
        with text.open("w", encoding="utf-8") as out:
            document = _Document(out, paper)
            out.write(f"{_DECLARED}<w:document {_NAMES}><w:body>")
            out.write(_front(title, found))
            entries = told(user, choice)
            for month, written in groupby(entries, key=lambda entry: Month.of(entry.local_date)):
                out.write(_opening(by_month[month]))
                for entry in written:
                    for picture in _entry(document, entry, photos):
                        archive.write(picture, f"word/media/{picture.name}", ZIP_STORED)
                        picture.unlink()
                    progress.advance()
            out.write(f"{_section(paper)}</w:body></w:document>")
        archive.write(text, "word/document.xml")
        archive.writestr("word/_rels/document.xml.rels", _related(document))
        archive.writestr("word/numbering.xml", _numbering(document.starts))
        archive.writestr("word/footer.xml", _FOOTER)
        archive.writestr("word/styles.xml", STYLES.read_bytes())
        archive.writestr("docProps/core.xml", _core(title, now))
        archive.writestr("_rels/.rels", _RELATED)
        archive.writestr("[Content_Types].xml", _TYPES)
    return folder / "book.docx"


@dataclass
class _Document:
    """What a document has so far beside its text: pictures, addresses, and how lists begin."""

    out: IO[str]
    paper: Paper
    media: list[str] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    starts: list[int] = field(default_factory=list)

    def link(self, address: str) -> str:
        """The name under which an address is known."""
        return self.links.setdefault(address, f"link{len(self.links)}")

    def numbers(self, start: int) -> int:
        """The number of a new list that counts from `start`."""
        self.starts.append(start)
        return POINTS + len(self.starts)

    def photo(self, picture: Picture) -> str:
        """A photo in a line of its own, no larger than fits."""
        self.media.append(picture.path.name)
        number = len(self.media)
        widest = (self.paper.width - 2 * MARGIN) * EMUS
        tallest = (self.paper.height - 2 * MARGIN) * TALLEST * EMUS
        width, height = picture.width * EMUS_OF_A_PIXEL, picture.height * EMUS_OF_A_PIXEL
        scale = min(1.0, widest / width, tallest / height)
        return _PHOTO.format(
            number=number,
            width=round(width * scale),
            height=round(height * scale),
            alt=escape(picture.alt),
        )


# --- Around the text ---------------------------------------------------------------------------

_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006"
_NAMES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    f'xmlns:r="{_RELATIONS}" xmlns:wp="{_DRAWING}/wordprocessingDrawing" '
    f'xmlns:a="{_DRAWING}/main" xmlns:pic="{_DRAWING}/picture"'
)
_PHOTO = (
    '<w:p><w:pPr><w:pStyle w:val="Photo"/></w:pPr><w:r><w:drawing>'
    '<wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent cx="{width}" cy="{height}"/>'
    '<wp:docPr id="{number}" name="Photo {number}" descr="{alt}"/><a:graphic>'
    f'<a:graphicData uri="{_DRAWING}/picture"><pic:pic><pic:nvPicPr>'
    '<pic:cNvPr id="{number}" name="Photo {number}"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill>'
    '<a:blip r:embed="photo{number}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
    '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="{width}" cy="{height}"/></a:xfrm>'
    '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic></a:graphicData>'
    "</a:graphic></wp:inline></w:drawing></w:r></w:p>"
)
_FOOTER = (
    f'{_DECLARED}<w:ftr {_NAMES}><w:p><w:pPr><w:pStyle w:val="Footer"/></w:pPr>'
    '<w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p></w:ftr>'
)
_RELATED = (
    f'{_DECLARED}<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="document" Type="{_RELATIONS}/officeDocument" Target="word/document.xml"/>'
    f'<Relationship Id="core" Type="{_PACKAGE}/relationships/metadata/core-properties" '
    'Target="docProps/core.xml"/></Relationships>'
)
_TYPES = (
    f'{_DECLARED}<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="jpg" ContentType="image/jpeg"/>'
    '<Default Extension="rels" '
    'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/docProps/core.xml" '
    'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/>'
    f'<Override PartName="/word/document.xml" ContentType="{CONTENT_TYPE}.main+xml"/>'
    + "".join(
        f'<Override PartName="/word/{part}.xml" ContentType="{_OPEN}.wordprocessingml.{part}+xml"/>'
        for part in ("styles", "numbering", "footer")
    )
    + "</Types>"
)


def _related(document: _Document) -> str:
    """What the text points at: styles, lists, the footer, photos, addresses."""
    parts = [("styles", "styles.xml"), ("numbering", "numbering.xml"), ("footer", "footer.xml")]
    lines = [(name, name, target, "") for name, target in parts]
    for number, name in enumerate(document.media, 1):
        lines.append((f"photo{number}", "image", f"media/{name}", ""))
    for address, name in document.links.items():
        lines.append((name, "hyperlink", escape(address), ' TargetMode="External"'))
    said = "".join(
        f'<Relationship Id="{name}" Type="{_RELATIONS}/{kind}" Target="{target}"{mode}/>'
        for name, kind, target, mode in lines
    )
    return f'{_DECLARED}<Relationships xmlns="{_PACKAGE}/relationships">{said}</Relationships>'


def _numbering(starts: list[int]) -> str:
    """Two kinds of lists, with points and with numbers; each list with numbers counts anew."""
    points = "".join(_level(level, "bullet", "•–"[level % 2]) for level in range(DEEPEST_LIST + 1))
    numbers = "".join(
        _level(level, "decimal", f"%{level + 1}.") for level in range(DEEPEST_LIST + 1)
    )
    anew = "".join(
        f'<w:num w:numId="{number}"><w:abstractNumId w:val="1"/>'
        + "".join(
            f'<w:lvlOverride w:ilvl="{level}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
            for level in range(DEEPEST_LIST + 1)
        )
        + "</w:num>"
        for number, start in enumerate(starts, 2)
    )
    return (
        f'{_DECLARED}<w:numbering {_NAMES}><w:abstractNum w:abstractNumId="0">{points}'
        f'</w:abstractNum><w:abstractNum w:abstractNumId="1">{numbers}</w:abstractNum>'
        f'<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>{anew}</w:numbering>'
    )


def _level(level: int, kind: str, mark: str) -> str:
    indent = INDENT * (level + 1)
    return (
        f'<w:lvl w:ilvl="{level}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/>'
        f'<w:lvlText w:val="{mark}"/><w:lvlJc w:val="left"/>'
        f'<w:pPr><w:ind w:left="{indent}" w:hanging="{HANGING}"/></w:pPr></w:lvl>'
    )


def _core(title: Title, now: datetime) -> str:
    moment = now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return (
        f'{_DECLARED}<cp:coreProperties xmlns:cp="{_PACKAGE}/metadata/core-properties" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        f"<dc:title>{escape(title.title)}</dc:title><dc:creator>{escape(title.author)}</dc:creator>"
        f"<dc:language>{get_language() or 'en'}</dc:language>"
        f'<dcterms:created xsi:type="dcterms:W3CDTF">{moment}</dcterms:created></cp:coreProperties>'
    )


def _section(paper: Paper) -> str:
    margin = round(MARGIN * TWIPS)
    return (
        '<w:sectPr><w:footerReference w:type="default" r:id="footer"/>'
        f'<w:pgSz w:w="{round(paper.width * TWIPS)}" w:h="{round(paper.height * TWIPS)}"/>'
        f'<w:pgMar w:top="{margin}" w:right="{margin}" w:bottom="{margin}" w:left="{margin}" '
        'w:header="708" w:footer="708" w:gutter="0"/><w:titlePg/></w:sectPr>'
    )


def _front(title: Title, found: list[Chapter]) -> str:
    """The title, and contents that a click on "update" gives their page numbers."""
    lines = [
        _plain("Title", title.title),
        _plain("Subtitle", title.author),
        _plain("Day", title.period),
        _plain("Day", title.made),
        _plain("Contents", _("Contents")),
    ]
    for chapter in found:
        if chapter.year:
            lines.append(_contents("TOC1", f"year-{chapter.month.year}", chapter.year.name))
        lines.append(_contents("TOC2", _mark(chapter)[0], chapter.short))
    begin = '<w:fldChar w:fldCharType="begin"/>'
    asked = '<w:instrText xml:space="preserve"> TOC \\o "1-2" \\h \\z </w:instrText>'
    parted = '<w:fldChar w:fldCharType="separate"/>'
    field_begins = f"<w:p><w:r>{begin}</w:r><w:r>{asked}</w:r><w:r>{parted}</w:r></w:p>"
    field_ends = '<w:p><w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    return "".join([*lines[:5], field_begins, *lines[5:], field_ends])


def _contents(style: str, mark: str, words: str) -> str:
    linked = f'<w:hyperlink w:anchor="{mark}">{_letters(words)}</w:hyperlink>'
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>{linked}</w:p>'


def _mark(chapter: Chapter) -> tuple[str, int]:
    """What a month is found by: a name, and a number that no other bookmark has."""
    return f"month-{chapter.key}", chapter.month.year * 100 + chapter.month.number


def _opening(chapter: Chapter) -> str:
    month = _marked("Heading2", *_mark(chapter), chapter.name)
    if chapter.year is None:
        return month
    number = chapter.month.year
    year = _marked("Heading1", f"year-{number}", number, chapter.year.name)
    return f"{year}{_plain('Day', chapter.year.note)}{month}"


def _marked(style: str, mark: str, number: int, words: str) -> str:
    return (
        f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr>'
        f'<w:bookmarkStart w:id="{number}" w:name="{mark}"/>{_letters(words)}'
        f'<w:bookmarkEnd w:id="{number}"/></w:p>'
    )


# --- Entries ---------------------------------------------------------------------------------


def _entry(document: _Document, entry: Told, photos: Path) -> list[Path]:
    """Write an entry. Says which photos it has, that they be put in."""
    head = head_of(entry)
    pictures, unseen = shown(entry, photos)
    day = f"{head.day} ★" if head.starred else head.day
    if head.title:
        lines = [_plain("DayAbove", day), _plain("Heading3", head.title, BELOW_ITS_DAY)]
    else:
        lines = [_plain("Heading3", day)]
    lines.append(_plain("Question", head.question))
    lines.append(_Paragraphs(document, read(entry.body)).all())
    lines += map(document.photo, pictures)
    for name, words in about(entry, unseen):
        said = _letters(f"{name}  ", "<w:b/><w:bCs/>") + _letters(words)
        lines.append(_paragraph("About", said, is_rtl((Run(words),))))
    document.out.writelines(lines)
    return [picture.path for picture in pictures]


def _plain(style: str, words: str, place: str = "") -> str:
    """A line of plain text, or nothing where there are no words."""
    if not words:
        return ""
    rtl = is_rtl((Run(words),))
    return _paragraph(style, _letters(words, "<w:rtl/>" if rtl else ""), rtl, place=place)


def _paragraph(
    style: str, inner: str, rtl: bool = False, *, numbered: str = "", place: str = ""
) -> str:
    bidi = "<w:bidi/>" if rtl else ""
    look = f'<w:pStyle w:val="{style}"/>{numbered}{bidi}{place}'
    return f"<w:p><w:pPr>{look}</w:pPr>{inner}</w:p>"


def _letters(text: str, look: str = "") -> str:
    look = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r>'


@dataclass(frozen=True)
class _Place:
    """Where a block stands: in how many lists and quotes, and what its first line begins with."""

    lists: int = 0
    quotes: int = 0
    style: str = "BodyText"
    numbered: str = ""
    begins: str = ""

    @property
    def indent(self) -> str:
        """How far it stands in. What is numbered stands where its number says."""
        depth = self.quotes if self.numbered else self.lists + self.quotes
        if not depth or (self.numbered and not self.quotes):
            return ""
        return f'<w:ind w:left="{INDENT * (self.lists + self.quotes)}"/>'


class _Paragraphs:
    """The blocks of one text as paragraphs, its notes below them."""

    def __init__(self, document: _Document, text: Text) -> None:
        self.document = document
        self.text = text

    def all(self) -> str:
        """All of them."""
        lines = [self._block(block, _Place()) for block in self.text.blocks]
        for number, note in enumerate(self.text.notes, 1):
            begins = _letters(str(number), RAISED) + _letters(" ")
            lines.append(self._blocks(note, _Place(style="Note", begins=begins)))
        return "".join(lines)

    def _blocks(self, blocks: tuple[Block, ...], place: _Place) -> str:
        """Blocks, of which only the first has what the first begins with."""
        lines = []
        for block in blocks:
            lines.append(self._block(block, place))
            place = replace(place, numbered="", begins="")
        return "".join(lines)

    def _block(self, block: Block, place: _Place) -> str:
        match block:
            case Paragraph(runs, 0):
                style = "Quote" if place.quotes and place.style == "BodyText" else place.style
                return self._lines(style, runs, place)
            case Paragraph(runs, level):
                return self._lines(f"Heading{level + 3}", runs, place)
            case Quote(blocks):
                return self._blocks(blocks, replace(place, quotes=place.quotes + 1))
            case Items():
                return self._items(block, place)
            case Code(text):
                lines = "<w:r><w:br/></w:r>".join(map(_letters, text.split("\n")))
                return _paragraph("Code", place.begins + lines, place=place.indent)
            case Table():
                return self._table(block)
            case Rule():
                return _paragraph("Rule", place.begins)

    def _items(self, items: Items, place: _Place) -> str:
        number = POINTS if items.start is None else self.document.numbers(items.start)
        level = min(place.lists, DEEPEST_LIST)
        numbered = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        inner = replace(place, lists=place.lists + 1, begins="")
        lines = []
        for item in items.items:
            if item.is_done is None:
                where = replace(inner, numbered=numbered)
            else:
                box = _letters("☑\ufe0e " if item.is_done else "☐ ")
                where = replace(inner, numbered="", begins=box)
            lines.append(self._blocks(item.blocks, where))
        return "".join(lines)

    def _table(self, table: Table) -> str:
        columns = "<w:gridCol/>" * len(table.sides)
        head = self._row(table.head, table.sides, "<w:trPr><w:tblHeader/></w:trPr>")
        rows = "".join(self._row(row, table.sides) for row in table.rows)
        look = '<w:tblPr><w:tblStyle w:val="Lines"/><w:tblW w:w="0" w:type="auto"/></w:tblPr>'
        grid = f"<w:tblGrid>{columns}</w:tblGrid>"
        # Two tables without a paragraph between them would be one.
        return f"<w:tbl>{look}{grid}{head}{rows}</w:tbl>{_paragraph('AfterTable', '')}"

    def _row(self, cells: tuple[Runs, ...], sides: tuple[str, ...], look: str = "") -> str:
        style = "TableHead" if look else "TableText"
        said = []
        for runs, side in zip(cells, sides, strict=True):
            place = f'<w:jc w:val="{side}"/>' if side in {"center", "right"} else ""
            rtl = is_rtl(runs)
            inner = _paragraph(style, self._runs(runs, rtl=rtl), rtl, place=place)
            said.append(f"<w:tc>{inner}</w:tc>")
        return f"<w:tr>{look}{''.join(said)}</w:tr>"

    def _lines(self, style: str, runs: Runs, place: _Place) -> str:
        rtl = is_rtl(runs)
        inner = place.begins + self._runs(runs, rtl=rtl)
        return _paragraph(style, inner, rtl, numbered=place.numbered, place=place.indent)

    def _runs(self, runs: Runs, *, rtl: bool) -> str:
        return "".join(self._run(run, rtl=rtl) for run in runs)

    def _run(self, run: Run, *, rtl: bool) -> str:
        if run.text == "\n":
            return "<w:r><w:br/></w:r>"
        look = '<w:rStyle w:val="CodeLetters"/>' if run.code else ""
        look = '<w:rStyle w:val="Hyperlink"/>' if run.href else look
        look += "<w:b/><w:bCs/>" if run.bold else ""
        look += "<w:i/><w:iCs/>" if run.italic else ""
        look += "<w:strike/>" if run.struck else ""
        look += "<w:rtl/>" if rtl else ""
        made = _letters(run.text, look) if run.text else ""
        if run.href:
            made = f'<w:hyperlink r:id="{self.document.link(run.href)}">{made}</w:hyperlink>'
        if run.note is not None:
            made += _letters(str(run.note + 1), RAISED)
        return made
