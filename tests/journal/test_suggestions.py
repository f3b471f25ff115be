"""Suggestions while somebody types # or @, and the people that are picked for an entry."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.journal import settling, sorting
from apps.journal.mentions import mentions, spelled
from apps.journal.models import Entry, EntryPerson, EntryTag, EntryWords, TagAlias
from apps.journal.models.sorting import NAME_LENGTH
from apps.journal.suggesting import MOST, people_like, tags_like
from tests.factories import make_entry, make_person
from tests.htmx import one, soup

SUGGEST = reverse("journal:suggest")


def tag(owner: User, name: str, entries: int = 0) -> None:
    (made,) = sorting.tags_named(owner, [name], typed=False)
    for _ in range(entries):
        EntryTag.objects.create(owner=owner, entry=make_entry(owner), tag=made)


def tags(owner: User, said: str) -> list[str]:
    return [one.text for one in tags_like(owner, said)]


def people(owner: User, said: str) -> list[tuple[str, str]]:
    return [(one.name, one.text) for one in people_like(owner, said)]


# --- tags -------------------------------------------------------------------------------------


def test_it_suggests_tags_that_begin_so_those_used_most_first(alice, bob) -> None:
    tag(alice, "rest")
    tag(alice, "Release", 2)
    tag(alice, "first release", 3)
    tag(alice, "garden", 9)
    tag(bob, "remote")
    assert tags(alice, "re") == ["#Release", "#rest", '#"first release"']
    assert tags(alice, "") == ["#garden", '#"first release"', "#Release", "#rest"]


def test_capitals_and_accents_do_not_matter(alice) -> None:
    tag(alice, "Café")
    assert tags(alice, "CAFE") == tags(alice, "caf") == ["#Café"]


def test_a_percent_sign_is_a_percent_sign(alice) -> None:
    tag(alice, "release")
    assert tags(alice, "%") == tags(alice, "r_l") == []


def test_there_are_few(alice, django_assert_num_queries) -> None:
    for number in range(30):
        tag(alice, f"tag {number}")
        make_person(alice, name=f"Ana {number}")
    with django_assert_num_queries(1):
        assert len(tags(alice, "tag")) == MOST
    with django_assert_num_queries(1):
        assert len(people(alice, "a")) == MOST


# --- people -----------------------------------------------------------------------------------


def test_a_first_name_is_enough_where_nobody_else_has_it(alice, bob) -> None:
    for name in ("Jonas Berg", "Ana María Rojas", "Ana Lund", "Noor"):
        make_person(alice, name=name)
    make_person(bob, name="Noor Stranger")
    assert people(alice, "jo") == [("Jonas Berg", "@Jonas")]
    assert people(alice, "an") == [
        ("Ana Lund", '@"Ana Lund"'),
        ("Ana María Rojas", '@"Ana María Rojas"'),
    ]
    assert people(alice, "mar") == [("Ana María Rojas", '@"Ana María Rojas"')]
    assert people(alice, "ana l") == [("Ana Lund", '@"Ana Lund"')]
    assert people(alice, "noor") == [("Noor", "@Noor")]


def test_a_whole_name_is_somebodys_own(alice) -> None:
    make_person(alice, name="Jonas")
    make_person(alice, name="Jonas Berg")
    assert people(alice, "jonas") == [("Jonas", "@Jonas"), ("Jonas Berg", '@"Jonas Berg"')]


NAMES = st.lists(
    st.sampled_from(["Ana", "Jonas", "Berg", "María", "O’Neil", "d'Arc", "de", "李", "Dr.", "X Æ"]),
    min_size=1,
    max_size=3,
).map(" ".join)


@given(st.lists(NAMES, min_size=1, max_size=5, unique=True), st.data())
def test_what_is_suggested_means_exactly_that_person(alice, names, data) -> None:
    """Put into a text and settled, it links who was shown, and nobody else."""
    alice_people = [make_person(alice, name=name) for name in names]
    for suggestion in people_like(alice, data.draw(st.sampled_from(["", "a", "jo", "d"]))):
        said = mentions(f"With {suggestion.text} at home.").people
        named = sorting.people_named(alice, said)
        assert [person.name for person in named] == [suggestion.name]
    for person in alice_people:
        person.delete()


@given(st.text(min_size=1, max_size=NAME_LENGTH) | NAMES, st.sampled_from("#@"))
def test_what_is_spelled_is_read_back(name, mark) -> None:
    text = spelled(mark, sorting.one_line(name))
    if text:
        said = mentions(f"A {text} b")
        assert (said.tags if mark == "#" else said.people) == (sorting.one_line(name),)


@pytest.mark.parametrize(
    ("mark", "name", "text"),
    [
        ("#", "release", "#release"),
        ("#", "first draft", '#"first draft"'),
        ("#", "C#", '#"C#"'),
        ("#", 'a "b" c', '#“a "b" c”'),
        ("#", "2026", ""),
        ("#", '“"”', ""),
        ("@", "d'Arc", "@d'Arc"),
        ("@", "Dr.", '@"Dr."'),
    ],
)
def test_a_name_is_spelled_as_a_text_can_say_it(mark, name, text) -> None:
    assert spelled(mark, name) == text


# --- the door ---------------------------------------------------------------------------------


def asked(client: Client, **data: str) -> Any:
    answer = client.post(SUGGEST, data)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/json"
    return answer.json()["found"]


def test_the_script_gets_names_and_what_to_write(alice, alice_client) -> None:
    tag(alice, "first draft")
    make_person(alice, name="Jonas Berg")
    assert asked(alice_client, mark="#", said="fi") == [
        {"name": "#first draft", "text": '#"first draft"'}
    ]
    assert asked(alice_client, mark="@", said="") == [{"name": "Jonas Berg", "text": "@Jonas"}]
    assert asked(alice_client, mark="@", said="zz") == []


@pytest.mark.parametrize(
    "data",
    [{}, {"said": "re"}, {"mark": "!", "said": "re"}, {"mark": "#", "said": "x" * 65}],
    ids=["nothing", "no-mark", "no-such-mark", "long"],
)
def test_what_makes_no_sense_is_refused(alice_client, data) -> None:
    assert alice_client.post(SUGGEST, data).status_code == 422


def test_words_have_no_place_in_an_address(alice_client) -> None:
    assert alice_client.get(SUGGEST, {"mark": "#", "said": "re"}).status_code == 405


def test_nobody_is_told_of_others_names(alice, bob_client) -> None:
    tag(alice, "release")
    make_person(alice, name="Jonas")
    assert asked(bob_client, mark="#", said="re") == []
    assert asked(bob_client, mark="@", said="") == []


def test_whoever_is_logged_out_gets_no_page(client) -> None:
    answer = client.post(SUGGEST, {"mark": "#"}, headers={"Accept": "application/json"})
    assert answer.status_code == 401


@given(st.text(max_size=70), st.sampled_from("#@"))
def test_nothing_that_can_be_typed_breaks_it(alice, said, mark) -> None:
    tag(alice, "release")
    make_person(alice, name="Jonas")
    client = Client()
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.post(SUGGEST, {"mark": mark, "said": said}).status_code in {200, 422}


# --- picking people ---------------------------------------------------------------------------


def sort_page(entry: Entry) -> str:
    return reverse("journal:entry_sort", args=[entry.pk])


def test_people_are_picked_for_an_entry_and_found_by_it(alice, alice_client) -> None:
    jonas, ana = make_person(alice, name="Jonas"), make_person(alice, name="Ana Lund")
    entry = make_entry(alice, body="We met.")
    page = soup(alice_client.get(sort_page(entry)))
    names = [label.get_text(strip=True) for label in page.select("fieldset .choices label")]
    assert names == ["Ana Lund", "Jonas"]
    alice_client.post(sort_page(entry), {"tags": "", "people": [str(ana.pk)], "notebook": ""})
    assert list(EntryPerson.objects.values_list("person", "is_typed")) == [(ana.pk, False)]
    assert EntryWords.objects.extra(where=["vector @@ '''=lund'''::tsquery"]).exists()
    page = soup(alice_client.get(sort_page(entry)))
    assert one(page, "input[name=people][checked]")["value"] == str(ana.pk)
    alice_client.post(sort_page(entry), {"tags": "", "people": [str(jonas.pk)], "notebook": ""})
    assert EntryPerson.objects.get().person == jonas
    alice_client.post(sort_page(entry), {"tags": "", "notebook": ""})
    assert not EntryPerson.objects.exists()


def test_people_the_text_names_are_shown_and_stay(alice, alice_client) -> None:
    make_person(alice, name="Jonas")
    ana = make_person(alice, name="Ana")
    entry = make_entry(alice, body="With @Jonas.")
    settling.settle(alice, entry.pk)
    page = soup(alice_client.get(sort_page(entry)))
    assert "Jonas" in page.select_one("main p.quiet").get_text()
    assert len(page.select("input[name=people]")) == 1
    alice_client.post(sort_page(entry), {"tags": "", "people": [str(ana.pk)], "notebook": ""})
    assert set(EntryPerson.objects.values_list("person__name", flat=True)) == {"Jonas", "Ana"}


def test_nobody_to_pick_is_not_asked_about(alice, alice_client) -> None:
    page = soup(alice_client.get(sort_page(make_entry(alice))))
    assert not page.select("[name=people], fieldset")


@pytest.mark.parametrize("sent", ["stranger", "nonsense"])
def test_others_people_cannot_be_picked(alice, bob, alice_client, sent) -> None:
    make_person(alice)
    entry = make_entry(alice)
    pk = str(make_person(bob).pk) if sent == "stranger" else "nonsense"
    answer = alice_client.post(sort_page(entry), {"tags": "", "people": [pk], "notebook": ""})
    assert answer.status_code == 422
    assert not EntryPerson.objects.exists()


def test_an_old_name_of_a_tag_is_not_suggested(alice) -> None:
    tag(alice, "release")
    sorting.rename_tag(sorting.tags_named(alice, ["release"], typed=False)[0], "launch")
    assert TagAlias.objects.exists()
    assert tags(alice, "re") == []
    assert tags(alice, "la") == ["#launch"]
