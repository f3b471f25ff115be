"""A folder of Markdown: an entry a note, as Obsidian and other editors of notes read it.

`YYYY/MM/YYYY-MM-DD-HHMM-title.md` begins with what belongs to the entry, in YAML; then comes its
text, and below it links to its files in `YYYY/MM/attachments/`. Links between entries are relative.
`sources/markdown.py` reads all of it again.
"""

import posixpath
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.transfer.choosing import Choice, entries_of, masked
from apps.transfer.forms import notes
from apps.transfer.forms.form import Progress
from apps.transfer.forms.naming import Names
from apps.transfer.forms.packing import Packing
from apps.transfer.linking import entry_in, relinked
from apps.transfer.sources.wiki_links import NOTES, outside_fences
from apps.transfer.telling import File, Named, Told, count_of, told

KEY, NAME = "markdown", _("Folder of Markdown (Obsidian)")
ABOUT = _("A note an entry, with links, for Obsidian, Logseq or any editor.")
SUFFIX, CONTENT_TYPE = ".zip", "application/zip"
count = count_of

AT_ONCE = 500
# Of a title, in the name of its note.
TITLE = 60
# A link with more words than these is none to those who read them.
WORDS = 500


def write(user: User, choice: Choice, now: datetime, progress: Progress) -> Iterator[bytes]:
    """A ZIP of the folder, an entry at a time."""
    places = _places(user, choice)
    beside = notes.chosen(user, choice, now, places)
    packing, names, folder = Packing(), Names(), ""
    for entry in told(user, choice):
        place = places[entry.id]
        if posixpath.dirname(place) != folder:
            folder, names = posixpath.dirname(place), Names()
        links = []
        for file in entry.files:
            name = f"attachments/{_file_name(file, names)}"
            if packing.take(f"{folder}/{name}", file):
                links.append(_link_to(file, name))
        yield from packing.text(place, [note_of(entry, links, places, beside.named)])
        progress.advance()
    for place, note in beside.written():
        yield from packing.text(place, [note])
    yield from packing.end()


def _places(user: User, choice: Choice) -> dict[UUID, str]:
    """Where each entry stands, oldest first."""
    rows = (
        entries_of(user, choice)
        .only("title", "local_date", "occurred_at", "time_zone")
        .order_by("local_date", "occurred_at", "id")
    )
    names, places = Names(), {}
    for entry in rows.iterator(chunk_size=AT_ONCE):
        title = masked(entry.title) if choice.is_masked else entry.title
        places[entry.pk] = place_of(entry.local_date, entry.wall_time, title, names)
    return places


def place_of(day: date, wall_time: datetime | None, title: str, names: Names) -> str:
    """Where an entry stands, under a name that none before it had."""
    clock = f"{wall_time:%H%M}" if wall_time else ""
    wanted = "-".join(filter(None, (day.isoformat(), clock, title.lower()[:TITLE])))
    return f"{day.year:04}/{day.month:02}/{names(wanted, '.md')}"


def _file_name(file: File, names: Names) -> str:
    path = PurePosixPath(file.name)
    suffix = path.suffix.lower()
    # Whatever was attached is no note of this folder.
    return names(path.stem, f"{suffix}.txt" if suffix in NOTES else suffix)


def note_of(entry: Told, links: list[str], places: dict[UUID, str], named: dict[UUID, str]) -> str:
    """The note of an entry: its head, its text, and links to its files.

    `places` are those of entries, `named` those of notes about people, promises and cares.
    """
    start = posixpath.dirname(places[entry.id])

    def led_to(address: str) -> str:
        other = entry_in(address)
        place = places.get(other) if other else None
        return posixpath.relpath(place, start) if place else ""

    head = notes.head(_head(entry, places, named))
    parts = [relinked(entry.body, led_to), "\n".join(links)]
    if _ends_in_code(entry.body):
        # Whatever came below would be code, too.
        parts.reverse()
    return f"---\n{head}---\n\n" + "\n\n".join(filter(None, parts)) + "\n"


def _head(entry: Told, places: dict[UUID, str], named: dict[UUID, str]) -> dict[str, Any]:
    """What belongs to an entry, without what was not said."""
    clock = f"{entry.wall_time:%H:%M}" if entry.wall_time else ""
    answered = places.get(entry.answers) if entry.answers else None
    fields: dict[str, Any] = {
        "id": str(entry.id),
        "date": _moment(entry.written_at),
        "time": clock,
        "tz": entry.time_zone,
        "local_date": entry.local_date.isoformat(),
        "title": entry.title,
        "tags": list(entry.tags),
        "notebook": entry.notebook,
        "starred": entry.starred,
        "mood": entry.mood,
        "energy": entry.energy,
        "question": entry.question,
        "answers": notes.wiki_link(answered, "") if answered else "",
        "people": _names(entry.people, named),
        "promises": _names(entry.promises, named),
        "cares": _names(entry.cares, named),
    }
    # A mood of 0 is one that was said.
    return {name: value for name, value in fields.items() if value or type(value) is int}


def _moment(written_at: datetime) -> str:
    """The instant on its own clock; in UTC where that was no whole minutes away."""
    away = written_at.utcoffset()
    is_whole = away is not None and not away.total_seconds() % 60
    return (written_at if is_whole else written_at.astimezone(UTC)).isoformat()


def _names(rows: tuple[Named, ...], named: dict[UUID, str]) -> list[str]:
    return [
        notes.wiki_link(named[row.id], row.name) if row.id in named else row.name for row in rows
    ]


def _link_to(file: File, place: str) -> str:
    words = " ".join((file.alt or file.name).split())[:WORDS].translate(_IN_WORDS)
    return f"{'!' if file.is_photo else ''}[{words}]({place})"


# What would end the words of a link.
_IN_WORDS = str.maketrans({"[": "(", "]": ")", "\\": "/"})


def _ends_in_code(text: str) -> bool:
    *_before, last = (is_code for is_code, _piece in outside_fences(text))
    return last
