"""A website of a journal, to be read from a disk: no server, no network, and search all the same.

A month a page, or several where it is long, so that a click shows some dozens of entries at once
and a life of twenty years is some hundreds of files. Years are calendars; tags, people, promises,
cares and notebooks have pages of links. The words for search lie in scripts that set a list: a page
from a disk may fetch nothing. Looks are those of the product (`static/css`) and `static/site`.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import groupby
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.staticfiles import finders
from django.template.loader import get_template
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.periods import Month, days, week_start
from apps.core.text import to_page
from apps.transfer.choosing import Choice, entries_of
from apps.transfer.forms.form import Progress
from apps.transfer.forms.naming import Names
from apps.transfer.forms.packing import Packing
from apps.transfer.linking import entry_in
from apps.transfer.telling import File, Told, count_of, told

KEY, NAME = "html", _("Website to read offline")
ABOUT = _("Pages by year and month with a search, in any browser, without a network.")
SUFFIX, CONTENT_TYPE = ".zip", "application/zip"
count = count_of

AT_ONCE = 500
# Entries on a page, at most.
ON_A_PAGE = 100
# Letters in one script of words for search, about.
SHARD = 500_000
# Of an entry without a title its first words stand for it.
FIRST_WORDS, FIRST_LETTERS = 12, 80
# What a line ends with so that the next may follow it.
ENDS = set(".!?:;,…”»)")
# More entries than these look the same in a calendar.
DEEPEST = 3
# What every browser shows, where a picture was not made ready for the screen.
SHOWN = {"image/jpeg", "image/png", "image/gif", "image/webp", "image/avif"}
KINDS = {
    "tag": _("Tags"),
    "person": _("People"),
    "promise": _("Promises"),
    "care": _("Cares"),
    "notebook": _("Notebooks"),
}
# What the site looks like: files of static/css by their layers, and its own.
LAYERS = {
    "css/reset.css": "reset",
    "css/fonts.css": "tokens",
    "css/tokens.css": "tokens",
    "css/base.css": "base",
    "css/prose.css": "base",
    "css/layout.css": "layout",
    "css/button.css": "components",
    "css/form.css": "components",
    "css/tag.css": "components",
    "css/list.css": "components",
    "css/thread.css": "components",
    "css/attachment.css": "components",
    "css/calendar.css": "components",
    "css/search.css": "pages",
    "site/site.css": "pages",
    "css/utilities.css": "utilities",
    "css/print.css": "utilities",
}


def write(user: User, choice: Choice, now: datetime, progress: Progress) -> Iterator[bytes]:
    """A ZIP of the site, a page at a time."""
    return _Site(user, choice, now, progress).written()


class Day(NamedTuple):
    """A day of a calendar: how many entries it has, how deep its colour is, where they begin."""

    day: date
    entries: int
    place: str

    @property
    def shade(self) -> int:
        """From 0 to DEEPEST."""
        return min(self.entries, DEEPEST)


@dataclass(frozen=True)
class MonthOfSite:
    """A month of a calendar, in weeks of seven; None where a day is of another month."""

    first: date
    entries: int
    page: str  # "" where nothing was written
    weeks: list[list[Day | None]]
    # How deep its colour is beside the other months, from 0 to DEEPEST.
    shade: int


@dataclass(frozen=True)
class YearOfSite:
    """A year of the site."""

    year: int
    months: list[MonthOfSite]
    written: int  # days on which something was written

    @property
    def entries(self) -> int:
        """How many there are."""
        return sum(month.entries for month in self.months)


class Row(NamedTuple):
    """An entry in a list: its day, where it stands, its title or first words."""

    day: date
    place: str
    label: str


@dataclass
class Group:
    """All entries with one tag, about one person, or alike, and the page of their links."""

    name: str
    page: str
    rows: list[Row] = field(default_factory=list)


class Photo(NamedTuple):
    """A picture on a page, and where the file itself lies."""

    file: File
    place: str
    shown: str
    width: int | None
    height: int | None


class Piece(NamedTuple):
    """A file that is no picture."""

    file: File
    place: str


class EntryOnPage(NamedTuple):
    """An entry as its page shows it."""

    entry: Told
    html: SafeString
    place: str
    is_first_of_day: bool
    answers: Row | None
    groups: list[tuple[str, Group]]
    photos: list[Photo]
    files: list[Piece]


class _Site:
    """A site while it is written.

    What it keeps of an entry is where it stands and how it begins, for lists of links.
    """

    def __init__(self, user: User, choice: Choice, now: datetime, progress: Progress) -> None:
        self.user, self.choice, self.now, self.progress = user, choice, now, progress
        self.packing = Packing()
        # In order: the page of each entry, how many entries a day has, and where it begins.
        self.pages: dict[UUID, str] = {}
        self.days: dict[date, int] = {}
        self.begins: dict[date, str] = {}
        self.most = 1  # entries in one month
        self._plan()
        self.names = Names()
        self.groups: dict[str, dict[Any, Group]] = {kind: {} for kind in KINDS}
        self.rows: dict[UUID, Row] = {}
        self.words: list[list[Any]] = []
        self.letters = self.shards = 0

    def written(self) -> Iterator[bytes]:
        """The whole of it."""
        yield from self._looks()
        order = list(dict.fromkeys(self.pages.values()))
        beside = {
            page: (before, after)
            for before, page, after in zip([None, *order], order, [*order[1:], None], strict=False)
        }
        file_names, month = Names(), ""
        for page, entries in groupby(told(self.user, self.choice), lambda it: self.pages[it.id]):
            if page[:7] != month:
                file_names, month = Names(), page[:7]
            yield from self._month(page, beside[page], entries, file_names)
        yield from self._shard()
        years = self._years()
        for year in years:
            said = {"year": year, "years": years, "first_weekday": self.user.first_weekday}
            yield from self._page(f"pages/{year.year}.html", "transfer/site/year.html", **said)
        for kind, groups in self.groups.items():
            for group in groups.values():
                said = {"group": group, "kind": KINDS[kind]}
                yield from self._page(f"pages/{group.page}", "transfer/site/group.html", **said)
        yield from self._page("pages/names.html", "transfer/site/names.html", kinds=self._named())
        shards = range(self.shards)
        yield from self._page("pages/search.html", "transfer/site/search.html", shards=shards)
        written = list(self.days)
        said = {"first": written[0], "last": written[-1]} if written else {}
        said |= {"years": years[::-1], "entries": len(self.pages)}
        yield from self._page("index.html", "transfer/site/index.html", **said)
        yield from self.packing.end()

    def _plan(self) -> None:
        """Which page each entry stands on; nothing of what it says."""
        entries = entries_of(self.user, self.choice).order_by("local_date", "occurred_at", "id")
        rows = entries.values_list("pk", "local_date").iterator(chunk_size=AT_ONCE)
        for month, found in groupby(rows, lambda row: Month.of(row[1])):
            page, at = "", 0
            for at, (pk, day) in enumerate(found):
                if at % ON_A_PAGE == 0:
                    number = f"-{at // ON_A_PAGE + 1}" if at else ""
                    page = f"{month.first:%Y-%m}{number}.html"
                self.pages[pk] = page
                self.days[day] = self.days.get(day, 0) + 1
                self.begins.setdefault(day, page)
            self.most = max(self.most, at + 1)

    def _looks(self) -> Iterator[bytes]:
        """Styles, letters and the script of the search."""
        layers = ",".join(dict.fromkeys(LAYERS.values()))
        parts = (f"@layer {name}{{\n{_asset(path)}}}\n" for path, name in LAYERS.items())
        fonts = Path(str(finders.find("fonts/README.md"))).parent
        for path in sorted(fonts.iterdir()):
            if path.suffix in {".woff2", ".txt"}:
                self.packing.add(f"assets/fonts/{path.name}", [path.read_bytes()])
        yield from self.packing.text("assets/css/site.css", [f"@layer {layers};\n", *parts])
        yield from self.packing.text("assets/search.js", [_asset("site/search.js")])
        yield from self.packing.text("assets/icon.svg", [_asset("img/favicon.svg")])

    def _page(self, place: str, template: str, **said: Any) -> Iterator[bytes]:
        root = "" if "/" not in place else "../"
        context = {"root": root, "owner": self.user.name, "now": self.now, **said}
        yield from self.packing.text(place, [get_template(template).render(context)])

    def _month(
        self,
        page: str,
        beside: tuple[str | None, str | None],
        entries: Iterator[Told],
        file_names: Names,
    ) -> Iterator[bytes]:
        shown: list[EntryOnPage] = []
        day = None
        for entry in entries:
            is_first = entry.local_date != day and self.begins[entry.local_date] == page
            day = entry.local_date
            shown.append(self._entry(entry, page, file_names, is_first_of_day=is_first))
            self.progress.advance()
        first = shown[0].entry.local_date.replace(day=1)
        yield from self._page(
            f"pages/{page}",
            "transfer/site/month.html",
            entries=shown,
            month=self._month_of_days(Month.of(first)),
            number=page.removesuffix(".html")[8:],
            before=beside[0],
            after=beside[1],
            first_weekday=self.user.first_weekday,
        )
        if self.letters > SHARD:
            yield from self._shard()

    def _entry(
        self, entry: Told, page: str, file_names: Names, *, is_first_of_day: bool
    ) -> EntryOnPage:
        text = to_page(entry.body, str(entry.id), self._led_to)
        words = _in_one_line(text.words)
        row = Row(entry.local_date, _place(page, entry.id), entry.title or _beginning(words))
        self.rows[entry.id] = row
        groups = self._groups_of(entry)
        for _kind, group in groups:
            group.rows.append(row)
        names = " ".join(group.name for _kind, group in groups)
        self.words.append([row.place, str(row.day), entry.title, words, names])
        self.letters += len(words)
        photos: list[Photo] = []
        files: list[Piece] = []
        for file in entry.files:
            self._file(file, page[:7], file_names, photos, files)
        answers = self.rows.get(entry.answers) if entry.answers else None
        return EntryOnPage(
            entry, text.html, row.place, is_first_of_day, answers, groups, photos, files
        )

    def _led_to(self, address: str) -> str:
        pk = entry_in(address)
        page = self.pages.get(pk) if pk else None
        return _place(page, pk) if page and pk else ""

    def _groups_of(self, entry: Told) -> list[tuple[str, Group]]:
        named: list[tuple[str, Any, str]] = [
            *(("tag", name, name) for name in entry.tags),
            *(("person", one.id, one.name) for one in entry.people),
            *(("promise", one.id, one.name) for one in entry.promises),
            *(("care", one.id, one.name) for one in entry.cares),
            *(("notebook", name, name) for name in (entry.notebook,) if name),
        ]
        return [(kind, self._group(kind, key, name)) for kind, key, name in named]

    def _group(self, kind: str, key: Any, name: str) -> Group:
        if key not in self.groups[kind]:
            self.groups[kind][key] = Group(name, self.names(f"{kind}-{name}", ".html"))
        return self.groups[kind][key]

    def _file(
        self, file: File, month: str, names: Names, photos: list[Photo], files: list[Piece]
    ) -> None:
        """Put a file in, and note where it lies. One that is lost is passed over."""
        path = PurePosixPath(file.name)
        place = f"files/{month}/{names(path.stem, path.suffix)}"
        if not self.packing.take(place, file):
            return
        if file.is_shown:
            size = file.screen_size
            shown = f"files/{month}/{names(f'{path.stem}-{size.box}', '.webp')}"
            self.packing.add(shown, file.screen_pieces(), is_packed=True)
            photos.append(Photo(file, place, shown, size.width, size.height))
        elif file.is_photo and file.content_type in SHOWN:
            photos.append(Photo(file, place, place, file.width, file.height))
        else:
            files.append(Piece(file, place))

    def _shard(self) -> Iterator[bytes]:
        """What was said since the last one, as a script that adds it to a list."""
        if not self.words:
            return
        rows = json.dumps(self.words, ensure_ascii=False, separators=(",", ":"))
        script = f"(window.throughline ??= []).push({rows});\n"
        self.words, self.letters = [], 0
        self.shards += 1
        yield from self.packing.text(f"search/{self.shards - 1}.js", [script])

    def _years(self) -> list[YearOfSite]:
        written: dict[int, int] = {}
        for day in self.days:
            written[day.year] = written.get(day.year, 0) + 1
        return [
            YearOfSite(
                year, [self._month_of_days(Month(year, number)) for number in range(1, 13)], count
            )
            for year, count in written.items()
        ]

    def _month_of_days(self, month: Month) -> MonthOfSite:
        found = [
            Day(day, self.days[day], f"{self.begins[day]}#d-{day}")
            if day in self.days
            else Day(day, 0, "")
            for day in days(month.first, month.last)
        ]
        lead = (month.first - week_start(month.first, self.user.first_weekday)).days
        cells: list[Day | None] = [*[None] * lead, *found, *[None] * (-(lead + len(found)) % 7)]
        entries = sum(day.entries for day in found)
        return MonthOfSite(
            month.first,
            entries,
            f"{month.first:%Y-%m}.html" if entries else "",
            [cells[at : at + 7] for at in range(0, len(cells), 7)],
            -(-DEEPEST * entries // self.most),
        )

    def _named(self) -> list[tuple[Any, list[Group]]]:
        return [
            (KINDS[kind], sorted(groups.values(), key=lambda group: group.name.casefold()))
            for kind, groups in self.groups.items()
            if groups
        ]


def _asset(path: str) -> str:
    return Path(str(finders.find(path))).read_text(encoding="utf-8")


def _place(page: str, pk: UUID) -> str:
    return f"{page}#e-{pk}"


def _in_one_line(words: str) -> str:
    """The words of a text, with a mark between lines that end without one."""
    lines = [" ".join(line.split()) for line in words.splitlines()]
    marked = (line if line[-1:] in ENDS else f"{line} ·" for line in lines if line)
    return " ".join(marked).removesuffix(" ·")


def _beginning(words: str) -> str:
    """The first words of a text, or letters where it has no spaces."""
    begin = " ".join(words.split(" ", FIRST_WORDS)[:FIRST_WORDS])[:FIRST_LETTERS]
    return f"{begin}…" if len(begin) < len(words) else begin
