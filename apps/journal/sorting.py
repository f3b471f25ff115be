"""The gestures of sorting: tags, notebooks, and the people an entry is about.

Each that could be regretted gives back an `Undoing`, which `undo` takes back. None of them touches
a text: a tag that was renamed, merged or deleted leaves an alias, which says what `#name` means in
the texts that still say it.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from typing import Any, TypeVar
from uuid import UUID

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from apps.accounts.models import User
from apps.cares.models import Care
from apps.core.statements import KeyedStatement
from apps.core.text import fold
from apps.journal import marking, threads, uploads
from apps.journal.models import (
    Entry,
    EntryCare,
    EntryPerson,
    EntryPromise,
    EntryQuerySet,
    EntryTag,
    Notebook,
    Tag,
    TagAlias,
    Undoing,
    Unsettled,
)
from apps.journal.models.sorting import NAME_LENGTH
from apps.people.models import Person
from apps.promises.models import Promise

Kind = Undoing.Kind
UNDOABLE_FOR = timedelta(days=1)


class NameTaken(Exception):
    """There is another one of that name. Carries it; nothing was changed."""

    def __init__(self, other: Tag | Notebook) -> None:
        super().__init__("the name is taken")
        self.other = other


class TooLate(Exception):
    """What is to be taken back no longer fits what is there now. Nothing was changed."""


def one_line(name: str) -> str:
    """A name as it is kept: without needless space."""
    return " ".join(name.split())[:NAME_LENGTH].strip()


def key_of(name: str) -> str:
    """What names have in common that are the same to a person: neither case nor accents count."""
    return fold(one_line(name))


# Promises and cares

# A promise's page shows as many of the entries about it.
ABOUT_SHOWN = 5


def entries_about(promise: Promise) -> list[Entry]:
    """The newest entries about a promise, as lists show them; one query."""
    return _entries_about(owner=promise.owner_id, promise=promise.pk)


@KeyedStatement
def _entries_about(owner: Any, promise: Any) -> QuerySet[Entry]:
    links = EntryPromise.objects.filter(owner=owner, promise=promise)
    entries = Entry.objects.filter(owner=owner, pk__in=links.values("entry"))
    return entries.kept().as_rows().newest_first()[:ABOUT_SHOWN]


def tie_to_promise(entry: Entry, promise: Promise) -> None:
    """Let an entry be about a promise of the same person; nothing where it is already."""
    row = EntryPromise(owner_id=entry.owner_id, entry=entry, promise=promise)
    EntryPromise.objects.bulk_create([row], ignore_conflicts=True)


@transaction.atomic
def pick_promises(owner: User, entry: Entry, promises: Collection[UUID]) -> None:
    """Let the promises an entry is about be exactly these."""
    links = EntryPromise.objects.for_user(owner).filter(entry=entry)
    links.exclude(promise__in=promises).delete()
    rows = [EntryPromise(owner=owner, entry=entry, promise_id=pk) for pk in promises]
    EntryPromise.objects.bulk_create(rows, ignore_conflicts=True)


def entries_about_cares(owner: UUID, cares: Collection[UUID]) -> EntryQuerySet:
    """The entries about any of these, as of a care and those it came from (cares.reading)."""
    links = EntryCare.objects.filter(owner=owner, care__in=cares)
    return Entry.objects.filter(owner=owner, pk__in=links.values("entry")).kept()


@transaction.atomic
def pick_cares(owner: User, entry: Entry, cares: Collection[UUID]) -> None:
    """Let the cares an entry is about be exactly these; links to those let go of wait for them."""
    links = EntryCare.objects.for_user(owner).filter(entry=entry, care__let_go_at=None)
    links.exclude(care__in=cares).delete()
    rows = [EntryCare(owner=owner, entry=entry, care_id=pk) for pk in cares]
    EntryCare.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def pick_entries_of(
    owner: User, care: Care, offered: Collection[UUID], chosen: Collection[UUID]
) -> None:
    """Of the entries that were offered, let exactly the chosen ones be about this care."""
    links = EntryCare.objects.for_user(owner).filter(care=care, entry__in=offered)
    links.exclude(entry__in=chosen).delete()
    rows = [EntryCare(owner=owner, care=care, entry_id=pk) for pk in chosen]
    EntryCare.objects.bulk_create(rows, ignore_conflicts=True)


# Tags


def tags_named(owner: User, names: Iterable[str], *, typed: bool) -> list[Tag]:
    """The person's tags of these names, made where there are none; at most four queries."""
    return list({tag.pk: tag for tag in tags_by_key(owner, names, typed=typed).values()}.values())


