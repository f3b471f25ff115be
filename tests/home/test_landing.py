"""The front door, and the first words of today."""

from datetime import UTC, datetime
from unittest import mock

import pytest
from django.urls import reverse
from django.utils import timezone

from tests.factories import make_user
from tests.house.routes import log_in
from tests.htmx import one, soup


def test_strangers_are_told_what_this_is(client, db) -> None:
    page = soup(client.get("/", headers={"Accept-Language": "en"}))
    assert one(page, "h1")
    links = {link["href"] for link in page.select("a[href]")}
    assert {reverse("account_login"), reverse("account_signup")} <= links


def test_whoever_is_logged_in_goes_to_today(alice_client) -> None:
    response = alice_client.get("/")
    assert (response.status_code, response.headers["Location"]) == (302, reverse("home:today"))


def test_it_loads_nothing_from_elsewhere(client, db) -> None:
    page = soup(client.get("/"))
    loaded = [
        element.get("src") or element.get("href")
        for element in page.select("link[href], script[src], img[src], use[href]")
    ]
    assert loaded
    ours = ("/static/", "/manifest.webmanifest")
    assert all(address.startswith(ours) for address in loaded)


@pytest.mark.parametrize(
    ("hour", "greeting"),
    [
        (0, "Hello"),
        (4, "Hello"),
        (5, "Good morning"),
        (11, "Good morning"),
        (12, "Good afternoon"),
        (17, "Good afternoon"),
        (18, "Good evening"),
        (23, "Good evening"),
    ],
)
def test_today_greets_by_the_persons_hour(db, hour, greeting) -> None:
    """In Kathmandu, five hours and three quarters ahead of the server."""
    person = make_user(name="Ana", time_zone="Asia/Kathmandu")
    now = datetime(2026, 11, 20, 0, 0, tzinfo=UTC).replace(hour=(hour - 6) % 24, minute=15)
    with mock.patch.object(timezone, "now", return_value=now):
        page = soup(log_in(person).get(reverse("home:today"), headers={"Accept-Language": "en"}))
    assert one(page, "h1").get_text() == f"{greeting}, Ana"


def test_today_greets_without_a_name(db) -> None:
    page = soup(log_in(make_user(name="")).get(reverse("home:today")))
    assert "," not in one(page, "h1").get_text()


def test_today_names_the_day_as_the_person_has_it(db) -> None:
    person = make_user(time_zone="Pacific/Kiritimati")
    now = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)
    with mock.patch.object(timezone, "now", return_value=now):
        page = soup(log_in(person).get(reverse("home:today")))
    assert one(page, "header time")["datetime"] == "2026-11-21"
