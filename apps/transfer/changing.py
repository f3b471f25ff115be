"""Entries that a file changes: how they are before, and how they become that again.

The text before is kept as a revision; what an entry is beside its text is written down with the
outcome of the import, so that undoing it can put it back.
"""

import hashlib
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from apps.accounts.models import User
from apps.core.models import new_id
from apps.core.text import render
from apps.journal import drafting, uploads
from apps.journal.models import (
    Attachment,
    Entry,
    EntryPerson,
    EntryTag,
    Notebook,
    Revision,
    Tag,
    Unsettled,
)
from apps.people.models import Person
from apps.transfer.exporting import said
from apps.transfer.files import taken_out
from apps.transfer.fitting import is_there
from apps.transfer.models import Brought, Outcome
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import Media, PlainEntry
from apps.transfer.standing import standings

# Of an entry beside its words.
FACTS = (
    *("local_date", "occurred_at", "time_zone", "time_known", "mood", "energy"),
    *("starred", "notebook_id"),
)


class Before:
    """Some entries that are to change, as they are: rows, links, files and earlier texts."""

    def __init__(self, owner: User, source: str, entries: Collection[UUID]) -> None:
        self.entries: dict[UUID, Entry] = {}
        self.brought: dict[UUID, Brought] = {}
        self.tags: dict[UUID, list[UUID]] = defaultdict(list)
        self.people: dict[UUID, list[UUID]] = defaultdict(list)
        self.files: dict[UUID, dict[str, UUID]] = defaultdict(dict)
        self.texts: dict[UUID, set[tuple[str, str]]] = defaultdict(set)
        if not entries:
            return
        self.entries = Entry.objects.for_user(owner).in_bulk(entries)
        brought = Brought.objects.for_user(owner).filter(source=source, entry__in=entries)
        self.brought = {row.entry_id: row for row in brought}
        tags = EntryTag.objects.for_user(owner).filter(entry__in=entries, is_typed=False)
        for pk, tag in tags.values_list("entry", "tag"):
            self.tags[pk].append(tag)
        people = EntryPerson.objects.for_user(owner).filter(entry__in=entries, is_typed=False)
        for pk, person in people.values_list("entry", "person"):
            self.people[pk].append(person)
        files = Attachment.objects.for_user(owner).kept().filter(entry__in=entries)
        for pk, digest, file in files.values_list("entry", "sha256", "pk"):
            self.files[pk][digest] = file
        texts = Revision.objects.for_user(owner).filter(entry__in=entries)
        for pk, title, body in texts.values_list("entry", "title", "body"):
            self.texts[pk].add((title, body))

    def files_of(
        self, entry: UUID, plain: PlainEntry, package: Package
    ) -> tuple[dict[int, UUID], set[int]]:
        """An id for each file that was brought, by its number, and which are not here yet."""
        here = self.files.get(entry, {})
        files, fresh = {}, set()
        for number, media in enumerate(plain.media):
            if is_there(media, package):
                known = here.get(_sha256(media, package)) if here else None
                files[number] = known or new_id()
                if known is None:
                    fresh.add(number)
        return files, fresh

    def facts(self, entry: Entry) -> dict[str, Any]:
        """What an entry is beside its words, to be written down."""
        brought = self.brought[entry.pk]
        return {
            "version": entry.version,
            **{name: said(getattr(entry, name)) for name in FACTS},
            "tags": [str(pk) for pk in self.tags[entry.pk]],
            "people": [str(pk) for pk in self.people[entry.pk]],
            # Those that were attached now, once they are.
            "files": [],
            "brought": str(brought.pk),
            "fingerprint": brought.fingerprint,
            "standing": brought.standing,
            "rest": brought.rest,
        }


def put_text(entry: Entry, title: str, body: str) -> None:
    """Let an entry say this, as a version of its own. The row is not saved."""
    rendered = render(body, key=str(entry.pk))
    entry.version += 1
    entry.title, entry.body = title, body
    entry.body_html, entry.opening_html = rendered.html, rendered.opening_html
    entry.is_whole, entry.word_count = rendered.is_whole, rendered.words


def link(owner: User, links: dict[UUID, tuple[Collection[UUID], Collection[UUID]]]) -> None:
    """Let these entries have these tags and people picked, and no others."""
    for model in (EntryTag, EntryPerson):
        model.objects.for_user(owner).filter(entry__in=links, is_typed=False).delete()
    EntryTag.objects.bulk_create(
        [
            EntryTag(owner=owner, entry_id=entry, tag_id=tag)
            for entry, (tags, _people) in links.items()
            for tag in tags
        ],
        ignore_conflicts=True,
    )
    EntryPerson.objects.bulk_create(
        [
            EntryPerson(owner=owner, entry_id=entry, person_id=person)
            for entry, (_tags, people) in links.items()
            for person in people
        ],
        ignore_conflicts=True,
    )
    Unsettled.objects.bulk_create(
        [Unsettled(owner=owner, entry_id=entry) for entry in links], ignore_conflicts=True
    )


def put_back(owner: User, entry: Entry, was: dict[str, Any], now: datetime) -> None:
    """Let an entry be again what it was before an import changed it.

    What it says now is kept among its earlier texts. Tags, people and a notebook that are gone
    meanwhile stay gone.
    """
    former = Revision.objects.for_user(owner).filter(entry=entry, version=was["version"]).first()
    if former is not None:
        drafting.keep(entry)
    put_text(entry, *((former.title, former.body) if former else (entry.title, entry.body)))
    for name in FACTS:
        of: Any = Entry._meta.get_field(name.removesuffix("_id"))
        setattr(entry, name, of.to_python(was[name]))
    entry.notebook_id = next(iter(_still(Notebook, owner, [was["notebook_id"]])), None)
    entry.saved_at = now
    entry.save(force_update=True)
    tags, people = _still(Tag, owner, was["tags"]), _still(Person, owner, was["people"])
    link(owner, {entry.pk: (tags, people)})
    for file in Attachment.objects.for_user(owner).kept().filter(pk__in=was["files"]):
        uploads.remove(file, now)
    standing = standings(owner, [entry.pk])[entry.pk]
    Brought.objects.for_user(owner).filter(pk=was["brought"]).update(
        fingerprint=was["fingerprint"], rest=was["rest"], standing=standing
    )
    # An import before this one finds it as it left it.
    Outcome.objects.for_user(owner).filter(entry=entry, standing=was["standing"]).update(
        standing=standing
    )


def _still(model: Any, owner: User, pks: Collection[str | None]) -> list[UUID]:
    rows = model.objects.for_user(owner).filter(pk__in=[pk for pk in pks if pk])
    return list(rows.values_list("pk", flat=True))


def _sha256(media: Media, package: Package) -> str:
    if media.content:
        return hashlib.sha256(media.content).hexdigest()
    try:
        with taken_out(package, media.member) as file:
            return hashlib.file_digest(cast(Any, file), "sha256").hexdigest()
    except Refused:
        return ""  # it is told when it cannot be attached
