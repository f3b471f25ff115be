"""The day an entry lands on is the one the person's wall clock said, by the real pages.

The server's clock runs in UTC. What the page offers, what the form sends and what is kept are
looked at for zones at both ends of the world, with odd offsets, and at changes of clocks.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from unittest import mock

import pytest
from bs4 import Tag
from django.db.models import Model
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.journal import sorting
from apps.journal.models import Attachment, Entry, EntryPerson, EntryTag, Highlight, Revision
from apps.journal.settling import try_to_settle
from tests.factories import TODAY as TODAY_OF_TESTS
from tests.factories import (
    make_attachment,
    make_entry,
    make_highlight,
    make_person,
    make_user,
)
from tests.house.routes import log_in
from tests.htmx import fields, one, soup

TODAY = reverse("home:today")


def at(zone_name: str, day: date, hour: int, minute: int, fold: int = 0) -> datetime:
    """The instant in UTC, worked out by hand from the offset in force (zoneinfo is under test)."""
    hours = OFFSETS[zone_name, day, fold]
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC) - timedelta(hours=hours)


# Hours ahead of UTC as the laws of these places have it, on the days below.
OFFSETS = {
    ("Pacific/Kiritimati", date(2026, 11, 20), 0): 14,
    ("Pacific/Pago_Pago", date(2026, 11, 20), 0): -11,
    ("Asia/Kathmandu", date(2026, 11, 20), 0): 5.75,
    ("Asia/Shanghai", date(2026, 11, 20), 0): 8,
    ("America/Los_Angeles", date(2026, 12, 1), 0): -8,
    ("Australia/Lord_Howe", date(2026, 4, 4), 0): 11,
    ("Australia/Lord_Howe", date(2026, 4, 5), 1): 10.5,
    ("Europe/Vienna", date(2026, 3, 28), 0): 1,
    ("Europe/Vienna", date(2026, 3, 29), 1): 2,
    ("Europe/Vienna", date(2026, 10, 25), 0): 2,
    ("Europe/Vienna", date(2026, 10, 25), 1): 1,
    ("Asia/Beirut", date(2026, 3, 29), 1): 3,
}
MOMENTS = [
    ("Pacific/Kiritimati", date(2026, 11, 20), 0, 10, 0),
    ("Pacific/Kiritimati", date(2026, 11, 20), 23, 50, 0),
    ("Pacific/Pago_Pago", date(2026, 11, 20), 0, 10, 0),
    ("Pacific/Pago_Pago", date(2026, 11, 20), 23, 50, 0),
    ("Asia/Kathmandu", date(2026, 11, 20), 0, 0, 0),
    ("Asia/Kathmandu", date(2026, 11, 20), 23, 59, 0),
    ("Asia/Shanghai", date(2026, 11, 20), 7, 30, 0),
    ("America/Los_Angeles", date(2026, 12, 1), 0, 30, 0),
    ("America/Los_Angeles", date(2026, 12, 1), 23, 30, 0),
    ("Australia/Lord_Howe", date(2026, 4, 4), 23, 30, 0),
    ("Australia/Lord_Howe", date(2026, 4, 5), 2, 15, 1),
    ("Europe/Vienna", date(2026, 3, 28), 23, 30, 0),
    ("Europe/Vienna", date(2026, 3, 29), 3, 30, 1),
    ("Europe/Vienna", date(2026, 10, 25), 2, 30, 0),
    ("Europe/Vienna", date(2026, 10, 25), 2, 30, 1),
    ("Asia/Beirut", date(2026, 3, 29), 1, 30, 1),
]


def writer(client: Client, url: str) -> Tag:
    return one(soup(client.get(url)), "main form[autocomplete=off]")


def write(person: User, now: datetime, url: str = TODAY, **over: str) -> Entry:
    """Open the page at this instant, type a line, send the form."""
    with mock.patch.object(timezone, "now", return_value=now):
        client = log_in(person)
        form = writer(client, url)
        response = client.post(form["action"], fields(form) | {"body": "A line."} | over)
        assert response.status_code == 302
    return Entry.objects.for_user(person).latest("id")


@pytest.mark.parametrize(
    "moment", MOMENTS, ids=lambda moment: f"{moment[0]}-{moment[1]}-{moment[2]}"
)
def test_it_lands_on_the_day_the_wall_clock_said(db, moment) -> None:
    zone_name, day, hour, minute, fold = moment
    now = at(zone_name, day, hour, minute, fold)
    entry = write(make_user(time_zone=zone_name), now)
    assert entry.local_date == day
    assert entry.occurred_at == now
    assert (entry.wall_time.hour, entry.wall_time.minute) == (hour, minute)


@pytest.mark.parametrize(
    ("hour", "minute", "day"),
    [(2, 10, 19), (3, 59, 19), (4, 0, 20), (23, 50, 20)],
    ids=["owl", "last-minute", "begins", "evening"],
)
def test_a_night_owls_entry_belongs_to_the_day_before_and_can_be_moved(
    db, hour, minute, day
) -> None:
    owl = make_user(time_zone="Asia/Kathmandu", day_starts_at=4)
    now = at("Asia/Kathmandu", date(2026, 11, 20), hour, minute)
    entry = write(owl, now)
    assert entry.local_date == date(2026, 11, day)
    moved = write(owl, now, reverse("journal:entry_create"), local_date="2026-11-20")
    assert moved.local_date == date(2026, 11, 20)


def test_a_page_left_open_over_midnight_keeps_its_day(db) -> None:
    """What was begun in the evening is of the evening; only a page opened later is of tomorrow."""
    person = make_user(time_zone="Asia/Shanghai")
    evening = at("Asia/Shanghai", date(2026, 11, 20), 23, 55)
    with mock.patch.object(timezone, "now", return_value=evening):
        client = log_in(person)
        form = writer(client, TODAY)
    with mock.patch.object(timezone, "now", return_value=evening + timedelta(minutes=20)):
        client.post(form["action"], fields(form) | {"body": "Late."})
        later = fields(writer(client, reverse("journal:entry_create")))
    assert Entry.objects.get().local_date == date(2026, 11, 20)
    assert later["local_date"] == "2026-11-21"


def test_the_persons_zone_counts_and_not_the_servers_or_the_browsers(db) -> None:
    now = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)
    entry = write(make_user(time_zone="Asia/Shanghai"), now)
    assert (entry.local_date, entry.time_zone) == (date(2026, 11, 21), "Asia/Shanghai")


def test_the_month_is_the_one_of_the_day(db) -> None:
    """Half past midnight on the first in Los Angeles is the first there, whatever UTC says."""
    person = make_user(time_zone="America/Los_Angeles")
    entry = write(person, at("America/Los_Angeles", date(2026, 12, 1), 0, 30))
    page = soup(
        log_in(person).get(reverse("journal:entry_list"), headers={"Accept-Language": "en"})
    )
    assert one(page, "h2.month").get_text(strip=True) == "December 2026"
    assert one(page, f"#entry-{entry.pk}-row time")["datetime"] == "2026-12-01"


def test_nothing_stored_changes_when_somebody_moves(db) -> None:
    """From New Zealand to Nepal, with another day start, weekday, language and text size."""
    person = make_user(time_zone="Pacific/Auckland", day_starts_at=3)
    make_person(person)
    for days in range(5):
        make_entry(person, local_date=date(2026, 11, 20) - timedelta(days=days))
    write(person, datetime(2026, 11, 20, 11, 30, tzinfo=UTC))
    before = [list(model.objects.order_by("pk").values()) for model in (Entry, Revision)]
    client = log_in(person)
    sent = {
        "name": "Moved",
        "time_zone": "Asia/Kathmandu",
        "day_starts_at": "0",
        "first_weekday": "6",
        "theme": "dark",
        "text_size": "large",
        "language": "en-gb",
    }
    assert client.post(reverse("accounts:settings"), sent).status_code == 302
    person.refresh_from_db()
    assert person.time_zone == "Asia/Kathmandu"
    for url in (TODAY, reverse("journal:entry_list"), Entry.objects.first().get_absolute_url()):
        assert client.get(url).status_code == 200
    assert [list(model.objects.order_by("pk").values()) for model in (Entry, Revision)] == before


def test_going_on_elsewhere_leaves_day_time_and_zone(db) -> None:
    """Written in Auckland, gone on with in Kathmandu: it stays the entry of that day there."""
    person = make_user(time_zone="Pacific/Auckland")
    entry = write(person, datetime(2026, 11, 20, 11, 30, tzinfo=UTC))
    User.objects.filter(pk=person.pk).update(time_zone="Asia/Kathmandu")
    client = log_in(person)
    form = writer(client, reverse("journal:entry_edit", args=[entry.pk]))
    client.post(form["action"], fields(form) | {"body": "A line, and another."})
    after = Entry.objects.get()
    assert after.body == "A line, and another."
    assert (after.local_date, after.occurred_at, after.time_zone) == (
        entry.local_date,
        entry.occurred_at,
        "Pacific/Auckland",
    )


def test_another_day_leaves_all_that_belongs_to_an_entry(db) -> None:
    """failure-stories T11: tags, people, notebook, highlight, file, star and earlier texts."""
    person = make_user()
    notebook = sorting.add_notebook(person, "Work")
    make_person(person, name="Jonas")
    entry = make_entry(person, body="Met @Jonas by the river. #walk", starred=True)
    assert try_to_settle(person, entry.pk)
    sorting.move_entries(person, [entry.pk], notebook)
    sorting.pick_tags(person, entry, ["picked"])
    make_highlight(entry, "by the river", note="Why there?")
    make_attachment(entry)
    related = (EntryTag, EntryPerson, Highlight, Attachment)
    before = [rows_of(model) for model in related]
    client = log_in(person)
    form = writer(client, reverse("journal:entry_edit", args=[entry.pk]))
    answer = client.post(form["action"], fields(form) | {"local_date": "2024-05-12"})
    assert answer.status_code == 302
    assert try_to_settle(person, entry.pk)
    entry.refresh_from_db()
    assert (entry.local_date, entry.notebook, entry.starred) == (date(2024, 5, 12), notebook, True)
    assert all(before)
    assert [rows_of(model) for model in related] == before


def rows_of(model: type[Model]) -> list[dict[str, Any]]:
    """Its rows, without when they were looked at and in which version of a text."""
    rows = model._base_manager.order_by("pk").values()
    looked = {"updated_at", "stands_in"}
    return [{name: row[name] for name in row.keys() - looked} for row in rows]


def test_a_second_entry_of_a_day_replaces_nothing(db) -> None:
    """failure-stories T15: written there, or moved there from another day."""
    person = make_user()
    first = make_entry(person, body="In the morning.")
    make_entry(person, body="In the evening.")
    other = make_entry(person, body="Yesterday.", local_date=TODAY_OF_TESTS - timedelta(days=1))
    client = log_in(person)
    form = writer(client, reverse("journal:entry_edit", args=[other.pk]))
    client.post(form["action"], fields(form) | {"local_date": TODAY_OF_TESTS.isoformat()})
    kept = Entry.objects.filter(local_date=TODAY_OF_TESTS).values_list("body", flat=True)
    assert set(kept) == {"In the morning.", "In the evening.", "Yesterday."}
    page = soup(client.get(reverse("journal:day_detail", args=[TODAY_OF_TESTS])))
    assert len(page.select("[id^=entry-][id$=-row]")) == 3
    first.refresh_from_db()
    assert first.version == 1


def test_it_catches_a_day_taken_from_the_server(db, monkeypatch) -> None:
    monkeypatch.setattr(User, "today", lambda _self, now: now.date())
    zone_name, day, hour, minute, fold = MOMENTS[0]
    entry = write(make_user(time_zone=zone_name), at(zone_name, day, hour, minute, fold))
    assert entry.local_date != day