def tags_by_key(owner: User, names: Iterable[str], *, typed: bool) -> dict[str, Tag]:
    """The same, each by the key of the name it was asked for by.

    A name that was typed follows its alias, and may lead nowhere; one that was picked is wanted.
    """
    wanted: dict[str, str] = {}
    for name in names:
        if key := key_of(name):
            wanted.setdefault(key, one_line(name))
    if not wanted:
        return {}
    aliases = {
        alias.key: alias.tag
        for alias in TagAlias.objects.for_user(owner).filter(key__in=wanted).select_related("tag")
    }
    if not typed:
        nowhere = [key for key, tag in aliases.items() if tag is None]
        TagAlias.objects.for_user(owner).filter(key__in=nowhere).delete()
        for key in nowhere:
            del aliases[key]
    direct = [key for key in wanted if key not in aliases]
    there = {tag.key: tag for tag in Tag.objects.for_user(owner).filter(key__in=direct)}
    missing = [Tag(owner=owner, name=wanted[key], key=key) for key in direct if key not in there]
    if missing:
        # Another tab may make the same at the same moment: then that one is taken.
        Tag.objects.bulk_create(missing, ignore_conflicts=True)
        there = {tag.key: tag for tag in Tag.objects.for_user(owner).filter(key__in=direct)}
    found = {key: aliases[key] if key in aliases else there[key] for key in wanted}
    return {key: tag for key, tag in found.items() if tag is not None}


@transaction.atomic
def pick_tags(owner: User, entry: Entry, names: Iterable[str]) -> None:
    """Let the picked tags of an entry be exactly these. Those its text names stay as they are."""
    wanted = {tag.pk for tag in tags_named(owner, names, typed=False)}
    links = EntryTag.objects.for_user(owner).filter(entry=entry)
    links.filter(is_typed=False).exclude(tag__in=wanted).delete()
    _add_links(owner, [(entry.pk, pk, False) for pk in wanted])
    _unsettle(owner, [entry.pk])


@transaction.atomic
def pick_people(owner: User, entry: Entry, people: Collection[UUID]) -> None:
    """Let the picked people of an entry be exactly these. Those its text names stay as they are."""
    links = EntryPerson.objects.for_user(owner).filter(entry=entry)
    links.filter(is_typed=False).exclude(person__in=people).delete()
    rows = [EntryPerson(owner=owner, entry=entry, person_id=pk) for pk in people]
    EntryPerson.objects.bulk_create(rows, ignore_conflicts=True)
    _unsettle(owner, [entry.pk])


@transaction.atomic
def rename_tag(tag: Tag, name: str) -> Undoing:
    """Give a tag another name. Raises NameTaken where there is another one of that name."""
    was = {"tag": str(tag.pk), "name": tag.name}
    _rename(tag, name)
    return Undoing.objects.create(owner=tag.owner, kind=Kind.TAG_RENAMED, data=was)


@transaction.atomic
def merge_tags(source: Tag, target: Tag) -> Undoing:
    """Let every entry with `source` have `target` instead, and let `source` go."""
    links = _links_of(source)
    there = set(EntryTag.objects.filter(tag=target).values_list("entry_id", flat=True))
    added = [(entry, target.pk, typed) for entry, typed in links if entry not in there]
    data = _remembered(source) | {
        "target": str(target.pk),
        "added": [str(entry) for entry, *_ in added],
    }
    _add_links(source.owner, added)
    _unsettle(source.owner, [entry for entry, _ in links])
    TagAlias.objects.filter(tag=source).update(tag=target)
    source.delete()
    TagAlias.objects.create(owner=target.owner, key=source.key, tag=target)
    return Undoing.objects.create(owner=target.owner, kind=Kind.TAG_MERGED, data=data)


@transaction.atomic
def delete_tag(tag: Tag) -> Undoing:
    """Take a tag off every entry. Texts that still name it do not bring it back."""
    data = _remembered(tag)
    _unsettle(tag.owner, [entry for entry, _ in _links_of(tag)])
    TagAlias.objects.filter(tag=tag).update(tag=None)
    tag.delete()
    TagAlias.objects.create(owner=tag.owner, key=tag.key, tag=None)
    return Undoing.objects.create(owner=tag.owner, kind=Kind.TAG_DELETED, data=data)


