"""The calendar: whose days, which day is today, how weeks begin, and what each day says."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from unittest import mock

import pytest
from bs4 import BeautifulSoup, Tag
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import User
from apps.core.periods import Month
from apps.journal.calendar import month_of_days, week_days, year_of_days, years_written
from tests.factories import NOW, TODAY, make_entry, make_user
from tests.house.routes import log_in
from tests.htmx import HtmxClient, one, same, soup

NOVEMBER = "/journal/calendar/2026/11/"


@pytest.fixture(autouse=True)
def _evening_of_20_november() -> Iterator[None]:
    with mock.patch.object(timezone, "now", return_value=NOW):
        yield


def cell(page: BeautifulSoup, day: str) -> Tag:
    """The cell of a day."""
    return one(page, f'[data-day="{day}"]')


def says(page: BeautifulSoup, day: str) -> str:
    """What the day says to whoever hears it."""
    found = cell(page, day)
    return str((found.a or found)["aria-label"])


def month(user: User, year: int, number: int, first_weekday: int = 0) -> list[list[int | None]]:
    """A month as the numbers in its rows."""
    page = month_of_days(user, Month(year, number), today=TODAY, first_weekday=first_weekday)
    return [[day.day.day if day else None for day in week] for week in page.weeks]


# --- Which month ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("zone", "now", "starts_at", "address"),
    [
        ("America/Los_Angeles", datetime(2026, 12, 1, 7, 30, tzinfo=UTC), 0, "2026/11"),
        ("America/Los_Angeles", datetime(2026, 12, 1, 8, 30, tzinfo=UTC), 0, "2026/12"),
        ("Pacific/Kiritimati", datetime(2026, 12, 31, 10, 30, tzinfo=UTC), 0, "2027/01"),
        ("Asia/Kathmandu", datetime(2026, 11, 30, 18, 20, tzinfo=UTC), 0, "2026/12"),
        ("Asia/Kathmandu", datetime(2026, 11, 30, 18, 10, tzinfo=UTC), 0, "2026/11"),
        ("Europe/Vienna", datetime(2026, 12, 1, 2, 0, tzinfo=UTC), 4, "2026/11"),
    ],
)
def test_it_leads_to_the_month_of_the_wall_clock(db, zone, now, starts_at, address) -> None:
    person = make_user(time_zone=zone, day_starts_at=starts_at)
    with mock.patch.object(timezone, "now", return_value=now):
        response = log_in(person).get("/journal/calendar/")
    assert response.headers["Location"] == f"/journal/calendar/{address}/"


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Kiritimati", "Asia/Kathmandu"])
def test_label_address_and_cell_name_the_same_day_in_every_zone(db, zone) -> None:
    person = make_user(time_zone=zone)
    make_entry(person, local_date=date(2026, 11, 1), time_zone=zone)
    page = soup(log_in(person).get(NOVEMBER))
    assert one(page, "tl-calendar h2").get_text() == "November 2026"
    assert cell(page, "2026-11-01").a["href"] == "/journal/on/2026-11-01/"
    assert says(page, "2026-11-01") == "Sunday, November 1, 2026, 1 entry"
    assert cell(page, "2026-11-01").select_one(".date").get_text() == "1"


@pytest.mark.parametrize(
    "path",
    [
        "/journal/calendar/2026/13/",
        "/journal/calendar/2026/00/",
        "/journal/calendar/0999/12/",
        "/journal/calendar/3000/01/",
        "/journal/calendar/2026/1/",
        "/journal/year/0999/",
        "/journal/year/3000/",
        "/journal/on/2026-02-29/",
        "/journal/on/2026-11-31/",
    ],
)
def test_there_is_no_page_for_what_no_calendar_has(alice_client, path) -> None:
    assert alice_client.get(path).status_code == 404


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/journal/calendar/1000/01/", {"1000-02", "1001-01"}),
        ("/journal/calendar/2999/12/", {"2999-11", "2998-12"}),
        ("/journal/calendar/2026/12/", {"2025-12", "2026-11", "2027-01", "2027-12"}),
        ("/journal/year/1000/", {"1001"}),
        ("/journal/year/2999/", {"2998"}),
    ],
)
def test_it_leads_on_as_far_as_the_journal_knows_years(alice_client, path, leads) -> None:
    page = soup(alice_client.get(path))
    assert {link["data-to"] for link in page.select("a[data-to]")} == leads


@pytest.mark.parametrize(
    ("query", "address"),
    [
        ("year=2024&month=2", "2024/02"),
        ("year=24&month=2", "2026/11"),
        ("year=2024&month=13", "2026/11"),
        ("year=99999999999999999999&month=1", "2026/11"),
        ("year=x", "2026/11"),
    ],
)
def test_its_form_goes_to_a_month(alice_client, query, address) -> None:
    response = alice_client.get(f"/journal/calendar/?{query}")
    assert response.headers["Location"] == f"/journal/calendar/{address}/"


# --- How weeks begin --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first_weekday", "first_row", "rows"),
    [
        (0, [None] * 6 + [1], 6),
        (6, [1, 2, 3, 4, 5, 6, 7], 5),
        (5, [None, 1, 2, 3, 4, 5, 6], 5),
    ],
    ids=["monday", "sunday", "saturday"],
)
def test_its_weeks_begin_as_the_person_says(alice, first_weekday, first_row, rows) -> None:
    weeks = month(alice, 2026, 11, first_weekday)
    assert weeks[0] == first_row
    assert len(weeks) == rows
    assert {len(week) for week in weeks} == {7}
    names = [f"{day:%A}" for day in week_days(first_weekday)]
    assert names[0] == {0: "Monday", 6: "Sunday", 5: "Saturday"}[first_weekday]


def test_every_month_of_every_kind_of_year_has_its_days_in_order(alice) -> None:
    for year, february in ((2023, 28), (2024, 29), (1900, 28), (2000, 29)):
        for number in range(1, 13):
            found = [day for week in month(alice, year, number, 6) for day in week if day]
            assert found == list(range(1, len(found) + 1))
            assert number != 2 or len(found) == february


def test_the_turn_of_the_year_belongs_to_no_other(alice_client, alice) -> None:
    for day in (date(2025, 12, 31), date(2026, 12, 31), date(2026, 1, 1), date(2027, 1, 1)):
        make_entry(alice, local_date=day)
    page = soup(alice_client.get("/journal/year/2026/"))
    written = [cell["data-day"] for cell in page.select("td[data-n]") if cell["data-n"] != "0"]
    assert written == ["2026-01-01", "2026-12-31"]


# --- What a day says --------------------------------------------------------------------------


def test_a_day_says_how_much_it_holds_and_how_it_felt(alice_client, alice) -> None:
    make_entry(alice, local_date=date(2026, 11, 3), mood=1)
    make_entry(alice, local_date=date(2026, 11, 4), mood=-1)
    make_entry(alice, local_date=date(2026, 11, 4), mood=2)
    make_entry(alice, local_date=date(2026, 11, 4))
    page = soup(alice_client.get(NOVEMBER))
    assert says(page, "2026-11-03") == "Tuesday, November 3, 2026, 1 entry, mood: Good"
    assert says(page, "2026-11-04").endswith("3 entries, mood: from Low to Very good")
    assert len(cell(page, "2026-11-04").select(".dots i")) == 3
    assert "2 days" in one(page, ".calendar-foot").get_text()
    assert "4 entries" in one(page, ".calendar-foot").get_text()


def test_an_empty_day_can_be_written_and_one_to_come_cannot(alice_client) -> None:
    page = soup(alice_client.get(NOVEMBER))
    assert cell(page, "2026-11-19").a["href"] == "/journal/new/?date=2026-11-19"
    assert says(page, "2026-11-20").startswith("Friday, November 20, 2026, today, nothing written")
    assert cell(page, "2026-11-20").a["aria-current"] == "date"
    assert cell(page, "2026-11-21").a is None
    assert says(page, "2026-11-21") == "Saturday, November 21, 2026, still to come"


def test_a_day_to_come_that_holds_something_can_be_opened(alice_client, alice) -> None:
    make_entry(alice, local_date=date(2026, 11, 24))
    page = soup(alice_client.get(NOVEMBER))
    assert cell(page, "2026-11-24").a["href"] == "/journal/on/2026-11-24/"


def test_it_says_all_of_it_in_german(db) -> None:
    person = make_user(language="de", time_zone="Europe/Vienna")
    make_entry(person, local_date=date(2026, 11, 3), mood=1)
    page = soup(log_in(person).get(NOVEMBER))
    assert says(page, "2026-11-03") == "Dienstag, 3. November 2026, 1 Eintrag, Stimmung: Gut"


def test_it_counts_nobody_elses_and_nothing_thrown_away(alice_client, alice, bob) -> None:
    make_entry(bob, local_date=date(2026, 11, 3))
    make_entry(alice, local_date=date(2026, 11, 4), trashed_at=NOW)
    for path in (NOVEMBER, "/journal/year/2026/"):
        page = soup(alice_client.get(path))
        assert not page.select('td[data-n]:not([data-n="0"])')
        assert not page.select('.chip[href^="/journal/year/"]')
    assert "Nothing is written" in soup(alice_client.get("/journal/on/2026-11-03/")).get_text()


# --- A year, and years ------------------------------------------------------------------------


def test_a_year_is_deeper_where_more_was_written(alice_client, alice) -> None:
    for count, day in ((1, 2), (2, 3), (5, 4)):
        for _ in range(count):
            make_entry(alice, local_date=date(2026, 3, day))
    page = soup(alice_client.get("/journal/year/2026/"))
    found = [cell(page, f"2026-03-0{day}")["data-n"] for day in (1, 2, 3, 4)]
    assert found == ["0", "1", "2", "3"]
    assert says(page, "2026-03-04") == "Wednesday, March 4, 2026, 5 entries"
    assert len(page.select("table")) == 12
    assert len(page.select("[data-day]")) == 365
    march = page.select(".year section")[2]
    assert "8 entries" in march.get_text()
    assert "8 entries on 3 days" in one(page, ".calendar-head").get_text()


def test_it_knows_the_years_with_entries(alice, bob) -> None:
    for year in (1000, 1987, 2019, 2024, 2026, 2999):
        make_entry(alice, local_date=date(year, 6, 1))
    make_entry(alice, local_date=date(2022, 6, 1), trashed_at=NOW)
    assert years_written(alice) == [2999, 2026, 2024, 2019, 1987, 1000]
    assert years_written(bob) == []


# --- One day ----------------------------------------------------------------------------------


def test_a_day_shows_its_entries_and_leads_to_those_beside_it(alice_client, alice) -> None:
    for day, body in ((3, "before"), (10, "this one"), (24, "after")):
        make_entry(alice, local_date=date(2026, 11, day), body=body)
    page = soup(alice_client.get("/journal/on/2026-11-10/"))
    assert [row.get_text().strip() for row in page.select(".entry-row .prose")] == ["this one"]
    assert one(page, ".beside [rel=prev]")["href"] == "/journal/on/2026-11-03/"
    assert one(page, ".beside [rel=next]")["href"] == "/journal/on/2026-11-24/"
    assert page.select('a[href="/journal/new/?date=2026-11-10"]')


def test_a_long_day_goes_on_over_pages(alice_client, alice) -> None:
    made = {str(make_entry(alice, body=f"line {number}").pk) for number in range(45)}
    url, found = f"/journal/on/{TODAY.isoformat()}/", []
    while url:
        page = soup(alice_client.get(url))
        found += [row["id"] for row in page.select(".entry-row")]
        more = page.select_one("main p > a[rel=next]")
        url = f"/journal/on/{TODAY.isoformat()}/{more['href']}" if more else ""
    assert len(found) == 45
    assert {name.removeprefix("entry-").removesuffix("-row") for name in found} == made


# --- In place, and fast -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "link", "leads"),
    [
        (NOVEMBER, "#month-before", "/journal/calendar/2026/10/"),
        (NOVEMBER, "#year-after", "/journal/calendar/2027/11/"),
        ("/journal/year/2026/", "#year-before", "/journal/year/2025/"),
    ],
)
def test_another_month_comes_in_place_as_a_reload_would_show_it(
    htmx_client: HtmxClient, alice, path, link, leads
) -> None:
    make_entry(alice, local_date=date(2026, 10, 5))
    page = htmx_client.page(path)
    assert htmx_client.follow(page, link).status_code == 200
    same(page, htmx_client.page(leads), "tl-calendar")


@pytest.mark.parametrize("path", [NOVEMBER, "/journal/year/2026/", "/journal/on/2026-11-20/"])
def test_it_takes_few_queries_however_much_there_is(alice_client, alice, path) -> None:
    counts = []
    for _ in range(2):
        for number in range(12):
            make_entry(alice, local_date=date(2026 - number, 11, 20 - number), mood=1)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            alice_client.get(path)
        counts.append(len([q for q in queries if "journal_entry" in q["sql"]]))
    assert counts[0] == counts[1] <= 5


def test_a_year_reads_days_and_nothing_else(alice) -> None:
    make_entry(alice)
    with CaptureQueriesContext(connection) as queries:
        year_of_days(alice, 2026, today=TODAY, first_weekday=0)
    (query,) = queries
    assert "mood" not in query["sql"]
    assert "body" not in query["sql"]


def test_the_journal_leads_to_it(alice_client) -> None:
    page = soup(alice_client.get(reverse("journal:entry_list")))
    assert one(page, f'.places a[href="{reverse("journal:calendar")}"]')
