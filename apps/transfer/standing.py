"""How entries stand: whether their owner has changed them since they came in.

A digest of the version, which grows with every change of text, day and mood, and of how the entry
is sorted and what is attached to it. Ids are not in it: it is the same in another account.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Collection
from typing import Any
from uuid import UUID

from apps.accounts.models import User
from apps.journal.models import Attachment, Entry, EntryPerson, EntryTag
from apps.transfer.models import Brought, Outcome

# What comes with an entry or follows from its text by itself.
OF_THE_ENTRY = {"Attachment", "EntryPerson", "EntryTag", "EntryWords", "Revision", "Unsettled"}


def standings(owner: User, entries: Collection[UUID]) -> dict[UUID, str]:
    """How each of these entries stands now; four queries, however many they are."""
    if not entries:
        return {}
    told: dict[UUID, list[Any]] = defaultdict(list)
    for links, name in (
        (EntryTag.objects.filter(is_typed=False), "tag__key"),
        (EntryPerson.objects.filter(is_typed=False), "person__name"),
    ):
        picked = links.filter(owner=owner, entry__in=entries)
        for pk, said in sorted(picked.values_list("entry", name)):
            told[pk].append(["with", said])
    files = Attachment.objects.for_user(owner).kept().filter(entry__in=entries)
    for pk, *said in sorted(files.values_list("entry", "sha256", "name", "alt")):
        told[pk].append(["file", *said])
    rows = Entry.objects.for_user(owner).filter(pk__in=entries)
    facts = rows.values_list("pk", "version", "starred", "comes_back", "notebook__key")
    return {pk: _digest([*said, told[pk]]) for pk, *said in facts}


def leant_on(owner: User, entries: Collection[UUID]) -> set[UUID]:
    """Those of these entries that something of their owner's hangs on: a mark, a promise, …"""
    found: set[UUID] = set()
    for relation in Entry._meta.related_objects:
        model: Any = relation.related_model
        if model in (Brought, Outcome) or model.__name__ in OF_THE_ENTRY:
            continue
        name = relation.field.name
        rows = model._base_manager.filter(**{"owner": owner.pk, f"{name}__in": entries})
        found.update(rows.values_list(name, flat=True))
    return found


def _digest(said: list[Any]) -> str:
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()
