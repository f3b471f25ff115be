"""Making two people one, with everything that points at them, and taking that back exactly.

Which tables point at people is asked of the models, never listed: apps to the right are not
imported, and what they add is moved without a word from them.
"""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, models, transaction
from django.db.models import Count, Model, Q, Value
from django.http import Http404
from django.utils.text import capfirst

from apps.accounts.models import User
from apps.core.models import Owned
from apps.people.models import Person, PersonMerge

UNDOABLE_FOR = timedelta(days=30)
AT_ONCE = 2_000
# What the kept person gets where their own is empty. Their name and kind stay as they are.
FILLED = (
    "how_known",
    "email",
    "language",
    "time_zone",
    "rhythm_weeks",
    "snoozed_until",
)
# What a pictured reader never has.
OUT_OF_REACH = ("email", "rhythm_weeks", "snoozed_until")
# Of these both texts stay, one below the other.
JOINED = ("notes", "works_well_when", "careful_with")
Moved = dict[str, Any]


class CannotMerge(Exception):
    """These two as one would break a rule of the database. Nothing was changed."""


class TooMuchText(CannotMerge):
    """What is noted about the two has no room in one. Nothing was changed, nothing cut."""


class TooLate(Exception):
    """A merge that can no longer be taken back. Nothing was changed."""


def merge(*, owner: User, kept: UUID, gone: UUID, now: datetime) -> PersonMerge:
    """Move everything of `gone` to `kept`, and let `gone` go.

    Raises Http404 unless both are this owner's people, CannotMerge where a constraint forbids it.
    Where the kept person has the same row already (in the same circle, in the same entry), that
    one stays and the other is remembered. Two merges at once wait for each other.
    """
    if kept == gone:
        raise Http404
    try:
        with transaction.atomic():
            _at_once()
            people = {person.pk: person for person in _locked(owner, [kept, gone])}
            if set(people) != {kept, gone}:
                raise Http404
            data: dict[str, Any] = {"gone": _plain(people[gone])}
            data["moved"] = list(_move_all(people[gone], people[kept]))
            data["former"], data["since"] = _fill(people[kept], people[gone], now)
            Person.objects.for_user(owner).filter(pk=gone).delete()
            return PersonMerge.objects.create(owner=owner, kept_id=kept, merged_at=now, data=data)
    except IntegrityError as error:
        raise CannotMerge from error


def undo(*, owner: User, merge_id: UUID, now: datetime) -> Person:
    """Make two people of one again, as they were; returns the one who comes back.

    What was changed since stays as it is now, what was deleted since stays deleted. Raises Http404
    for a stranger's, TooLate after 30 days, and while a later merge of the same person stands.
    """
    try:
        with transaction.atomic():
            _at_once()
            found = PersonMerge.objects.for_user(owner).filter(pk=merge_id).first()
            if found is None or not _locked(owner, [found.kept_id]):
                raise Http404
            # Only now nobody else can be at it: look again.
            found = PersonMerge.objects.for_user(owner).filter(pk=merge_id).first()
            if found is None:
                raise Http404
            newest = latest_of(owner, found.kept_id, now)
            if newest is None or newest.pk != found.pk:
                raise TooLate
            _insert(Person, found.data["gone"])
            gone = Person.objects.for_user(owner).get(pk=found.data["gone"]["id"])
            for moved in reversed(found.data["moved"]):
                _move_back(owner, moved)
            _empty(owner, found)
            found.delete()
            return gone
    except IntegrityError as error:
        raise TooLate from error


def latest_of(owner: User, kept: UUID, now: datetime) -> PersonMerge | None:
    """The merge of this person that can be taken back: the last one, for 30 days."""
    merges = PersonMerge.objects.for_user(owner).filter(kept=kept, merged_at__gt=now - UNDOABLE_FOR)
    return merges.order_by("-merged_at", "-id").first()


def counts(owner: User, person: Person) -> list[tuple[type[Model], int]]:
    """How many rows of which kind point at this person; one query."""
    parts = []
    sources = [(model, field) for model, field in _pointing(Person) if model is not PersonMerge]
    for number, (model, field) in enumerate(sources):
        rows = model._base_manager.filter(**{"owner": owner.pk, field.attname: person.pk})
        part = rows.order_by().values(source=Value(number)).annotate(rows=Count("pk"))
        parts.append(part.values_list("source", "rows"))
    found = dict(parts[0].union(*parts[1:], all=True)) if parts else {}
    by_model: dict[type[Model], int] = {}
    for number, (model, _field) in enumerate(sources):
        if count := found.get(number):
            by_model[model] = by_model.get(model, 0) + count
    return list(by_model.items())


