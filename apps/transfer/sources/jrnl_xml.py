"""jrnl's export as XML, a variant of `jrnl`.

An entry has its date, its tags and its text (plugins/xml_exporter.py of jrnl-org/jrnl, formats.md
3.2). The text has the title before it in one line, with nothing that tells them apart: so it is
kept as one.
"""

from collections.abc import Iterator
from datetime import datetime
from pathlib import PurePosixPath
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from zoneinfo import ZoneInfo

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from apps.transfer.sources.beginnings import first_text
from apps.transfer.sources.bodies import as_written
from apps.transfer.sources.jrnl import tags_in, tags_of
from apps.transfer.sources.package import Package
from apps.transfer.sources.plain import PlainEntry, Unreadable, key_of
from apps.transfer.sources.sentences import no_day, not_an_object

KEY = "jrnl-xml"
NAME = "jrnl (XML)"

BEGINNING = 4 * 1024
MOST_FILES = 20
PLACED = {"date", "uuid", "starred"}


def recognises(package: Package) -> bool:
    """Whether an XML file in it is a journal with entries."""
    for name in package.ending(".xml")[:MOST_FILES]:
        begins = "".join(first_text(package, name, BEGINNING).split())
        if "<journal><entries>" in begins or "<journal><entries/>" in begins:
            return True
    return False


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """The entries of all its files."""
    for name in package.ending(".xml"):
        try:
            root = fromstring(package.bytes(name))
        except (ParseError, DefusedXmlException, ValueError, LookupError):
            yield Unreadable(name, _("It is no XML that can be read."))
            continue
        for number, element in enumerate(root.iterfind("entries/*"), start=1):
            yield _entry(element, f"{name}#{number}", PurePosixPath(name).stem)


def _entry(element: Element, at: str, notebook: str) -> PlainEntry | Unreadable:
    if element.tag != "entry":
        return Unreadable(at, not_an_object())
    said = element.get("date", "")
    try:
        moment = datetime.fromisoformat(said.strip()).replace(tzinfo=None)
    except ValueError:
        return Unreadable(at, no_day())
    text = as_written(_text(element)).strip()
    tags = tags_of(tag.get("name") for tag in element.iterfind("tag"))
    rest: dict[str, Any] = {key: value for key, value in element.items() if key not in PLACED}
    return PlainEntry(
        key=element.get("uuid", "").strip()[:100] or key_of(KEY, moment.isoformat(), text),
        local_date=moment.date(),
        body=text,
        wall_time=moment.time() if "T" in said or ":" in said else None,
        starred=element.get("starred", "").casefold() == "true",
        tags=tags or tags_in(text),
        notebook=notebook,
        rest=rest,
    )


def _text(element: Element) -> str:
    """Its words, without the blanks that stand between its tags."""
    pieces = [element.text or "", *(child.tail or "" for child in element)]
    for child in element:
        if child.tag != "tag":
            pieces.append("".join(child.itertext()))
    return "\n".join(piece for piece in pieces if piece.strip())
