"""The door every save goes through: what it takes, what it answers, and that no text is lost."""

from datetime import date
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.limits import LIMITS, Limit
from apps.core.models import new_id
from apps.core.text import clean
from apps.journal.models import Entry, Revision
from tests.factories import form_data, make_entry, make_hand
from tests.htmx import soup

JSON = {"Accept": "application/json"}


def url(pk: UUID) -> str:
    return reverse("journal:entry_save", args=[pk])


def test_it_saves_by_a_plain_form(alice_client, alice) -> None:
    pk = new_id()
    response = alice_client.post(url(pk), form_data(alice, body="Line one.\r\nLine two."))
    assert response.status_code == 302
    entry = Entry.objects.get()
    assert (entry.pk, entry.owner, entry.body) == (pk, alice, "Line one.\nLine two.")
    assert entry.word_count == 4


def test_it_closes_when_done(alice_client, alice) -> None:
    response = alice_client.post(url(new_id()), form_data(alice) | {"then": "close"})
    assert response.headers["Location"] == reverse("home:today")
    assert Entry.objects.get().closed_at


def test_it_answers_a_script(alice_client, alice) -> None:
    pk = new_id()
    response = alice_client.post(url(pk), form_data(alice) | {"sequence": "1"}, headers=JSON)
    answer = response.json()
    assert (answer["outcome"], answer["version"], answer["words"]) == ("created", 1, 5)
    assert "body" not in answer


def test_it_makes_one_entry_of_a_repeated_save(alice_client, alice) -> None:
    pk, data = new_id(), form_data(alice) | {"sequence": "1"}
    outcomes = [alice_client.post(url(pk), data, headers=JSON).json()["outcome"] for _ in range(3)]
    assert outcomes == ["created", "superseded", "superseded"]
    assert Entry.objects.get().version == 1


def test_it_lets_no_late_save_put_older_text_over_newer(alice_client, alice) -> None:
    pk, data = new_id(), form_data(alice)
    alice_client.post(url(pk), data | {"sequence": "2", "body": "newer"}, headers=JSON)
    late = alice_client.post(url(pk), data | {"sequence": "1", "body": "older"}, headers=JSON)
    assert late.json()["outcome"] == "superseded"
    assert Entry.objects.get().body == "newer"


def test_it_refuses_the_second_of_two_writers_and_changes_nothing(alice_client, alice) -> None:
    entry = make_entry(alice, body="theirs")
    data = form_data(alice, body="mine", expected_version="0")
    response = alice_client.post(url(entry.pk), data | {"sequence": "1"}, headers=JSON)
    assert (response.status_code, response.json()["error"]) == (409, "conflict")
    assert Entry.objects.get().body == "theirs"


def test_it_shows_both_texts_on_a_page(alice_client, alice) -> None:
    entry = make_entry(alice, body="theirs, and shared")
    response = alice_client.post(url(entry.pk), form_data(alice, body="mine, and shared"))
    assert response.status_code == 409
    page = soup(response)
    assert page.select_one("del").get_text().endswith("theirs")
    assert page.select_one("ins").get_text().endswith("mine")
    assert page.select_one("#merged").get_text().strip() == "theirs, and shared\nmine, and shared"


def test_it_sets_a_late_text_aside(alice_client, alice) -> None:
    entry = make_entry(alice, body="theirs")
    data = form_data(alice, body="mine", expected_version=str(entry.version))
    alice_client.post(reverse("journal:entry_set_aside", args=[entry.pk]), data)
    assert Entry.objects.get().body == "theirs"
    assert "mine" in Revision.objects.values_list("body", flat=True)


def test_it_makes_nothing_of_nothing(alice_client, alice) -> None:
    data = form_data(alice, body=" \n") | {"sequence": "1"}
    response = alice_client.post(url(new_id()), data, headers=JSON)
    assert response.json() == {"outcome": "nothing"}
    assert not Entry.objects.exists()


def test_it_keeps_a_mood_alone(alice_client, alice) -> None:
    alice_client.post(url(new_id()), form_data(alice, body="", mood="-1"))
    assert Entry.objects.get().mood == -1


def test_it_changes_no_word_when_nothing_changed(alice_client, alice) -> None:
    entry = make_entry(alice)
    names = [field.name for field in Entry._meta.fields]
    kept = [name for name in names if not name.startswith(("writer", "version"))]
    before = Entry.objects.values(*kept).get()
    data = form_data(alice, body=entry.body, expected_version="1") | {"sequence": "1"}
    response = alice_client.post(url(entry.pk), data, headers=JSON)
    assert response.json()["outcome"] == "unchanged"
    assert Entry.objects.values(*kept).get() == before


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("local_date", "0000-01-01"),
        ("local_date", "0999-12-31"),
        ("local_date", "not a day"),
        ("local_date", ""),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("occurred_at", "yesterday"),
        ("occurred_at", "2026-11-20T10:00:00"),
        ("occurred_at", "9999-12-31T23:59:59+00:00"),
        ("mood", "3"),
        ("energy", "high"),
        ("writer", "nobody"),
        ("expected_version", "-1"),
        ("expected_version", ""),
        ("person", "nobody"),
        ("sequence", "0"),
        ("title", "x" * 201),
        ("body", "x" * 200_001),
    ],
)
def test_it_says_what_cannot_be_kept(alice_client, alice, field, value) -> None:
    words = "Words that must not be lost."
    data = form_data(alice, body=words) | {field: value}
    told = alice_client.post(url(new_id()), data, headers=JSON)
    assert (told.status_code, told.json()["error"]) == (422, "invalid")
    page = alice_client.post(url(new_id()), data)
    assert page.status_code == 422
    assert soup(page).select_one("[role=alert]")
    assert (data["body"] if field == "body" else words) in page.content.decode()
    assert not Entry.objects.exists()


