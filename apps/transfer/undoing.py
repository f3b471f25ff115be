"""Undoing an import: what it brought goes again, and what it changed is as it was.

Only where nobody has touched it since. What its owner has changed, or marked, or made a promise of,
stays, and is told.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.journal import uploads
from apps.journal.models import Entry, EntryPerson, EntryTag, Notebook, Tag
from apps.people.models import Person
from apps.transfer.bringing import hold
from apps.transfer.changing import put_back
from apps.transfer.entering import AT_ONCE
from apps.transfer.models import Import, Outcome
from apps.transfer.planning import in_batches
from apps.transfer.standing import leant_on, standings

Result, State = Outcome.Result, Import.State
# Between the two instants that a row has from when it was made.
A_MOMENT = timedelta(seconds=1)


@dataclass
class Undone:
    """How many entries went, how many are as they were, and how many stay as they are."""

    removed: int = 0
    restored: int = 0
    kept: int = 0


@transaction.atomic
def undo(
    row: Import, now: datetime, progress: Callable[[int], None] = lambda _done: None
) -> Undone:
    """Take an import back. Raises bringing.NotNow where it did not come in, or is undone.

    Of an entry that stays, its outcome says so. `progress` hears how many entries are done.
    """
    hold(row, State.APPLIED)
    undone, names = Undone(), _Names(row.owner)
    came = row.outcomes.filter(result__in=[Result.CREATED, Result.UPDATED], entry__isnull=False)
    for some in in_batches(came.order_by("position").iterator(), AT_ONCE):
        _undo(row.owner, some, undone, names, now)
        progress(undone.removed + undone.restored + undone.kept)
    names.let_go(row.created_at)
    row.state, row.undone_at = State.UNDONE, now
    row.removed, row.restored, row.kept = undone.removed, undone.restored, undone.kept
    row.save()
    return undone


def _undo(owner: User, some: list[Outcome], undone: Undone, names: "_Names", now: datetime) -> None:
    entries = Entry.objects.for_user(owner).in_bulk([one.entry_id for one in some])
    names.note(entries)
    stand, leant = standings(owner, entries.keys()), leant_on(owner, entries.keys())
    gone = []
    for one in some:
        entry = entries[one.entry_id]
        if stand[entry.pk] != one.standing or (one.was is None and entry.pk in leant):
            one.reasons = [*one.reasons, _("You have used it here since, so it stayed.")]
            one.stayed = True
            one.save(update_fields=["reasons", "stayed", "updated_at"])
            undone.kept += 1
        elif one.was is None:
            gone.append(entry.pk)
        else:
            put_back(owner, entry, one.was, now)
            undone.restored += 1
    undone.removed += uploads.erase(Entry.objects.for_user(owner).filter(pk__in=gone))


class _Names:
    """The tags, people and notebooks of entries that an import brought or changed."""

    def __init__(self, owner: User) -> None:
        self.owner = owner
        self.found: dict[Any, set[UUID]] = {Tag: set(), Person: set(), Notebook: set()}

    def note(self, entries: dict[UUID, Entry]) -> None:
        """Note those that these entries have."""
        tags = EntryTag.objects.for_user(self.owner).filter(entry__in=entries)
        people = EntryPerson.objects.for_user(self.owner).filter(entry__in=entries)
        self.found[Tag].update(tags.values_list("tag", flat=True))
        self.found[Person].update(people.values_list("person", flat=True))
        self.found[Notebook].update(
            entry.notebook_id for entry in entries.values() if entry.notebook_id
        )

    def let_go(self, since: datetime) -> None:
        """Let those go that were made since then, not touched after, and that nothing points at."""
        for model, pks in self.found.items():
            rows = model.objects.for_user(self.owner).filter(
                pk__in=pks, created_at__gte=since, updated_at__lt=F("created_at") + A_MOMENT
            )
            for relation in model._meta.related_objects:
                pointing = relation.related_model._base_manager.filter(
                    **{"owner": self.owner.pk, relation.field.name: OuterRef("pk")}
                )
                rows = rows.exclude(Exists(pointing))
            rows.delete()
