"""What would become of each entry of another journal, before anything is changed.

The package is read once, piece by piece; of each entry only this is held: where it stands, what it
is called, and what would become of it.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import islice
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.models import new_id
from apps.core.periods import zone
from apps.core.text import clean
from apps.journal.models import Notebook, Tag, TagAlias
from apps.journal.sorting import key_of, people_by_key
from apps.transfer.fitting import beginning, can_be, fingerprint, is_there, key_here, sentences
from apps.transfer.models import Brought, Import, Outcome
from apps.transfer.sources import table
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import PlainEntry, Unreadable
from apps.transfer.sources.recognising import source_of
from apps.transfer.standing import standings

Result = Outcome.Result
AT_ONCE = 500
# How many kinds of unknown fields are told, and how much of their names.
MOST_UNKNOWN, LONGEST_NAME = 100, 100
# What comes of fields that hold what they never should.
UNFIT = (TypeError, ValueError, AttributeError, OverflowError, RecursionError)
# How many of the names that would be made are told.
MOST_NAMES = 60
Item = TypeVar("Item")


class Planned(NamedTuple):
    """What would become of one entry, which it is or will be here, and why."""

    position: int
    key: str
    result: Result
    local_date: date | None = None
    fingerprint: str = ""
    entry: UUID | None = None
    reasons: tuple[str, ...] = ()
    begins: str = ""

    @property
    def comes_in(self) -> bool:
        """Whether it changes anything."""
        return self.result in (Result.CREATED, Result.UPDATED)


@dataclass
class Plan:
    """What would become of a package."""

    planned: list[Planned] = field(default_factory=list)
    # Of what comes in: the names in it by their keys, files, and fields without a place here.
    tags: dict[str, str] = field(default_factory=dict)
    people: dict[str, str] = field(default_factory=dict)
    notebooks: dict[str, str] = field(default_factory=dict)
    unknown: Counter[str] = field(default_factory=Counter)
    attachments: int = 0

    def entries(self) -> dict[str, UUID]:
        """Which entry each key is or will be."""
        return {one.key: one.entry for one in self.planned if one.entry}


def plan(
    row: Import, package: Package, progress: Callable[[int], None] = lambda _read: None
) -> Plan:
    """What would become of every entry. Raises Refused where nothing of it can be read.

    `progress` hears how many entries are read.
    """
    source = source_of(row.source)
    if not source.recognises(package):
        raise Refused(_("This is no journal of %(name)s.") % {"name": source.NAME})
    found = Plan()
    for seen in in_batches(_seen(row, package), AT_ONCE):
        found.planned += _decided(row, found, seen)
        progress(len(found.planned))
    return found


def new_names(owner: User, found: Plan) -> dict[str, Any]:
    """Of the tags, people and notebooks that would be made: how many, and the first of them."""
    here = Tag.objects.for_user(owner).filter(key__in=found.tags)
    aliases = TagAlias.objects.for_user(owner).filter(key__in=found.tags, tag__isnull=False)
    notebooks = Notebook.objects.for_user(owner).filter(key__in=found.notebooks)
    known: dict[str, Collection[str]] = {
        "tags": {*here.values_list("key", flat=True), *aliases.values_list("key", flat=True)},
        "people": people_by_key(owner, found.people.keys()),
        "notebooks": set(notebooks.values_list("key", flat=True)),
    }
    made = {}
    for kind, there in known.items():
        names = [name for key, name in getattr(found, kind).items() if key not in there]
        shown = [" ".join(name.split())[:LONGEST_NAME] for name in names[:MOST_NAMES]]
        made[kind] = {"count": len(names), "names": shown}
    return made


def entries_of(row: Import, package: Package) -> Iterator[PlainEntry | Unreadable]:
    """The entries of a package, and at its end why it was read no further."""
    read = 0
    reading: Callable[..., Iterator[PlainEntry | Unreadable]] = source_of(row.source).read
    if row.source == table.KEY and row.columns:
        reading = partial(reading, columns=table.told(row.columns))
    try:
        for one in reading(package, zone(row.zone)):
            read += 1
            yield one
    except Refused as refused:
        if not read:
            raise
        yield Unreadable("", str(refused))


def outcome(row: Import, one: Planned, **more: Any) -> Outcome:
    """What an import says of one entry; `more` where it is no longer only planned."""
    is_here = one.result != Result.CREATED
    return Outcome(
        **{
            "owner_id": row.owner_id,
            "part_of": row,
            "position": one.position,
            "key": one.key,
            "begins": one.begins,
            "local_date": one.local_date,
            "result": one.result,
            "entry_id": one.entry if is_here else None,
            "reasons": list(one.reasons),
        }
        | more
    )


def in_batches(items: Iterator[Item], most: int) -> Iterator[list[Item]]:
    """So many at a time."""
    while some := list(islice(items, most)):
        yield some


class _Seen(NamedTuple):
    """An entry as it was read, without its words, and what would become of it were it alone."""

    planned: Planned
    tags: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    notebook: str = ""
    unknown: tuple[str, ...] = ()
    files: int = 0


def _seen(row: Import, package: Package) -> Iterator[_Seen]:
    before: dict[str, str] = {}
    for position, one in enumerate(entries_of(row, package), start=1):
        key = key_here(one.key) if one.key else ""
        if isinstance(one, Unreadable):
            yield _failed(position, key, one.reason)
            continue
        try:
            yield _looked_at(position, one, package, before)
        except UNFIT:
            yield _failed(position, key, _("It says what it cannot."))


def _failed(position: int, key: str, reason: str) -> _Seen:
    why = sentences((reason,)) or [_("It could not be read.")]
    return _Seen(Planned(position, key, Result.FAILED, reasons=tuple(why)))


def _looked_at(position: int, one: PlainEntry, package: Package, before: dict[str, str]) -> _Seen:
    key, day, begins = key_here(one.key), one.local_date, beginning(one)
    if not can_be(day):
        return _failed(position, key, _("Its day lies outside of the years a journal here has."))
    if one.in_trash:
        return _skipped(position, key, day, begins, _("It was in the trash there."))
    mark = fingerprint(one, package)
    if before.get(key, mark) != mark:
        # Other words under the same key are somebody's words all the same.
        key = key_here(f"{key} {mark}")
    if key in before:
        return _skipped(position, key, day, begins, _("It is in the file twice."))
    before[key] = mark
    warnings = tuple(sentences(one.warnings))
    return _Seen(
        Planned(position, key, Result.CREATED, day, mark, reasons=warnings, begins=begins),
        tags=tuple(map(clean, one.tags)),
        people=tuple(map(clean, one.people)),
        notebook=clean(one.notebook),
        unknown=tuple(clean(str(name))[:LONGEST_NAME] for name in one.rest),
        files=sum(is_there(media, package) for media in one.media),
    )


def _skipped(position: int, key: str, day: date, begins: str, reason: str) -> _Seen:
    return _Seen(Planned(position, key, Result.SKIPPED, day, reasons=(reason,), begins=begins))


def _decided(row: Import, found: Plan, seen: list[_Seen]) -> Iterator[Planned]:
    """What would become of these, beside what is here; what comes in is noted in the plan."""
    keys = [one.planned.key for one in seen if one.planned.comes_in]
    known = _known(row.owner, row.source, keys)
    for one in seen:
        planned = one.planned
        if planned.comes_in:
            planned = known[planned.key].beside(planned) if planned.key in known else planned
            planned = planned._replace(entry=planned.entry or new_id())
        if planned.comes_in:
            _note(found, one)
        yield planned


def _note(found: Plan, one: _Seen) -> None:
    for names, said in (
        (found.tags, one.tags),
        (found.people, one.people),
        (found.notebooks, (one.notebook,)),
    ):
        for name in said:
            if key := key_of(name):
                names.setdefault(key, name)
    for name in one.unknown:
        if name in found.unknown or len(found.unknown) < MOST_UNKNOWN:
            found.unknown[name] += 1
    found.attachments += one.files


class _Known(NamedTuple):
    """An entry that came in before: what came, and what became of it since."""

    entry: UUID
    fingerprint: str
    is_changed: bool
    is_in_trash: bool

    def beside(self, planned: Planned) -> Planned:
        """What becomes of the entry now that it comes again."""
        if self.is_in_trash:
            why = _("You have put it into the trash here.")
        elif self.fingerprint == planned.fingerprint:
            return planned._replace(result=Result.UNCHANGED, entry=self.entry, reasons=())
        elif self.is_changed:
            why = _("You have changed it here since it came in. Yours was left as it is.")
        else:
            return planned._replace(result=Result.UPDATED, entry=self.entry)
        return planned._replace(result=Result.SKIPPED, entry=self.entry, reasons=(why,))


def _known(owner: User, source: str, keys: Collection[str]) -> dict[str, _Known]:
    rows = list(
        Brought.objects.for_user(owner)
        .filter(source=source, key__in=keys)
        .values_list("key", "entry", "fingerprint", "standing", "entry__trashed_at")
    )
    now = standings(owner, [entry for _key, entry, *_rest in rows])
    return {
        key: _Known(entry, mark, now[entry] != stood, trashed_at is not None)
        for key, entry, mark, stood, trashed_at in rows
    }
