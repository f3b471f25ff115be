"""The lines about people on Today: at most two, gentle, and one query for all of them."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.people.models import Contact, Person
from apps.people.rhythm import Known, is_due
from apps.people.today import lines_of
from tests.factories import (
    TODAY,
    make_circle,
    make_contact,
    make_date,
    make_entry,
    make_person,
)
from tests.htmx import one, same, soup


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def due(owner, name="Ana", days=49, **over) -> Person:
    person = make_person(owner, name=name, **({"rhythm_weeks": 6} | over))
    make_contact(person, day=ago(days))
    return person


def test_it_says_since_when_one_has_not_heard_from_somebody(alice) -> None:
    due(alice)
    assert [(line.name, line.weeks) for line in lines_of(alice, TODAY)] == [("Ana", 7)]


def test_it_counts_from_when_they_were_added_where_nothing_is_noted(alice) -> None:
    person = make_person(alice, rhythm_weeks=1)
    added = datetime(2026, 11, 1, 12, tzinfo=UTC)
    Person.objects.filter(pk=person.pk).update(created_at=added)
    assert lines_of(alice, added.date() + timedelta(days=6)) == []
    [line] = lines_of(alice, added.date() + timedelta(days=7))
    assert line.weeks is None


def test_any_contact_begins_it_anew_and_an_entry_does_not(alice) -> None:
    person = due(alice)
    make_entry(alice, body=f"With @{person.name}.", local_date=TODAY)
    assert len(lines_of(alice, TODAY)) == 1
    make_contact(person, day=ago(1))
    assert lines_of(alice, TODAY) == []


def test_what_other_apps_know_begins_it_anew_too(alice) -> None:
    person = due(alice)
    assert lines_of(alice, TODAY, {person.pk: ago(3)}) == []
    assert len(lines_of(alice, TODAY, {person.pk: ago(60)})) == 1


def test_the_shortest_circle_counts_unless_they_have_a_rhythm_of_their_own(alice) -> None:
    ana = due(alice, "Ana", days=30, rhythm_weeks=None)
    ben = due(alice, "Ben", days=30, rhythm_weeks=52)
    make_circle(alice, ana, ben, rhythm_weeks=12)
    assert lines_of(alice, TODAY) == []
    make_circle(alice, ana, ben, rhythm_weeks=4)
    make_circle(alice, ana, ben)
    assert [line.name for line in lines_of(alice, TODAY)] == ["Ana"]


def test_nothing_is_heard_from_somebody_pictured(alice) -> None:
    make_circle(alice, make_person(alice, kind="pictured"), rhythm_weeks=1)
    assert lines_of(alice, TODAY + timedelta(days=4_000)) == []


def test_there_are_two_lines_at_most_and_days_come_first(alice) -> None:
    for number in range(4):
        due(alice, f"Ana {number}", days=70 - number)
    make_date(make_person(alice, name="Zoë"), label="Birthday", month=11, day=27)
    assert [line.name for line in lines_of(alice, TODAY)] == ["Zoë", "Ana 0"]


@pytest.mark.parametrize(
    ("month", "day", "is_near"), [(11, 20, True), (11, 27, True), (11, 28, False), (11, 19, False)]
)
def test_a_day_is_shown_from_a_week_before(alice, month, day, is_near) -> None:
    make_date(make_person(alice), month=month, day=day)
    assert bool(lines_of(alice, TODAY)) is is_near


def test_it_is_one_query_however_many_there_are(alice) -> None:
    counts = []
    for _round in range(2):
        for _number in range(12):
            make_date(due(alice), day=22)
        with CaptureQueriesContext(connection) as found:
            lines_of(alice, TODAY)
        counts.append(len(found))
    assert counts == [1, 1]


def test_it_shows_nobody_of_anybody_else(alice, bob) -> None:
    make_date(due(bob), day=22)
    make_circle(bob, due(bob, rhythm_weeks=None), rhythm_weeks=1)
    assert lines_of(alice, TODAY) == []


@given(
    st.one_of(st.none(), st.integers(1, 20)),
    st.lists(st.integers(1, 20), max_size=3),
    st.lists(st.integers(0, 200), max_size=3),
    st.one_of(st.none(), st.integers(-14, 14)),
    st.integers(0, 200),
)
def test_the_database_finds_whom_the_rule_finds(alice, own, circles, heard, snooze, added) -> None:
    until = TODAY + timedelta(days=snooze) if snooze is not None else None
    person = make_person(alice, rhythm_weeks=own, snoozed_until=until)
    created = datetime.combine(ago(added), datetime.min.time(), UTC)
    Person.objects.filter(pk=person.pk).update(created_at=created)
    for weeks in circles:
        make_circle(alice, person, rhythm_weeks=weeks)
    for days in heard:
        make_contact(person, day=ago(days))
    known = Known(
        person.pk,
        person.name,
        own if own is not None else min(circles, default=None),
        ago(min(heard)) if heard else None,
        created.date(),
        until,
    )
    found = [line.person_id for line in lines_of(alice, TODAY)]
    person.delete()
    assert found == ([known.person_id] if is_due(known, TODAY) else [])


# --- The buttons ----------------------------------------------------------------------------


def due_now(alice, name="Ana") -> Person:
    person = make_person(alice, name=name, rhythm_weeks=1)
    make_contact(person, day=alice.today(timezone.now()) - timedelta(days=21))
    return person


def test_today_says_it_kindly(alice_client, alice) -> None:
    due_now(alice)
    said = one(soup(alice_client.get("/today/")), "#people-today").get_text()
    assert "It has been 3 weeks since you heard from Ana." in said
    assert "late" not in said.lower()


@pytest.mark.parametrize("act", ["heard", "snooze"])
def test_a_button_changes_the_lines_as_a_reload_would(htmx_client, alice, act) -> None:
    person = due_now(alice)
    page = htmx_client.page("/today/")
    form = f"form[action='{reverse(f'people:person_{act}', args=[person.pk])}']"
    response = htmx_client.submit(page, form)
    assert response.headers["HX-Trigger"] == '{"personChanged": {}}'
    assert not page.select("#people-today li")
    same(page, htmx_client.page("/today/"), "#people-today")


def test_hearing_from_somebody_is_noted_once_a_day(alice_client, alice) -> None:
    person = due_now(alice)
    for _time in range(2):
        response = alice_client.post(reverse("people:person_heard", args=[person.pk]))
        assert response.headers["Location"] == person.get_absolute_url()
    assert Contact.objects.filter(day=alice.today(timezone.now())).count() == 1


def test_not_this_week_lasts_a_week(alice_client, alice) -> None:
    person = due_now(alice)
    alice_client.post(reverse("people:person_snooze", args=[person.pk]))
    today = alice.today(timezone.now())
    assert lines_of(alice, today + timedelta(days=6)) == []
    assert len(lines_of(alice, today + timedelta(days=7))) == 1


@pytest.mark.parametrize("act", ["heard", "snooze"])
def test_nothing_is_noted_of_a_strangers_or_a_pictured_person(bob_client, alice, bob, act) -> None:
    for person in (make_person(alice), make_person(bob, kind="pictured")):
        assert bob_client.post(reverse(f"people:person_{act}", args=[person.pk])).status_code == 404
    assert not Contact.objects.exists()
