"""What a beginning may become while somebody types `#` or `@`: their own tags, their own people."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

from django.db.models import Count, Q

from apps.accounts.models import User
from apps.journal.mentions import spelled
from apps.journal.models import Tag
from apps.journal.sorting import key_of
from apps.people.models import Person

MOST = 8


@dataclass(frozen=True)
class Suggestion:
    """A tag or somebody: the name as it is shown, and what the text has to say to mention it."""

    name: str
    text: str


def tags_like(owner: User, said: str) -> list[Suggestion]:
    """The tags of which a word begins like this, those of most entries first; one query."""
    key = key_of(said)
    begins = Q(key__startswith=key)
    tags = Tag.objects.for_user(owner).filter(begins | Q(key__contains=f" {key}"))
    ranked = tags.annotate(used=Count("entry_links"), begins=begins).order_by(
        "-begins", "-used", "key"
    )
    return _first(Suggestion(f"#{tag.name}", spelled("#", tag.name)) for tag in ranked[: 2 * MOST])


def people_like(owner: User, said: str) -> list[Suggestion]:
    """The people in whose name a word begins like this, those of most entries first; one query.

    Somebody is mentioned by their first name alone where nobody else could be meant.
    """
    key = key_of(said)
    people = Person.objects.for_user(owner).annotate(used=Count("entry_links"))
    named = [(key_of(one.name), one) for one in people.only("id", "owner_id", "name")]
    whole = Counter(name for name, _ in named)
    firsts = Counter(name.split(" ")[0] for name, _ in named)
    fit = [
        (not name.startswith(key), -one.used, name, one)
        for name, one in named
        if f" {name}".find(f" {key}") >= 0
    ]
    return _first(
        Suggestion(one.name, _mention(one.name, whole, firsts))
        for *_, one in sorted(fit, key=lambda it: it[:3])
    )


def _mention(name: str, whole: Counter[str], firsts: Counter[str]) -> str:
    first = name.split()[0] if name.split() else ""
    key = key_of(first)
    is_clear = firsts[key] == 1 and whole[key] <= (key == key_of(name))
    return (is_clear and spelled("@", first)) or spelled("@", name)


def _first(found: Iterable[Suggestion]) -> list[Suggestion]:
    """The first MOST of them; what no text can mention is left out."""
    return list(islice((one for one in found if one.text), MOST))
