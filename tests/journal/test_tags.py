"""The pages of tags, and the page that says what an entry has."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.accounts.models import User
from apps.journal import sorting
from apps.journal.models import Entry, EntryTag, Tag
from apps.journal.settling import settle
from tests.factories import TODAY, make_entry, make_person
from tests.htmx import one, soup

LIST = reverse("journal:tag_list")


def tagged(owner: User, body: str, **over: object) -> Entry:
    entry = make_entry(owner, body=body, **over)
    settle(owner, entry.pk)
    return entry


def address(name: str, tag: Tag) -> str:
    return reverse(f"journal:tag_{name}", args=[tag.pk])


@pytest.fixture
def entry(alice) -> Entry:
    return tagged(alice, "Shipped the #release.")


@pytest.fixture
def tag(entry) -> Tag:
    return Tag.objects.get()


def test_it_lists_tags_by_name_with_how_many_entries_have_them(alice_client, alice, tag) -> None:
    tagged(alice, "#Äpfel and #release")
    trashed = tagged(alice, "#release", trashed_at=None)
    Entry.objects.filter(pk=trashed.pk).update(trashed_at=trashed.saved_at)
    page = soup(alice_client.get(LIST))
    rows = [row.get_text("|", strip=True) for row in page.select("main li a")]
    assert rows == ["Äpfel|1|1 entry", "release|2|2 entries"]


def test_it_says_how_to_make_the_first(alice_client) -> None:
    assert "#release" in soup(alice_client.get(LIST)).get_text()


def test_it_shows_the_entries_of_one_page_by_page(alice_client, alice, tag) -> None:
    for number in range(22):
        tagged(alice, f"Day {number} #release", local_date=TODAY - timedelta(days=number + 1))
    make_entry(alice, body="Something else.")
    page = soup(alice_client.get(tag.get_absolute_url()))
    assert len(page.select(".entry-row")) == 20
    assert "Something else." not in page.get_text()
    following = str(one(page, "#older a")["href"])
    assert following.startswith(tag.get_absolute_url())
    assert len(soup(alice_client.get(following)).select(".entry-row")) == 3


def test_it_renames_and_takes_that_back(alice_client, tag) -> None:
    response = alice_client.post(address("rename", tag), {"name": "#Launch"}, follow=True)
    page = soup(response)
    assert one(page, "h1").get_text() == "Launch"
    button = one(page, "#messages form")
    assert "Undo" in button.get_text()
    alice_client.post(str(button["action"]))
    tag.refresh_from_db()
    assert tag.name == "release"


def test_it_offers_to_merge_where_the_name_is_taken(alice_client, alice, tag) -> None:
    tagged(alice, "#launch")
    other = Tag.objects.get(name="launch")
    response = alice_client.post(address("rename", tag), {"name": "LAUNCH"})
    assert response.status_code == 422
    offered = str(one(soup(response), "form a.btn[href*=merge]")["href"])
    page = soup(alice_client.get(offered))
    assert one(page, "option[selected]")["value"] == str(other.pk)


@pytest.mark.parametrize("name", ["", "  ", "#", "x" * 65])
def test_it_refuses_what_is_no_name(alice_client, tag, name) -> None:
    response = alice_client.post(address("rename", tag), {"name": name})
    assert response.status_code == 422
    tag.refresh_from_db()
    assert tag.name == "release"


def test_it_merges_and_takes_that_back(alice_client, alice, entry, tag) -> None:
    tagged(alice, "#launch")
    other = Tag.objects.get(name="launch")
    page = soup(alice_client.post(address("merge", tag), {"into": str(other.pk)}, follow=True))
    assert one(page, "h1").get_text() == "launch"
    assert set(Tag.objects.values_list("name", flat=True)) == {"launch"}
    alice_client.post(str(one(page, "#messages form")["action"]))
    assert EntryTag.objects.get(entry=entry).tag.name == "release"


def test_it_does_not_merge_into_a_tag_of_somebody_else(alice_client, bob, tag) -> None:
    theirs = Tag.objects.create(owner=bob, name="his", key="his")
    response = alice_client.post(address("merge", tag), {"into": str(theirs.pk)})
    assert response.status_code == 422
    assert Tag.objects.filter(pk=tag.pk).exists()


def test_it_asks_before_it_takes_a_tag_off(alice_client, entry, tag) -> None:
    page = soup(alice_client.get(address("delete", tag)))
    assert "1 entry has this tag." in page.get_text()
    alice_client.post(address("delete", tag))
    assert not Tag.objects.exists()
    entry.refresh_from_db()
    assert entry.body == "Shipped the #release."


def test_what_no_longer_fits_is_said(alice_client, alice, tag) -> None:
    undoing = sorting.rename_tag(tag, "launch")
    Tag.objects.create(owner=alice, name="release", key="release")
    response = alice_client.post(reverse("journal:undo", args=[undoing.pk]), follow=True)
    assert "cannot be taken back any more" in soup(response).get_text()
    tag.refresh_from_db()
    assert tag.name == "launch"


def test_an_entry_shows_its_tags_people_and_notebook(alice_client, alice) -> None:
    make_person(alice, name="Jonas")
    entry = tagged(alice, "#release with @Jonas")
    sorting.move_entries(alice, [entry.pk], sorting.add_notebook(alice, "Work"))
    page = soup(alice_client.get(entry.get_absolute_url()))
    assert [tag.get_text(strip=True) for tag in page.select("a.tag")] == [
        "Work",
        "#release",
        "Jonas",
    ]


def test_tags_and_notebook_are_chosen_on_a_page(alice_client, alice, entry) -> None:
    notebook = sorting.add_notebook(alice, "Work")
    url = reverse("journal:entry_sort", args=[entry.pk])
    assert "#release" in soup(alice_client.get(url)).get_text()
    data = {"tags": "First draft, #Café,, cafe", "notebook": str(notebook.pk)}
    assert alice_client.post(url, data).status_code == 302
    entry.refresh_from_db()
    assert entry.notebook == notebook
    links = EntryTag.objects.filter(entry=entry)
    assert set(links.values_list("tag__name", "is_typed")) == {
        ("release", True),
        ("First draft", False),
        ("Café", False),
    }
    page = soup(alice_client.get(url))
    assert one(page, "[name=tags]")["value"] == "Café, First draft"
    assert one(page, "option[selected]").get_text() == "Work"
    alice_client.post(url, {"tags": "", "notebook": ""})
    entry.refresh_from_db()
    assert entry.notebook is None
    assert set(links.values_list("tag__name", flat=True)) == {"release"}


@pytest.mark.parametrize("tags", ["x" * 65, ",".join(f"tag{n}" for n in range(51))])
def test_too_long_and_too_many_is_said(alice_client, entry, tags) -> None:
    url = reverse("journal:entry_sort", args=[entry.pk])
    response = alice_client.post(url, {"tags": tags, "notebook": ""})
    assert response.status_code == 422
    assert one(soup(response), "[name=tags]")["value"] == tags
