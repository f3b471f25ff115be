"""Settings: one form, refused as a whole or kept as a whole, seen at once."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.accounts.models import STEMMED, User
from tests.factories import make_user
from tests.htmx import one, soup

WHOLE = {
    "name": "Alice Ambrose",
    "time_zone": "America/New_York",
    "day_starts_at": "4",
    "first_weekday": "6",
    "language": "en-gb",
    "theme": "dark",
    "text_size": "large",
    "shortcuts": "on",
}


def test_it_keeps_everything(alice: User, alice_client: Client) -> None:
    answer = alice_client.post("/settings/", WHOLE)
    assert answer["Location"] == "/settings/"
    alice.refresh_from_db()
    assert (alice.name, alice.time_zone) == ("Alice Ambrose", "America/New_York")
    assert (alice.day_starts_at, alice.first_weekday) == (4, 6)
    assert (alice.language, alice.theme, alice.text_size) == ("en-gb", "dark", "large")
    assert alice.shortcuts


def test_it_is_seen_at_once(alice_client: Client) -> None:
    page = soup(alice_client.post("/settings/", WHOLE, follow=True))
    html = one(page, "html")
    assert (html["data-theme"], html["data-text-size"], html["lang"]) == ("dark", "large", "en-gb")
    assert "Saved." in one(page, "#messages").get_text()


def test_it_turns_shortcuts_off(alice: User, alice_client: Client) -> None:
    data = {name: value for name, value in WHOLE.items() if name != "shortcuts"}
    page = soup(alice_client.post("/settings/", data, follow=True))
    assert one(page, "html")["data-shortcuts"] == "off"
    alice.refresh_from_db()
    assert not alice.shortcuts


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Europe/Atlantis"},
        {"time_zone": ""},
        {"time_zone": "../../etc/passwd"},
        {"time_zone": "a" * 500},
        {"time_zone": "Europe/Vienna\0"},
        {"time_zone": "localtime"},
        {"day_starts_at": "13"},
        {"day_starts_at": "-1"},
        {"day_starts_at": "noon"},
        {"first_weekday": "2"},
        {"theme": "sepia"},
        {"text_size": "huge"},
        {"language": "tlh"},
        {"name": "x" * 151},
    ],
    ids=str,
)
def test_it_refuses_what_makes_no_sense_and_keeps_nothing(
    alice: User, alice_client: Client, wrong: dict[str, Any]
) -> None:
    page = alice_client.post("/settings/", WHOLE | wrong)
    assert page.status_code == 422
    (field,) = wrong
    assert soup(page).select_one(
        f"#id_{field}_error, [id^=id_{field}] ~ .errorlist"
    ) or field in str(page.context["form"].errors)
    alice.refresh_from_db()
    assert (alice.name, alice.theme) == ("Alice", "auto")


def test_it_draws_a_refused_page_as_the_person_still_has_it(alice_client: Client) -> None:
    page = soup(alice_client.post("/settings/", WHOLE | {"time_zone": "Europe/Atlantis"}))
    html = one(page, "html")
    assert (html["data-theme"], html["data-text-size"]) == ("auto", "normal")
    assert one(page, "#id_name")["value"] == "Alice Ambrose"


@pytest.mark.parametrize("alias", ["Asia/Calcutta", "US/Pacific", "Etc/GMT+3", "GMT", "UTC"])
def test_it_takes_other_names_of_zones(alice: User, alice_client: Client, alias: str) -> None:
    assert alice_client.post("/settings/", WHOLE | {"time_zone": alias}).status_code == 302
    page = soup(alice_client.get("/settings/"))
    assert one(page, "#id_time_zone option[selected]")["value"] == alias


@pytest.mark.parametrize("name", ["", "李小龍", "محمد", "a\0b", "<b>x</b>"])
def test_it_takes_any_name(alice: User, alice_client: Client, name: str) -> None:
    assert alice_client.post("/settings/", WHOLE | {"name": name}).status_code == 302
    alice.refresh_from_db()
    assert alice.name == name.replace("\0", "\ufffd")
    assert "<b>x</b>" not in alice_client.get("/settings/").content.decode()


@pytest.mark.parametrize("field", ["email", "is_active", "deletion_asked_at", "password", "id"])
def test_it_changes_nothing_that_it_does_not_ask(
    alice: User, alice_client: Client, field: str
) -> None:
    before = getattr(alice, field)
    alice_client.post("/settings/", WHOLE | {field: "2020-01-01"})
    alice.refresh_from_db()
    assert getattr(alice, field) == before


def test_it_changes_nobody_else(alice_client: Client, bob: User) -> None:
    alice_client.post("/settings/", WHOLE | {"id": str(bob.pk), "pk": str(bob.pk)})
    bob.refresh_from_db()
    assert bob.name == "Bob"


@pytest.mark.parametrize(
    ("over", "language", "jobs"),
    [
        ({"writes_in": "german"}, "german", 1),
        ({"writes_in": "simple"}, "simple", 1),
        ({"writes_in": "english"}, "english", 0),
        ({"language": "de"}, "german", 1),
        ({}, "english", 0),
    ],
)
def test_another_language_of_entries_has_them_indexed_again(
    alice: User, alice_client: Client, over: dict[str, str], language: str, jobs: int
) -> None:
    assert alice_client.post("/settings/", WHOLE | over).status_code == 302
    alice.refresh_from_db()
    assert alice.words_language == language
    waiting = ProcrastinateJob.objects.filter(task_name="journal.index_again")
    assert [job.args for job in waiting] == [{"owner": str(alice.pk)}] * jobs


def test_it_offers_every_language_with_stems_in_the_words_of_the_page(
    alice: User, alice_client: Client
) -> None:
    User.objects.filter(pk=alice.pk).update(language="de")
    chosen = one(soup(alice_client.get("/settings/")), "select[name=writes_in]")
    offered = {option["value"]: option.get_text() for option in chosen.select("option")}
    assert offered.keys() == {"", "simple", *STEMMED}
    assert offered["french"] == "Französisch"
    assert list(offered)[1:3] == ["arabic", "armenian"]
    answer = alice_client.post("/settings/", WHOLE | {"writes_in": "klingon"})
    assert answer.status_code == 422


def test_the_first_run_takes_the_language_of_the_page(db: None) -> None:
    newcomer = make_user(time_zone="")
    client = Client(headers={"accept-language": "de"})
    client.force_login(newcomer)
    client.post("/settings/welcome/", {"time_zone": "Europe/Vienna", "name": ""})
    newcomer.refresh_from_db()
    assert newcomer.writes_in == "german"


def test_every_language_has_stems_in_the_database(db: None) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT dictname FROM pg_ts_dict")
        known = {name for (name,) in cursor.fetchall()}
    assert {f"{language}_stem" for language in STEMMED} <= known
