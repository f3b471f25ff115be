"""What pages say of figures: sentences, pictures with their tables, and trust for nobody else."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from apps.promises import closing, counting
from apps.promises.figures import Share, figures_of
from apps.promises.models import Promise, PromiseSettings
from apps.promises.moving import as_owner, turn
from apps.promises.states import Role
from apps.promises.trusting import between, trust_of
from tests.factories import NOW, make_person, make_promise, make_promise_draft
from tests.promises.bulk import make_many_promises
from tests.promises.test_figures_fixture import DUE, act, deliver, eight, keep

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
URL = "/promises/figures/"


def text_of(client: Client, url: str = URL) -> str:
    """The words of a page, without line ends."""
    response = client.get(url)
    assert response.status_code == 200
    page = BeautifulSoup(response.content.decode(), "html.parser")
    return " ".join(page.select_one("main").get_text(" ").split())


def test_it_says_the_fixture_in_sentences(alice: User, alice_client: Client) -> None:
    eight(alice)
    words = text_of(alice_client)
    assert "4 of 6 promises kept" in words
    assert "2 of them on time." in words
    assert "All of it is by your report." in words
    assert "They let you off 1 more. 1 was done, and no word came back." in words
    assert "yours was the first word in 2 of 5 cases" in words
    assert "Half of these came 4 days before their day, or earlier." in words
    assert "%" not in words


def test_promises_to_oneself_stand_apart(alice: User, alice_client: Client) -> None:
    eight(alice, side="own")
    rows = counting.rows_of(alice.pk)
    assert figures_of(rows.given).kept == Share(0, 0)
    assert figures_of(rows.own).kept == Share(4, 6)
    assert "4 of 6 promises to yourself kept" in text_of(alice_client)


def test_what_others_promised_is_a_mirror(alice: User, alice_client: Client) -> None:
    eight(alice, side="asked")
    rows = counting.rows_of(alice.pk)
    assert not rows.given
    assert figures_of(rows.asked).kept == Share(4, 6)
    words = text_of(alice_client)
    assert "4 of 6 promises to you kept" in words
    assert "theirs was the first word in 2 of 5 cases" in words


def test_what_was_entered_long_after_is_in_no_figure(alice: User) -> None:
    make_promise(alice, said_at=NOW - 30 * DAY)
    make_promise_draft(alice)
    rows = counting.rows_of(alice.pk)
    assert (rows.given, rows.asked, rows.own) == ([], [], [])


def test_nobody_elses_promises_are_counted(alice: User, bob: User, bob_client: Client) -> None:
    eight(alice)
    assert not counting.rows_of(bob.pk).given
    assert "Nothing to add up yet" in text_of(bob_client)


def test_the_picture_has_a_table_that_says_the_same(alice: User, alice_client: Client) -> None:
    small = make_promise(alice, what="Small", novelty=0, reach=1, stake=0, hands=0)
    large = make_promise(alice, what="Large", novelty=2, reach=3, stake=2, hands=1)
    keep(small, NOW + DAY)
    keep(large, NOW + 5 * DAY)
    page = BeautifulSoup(alice_client.get(URL).content.decode(), "html.parser")
    picture = page.select_one("figure.sizes")
    assert picture.select_one("path.kept")["d"].count("h0") == 2
    assert "size 9, large" in picture.svg["aria-label"]
    rises = page.select("table")[0]
    assert [row.th.get_text() for row in rises.select("tbody tr")] == ["Small", "Large"]
    assert not page.select("main [style]")


def test_it_is_put_away_in_a_season_of_dwelling(alice: User, alice_client: Client) -> None:
    keep(make_promise(alice, novelty=0, reach=1, stake=0, hands=0), NOW + DAY)
    url = reverse("promises:figure_dwell")
    assert alice_client.get(url).status_code == 405
    assert alice_client.post(url, {"dwelling": "yes"}).status_code == 302
    assert PromiseSettings.objects.get().is_dwelling
    page = BeautifulSoup(alice_client.get(URL).content.decode(), "html.parser")
    assert not page.select("figure.sizes")
    alice_client.post(url, {"dwelling": "no"})
    assert BeautifulSoup(alice_client.get(URL).content.decode(), "html.parser").select("figure")


def test_a_long_life_takes_no_more_queries(alice: User, alice_client: Client) -> None:
    eight(alice)
    keep(make_promise(alice, novelty=0, reach=1, stake=0, hands=0), NOW + DAY)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            alice_client.get(URL)
        return len(found)

    few = queries()
    make_many_promises(alice, 60, [make_person(alice), make_person(alice)])
    assert queries() == few <= 8


def test_more_promises_than_are_counted_are_said(alice: User, alice_client, monkeypatch) -> None:
    eight(alice)
    monkeypatch.setattr(counting, "MOST", 5)
    assert "the 5 that moved last are counted" in text_of(alice_client)


# --- Trust ------------------------------------------------------------------------------------


def with_words(alice: User, sharing: str = "between") -> Promise:
    """A promise that was kept, with a word about what it was worth."""
    promise = make_promise(alice, due_at=DUE)
    deliver(promise, DUE - DAY)
    with act(promise, Role.RECIPIENT, DUE) as it:
        worth = closing.Worth(made_possible="I slept again.", took_care="yes", sharing=sharing)
        closing.satisfied(it, worth=worth)
    return promise


def test_the_card_is_four_sentences(alice: User, alice_client: Client) -> None:
    promise = with_words(alice)
    words = text_of(alice_client, promise.person.get_absolute_url())
    assert "You kept 1 of 1 promises to them, 1 of 1 on time." in words
    assert "They accepted 1 of 1 deliveries the first time." in words
    assert "Nothing has got in the way yet." in words
    assert "they said: 1 × yes." in words


@pytest.mark.parametrize(
    ("sharing", "mark"),
    [
        ("between", "between you"),
        ("unnamed", "may be quoted without their name"),
        ("named", "may be quoted with their name"),
    ],
)
def test_their_words_say_how_far_they_may_go(alice, alice_client, sharing, mark) -> None:
    promise = with_words(alice, sharing)
    words = text_of(alice_client, promise.person.get_absolute_url())
    assert "I slept again." in words
    assert mark in words


def test_the_card_is_about_one_person(alice: User) -> None:
    one, other = with_words(alice), make_promise(alice)
    assert trust_of(one.person).given.kept == Share(1, 1)
    assert trust_of(other.person).given.kept == Share(0, 0)
    assert not trust_of(other.person).words
    assert trust_of(make_person(alice)).is_empty


def test_answers_given_and_lapsed_are_told(alice: User) -> None:
    found = trust_of(eight(alice)[0].person)
    assert (found.answers.given, found.answers.lapsed) == (0, 0)
    assert len(found.events) == 3


def test_what_stands_between_them_goes_both_ways(alice: User) -> None:
    ana = make_person(alice)
    for _ in range(7):
        make_promise(alice, person=ana)
    make_promise(alice, person=ana, side="asked")
    make_promise(alice)
    given, asked = between(ana)
    assert (given.count, len(given.rows), asked.count) == (7, 5, 1)


def test_a_person_without_promises_has_no_card(alice: User, alice_client: Client) -> None:
    words = text_of(alice_client, make_person(alice).get_absolute_url())
    assert "What your word has been to them" not in words
    assert "Promises between you" not in words


def test_their_own_word_confirms(alice: User) -> None:
    """What is reported of them is kept; what they say by a link of theirs is confirmed."""
    reported, own = make_promise(alice), make_promise(alice, side="own")
    keep(reported, NOW + DAY)
    with turn(alice.pk, own.pk, as_owner(own, Role.PROMISER), NOW + DAY) as it:
        closing.deliver(it, claims=[{"met": True}, {"met": True}])
    with turn(alice.pk, own.pk, as_owner(own, Role.RECIPIENT), NOW + DAY) as it:
        closing.satisfied(it)
    rows = counting.rows_of(alice.pk)
    assert [row.heard_via for row in rows.given] == ["reported"]
    assert [row.heard_via for row in rows.own] == ["account"]
