"""The gestures of sorting: tags, notebooks, and the people an entry is about.

Each that takes something away gives back what `undo` in `views/sorting.py` needs to bring it back.
"""

from collections.abc import Collection, Iterable
from uuid import UUID

from django.db import transaction

from apps.accounts.models import User
from apps.core.text import fold
from apps.journal.models import Entry, EntryPerson, EntryTag, Notebook, Tag
from apps.journal.models.sorting import NAME_LENGTH
from apps.people.models import Person


def key_of(name: str) -> str:
    """What names have in common that are the same to a person: neither case nor accents count."""
    return fold(" ".join(name.split()))


def tags_named(owner: User, names: Iterable[str]) -> list[Tag]:
    """The person's tags of these names, made where there are none; at most three queries."""
    wanted: dict[str, str] = {}
    for name in names:
        name = " ".join(name.split())[:NAME_LENGTH]
        if key := key_of(name):
            wanted.setdefault(key, name)
    if not wanted:
        return []
    there = {tag.key for tag in Tag.objects.for_user(owner).filter(key__in=wanted)}
    missing = [Tag(owner=owner, name=wanted[key], key=key) for key in wanted if key not in there]
    # Another tab may make the same at the same moment: then theirs is taken.
    Tag.objects.bulk_create(missing, ignore_conflicts=True)
    found = {tag.key: tag for tag in Tag.objects.for_user(owner).filter(key__in=wanted)}
    return [found[key] for key in wanted]


def people_named(owner: User, names: Collection[str]) -> list[Person]:
    """The people on the list whose whole name, or only first name, is one of these.

    A first name that two people share names neither. One query, of names only.
    """
    keys = {key_of(name) for name in names}
    if not keys:
        return []
    by_key: dict[str, list[Person]] = {}
    for person in Person.objects.for_user(owner).only("id", "owner_id", "name"):
        whole = key_of(person.name)
        for key in {whole, whole.split(" ")[0]} & keys:
            by_key.setdefault(key, []).append(person)
    found = []
    for key, sharing in by_key.items():
        exact = [person for person in sharing if key_of(person.name) == key]
        if len(exact or sharing) == 1:
            found.append((exact or sharing)[0])
    return list({person.pk: person for person in found}.values())


@transaction.atomic
def link_typed(entry: Entry, tags: Collection[Tag], people: Collection[Person]) -> None:
    """Let the links that come from the text be exactly these. What was picked stays."""
    _link(EntryTag, entry, "tag_id", {tag.pk for tag in tags})
    _link(EntryPerson, entry, "person_id", {person.pk for person in people})


def _link(
    model: type[EntryTag] | type[EntryPerson], entry: Entry, column: str, wanted: set[UUID]
) -> None:
    links = model.objects.filter(owner=entry.owner_id, entry=entry)
    there = dict(links.values_list(column, "is_typed"))
    gone = [pk for pk, is_typed in there.items() if is_typed and pk not in wanted]
    if gone:
        links.filter(**{f"{column}__in": gone}).delete()
    model.objects.bulk_create(
        [
            model(owner_id=entry.owner_id, entry=entry, is_typed=True, **{column: pk})
            for pk in wanted - there.keys()
        ],
        ignore_conflicts=True,
    )


@transaction.atomic
def pick_tags(entry: Entry, names: Iterable[str]) -> None:
    """Let the picked tags of an entry be exactly these. Those its text names stay as they are."""
    wanted = {tag.pk for tag in tags_named(entry.owner, names)}
    links = EntryTag.objects.for_user(entry.owner).filter(entry=entry)
    links.filter(is_typed=False).exclude(tag__in=wanted).delete()
    EntryTag.objects.bulk_create(
        [EntryTag(owner=entry.owner, entry=entry, tag_id=pk) for pk in wanted],
        ignore_conflicts=True,
    )


def add_notebook(owner: User, name: str) -> Notebook:
    """A new notebook. Raises IntegrityError where there is one of that name."""
    name = " ".join(name.split())
    return Notebook.objects.create(owner=owner, name=name, key=key_of(name))


def rename(row: Tag | Notebook, name: str) -> None:
    """Give it another name. Raises IntegrityError where there is another one of that name."""
    row.name = " ".join(name.split())
    row.key = key_of(row.name)
    row.save(update_fields=["name", "key", "updated_at"])


def move(owner: User, entries: Collection[UUID], notebook: Notebook | None) -> int:
    """Put entries into a notebook, or back into the journal itself. Says how many moved."""
    return Entry.objects.for_user(owner).filter(pk__in=entries).update(notebook=notebook)


@transaction.atomic
def merge_tags(source: Tag, target: Tag) -> None:
    """Let every entry with `source` have `target` instead, and let `source` go."""
    links = EntryTag.objects.filter(owner=source.owner_id, tag=source)
    EntryTag.objects.bulk_create(
        [
            EntryTag(owner_id=source.owner_id, entry_id=pk, tag=target)
            for pk in links.values_list("entry_id", flat=True)
        ],
        ignore_conflicts=True,
    )
    source.delete()