def forget_old(now: datetime) -> int:
    """What is older than 30 days can no longer be taken back. Says how many went."""
    gone, _each = PersonMerge.objects.filter(merged_at__lte=now - UNDOABLE_FOR).delete()
    return gone


def _at_once() -> None:
    """Let the database say at each statement, not at the end, what its constraints forbid."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def _locked(owner: User, people: Iterable[UUID]) -> list[Person]:
    """These people, each held until the transaction ends; always in one order."""
    rows = Person.objects.for_user(owner).filter(pk__in=list(people))
    return list(rows.order_by("pk").select_for_update())


# Moving


def _pointing(model: type[Model]) -> list[tuple[type[Model], Any]]:
    """Every foreign key that points at this model, hidden ones too, in a stable order."""
    relations: list[Any] = [
        relation
        for relation in model._meta.get_fields(include_hidden=True)
        if (relation.one_to_many or relation.one_to_one)
        and relation.auto_created
        and not relation.concrete
    ]
    found = [(relation.related_model, relation.field) for relation in relations]
    return sorted(found, key=lambda pair: (pair[0]._meta.label, pair[1].name))


def _move_all(gone: Model, kept: Model) -> Iterator[Moved]:
    """Let every row that points at `gone` point at `kept`; what was done, step by step."""
    for model, field in _pointing(type(gone)):
        rows = model._base_manager.filter(**{field.attname: gone.pk})
        for row, twin in _twins(model, field, gone, kept):
            # What hangs on a row that gives way goes over to the one that stays.
            yield from _move_all(row, twin)
            yield {"model": model._meta.label, "removed": _plain(row)}
            model._base_manager.filter(pk=row.pk).delete()
        ids = list(rows.order_by("pk").values_list("pk", flat=True))
        if ids:
            rows.update(**{field.attname: kept.pk})
            yield {
                "model": model._meta.label,
                "field": field.name,
                "ids": [str(pk) for pk in ids],
                "from": str(gone.pk),
                "to": str(kept.pk),
            }


def _twins(
    model: type[Model], field: Any, gone: Model, kept: Model
) -> Iterator[tuple[Model, Model]]:
    """Rows of `gone` that `kept` has already, as the unique constraints see it, each with that."""
    pairs: dict[Any, Any] = {}
    for names, condition in _unique(model):
        if field.name not in names:
            continue
        others = [_field(model, name).attname for name in names if name != field.name]
        theirs, ours = (
            model._base_manager.filter(condition, **{field.attname: person.pk})
            .order_by("pk")
            .values_list("pk", *others)
            for person in (kept, gone)
        )
        held = {tuple(values): pk for pk, *values in theirs if None not in values}
        for pk, *values in ours if held else ():
            if tuple(values) in held:
                pairs.setdefault(pk, held[tuple(values)])
    for row, twin in pairs.items():
        yield model._base_manager.get(pk=row), model._base_manager.get(pk=twin)


def _unique(model: type[Model]) -> Iterator[tuple[tuple[str, ...], Q]]:
    for field in model._meta.concrete_fields:
        if field.unique and not field.primary_key:
            yield (field.name,), Q()
    for names in model._meta.unique_together:
        yield tuple(names), Q()
    for constraint in model._meta.constraints:
        if isinstance(constraint, models.UniqueConstraint) and constraint.fields:
            yield tuple(constraint.fields), constraint.condition or Q()


def _fill(kept: Person, gone: Person, now: datetime) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fill what is empty of the kept person; the fields that changed, before and after."""
    before = _plain(kept)
    if kept.is_pictured and not gone.is_pictured:
        # A far reader turned out to be somebody one has met.
        kept.kind = gone.kind
    for name in FILLED:
        if not getattr(kept, name) and getattr(gone, name):
            setattr(kept, name, getattr(gone, name))
    for name in JOINED:
        setattr(kept, name, _joined(getattr(kept, name), getattr(gone, name)))
    kept.also_called = _names(kept, gone)
    # What has no place of its own is not dropped: it is noted.
    for name in ("name", "how_known", "email"):
        value = getattr(gone, name)
        if value not in {"", getattr(kept, name)} and value not in kept.also_called.split(", "):
            label = capfirst(str(_field(Person, name).verbose_name))
            kept.notes = _joined(kept.notes, f"{label}: {value}")
    if any(len(getattr(kept, name)) > _field(Person, name).max_length for name in JOINED):
        raise TooMuchText
    kept.updated_at = now
    after = _plain(kept)
    changed = [name for name, value in after.items() if before[name] != value]
    Person.objects.filter(owner=kept.owner_id, pk=kept.pk).update(
        **{name: getattr(kept, name) for name in changed}
    )
    return {name: before[name] for name in changed}, {name: after[name] for name in changed}


