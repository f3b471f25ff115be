"""Journey (journey.cloud): a ZIP with one JSON file for each entry, in an old and a new schema.

Described by what reads it (andi0b/journey-markdown-converter) and by what people brought. An entry
is `<milliseconds>-<id>.json`, its files lie beside it and begin with the same name. The old schema
counts milliseconds (`date_journal`), the new one writes ISO dates (`dateOfJournal`).

Below the source stands what several sources share: fields that are read one by one, files by what
entries call them, and HTML as a body.
"""

import math
import mimetypes
import re
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any, TypeVar
from urllib.parse import unquote, unquote_to_bytes
from zoneinfo import ZoneInfo

import ijson
from bs4 import BeautifulSoup, Tag
from django.utils.translation import gettext as _

from apps.capture.letters import LONGEST_PAGE, MOST_TAGS, as_markdown
from apps.core.text import clean, in_order
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import Media, PlainEntry, Unreadable, key_of, shown

KEY = "journey"
NAME = "Journey"

Read = TypeVar("Read")

# What Journey writes where there is no value: the largest number there is.
NO_VALUE = 1.7e308
# How much of a file is read to see what it is, in bytes.
BEGINNING = 256 * 1024


def recognises(package: Package) -> bool:
    """Whether a file named like an entry has the day of a Journey entry in it."""
    names = package.ending(".json")
    likely = names if package.is_single else [name for name in names if _ENTRY.search(name)]
    return any(not _DATES.isdisjoint(first_keys(package, name)) for name in likely[:3])


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """One entry for each JSON file."""
    files, beside = Files(package), _beside(package)
    for name in package.ending(".json"):
        try:
            raw = package.json(name)
        except Refused as refusal:
            yield Unreadable(name, str(refusal))
            continue
        if isinstance(raw, dict):
            enclosures = Enclosures(files)
            yield _entry(name, raw, enclosures, beside.get(_stem(name), []), zone)
        else:
            yield Unreadable(name, not_an_object())


def _entry(
    name: str, raw: dict[str, Any], enclosures: "Enclosures", beside: list[str], zone: ZoneInfo
) -> PlainEntry | Unreadable:
    fields = Fields(raw)
    _without_sentinels(fields)
    there = fields.read("timezone", zone_named, None)
    moment = fields.read(("date_journal", "dateOfJournal", "createdAt"), instant, None)
    named = _ENTRY.search(name)
    if moment is None and named:
        moment = from_milliseconds(int(named[1]))
        fields.warn(_("The entry does not say when it is from; the name of its file does."))
    local = in_zone(moment, there or zone)
    if local is None:
        return Unreadable(name, no_day())
    is_page = _is_page(fields)
    text = fields.read("text", as_words, "")
    body = page_as_body(text, enclosures) if is_page else markdown_as_body(text, enclosures)
    for said in (*fields.names("photos"), *_attachments(fields), *beside):
        enclosures.number(said)
    return PlainEntry(
        key=fields.read("id", as_key, "") or key_of(KEY, local.isoformat(), body),
        local_date=local.date(),
        body=body,
        moment=local,
        time_zone=there.key if there else "",
        modified_at=fields.read(("date_modified", "updatedAt"), instant, None),
        starred=fields.read("favourite", as_flag, False),
        tags=fields.names("tags"),
        notebook=fields.read("folder", as_words, ""),
        media=tuple(enclosures.media),
        rest=fields.rest,
        warnings=(*fields.warnings, *enclosures.warnings),
    )


def _without_sentinels(fields: "Fields") -> None:
    """Take out what stands for nothing, also within the weather and the place."""
    for name, value in list(fields.rest.items()):
        if _is_no_value(value):
            del fields.rest[name]
        elif isinstance(value, dict) and name in ("weather", "location"):
            kept = {inner: said for inner, said in value.items() if not _is_no_value(said)}
            if name == "weather" and kept.get("id") == -1:
                del fields.rest[name]
            else:
                fields.rest[name] = kept


def _is_no_value(value: Any) -> bool:
    return isinstance(value, float) and (not math.isfinite(value) or abs(value) >= NO_VALUE)


def _is_page(fields: "Fields") -> bool:
    kind: str = fields.read("type", as_words, "").casefold()
    if kind in ("html", "markdown"):
        return kind == "html"
    text = fields.rest.get("text")
    return isinstance(text, str) and "<p" in text.casefold()