@pytest.mark.parametrize("word", ["word ", "日本語"])
def test_it_keeps_five_megabytes_on_the_page(alice_client, alice, word) -> None:
    """As the page sends it, in a form's encoding that does not make three bytes of each."""
    body = word * (5_000_000 // len(word.encode()))
    page = alice_client.get(reverse("journal:entry_create")).content.decode()
    assert 'enctype="multipart/form-data"' in page
    response = alice_client.post(url(new_id()), form_data(alice, body=body))
    assert response.status_code == 422
    assert body in response.content.decode()


def test_it_says_when_it_is_more_than_is_taken_at_once(alice_client, alice) -> None:
    sent = form_data(alice, body="word " * 2_000_000)
    response = alice_client.post(url(new_id()), sent, headers=JSON)
    assert response.status_code == 413
    assert response.json()["fields"][0]["errors"] == ["It is more than we can take at once."]
    response = alice_client.post(url(new_id()), sent)
    assert response.status_code == 413
    assert "still on the page behind this one" in response.content.decode()


def test_it_takes_what_the_database_cannot_hold(alice_client, alice) -> None:
    pk = new_id()
    response = alice_client.post(url(pk), form_data(alice, body="a\0b", title="c\0d"))
    assert response.status_code == 302
    entry = Entry.objects.get()
    assert (entry.body, entry.title) == ("a\ufffdb", "c\ufffdd")


def test_it_is_not_there_for_a_stranger(bob_client, bob, alice) -> None:
    entry = make_entry(alice, body="hers")
    response = bob_client.post(url(entry.pk), form_data(bob, body="his"), headers=JSON)
    assert response.status_code == 404
    assert Entry.objects.get().body == "hers"


def test_a_text_for_an_entry_of_somebody_else_stays_on_the_page(bob_client, bob, alice) -> None:
    entry = make_entry(alice, body="Hortensien")
    response = bob_client.post(url(entry.pk), form_data(bob, body="his own words"))
    assert response.status_code == 404
    page = response.content.decode()
    assert "his own words" in page
    assert str(entry.pk) not in page, "saved again, it becomes an entry of its own"
    assert "Hortensien" not in page


def test_it_never_saves_into_the_journal_of_whoever_logged_in_since(bob_client, bob, alice) -> None:
    response = bob_client.post(url(new_id()), form_data(alice, body="hers"), headers=JSON)
    assert (response.status_code, response.json()["error"]) == (403, "other-person")
    assert not Entry.objects.exists()


def test_it_says_that_nobody_is_logged_in(alice) -> None:
    response = Client().post(url(new_id()), form_data(alice), headers=JSON)
    assert (response.status_code, response.json()["error"]) == (401, "logged-out")


def test_it_hands_the_text_back_when_nobody_is_logged_in(alice) -> None:
    words = "An hour of writing that must not be lost on the way."
    response = Client().post(
        url(new_id()), form_data(alice, body=words), headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert response.status_code == 401
    assert words in soup(response).select_one("textarea").get_text()


def test_it_says_when_the_token_is_old(alice) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice, backend="allauth.account.auth_backends.AuthenticationBackend")
    response = client.post(url(new_id()), form_data(alice), headers=JSON)
    assert (response.status_code, response.json()["error"]) == (403, "csrf")


def test_it_slows_down_whoever_saves_without_end(alice_client, alice, monkeypatch) -> None:
    # An hour, so that no new one begins while this runs.
    monkeypatch.setitem(LIMITS, "save", Limit(5, 3600))
    pk, data = new_id(), form_data(alice)
    answers = [
        alice_client.post(url(pk), data | {"sequence": str(number)}, headers=JSON)
        for number in range(1, 8)
    ]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429] * 2
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_it_moves_the_moment_with_the_day(alice_client, alice) -> None:
    alice_client.post(url(new_id()), form_data(alice, local_date="2020-02-29"))
    entry = Entry.objects.get()
    assert entry.local_date == date(2020, 2, 29)
    assert entry.occurred_at.isoformat() == "2020-02-29T18:30:00+00:00"


@given(body=st.text(st.characters(codec=None), min_size=1, max_size=60), title=st.text(max_size=40))
def test_it_keeps_any_text_to_the_letter(alice_client, alice, body, title) -> None:
    pk = new_id()
    data = form_data(alice, body=f"x{body}", title=title, writer=str(make_hand().writer))
    response = alice_client.post(
        url(pk),
        urlencode(data, errors="surrogatepass"),
        content_type="application/x-www-form-urlencoded",
    )
    assert response.status_code == 302
    shown = alice_client.get(reverse("journal:entry_edit", args=[pk]))
    kept = Entry.objects.get(pk=pk)
    assert soup(shown).select_one("textarea").get_text().removeprefix("\n") == kept.body
    if not any(0xD800 <= ord(letter) <= 0xDFFF for letter in body):
        assert kept.body == clean(f"x{body}")
