"""This or that: which cards of a sort are chosen between, the next two, and what came of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.http import Http404

from apps.accounts.models import User
from apps.cares import deck, pairing
from apps.cares.deck import Card
from apps.cares.fitting import Fit, fit
from apps.cares.models import OwnCard, PairPick, PairRun, SortedCard, ValueSort
from apps.cares.models.sort import LEAST_RANKED_PILE, Pile
from apps.core.shipped import in_language, read_shipped

FEWEST, MOST = 5, 12
# From when on one counts as above the next, and as a little above it.
SETTLED, FAIRLY = 0.7, 0.58
_FILE = Path(__file__).with_name("situations.toml")


class Finished(Exception):
    """The run is finished: no choice can be added or taken back."""


@dataclass(frozen=True)
class Chosen:
    """A card that is chosen between: where it lies in its sort, and the card."""

    pk: UUID
    card: Card


@dataclass(frozen=True)
class Question:
    """Two cards and the situation in which both cannot be had. `number` begins with 1."""

    a: Chosen
    b: Chosen
    situation: str
    key: str
    number: int


@dataclass(frozen=True)
class Placed:
    """A card in the order: its place, strength, width (one standard error), and against the next.

    `settled` is "yes", "fairly" or "open"; "" for the last.
    """

    place: int
    card: Card
    strength: float
    width: float
    settled: str


@dataclass(frozen=True)
class Choices:
    """A run as it stands: its cards, the choices that count, what is asked next."""

    run: PairRun
    cards: Sequence[Chosen]
    picks: Sequence[PairPick]

    @cached_property
    def answers(self) -> dict[frozenset[UUID], UUID | None]:
        """What was chosen of which two; None where nothing was."""
        return {frozenset((it.card_a_id, it.card_b_id)): it.chosen_id for it in self.picks}

    @cached_property
    def mixed(self) -> list[UUID]:
        """The cards in the order in which this run takes them, which tells nothing of theirs."""
        return pairing.shuffled([it.pk for it in self.cards], self.run.pk)

    @property
    def most(self) -> int:
        """How many questions there are at most."""
        is_short = self.run.kind == PairRun.Kind.SHORT
        most = pairing.most_of_short if is_short else pairing.most_of_round
        return most(len(self.cards))

    @cached_property
    def question(self) -> Question | None:
        """What is asked next; None when the order is known."""
        if self.run.kind == PairRun.Kind.SHORT:
            pair = pairing.next_of_short(self.mixed, self.answers)
        else:
            pair = pairing.next_of_round(self.mixed, self.answers, self.run.pk)
        if pair is None:
            return None
        found = {it.pk: it for it in self.cards}
        number = len(self.picks)
        keys = pairing.shuffled(list(situations()), f"situations {self.run.pk}")
        key = keys[number % len(keys)]
        return Question(found[pair[0]], found[pair[1]], situation(key), key, number + 1)

    @property
    def pair(self) -> list[Chosen]:
        """The two that are asked about."""
        return [self.question.a, self.question.b] if self.question else []

    @property
    def last(self) -> PairPick | None:
        """The choice that was made last."""
        return self.picks[-1] if self.picks else None

    @cached_property
    def _fit(self) -> Fit:
        at = {it.pk: number for number, it in enumerate(self.cards)}
        results = [(at[it.card_a_id], at[it.card_b_id], _share(it)) for it in self.picks]
        return fit(len(self.cards), results)

    @cached_property
    def order(self) -> list[Placed]:
        """The cards by strength, the strongest first."""
        found, order = self._fit, self._fit.order
        words = [*map(_settled, found.certainties()), ""]
        return [
            Placed(
                place, self.cards[i].card, found.strengths[i], found.covariance[i][i] ** 0.5, word
            )
            for place, (i, word) in enumerate(zip(order, words, strict=True), start=1)
        ]

    @cached_property
    def circles(self) -> list[tuple[Card, Card, Card]]:
        """Each three of which every one was chosen over another."""
        found = {it.pk: it.card for it in self.cards}
        order = [it.pk for it in self.cards]
        circles = pairing.circles(order, self.answers)
        return [(found[a], found[b], found[c]) for a, b, c in circles]


@cache
def situations() -> dict[str, dict[str, str]]:
    """Every situation by its key, in each language."""
    return {it["key"]: it["text"] for it in read_shipped(_FILE)["situation"]}


def situation(key: str) -> str:
    """A situation in the language of the page."""
    return in_language(situations().get(key, {}))


def cards_of(sort: ValueSort, owner: User, own: Sequence[OwnCard] | None = None) -> list[Chosen]:
    """The cards of a finished sort that are chosen between: the ten, then the uppermost pile.

    Where those are fewer than five, the pile beneath too. Twelve at the most. `own` are all own
    cards, where they were read already.
    """
    rows = list(SortedCard.objects.for_user(owner).filter(sort=sort, pile__gte=LEAST_RANKED_PILE))
    found = deck.by_id(OwnCard.objects.for_user(owner) if own is None else own)
    rows.sort(key=lambda row: (row.rank is None, row.rank or 0, -row.pile, row.placed_at, row.pk))
    upper = [row for row in rows if row.rank or row.pile == Pile.MOST]
    taken = upper if len(upper) >= FEWEST else rows[:FEWEST]
    return [Chosen(row.pk, found[row.card_id]) for row in taken[:MOST]]


def last_finished(owner: User) -> ValueSort | None:
    """The sort that choices are made from: the one finished last."""
    rows = ValueSort.objects.for_user(owner).filter(thrown_at=None, finished_at__isnull=False)
    return rows.order_by("-finished_at", "-id").first()


def begin(*, owner: User, sort: ValueSort, kind: str, now: datetime) -> PairRun:
    """A new run, with nothing chosen yet."""
    return PairRun.objects.create(owner=owner, sort=sort, kind=kind, begun_on=owner.today(now))


def lay_out(run: PairRun, owner: User, own: Sequence[OwnCard] | None = None) -> Choices:
    """A run as it stands; `own` are all own cards, where they were read already."""
    picks = PairPick.objects.for_user(owner).filter(run=run, taken_back_at=None)
    return Choices(run, cards_of(run.sort, owner, own), list(picks.order_by("decided_at", "id")))


@transaction.atomic
def choose(
    *, owner: User, run_id: UUID, pair: tuple[UUID, UUID], chosen: UUID | None, now: datetime
) -> bool:
    """Answer the open question. False for any other: it was answered elsewhere, or never asked.

    Raises Finished.
    """
    run = _held(owner, run_id)
    question = lay_out(run, owner).question
    if question is None or {question.a.pk, question.b.pk} != set(pair):
        return False
    if chosen is not None and chosen not in pair:
        return False
    PairPick.objects.create(
        owner=owner,
        run=run,
        card_a_id=question.a.pk,
        card_b_id=question.b.pk,
        chosen_id=chosen,
        situation=question.key,
        decided_at=now,
    )
    return True


@transaction.atomic
def take_back(*, owner: User, run_id: UUID, pick_id: UUID, now: datetime) -> None:
    """Take the last choice back, if it is this one still. Raises Finished."""
    run = _held(owner, run_id)
    picks = lay_out(run, owner).picks
    if picks and picks[-1].pk == pick_id:
        last = picks[-1]
        last.taken_back_at = now
        last.save(update_fields=["taken_back_at", "updated_at"])


@transaction.atomic
def finish(*, owner: User, run_id: UUID, now: datetime) -> bool:
    """From now on it stays as it is. False while something is to be asked. Raises Finished."""
    run = _held(owner, run_id)
    if lay_out(run, owner).question is not None:
        return False
    run.finished_at, run.finished_on = now, max(owner.today(now), run.begun_on)
    run.save()
    return True


def _held(owner: User, run_id: UUID) -> PairRun:
    rows = PairRun.objects.for_user(owner).filter(sort__thrown_at=None, pk=run_id)
    run = rows.select_related("sort").select_for_update(of=["self"]).first()
    if run is None:
        raise Http404
    if run.is_finished:
        raise Finished
    return run


def _share(pick: PairPick) -> float:
    if pick.chosen_id is None:
        return 0.5
    return 1.0 if pick.chosen_id == pick.card_a_id else 0.0


def _settled(certainty: float) -> str:
    if certainty >= SETTLED:
        return "yes"
    return "fairly" if certainty >= FAIRLY else "open"
