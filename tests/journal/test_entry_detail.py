"""One entry, to read."""

from datetime import UTC, date, datetime

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from apps.journal.models import Entry
from tests.factories import NOW, make_entry
from tests.htmx import one, soup

ENGLISH = {"Accept-Language": "en-GB"}


def shown(client, entry) -> BeautifulSoup:
    return soup(client.get(entry.get_absolute_url(), headers=ENGLISH))


def test_it_shows_the_whole_text(alice_client, alice) -> None:
    body = "# A day\n\nWent *well*.\n\n" + "More words. " * 300
    page = shown(alice_client, make_entry(alice, title="Tuesday", body=body))
    assert one(page, "h1").get_text() == "Tuesday"
    assert one(page, "article .prose em").get_text() == "well"
    assert one(page, "article .prose").get_text().count("More words.") == 300


def test_it_is_named_by_its_day_without_a_title(alice_client, alice) -> None:
    page = shown(alice_client, make_entry(alice))
    assert "20 November 2026" in one(page, "h1").get_text()


def test_the_title_of_the_page_holds_no_words_of_theirs(alice_client, alice) -> None:
    page = shown(alice_client, make_entry(alice, title="Secret plan", body="Secret words"))
    assert "Secret" not in page.title.get_text()


def test_it_counts_words_and_shows_marks(alice_client, alice) -> None:
    page = shown(alice_client, make_entry(alice, body="Three small words.", mood=2, energy=-2))
    foot = one(page, ".entry-foot").get_text()
    assert "3 words" in foot
    assert len(page.select(".entry-foot .feeling")) == 2


def test_a_mood_alone_is_shown_as_what_it_is(alice_client, alice) -> None:
    page = shown(alice_client, make_entry(alice, body="", mood=0))
    assert one(page, ".prose .quiet")


def test_it_links_to_everything_one_can_do(alice_client, alice) -> None:
    entry = make_entry(alice)
    links = {link["href"] for link in shown(alice_client, entry).select("main a[href]")}
    for name in ("entry_edit", "revision_list", "entry_delete"):
        assert reverse(f"journal:{name}", args=[entry.pk]) in links


def test_in_the_trash_it_says_so_and_offers_the_way_back(alice_client, alice) -> None:
    entry = make_entry(alice, trashed_at=NOW)
    page = shown(alice_client, entry)
    forms = {form["action"] for form in page.select("main form")}
    assert reverse("journal:entry_take_back", args=[entry.pk]) in forms
    links = {link["href"] for link in page.select("main a[href]")}
    assert reverse("journal:entry_delete", args=[entry.pk]) not in links


@pytest.mark.parametrize(
    ("instant", "day", "is_shown"),
    [
        (datetime(2026, 11, 20, 9, 5, tzinfo=UTC), date(2026, 11, 20), True),
        (datetime(2026, 11, 21, 1, 5, tzinfo=UTC), date(2026, 11, 20), True),
        (datetime(2026, 11, 22, 9, 5, tzinfo=UTC), date(2026, 11, 20), False),
        (datetime(2026, 11, 19, 9, 5, tzinfo=UTC), date(2026, 11, 20), False),
    ],
    ids=["the-day", "after-midnight", "days-later", "before"],
)
def test_it_shows_the_time_only_where_it_belongs_to_the_day(
    alice_client, alice, instant, day, is_shown
) -> None:
    entry = make_entry(alice, time_zone="UTC", occurred_at=instant, local_date=day)
    assert (entry.wall_time is not None) is is_shown
    assert (
        f"{instant:%H:%M}".lstrip("0")
        in one(shown(alice_client, entry), "header .eyebrow").get_text()
    ) is is_shown


def test_the_time_is_that_of_the_place_it_was_written_in(alice_client, alice) -> None:
    entry = make_entry(alice, time_zone="Asia/Kathmandu", local_date=date(2026, 11, 21))
    alice.time_zone = "America/Anchorage"
    alice.save()
    assert f"{Entry.objects.get(pk=entry.pk).wall_time:%H:%M}" == "00:15"


def test_it_is_not_there_for_a_stranger(bob_client, alice) -> None:
    assert bob_client.get(make_entry(alice).get_absolute_url()).status_code == 404