def _attachments(fields: "Fields") -> list[str]:
    """The files an entry lists in the new schema: names, or objects that have one."""
    listed = fields.rest.get("attachments")
    if not isinstance(listed, list):
        return []
    found = []
    for item in listed:
        name = item
        if isinstance(item, dict):
            name = next((item[key] for key in ("filename", "name", "file") if key in item), None)
        if isinstance(name, str) and name:
            found.append(name)
    if all(isinstance(item, str) and item for item in listed):
        del fields.rest["attachments"]
    return found


def _beside(package: Package) -> dict[str, list[str]]:
    """The files that lie beside an entry and begin with its name, by that name."""
    found: dict[str, list[str]] = {}
    for name in package.names:
        if not name.casefold().endswith(".json"):
            found.setdefault(name.rpartition("-")[0], []).append(name)
    return found


def _stem(name: str) -> str:
    return name[: -len(".json")]


_DATES = {"date_journal", "dateOfJournal"}
_ENTRY = re.compile(r"(?:^|/)(\d{12,14})-[^/]*\.json$", re.I)


# Sentences that several sources say.


def not_an_object() -> str:
    """Why something that stands among entries is none."""
    return _("What stands here is no entry.")


def no_day() -> str:
    """Why an entry has no place in a journal."""
    return _("The entry does not say in a way that can be read what day it is from.")


def lies_elsewhere() -> str:
    """Why a picture is not shown."""
    return _("A picture lies elsewhere. It was not fetched, and is kept as a link.")


# Fields.


class Fields:
    """The fields of one entry, each read on its own.

    What was read leaves `rest`; what could not be read stays in it, with a warning.
    """

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.rest: dict[str, Any] = dict(raw)
        self.warnings: list[str] = []

    def warn(self, sentence: str) -> None:
        """Say something about the entry, once."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def read(
        self, names: str | tuple[str, ...], reader: Callable[[Any], Read], default: Read | None
    ) -> Any:
        """The first field of these names that has a value and can be read, or else `default`."""
        for name in (names,) if isinstance(names, str) else names:
            value = self.rest.get(name)
            if value is None or value == "":
                self.rest.pop(name, None)
                continue
            try:
                found = reader(value)
            except (ValueError, TypeError, KeyError, OverflowError, OSError):
                self._could_not(name)
                continue
            del self.rest[name]
            return found
        return default

    def names(self, name: str) -> tuple[str, ...]:
        """A list of names: strings, or objects that have a name; each once, in their order."""
        listed = self.rest.get(name)
        if listed is None or listed in ("", []):
            self.rest.pop(name, None)
            return ()
        if isinstance(listed, str):
            listed = listed.split(",")
        if not isinstance(listed, list):
            self._could_not(name)
            return ()
        found = [_name(item) for item in listed]
        if None in found:
            self._could_not(name)
        elif all(isinstance(item, str) for item in listed):
            del self.rest[name]
        return tuple(dict.fromkeys(said for said in found if said))

    def _could_not(self, name: str) -> None:
        self.warn(
            _("“%(name)s” could not be read; it is kept with the entry as it was.")
            % {"name": clean(name)[:80]}
        )


def _name(item: Any) -> str | None:
    """The name an item of a list is or has; None where it is nothing of the kind."""
    if isinstance(item, dict):
        item = next((item[key] for key in ("name", "title") if key in item), None)
    return clean(item).strip() if isinstance(item, str) else None


def as_words(value: Any) -> str:
    """A text. Raises ValueError where it is none."""
    if not isinstance(value, str):
        raise ValueError
    return clean(value)


def as_key(value: Any) -> str:
    """A text or a number that names something. Raises ValueError where it is neither."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError
    return clean(str(value))


def as_flag(value: Any) -> bool:
    """Yes or no, also as 1 or 0. Raises ValueError where it is neither."""
    if value not in (0, 1):
        raise ValueError
    return bool(value)


def as_whole(value: Any) -> int:
    """A whole number, also written as 4.0 or "4". Raises ValueError where it is none."""
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError
    return int(value)


def instant(value: Any) -> datetime:
    """An instant: milliseconds since 1970, or an ISO date with its zone. Raises ValueError."""
    if isinstance(value, str) and not re.fullmatch(r"-?\d{9,16}", value, re.ASCII):
        found = datetime.fromisoformat(value.strip())
        if found.tzinfo is None:
            raise ValueError
        return found.astimezone(UTC)
    milliseconds = as_whole(math.floor(value) if isinstance(value, float) else value)
    found_or_none = from_milliseconds(milliseconds)
    if found_or_none is None:
        raise ValueError
    return found_or_none


