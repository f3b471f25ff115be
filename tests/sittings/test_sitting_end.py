"""What comes of a sitting: an entry, typed rows where they are ticked, one commitment at most."""

import json
from datetime import date, timedelta

import pytest
from django.db import IntegrityError, connection
from django.urls import reverse
from django.utils import timezone

from apps.cares.models import CareEvent, CareStatement
from apps.journal.indexing import index
from apps.journal.models import Entry
from apps.journal.query import parse
from apps.journal.searching import search
from apps.journal.ties import ties_of
from apps.people.models import Contact
from apps.sittings.answers import Given
from apps.sittings.models import Answer, Sitting
from apps.sittings.sessions import shipped
from tests.factories import (
    NOW,
    make_care,
    make_ended_sitting,
    make_person,
    make_promise,
    make_sitting,
)
from tests.htmx import one, soup
from tests.sittings.walking import promises_of


def url(name: str, sitting: Sitting) -> str:
    return reverse(f"sittings:{name}", args=[sitting.pk])


def test_the_entry_holds_every_answer_and_can_be_found(walker, alice) -> None:
    sitting = walker.begin("stuck")
    walker.say(sitting, "harder", body="The xylophone of the ward")
    walker.say(sitting, "moves", body="Ask Ben\nStop")
    walker.end(sitting, title="Trying other things", commit="")
    sitting.refresh_from_db()
    entry = Entry.objects.get(pk=sitting.entry_id)
    assert entry.title == "Trying other things"
    assert entry.body == (
        "### What have you been trying harder at?\n\nThe xylophone of the ward\n\n"
        "### If trying harder were forbidden, what could you try?\n\n- Ask Ben\n- Stop"
    )
    index([entry])
    found = search(alice, parse("xylophone", date(2026, 11, 20))).found
    assert [it.entry.pk for it in found] == [entry.pk]
    page = soup(walker.client.get(entry.get_absolute_url()))
    assert (
        one(page, f'a[href="{sitting.get_absolute_url()}"]').get_text() == "From a sitting: Stuck"
    )


def test_it_is_exported_with_its_answers_as_they_were_given(walker, alice) -> None:
    person = make_person(alice, name="Mira")
    sitting = walker.begin("day-line")
    walker.say(sitting, "for_whom", picked=str(person.pk))
    walker.say(sitting, "energy", number="-1")
    walker.end(sitting, commit="")
    response = walker.client.get(url("sitting_export", sitting))
    assert response["Content-Disposition"].startswith("attachment")
    told = json.loads(response.content)
    assert (told["session"], told["version"], told["state"]) == (
        "day-line",
        shipped()["day-line"].version,
        "ended",
    )
    assert [(it["step"], it["value"], it["words"], it["made"]) for it in told["answers"]] == [
        ("for_whom", {"picked": [str(person.pk)]}, "Mira", "person_link"),
        ("energy", {"number": -1}, "−1", "energy"),
    ]


def test_marks_and_links_are_made_of_what_was_ticked_only(walker, alice) -> None:
    person = make_person(alice, name="Mira")
    for ticked in (True, False):
        sitting = walker.begin("day-line")
        walker.say(sitting, "for_whom", picked=str(person.pk))
        walker.say(sitting, "energy", number="2")
        off = {} if ticked else {"make-for_whom": "", "make-energy": ""}
        walker.end(sitting, commit="", **off)
        sitting.refresh_from_db()
        entry = Entry.objects.get(pk=sitting.entry_id)
        assert entry.energy == (2 if ticked else None)
        assert ties_of(entry).people == ([person] if ticked else [])


def test_it_notes_a_line_from_each_person_who_was_picked(walker, alice) -> None:
    mira, ben = (make_person(alice, name=name) for name in ("Mira", "Ben"))
    sitting = walker.begin("week-in-review")
    walker.say(sitting, "heard", **{f"pick-{it.pk}": "on" for it in (mira, ben)})
    walker.say(sitting, f"their_words.{mira.pk}", body="It helped.")
    walker.end(sitting, commit="")
    assert [(it.person, it.words, it.day) for it in Contact.objects.for_user(alice)] == [
        (mira, "It helped.", sitting.local_date)
    ]


def test_cares_hold_or_get_new_words_with_a_reason(walker, alice) -> None:
    holds, changes, silent = (make_care(alice, label=label) for label in ("A", "B", "C"))
    sitting = walker.begin("quarter")
    walker.say(sitting, "still_true", **{f"pick-{holds.pk}": "on"})
    walker.say(sitting, "reworded", **{f"pick-{it.pk}": "on" for it in (changes, silent)})
    walker.say(sitting, f"new_words.{changes.pk}", body="That nobody is alone on the first day")
    walker.say(sitting, f"what_changed.{changes.pk}", body="I sat beside Ana.")
    walker.say(sitting, f"new_words.{silent.pk}", body="That doors are open")
    page = soup(walker.client.get(walker.url(sitting, f"new_words.{changes.pk}")))
    assert CareStatement.objects.get(care=changes).text in one(page, "aside.side").get_text()
    walker.end(sitting, commit="")
    assert CareEvent.objects.get(care=holds).kind == "still_holds"
    told = CareStatement.objects.filter(version=2).order_by("care__label")
    assert [(it.text, it.what_changed) for it in told] == [
        ("That nobody is alone on the first day", "I sat beside Ana."),
        ("That doors are open", "Said in: Quarter"),
    ]


def test_new_words_for_a_care_are_as_short_as_a_statement(walker, alice) -> None:
    care = make_care(alice)
    sitting = walker.begin("quarter")
    walker.say(sitting, "reworded", **{f"pick-{care.pk}": "on"})
    assert walker.say(sitting, f"new_words.{care.pk}", body="x" * 281).status_code == 422


