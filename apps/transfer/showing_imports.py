"""What pages show of a file that somebody brings: what would come in, what came, what stayed."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Q, Value, When
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from apps.core.templatetags.core import plain_day
from apps.transfer.archive import FORMAT
from apps.transfer.forms import throughline
from apps.transfer.models import Import, Outcome, Upload
from apps.transfer.showing import Headway, headway, table_name
from apps.transfer.sources.recognising import SOURCES

PAGE = 50
Result = Outcome.Result
# What a list of outcomes can be narrowed to.
ONLY = {
    **{str(result): Q(result=result) for result in Result},
    "noted": Q(result__in=[Result.CREATED, Result.UPDATED]) & ~Q(reasons=[]),
    "stayed": Q(stayed=True),
}
FIRST = Q(result=Result.FAILED) | Q(stayed=True)
# The order in which results are told: first what needs a look.
TOLD = (Result.FAILED, Result.CREATED, Result.UPDATED, Result.UNCHANGED, Result.SKIPPED)


@dataclass(frozen=True)
class Narrowed:
    """A way to narrow the list: its key ("" for all of it), its name, and how many that are."""

    key: str
    name: str
    count: int | None = None


@dataclass(frozen=True)
class Made:
    """Tags, people or notebooks that are made: how many, the first names, and how many more."""

    kind: str
    count: int
    names: list[str]

    @property
    def more(self) -> int:
        """How many are not named."""
        return self.count - len(self.names)


@dataclass(frozen=True)
class ShownImport:
    """A file that somebody brought, as pages show it."""

    row: Upload
    headway: Headway

    @property
    def brought(self) -> Import | None:
        """What is known of its entries, once it was read."""
        return self.row.brought

    @property
    def form(self) -> str:
        """What it is from; "" while nobody knows."""
        return name_of(self.row.form)

    @property
    def is_archive(self) -> bool:
        """Whether it is an archive of our own."""
        return self.row.form == FORMAT

    @property
    def doing(self) -> str:
        """What is being done, while it is."""
        return {
            Upload.Step.LOOK: _("Looking at what it is"),
            Upload.Step.READ: _("Reading it, without changing anything"),
            Upload.Step.APPLY: _("Letting it in"),
            Upload.Step.UNDO: _("Taking it back"),
        }[Upload.Step(self.row.step)]

    @property
    def stands(self) -> str:
        """Where it stands, in few words for a list."""
        row = self.row
        if row.is_open:
            return self.doing
        if row.is_off:
            return _("Called off")
        if row.is_undone:
            return _("Taken back")
        if row.is_in:
            return _("Came in")
        if row.has_failed:
            return _("Cannot come in")
        return _("Ready to come in") if row.is_previewed else _("Waits for a word from you")

    @property
    def count(self) -> int:
        """How many entries, or rows of an archive, come in or came in."""
        if self.brought:
            return self.brought.created + self.brought.updated
        return sum(created for _name, created, _same in self.told_tables())

    @property
    def days(self) -> str:
        """From when to when its entries are, in words; "" where none comes in."""
        brought = self.brought
        if not (brought and brought.first_on and brought.last_on):
            return ""
        first, last = plain_day(brought.first_on), plain_day(brought.last_on)
        if first == last:
            return _("of %(day)s") % {"day": first}
        return _("from %(first)s to %(last)s") % {"first": first, "last": last}

    @property
    def made(self) -> list[Made]:
        """The tags, people and notebooks that are not here yet."""
        kinds = {"tags": _("New tags"), "people": _("New people"), "notebooks": _("New notebooks")}
        told = (self.brought.made if self.brought else {}) or {}
        return [
            Made(words, told[kind]["count"], told[kind]["names"])
            for kind, words in kinds.items()
            if kind in told and told[kind]["count"]
        ]

    @property
    def unknown(self) -> list[tuple[str, int]]:
        """Fields that have no place here, and how many entries have each."""
        return list(self.brought.unknown.items()) if self.brought else []

    def told_tables(self) -> list[tuple[str, int, int]]:
        """Of an archive: each table, how many rows are new and how many are here already."""
        rows = (self.row.told or {}).get("tables", [])
        return [(table_name(name), created, same) for name, created, same in rows]

    @property
    def has_the_same(self) -> bool:
        """Whether there are tables of an archive in which nothing is new."""
        return any(not created for _name, created, _same in self.told_tables())

    @property
    def told_failed(self) -> list[tuple[str, str]]:
        """Of an archive: the table of each row that could not come in, and why."""
        return [(table_name(name), why) for name, why in (self.row.told or {}).get("failed", [])]

    @property
    def exported_at(self) -> datetime | None:
        """When an archive says that it was made."""
        try:
            made = parse_datetime((self.row.told or {}).get("exported_at", ""))
        except ValueError:
            return None
        return made if made and made.tzinfo else None

    def narrowed(self) -> list[Narrowed]:
        """The ways to narrow the list that lead to something."""
        row = self.brought
        if row is None:
            return []
        counts = [Narrowed(str(one), str(one.label), getattr(row, one)) for one in TOLD]
        stayed = [Narrowed("stayed", _("stayed"), row.kept)] if row.kept else []
        some = [one for one in counts if one.count]
        noted = [Narrowed("noted", _("with a remark"))] if row.created + row.updated else []
        return [Narrowed("", _("All"), row.total), *stayed, *some, *noted]


@dataclass(frozen=True)
class Outcomes:
    """A page of outcomes; `last` is where it ends, where more follow."""

    rows: list[Outcome]
    last: int | None
    only: str
    is_first: bool


def shown(row: Upload, now: datetime) -> ShownImport:
    """All there is to show of a file but its outcomes."""
    return ShownImport(row, headway(row, now))


def outcomes(brought: Import, only: str, after: int | None) -> Outcomes:
    """What becomes of its entries: first those that could not be read or stayed, then as they lie.

    `only` is a key of ONLY, or "" for all; `after` the place of the last one that was seen.
    """
    rows: Any = Outcome.objects.filter(ONLY.get(only, Q()), owner=brought.owner_id, part_of=brought)
    needs_a_look = When(FIRST, then=Value(0))
    rows = rows.annotate(rank=Case(needs_a_look, default=Value(1)))
    begun = rows.filter(position=after).values_list("rank", flat=True).first() if after else None
    if begun is not None:
        rows = rows.filter(Q(rank__gt=begun) | Q(rank=begun, position__gt=after))
    shown = rows.select_related("entry").only(
        *("position", "begins", "local_date", "result", "reasons", "stayed", "owner", "part_of"),
        *("entry__id", "entry__title", "entry__owner", "entry__local_date"),
    )
    found = list(shown.order_by("rank", "position")[: PAGE + 1])
    last = found[PAGE - 1].position if len(found) > PAGE else None
    return Outcomes(found[:PAGE], last, only, begun is None)


def name_of(form: str) -> str:
    """What a form is called; "" for none."""
    if form == FORMAT:
        return str(throughline.NAME)
    return {source.KEY: source.NAME for source in SOURCES}.get(form, form)


def known_forms() -> Iterator[str]:
    """What can be read, by name."""
    yield str(throughline.NAME)
    yield from sorted({source.NAME for source in SOURCES}, key=str.casefold)
