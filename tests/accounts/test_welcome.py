"""The first run: a time zone and a name."""

import pytest
from django.test import Client

from apps.accounts.models import User
from tests.factories import make_user
from tests.htmx import one, soup


@pytest.fixture
def newcomer(db) -> User:
    return make_user(time_zone="", name="")


@pytest.fixture
def their_client(newcomer: User) -> Client:
    client = Client()
    client.force_login(newcomer)
    return client


def test_it_asks_two_things_and_nothing_else(their_client: Client) -> None:
    page = soup(their_client.get("/settings/welcome/"))
    asked = page.select("main select, main input:not([type=hidden])")
    assert [control["name"] for control in asked] == ["time_zone", "name"]


def test_it_offers_every_zone_without_a_script(their_client: Client) -> None:
    page = soup(their_client.get("/settings/welcome/"))
    values = {option["value"] for option in page.select("#id_time_zone option")}
    assert len(values) > 400
    assert {"Europe/Vienna", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "UTC"} <= values
    assert one(page, "#id_time_zone option[value='America/Argentina/Buenos_Aires']").string == (
        "Argentina, Buenos Aires"
    )


def test_it_begins_the_journal(newcomer: User, their_client: Client) -> None:
    answer = their_client.post("/settings/welcome/", {"time_zone": "Asia/Tokyo", "name": "Ines"})
    assert answer["Location"] == "/today/"
    newcomer.refresh_from_db()
    assert (newcomer.time_zone, newcomer.name) == ("Asia/Tokyo", "Ines")
    assert their_client.get("/people/").status_code == 200


def test_it_needs_no_name(newcomer: User, their_client: Client) -> None:
    assert their_client.post("/settings/welcome/", {"time_zone": "Asia/Tokyo"}).status_code == 302


@pytest.mark.parametrize("zone", ["", "Europe/Atlantis", "\0"])
def test_it_needs_a_zone_that_is_known(newcomer: User, their_client: Client, zone: str) -> None:
    page = their_client.post("/settings/welcome/", {"time_zone": zone, "name": "Ines"})
    assert page.status_code == 422
    assert one(soup(page), "#id_name")["value"] == "Ines"
    newcomer.refresh_from_db()
    assert newcomer.time_zone == ""


def test_it_takes_a_zone_that_only_the_browser_lists(newcomer: User, their_client: Client) -> None:
    their_client.post("/settings/welcome/", {"time_zone": "Etc/GMT-14"})
    newcomer.refresh_from_db()
    assert newcomer.time_zone == "Etc/GMT-14"


def test_it_goes_on_where_they_wanted_to_go(their_client: Client) -> None:
    first = their_client.get("/people/")
    page = soup(their_client.get(first["Location"]))
    onward = one(page, "main input[name=next]")["value"]
    answer = their_client.post("/settings/welcome/", {"time_zone": "Asia/Tokyo", "next": onward})
    assert answer["Location"] == "/people/"


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "/\\evil.example"])
def test_it_goes_nowhere_else(their_client: Client, target: str) -> None:
    answer = their_client.post("/settings/welcome/", {"time_zone": "Asia/Tokyo", "next": target})
    assert answer["Location"] == "/today/"
