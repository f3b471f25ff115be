"""Their words, the log and their days: note, change, let go; and when one last heard."""

from datetime import timedelta

import pytest
from django.urls import reverse

from apps.journal import sorting
from apps.people.hearing import last_heard
from apps.people.models import Concern, Contact, PersonDate
from apps.people.views.contacts import PAGE
from tests.factories import TODAY, make_concern, make_contact, make_date, make_entry, make_person
from tests.htmx import one, soup

GOOD = {
    "concern": {"words": "Who reads it\r\non Monday?", "said_on": "2026-11-02"},
    "contact": {"day": "2026-11-02", "how": "call", "words": "She liked it."},
    "date": {"label": "Birthday", "month": "2", "day": "29", "year": ""},
}
WRONG = [
    ("concern", {"words": "  "}),
    ("concern", {"said_on": "some day"}),
    ("concern", {"said_on": "0999-01-01"}),
    ("concern", {"words": "x" * 2_001}),
    ("contact", {"day": ""}),
    ("contact", {"how": "dream"}),
    ("contact", {"words": "x" * 5_001}),
    ("date", {"label": ""}),
    ("date", {"day": "30"}),
    ("date", {"year": "2027"}),
    ("date", {"month": "13"}),
    ("date", {"day": "99999999999999999999"}),
]
MODELS = {"concern": Concern, "contact": Contact, "date": PersonDate}
MAKE = {"concern": make_concern, "contact": make_contact, "date": make_date}


def url(what: str, verb: str, pk) -> str:
    return reverse(f"people:{what}_{verb}", args=[pk])


@pytest.mark.parametrize("what", GOOD)
def test_it_is_noted_from_the_persons_page(alice_client, alice, what) -> None:
    person = make_person(alice)
    page = soup(alice_client.get(person.get_absolute_url()))
    new = url(what, "create", person.pk)
    form = one(page, f"form[action='{new}']")
    assert {field["name"] for field in form.select("[name]")} >= set(GOOD[what])
    response = alice_client.post(new, GOOD[what])
    assert response.headers["Location"] == person.get_absolute_url()
    row = MODELS[what].objects.get()
    assert (row.owner, row.person) == (alice, person)


def test_the_forms_of_a_page_have_ids_of_their_own(alice_client, alice) -> None:
    page = soup(alice_client.get(make_person(alice).get_absolute_url()))
    ids = [element["id"] for element in page.select("[id]")]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(("what", "over"), WRONG)
def test_it_says_what_is_amiss_and_keeps_what_was_typed(alice_client, alice, what, over) -> None:
    person = make_person(alice)
    for verb, pk in (("create", person.pk), ("edit", MAKE[what](person).pk)):
        response = alice_client.post(url(what, verb, pk), GOOD[what] | over)
        assert response.status_code == 422
        assert soup(response).select("main [role=alert]")
    assert MODELS[what].objects.count() == 1


@pytest.mark.parametrize("what", GOOD)
def test_it_is_changed_and_let_go(alice_client, alice, what) -> None:
    row = MAKE[what](make_person(alice))
    response = alice_client.post(url(what, "edit", row.pk), GOOD[what])
    assert response.headers["Location"] == row.person.get_absolute_url()
    gone = url(what, "delete", row.pk)
    assert one(soup(alice_client.get(gone)), "main form")["action"] == gone
    assert MODELS[what].objects.exists()
    assert alice_client.post(gone).headers["Location"] == row.person.get_absolute_url()
    assert not MODELS[what].objects.exists()


@pytest.mark.parametrize("what", GOOD)
def test_it_is_not_there_for_a_stranger(bob_client, alice, what) -> None:
    row = MAKE[what](make_person(alice))
    asked = [("create", row.person_id), ("edit", row.pk), ("delete", row.pk)]
    for verb, pk in asked:
        assert bob_client.get(url(what, verb, pk)).status_code == 404
        assert bob_client.post(url(what, verb, pk), GOOD[what]).status_code == 404
    assert MODELS[what].objects.get() == row


def test_words_that_no_longer_matter_stay_readable(alice_client, alice) -> None:
    concern = make_concern(make_person(alice), words="It was urgent.", said_on=TODAY)
    edit = url("concern", "edit", concern.pk)
    early = {"words": "x", "said_on": "2026-11-20", "settled_on": "2026-11-19"}
    assert alice_client.post(edit, early).status_code == 422
    assert alice_client.post(edit, early | {"settled_on": "2026-11-21"}).status_code == 302
    page = soup(alice_client.get(concern.person.get_absolute_url()))
    assert "no longer so since" in one(page, "details .said").get_text()


def test_their_words_stand_in_serif_as_they_were_said(alice_client, alice) -> None:
    person = make_person(alice)
    make_concern(person, words="First.\n\nThen.", said_on=TODAY - timedelta(days=1))
    make_concern(person, words="Newest.")
    page = soup(alice_client.get(person.get_absolute_url()))
    assert [p.get_text() for p in page.select(".said .prose p")] == ["Newest.", "First.", "Then."]


def test_the_log_turns_pages_and_loses_no_line(alice_client, alice) -> None:
    person = make_person(alice)
    for number in range(2 * PAGE + 3):
        make_contact(person, day=TODAY - timedelta(days=number // 3), words=f"line {number}.")
    seen, path = [], url("contact", "list", person.pk)
    while path:
        page = soup(alice_client.get(path))
        seen += [row["id"] for row in page.select(".rows > li")]
        more = page.select("main a.btn[href*='before=']")
        path = str(more[0]["href"]) if more else ""
    assert len(seen) == len(set(seen)) == 2 * PAGE + 3


@pytest.mark.parametrize("before", ["x", "0192f0c1-2b3c-7d4e-8f50-61728394a5b6"])
def test_a_page_that_is_not_there_is_the_first(alice_client, alice, before) -> None:
    contact = make_contact(make_person(alice))
    path = url("contact", "list", contact.person_id)
    assert len(soup(alice_client.get(path, {"before": before})).select(".rows > li")) == 1


def test_last_heard_is_the_newest_of_all_that_is_known(alice, bob) -> None:
    ana, ben, cem = (make_person(alice) for _ in range(3))
    make_contact(ana, day=TODAY - timedelta(days=9))
    make_contact(ana, day=TODAY - timedelta(days=3))
    make_contact(make_person(bob))
    promised = {ana.pk: TODAY - timedelta(days=5), ben.pk: TODAY - timedelta(days=7)}
    asked = {ana.pk: TODAY - timedelta(days=1)}
    people = [ana.pk, ben.pk, cem.pk]
    assert last_heard(alice, people) == {ana.pk: TODAY - timedelta(days=3)}
    assert last_heard(alice, people, promised, asked) == {
        ana.pk: TODAY - timedelta(days=1),
        ben.pk: TODAY - timedelta(days=7),
    }


def test_the_page_shows_the_three_latest_entries_about_them(alice_client, alice) -> None:
    person = make_person(alice)
    entries = [make_entry(alice, local_date=TODAY - timedelta(days=number)) for number in range(5)]
    for entry in entries:
        sorting.pick_people(alice, entry, [person.pk])
    page = soup(alice_client.get(person.get_absolute_url()))
    shown = [row["id"] for row in page.select(".entry-row")]
    assert shown == [f"entry-{entry.pk}-row" for entry in entries[:3]]
