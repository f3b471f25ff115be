"""Settling beside saves and other changes: nobody waits for it long, and nobody fails by it."""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from apps.accounts.models import User
from apps.journal import drafting, marking, settling
from apps.journal.drafting import Outcome
from apps.journal.models import Entry, Highlight, Tag, Undoing, Unsettled
from tests.factories import NOW, make_draft, make_entry, make_hand, make_user

pytestmark = pytest.mark.django_db(transaction=True)


def waits_for_a_lock() -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone() != (0,))


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[bool, Any]]:
    """Settles an entry; in the middle of that, does the work as well, and goes on once it waits.

    Gives whether it was settled, and what came of the work.
    """
    begun = threading.Event()
    read = settling.mentions

    def slowly(body: str) -> Any:
        begun.set()
        end = time.monotonic() + 1
        while time.monotonic() < end and not waits_for_a_lock():
            time.sleep(0.01)
        return read(body)

    def run(owner: User, entry: Entry, work: Callable[[], Any]) -> tuple[bool, Any]:
        def settle() -> bool:
            try:
                return settling.try_to_settle(owner, entry.pk)
            finally:
                connection.close()

        def then() -> Any:
            assert begun.wait(10)
            try:
                return work()
            finally:
                connection.close()

        with ThreadPoolExecutor(2) as pool:
            settled, done = pool.submit(settle), pool.submit(then)
            return settled.result(), done.result()

    monkeypatch.setattr(settling, "mentions", slowly)
    return run


def saved(owner: User, body: str) -> Entry:
    entry = make_entry(owner, body=body)
    Unsettled.objects.get_or_create(owner=owner, entry=entry)
    return entry


def test_a_save_is_taken_and_looked_at_later(beside: Callable[..., tuple[bool, Any]]) -> None:
    alice = make_user()
    entry = saved(alice, "About #bread.")

    def save() -> Outcome:
        draft, hand = make_draft(body="About #salt."), make_hand(expected_version=entry.version)
        return drafting.save(
            owner=alice, entry_id=entry.pk, draft=draft, hand=hand, now=NOW
        ).outcome

    assert beside(alice, entry, save) == (True, Outcome.CHANGED)
    assert set(Tag.objects.values_list("name", flat=True)) == {"bread"}
    assert Unsettled.objects.filter(entry=entry).exists()


def test_what_both_want_is_left_to_the_other(beside: Callable[..., tuple[bool, Any]]) -> None:
    """Each would wait for the other: settling gives way, and is done again later."""
    alice = make_user()
    entry = saved(alice, "About *bread* and salt.")
    highlight = marking.mark(alice, entry.pk, "bread", hint=0, note="Because of the smell")
    draft, hand = make_draft(body="More about *bread*."), make_hand(expected_version=entry.version)
    drafting.save(owner=alice, entry_id=entry.pk, draft=draft, hand=hand, now=NOW)
    settled, undoing = beside(alice, entry, lambda: marking.remove(highlight))
    assert not settled
    assert undoing.kind == Undoing.Kind.HIGHLIGHT_REMOVED
    assert not Highlight.objects.exists()
    assert Unsettled.objects.filter(entry=entry).exists()
    assert settling.try_to_settle(alice, entry.pk)