def _names(kept: Person, gone: Person) -> str:
    """What the two were called beside the name that stays; as many as there is room for."""
    pieces = [
        *kept.also_called.split(","),
        gone.name.replace(",", " "),
        *gone.also_called.split(","),
    ]
    names = dict.fromkeys(" ".join(piece.split()) for piece in pieces)
    joined = kept.also_called
    for name in names:
        longer = f"{joined}, {name}" if joined else name
        there = {kept.name, *(piece.strip() for piece in joined.split(","))}
        if name and name not in there and len(longer) <= _LONGEST_ALSO:
            joined = longer
    return joined


_LONGEST_ALSO = 200


def _joined(kept: str, gone: str) -> str:
    """Both texts, one below the other."""
    if not gone or gone == kept:
        return kept
    return f"{kept}\n\n{gone}" if kept else gone


# Taking back


def _move_back(owner: User, moved: Moved) -> None:
    model = _model(moved["model"])
    if "removed" in moved:
        if _still_leads_somewhere(owner, model, moved["removed"]):
            _insert(model, moved["removed"])
        return
    field: Any = model._meta.get_field(moved["field"])
    ids = moved["ids"]
    targets = field.related_model._base_manager.filter(owner=owner.pk, pk=moved["from"])
    there = targets.exists()
    for begin in range(0, len(ids) if there else 0, AT_ONCE):
        rows = model._base_manager.filter(
            owner=owner.pk,
            pk__in=ids[begin : begin + AT_ONCE],
            **{field.attname: moved["to"]},
        )
        rows.update(**{field.attname: moved["from"]})


def _empty(owner: User, found: PersonMerge) -> None:
    """Give the kept person back what they had, where it is still as the merge has left it."""
    person = Person.objects.for_user(owner).get(pk=found.kept_id)
    now, before, after = _plain(person), found.data["former"], found.data["since"]
    values = {
        name: _value(Person, name, before[name]) for name in before if now[name] == after[name]
    }
    reach = [values.get(name, getattr(person, name)) for name in OUT_OF_REACH]
    if values.get("kind") == Person.Kind.PICTURED and any(reach):
        # By now they have an address or a rhythm of their own: they stay somebody one has met.
        del values["kind"]
    if values:
        Person.objects.filter(owner=owner.pk, pk=person.pk).update(**values)


def _still_leads_somewhere(owner: User, model: type[Model], row: dict[str, Any]) -> bool:
    """Whether all that a removed row points at is still there."""
    for field in model._meta.concrete_fields:
        value = row.get(field.attname)
        if field.remote_field and value is not None:
            target: Any = field.related_model
            name = field.target_field.attname  # type: ignore[attr-defined]
            mine = {"owner": owner.pk} if issubclass(target, Owned) else {}
            if not target._base_manager.filter(**mine, **{name: value}).exists():
                return False
    return True


# Rows as JSON, to the last microsecond


def _plain(row: Model) -> dict[str, Any]:
    return {
        field.attname: None if field.value_from_object(row) is None else field.value_to_string(row)
        for field in row._meta.concrete_fields
        if not field.generated
    }


def _value(model: type[Model], attname: str, value: Any) -> Any:
    field = next(field for field in model._meta.concrete_fields if field.attname == attname)
    return None if value is None else field.to_python(value)


def _insert(model: type[Model], row: dict[str, Any]) -> None:
    """Put a row back as it was, its instants too, which Django would set to now."""
    values = {attname: _value(model, attname, value) for attname, value in row.items()}
    made = model(**values)
    model._base_manager.bulk_create([made])
    key = model._meta.pk.attname
    instants = {
        field.attname: values[field.attname]
        for field in model._meta.concrete_fields
        if getattr(field, "auto_now", False) or getattr(field, "auto_now_add", False)
    }
    if instants:
        rows = model._base_manager.filter(**{"owner": row["owner_id"], key: values[key]})
        rows.update(**instants)


def _field(model: type[Model], name: str) -> Any:
    return model._meta.get_field(name)


def _model(label: str) -> type[Model]:
    return next(model for model in _all_models() if model._meta.label == label)


def _all_models() -> Iterator[type[Model]]:
    seen: list[type[Model]] = []
    waiting: list[type[Model]] = [Person]
    while waiting:
        model = waiting.pop()
        if model not in seen:
            seen.append(model)
            yield model
            waiting += [related for related, _field in _pointing(model)]
