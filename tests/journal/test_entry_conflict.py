"""Two texts of one entry: each choice of the page keeps both, one in the entry, one beside it."""

import pytest
from bs4 import BeautifulSoup, Tag
from django.urls import reverse

from apps.core.models import new_id
from apps.journal.models import Entry, Revision
from tests.factories import form_data, make_entry
from tests.htmx import fields, soup

THEIRS = "Monday\nWritten elsewhere.\nTuesday"
MINE = "Monday\nWritten here.\nTuesday\nAnd more."


@pytest.fixture
def conflict(alice_client, alice) -> BeautifulSoup:
    """The page that a save got which came too late."""
    entry = make_entry(alice, title="Theirs", body=THEIRS)
    url = reverse("journal:entry_save", args=[entry.pk])
    response = alice_client.post(
        url, form_data(alice, title="Mine", body=MINE, expected_version="0", mood="1")
    )
    assert response.status_code == 409
    return soup(response)


def choice(page: BeautifulSoup, text: str) -> list[Tag]:
    """The form whose text begins like this."""
    forms = [form for form in page.select("main form") if form.select("textarea[name=body]")]
    found = [form for form in forms if fields(form)["body"].startswith(text)]
    assert found
    return found


def test_nothing_was_written_over(conflict) -> None:
    entry = Entry.objects.get()
    assert (entry.title, entry.body, entry.version) == ("Theirs", THEIRS, 1)
    assert not Revision.objects.exists()


def test_both_titles_and_texts_are_there(conflict) -> None:
    words = conflict.select_one("main").get_text()
    for part in ("Theirs", "Mine", "elsewhere", "here", "And more."):
        assert part in words


def test_both_in_one_has_every_line(alice_client, conflict) -> None:
    form = conflict.select_one("#merged").find_parent("form")
    merged = fields(form)["body"]
    assert merged.splitlines() == [
        "Monday",
        "Written elsewhere.",
        "Written here.",
        "Tuesday",
        "And more.",
    ]
    assert alice_client.post(form["action"], fields(form)).status_code == 302
    assert Entry.objects.get().body == merged
    assert Revision.objects.get().body == THEIRS


def test_mine_replaces_theirs_and_theirs_is_kept(alice_client, conflict) -> None:
    save = reverse("journal:entry_save", args=[Entry.objects.get().pk])
    form = next(
        form
        for form in choice(conflict, MINE)
        if form["action"] == save and fields(form)["body"] == MINE
    )
    assert alice_client.post(form["action"], fields(form)).status_code == 302
    entry = Entry.objects.get()
    assert (entry.title, entry.body, entry.mood) == ("Mine", MINE, 1)
    assert Revision.objects.get().body == THEIRS


def test_theirs_stays_and_mine_is_kept(alice_client, conflict) -> None:
    entry = Entry.objects.get()
    aside = reverse("journal:entry_set_aside", args=[entry.pk])
    form = next(form for form in choice(conflict, MINE) if form["action"] == aside)
    assert alice_client.post(form["action"], fields(form)).status_code == 302
    entry.refresh_from_db()
    assert (entry.title, entry.body) == ("Theirs", THEIRS)
    assert MINE in Revision.objects.values_list("body", flat=True)


def test_a_choice_made_too_late_is_asked_again(alice_client, alice, conflict) -> None:
    """A third page saves while somebody looks at the two texts."""
    save = reverse("journal:entry_save", args=[Entry.objects.get().pk])
    alice_client.post(save, form_data(alice, body="A third.", expected_version="1"))
    for form in choice(conflict, MINE):
        response = alice_client.post(form["action"], fields(form))
        assert response.status_code == 409
    assert Entry.objects.get().body == "A third."


def test_a_choice_sent_twice_is_made_once(alice_client, conflict) -> None:
    form = conflict.select_one("#merged").find_parent("form")
    for _ in range(2):
        assert alice_client.post(form["action"], fields(form)).status_code == 302
    assert Entry.objects.get().version == 2
    assert Revision.objects.count() == 1


def test_what_cannot_be_set_aside_stays_on_the_page(alice_client, alice) -> None:
    entry = make_entry(alice, body=THEIRS)
    aside = reverse("journal:entry_set_aside", args=[entry.pk])
    response = alice_client.post(aside, form_data(alice, body=MINE, local_date="never"))
    assert response.status_code == 422
    assert "And more." in response.content.decode()


@pytest.mark.parametrize("is_saved", [True, False])
def test_a_page_of_somebody_else_is_not_set_aside_here(bob_client, alice, is_saved) -> None:
    """A page that alice left open, sent after bob logged in on the same device."""
    pk = make_entry(alice, body=THEIRS).pk if is_saved else new_id()
    aside = reverse("journal:entry_set_aside", args=[pk])
    response = bob_client.post(aside, form_data(alice, body=MINE, expected_version="1"))
    assert response.status_code == 403
    assert "And more." in response.content.decode()
    assert Entry.objects.count() == int(is_saved)
    assert not Revision.objects.exists()
