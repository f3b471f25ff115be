"""Entries of another journal as they go in: their rows, by the hundred, and then their files."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import DatabaseError, transaction
from django.utils.translation import gettext as _

from apps.core.models import address, new_id
from apps.core.text import clean, count_words, to_plain
from apps.journal import sorting, uploads
from apps.journal.models import Entry, Notebook, Revision, Tag
from apps.journal.models.entry import TITLE_LENGTH
from apps.people.models import Person
from apps.transfer.changing import FACTS, Before, link, put_text
from apps.transfer.files import taken_out
from apps.transfer.fitting import (
    Words,
    as_json,
    in_utc,
    keys_led_to,
    missing,
    on_scale,
    sentences,
    when,
    with_addresses,
    words,
)
from apps.transfer.models import Brought, Import, Outcome
from apps.transfer.planning import UNFIT, Plan, Planned, entries_of, outcome
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import Media, PlainEntry, Unreadable
from apps.transfer.standing import standings

Result = Outcome.Result
# Entries that go in together, and how many letters and bytes they may hold between them.
AT_ONCE = 200
TOGETHER = 8 * 1024**2
TEXT = ("title", "body", "body_html", "opening_html", "is_whole", "word_count", "version")
REWRITTEN = (
    *TEXT,
    *FACTS,
    "saved_at",
    "updated_at",
    "writer",
    "writer_sequence",
    "writer_began_at",
)
Read = PlainEntry | Unreadable


@dataclass
class Coming:
    """An entry on its way in: as it was read, and as it will be here."""

    planned: Planned
    plain: PlainEntry
    entry: Entry
    # Ids of its files by their number; which of them are to be attached; where links in it lead.
    files: dict[int, UUID]
    fresh: set[int]
    addresses: dict[str, UUID]
    # Where its text is too long for an entry: all of it, for a file.
    whole: str = ""
    revisions: list[Revision] = field(default_factory=list)
    tags: set[UUID] = field(default_factory=set)
    people: set[UUID] = field(default_factory=set)
    warnings: list[str] = field(default_factory=list)
    was: dict[str, Any] | None = None

    def words(self) -> Words:
        """Its words as they are here."""
        return words(self.plain, self.places(), self.entry_at)

    def places(self) -> dict[int, str]:
        """The addresses of its files by their number."""
        return {
            number: address("journal:attachment_detail", pk) for number, pk in self.files.items()
        }

    def entry_at(self, key: str) -> str | None:
        """The address of another entry by its key."""
        pk = self.addresses.get(key)
        return address("journal:entry_detail", pk) if pk else None


class Entering:
    """A package on its way into a journal, within one transaction."""

    def __init__(self, row: Import, package: Package, found: Plan, now: datetime) -> None:
        self.row, self.package, self.found, self.now = row, package, found, now
        self.owner = row.owner
        self.results: Counter[str] = Counter(dict.fromkeys(Result.values, 0))
        self.attachments = 0
        self.addresses = found.entries()
        self.tags = sorting.tags_by_key(self.owner, _that_fit(Tag, found.tags), typed=False)
        self.people = self._people()
        self.notebooks = sorting.notebooks_by_key(self.owner, _that_fit(Notebook, found.notebooks))

    def all(self, progress: Callable[[int], None]) -> None:
        """Read the package once more, and let everything become what is planned."""
        read = zip(entries_of(self.row, self.package), self.found.planned, strict=True)
        for some in _together(read):
            self._bring(some)
            progress(some[-1][1].position)

    def _people(self) -> dict[str, Person | None]:
        """Whom each name calls, new where nobody is; None where it calls several."""
        names = self.found.people
        called = sorting.people_by_key(self.owner, names.keys())
        longest = Person._meta.get_field("name").max_length
        new = {
            key: Person(owner=self.owner, name=" ".join(name.split())[:longest])
            for key, name in names.items()
            if key not in called
        }
        Person.objects.bulk_create(new.values())
        return new | {key: who[0] if len(who) == 1 else None for key, who in called.items()}

    # --- Making -------------------------------------------------------------------------------

    def _bring(self, some: list[tuple[Read, Planned]]) -> None:
        changed = [one.entry for _plain, one in some if one.result == Result.UPDATED and one.entry]
        before = Before(self.owner, self.row.source, changed)
        self._look_up(plain for plain, planned in some if planned.comes_in)
        outcomes: list[Outcome] = []
        coming: list[Coming] = []
        for plain, planned in some:
            if isinstance(plain, Unreadable) or not planned.comes_in:
                outcomes.append(outcome(self.row, planned))
                continue
            try:
                coming.append(self._made(plain, planned, before))
            except UNFIT:
                outcomes.append(self._failed(planned, _("It says what it cannot.")))
        came, failed = self._put(coming)
        for one in came:
            self._attach(one)
        outcomes += [*failed, *self._noted(came)]
        Outcome.objects.bulk_create(outcomes)
        self.results.update(one.result for one in outcomes)

    def _failed(self, planned: Planned, reason: str) -> Outcome:
        return outcome(self.row, planned, result=Result.FAILED, entry_id=None, reasons=[reason])

    def _look_up(self, some: Iterable[Read]) -> None:
        """Where links lead that lead to no entry of this package, but to one that came before."""
        keys = {
            key
            for plain in some
            if isinstance(plain, PlainEntry) and isinstance(plain.body, str)
            for key in keys_led_to(plain.body)
            if key not in self.addresses
        }
        if keys:
            rows = Brought.objects.for_user(self.owner).filter(source=self.row.source)
            self.addresses |= dict(rows.filter(key__in=keys).values_list("key", "entry"))

    def _made(self, plain: PlainEntry, planned: Planned, before: Before) -> Coming:
        """The entry as it will be here, with all that belongs to it."""
        old = before.entries.get(planned.entry) if planned.entry else None
        entry = old or Entry(id=planned.entry, owner=self.owner, version=0, closed_at=self.now)
        files, fresh = before.files_of(entry.pk, plain, self.package)
        one = Coming(planned, plain, entry, files, fresh, self.addresses)
        one.warnings += planned.reasons
        if old is not None:
            one.was = before.facts(old)
            entry.writer_began_at, entry.writer_sequence = entry.version, 0
        moment = when(plain, self.row.zone)
        self._write(one, before, moment.at)
        entry.local_date, entry.time_known = plain.local_date, moment.is_known
        entry.occurred_at, entry.time_zone = moment.at, moment.zone
        entry.mood, entry.energy = on_scale(plain.mood), on_scale(plain.energy)
        entry.starred = plain.starred is True
        notebook = self.notebooks.get(sorting.key_of(clean(plain.notebook)))
        entry.notebook_id = notebook.pk if notebook else None
        entry.saved_at = in_utc(plain.modified_at) or (self.now if old else moment.at)
        entry.updated_at, entry.writer = self.now, new_id()
        self._sort(one)
        return one

    def _write(self, one: Coming, before: Before, at: datetime) -> None:
        """Its words, and those it had: here before now, and there before these."""
        plain, entry, said = one.plain, one.entry, one.words()
        one.whole = said.whole
        if one.was and (said.title, said.body) != (entry.title, entry.body):
            self._keep_text(one, entry.title, entry.body, entry.saved_at)
        known = before.texts.get(entry.pk, set()) | (
            {(entry.title, entry.body)} if one.was else set()
        )
        places = one.places()
        for former in plain.former:
            title = " ".join(clean(former.title).split())[:TITLE_LENGTH]
            body = with_addresses(former.body, plain.media, places, one.entry_at)
            if (title, body) not in known:
                known.add((title, body))
                entry.version += 1
                self._keep_text(one, title, body, in_utc(former.saved_at) or at)
        put_text(entry, said.title, said.body)

    def _keep_text(self, one: Coming, title: str, body: str, saved_at: datetime) -> None:
        """Keep a text among the earlier ones, as the version that the entry has now."""
        revision = Revision(
            owner=self.owner,
            entry_id=one.entry.pk,
            version=one.entry.version,
            title=title,
            body=body,
            word_count=count_words(to_plain(body)),
            saved_at=saved_at,
        )
        one.revisions.append(revision)

    def _sort(self, one: Coming) -> None:
        plain = one.plain
        for name in map(clean, plain.tags):
            if tag := self.tags.get(sorting.key_of(name)):
                one.tags.add(tag.pk)
            elif name.strip():
                one.warnings.append(_("“%(name)s” can be no tag here.") % {"name": name[:80]})
        for name in map(clean, plain.people):
            if person := self.people.get(sorting.key_of(name)):
                one.people.add(person.pk)
            elif name.strip():
                one.warnings.append(
                    _("“%(name)s” could be several of your people.") % {"name": name[:80]}
                )
        for number, media in enumerate(plain.media):
            is_told = any(media.name and media.name[:80] in said for said in one.warnings)
            if number not in one.files and not is_told:
                one.warnings.append(missing(media))

    # --- Putting in ---------------------------------------------------------------------------

    def _put(self, coming: list[Coming]) -> tuple[list[Coming], list[Outcome]]:
        """Put them in together; where the database will not have one, each by itself."""
        try:
            with transaction.atomic():
                self._insert(coming)
        except (DatabaseError, ValueError):
            if len(coming) == 1:
                return [], [self._failed(coming[0].planned, _("What it says cannot be."))]
            each = [self._put([one]) for one in coming]
            return (
                [one for came, _failed in each for one in came],
                [one for _came, failed in each for one in failed],
            )
        return coming, []

    def _insert(self, coming: list[Coming]) -> None:
        Entry.objects.bulk_create(one.entry for one in coming if one.was is None)
        # A text that was marked is kept already.
        Revision.objects.bulk_create(
            (row for one in coming for row in one.revisions), ignore_conflicts=True
        )
        changed = [one.entry for one in coming if one.was is not None]
        if changed:
            Entry.objects.bulk_update(changed, REWRITTEN)
        link(self.owner, {one.entry.pk: (one.tags, one.people) for one in coming})

    def _noted(self, came: list[Coming]) -> list[Outcome]:
        """Note what came in and how it stands, so that it is known again."""
        stand = standings(self.owner, [one.entry.pk for one in came])
        Brought.objects.bulk_create(
            [
                Brought(
                    owner=self.owner,
                    entry_id=one.entry.pk,
                    source=self.row.source,
                    key=one.planned.key,
                    fingerprint=one.planned.fingerprint,
                    standing=stand[one.entry.pk],
                    rest=as_json(one.plain.rest),
                )
                for one in came
            ],
            update_conflicts=True,
            unique_fields=["owner", "source", "key"],
            update_fields=["fingerprint", "standing", "rest", "updated_at"],
        )
        return [
            outcome(
                self.row,
                one.planned,
                entry_id=one.entry.pk,
                reasons=sentences(one.warnings),
                standing=stand[one.entry.pk],
                was=one.was,
            )
            for one in came
        ]

    # --- Files --------------------------------------------------------------------------------

    def _attach(self, one: Coming) -> None:
        """Attach its files; in the place of one that is not taken stands that it is missing."""
        lost = [
            number
            for number in sorted(one.fresh)
            if not self._attached(one, one.files[number], one.plain.media[number])
        ]
        for number in lost:
            del one.files[number]
        if lost:
            put_text(one.entry, one.entry.title, one.words().body)
            one.entry.save(update_fields=TEXT)
        if one.whole:
            one.warnings.append(
                _("Its text is longer than an entry can be. All of it is in a file of the entry.")
            )
            whole = Media("", f"{_('text')}.md", content=one.whole.encode())
            self._attached(one, new_id(), whole)

    def _attached(self, one: Coming, pk: UUID, media: Media) -> bool:
        try:
            if media.content:
                self._take(one, pk, media, File(BytesIO(media.content), name="file"))
            else:
                with taken_out(self.package, media.member) as file:
                    self._take(one, pk, media, file)
        except uploads.Refused as refused:
            if refused.reason == "full":
                raise Refused(str(refused)) from refused
            one.warnings.append(str(refused))
        except Refused as refused:
            one.warnings.append(str(refused))
        else:
            return True
        return False

    def _take(self, one: Coming, pk: UUID, media: Media, file: "File[Any]") -> None:
        uploads.attach(
            owner=self.owner,
            entry=one.entry,
            name=media.name,
            content=file,
            attachment_id=pk,
            alt=media.alt,
            now=self.now,
        )
        self.attachments += 1
        if one.was is not None:
            one.was["files"].append(str(pk))


def _together(read: Iterable[tuple[Read, Planned]]) -> Iterator[list[tuple[Read, Planned]]]:
    """As many at a time as are neither too many nor too large."""
    some: list[tuple[Read, Planned]] = []
    size = 0
    for plain, planned in read:
        some.append((plain, planned))
        if isinstance(plain, PlainEntry):
            size += len(str(plain.body)) + sum(len(media.content) for media in plain.media)
        if len(some) == AT_ONCE or size > TOGETHER:
            yield some
            some, size = [], 0
    if some:
        yield some


def _that_fit(model: Any, names: dict[str, str]) -> list[str]:
    """Those of these names whose key is not too long: taking marks apart can make it longer."""
    longest = model._meta.get_field("key").max_length
    return [name for key, name in names.items() if len(key) <= longest]
