"""Merges that come at the same moment lose nothing."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection
from django.http import Http404

from apps.people import merging
from apps.people.models import Contact, Person
from tests.factories import NOW, make_contact, make_person, make_user

pytestmark = pytest.mark.django_db(transaction=True)
ROUNDS = 8


def at_once(owner, pairs) -> list[bool]:
    """Merge each pair in the same moment, on connections of their own; which of them could."""
    barrier = threading.Barrier(len(pairs))

    def one(pair) -> bool:
        try:
            barrier.wait()
            merging.merge(owner=owner, kept=pair[0].pk, gone=pair[1].pk, now=NOW)
        except Http404:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(len(pairs)) as pool:
        return list(pool.map(one, pairs))


def test_merges_at_once_lose_nothing() -> None:
    alice = make_user()
    for _round in range(ROUNDS):
        Person.objects.all().delete()
        people = [make_person(alice) for _ in range(4)]
        for person in people:
            make_contact(person)
        ana, ben, cem, dan = people
        done = at_once(alice, [(ana, ben), (ben, ana), (ben, cem), (cem, dan), (ana, dan)])
        assert any(done)
        assert Contact.objects.count() == 4
        assert Person.objects.count() == 4 - sum(done)
        assert not Contact.objects.exclude(person__in=Person.objects.all()).exists()
