"""What pages show of exports and checks: how far they are, what was chosen, what was found."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.apps import apps
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.templatetags.core import number, plain_day
from apps.transfer.forms import FORMS, Form
from apps.transfer.models import Check, Export, State

# Before so many seconds nobody knows how long it takes.
SOON = 3
MINUTE = 60


@dataclass(frozen=True)
class Headway:
    """How far it is: rows done of rows in all (0 while nobody knows), bytes, seconds left."""

    done: int
    total: int
    bytes: int
    left: int | None

    @property
    def is_counted(self) -> bool:
        """Whether it is known how much there is."""
        return self.total > 0

    @property
    def is_through(self) -> bool:
        """Whether all rows are done, and only files are left."""
        return self.is_counted and self.done >= self.total

    @property
    def left_in_words(self) -> str:
        """About how long it still takes; "" while nobody knows."""
        if self.left is None or self.is_through:
            return ""
        if self.left < MINUTE:
            seconds = max(5, round(self.left / 5) * 5)
            return ngettext("about %(n)s second left", "about %(n)s seconds left", seconds) % {
                "n": seconds
            }
        minutes = round(self.left / MINUTE)
        return ngettext("about %(n)s minute left", "about %(n)s minutes left", minutes) % {
            "n": minutes
        }

    @property
    def in_quarters(self) -> str:
        """The same for those who hear it: said four times and no more."""
        quarter = 4 * self.done // self.total if self.is_counted else 0
        return [
            _("It is under way."),
            _("A quarter is done."),
            _("Half is done."),
            _("Three quarters are done."),
            _("All rows are done."),
        ][min(4, quarter)]


def headway(row: Export | Check, now: datetime) -> Headway:
    """How far an export or check is, and how long it takes if it goes on as it began."""
    total = row.total
    done = min(row.done, total)
    left = None
    if row.state == State.RUNNING and row.begun_at and done:
        took = (now - row.begun_at).total_seconds()
        left = round(took * (total - done) / done) if took >= SOON else None
    written = row.bytes if isinstance(row, Export) else 0
    return Headway(done, total, written, left)


@dataclass(frozen=True)
class ShownExport:
    """An export as a page shows it."""

    row: Export
    headway: Headway
    form: Form | None
    what: list[str]

    @property
    def name(self) -> str:
        """What kind of file it is."""
        return str(self.form.NAME) if self.form else self.row.form


def shown(row: Export, now: datetime) -> ShownExport:
    """All there is to show of an export; asks for nothing."""
    return ShownExport(row, headway(row, now), FORMS.get(row.form), chosen(row.choice))


def chosen(said: dict[str, Any]) -> list[str]:
    """What was chosen (choosing.kept), in words."""
    words = []
    first, last = (
        date.fromisoformat(said[key]) if said[key] else None for key in ("first", "last")
    )
    if first and last:
        words.append(
            _("%(first)s to %(last)s") % {"first": plain_day(first), "last": plain_day(last)}
        )
    elif first:
        words.append(_("from %(day)s") % {"day": plain_day(first)})
    elif last:
        words.append(_("until %(day)s") % {"day": plain_day(last)})
    if count := len(said["notebooks"]):
        words.append(ngettext("%(n)s notebook", "%(n)s notebooks", count) % {"n": number(count)})
    if said["query"]:
        words.append(_("found by “%(query)s”") % {"query": said["query"]})
    if said["person"]:
        words.append(_("the story with one person"))
    if said["promise"]:
        words.append(_("the story of one promise"))
    words = words or [_("everything")]
    words.append(_("with attachments") if said["with_files"] else _("without attachments"))
    if said["is_masked"]:
        words.append(_("private passages left out"))
    return [capfirst(words[0]), *words[1:]]


def file_name(row: Export, form: Form | None, day: date) -> str:
    """What the file is called where it is saved: "throughline-2026-11-20.zip"."""
    return f"{row.form}-{day.isoformat()}{form.SUFFIX if form else ''}"


@dataclass(frozen=True)
class ShownTable:
    """What was found of a table of an archive."""

    name: str
    same: int
    changed: int
    only_there: int
    only_here: int

    @property
    def is_equal(self) -> bool:
        """Whether there is no difference."""
        return not (self.changed or self.only_there or self.only_here)


@dataclass(frozen=True)
class ShownVerdict:
    """What came of a check: when the archive was made, what is amiss, the tables by difference."""

    exported_at: datetime | None
    amiss: list[str]
    more: int
    different: list[ShownTable]
    equal: list[ShownTable]

    @property
    def is_whole(self) -> bool:
        """Whether the archive is as it was made."""
        return not self.amiss

    @property
    def is_equal(self) -> bool:
        """Whether it holds what the journal holds."""
        return self.is_whole and not self.different

    @property
    def rows(self) -> int:
        """How many rows are the same in both."""
        return sum(table.same for table in [*self.different, *self.equal])


def verdict_of(said: dict[str, Any]) -> ShownVerdict:
    """What `checking.said` kept, to be shown; tables in which nothing is are left out."""
    tables = [ShownTable(**{**table, "name": _in_words(table["name"])}) for table in said["tables"]]
    try:
        exported_at: datetime | None = datetime.fromisoformat(said["exported_at"])
    except ValueError:
        exported_at = None
    if exported_at is not None and exported_at.tzinfo is None:
        exported_at = None
    return ShownVerdict(
        exported_at=exported_at,
        amiss=said["amiss"],
        more=said["more"],
        different=[table for table in tables if not table.is_equal],
        equal=[table for table in tables if table.is_equal and table.same],
    )


def _in_words(label: str) -> str:
    """What a table is called: in words where it has some, else as the archive calls it."""
    try:
        meta = apps.get_model(label)._meta
    except LookupError:
        return label
    has_words = "verbose_name_plural" in meta.original_attrs
    return capfirst(str(meta.verbose_name_plural)) if has_words else label
