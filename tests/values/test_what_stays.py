"""What the database keeps of sorts, choices and checks, whoever asks."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from apps.accounts import leaving
from apps.accounts.models import User
from apps.cares import card_sorting, choosing
from apps.cares.models import (
    DomainMark,
    LifeDomain,
    OwnCard,
    PairPick,
    PairRun,
    SortedCard,
    ValueSort,
)
from tests.factories import (
    NOW,
    make_check,
    make_domain,
    make_own_card,
    make_run,
    make_sort,
)


def refused(change: Callable[[], object]) -> None:
    """The database wants none of it."""
    with pytest.raises(IntegrityError):
        settled(change)


@transaction.atomic
def settled(change: Callable[[], object]) -> None:
    """Change it, and ask at once what the database asks at the end of a transaction."""
    change()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_a_finished_sort_stays(alice) -> None:
    sort = make_sort(alice, finished=True)
    rows, cards = ValueSort.objects.filter(pk=sort.pk), SortedCard.objects.filter(sort=sort)
    refused(lambda: rows.update(finished_at=None, finished_on=None))
    refused(lambda: rows.update(subset="all"))
    refused(rows.delete)
    refused(lambda: cards.update(pile=3))
    refused(cards.delete)
    refused(
        lambda: SortedCard.objects.create(
            owner=alice, sort=sort, key="order", pile=1, placed_at=NOW
        )
    )


def test_a_card_does_not_move_into_a_finished_sort_nor_out_of_one(alice) -> None:
    finished, open_ = make_sort(alice, finished=True), make_sort(alice, "order")
    refused(lambda: SortedCard.objects.filter(sort=open_, key="order").update(sort=finished))
    refused(lambda: SortedCard.objects.filter(sort=finished, key="humor").update(sort=open_))


def test_an_own_card_keeps_its_name_in_a_finished_sort(alice) -> None:
    card = make_own_card(alice)
    sort = make_sort(alice, str(card.pk))
    OwnCard.objects.update(name="Handwork")
    card_sorting.fill(owner=alice, sort_id=sort.pk)
    card_sorting.finish(owner=alice, sort_id=sort.pk, now=NOW)
    refused(lambda: OwnCard.objects.update(name="Craft"))
    OwnCard.objects.update(gloss="With both hands.")


@pytest.mark.parametrize(
    "fields",
    [
        {"pile": 5},
        {"rank": 11},
        {"rank": 0},
        {"pile": 2, "rank": 1},
        {"key": ""},
        {"key": "order"},
    ],
    ids=str,
)
def test_a_card_lies_once_on_one_of_five_piles(alice, fields) -> None:
    sort = make_sort(alice, "order", "honesty")
    refused(lambda: SortedCard.objects.filter(sort=sort, key="honesty").update(**fields))


def test_two_cards_never_share_a_place(alice) -> None:
    sort = make_sort(alice)
    refused(lambda: SortedCard.objects.filter(sort=sort, pile=4).update(rank=1))


def test_a_choice_is_written_once_and_taken_back_once(alice) -> None:
    run = make_run(make_sort(alice, finished=True), 2)
    pick = PairPick.objects.order_by("decided_at").first()
    mine = PairPick.objects.filter(pk=pick.pk)
    refused(lambda: mine.update(chosen=None))
    refused(lambda: mine.update(situation="budget"))
    refused(mine.delete)
    mine.update(taken_back_at=NOW)
    refused(lambda: mine.update(taken_back_at=None))
    assert len(choosing.lay_out(run, alice).picks) == 1


def test_a_choice_is_of_two_and_of_these_two(alice) -> None:
    run = make_run(make_sort(alice, finished=True))
    a, b, c = SortedCard.objects.filter(sort=run.sort).order_by("rank")[:3]

    def choose(**over: object) -> PairPick:
        values = {"card_a": a, "card_b": b, "chosen": a, "situation": "tuesday"}
        fixed = {"owner": alice, "run": run, "decided_at": NOW}
        return PairPick.objects.create(**values | fixed | over)

    refused(lambda: choose(card_b=a))
    refused(lambda: choose(chosen=c))
    choose()
    refused(choose)
    refused(lambda: choose(card_a=b, card_b=a))


def test_a_finished_run_stays(alice) -> None:
    run = make_run(make_sort(alice, finished=True), finished=True)
    rows = PairRun.objects.filter(pk=run.pk)
    refused(lambda: rows.update(finished_at=None, finished_on=None))
    refused(rows.delete)
    refused(lambda: PairPick.objects.filter(run=run).update(taken_back_at=NOW))


def test_what_was_thrown_away_goes_after_thirty_days_with_its_choices(alice) -> None:
    sort, kept = make_sort(alice, finished=True), make_sort(alice, finished=True)
    make_run(sort, finished=True)
    make_run(sort, 1)
    card_sorting.throw_away(sort, NOW)
    assert card_sorting.forget_old(NOW + timedelta(days=29)) == 0
    assert card_sorting.forget_old(NOW + timedelta(days=31)) == 1
    assert list(ValueSort.objects.all()) == [kept]
    assert not PairRun.objects.exists()


@pytest.mark.parametrize(
    "fields", [{"matters": 11}, {"lived": 11}, {"matters": None, "lived": None}], ids=str
)
def test_a_mark_says_something_from_0_to_10(alice, fields) -> None:
    make_check(alice, (3, 4))
    refused(lambda: DomainMark.objects.update(**fields))


def test_no_link_crosses_owners(alice, bob) -> None:
    sort, theirs = make_sort(alice), make_sort(bob, finished=True)
    refused(lambda: SortedCard.objects.filter(sort=sort).update(sort=make_sort(bob)))
    own = make_own_card(bob)
    refused(
        lambda: SortedCard.objects.create(
            owner=alice, sort=sort, own_card=own, pile=1, placed_at=NOW
        )
    )
    refused(
        lambda: PairRun.objects.create(owner=alice, sort=theirs, kind="short", begun_on=NOW.date())
    )
    check, domain = make_check(alice, (1, 1)), make_domain(bob)
    refused(
        lambda: DomainMark.objects.create(owner=alice, check_of=check, domain=domain, matters=1)
    )


def test_an_account_that_leaves_takes_all_of_it(alice) -> None:
    own = make_own_card(alice)
    make_run(make_sort(alice, str(own.pk), "order", "humor", "fun", "health", finished=True), 3)
    make_run(make_sort(alice, finished=True), finished=True)
    make_check(alice)
    User.objects.filter(pk=alice.pk).update(deletion_asked_at=NOW)
    leaving.remove(alice)
    for model in (OwnCard, SortedCard, ValueSort, PairRun, PairPick, DomainMark, LifeDomain):
        assert not model.objects.exists()
