"""Letting people come in from an address book: a look first, then once and for all."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse

from apps.people import cards, importing, merging
from apps.people.models import Card, CardImport, Person, PersonDate
from apps.people.tasks import let_go_of_old_cards
from tests.factories import NOW, make_person
from tests.htmx import one, soup
from tests.people.test_cards import card

NEW = reverse("people:import_create")
BOOK = b"".join(
    [
        card("FN:Ana Ruiz", "EMAIL:ana@example.org", "UID:1", "BDAY:--1120", "NOTE:Short mails."),
        card("FN:Ben", "ORG:Choir"),
        card("FN:The choir", "KIND:group", version="4.0"),
        card("EMAIL:nobody@example.org"),
    ]
)


def send(client, content=BOOK) -> HttpResponse:
    return client.post(NEW, {"file": SimpleUploadedFile("people.vcf", content)})


def come_in(owner, content=BOOK, now=NOW) -> dict[str, int]:
    waiting = importing.keep(owner=owner, found=cards.read(content))
    done = importing.apply(owner=owner, import_id=waiting.pk, now=now)
    assert done is not None
    return done.outcome


def rows(owner) -> list:
    models = (Person, Card, PersonDate)
    return [list(model.objects.for_user(owner).order_by("pk").values()) for model in models]


def test_it_shows_first_what_would_come_in(alice_client, alice) -> None:
    make_person(alice, name="Ben", how_known="team")
    make_person(alice, name="ana ruiz")
    response = send(alice_client)
    page = soup(alice_client.get(response.headers["Location"]))
    assert [count.get_text() for count in page.select("main dd")] == ["1", "1", "1", "1"]
    assert "It names nobody." in page.get_text()
    assert Person.objects.count() == 2


def test_it_lets_them_come_in(alice_client, alice) -> None:
    url = send(alice_client).headers["Location"]
    page = soup(alice_client.get(url))
    assert one(page, "main form")["action"] == url
    assert alice_client.post(url).headers["Location"] == url
    ana = Person.objects.get(name="Ana Ruiz")
    assert (ana.email, ana.notes, ana.owner) == ("ana@example.org", "Short mails.", alice)
    assert [(row.label, row.month, row.day, row.year) for row in ana.dates.all()] == [
        ("Birthday", 11, 20, None)
    ]
    assert Person.objects.get(name="The choir").kind == "group"
    assert Person.objects.get(name="Ben").how_known == "Choir"
    assert "They are here now" in soup(alice_client.get(url)).get_text()
    assert CardImport.objects.get().cards == []


def test_a_second_time_changes_nothing(alice) -> None:
    assert come_in(alice) == {"new": 3, "changed": 0, "same": 0}
    before = rows(alice)
    assert come_in(alice) == {"new": 0, "changed": 0, "same": 3}
    assert rows(alice) == before


def test_the_same_file_sent_twice_comes_in_once(alice_client, alice) -> None:
    url = send(alice_client).headers["Location"]
    for _time in range(2):
        alice_client.post(url)
    assert Person.objects.count() == 3


def test_nothing_that_was_written_is_written_over(alice) -> None:
    ana = make_person(alice, name="Ana Ruiz", how_known="team", email="ana@example.org")
    assert come_in(alice) == {"new": 2, "changed": 1, "same": 0}
    ana.refresh_from_db()
    assert (ana.how_known, ana.notes) == ("team", "Short mails.")
    Person.objects.filter(pk=ana.pk).update(name="Anita", notes="Mine.")
    come_in(alice)
    ana.refresh_from_db()
    assert (ana.name, ana.notes) == ("Anita", "Mine.")
    assert Person.objects.count() == 3


def test_two_of_one_name_with_cards_of_their_own_are_two(alice) -> None:
    book = card("FN:Ana", "UID:1") + card("FN:Ana", "UID:2")
    assert come_in(alice, book)["new"] == 2
    assert come_in(alice, book) == {"new": 0, "changed": 0, "same": 2}


def test_another_address_is_another_person(alice) -> None:
    make_person(alice, name="Ana", email="one@example.org")
    assert come_in(alice, card("FN:Ana", "EMAIL:two@example.org"))["new"] == 1
    assert come_in(alice, card("FN:ana", "EMAIL:TWO@example.org"))["same"] == 1


def test_whoever_was_merged_does_not_come_back(alice) -> None:
    book = card("FN:Ana", "UID:1") + card("FN:Anita", "UID:2") + card("FN:Annie")
    come_in(alice, book)
    ana, anita, annie = (Person.objects.get(name=name) for name in ("Ana", "Anita", "Annie"))
    for gone in (anita, annie):
        merging.merge(owner=alice, kept=ana.pk, gone=gone.pk, now=NOW)
    assert come_in(alice, book) == {"new": 0, "changed": 0, "same": 1}
    assert Person.objects.count() == 1


def test_a_reader_who_is_pictured_is_nobody_in_an_address_book(alice) -> None:
    make_person(alice, name="Ana", kind="pictured")
    assert come_in(alice, card("FN:Ana", "EMAIL:ana@example.org"))["new"] == 1


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "The file is empty."),
        (b"name,email", "There is no card in this file."),
        (b"x" * (cards.MOST_BYTES + 1), "The file is larger than 5 MB"),
        (card("FN:A") * 5_001, "There are more than 5,000 cards"),
    ],
    ids=["empty", "a table", "large", "many"],
)
def test_it_says_why_a_file_is_not_taken(alice_client, content, words) -> None:
    response = send(alice_client, content)
    assert response.status_code == 422
    assert words in soup(response).get_text()
    assert not CardImport.objects.exists()


def test_it_asks_for_a_file(alice_client) -> None:
    response = alice_client.post(NEW)
    assert response.status_code == 422
    assert "Choose a file first." in soup(response).get_text()


def test_five_thousand_come_in_at_once(alice) -> None:
    book = b"".join(card(f"FN:Ana {n}", f"UID:{n}", "BDAY:--0101") for n in range(5_000))
    assert come_in(alice, book)["new"] == 5_000
    assert come_in(alice, book)["same"] == 5_000


def test_a_strangers_file_is_not_there(bob_client, alice) -> None:
    waiting = importing.keep(owner=alice, found=cards.read(BOOK))
    assert bob_client.get(waiting.get_absolute_url()).status_code == 404
    assert bob_client.post(waiting.get_absolute_url()).status_code == 404
    assert not Person.objects.exists()


def test_what_was_read_is_let_go_of_after_a_day(alice) -> None:
    waiting = importing.keep(owner=alice, found=cards.read(BOOK))
    made = waiting.created_at
    assert let_go_of_old_cards(int((made + timedelta(hours=23)).timestamp())) == 0
    assert let_go_of_old_cards(int((made + timedelta(hours=25)).timestamp())) == 1
