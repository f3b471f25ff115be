"""Many answers at once, and a link that is taken back under way: one word counts, once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connections
from django.test import Client

from apps.accounts.models import User
from apps.promises import inviting
from apps.promises.models import Event, Invitation
from apps.promises.states import Move, State
from apps.promises.views import recipient
from tests.factories import NOW
from tests.promises.guests import Guest, at, make_in, make_link

pytestmark = pytest.mark.django_db(transaction=True)


def test_of_many_answers_at_once_one_counts(alice: User) -> None:
    promise = make_in(alice, State.OFFERED)
    guest = Guest(make_link(promise))
    form = guest.form()

    def send(choice: str) -> int:
        client = Client()
        client.cookies[recipient.COOKIE] = guest.signed
        try:
            return client.post(guest.url, form | {"choice": choice}).status_code
        finally:
            connections.close_all()

    with at(NOW), ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(send, ["accept", "decline"] * 6))
    assert sorted(statuses) == [303] + [409] * 11
    assert Event.objects.filter(move__in=[Move.ACCEPT, Move.DECLINE]).count() == 1


def test_taking_back_and_answering_at_once_end_in_one_of_the_two(alice: User) -> None:
    for _ in range(5):
        promise = make_in(alice, State.OFFERED)
        guest = Guest(make_link(promise))
        form = guest.form() | {"choice": "accept"}
        invitation = Invitation.objects.get(promise=promise)

        def take_back(row: Invitation = invitation) -> int:
            try:
                inviting.revoke(row, NOW)
            finally:
                connections.close_all()
            return 0

        def send(guest: Guest = guest, form: dict[str, str] = form) -> int:
            client = Client()
            client.cookies[recipient.COOKIE] = guest.signed
            try:
                return client.post(guest.url, form).status_code
            finally:
                connections.close_all()

        with at(NOW), ThreadPoolExecutor(2) as pool:
            answers = [pool.submit(send), pool.submit(take_back)]
            status = answers[0].result()
        accepted = Event.objects.filter(promise=promise, move=Move.ACCEPT).count()
        assert (status, accepted) in {(303, 1), (410, 0)}
        assert guest.look().status_code == 410
