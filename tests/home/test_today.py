"""Today: the writer, the thread of the day, and which day it is."""

from datetime import UTC, datetime, timedelta

import pytest

from apps.home.day import day_of
from apps.journal import drafting
from apps.journal.models import Entry
from apps.journal.templatetags.journal import days_written
from tests.factories import NOW, TODAY, make_entry, make_user


def test_it_makes_nothing_by_looking(alice_client) -> None:
    assert alice_client.get("/today/").status_code == 200
    assert not Entry.objects.exists()


def test_it_goes_on_with_a_sitting(alice) -> None:
    entry = make_entry(alice, body="In the middle of")
    today = day_of(alice, NOW + timedelta(minutes=9))
    assert (today.entry_id, today.entries) == (entry.pk, [])
    assert today.form["body"].value() == "In the middle of"


def test_it_offers_a_fresh_page_after_a_rest(alice) -> None:
    entry = make_entry(alice)
    today = day_of(alice, NOW + timedelta(minutes=10))
    assert today.entry_id != entry.pk
    assert [shown.pk for shown in today.entries] == [entry.pk]


def test_it_offers_a_fresh_page_after_done(alice) -> None:
    entry = make_entry(alice)
    drafting.close(entry, NOW)
    assert day_of(alice, NOW).entry_id != entry.pk


@pytest.mark.parametrize(
    ("hour", "starts_at", "day"),
    [(1, 0, 21), (1, 4, 20), (3, 4, 20), (4, 4, 21), (23, 4, 20)],
)
def test_it_begins_the_day_at_the_persons_hour(db, hour, starts_at, day) -> None:
    owl = make_user(time_zone="UTC", day_starts_at=starts_at)
    now = datetime(2026, 11, 20 if hour == 23 else 21, hour, 10, tzinfo=UTC)
    assert day_of(owl, now).day.day == day


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("Asia/Shanghai", 21),
        ("Pacific/Kiritimati", 21),
        ("Pacific/Pago_Pago", 20),
        ("Asia/Kathmandu", 21),
        ("America/Los_Angeles", 20),
    ],
)
def test_it_is_the_day_of_the_wall_clock(db, zone, day) -> None:
    person = make_user(time_zone=zone)
    assert day_of(person, datetime(2026, 11, 20, 23, 30, tzinfo=UTC)).day.day == day


def test_it_says_what_a_square_means_before_the_first_is_written(alice) -> None:
    assert days_written(day_of(alice, NOW).weeks) == "Each day you write on has a square here."
    make_entry(alice, local_date=TODAY)
    assert days_written(day_of(alice, NOW).weeks) == "1 day written in 18 weeks"


def test_it_counts_the_days_of_the_last_weeks(alice) -> None:
    for age in (0, 0, 1, 125, 400):
        make_entry(alice, local_date=TODAY - timedelta(days=age))
    shades = day_of(alice, NOW + timedelta(hours=1)).weeks.shades
    assert shades[-3:] == "012"
    # TODAY is a Friday, and her weeks begin on Mondays: 17 whole ones and five days.
    assert len(shades) == 17 * 7 + 5
    assert shades.count("0") == len(shades) - 2


def test_it_never_moves_a_stored_day(alice) -> None:
    make_entry(alice)
    for zone in ("Pacific/Auckland", "Asia/Kathmandu", "America/Anchorage"):
        alice.time_zone, alice.day_starts_at = zone, 6
        alice.save()
        day_of(alice, NOW)
    assert Entry.objects.get().local_date == TODAY
