"""A Throughline archive into an account: what is new comes in, what is there stays as it is.

All of it or nothing, in one transaction. Every row gets an id of its own here, and whatever names
another row follows. Nothing in an archive is believed: values are what their fields take, JSON has
the shape that pages rely on, rows say together what can be, what was made from a text is made
again, and of what a file is its bytes decide.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import islice
from math import isfinite
from tempfile import SpooledTemporaryFile
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import DEFAULT_DB_ALIAS, DatabaseError, connection, models, transaction
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.models import new_id
from apps.core.periods import FIRST_DAY, LAST_DAY
from apps.core.text import clean, render
from apps.journal import uploads
from apps.journal.models import Attachment, Entry, Unsettled
from apps.transfer.archive import Row
from apps.transfer.holding import HOLDING
from apps.transfer.models import Origin
from apps.transfer.settling import settle
from apps.transfer.shapes import fits, shape_of
from apps.transfer.sources.package import Package, Refused
from apps.transfer.tables import OPEN, fields_of, label, tables
from apps.transfer.verifying import manifest_of, rows_in

AT_ONCE = 500
# How often everything may begin anew without what does not hold together.
MOST_TIMES = 8
ONE_DAY = timedelta(days=1)
# From any day of a journal so far ahead or back there is still a calendar.
LONGEST = 360_000 * ONE_DAY
PIECE = 256 * 1024
IN_MEMORY = 4 * 1024**2
# Of these the database asks that they come in the order in which they were said.
IN_ORDER = {
    "promises.Event": "seq",
    "cares.CareEvent": "seq",
    "cares.CareStatement": "version",
}
# What was finished takes nothing more in: these are finished once all that belongs to them is here.
FINISHED_LAST = {
    "cares.ValueSort": ("finished_at", "finished_on", "thrown_at"),
    "cares.PairRun": ("finished_at", "finished_on"),
}
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


class Unfit(Exception):
    """A row that cannot be taken; the sentence says why."""


@dataclass
class Report:
    """What became of the rows: by table how many came in and how many were there; what did not.

    `warnings`: sentences about settings that stayed as they are here.
    """

    created: Counter[str] = field(default_factory=Counter)
    unchanged: Counter[str] = field(default_factory=Counter)
    failed: list[tuple[str, str]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def as_json(self) -> Row:
        """As `manage.py import_journal --report json` prints it."""
        name = label(Entry)
        return {
            "source": "throughline",
            "created": self.created[name],
            "updated": 0,
            "unchanged": self.unchanged[name],
            "skipped": 0,
            "failed": [{"id": key, "reason": reason} for key, reason in self.failed],
            "warnings": self.warnings,
            "attachments": self.created[label(Attachment)],
            "rows": self.created.total(),
        }


def bring_in(user: User, package: Package, now: datetime) -> Report:
    """Everything of this archive that is not here yet. Raises Refused, and then nothing came in."""
    manifest_of(package)
    coming = Coming(user, package, now)
    try:
        with transaction.atomic():
            coming.all()
    except (DatabaseError, ValueError) as error:
        raise Refused(
            _("What this archive says cannot be. Nothing of it was brought in.")
        ) from error
    return coming.report


class Coming:
    """An archive on its way into an account."""

    def __init__(self, user: User, package: Package, now: datetime) -> None:
        self.user, self.package, self.now = user, package, now
        self.report = Report()
        # Rows that were found unfit, or not to hold together with others, when all of it was tried
        # before; and those that are found unfit this time. With the reason.
        self.left_out: dict[tuple[str, str], str] = {}
        self.unfit: dict[tuple[str, str], str] = {}
        # Of each table, which id of the archive is which here; None where a row did not come in.
        self.ids: dict[str, dict[str, UUID | None]] = {}
        # All of them, for ids that stand within texts.
        self.anywhere: dict[str, str] = {}
        self.fresh: dict[str, set[str]] = {}

    def all(self) -> None:
        """Bring in every row that is new, what hangs on them, and settings nobody chose here."""
        is_new = not Entry.objects.for_user(self.user).exists()
        with connection.cursor() as cursor:
            # So that a row that breaks one is found at once, and not at the very end.
            cursor.execute(f"SET CONSTRAINTS {', '.join(_deferred())} IMMEDIATE")
        for _again in range(MOST_TIMES):
            mark = transaction.savepoint()
            self._bring()
            if not (loose := self._loose()):
                break
            # Ledgers cannot be taken out again, so everything begins anew without what is loose.
            transaction.savepoint_rollback(mark)
            self.left_out |= self.unfit | loose
        else:
            raise ValueError("there is always something that does not hold")
        said = manifest_of(self.package).get("person")
        self.report.warnings += settle(self.user, said, is_new=is_new)
        self._attach()
        entries = [pk for pk in self._new(Entry).values() if pk]
        Unsettled.objects.bulk_create(
            [Unsettled(owner=self.user, entry_id=pk) for pk in entries], ignore_conflicts=True
        )
        connection.check_constraints()

    def _bring(self) -> None:
        """Give every row an id, then bring in those that are new, table by table."""
        self.report = Report()
        self.ids, self.anywhere, self.fresh, self.unfit = {}, {}, {}, {}
        for model in tables():
            self._name(model)
        for model in tables():
            if model is Attachment:
                continue
            for some in _in_batches(self._rows(model)):
                self._insert(model, some)
        self._finish()

    def _loose(self) -> dict[tuple[str, str], str]:
        """The rows that do not hold together with what belongs to them, and why."""
        found = {}
        for model in tables():
            name = label(model)
            new = {became: was for was, became in self._new(model).items() if became}
            if new and (holding := HOLDING.get(name)):
                found |= {(name, new[pk]): reason for pk, reason in holding(self.user, [*new])}
        return found

    # --- Ids ----------------------------------------------------------------------------------

    def _name(self, model: type[models.Model]) -> None:
        name = label(model)
        known = self._known(model)
        ids: dict[str, UUID | None] = {}
        fresh = set()
        for row in rows_in(self.package, name):
            was = str(row["id"])
            if was in ids:
                self._fail(name, was, _("It is in the archive twice."))
                continue
            if reason := self.left_out.get((name, was)):
                ids[was] = None
                self._fail(name, was, reason)
                continue
            there = known.get(was) or self._twin(model, row)
            ids[was] = there or (None if model in OPEN and row.get("shipped") else new_id())
            if there:
                self.report.unchanged[name] += 1
            elif ids[was]:
                fresh.add(was)
        self.ids[name], self.fresh[name] = ids, fresh
        self.anywhere |= {was: str(became) for was, became in ids.items() if became}

    def _known(self, model: type[models.Model]) -> dict[str, UUID]:
        """What came in before and is still there."""
        origins = Origin.objects.for_user(self.user).filter(table=label(model))
        rows = model._default_manager.filter(owner=self.user.pk)  # type: ignore[misc]
        still = origins.filter(became__in=rows.values("pk"))
        return {str(was): became for was, became in still.values_list("was", "became")}

    def _twin(self, model: type[models.Model], row: Row) -> UUID | None:
        """A row that is the same thing here: what is shipped, and what one can have only once."""
        if model in OPEN and row.get("shipped"):
            return self._shipped(model, row)
        for constraint in model._meta.constraints:
            names = getattr(constraint, "fields", ())
            if not isinstance(constraint, models.UniqueConstraint) or constraint.condition:
                continue
            if "owner" not in names or "id" in names:
                continue
            values = self._values(model, row, [name for name in names if name != "owner"])
            if values is not None:
                rows = model._default_manager.filter(owner=self.user.pk, **values)  # type: ignore[misc]
                if found := rows.values_list("pk", flat=True).first():
                    return UUID(str(found))
        return None

    def _values(self, model: type[models.Model], row: Row, names: list[str]) -> Row | None:
        values: Row = {}
        for name in names:
            of = model._meta.get_field(name)
            if of.related_model:
                table, was = of.related_model._meta.label, str(row.get(name))  # type: ignore[union-attr]
                became = self.ids.get(table, {}).get(was)
                # Nothing here points at a row that is only coming.
                if became is None or was in self.fresh[table]:
                    return None
                values[f"{name}_id"] = became
            else:
                try:
                    values[name] = self._value(of, row.get(name))
                except Unfit:
                    return None
        return values

    def _shipped(self, model: type[models.Model], row: Row) -> UUID | None:
        """The same question, wording or pack as it is shipped here, where it is."""
        keys = {"Pack": ("key",), "Prompt": ("pack", "key")}.get(
            model.__name__, ("prompt", "version", "language")
        )
        values = self._values(model, row, list(keys))
        if values is None:
            return None
        rows = model._default_manager.filter(owner=None, **values)  # type: ignore[misc]
        return rows.values_list("pk", flat=True).first()

    # --- Rows ---------------------------------------------------------------------------------

    def _rows(self, model: type[models.Model]) -> Iterator[tuple[str, models.Model]]:
        name = label(model)
        rows: Any = (row for row in rows_in(self.package, name) if row["id"] in self.fresh[name])
        if order := IN_ORDER.get(name):
            rows = sorted(rows, key=lambda row: _number(row, order))
        for row in rows:
            try:
                yield row["id"], self._made(model, row)
            except Unfit as unfit:
                self._leave_out(name, row["id"], str(unfit))

    def _made(self, model: type[models.Model], row: Row) -> models.Model:
        made = model(id=self.ids[label(model)][row["id"]])
        made.owner_id = self.user.pk  # type: ignore[attr-defined]
        for of in fields_of(model):
            if of.primary_key or of.name in FINISHED_LAST.get(label(model), ()):
                continue
            if of.name in row:
                setattr(made, of.attname, self._value(of, row[of.name]))
            if isinstance(of, models.JSONField):
                self._check_shape(made, of, row)
        if complete := COMPLETE.get(label(model)):
            complete(made, self.now)
        return made

    def _check_shape(self, made: models.Model, of: Any, row: Row) -> None:
        shape = shape_of(f"{label(type(made))}.{of.name}", row)
        if not fits(getattr(made, of.attname), shape):
            raise Unfit(_("“%(name)s” says what it cannot.") % {"name": of.name})

    def _value(self, of: Any, said: Any) -> Any:
        if said is None:
            if not of.null:
                raise Unfit(_("“%(name)s” is missing.") % {"name": of.name})
            return None
        if of.related_model:
            return self._pointed(of, said)
        if isinstance(said, str):
            said = self._renamed(clean(said))
        try:
            if isinstance(of, models.JSONField):
                return self._deep(said)
            value = self._many(of, said) if isinstance(of, ArrayField) else of.to_python(said)
            of.run_validators(value)
        except (ValidationError, TypeError, ValueError, OverflowError, RecursionError) as error:
            raise Unfit(_("“%(name)s” says what it cannot.") % {"name": of.name}) from error
        if of.choices and value not in {"", *(choice for choice, _words in of.flatchoices)}:
            raise Unfit(_("“%(name)s” says what it cannot.") % {"name": of.name})
        if not _is_within_reason(value):
            raise Unfit(_("“%(name)s” says what it cannot.") % {"name": of.name})
        return value

    def _many(self, of: Any, said: Any) -> list[Any]:
        if not isinstance(said, list):
            raise TypeError("no list")
        return [self._value(of.base_field, item) for item in said]

    def _pointed(self, of: Any, said: Any) -> Any:
        if of.related_model is User:
            return self.user.pk
        became = self.ids.get(label(of.related_model), {}).get(str(said))
        if became is None and not of.null:
            raise Unfit(_("What “%(name)s” points at is not there.") % {"name": of.name})
        return became

    def _deep(self, said: Any) -> Any:
        match said:
            case str():
                return self._renamed(clean(said))
            case list():
                return [self._deep(item) for item in said]
            case dict():
                return {self._renamed(clean(key)): self._deep(it) for key, it in said.items()}
            case _:
                return said

    def _renamed(self, text: str) -> str:
        """A text in which ids of the archive are those they became."""
        return _ID.sub(lambda found: self.anywhere.get(found[0], found[0]), text)

    def _insert(self, model: type[models.Model], some: list[tuple[str, models.Model]]) -> None:
        """Put them in together; where the database will not have one, each by itself."""
        name = label(model)
        fields = [of for of in model._meta.concrete_fields if not of.generated]
        rows: Any = model._base_manager.all()
        try:
            with transaction.atomic():
                # As they are: Django's usual way would say that they were made just now.
                made = [row for _was, row in some]
                rows._insert(made, fields, using=DEFAULT_DB_ALIAS, raw=True)
        except (DatabaseError, ValueError):
            if len(some) == 1:
                [(was, _row)] = some
                self._leave_out(name, was, _("What it says cannot be."))
                return
            for one in some:
                self._insert(model, [one])
            return
        self._note(name, [(was, row.pk) for was, row in some])

    def _note(self, name: str, came: list[tuple[str, UUID]]) -> None:
        self.report.created[name] += len(came)
        Origin.objects.bulk_create(
            [Origin(owner=self.user, table=name, was=was, became=became) for was, became in came],
            ignore_conflicts=True,
        )

    def _finish(self) -> None:
        for model in tables():
            names = FINISHED_LAST.get(label(model), ())
            new = self._new(model) if names else {}
            for row in rows_in(self.package, label(model)) if new else ():
                became = new.get(row["id"])
                try:
                    said = {
                        name: self._value(model._meta.get_field(name), row.get(name))
                        for name in names
                    }
                except Unfit as unfit:
                    self._fail(label(model), row["id"], str(unfit))
                    continue
                if became and any(said.values()):
                    model._default_manager.filter(pk=became).update(**said)

    # --- Files --------------------------------------------------------------------------------

    def _attach(self) -> None:
        """Files last, by the door that every file comes through; each says what it is itself."""
        new = self._new(Attachment)
        rows = [row for row in rows_in(self.package, label(Attachment)) if row["id"] in new]
        for row in sorted(rows, key=lambda row: _number(row, "position")):
            try:
                with transaction.atomic():
                    self._attach_one(row)
            except (Unfit, uploads.Refused) as refused:
                self._fail(label(Attachment), row["id"], str(refused))
            except DatabaseError:
                self._fail(label(Attachment), row["id"], _("What it says cannot be."))

    def _attach_one(self, row: Row) -> None:
        entry = self._pointed(Attachment._meta.get_field("entry"), row.get("entry"))
        found = next(iter(self.package.beginning(f"files/{row['id']}")), "")
        if not found:
            raise Unfit(_("The file is not in the archive."))
        told = ("position", "alt", "taken_on", "removed_at", "created_at", "updated_at")
        said = {
            name: self._value(Attachment._meta.get_field(name), row[name])
            for name in told
            if name in row
        }
        with SpooledTemporaryFile(IN_MEMORY) as spool, self.package.opened(found) as file:
            while piece := file.read(PIECE):
                spool.write(piece)
            spool.seek(0)
            made = uploads.attach(
                owner=self.user,
                entry=Entry.objects.get(pk=entry, owner=self.user),
                name=str(row.get("name", "")),
                content=File(spool, name="file"),
                attachment_id=self.ids[label(Attachment)][row["id"]],
                seconds=self._value(Attachment._meta.get_field("seconds"), row.get("seconds")),
                now=self.now,
            )
        Attachment.objects.for_user(self.user).filter(pk=made.pk).update(**said)
        made.refresh_from_db()
        uploads.describe(made)
        self._note(label(Attachment), [(row["id"], made.pk)])

    def _new(self, model: type[models.Model]) -> dict[str, UUID | None]:
        name = label(model)
        return {was: self.ids[name][was] for was in self.fresh[name]}

    def _leave_out(self, name: str, was: str, reason: str) -> None:
        self.ids[name][was] = None
        self.fresh[name].discard(was)
        self.unfit[name, was] = reason
        self._fail(name, was, reason)

    def _fail(self, name: str, was: str, reason: str) -> None:
        self.report.failed.append((f"{name} {was}", reason))


def _number(row: Row, name: str) -> int:
    """What a row says of its place; whatever is no number comes first, and is told later."""
    said = row.get(name)
    return said if isinstance(said, int) else 0


def _is_within_reason(value: Any) -> bool:
    """Whether sums can be done with it, and it can be shown on any clock."""
    match value:
        case float():
            return isfinite(value)
        case datetime():
            return value.tzinfo is not None and _is_within_reason(value.date())
        case date():
            return FIRST_DAY - ONE_DAY <= value <= LAST_DAY + ONE_DAY
        case timedelta():
            return abs(value) <= LONGEST
        case _:
            return True


def _deferred() -> list[str]:
    """What the database would ask only in the end."""
    return [
        connection.ops.quote_name(constraint.name)
        for model in tables()
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint) and constraint.deferrable
    ]


def _in_batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while some := list(islice(rows, AT_ONCE)):
        yield some


def _complete_entry(entry: Any, now: datetime) -> None:
    rendered = render(entry.body, key=str(entry.pk))
    entry.body_html = rendered.html
    entry.opening_html = rendered.opening_html
    entry.is_whole = rendered.is_whole
    entry.word_count = rendered.words
    entry.writer = new_id()


# What is made anew for rows of these tables.
COMPLETE: dict[str, Callable[[Any, datetime], None]] = {label(Entry): _complete_entry}
