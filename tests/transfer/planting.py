"""A journal from elsewhere that holds whatever a test wants."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date
from pathlib import Path
from typing import Any
from unittest import mock
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from apps.accounts.models import User
from apps.transfer import bringing
from apps.transfer.exporting import contents_of
from apps.transfer.models import Import, Outcome
from apps.transfer.sources import recognising
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import Former, Media, PlainEntry, Unreadable, led_to, shown
from tests.factories import NOW

DAY = date(2024, 3, 9)
MEDIA = [Media("walk.png", "w.png"), Media("", "gone"), Media("", "in.txt", content=b"In.")]
Read = PlainEntry | Unreadable


@dataclass
class Planted:
    """A source that reads these entries from any package; then it breaks off, if it is to."""

    entries: list[Read]
    breaks_off: str = ""
    KEY: str = field(default="planted", init=False)
    NAME: str = field(default="Planted", init=False)

    def recognises(self, _package: Package) -> bool:
        return True

    def read(self, _package: Package, _zone: ZoneInfo) -> Iterator[Read]:
        yield from self.entries
        if self.breaks_off:
            raise Refused(self.breaks_off)


def entry(key: str = "a", **fields: Any) -> PlainEntry:
    """An entry of 9 March 2024."""
    return PlainEntry(**{"key": key, "local_date": DAY, "body": "A day.", **fields})


@contextmanager
def planted(*entries: Read, breaks_off: str = "") -> Iterator[None]:
    """Within the block, every package holds these entries."""
    source: Any = Planted(list(entries), breaks_off)
    with mock.patch.object(recognising, "SOURCES", (source,)):
        yield


def folder(path: Path, **files: bytes) -> Path:
    """A folder with these files, and one that makes it no empty one."""
    path.mkdir(parents=True, exist_ok=True)
    for name, content in {"journal.txt": b"x", **files}.items():
        (path / name.replace("__", ".")).write_bytes(content)
    return path


# Entries as any source may give them, some of them with the same key.
ENTRIES = st.lists(
    st.builds(
        PlainEntry,
        key=st.sampled_from("abcd") | st.text(max_size=4),
        local_date=st.dates(),
        body=st.text(max_size=30) | st.sampled_from([shown(0), shown(1), led_to("x", "a")]),
        title=st.text(max_size=5),
        moment=st.none() | st.datetimes(timezones=st.just(UTC)),
        wall_time=st.none() | st.times(),
        time_zone=st.sampled_from(["", "Asia/Tokyo", "Mars"]),
        modified_at=st.none() | st.datetimes(timezones=st.just(UTC)),
        starred=st.booleans(),
        in_trash=st.sampled_from([False, False, True]),
        mood=st.none() | st.integers(-3, 3),
        tags=st.lists(st.text(max_size=3), max_size=2).map(tuple),
        people=st.lists(st.sampled_from(["Ana", "ana", "Jo", ""]), max_size=2).map(tuple),
        notebook=st.text(max_size=2),
        question=st.text(max_size=3),
        media=st.lists(st.sampled_from(MEDIA), max_size=2).map(tuple),
        former=st.lists(st.builds(Former, body=st.text(max_size=5)), max_size=2).map(tuple),
        rest=st.dictionaries(st.text(max_size=3), st.floats() | st.text(max_size=3), max_size=2),
        warnings=st.lists(st.text(max_size=3), max_size=1).map(tuple),
    )
    | st.builds(Unreadable, key=st.text(max_size=3), reason=st.text(max_size=3)),
    max_size=5,
)


def bring(user: User, path: Path, *entries: Read, now: Any = NOW, breaks_off: str = "") -> Import:
    """The import of a package with these entries, applied."""
    row = bringing.begin(user, source="planted", name="A journal", now=now)
    with planted(*entries, breaks_off=breaks_off), Package(path) as package:
        bringing.apply(row, package, now)
    return row


def results(row: Import) -> list[str]:
    """What became of each entry, in their order."""
    return list(row.outcomes.order_by("position").values_list("result", flat=True))


def reasons(row: Import) -> list[list[str]]:
    """What is said about each, in their order."""
    return list(row.outcomes.order_by("position").values_list("reasons", flat=True))


def only(row: Import) -> Outcome:
    """What became of the only entry."""
    return row.outcomes.get()


def archive_of(user: User) -> dict[str, list[dict[str, Any]]]:
    """All that an archive of this person holds."""
    return {table.name: list(table.rows) for table in contents_of(user, with_files=False).tables}
