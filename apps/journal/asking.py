"""What a search asks of the database, in statements that all searches of a shape share.

Which words, days and names are looked for changes nothing but the values of a statement; its SQL
hangs on the kinds of condition alone. Writing that SQL takes the ORM longer than PostgreSQL takes
to answer it, so that it is kept for each shape (docs/adr/0011).
"""

from collections.abc import Callable, Sequence
from functools import lru_cache, partial
from itertools import count
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.search import SearchQueryField
from django.db.models import (
    BooleanField,
    Count,
    Exists,
    F,
    FloatField,
    Func,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    Window,
)
from django.db.models.functions import Cast, Coalesce

from apps.core.models import NO_ID
from apps.core.periods import FIRST_DAY
from apps.core.statements import Statement
from apps.journal.indexing import owner_token, quoted
from apps.journal.models import (
    Entry,
    EntryCare,
    EntryPerson,
    EntryPromise,
    EntryQuerySet,
    EntryTag,
    EntryWords,
    Notebook,
    Tag,
)

# So many entries are looked through for a word before it is looked up.
LOOKED_THROUGH = 400
MOST_LOOKED_UP = 1_000_000
# Shapes of searches whose statements a process keeps.
MOST_KEPT = 128


class Condition(NamedTuple):
    """Something an entry must fit beside its words, or must not.

    `ask` is one of the functions below, or what is made of them once; it is given the owner and the
    values.
    """

    ask: Callable[..., Q]
    values: tuple[Any, ...] = ()
    negated: bool = False


# Groups that must all be fitted, by one of their conditions: of each how it is asked, how many
# values it takes, and whether it is its opposite.
Shape = tuple[tuple[tuple[Callable[..., Q], int, bool], ...], ...]


class Asking:
    """A search of one person, to be asked for its entries in several ways.

    `words` is what PostgreSQL looks for in the words of an entry, or ""; `groups` what must fit
    beside them.
    """

    def __init__(self, owner: UUID, words: str, groups: Sequence[Sequence[Condition]]) -> None:
        self._shape: Shape = tuple(
            tuple((each.ask, len(each.values), each.negated) for each in group) for group in groups
        )
        values = (value for group in groups for each in group for value in each.values)
        self._values: dict[str, Any] = {"owner": owner}
        if words:
            self._values["words"] = said(owner, words)
        self._values |= {f"value{number}": value for number, value in enumerate(values)}

    def newest(self, after: Entry | None, most: int) -> list[Entry]:
        """The newest that fit and follow `after`, found by going through the journal."""
        return self._statement(_newest, after, most)

    def lately(self, after: Entry | None, most: int) -> list[Entry]:
        """The same among the last LOOKED_THROUGH entries only."""
        return self._statement(_lately, after, most)

    def looked_up(self, after: Entry | None, most: int) -> list[tuple[UUID, int]]:
        """The ids of the same, found by way of the index of words, each with how many fit."""
        return self._statement(_looked_up, after, most)

    def best(self, words: str, most: int) -> list[UUID]:
        """The ids of the newest that fit, those in front in which `words` weigh most."""
        values = self._values | {"weighed": words}
        return _kept(_best, self._shape, tuple(values), most)(**values)

    def count(self, most: int) -> int:
        """How many fit; not more than `most` are counted."""
        is_words_alone = "words" in self._values and not self._shape
        build = _words_alone if is_words_alone else _all
        return _kept(build, self._shape, tuple(self._values), most).count(**self._values)

    def entries(self) -> EntryQuerySet:
        """All that fit, to be asked for in any way."""
        return _fitting(self._shape, self._values)

    def _statement(self, build: Callable[..., Any], after: Entry | None, most: int) -> list[Any]:
        values = self._values
        if after is not None:
            last = {"day": after.local_date, "moment": after.occurred_at, "pk": after.pk}
            values = values | last
        return _kept(build, self._shape, tuple(values), most)(**values)


