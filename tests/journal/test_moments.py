"""Instants are shown as the person's own clock has them, whatever the server's says."""

from datetime import UTC, datetime, timedelta

from django.urls import reverse

from apps.journal import drafting
from tests.factories import make_draft, make_entry, make_hand


def test_it_shows_when_a_text_was_saved(alice_client, alice) -> None:
    saved = datetime(2026, 11, 20, 22, 30, tzinfo=UTC)
    entry = make_entry(alice, now=saved)
    drafting.save(
        owner=alice,
        entry_id=entry.pk,
        draft=make_draft(body="Another."),
        hand=make_hand(expected_version=1),
        now=saved + timedelta(hours=1),
    )
    alice.time_zone = "Asia/Kathmandu"
    alice.save()
    page = alice_client.get(
        reverse("journal:revision_list", args=[entry.pk]), headers={"Accept-Language": "en-GB"}
    )
    assert "21 November 2026, 04:15" in page.content.decode()
