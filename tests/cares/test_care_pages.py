"""The pages of cares: what they show, what they take, and what they say when they cannot."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.cares import joining, letting_go, resting, stating
from apps.cares.models import Care
from apps.cares.stating import Said
from tests.factories import NOW, make_care, make_person
from tests.htmx import one, soup

pytestmark = pytest.mark.django_db


def address(name: str, care: Care) -> str:
    return reverse(f"cares:{name}", args=[care.pk])


def sent(**over) -> dict[str, str]:
    return {"text": "That new people find their way.", "standing": "held"} | over


def test_somebody_with_none_is_asked_one_thing(alice_client) -> None:
    page = soup(alice_client.get("/cares/"))
    assert one(page, ".empty h2").get_text() == "What do you look after without being asked?"
    assert one(page, ".empty a")["href"] == "/cares/new/"


def test_a_sentence_makes_one(alice_client, alice) -> None:
    answer = alice_client.post("/cares/new/", sent())
    care = Care.objects.for_user(alice).get()
    assert answer.headers["Location"] == care.get_absolute_url()
    page = soup(alice_client.get(care.get_absolute_url()))
    assert one(page, ".care-now blockquote").get_text(strip=True) == (
        "That new people find their way."
    )


@pytest.mark.parametrize(
    "over",
    [
        {"text": ""},
        {"text": "x" * 281},
        {"label": "x" * 41},
        {"standing": "gone"},
        {"domain": "space"},
        {"begun_on": "2999-01-01"},
        {"begun_on": "0500-01-01"},
    ],
    ids=str,
)
def test_what_cannot_be_is_sent_back_with_what_was_typed(alice_client, over) -> None:
    answer = alice_client.post("/cares/new/", sent(because="I stood there once.") | over)
    assert answer.status_code == 422
    assert "I stood there once." in answer.content.decode()
    assert not Care.objects.exists()


def test_it_is_for_one_of_ones_own_people_or_in_words(alice_client, alice, bob) -> None:
    person = make_person(alice)
    both = alice_client.post("/cares/new/", sent(person=str(person.pk), for_whom="Somebody"))
    theirs = alice_client.post("/cares/new/", sent(person=str(make_person(bob).pk)))
    assert (both.status_code, theirs.status_code) == (422, 422)
    alice_client.post("/cares/new/", sent(person=str(person.pk)))
    page = soup(alice_client.get(Care.objects.get().get_absolute_url()))
    assert person.name in one(page, ".care-now").get_text()


def test_the_list_says_what_each_says_today(alice_client, alice, bob) -> None:
    living = make_care(alice, text="It was so", label="Living")
    said = Said("It is so now", standing="question")
    stating.restate(owner=alice, care=living.pk, after=1, said=said, what_changed="I saw.", now=NOW)
    resting.rest(owner=alice, care=make_care(alice, label="Asleep").pk, now=NOW)
    make_care(alice, label="Former", standing="set_down")
    pair = [make_care(alice, label=name).pk for name in ("Left", "Right")]
    joining.merge(owner=alice, cares=pair, said=Said("Both"), label="Whole", now=NOW)
    make_care(bob, label="Secret")
    page = soup(alice_client.get("/cares/"))
    groups = {
        group.h2.get_text() if group.h2 else "": [name.get_text() for name in group.select(".name")]
        for group in page.select("section[aria-labelledby]")
        if group.select(".name")
    }
    assert groups == {
        "Resting": ["Asleep"],
        "Set down": ["Former"],
        "Went on as others": ["Left", "Right"],
    }
    rows = [row.get_text(" ", strip=True) for row in page.select(".stack > .rows > li")]
    assert [row.split(" ")[0] for row in rows] == ["Living", "Whole"]
    assert "It is so now" in rows[0]
    assert "In question" in rows[0]
    assert "It was so" not in page.get_text()
    assert "Secret" not in page.get_text()


def test_a_new_version_needs_to_say_what_changed(alice_client, alice) -> None:
    care = make_care(alice, text="It was so")
    url = address("care_edit", care)
    assert alice_client.post(url, sent(after="1", what_changed="")).status_code == 422
    assert alice_client.post(url, sent(after="1", what_changed="Ana said.")).status_code == 302
    page = soup(alice_client.get(care.get_absolute_url()))
    knots = [knot.get_text(" ", strip=True) for knot in page.select(".thread .knot")]
    assert "What changed: Ana said." in knots[0]
    assert "It was so" in knots[1]


def test_two_windows_do_not_write_over_each_other(alice_client, alice) -> None:
    care = make_care(alice)
    url = address("care_edit", care)
    alice_client.post(url, sent(after="1", what_changed="Ana said."))
    answer = alice_client.post(url, sent(text="Mine", after="1", what_changed="I said."))
    assert answer.status_code == 422
    assert "another version was written" in answer.content.decode()
    assert "Mine" in answer.content.decode()
    care.refresh_from_db()
    assert care.version == 2


def test_a_slip_is_offered_to_be_put_right_on_the_first_day_alone(alice_client, alice) -> None:
    now = timezone.now()
    fresh, old = make_care(alice, now=now), make_care(alice, now=now - timedelta(days=1))
    assert b"Put a slip right" in alice_client.get(fresh.get_absolute_url()).content
    assert b"Put a slip right" not in alice_client.get(old.get_absolute_url()).content
    assert alice_client.get(address("care_fix", old)).status_code == 302
    assert alice_client.post(address("care_fix", old), {"text": "x"}).status_code == 422
    alice_client.post(address("care_fix", fresh), {"text": "As it was meant"})
    assert fresh.statements.get().text == "As it was meant"


def test_that_it_still_holds_stands_under_its_version(alice_client, alice) -> None:
    care = make_care(alice)
    alice_client.post(address("care_hold", care))
    page = soup(alice_client.get(care.get_absolute_url()))
    assert "Still held on" in one(page, ".thread .knot").get_text()


def test_it_rests_and_is_taken_up(alice_client, alice) -> None:
    care = make_care(alice)
    alice_client.post(address("care_rest", care), {"note": "Enough for now."})
    page = alice_client.get(care.get_absolute_url()).content.decode()
    assert "It rests since" in page
    assert "Enough for now." in page
    alice_client.post(address("care_rest", care), {"note": ""})
    care.refresh_from_db()
    assert not care.is_resting


def test_it_says_what_it_was_called(alice_client, alice) -> None:
    care = make_care(alice, label="Guides")
    assert alice_client.post(address("care_rename", care), {"label": " "}).status_code == 422
    alice_client.post(address("care_rename", care), {"label": "Ways  in"})
    page = soup(alice_client.get(care.get_absolute_url()))
    assert page.h1.get_text() == "Ways in"
    assert "Guides" in one(page, ".thread").get_text()


def test_a_care_that_is_two_names_those_it_became(alice_client, alice) -> None:
    care = make_care(alice, label="Both")
    url = address("care_split", care)
    assert alice_client.post(url, {"text_1": "One"}).status_code == 422
    third = {"text_1": "One", "text_2": "Two", "label_3": "Three"}
    assert alice_client.post(url, third).status_code == 422
    alice_client.post(url, {"text_1": "One", "text_2": "Two", "note": "Two things."})
    page = soup(alice_client.get(care.get_absolute_url()))
    assert {link.get_text() for link in one(page, "main > .stack > .notice").select("a")} == {
        "One",
        "Two",
    }
    assert "Two things." in page.get_text()
    new = Care.objects.get(label="One")
    assert "It came from Both" in " ".join(
        soup(alice_client.get(new.get_absolute_url())).get_text().split()
    )
    assert alice_client.get(url).status_code == 302
    assert alice_client.get(address("care_edit", care)).status_code == 302


def test_two_that_are_one(alice_client, alice, bob) -> None:
    care, other, theirs = make_care(alice), make_care(alice), make_care(bob)
    url = address("care_merge", care)
    for wrong in ([], [str(theirs.pk)], [str(care.pk)], ["x"]):
        assert alice_client.post(url, {"others": wrong, "text": "All"}).status_code == 422
    answer = alice_client.post(url, {"others": [str(other.pk)], "text": "All of it"})
    new = Care.objects.get(label="All of it")
    assert answer.headers["Location"] == new.get_absolute_url()


def test_letting_go_asks_first_and_can_be_taken_back(alice_client, alice) -> None:
    care = make_care(alice, label="Guides")
    url = address("care_delete", care)
    assert "30 days" in alice_client.get(url).content.decode()
    alice_client.post(url)
    assert alice_client.get(care.get_absolute_url()).status_code == 404
    page = soup(alice_client.get("/cares/"))
    form = one(page, ".rows form")
    alice_client.post(form["action"])
    assert alice_client.get(care.get_absolute_url()).status_code == 200


def test_what_was_let_go_of_long_ago_is_not_offered(alice_client, alice) -> None:
    care = make_care(alice)
    letting_go.let_go(owner=alice, care=care.pk, now=timezone.now() - timedelta(days=31))
    assert soup(alice_client.get("/cares/")).select(".rows form") == []