def rows_of(owner: UUID, pks: Sequence[UUID]) -> list[Entry]:
    """These entries, in this order, as they are shown."""
    by_pk = {entry.pk: entry for entry in _rows_of(owner=owner, pks=pks)} if pks else {}
    return [by_pk[pk] for pk in pks if pk in by_pk]


@Statement
def _rows_of(owner: Any, pks: Any) -> EntryQuerySet:
    return _as_rows(Entry.objects.filter(_IsOneOf(F("pk"), pks), owner=owner))


def said(owner: UUID, words: str) -> str:
    """That words fit, among the entries of one person."""
    return f"{quoted(owner_token(owner))} & ({words})"


@lru_cache(maxsize=MOST_KEPT)
def _kept(
    build: Callable[..., QuerySet[Any, Any]], shape: Shape, names: tuple[str, ...], most: int
) -> Statement[Any]:
    return Statement(partial(build, shape, most), names)


# --- The statements ---------------------------------------------------------------------------


def _newest(shape: Shape, most: int, **given: Any) -> EntryQuerySet:
    return _as_rows(_fitting(shape, given).newest_first())[:most]


def _lately(shape: Shape, most: int, **given: Any) -> EntryQuerySet:
    days = _journal(given).newest_first().values("local_date")
    last = Coalesce(Subquery(days[LOOKED_THROUGH : LOOKED_THROUGH + 1]), FIRST_DAY)
    near = _fitting(shape, given).filter(local_date__gte=last)
    return _as_rows(near.newest_first())[:most]


def _looked_up(shape: Shape, most: int, **given: Any) -> QuerySet[Entry, Any]:
    words = EntryWords.objects.filter(_Says(F("vector"), _query(given["words"])))
    # The limit is a wall: without it the planner may walk through the journal all the same.
    found = words.filter(owner=given["owner"]).values("entry")[:MOST_LOOKED_UP]
    entries = _beside(shape, _journal(given), given).filter(pk__in=found)
    counted = entries.newest_first().annotate(in_all=Window(Count("*")))
    return counted.values_list("pk", "in_all")[:most]


def _best(shape: Shape, most: int, **given: Any) -> QuerySet[Entry, UUID]:
    newest = _fitting(shape, given).newest_first().values("pk")[:most]
    return (
        Entry.objects.filter(owner=given["owner"], pk__in=newest)
        .annotate(rank=_rank(given["weighed"]))
        .order_by("-rank", "-local_date", "-occurred_at", "-id")
        .values_list("pk", flat=True)
    )


def _words_alone(_shape: Shape, most: int, **given: Any) -> QuerySet[EntryWords, Any]:
    trashed = Entry.objects.filter(owner=given["owner"], pk=OuterRef("entry")).trashed().order_by()
    found = EntryWords.objects.filter(_Says(F("vector"), _query(given["words"])), ~Exists(trashed))
    return found.filter(owner=given["owner"]).values("pk")[:most]


def _all(shape: Shape, most: int, **given: Any) -> QuerySet[Entry, Any]:
    return _fitting(shape, given).order_by().values("pk")[:most]


def _journal(given: dict[str, Any]) -> EntryQuerySet:
    """The entries of a person that follow the given one, or all."""
    entries = Entry.objects.filter(owner=given["owner"]).kept()
    if "pk" not in given:
        return entries
    after = Entry(local_date=given["day"], occurred_at=given["moment"], id=given["pk"])
    return entries.before(after)


def _fitting(shape: Shape, given: dict[str, Any]) -> EntryQuerySet:
    entries = _journal(given)
    if "words" in given:
        entries = entries.filter(_Says(F("words__vector"), _query(given["words"])))
    return _beside(shape, entries, given)


def _beside(shape: Shape, entries: EntryQuerySet, given: dict[str, Any]) -> EntryQuerySet:
    """Those that fit what is asked for beside words."""
    numbers = count()
    for group in shape:
        either = Q()
        for ask, values, negated in group:
            fits = ask(given["owner"], *(given[f"value{next(numbers)}"] for _ in range(values)))
            either |= ~fits if negated else fits
        entries = entries.filter(either)
    return entries


