"""Several entries at once."""

from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from apps.journal import sorting
from apps.journal.models import Entry, EntryTag
from tests.factories import TODAY, make_entry
from tests.htmx import one, soup

URL = reverse("journal:entry_choose")


@pytest.fixture
def entries(alice) -> list[Entry]:
    return [
        make_entry(alice, title=name, body=f"*{name}* said.", local_date=TODAY - timedelta(days=n))
        for n, name in enumerate(["First", "Second", "Third"])
    ]


def send(client: Client, entries: list[Entry], do: str, **more: str) -> HttpResponse:
    ids = [str(entry.pk) for entry in entries]
    data = {"entries": ids, "do": do, "tags": "", "notebook": ""} | more
    return client.post(URL, data, follow=True)


def test_each_has_a_name_to_be_chosen_by(alice_client, alice, entries) -> None:
    make_entry(alice, body="Only *some* words, and no title.")
    make_entry(alice, body="", mood=1)
    rows = soup(alice_client.get(URL)).select(".choosing .name")
    said = {"No text", "Only some words, and no title.", "First", "Second", "Third"}
    assert {row.get_text() for row in rows} == said


def test_it_tags(alice_client, entries) -> None:
    page = soup(send(alice_client, entries[:2], "tag", tags="release, draft"))
    assert "2 entries are tagged." in page.get_text()
    assert EntryTag.objects.count() == 4
    alice_client.post(str(one(page, "#messages form")["action"]))
    assert not EntryTag.objects.exists()


def test_it_moves(alice_client, alice, entries) -> None:
    notebook = sorting.add_notebook(alice, "Work")
    page = soup(send(alice_client, entries[:1], "move", notebook=str(notebook.pk)))
    assert "1 entry is moved." in page.get_text()
    assert list(Entry.objects.filter(notebook=notebook)) == entries[:1]


def test_it_throws_away_and_takes_back(alice_client, entries) -> None:
    page = soup(send(alice_client, entries, "trash"))
    assert not Entry.objects.kept().exists()
    alice_client.post(str(one(page, "#messages form")["action"]))
    assert Entry.objects.kept().count() == 3


def test_what_is_thrown_away_within_a_tag_is_what_has_it_and_comes_back(
    alice_client, alice, entries
) -> None:
    """failure-stories T12: the page offers what the filter lets through, and takes no more."""
    for entry in entries[:2]:
        sorting.pick_tags(alice, entry, ["release"])
    tag = EntryTag.objects.first().tag
    page = soup(alice_client.get(URL, {"tag": tag.pk}))
    offered = {box["value"] for box in page.select("[name=entries]")}
    assert offered == {str(entry.pk) for entry in entries[:2]}
    said = soup(send(alice_client, entries[:2], "trash"))
    assert list(Entry.objects.kept()) == entries[2:]
    alice_client.post(str(one(said, "#messages form")["action"]))
    assert set(Entry.objects.kept()) == set(entries)
    assert EntryTag.objects.count() == 2


def test_it_gives_them_as_a_file(alice_client, entries) -> None:
    response = send(alice_client, entries[:2], "export")
    assert response.headers["Content-Disposition"] == 'attachment; filename="entries.md"'
    text = response.content.decode()
    assert text.index("Second") < text.index("First"), "the oldest first"
    assert "*First* said." in text
    assert "Third" not in text


@pytest.mark.parametrize(
    ("do", "count", "said"),
    [
        ("trash", 0, "Choose at least one entry first."),
        ("tag", 1, "Name at least one tag."),
        ("burn", 1, ""),
    ],
)
def test_it_says_what_is_missing_and_keeps_what_was_chosen(
    alice_client, entries, do, count, said
) -> None:
    response = send(alice_client, entries[:count], do)
    assert response.status_code == 422
    page = soup(response)
    assert said in page.get_text()
    assert len(page.select("input[checked]")) == count
    assert Entry.objects.kept().count() == 3


def test_it_chooses_within_a_tag_or_a_notebook(alice_client, alice, entries) -> None:
    sorting.pick_tags(alice, entries[0], ["release"])
    tag = EntryTag.objects.get().tag
    notebook = sorting.add_notebook(alice, "Work")
    sorting.move_entries(alice, [entries[1].pk], notebook)
    for query, name in (({"tag": tag.pk}, "First"), ({"notebook": notebook.pk}, "Second")):
        shown = [row.get_text() for row in soup(alice_client.get(URL, query)).select(".rows .name")]
        assert shown == [name]


def test_it_has_pages(alice_client, alice) -> None:
    for number in range(52):
        make_entry(alice, body=f"Line {number}.", local_date=TODAY - timedelta(days=number))
    page = soup(alice_client.get(URL))
    assert len(page.select("[name=entries]")) == 50
    following = str(one(page, "a[rel=next]")["href"])
    assert len(soup(alice_client.get(following)).select("[name=entries]")) == 2


def test_it_leaves_entries_of_somebody_else_alone(bob_client, entries) -> None:
    for do in ("trash", "export"):
        response = send(bob_client, entries, do)
    assert "First" not in response.content.decode()
    assert Entry.objects.kept().count() == 3
