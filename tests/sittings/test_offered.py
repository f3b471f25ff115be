"""What pages offer: on Today one quiet line, on the page of sittings a few."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from apps.accounts.models import User
from apps.promises import closing
from apps.promises.models import Promise
from apps.promises.moving import as_owner, turn
from apps.promises.states import Role
from apps.sittings.beginning import begin, let_go
from apps.sittings.models import Sitting
from apps.sittings.offered import line_of, offers_of
from apps.sittings.offering import Why
from apps.sittings.sessions import shipped
from tests.factories import make_entry, make_promise

# A Wednesday in the middle of a month.
NOW = datetime(2026, 11, 18, 9, 0, tzinfo=UTC)
DAY = NOW.date()


def revoked(owner: User, what: str = "Send the plan", now: datetime = NOW) -> Promise:
    promise = make_promise(owner, what=what, now=now - timedelta(days=3))
    with turn(owner.pk, promise.pk, as_owner(promise, Role.PROMISER), now) as it:
        closing.revoke(it, reason="forgot", note="", private_note="", cost="")
    promise.refresh_from_db()
    return promise


def sitting_of(owner: User, key: str = "day-line", **over: Any) -> Sitting:
    return begin(owner=owner, session=shipped()[key], **({"now": NOW} | over))


def test_on_a_plain_day_today_says_nothing(alice) -> None:
    line = line_of(alice, DAY)
    assert (line.left, line.offer) == (None, None)
    assert [it.session.key for it in offers_of(alice, DAY)] == ["day-line"]


def test_after_an_end_it_offers_to_look_back_until_one_did(alice, bob) -> None:
    promise = revoked(alice)
    revoked(bob)
    offer = line_of(alice, DAY).offer
    assert offer.closed.pk == promise.pk
    sitting_of(alice, "after-event-review", promise=promise)
    assert {it.why for it in offers_of(alice, DAY)} == {Why.DAY}


def test_an_end_of_long_ago_is_left_alone(alice) -> None:
    revoked(alice, now=NOW - timedelta(days=8))
    assert line_of(alice, DAY).offer is None


def test_what_was_left_lately_comes_first_and_then_waits(alice, bob) -> None:
    revoked(alice)
    sitting = sitting_of(alice)
    sitting_of(bob)
    left = line_of(alice, DAY).left
    assert (left.pk, left.name, left.on) == (sitting.pk, "Day line", DAY)
    assert line_of(alice, DAY + timedelta(days=6)).left is None
    let_go(sitting, NOW)
    assert line_of(alice, DAY).left is None


def test_a_very_low_day_offers_what_is_for_it(alice, bob) -> None:
    make_entry(bob, mood=-2, local_date=DAY)
    assert line_of(alice, DAY).offer is None
    make_entry(alice, mood=-2, local_date=DAY)
    assert line_of(alice, DAY).offer.why is Why.SORE_DAY


def test_what_was_sat_today_is_not_offered_again(alice) -> None:
    sitting = sitting_of(alice)
    Sitting.objects.filter(pk=sitting.pk).update(state="ended", ended_at=NOW)
    assert offers_of(alice, DAY) == []


def test_it_asks_once_however_much_there_is(alice) -> None:
    line_of(alice, DAY)
    for number in range(4):
        revoked(alice, what=f"Plan {number}")
        Sitting.objects.filter(pk=sitting_of(alice).pk).update(state="ended", ended_at=NOW)
    with CaptureQueriesContext(
        connection,
    ) as asked:
        line_of(alice, DAY)
    # Its cursor is the driver's own, which Django counts as one.
    assert len(asked) <= 1


def test_today_has_one_line_and_the_page_of_sittings_says_why(alice_client, alice) -> None:
    promise = revoked(alice, now=datetime.now(UTC))
    page = alice_client.get(reverse("home:today")).content.decode()
    assert page.count('id="sitting-today"') == 1
    begins = (
        f"{reverse('sittings:sitting_begin', args=['after-event-review'])}?promise={promise.pk}"
    )
    assert begins in page
    assert begins in alice_client.get(reverse("sittings:sitting_list")).content.decode()
    assert begins in alice_client.get(promise.get_absolute_url()).content.decode()


@pytest.mark.parametrize("address", ["home:today", "journal:entry_list", "accounts:settings"])
def test_stuck_is_two_clicks_away(address, alice_client) -> None:
    """One to the sittings, or on a phone to the places; one from there."""
    page = alice_client.get(reverse(address)).content.decode()
    for way in ("sittings:sitting_list", "home:palette"):
        assert f'href="{reverse(way)}"' in page
        following = alice_client.get(reverse(way)).content.decode()
        assert f'href="{reverse("sittings:stuck")}"' in following
    assert alice_client.get(reverse("sittings:stuck")).url == reverse(
        "sittings:sitting_begin", args=["stuck"]
    )
