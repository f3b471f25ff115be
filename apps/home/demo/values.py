"""What matters in the life: two sorts of the cards, choices between the ten, checks of its parts.

Told by the verbs themselves, so that what is finished is truly finished.
"""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from django.utils.translation import override

from apps.cares import card_sorting, checking, choosing
from apps.cares.checking import Said
from apps.cares.domains import Domain
from apps.cares.models import OwnCard, PairRun, ValueSort
from apps.cares.models.sort import Pile
from apps.home.demo import texts
from apps.home.demo.plan import Life

HOUR = time(19, 30)
# A life that is measured or tested with few entries is asked less.
ENTRIES_OF_A_ROUND = 300


def add(life: Life) -> None:
    """All of it that came after the life's first day."""
    words = texts.values()
    own = {
        row["name"]: str(OwnCard.objects.create(owner=life.owner, **row).pk)
        for row in words["own_card"]
    }
    sorts = [_sort(life, told, own) for told in words["sort"] if _is_in(life, told["ago"])]
    if sorts:
        _choose(life, sorts[-1], words["choices"], own)
    _check(life, [told for told in words["check"] if _is_in(life, told["ago"])])


def _sort(life: Life, told: dict[str, Any], own: dict[str, str]) -> ValueSort:
    now = _moment(life, told["ago"])
    sort = card_sorting.begin(owner=life.owner, subset=ValueSort.Subset.FIRST, now=now)
    common: dict[str, Any] = {"owner": life.owner, "sort_id": sort.pk}
    ten = [own.get(name, name) for name in told["ten"]]
    for pile, names in told["piles"].items():
        cards = [own.get(name, name) for name in names]
        card_sorting.place(piles=dict.fromkeys(cards, int(pile)), now=now, **common)
    card_sorting.place(piles=dict.fromkeys(ten, Pile.MOST), now=now, **common)
    for place, card in enumerate(ten, start=1):
        card_sorting.rank(card_id=card, to=place, **common)
    card_sorting.finish(now=now + timedelta(minutes=20), **common)
    sort.refresh_from_db()
    return sort


def _choose(life: Life, sort: ValueSort, told: dict[str, Any], own: dict[str, str]) -> None:
    def pairs(name: str) -> dict[frozenset[str], str]:
        found = [[own.get(card, card) for card in pair] for pair in told[name]]
        return {frozenset(pair): pair[0] for pair in found}

    rather, neither = pairs("rather"), pairs("neither")
    now = _moment(life, told["ago"])
    kind = PairRun.Kind.ROUND if life.entries >= ENTRIES_OF_A_ROUND else PairRun.Kind.SHORT
    run = choosing.begin(owner=life.owner, sort=sort, kind=kind, now=now)
    while question := (found := choosing.lay_out(run, life.owner)).question:
        order = [it.pk for it in found.cards]
        two = {it.card.id: it.pk for it in (question.a, question.b)}
        higher = min(two.values(), key=order.index)
        chosen = two.get(rather.get(frozenset(two), ""), higher)
        now += timedelta(seconds=9)
        choosing.choose(
            owner=life.owner,
            run_id=run.pk,
            pair=(question.a.pk, question.b.pk),
            chosen=None if frozenset(two) in neither else chosen,
            now=now,
        )
    choosing.finish(owner=life.owner, run_id=run.pk, now=now)


def _check(life: Life, checks: list[dict[str, Any]]) -> None:
    with override("en"):
        names = {value: str(Domain(value).label) for told in checks for value in told["marks"]}
    checking.name_domains(owner=life.owner, names=names.values())
    domains = {domain.name: domain for domain in checking.domains_of(life.owner)}
    for told in checks:
        said = {domains[names[value]]: Said(*mark) for value, mark in told["marks"].items()}
        checking.save(owner=life.owner, day=life.today - timedelta(days=told["ago"]), said=said)


def _is_in(life: Life, ago: int) -> bool:
    return life.today - timedelta(days=ago) >= life.begins


def _moment(life: Life, ago: int) -> datetime:
    return datetime.combine(life.today - timedelta(days=ago), HOUR, UTC)