def _rename(tag: Tag, name: str) -> None:
    key = key_of(name)
    other = Tag.objects.filter(owner=tag.owner_id, key=key).exclude(pk=tag.pk).first()
    if other is not None:
        raise NameTaken(other)
    TagAlias.objects.filter(owner=tag.owner_id, key=key).delete()
    if key != tag.key:
        TagAlias.objects.create(owner=tag.owner, key=tag.key, tag=tag)
    tag.name, tag.key = one_line(name), key
    tag.save(update_fields=["name", "key", "updated_at"])
    _unsettle(tag.owner, [entry for entry, _ in _links_of(tag)])


def _unsettle(owner: User, entries: Iterable[UUID]) -> None:
    """Search knows entries by the names of their tags too: let it look at these again."""
    rows = [Unsettled(owner=owner, entry_id=pk) for pk in entries]
    Unsettled.objects.bulk_create(rows, ignore_conflicts=True, batch_size=2_000)


def _links_of(tag: Tag) -> list[tuple[UUID, bool]]:
    return list(EntryTag.objects.filter(tag=tag).values_list("entry_id", "is_typed"))


def _remembered(tag: Tag) -> dict[str, Any]:
    """All that is needed to bring a tag back."""
    return {
        "tag": str(tag.pk),
        "name": tag.name,
        "key": tag.key,
        "links": [[str(entry), typed] for entry, typed in _links_of(tag)],
        "aliases": list(TagAlias.objects.filter(tag=tag).values_list("key", flat=True)),
    }


def _add_links(owner: User, links: Iterable[tuple[UUID, UUID, bool]]) -> None:
    EntryTag.objects.bulk_create(
        [
            EntryTag(owner=owner, entry_id=entry, tag_id=tag, is_typed=typed)
            for entry, tag, typed in links
        ],
        ignore_conflicts=True,
        batch_size=2_000,
    )


# People, and what a text names


def people_named(owner: User, names: Collection[str]) -> list[Person]:
    """The people on the list who are called one of these.

    A name that two people share in the same way names neither. One query, of names only.
    """
    called = people_by_key(owner, {key_of(name) for name in names}).values()
    return list({people[0].pk: people[0] for people in called if len(people) == 1}.values())


def people_by_key(owner: User, keys: Collection[str]) -> dict[str, list[Person]]:
    """Whom each of these keys of names calls; those that call nobody are left out.

    Their whole name goes before a first name, and that before what else they are called (a name
    they had before two were merged). One query, of names only.
    """
    if not keys:
        return {}
    by_key: dict[str, dict[UUID, tuple[int, Person]]] = {}
    for person in Person.objects.for_user(owner).only("id", "owner_id", "name", "also_called"):
        whole = key_of(person.name)
        also = [key_of(name) for name in person.also_called.split(",")]
        for rank, key in enumerate([whole, whole.split(" ")[0], *also]):
            if key in keys:
                by_key.setdefault(key, {}).setdefault(person.pk, (min(rank, 2), person))
    found = {}
    for key, sharing in by_key.items():
        nearest = min(rank for rank, _person in sharing.values())
        found[key] = [person for rank, person in sharing.values() if rank == nearest]
    return found


@transaction.atomic
def link_typed(entry: Entry, tags: Collection[Tag], people: Collection[Person]) -> None:
    """Let the links that come from the text be exactly these. What was picked stays."""
    _link(EntryTag, entry, "tag_id", {tag.pk for tag in tags})
    _link(EntryPerson, entry, "person_id", {person.pk for person in people})


Link = TypeVar("Link", EntryTag, EntryPerson)


def _link(model: type[Link], entry: Entry, column: str, wanted: set[UUID]) -> None:
    links = model.objects.filter(owner=entry.owner_id, entry=entry)
    there = dict(links.values_list(column, "is_typed"))
    gone = [pk for pk, is_typed in there.items() if is_typed and pk not in wanted]
    if gone:
        links.filter(**{f"{column}__in": gone}).delete()
    new = wanted - there.keys()
    if new:
        rows = [
            model(owner_id=entry.owner_id, entry=entry, is_typed=True, **{column: pk}) for pk in new
        ]
        model.objects.bulk_create(rows, ignore_conflicts=True)


