"""jrnl's export as JSON, a variant of `jrnl`: one file with all entries, or one an entry.

The fields are those of plugins/json_exporter.py of jrnl-org/jrnl (formats.md 3.2). A date and a
time are those of the clock, without a zone.
"""

from collections.abc import Iterator
from datetime import date, time
from pathlib import PurePosixPath
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from apps.transfer.sources.beginnings import places
from apps.transfer.sources.bodies import as_written
from apps.transfer.sources.fields import as_words, tried
from apps.transfer.sources.jrnl import put_together, tags_in, tags_of
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import PlainEntry, Unreadable, key_of
from apps.transfer.sources.sentences import no_day, not_an_object, not_words, some_tags

KEY = "jrnl-json"
NAME = "jrnl (JSON)"

MOST_FILES = 20
FIELDS = {"title", "body", "date", "time", "starred"}
PLACED = FIELDS | {"tags", "uuid"}


def recognises(package: Package) -> bool:
    """Whether a JSON file in it has the fields jrnl writes."""
    names = package.ending(".json")[:MOST_FILES]
    return any(_is_journal(found) or found >= FIELDS for found in _found(package, names))


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """The entries of all its files."""
    for name in package.ending(".json"):
        [found] = _found(package, [name])
        number = 0
        try:
            if found >= FIELDS:
                yield _entry(package.json(name), name, "")
            elif _is_journal(found):
                for number, source in enumerate(package.items(name, "entries.item"), start=1):
                    yield _entry(source, f"{name}#{number}", PurePosixPath(name).stem)
        except Refused as refused:
            yield Unreadable(f"{name}#{number + 1}", str(refused))


def _found(package: Package, names: list[str]) -> Iterator[set[str]]:
    return (places(package, name) for name in names)


def _is_journal(found: set[str]) -> bool:
    return found >= {"entries.item.title", "entries.item.date", "entries.item.time"}


def _entry(source: Any, at: str, notebook: str) -> PlainEntry | Unreadable:
    if not isinstance(source, dict):
        return Unreadable(at, not_an_object())
    day = tried(_day, source.get("date"))
    if day is None:
        return Unreadable(at, no_day())
    rest = {key: value for key, value in source.items() if key not in PLACED}
    warnings: list[str] = []

    def text(key: str) -> str:
        value = source.get(key)
        if value is not None and not isinstance(value, str):
            rest[key] = value
            warnings.append(not_words())
        return as_written(value) if isinstance(value, str) else ""

    clock = tried(_clock, source.get("time"))
    if clock is None and source.get("time") is not None:
        rest["time"] = source["time"]
        warnings.append(_("Its time could not be read. It is kept as it was."))
    title, body = text("title"), text("body")
    tags = source.get("tags") or []
    if not isinstance(tags, list) or not all(isinstance(tag, str) for tag in tags):
        rest["tags"] = tags
        warnings.append(some_tags())
    if source.get("starred") is not None and not isinstance(source["starred"], bool):
        rest["starred"] = source["starred"]
    listed = tags_of(tags) if isinstance(tags, list) else ()
    when = f"{day.isoformat()} {clock or ''}"
    uuid = source.get("uuid")
    if uuid and not isinstance(uuid, str):
        rest["uuid"] = uuid
    key = as_written(uuid).strip()[:100] if isinstance(uuid, str) else ""
    key = key or key_of(KEY, when, f"{title}\n{body}")
    title, body = put_together(title, body.strip("\n"))
    return PlainEntry(
        key=key,
        local_date=day,
        body=body,
        title=title,
        wall_time=clock,
        starred=source.get("starred") is True,
        tags=listed or tags_in(f"{title}\n{body}"),
        notebook=notebook,
        rest=rest,
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _day(value: Any) -> date:
    return date.fromisoformat(as_words(value).strip())


def _clock(value: Any) -> time:
    return time.fromisoformat(as_words(value).strip()).replace(tzinfo=None)
