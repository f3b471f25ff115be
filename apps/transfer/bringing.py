"""Another journal into this one: read, applied in one go, told.

All of it or nothing: whatever ends it on its way, a fault, a full disk or a kill, leaves the
journal as it was. So it is one transaction, in which the plan is made anew and rows go in by the
hundred; files without rows are swept away (`uploads.sweep`). Nobody sees any of it until it is
done: whoever keeps in the database what `progress` says needs a connection of their own for that.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection, transaction

from apps.accounts.models import User
from apps.core.text import clean
from apps.transfer.archive import Row
from apps.transfer.entering import AT_ONCE, Entering
from apps.transfer.models import NAME_LENGTH, Import, Outcome
from apps.transfer.planning import Plan, in_batches, new_names, outcome, plan
from apps.transfer.sources.package import Package, Refused

State, Result = Import.State, Outcome.Result


class NotNow(Exception):
    """The import does not stand where this could be done. Nothing was changed."""


def begin(owner: User, *, source: str, name: str, zone: str = "", now: datetime) -> Import:
    """Note that a file of this form is to come in.

    `name` is what its owner calls it; `zone` where it was written, their own unless said.
    """
    return Import.objects.create(
        owner=owner,
        source=source,
        name=clean(name)[:NAME_LENGTH],
        zone=zone or owner.time_zone or "UTC",
        begun_at=now,
    )


def read_plan(
    row: Import, package: Package, progress: Callable[[int], None] = lambda _read: None
) -> None:
    """Note what would become of each entry, and change nothing else.

    `progress` hears how many entries are read. Raises Refused, and then the import says why it
    failed; and NotNow where it came in already.
    """
    with _told(row), transaction.atomic():
        hold(row, State.BEGUN, State.READ)
        found = plan(row, package, progress)
        row.outcomes.all().delete()
        for some in in_batches(iter(found.planned), AT_ONCE):
            Outcome.objects.bulk_create(outcome(row, one) for one in some)
        _count(row, found)
        row.made = new_names(row.owner, found)
        row.attachments = found.attachments
        row.state = State.READ
        row.save()


def apply(
    row: Import,
    package: Package,
    now: datetime,
    progress: Callable[[int], None] = lambda _done: None,
) -> None:
    """Bring everything in, or nothing. `progress` hears how many entries are done.

    While it is planned anew that is none.

    Raises Refused, and then the import says why it failed; and NotNow where it came in already.
    """
    with _told(row), transaction.atomic():
        hold(row, State.BEGUN, State.READ)
        found = plan(row, package, lambda _read: progress(0))
        row.outcomes.all().delete()
        row.made = new_names(row.owner, found)
        entering = Entering(row, package, found, now)
        entering.all(progress)
        _count(row, found)
        for result, count in entering.results.items():
            setattr(row, result, count)
        row.attachments = entering.attachments
        row.state, row.applied_at = State.APPLIED, now
        row.save()


def report_of(row: Import) -> Row:
    """What became of it, as `manage.py import_journal --report json` prints it."""
    told = row.outcomes.exclude(reasons=[]).order_by("position")
    failed, warnings = [], []
    for key, result, reasons in told.values_list("key", "result", "reasons"):
        if result == Result.FAILED:
            failed.append({"id": key, "reason": " ".join(reasons)})
        else:
            warnings += [f"{key}: {reason}" for reason in reasons]
    return {
        "source": row.source,
        "created": row.created,
        "updated": row.updated,
        "unchanged": row.unchanged,
        "skipped": row.skipped,
        "failed": failed,
        "warnings": warnings,
        "attachments": row.attachments,
    }


def hold(row: Import, *states: str) -> None:
    """One import of a person at a time. Raises NotNow where this one stands elsewhere by now.

    Not by a lock of its row, which stays free for whoever notes how far it is.
    """
    with connection.cursor() as cursor:
        name = f"imports of {row.owner_id}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
    row.refresh_from_db()
    if row.state not in states:
        raise NotNow


@contextmanager
def _told(row: Import) -> Iterator[None]:
    """Where the package is refused, the import says so once nothing of it is left."""
    try:
        yield
    except Refused as refused:
        row.state, row.reason = State.FAILED, str(refused)
        row.save(update_fields=["state", "reason", "updated_at"])
        raise


def _count(row: Import, found: Plan) -> None:
    for result in Result.values:
        setattr(row, result, sum(one.result == result for one in found.planned))
    days = [one.local_date for one in found.planned if one.comes_in and one.local_date]
    row.first_on, row.last_on = min(days, default=None), max(days, default=None)
    row.unknown = dict(found.unknown.most_common())
