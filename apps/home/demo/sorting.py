"""How the life is sorted: tags for its themes, who it is about, a notebook, a template."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import TypeVar

from django.db.models import Model

from apps.home.demo.plan import Life
from apps.home.demo.rows import insert
from apps.journal.indexing import index
from apps.journal.models import (
    Entry,
    EntryPerson,
    EntryTag,
    EntryTemplate,
    Notebook,
    Tag,
)
from apps.journal.sorting import key_of
from apps.people.models import Person

Row = TypeVar("Row", bound=Model)
# Each theme, and the words that make Mira put an entry to it.
THEMES = {
    "ward": r"ward|nurse|shift",
    "talks": r"talk|slides|stage",
    "first page": r"first page|draft",
    "release": r"release|ship",
    "asking": r"question",
    "rest": r"walk|weir|slept|nap",
    "saying no": r"said no|say no",
}
NOTEBOOK, APART = "Talks", r"talk|slides|stage"
TEMPLATE = "Friday, looking back"
BEGINNING = "What was it for?\n\n- Who can do something now?\n- What stays?"
BATCH = 500


def add(life: Life) -> None:
    """Tags, people and a notebook for what is there, and all of it in the search."""
    chance = life.chance("sorting")
    begun = datetime.combine(life.begins, time(18), UTC)

    def made(model: type[Row], **fields: object) -> Row:
        at = {"created_at": begun, "updated_at": begun}
        return model(id=chance.new_id(begun), owner=life.owner, **at, **fields)

    tags = {name: made(Tag, name=name, key=key_of(name)) for name in THEMES}
    insert(Tag, tags.values())
    notebook = made(Notebook, name=NOTEBOOK, key=key_of(NOTEBOOK))
    insert(Notebook, [notebook])
    insert(EntryTemplate, [made(EntryTemplate, name=TEMPLATE, title="", body=BEGINNING)])
    people = {person.name.split()[0]: person for person in Person.objects.for_user(life.owner)}
    apart = []
    tag_links, person_links = [], []
    for entry in _entries(life):
        for name, words in THEMES.items():
            if re.search(rf"\b(?:{words})", entry.body):
                tag_links.append(made(EntryTag, entry=entry, tag=tags[name]))
        said = set(re.findall(r"\b[A-Z]\w+", entry.body))
        for name in sorted(said & people.keys()):
            person_links.append(made(EntryPerson, entry=entry, person=people[name]))
        if re.search(rf"\b(?:{APART})", entry.body) and chance.is_true(0.5):
            apart.append(entry.pk)
    insert(EntryTag, tag_links)
    insert(EntryPerson, person_links)
    Entry.objects.for_user(life.owner).filter(pk__in=apart).update(notebook=notebook)
    _put_into_search(life)


def _entries(life: Life) -> Iterator[Entry]:
    entries = Entry.objects.for_user(life.owner).only("id", "owner_id", "body")
    return entries.order_by("occurred_at", "id").iterator(BATCH)


def _put_into_search(life: Life) -> None:
    batch: list[Entry] = []
    for entry in Entry.objects.for_user(life.owner).order_by("id").iterator(BATCH):
        batch.append(entry)
        if len(batch) == BATCH:
            index(batch)
            batch = []
    index(batch)