def from_milliseconds(value: int) -> datetime | None:
    """An instant from milliseconds since 1970; None where no calendar has it."""
    try:
        return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=value)
    except (OverflowError, ValueError):
        return None


def in_zone(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    """An instant on the clocks of a zone; None where it lies before or after all calendars."""
    try:
        return moment.astimezone(zone) if moment else None
    except (OverflowError, ValueError):
        return None


def zone_named(value: Any) -> ZoneInfo:
    """The zone of an IANA name. Raises ValueError or KeyError where there is none."""
    if not isinstance(value, str) or len(value) > 64:
        raise ValueError
    return ZoneInfo(value)


def first_keys(package: Package, name: str, place: str = "") -> set[str]:
    """The keys near the beginning of a JSON file: its own, or those of what lies at a place.

    However long the file, only its beginning is read; nothing where that is not JSON.
    """
    found = set()
    try:
        file = BytesIO(beginning(package, name))
        for where, event, value in package.events(name, file):
            if where == place and event == "map_key":
                found.add(value)
    except (ijson.JSONError, ValueError, Refused):
        return found
    return found


def beginning(package: Package, name: str) -> bytes:
    """The first bytes of a file; none where it cannot be read."""
    try:
        with package.opened(name) as file:
            return file.read(BEGINNING).removeprefix(b"\xef\xbb\xbf")
    except Refused:
        return b""


def pairs(package: Package, name: str, place: str) -> Iterator[tuple[str, Any]]:
    """The keys and values of an object in a JSON file one by one. Raises Refused."""
    with package.opened(name) as file:
        try:
            events = package.events(name, file)
            yield from ijson.kvitems(events, place)
        except (ijson.JSONError, ValueError, RecursionError) as error:
            raise Refused(_("“%(name)s” in it is not JSON.") % {"name": name}) from error


def objects(
    package: Package, name: str, prefix: str
) -> Iterator[tuple[str, dict[str, Any]] | Unreadable]:
    """The objects of a list in a JSON file with where they stand; whatever else is unreadable."""
    for number, raw in enumerate(package.items(name, prefix), start=1):
        where = f"{name} {number}"
        yield (where, raw) if isinstance(raw, dict) else Unreadable(where, not_an_object())


# Files.


class Files:
    """The files of a package by what entries call them: a path, or only its last part."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self._by_last: dict[str, str] = {}
        for name in package.names:
            self._by_last.setdefault(last_part(name).casefold(), name)

    def find(self, said: str) -> str:
        """The name in the package; "" where it does not hold it."""
        for name in dict.fromkeys((said, unquote(said))):
            plain = name.removeprefix("./").lstrip("/")
            found = self._package.find(plain) or self._by_last.get(last_part(plain).casefold())
            if found:
                return found
        return ""


def last_part(name: str) -> str:
    """The name of a file without its folders."""
    return name.replace("\\", "/").rpartition("/")[2]


class Enclosures:
    """The files of one entry, each once, in the order in which they come up."""

    def __init__(self, files: Files | None = None) -> None:
        self._files = files
        self._numbers: dict[str, int] = {}
        self.media: list[Media] = []
        self.warnings: list[str] = []

    def number(self, said: str, alt: str = "") -> int:
        """The number of a file by what the entry calls it, with a warning where it is missing."""
        said = clean(said)
        member = self._files.find(said) if self._files else ""
        known = self._numbers.get(member or said)
        if known is not None:
            return known
        name = last_part(said)
        if not member:
            self.warn(_("“%(name)s” is not in the export.") % {"name": name[:80]})
        self._numbers[member or said] = len(self.media)
        self.media.append(Media(member, name, alt))
        return len(self.media) - 1

    def hold(self, content: bytes, name: str, alt: str = "") -> int:
        """The number of a file that lies within the entry itself."""
        self.media.append(Media("", name, alt, content))
        return len(self.media) - 1

    def say(self, number: int, alt: str) -> None:
        """Note what stands in place of a file, where it is known only now."""
        if number < len(self.media):
            self.media[number] = replace(self.media[number], alt=alt)

    def warn(self, sentence: str) -> None:
        """Say something about the files, once."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)


# Bodies.


def markdown_as_body(text: str, enclosures: Enclosures) -> str:
    """Markdown with places where it showed files of the package; code stays as it is."""

    def place(match: re.Match[str]) -> str:
        said = match["in_brackets"] or match["plain"]
        if not said or _SCHEME.match(said):
            return match[0]
        return shown(enclosures.number(said, match["alt"]))

    return _SHOWS.sub(place, text)


_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.I)
_SHOWS = re.compile(
    r"```[\s\S]*?```|`[^`\n]+`"
    r"|!\[(?P<alt>[^\]\n]{0,300})\]"
    r"\((?:<(?P<in_brackets>[^<>\n]{1,1000})>|(?P<plain>[^)\s<>\[]{1,1000}))"
    r"(?:[ ]+\"[^\"\n]{0,300}\")?\)"
)


