"""Liking a question, setting it aside, letting it rest: beside it, on its page, in the lists."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.prompts import preferring
from apps.prompts.models import Preference, Prompt
from tests.factories import NOW, make_pack
from tests.htmx import one, same, soup

FAVOURITES, ASIDE = reverse("prompts:favourite_list"), reverse("prompts:aside_list")
GESTURES = ["favourite", "aside", "rest"]


@pytest.fixture
def prompt(alice) -> Prompt:
    """A shipped question."""
    return make_pack(None, "What was good?").prompts.get()


def url_of(prompt, gesture: str) -> str:
    return reverse(f"prompts:prompt_{gesture}", args=[prompt.pk])


def rows(client, url: str) -> list[str]:
    return [row.get_text(strip=True) for row in soup(client.get(url)).select(".prompt-row .name")]


def test_liking_it_puts_it_among_the_favourites(alice_client, bob_client, prompt) -> None:
    assert rows(alice_client, FAVOURITES) == []
    for _ in range(2):
        assert alice_client.post(url_of(prompt, "favourite"), {"favourite": "yes"})["Location"] == (
            prompt.get_absolute_url()
        )
        assert rows(alice_client, FAVOURITES) == ["What was good?"]
    assert rows(bob_client, FAVOURITES) == []
    alice_client.post(url_of(prompt, "favourite"), {"favourite": "no"})
    assert rows(alice_client, FAVOURITES) == []


def test_what_is_not_for_somebody_is_set_aside_and_comes_back(alice_client, prompt) -> None:
    alice_client.post(url_of(prompt, "aside"), {"aside": "yes"})
    assert rows(alice_client, ASIDE) == ["What was good?"]
    alice_client.post(url_of(prompt, "aside"), {"aside": "no"})
    assert rows(alice_client, ASIDE) == []


def test_it_rests_for_four_weeks_by_the_persons_own_day(alice_client, alice, prompt) -> None:
    alice_client.post(url_of(prompt, "rest"), {"rest": "yes"})
    until = Preference.objects.get().snoozed_until
    assert until == alice.today(timezone.now()) + timedelta(days=28)
    assert "Rests until" in soup(alice_client.get(ASIDE)).get_text()
    alice_client.post(url_of(prompt, "rest"), {"rest": "no"})
    assert Preference.objects.get().snoozed_until is None


def test_when_its_day_has_come_it_rests_no_more(alice_client, alice, prompt) -> None:
    today = alice.today(timezone.now())
    preference = preferring.rest(alice, prompt, until=today)
    assert not preference.is_resting(today)
    assert preference.is_resting(today - timedelta(days=1))
    assert rows(alice_client, ASIDE) == []


def test_one_likes_it_or_sets_it_aside(alice, prompt) -> None:
    preferring.like(alice, prompt, liked=True)
    aside = preferring.set_aside(alice, prompt, at=NOW)
    assert (aside.favourite, aside.not_for_me_at) == (False, NOW)
    liked = preferring.like(alice, prompt, liked=True)
    assert (liked.favourite, liked.not_for_me_at) == (True, None)
    preferring.set_aside(alice, prompt, at=None)
    assert Preference.objects.get().favourite


@pytest.mark.parametrize("gesture", GESTURES)
@pytest.mark.parametrize("place", ["pack", "prompt"])
def test_pressing_it_in_place_gives_what_a_reload_would(
    htmx_client, prompt, gesture, place
) -> None:
    where = (prompt.pack if place == "pack" else prompt).get_absolute_url()
    page = htmx_client.page(where)
    box = f"#prompt-{prompt.pk}-preference"
    for pressed in ("true", "false"):
        htmx_client.submit(page, f"{box} form[action$='/{gesture}/']")
        button = one(page, f"{box}-{gesture}")
        assert button["aria-pressed"] == pressed
        assert button.has_attr("autofocus")
        del button["autofocus"]
        same(page, htmx_client.page(where), box)


@pytest.mark.parametrize("gesture", GESTURES)
def test_it_is_not_there_for_a_stranger(bob_client, alice, gesture) -> None:
    prompt = make_pack(alice, "Mine?").prompts.get()
    assert bob_client.post(url_of(prompt, gesture), {gesture: "yes"}).status_code == 404
    assert not Preference.objects.exists()


@pytest.mark.parametrize("gesture", GESTURES)
def test_looking_changes_nothing(alice_client, prompt, gesture) -> None:
    assert alice_client.get(url_of(prompt, gesture)).status_code == 405