def test_a_check_of_domains_is_kept_and_compared_the_next_time(walker, alice) -> None:
    for matters, lived in ((8, 3), (9, 6)):
        sitting = walker.begin("month-check")
        walker.say(sitting, "domains", **{"choice-work": "on"})
        walker.say(sitting, "matters.work", number=str(matters))
        walker.say(sitting, "lived.work", number=str(lived))
        page = soup(walker.client.get(walker.url(sitting, "gap")))
        beside = one(page, "aside.side").get_text()
        walker.end(sitting, commit="")
    assert "Work: matters 9 · lived 6" in beside
    assert "last time matters 8 · lived 3" in beside
    made = Answer.objects.for_user(alice).filter(made="domain_check")
    assert made.count() == 4


def test_old_answers_are_read_after_new_ones(walker, alice) -> None:
    make_ended_sitting(alice, "this-or-that", said={"that_day": Given("The third of May")})
    sitting = walker.begin("this-or-that")
    read = walker.url(sitting, "last_time")
    assert "The third of May" not in walker.client.get(read).content.decode()
    walker.say(sitting, "that_day", body="The ninth of June")
    assert "The third of May" in walker.client.get(read).content.decode()


def test_it_makes_one_promise_to_oneself_at_most(walker, alice) -> None:
    sitting = walker.begin("stuck")
    walker.say(sitting, "move", body="Ask Ben on Monday")
    form = walker.client.get(url("sitting_end", sitting)).context["form"]
    assert form["what"].value() == "Ask Ben on Monday"
    day = alice.today(timezone.now()) + timedelta(days=3)
    walker.end(sitting, what="Ask Ben", due_on=day.isoformat())
    sitting.refresh_from_db()
    [promise] = promises_of(alice)
    assert (promise.what, promise.pk) == ("Ask Ben", sitting.commitment_id)
    entry = Entry.objects.get(pk=sitting.entry_id)
    assert [it.pk for it in ties_of(entry).promises] == [promise.pk]


@pytest.mark.parametrize(
    ("said", "field"), [({"what": " "}, "what"), ({"due_on": "2020-01-01"}, "due_on")]
)
def test_a_promise_says_what_and_by_when(said, field, walker, alice) -> None:
    sitting = walker.begin("stuck")
    walker.say(sitting, "move", body="Ask Ben on Monday")
    response = walker.end(sitting, **said)
    assert response.status_code == 422
    assert field in response.context["form"].errors
    assert promises_of(alice) == []
    assert walker.end(sitting, commit="", **said).status_code == 302


def test_ending_twice_makes_one_entry(walker, alice) -> None:
    sitting = walker.begin("stuck")
    walker.say(sitting, "harder", body="The plan")
    form = walker.client.get(url("sitting_end", sitting)).context["form"]
    for _ in range(2):
        data = dict.fromkeys(form.ticks, "on")
        assert (
            walker.client.post(url("sitting_end", sitting), data).url == sitting.get_absolute_url()
        )
    assert Entry.objects.for_user(alice).count() == 1


def test_it_rests_and_is_taken_up_again(walker, alice) -> None:
    sitting = make_sitting(alice)
    assert walker.client.get(url("sitting_let_go", sitting)).status_code == 200
    walker.client.post(url("sitting_let_go", sitting))
    sitting.refresh_from_db()
    assert (sitting.state, sitting.entry_id) == ("let_go", None)
    assert "At the plan" in walker.client.get(sitting.get_absolute_url()).content.decode()
    walker.client.post(url("sitting_take_up", sitting))
    sitting.refresh_from_db()
    assert sitting.is_open


def test_deleting_it_leaves_the_entry_and_erasing_the_entry_takes_it_along(walker, alice) -> None:
    kept, erased = (make_ended_sitting(alice) for _ in range(2))
    walker.client.post(url("sitting_delete", kept))
    assert Entry.objects.filter(pk=kept.entry_id).exists()
    assert not Answer.objects.filter(sitting=kept.pk).exists()
    Entry.objects.get(pk=erased.entry_id).delete()
    assert not Sitting.objects.filter(pk=erased.pk).exists()


def test_past_sittings_turn_pages_by_key(walker, alice) -> None:
    made = [make_ended_sitting(alice, now=timezone.now()) for _ in range(23)]
    first = soup(walker.client.get(reverse("sittings:sitting_past")))
    assert len(first.select(".rows > li")) == 20
    second = soup(
        walker.client.get(reverse("sittings:sitting_past") + one(first, "a[rel=next]")["href"])
    )
    assert len(second.select(".rows > li")) == len(made) - 20
    assert not second.select("a[rel=next]")


@pytest.mark.parametrize(
    ("values", "name"),
    [
        ({"state": "gone", "ended_at": NOW}, "sitting_state_known"),
        ({"ended_at": NOW}, "sitting_ended_at_some_time"),
        ({"last_at": NOW - timedelta(days=9)}, "sitting_last_after_it_began"),
    ],
)
def test_the_database_keeps_it_whole(values, name, alice) -> None:
    sitting = make_sitting(alice)
    with pytest.raises(IntegrityError, match=name):
        Sitting.objects.filter(pk=sitting.pk).update(**values)


def test_none_of_it_crosses_owners(alice, bob) -> None:
    sitting, promise = make_sitting(alice), make_promise(bob)
    Sitting.objects.filter(pk=sitting.pk).update(promise=promise)
    with pytest.raises(IntegrityError, match="sitting_about_own_promise"):
        connection.check_constraints()
