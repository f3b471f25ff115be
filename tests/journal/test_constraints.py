"""What the database itself refuses, whoever asks."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction

from apps.journal.models import Entry
from tests.factories import make_entry


@pytest.mark.parametrize(
    "change",
    [
        {"mood": 3},
        {"mood": -3},
        {"energy": 3},
        {"local_date": date(999, 12, 31)},
        {"local_date": date(3000, 1, 1)},
        {"version": 0},
        {"writer_began_at": 9},
        {"body": "changed without a version"},
        {"title": "changed without a version"},
    ],
    ids=lambda change: "-".join(f"{name}" for name in change),
)
def test_it_refuses(alice, change) -> None:
    make_entry(alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.update(**change)


def test_it_refuses_another_owner(alice, bob) -> None:
    make_entry(alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        Entry.objects.update(owner=bob)


def test_it_takes_a_text_with_its_version(alice) -> None:
    make_entry(alice)
    assert Entry.objects.update(body="changed", version=2) == 1
