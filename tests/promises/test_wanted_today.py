"""Finding what wants something today takes as long however many people others know."""

from datetime import timedelta

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.people.models import Person
from apps.promises import reading
from tests.factories import NOW, make_promise

pytestmark = pytest.mark.django_db


def test_it_reads_nobody_elses_people(alice: User, bob: User) -> None:
    Person.objects.bulk_create(Person(owner=bob, name=f"Somebody {n}") for n in range(400))
    for number in range(40):
        make_promise(alice, due_at=NOW + timedelta(days=number))
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE people_person, promises_promise")
    wanted = reading._wanted._build(owner=alice.pk, ends=NOW + timedelta(days=30), day=NOW.date())
    assert len(wanted) == reading.TODAY_SHOWN
    plan = wanted.explain()
    assert "people_person_pkey" in plan
    assert "Seq Scan on people_person" not in plan
