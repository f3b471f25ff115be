"""Day One Classic: a folder with one property list (XML) an entry, and photos beside it.

The keys are those that jrnl reads (its journals/DayOneJournal.py, formats.md 3.1): the form is
older than Day One's exports and nowhere written down.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any
from xml.etree.ElementTree import Element, ParseError
from zoneinfo import ZoneInfo

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring
from django.utils.translation import gettext as _

from apps.core.text import clean
from apps.transfer.sources.bodies import as_written, titled
from apps.transfer.sources.dayone_links import Archive, Marked, key_of_link
from apps.transfer.sources.fields import tried
from apps.transfer.sources.instants import in_utc, in_zone, zone_named
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import Media, PlainEntry, Unreadable, key_of
from apps.transfer.sources.sentences import no_day, no_zone, some_tags

KEY = "dayone-classic"
NAME = "Day One Classic"

LONGEST_ENTRY = 4 * 1024**2
DEEPEST = 30
PLACED = {"UUID", "Creation Date", "Time Zone", "Starred", "Entry Text", "Tags"}


def recognises(package: Package) -> bool:
    """Whether there are entries of Day One Classic in it."""
    return bool(package.ending(".doentry"))


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """Its entries, one a file."""
    archive = Archive(package, [])
    for name in package.ending(".doentry"):
        try:
            fields = _fields(package.bytes(name, LONGEST_ENTRY))
        except Refused as refused:
            yield Unreadable(name, str(refused))
            continue
        except _NoList:
            yield Unreadable(name, _("It is no property list."))
            continue
        yield _entry(fields, name, package, archive, zone)


def _entry(
    fields: dict[str, Any], name: str, package: Package, archive: Archive, zone: ZoneInfo
) -> PlainEntry | Unreadable:
    created = tried(in_utc, fields.get("Creation Date"))
    if created is None:
        return Unreadable(name, no_day())
    rest = {key: value for key, value in fields.items() if key not in PLACED}
    warnings: list[str] = []
    own, time_zone = _zone(fields, rest, warnings)
    local = in_zone(created, own or zone)
    if local is None:
        return Unreadable(name, no_day())
    text = fields.get("Entry Text", "")
    if not isinstance(text, str):
        rest["Entry Text"], text = text, ""
        warnings.append(_("Its text is no text. It was kept as it is."))
    marked = Marked(as_written(text), archive)
    if marked.is_less:
        rest["Entry Text"] = text
    title, body = titled(marked.body)
    uuid = key_of_link(str(fields.get("UUID", ""))) or key_of_link(PurePosixPath(name).stem)
    return PlainEntry(
        key=uuid or key_of(KEY, created.isoformat(), clean(text)),
        local_date=local.date(),
        body=body,
        title=title,
        moment=created,
        time_zone=time_zone,
        starred=fields.get("Starred") is True,
        tags=_tags(fields, rest, warnings),
        notebook=_notebook(name, package),
        media=tuple(marked.media + _photo(uuid, archive, marked)),
        rest=rest,
        warnings=tuple(warnings + marked.warnings),
    )


def _zone(
    fields: dict[str, Any], rest: dict[str, Any], warnings: list[str]
) -> tuple[ZoneInfo | None, str]:
    said = fields.get("Time Zone")
    zone = tried(zone_named, said)
    if zone is None:
        if said is not None:
            rest["Time Zone"] = said
        warnings.append(no_zone())
    return zone, zone.key if zone else ""


def _tags(fields: dict[str, Any], rest: dict[str, Any], warnings: list[str]) -> tuple[str, ...]:
    tags = fields.get("Tags", [])
    said = [tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else []
    if not isinstance(tags, list) or len(said) < len(tags):
        rest["Tags"] = tags
        warnings.append(some_tags())
    return tuple(dict.fromkeys(clean(tag).strip() for tag in said if tag.strip()))


def _notebook(name: str, package: Package) -> str:
    """The name of the folder that is the journal; it may be what was brought itself."""
    for part in (*reversed(PurePosixPath(name).parts[:-1]), package.name.removesuffix(".zip")):
        if part.casefold().endswith(".dayone"):
            return part[: -len(".dayone")]
    return ""


def _photo(uuid: str, archive: Archive, marked: Marked) -> list[Media]:
    """The photo of an entry has its name, and is not shown in its text."""
    photo = archive.media(uuid, "photo")
    is_photo = photo.member and not photo.member.casefold().endswith(".doentry")
    is_shown = photo.member in {media.member for media in marked.media}
    return [photo] if uuid and is_photo and not is_shown else []


# --- Property lists -------------------------------------------------------------------------


class _NoList(Exception):
    """It is no property list, or not one of an entry."""


def _fields(content: bytes) -> dict[str, Any]:
    try:
        root = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:
        raise _NoList from error
    fields = _value(root[0], 0) if root.tag == "plist" and len(root) else None
    if not isinstance(fields, dict):
        raise _NoList
    return fields


def _value(element: Element, depth: int) -> Any:
    """What an element holds. Dates, data and unheard-of kinds stay the text they are."""
    if depth > DEEPEST:
        raise _NoList
    if element.tag == "dict":
        pairs = zip(element[::2], element[1::2], strict=False)
        return {(key.text or ""): _value(value, depth + 1) for key, value in pairs}
    if element.tag == "array":
        return [_value(item, depth + 1) for item in element]
    text = element.text or ""
    if element.tag in ("true", "false"):
        return element.tag == "true"
    try:
        if element.tag == "integer":
            return int(text)
        if element.tag == "real" and abs(float(text)) < float("inf"):
            return float(text)
    except ValueError:
        return text
    return text
