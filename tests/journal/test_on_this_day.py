"""On this day: all years, the day that was chosen, and 29 February (T24, Z13)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from unittest import mock

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.journal.looking_back import month_days
from tests.factories import NOW, make_entry, make_user
from tests.house.routes import log_in
from tests.htmx import soup

URL = "/journal/on-this-day/"


@pytest.fixture(autouse=True)
def _evening_of_20_november() -> Iterator[None]:
    with mock.patch.object(timezone, "now", return_value=NOW):
        yield


def shown(client: Client, query: str = "") -> list[str]:
    """The texts on the page, in its order."""
    page = soup(client.get(URL + query))
    return [row.get_text().strip() for row in page.select(".entry-row .prose")]


def write(user: User, *days: date) -> None:
    """An entry for each day, which says its day."""
    for day in days:
        make_entry(user, local_date=day, body=day.isoformat())


def test_it_shows_this_day_of_all_years_and_no_other_day(alice_client, alice) -> None:
    write(alice, date(2026, 11, 20), date(2019, 11, 20), date(1987, 11, 20))
    write(alice, date(2019, 11, 19), date(2019, 10, 20), date(2020, 11, 21))
    assert shown(alice_client) == ["2026-11-20", "2019-11-20", "1987-11-20"]


def test_it_follows_the_day_that_was_chosen(alice_client, alice) -> None:
    write(alice, date(2026, 11, 20), date(2019, 3, 8), date(2024, 3, 8))
    assert shown(alice_client, "?date=2020-03-08") == ["2024-03-08", "2019-03-08"]
    page = soup(alice_client.get(f"{URL}?date=2020-03-08"))
    assert page.select_one("#jump-date")["value"] == "2020-03-08"
    beside = [link["href"] for link in page.select(".calendar-head nav [rel]")]
    assert beside == [f"{URL}?date=2020-03-07", f"{URL}?date=2020-03-09"]


@pytest.mark.parametrize("query", ["?date=yesterday", "?date=2026-02-29", "?date=0999-01-01"])
def test_what_is_no_day_is_today(alice_client, alice, query) -> None:
    write(alice, date(2019, 11, 20))
    assert shown(alice_client, query) == ["2019-11-20"]


@pytest.mark.parametrize("query", ["?date=1000-01-01", "?date=2999-12-31"])
def test_there_is_a_first_day_and_a_last(alice_client, query) -> None:
    assert len(soup(alice_client.get(URL + query)).select(".calendar-head nav [rel]")) == 1


@pytest.mark.parametrize(
    ("chosen", "days"),
    [
        ("2026-02-28", ["2025-02-28", "2024-02-29", "2024-02-28"]),
        ("2028-02-28", ["2025-02-28", "2024-02-28"]),
        ("2028-02-29", ["2024-02-29"]),
        ("2026-03-01", ["2023-03-01"]),
    ],
)
def test_29_february_is_at_home_on_the_28th_in_common_years(
    alice_client, alice, chosen, days
) -> None:
    write(alice, date(2024, 2, 28), date(2024, 2, 29), date(2025, 2, 28), date(2023, 3, 1))
    assert shown(alice_client, f"?date={chosen}") == days
    says = "has no 29 February" in soup(alice_client.get(f"{URL}?date={chosen}")).get_text()
    assert says == (chosen == "2026-02-28")


@given(written=st.dates(date(1000, 1, 1), date(2999, 12, 31)), year=st.integers(1000, 2999))
def test_every_entry_is_looked_back_on_once_a_year(written, year) -> None:
    first = date(year, 1, 1).toordinal()
    own = written.month * 100 + written.day
    length = date(year, 12, 31).toordinal() - first + 1
    hosts = [date.fromordinal(first + at) for at in range(length)]
    assert sum(own in month_days(day) for day in hosts) == 1


@pytest.mark.parametrize(
    ("zone", "day"),
    [
        ("America/Los_Angeles", "2026-11-20"),
        ("Pacific/Kiritimati", "2026-11-21"),
        ("Asia/Kathmandu", "2026-11-21"),
    ],
)
def test_it_begins_with_the_day_of_the_wall_clock(db, zone, day) -> None:
    person = make_user(time_zone=zone)
    now = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
    with mock.patch.object(timezone, "now", return_value=now):
        page = soup(log_in(person).get(URL))
    assert page.select_one("#jump-date")["value"] == day


def test_it_shows_nobody_elses_and_nothing_thrown_away(alice_client, alice, bob) -> None:
    write(bob, date(2019, 11, 20))
    make_entry(alice, local_date=date(2018, 11, 20), trashed_at=NOW)
    assert shown(alice_client) == []


def test_what_was_asked_not_to_come_back_is_left_out_and_said_to_be(alice_client, alice) -> None:
    write(alice, date(2019, 11, 20))
    make_entry(alice, local_date=date(2018, 11, 20), body="a hard day", comes_back=False)
    assert shown(alice_client) == ["2019-11-20"]
    page = soup(alice_client.get(URL))
    assert "One entry that you asked not to bring back" in page.get_text()
    assert shown(alice_client, "?date=2026-11-20&all=yes") == ["2019-11-20", "a hard day"]


def test_many_go_on_over_pages(alice_client, alice) -> None:
    write(alice, *(date(1960 + number, 11, 20) for number in range(45)))
    found, url = [], URL
    while url:
        page = soup(alice_client.get(url))
        found += [row.get_text().strip() for row in page.select(".entry-row .prose")]
        more = page.select_one("main p > a[rel=next]")
        url = more["href"] if more else ""
    assert found == [f"{year}-11-20" for year in range(2004, 1959, -1)]


def test_a_days_page_leads_to_its_other_years(alice_client, alice) -> None:
    write(alice, date(2024, 11, 20), date(2019, 11, 20))
    make_entry(alice, local_date=date(2018, 11, 20), comes_back=False)
    page = soup(alice_client.get("/journal/on/2024-11-20/"))
    line = page.find("p", string=None, class_="quiet")
    assert [link["href"] for link in line.select("a")] == [
        "/journal/on/2019-11-20/",
        f"{URL}?date=2024-11-20",
    ]
