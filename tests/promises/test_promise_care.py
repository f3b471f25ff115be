"""Promises and cares: tied from both ends, made for a care, seen by their owner alone."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.cares import joining, letting_go
from apps.promises.models import Promise, PromiseCare
from apps.promises.reading import PAGE
from tests.factories import NOW, make_care, make_person, make_promise
from tests.htmx import one, soup

pytestmark = pytest.mark.django_db


def tie(care, *promises: Promise) -> None:
    for promise in promises:
        PromiseCare.objects.create(owner=care.owner, care=care, promise=promise)


def test_it_is_tied_and_let_go_on_its_page(alice: User, alice_client: Client) -> None:
    care, promise = make_care(alice, label="Ways in"), make_promise(alice, what="A guide")
    url = reverse("promises:promise_cares", args=[promise.pk])
    alice_client.post(url, {"cares": [str(care.pk)]})
    tag = one(soup(alice_client.get(promise.get_absolute_url())), "a.tag.care")
    assert tag["href"] == care.get_absolute_url()
    assert "A guide" in one(soup(alice_client.get(care.get_absolute_url())), "main").get_text()
    assert one(soup(alice_client.get(url)), "[name=cares]").has_attr("checked")
    alice_client.post(url, {})
    assert not PromiseCare.objects.exists()


def test_only_own_cares_are_offered(alice: User, alice_client: Client, bob: User) -> None:
    promise, theirs = make_promise(alice), make_care(bob)
    url = reverse("promises:promise_cares", args=[promise.pk])
    assert "have not written down a care" in alice_client.get(url).content.decode()
    make_care(alice)
    for said in (str(theirs.pk), "x"):
        assert alice_client.post(url, {"cares": [said]}).status_code == 422
    assert not PromiseCare.objects.exists()


def test_a_promise_is_made_for_a_care(alice: User, alice_client: Client, bob: User) -> None:
    care = make_care(alice, label="Ways in")
    begin = soup(alice_client.get(reverse("promises:promise_begin"), {"care": care.pk}))
    way = next(
        a["href"] for a in begin.select("main a[href*='/new/own']") or begin.select("main li a")
    )
    assert way.endswith(f"?care={care.pk}")
    url = reverse("promises:promise_create", args=["ask"])
    page = soup(alice_client.get(url, {"care": care.pk}))
    assert one(page, "[name=care]")["value"] == str(care.pk)
    data = {"what": "The drawings", "new_person": "Felix", "answer_on": "2098-01-01"}
    data |= {"kind": "produce", "care": str(care.pk)}
    alice_client.post(url, data)
    assert PromiseCare.objects.get().promise.what == "The drawings"
    for wrong in (str(make_care(bob).pk), "x"):
        assert alice_client.post(url, data | {"care": wrong}).status_code == 404
        assert alice_client.get(url, {"care": wrong}).status_code == 404
    assert Promise.objects.count() == 1


def test_both_are_kept_in_the_way_to_a_new_promise(alice: User, alice_client: Client) -> None:
    care, person = make_care(alice), make_person(alice)
    query = {"care": care.pk, "person": person.pk}
    page = soup(alice_client.get(reverse("promises:promise_begin"), query))
    links = [a["href"] for a in page.select("main .rows a")]
    assert links
    assert all(link.endswith(f"?person={person.pk}&care={care.pk}") for link in links)


def test_promises_are_chosen_on_a_page_of_the_care(
    alice: User, alice_client: Client, bob: User
) -> None:
    care = make_care(alice)
    tied, other, unseen = (make_promise(alice) for _ in range(3))
    tie(care, tied)
    url = reverse("promises:care_choose", args=[care.pk])
    page = soup(alice_client.get(url))
    assert [box["value"] for box in page.select("[name=promises][checked]")] == [str(tied.pk)]
    tie(care, unseen)
    shown = [str(tied.pk), str(other.pk)]
    chosen = [str(other.pk), str(make_promise(bob).pk), "x"]
    answer = alice_client.post(url, {"shown": shown, "promises": chosen})
    assert answer.headers["Location"] == care.get_absolute_url()
    assert {link.promise for link in PromiseCare.objects.all()} == {other, unseen}


def test_what_was_promised_for_the_old_ones_is_shown_with_the_new(
    alice: User, alice_client: Client
) -> None:
    care, other = make_care(alice), make_care(alice)
    tie(care, make_promise(alice, what="A guide"))
    new = joining.merge(owner=alice, cares=[care.pk, other.pk], said=joining.Said("All"), now=NOW)
    assert "A guide" in alice_client.get(new.get_absolute_url()).content.decode()
    url = reverse("promises:care_promises", args=[new.pk])
    assert "A guide" in alice_client.get(url).content.decode()


def test_all_about_a_care_is_a_page_at_a_time(alice: User, alice_client: Client) -> None:
    care = make_care(alice)
    rows = [make_promise(alice, what=f"Number {number}.") for number in range(PAGE + 1)]
    for number, row in enumerate(rows):
        Promise.objects.filter(pk=row.pk).update(moved_at=NOW - timedelta(hours=number))
    tie(care, *rows)
    hidden = make_promise(alice, what="Out of sight")
    Promise.objects.filter(pk=hidden.pk).update(hidden_at=NOW)
    tie(care, hidden)
    url = reverse("promises:care_promises", args=[care.pk])
    page = soup(alice_client.get(url))
    assert len(page.select(".promise-row")) == PAGE
    assert "Out of sight" not in page.get_text()
    last = soup(alice_client.get(one(page, "a[rel=next]")["href"]))
    assert [row.a.get_text() for row in last.select(".promise-row")] == [f"Number {PAGE}."]


def test_a_care_that_was_let_go_is_not_named(alice: User, alice_client: Client) -> None:
    care, promise = make_care(alice, label="Ways in"), make_promise(alice)
    tie(care, promise)
    letting_go.let_go(owner=alice, care=care.pk, now=NOW)
    assert "Ways in" not in alice_client.get(promise.get_absolute_url()).content.decode()
    alice_client.post(reverse("promises:promise_cares", args=[promise.pk]), {})
    letting_go.take_back(owner=alice, care=care.pk)
    assert "Ways in" in alice_client.get(promise.get_absolute_url()).content.decode()


@pytest.mark.parametrize("name", ["promises:care_promises", "promises:care_choose"])
def test_a_stranger_learns_nothing(name, alice: User, alice_client: Client, bob: User) -> None:
    gone = make_care(alice)
    letting_go.let_go(owner=alice, care=gone.pk, now=NOW)
    for care in (make_care(bob), gone):
        assert alice_client.get(reverse(name, args=[care.pk])).status_code == 404


def test_no_tie_crosses_owners(alice: User, bob: User) -> None:
    def crossing(owner: User, care, promise: Promise) -> None:
        PromiseCare.objects.create(owner=owner, care=care, promise=promise)
        connection.check_constraints()

    def cross(owner: User, care, promise: Promise) -> None:
        with pytest.raises(IntegrityError), transaction.atomic():
            crossing(owner, care, promise)

    cross(alice, make_care(bob), make_promise(alice))
    cross(alice, make_care(alice), make_promise(bob))
    cross(bob, make_care(alice), make_promise(alice))
    care, promise = make_care(alice), make_promise(alice)
    tie(care, promise)
    with pytest.raises(IntegrityError), transaction.atomic():
        tie(care, promise)