def is_page(text: str) -> bool:
    """Whether a text that does not say what it is has marks of HTML in it."""
    return bool(_MARKS.search(text))


_MARKS = re.compile(r"</?(?:p|br|div|hr|b|i|strong|em|a|ul|ol|li|img|h[1-6]|span)\b[^<>]*>", re.I)


def page_as_body(page: str, enclosures: Enclosures) -> str:
    """HTML as Markdown, with places where it showed files; nothing is loaded from elsewhere."""
    page = _DATA.sub(lambda match: _held(match, enclosures), clean(page))
    is_long = len(page) > LONGEST_PAGE or page.count("<") > MOST_TAGS
    if is_long:
        enclosures.warn(
            _("The entry is too long to keep how it looked: its words are kept, and itself a file.")
        )
    elif "<img" in page.casefold():
        page = _with_places(page, enclosures)
    body, files = as_markdown(page)
    for file in files:
        enclosures.hold(file.content, "entry.html" if is_long else file.name)
    return _PLACE.sub(lambda match: _placed(int(match[1]), enclosures), body)


def _held(match: re.Match[str], enclosures: Enclosures) -> str:
    """A picture written into the page: kept apart, as most are longer than a page may be."""
    try:
        is_coded = match["how"].casefold().endswith(";base64")
        content = b64decode(match["data"]) if is_coded else unquote_to_bytes(match["data"])
    except ValueError:
        content = b""
    if not content:
        enclosures.warn(_("A picture within the entry is damaged."))
        return 'src=""'
    ending = mimetypes.guess_extension(match["kind"].casefold()) or ""
    number = enclosures.hold(content, f"picture-{len(enclosures.media) + 1}{ending}")
    return f'src="{_HELD}{number}"'


def _with_places(page: str, enclosures: Enclosures) -> str:
    soup = BeautifulSoup(in_order(page), "html.parser")
    for image in soup("img"):
        source = str(image.get("src", "")).strip()
        alt = " ".join(str(image.get("alt", "")).split())
        if source.startswith(_HELD) and source.removeprefix(_HELD).isdecimal():
            number = int(source.removeprefix(_HELD))
            enclosures.say(number, alt)
            image.replace_with(_token(number))
        elif source.startswith(("http://", "https://", "//")):
            enclosures.warn(
                _("A picture lies elsewhere; it was not fetched, and is kept as a link.")
            )
            image.replace_with(_link(soup, image, source, alt))
        elif source and not _SCHEME.match(source):
            image.replace_with(_token(enclosures.number(source, alt)))
        elif not source.startswith("data:image/"):
            enclosures.warn(_("A picture does not say where it lies."))
    try:
        return str(soup)
    except RecursionError:
        return page


def _link(soup: BeautifulSoup, image: Tag, source: str, alt: str) -> Any:
    if image.find_parent("a"):
        return alt or source
    link = soup.new_tag("a", href=source)
    link.string = alt or source
    return link


def _token(number: int) -> str:
    """What stands for a file until the page is Markdown: letters that nothing escapes."""
    return f"\ue5a1{number}\ue5a2"


def _placed(number: int, enclosures: Enclosures) -> str:
    return shown(number) if number < len(enclosures.media) else ""


_HELD = "within-the-entry/"
_PLACE = re.compile("\ue5a1([0-9]{1,6})\ue5a2")
_DATA = re.compile(
    r"\bsrc\s{0,9}=\s{0,9}([\"'])data:(?P<kind>image/[a-z0-9.+-]{1,60})"
    r"(?P<how>(?:;[a-z0-9=.+-]{1,60}){0,4}),(?P<data>[^\"']*)\1",
    re.I,
)