def _as_rows(entries: EntryQuerySet) -> EntryQuerySet:
    """What is shown of entries, and the text that excerpts are cut from."""
    return entries.only("owner_id", "title", "body_html", "version", "local_date", "starred")


class _Says(Func):
    """Whether a vector fits a search."""

    template = "%(expressions)s"
    arg_joiner = " @@ "
    output_field = BooleanField()


class _IsOneOf(Func):
    """Whether something is in a list that is one value, whatever its length."""

    template = "%(expressions)s)"
    arg_joiner = " = ANY("
    output_field = BooleanField()


def _query(words: Any) -> Cast:
    return Cast(words, SearchQueryField())


def _rank(words: Any) -> Func:
    """How well a vector fits: often, in the title, and in a text that is not long."""
    return Func(
        F("words__vector"),
        _query(words),
        Value(1),
        function="ts_rank",
        output_field=FloatField(),
    )


# --- Conditions -------------------------------------------------------------------------------


def on_days(_owner: Any, first: Any, last: Any) -> Q:
    """Of these days, both included."""
    return Q(local_date__range=(first, last))


def with_words(owner: Any, words: Any) -> Q:
    """With such words: looked up apart, so that beside OR entries without words stay."""
    there = EntryWords.objects.filter(_Says(F("vector"), _query(words)), owner=owner)
    return Q(Exists(there.filter(entry=OuterRef("pk"))))


def with_tag(owner: Any, key: Any) -> Q:
    """With a tag, by any of its names."""
    tags = Tag.objects.filter(Q(key=key) | Q(aliases__key=key), owner=owner)
    links = EntryTag.objects.filter(owner=owner, tag__in=tags.values("pk"))
    return Q(Exists(links.filter(entry=OuterRef("pk"))))


def about(owner: Any, people: Any) -> Q:
    """About one of these people."""
    links = EntryPerson.objects.filter(_IsOneOf(F("person"), people), owner=owner)
    return Q(Exists(links.filter(entry=OuterRef("pk"))))


def about_promise(owner: Any, promises: Any) -> Q:
    """About one of these promises."""
    links = EntryPromise.objects.filter(_IsOneOf(F("promise"), promises), owner=owner)
    return Q(Exists(links.filter(entry=OuterRef("pk"))))


def about_care(owner: Any, cares: Any) -> Q:
    """About one of these cares."""
    links = EntryCare.objects.filter(_IsOneOf(F("care"), cares), owner=owner)
    return Q(Exists(links.filter(entry=OuterRef("pk"))))


def in_notebook(owner: Any, key: Any) -> Q:
    """In the notebook of this name."""
    return Q(notebook__in=Notebook.objects.filter(owner=owner, key=key).values("pk"))


def in_journal(owner: Any, key: Any) -> Q:
    """In the first notebook, which has no row, or in one of the same name (adr 0010)."""
    return in_notebook(owner, key) | Q(notebook=None)


def nowhere(_owner: Any) -> Q:
    """Nothing: no entry has this id."""
    return Q(pk=NO_ID)


def _on_scale(kind: str, _owner: Any, lowest: Any, highest: Any) -> Q:
    return Q(**{f"{kind}__range": (lowest, highest)})


def _marked(mark: Q, _owner: Any) -> Q:
    return mark


SCALES = {kind: partial(_on_scale, kind) for kind in ("mood", "energy")}
MARKS = {
    ("is", "starred"): partial(_marked, Q(starred=True)),
    ("is", "draft"): partial(_marked, Q(closed_at=None)),
    ("has", "photo"): partial(_marked, Q(attached__has_key="photo")),
    ("has", "audio"): partial(_marked, Q(attached__has_key="audio")),
    ("has", "file"): partial(_marked, Q(attached__has_any_keys=["pdf", "file"])),
}
