"""Going anywhere by a few letters."""

import pytest
from django.urls import reverse

from apps.home.palette import PAGES, ways_to
from apps.journal import sorting
from apps.journal.indexing import index
from apps.journal.models import SavedSearch
from tests.factories import TODAY, make_entry, make_person
from tests.htmx import one, soup


def names(palette) -> dict[str, list[str]]:
    return {str(kind.name): [str(way.name) for way in kind.ways] for kind in palette.kinds}


def test_before_anything_is_typed_it_offers_pages_and_what_was_written_lately(alice) -> None:
    entries = [make_entry(alice, title=f"Day {number}") for number in range(8)]
    palette = ways_to(alice, "  ", TODAY)
    assert list(names(palette)) == ["Pages"]
    assert [found.entry for found in palette.entries] == entries[:1:-1]
    assert palette.search_url == ""


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("cal", "Calendar"),
        ("TAGS", "Tags"),
        ("time z", "Settings"),
        ("new ent", "Write something new"),
    ],
)
def test_it_finds_pages_by_what_they_are_called_and_what_they_are_for(alice, text, page) -> None:
    assert page in names(ways_to(alice, text, TODAY))["Pages"]


def test_every_page_it_knows_is_there(alice_client) -> None:
    for view, *_ in PAGES:
        assert alice_client.get(reverse(view)).status_code in {200, 302}


def test_it_finds_people_tags_notebooks_and_searches_of_ones_own(alice, bob) -> None:
    make_person(alice, name="Zoë Quintanilla")
    make_person(bob, name="Zoe Stranger")
    for owner in (alice, bob):
        entry = make_entry(owner, title=f"of {owner.name}")
        sorting.pick_tags(owner, entry, ["zoology"])
    sorting.add_notebook(alice, "Zoo")
    SavedSearch.objects.create(owner=alice, name="Zones", query="zone")
    assert names(ways_to(alice, "zo", TODAY)) == {
        "Pages": ["Settings"],
        "People": ["Zoë Quintanilla"],
        "Tags": ["zoology"],
        "Notebooks": ["Zoo"],
        "Searches you keep": ["Zones"],
    }
    assert names(ways_to(alice, "quin zoe", TODAY)) == {"People": ["Zoë Quintanilla"]}


def test_it_finds_entries_as_search_does(alice, bob) -> None:
    mine = make_entry(alice, title="Harbour", body="The lighthouse was dark.")
    index([mine, make_entry(bob, body="A lighthouse too.")])
    palette = ways_to(alice, "lighthouses", TODAY)
    assert [found.entry for found in palette.entries] == [mine]
    assert palette.search_url == "/journal/search/?q=lighthouses"


def test_what_it_cannot_understand_is_no_error(alice_client) -> None:
    for text in ("mood:99", '"', "-", "tag:", "\0", "a" * 5000, "%", "🌊", "before:never"):
        assert alice_client.get("/go/", {"q": text}).status_code == 200


def test_it_says_that_there_is_nothing(alice_client, alice) -> None:
    page = soup(alice_client.get("/go/", {"q": "xyzzy"}))
    assert "Nothing has this name." in one(page, "#palette-found").get_text()


def test_while_typing_it_answers_with_what_was_found_alone(alice_client) -> None:
    headers = {"HX-Request": "true", "HX-Target": "section#palette-found"}
    response = alice_client.get("/go/", {"q": "cal"}, headers=headers)
    assert [tag["id"] for tag in soup(response).find_all("section")] == ["palette-found"]
    assert b"<html" not in response.content


def test_what_was_typed_is_shown_as_text(alice_client) -> None:
    response = alice_client.get("/go/", {"q": "<script>alert(1)</script>"})
    assert b"<script>alert" not in response.content


def test_an_entry_without_a_title_is_told_by_its_first_words(alice_client, alice) -> None:
    make_entry(alice, body="R&D <b> " + "went on and on " * 20)
    make_entry(alice, body="", mood=1)
    page = soup(alice_client.get("/go/"))
    said = [way.span.get_text() for way in page.select("a.way.entry")]
    assert said == ["No text", "R&D <b> " + "went on and on " * 3 + "went on…"]


def test_it_leads_everywhere_before_anything_is_typed(alice_client, alice) -> None:
    """On a phone the settings have no other link."""
    page = soup(alice_client.get("/go/"))
    links = {str(link["href"]) for link in page.select("a.way")}
    rail = page.select("nav.rail a.go:not(.more)")
    assert {reverse("accounts:settings"), reverse("people:person_list")} <= links
    assert reverse("home:palette") in {str(link["href"]) for link in rail}