# Notebooks


@transaction.atomic
def add_notebook(owner: User, name: str) -> Notebook:
    """A new notebook. Raises NameTaken where there is one of that name."""
    _refuse_taken(owner, name, None)
    return Notebook.objects.create(owner=owner, name=one_line(name), key=key_of(name))


def notebooks_by_key(owner: User, names: Iterable[str]) -> dict[str, Notebook]:
    """The person's notebooks of these names by their keys, made where there are none."""
    wanted: dict[str, str] = {}
    for name in names:
        if key := key_of(name):
            wanted.setdefault(key, one_line(name))
    mine = Notebook.objects.for_user(owner).filter(key__in=wanted)
    there = set(mine.values_list("key", flat=True))
    missing = [
        Notebook(owner=owner, name=name, key=key)
        for key, name in wanted.items()
        if key not in there
    ]
    Notebook.objects.bulk_create(missing, ignore_conflicts=True)
    return {notebook.key: notebook for notebook in mine.all()}


@transaction.atomic
def rename_notebook(notebook: Notebook, name: str) -> None:
    """Give it another name. Raises NameTaken where there is another one of that name."""
    _refuse_taken(notebook.owner, name, notebook)
    notebook.name, notebook.key = one_line(name), key_of(name)
    notebook.save(update_fields=["name", "key", "updated_at"])


def _refuse_taken(owner: User, name: str, but: Notebook | None) -> None:
    others = Notebook.objects.for_user(owner).filter(key=key_of(name))
    other = others.exclude(pk=but.pk).first() if but else others.first()
    if other is not None:
        raise NameTaken(other)


@transaction.atomic
def delete_notebook(notebook: Notebook) -> Undoing:
    """Let a notebook go. Its entries are in the journal again."""
    entries = Entry.objects.filter(owner=notebook.owner_id, notebook=notebook)
    data = {
        "notebook": str(notebook.pk),
        "name": notebook.name,
        "entries": [str(pk) for pk in entries.values_list("pk", flat=True)],
    }
    notebook.delete()
    return Undoing.objects.create(owner=notebook.owner, kind=Kind.NOTEBOOK_DELETED, data=data)


# Several entries at once


@transaction.atomic
def move_entries(owner: User, entries: Collection[UUID], notebook: Notebook | None) -> Undoing:
    """Put entries into a notebook, or back into the journal itself."""
    rows = Entry.objects.for_user(owner).filter(pk__in=entries).exclude(notebook=notebook)
    was = {str(pk): str(old) if old else None for pk, old in rows.values_list("pk", "notebook_id")}
    Entry.objects.for_user(owner).filter(pk__in=was).update(notebook=notebook)
    return Undoing.objects.create(owner=owner, kind=Kind.ENTRIES_MOVED, data={"was": was})


@transaction.atomic
def tag_entries(owner: User, entries: Collection[UUID], names: Iterable[str]) -> Undoing:
    """Give entries these tags beside those they have."""
    tags = tags_named(owner, names, typed=False)
    rows = Entry.objects.for_user(owner).filter(pk__in=entries).values_list("pk", flat=True)
    there = set(
        EntryTag.objects.for_user(owner)
        .filter(entry__in=entries, tag__in=tags)
        .values_list("entry_id", "tag_id")
    )
    added = [(pk, tag.pk) for pk in rows for tag in tags if (pk, tag.pk) not in there]
    _add_links(owner, [(entry, tag, False) for entry, tag in added])
    _unsettle(owner, {entry for entry, _ in added})
    data = {"added": [[str(entry), str(tag)] for entry, tag in added]}
    return Undoing.objects.create(owner=owner, kind=Kind.ENTRIES_TAGGED, data=data)


@transaction.atomic
def throw_entries_away(owner: User, entries: Collection[UUID], now: datetime) -> Undoing:
    """Put entries into the trash."""
    rows = Entry.objects.for_user(owner).kept().filter(pk__in=entries)
    gone = [str(pk) for pk in rows.values_list("pk", flat=True)]
    Entry.objects.for_user(owner).filter(pk__in=gone).update(trashed_at=now)
    return Undoing.objects.create(owner=owner, kind=Kind.ENTRIES_TRASHED, data={"entries": gone})


# Taking back


