"""What is applied to every page of a person, and where they are led first."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import SecurityEvent, User
from tests.factories import NOW, make_user


@pytest.fixture
def newcomer(db) -> Client:
    """Somebody whose first run is still to come."""
    client = Client()
    client.force_login(make_user(time_zone=""))
    return client


@pytest.mark.parametrize(
    "path", ["/today/", "/journal/", "/people/", "/settings/", "/accounts/2fa/"]
)
def test_it_leads_a_newcomer_to_the_first_run(newcomer: Client, path: str) -> None:
    answer = newcomer.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/settings/welcome/?next=")


@pytest.mark.parametrize(
    "path", ["/health/live", "/settings/welcome/", "/accounts/logout/", "/accounts/reauthenticate/"]
)
def test_it_lets_a_newcomer_do_what_they_may(newcomer: Client, path: str) -> None:
    assert newcomer.get(path).status_code == 200


def test_it_lets_a_newcomer_leave_for_good(newcomer: Client) -> None:
    assert newcomer.get("/settings/delete/")["Location"].startswith("/accounts/reauthenticate/")


def test_it_answers_scripts_of_a_newcomer(newcomer: Client) -> None:
    answer = newcomer.get("/today/", headers={"Accept": "application/json"})
    assert answer.status_code == 200


def test_it_tells_htmx_where_a_newcomer_goes(newcomer: Client) -> None:
    answer = newcomer.get("/people/", headers={"HX-Request": "true", "HX-Target": "ul#people"})
    assert answer["HX-Redirect"].startswith("/settings/welcome/")


def test_it_leads_nobody_else(alice_client: Client) -> None:
    assert alice_client.get("/people/").status_code == 200


def test_it_speaks_the_person_s_language(alice: User, alice_client: Client) -> None:
    alice.language = "en-gb"
    alice.save()
    page = alice_client.get("/people/", headers={"Accept-Language": "en"})
    assert page["Content-Language"] == "en-gb"
    assert b'<html lang="en-gb"' in page.content


def test_it_speaks_the_browser_s_language_to_whoever_has_not_said(alice_client: Client) -> None:
    page = alice_client.get("/people/", headers={"Accept-Language": "en-GB"})
    assert page["Content-Language"] == "en-gb"


def test_it_forgets_the_language_after_the_page(alice: User, alice_client: Client) -> None:
    alice.language = "en-gb"
    alice.save()
    alice_client.get("/people/")
    page = Client().get("/accounts/login/", headers={"Accept-Language": "en"})
    assert page["Content-Language"] == "en"


def test_it_costs_no_query(
    alice_client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):  # session, person: the door needs both
        alice_client.get("/promises/new/")


def test_it_costs_a_stranger_no_query(
    db, client: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(0):
        client.get("/accounts/login/")


@pytest.mark.parametrize("path", ["/today/", "/journal/", "/settings/", "/settings/welcome/"])
def test_it_keeps_an_account_dark_that_is_about_to_go(
    alice: User, alice_client: Client, path: str
) -> None:
    User.objects.filter(pk=alice.pk).update(deletion_asked_at=NOW)
    assert alice_client.get(path)["Location"] == "/settings/keep/"
    assert alice_client.post(path, {"name": "x"})["Location"] == "/settings/keep/"


def test_it_tells_scripts_that_the_account_is_about_to_go(
    alice: User, alice_client: Client
) -> None:
    User.objects.filter(pk=alice.pk).update(deletion_asked_at=NOW)
    answer = alice_client.get("/today/", headers={"Accept": "application/json"})
    assert answer.status_code == 403
    assert answer.json() == {"error": "account-closing"}


def test_it_notes_a_refusal_once_for_a_burst(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    for _ in range(5):
        assert client.post("/settings/", {"name": "x"}).status_code == 403
    kinds = SecurityEvent.objects.for_user(alice).values_list("kind", flat=True)
    assert list(kinds) == [SecurityEvent.Kind.REFUSED]
