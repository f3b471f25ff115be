"""A card that mattered becomes a care in one's own words."""

import pytest
from django.urls import reverse

from apps.cares.models import Care
from tests.factories import make_own_card, make_sort
from tests.htmx import one, soup


def test_each_of_the_ten_leads_to_a_care(alice, alice_client) -> None:
    card = make_own_card(alice)
    sort = make_sort(alice, str(card.pk), "mastery", finished=True)
    page = soup(alice_client.get(sort.get_absolute_url()))
    links = [link["href"] for link in page.select("ol .acts a")]
    create = reverse("cares:care_create")
    assert links == [f"{create}?card={card.pk}", f"{create}?card=mastery"]
    page = soup(alice_client.get(links[0]))
    assert one(page, "#id_label")["value"] == "Craft"
    assert one(page, "#id_text").get_text().strip() == ""
    assert "for its own sake" in one(page, "blockquote").get_text()
    alice_client.post(
        create, {"text": "That it is well made.", "standing": "held", "label": "Craft"}
    )
    assert Care.objects.get(owner=alice).label == "Craft"


@pytest.mark.parametrize("card", ["", "nothing", "01890a5d-ac96-774b-bcce-b302099a8057"])
def test_a_card_that_is_none_changes_nothing(alice_client, card) -> None:
    page = soup(alice_client.get(reverse("cares:care_create"), {"card": card}))
    assert not page.select("blockquote")


def test_a_card_of_somebody_else_says_nothing(alice, bob_client) -> None:
    card = make_own_card(alice)
    answer = bob_client.get(reverse("cares:care_create"), {"card": card.pk})
    assert "Craft" not in answer.content.decode()


def test_the_cares_lead_to_the_three_ways(alice_client) -> None:
    page = soup(alice_client.get(reverse("cares:care_list")))
    ways = [link["href"] for link in one(page, "aside").select("a")]
    assert ways == [reverse(f"values:{name}_list") for name in ("sort", "run", "check")]