@transaction.atomic
def undo(undoing: Undoing) -> None:
    """Take back what was done. Raises TooLate where something else is in its place by now."""
    try:
        with transaction.atomic():
            UNDO[Kind(undoing.kind)](undoing.owner, undoing.data)
    except (IntegrityError, NameTaken, ObjectDoesNotExist) as error:
        raise TooLate from error
    undoing.delete()


def _undo_rename(owner: User, data: dict[str, Any]) -> None:
    tag = Tag.objects.for_user(owner).get(pk=data["tag"])
    left = tag.key
    _rename(tag, data["name"])
    TagAlias.objects.for_user(owner).filter(key=left).delete()


def _undo_delete(owner: User, data: dict[str, Any]) -> None:
    keys = [data["key"], *data["aliases"]]
    TagAlias.objects.for_user(owner).filter(key__in=keys).delete()
    tag = Tag.objects.create(id=data["tag"], owner=owner, name=data["name"], key=data["key"])
    TagAlias.objects.bulk_create(
        [TagAlias(owner=owner, key=key, tag=tag) for key in data["aliases"]]
    )
    still = _still_there(owner, [entry for entry, _ in data["links"]])
    links = [(UUID(entry), tag.pk, typed) for entry, typed in data["links"]]
    _add_links(owner, [link for link in links if link[0] in still])
    _unsettle(owner, still)


def _undo_merge(owner: User, data: dict[str, Any]) -> None:
    _undo_delete(owner, data)
    EntryTag.objects.for_user(owner).filter(tag=data["target"], entry__in=data["added"]).delete()


def _undo_delete_notebook(owner: User, data: dict[str, Any]) -> None:
    notebook = Notebook.objects.create(
        id=data["notebook"], owner=owner, name=data["name"], key=key_of(data["name"])
    )
    Entry.objects.for_user(owner).filter(pk__in=data["entries"], notebook=None).update(
        notebook=notebook
    )


def _undo_move(owner: User, data: dict[str, Any]) -> None:
    notebooks = {str(pk) for pk in Notebook.objects.for_user(owner).values_list("pk", flat=True)}
    by_notebook: dict[str | None, list[str]] = {}
    for entry, notebook in data["was"].items():
        by_notebook.setdefault(notebook if notebook in notebooks else None, []).append(entry)
    for notebook, entries in by_notebook.items():
        Entry.objects.for_user(owner).filter(pk__in=entries).update(notebook=notebook)


def _undo_tagging(owner: User, data: dict[str, Any]) -> None:
    by_tag: dict[UUID, list[UUID]] = {}
    for entry, tag in data["added"]:
        by_tag.setdefault(UUID(tag), []).append(UUID(entry))
    for tag, entries in by_tag.items():
        EntryTag.objects.for_user(owner).filter(tag=tag, entry__in=entries, is_typed=False).delete()
        _unsettle(owner, entries)


def _undo_trash(owner: User, data: dict[str, Any]) -> None:
    Entry.objects.for_user(owner).filter(pk__in=data["entries"]).update(trashed_at=None)


def _undo_removal(owner: User, data: dict[str, Any]) -> None:
    uploads.put_back(owner, UUID(data["attachment"]))


def _still_there(owner: User, entries: Collection[str]) -> set[UUID]:
    return set(Entry.objects.for_user(owner).filter(pk__in=entries).values_list("pk", flat=True))


UNDO: dict[Kind, Callable[[User, dict[str, Any]], None]] = {
    Kind.TAG_RENAMED: _undo_rename,
    Kind.TAG_MERGED: _undo_merge,
    Kind.TAG_DELETED: _undo_delete,
    Kind.NOTEBOOK_DELETED: _undo_delete_notebook,
    Kind.ENTRIES_MOVED: _undo_move,
    Kind.ENTRIES_TAGGED: _undo_tagging,
    Kind.ENTRIES_TRASHED: _undo_trash,
    Kind.ATTACHMENT_REMOVED: _undo_removal,
    Kind.HIGHLIGHT_REMOVED: marking.bring_back,
    Kind.THREAD_HIDDEN: threads.unhide,
}


def forget_old(now: datetime) -> int:
    """What is older than a day can no longer be taken back. Says how many went."""
    gone, _ = Undoing.objects.filter(created_at__lt=now - UNDOABLE_FOR).delete()
    return gone
