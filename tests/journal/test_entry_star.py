"""The star: set, taken, and no change of the text."""

from django.urls import reverse

from apps.journal.models import Entry, Revision
from tests.factories import NOW, make_entry
from tests.htmx import one, same, soup


def url(entry: Entry) -> str:
    return reverse("journal:entry_star", args=[entry.pk])


def test_it_sets_and_takes_the_star_by_a_plain_form(alice_client, alice) -> None:
    entry = make_entry(alice)
    for sent, starred in (("yes", True), ("yes", True), ("no", False)):
        response = alice_client.post(url(entry), {"starred": sent})
        assert response.headers["Location"] == entry.get_absolute_url()
        assert Entry.objects.get().starred is starred


def test_it_changes_the_button_as_a_reload_would(htmx_client, alice) -> None:
    entry = make_entry(alice)
    page = htmx_client.page(entry.get_absolute_url())
    response = htmx_client.submit(page, f"#entry-{entry.pk}-star")
    assert response.status_code == 200
    same(page, htmx_client.page(entry.get_absolute_url()))
    button = one(page, f"#entry-{entry.pk}-star button")
    assert button["aria-pressed"] == "true"
    assert button.has_attr("autofocus")


def test_it_goes_back_and_forth(htmx_client, alice) -> None:
    entry = make_entry(alice)
    page = htmx_client.page(entry.get_absolute_url())
    before = one(page, f"#entry-{entry.pk}-star button").get_text()
    htmx_client.submit(page, f"#entry-{entry.pk}-star")
    htmx_client.submit(page, f"#entry-{entry.pk}-star")
    assert one(page, f"#entry-{entry.pk}-star button").get_text() == before


def test_it_changes_nothing_else(alice_client, alice) -> None:
    entry = make_entry(alice)
    before = Entry.objects.values().get()
    alice_client.post(url(entry), {"starred": "yes"})
    assert Entry.objects.values().get() == before | {"starred": True}
    assert not Revision.objects.exists()


def test_the_journal_shows_it_in_words(alice_client, alice) -> None:
    make_entry(alice, starred=True)
    page = soup(alice_client.get(reverse("journal:entry_list")))
    assert one(page, ".entry-row [role=img][aria-label]")["aria-label"]


def test_it_takes_only_forms(alice_client, alice) -> None:
    assert alice_client.get(url(make_entry(alice))).status_code == 405


def test_it_is_not_there_for_a_stranger(bob_client, alice) -> None:
    entry = make_entry(alice)
    assert bob_client.post(url(entry), {"starred": "yes"}).status_code == 404
    assert not Entry.objects.get().starred


def test_it_can_be_set_in_the_trash(alice_client, alice) -> None:
    entry = make_entry(alice, trashed_at=NOW)
    assert alice_client.post(url(entry), {"starred": "yes"}).status_code == 302
    assert Entry.objects.get().starred
