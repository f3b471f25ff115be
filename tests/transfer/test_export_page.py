"""The page on which somebody exports: what is asked, what is shown, and who may fetch the file."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone

from apps.accounts import limits
from apps.accounts.models import SecurityEvent
from apps.journal.models import Notebook
from apps.journal.query import parse
from apps.transfer import making
from apps.transfer.choosing import Choice, kept, read
from apps.transfer.forms import FORMS
from apps.transfer.models import Export, State
from apps.transfer.showing import chosen, headway
from tests.factories import NOW, TODAY, make_export, make_person, make_promise
from tests.house.routes import log_in
from tests.htmx import HtmxClient, one, same, soup
from tests.transfer.slow_form import SlowForm

pytestmark = pytest.mark.django_db
NOT_READY = {"ready_at": None, "expires_at": None, "sha256": ""}


@pytest.fixture(autouse=True)
def _another_form(monkeypatch: pytest.MonkeyPatch) -> None:
    """A form that takes a part as well."""
    monkeypatch.setitem(FORMS, SlowForm.KEY, SlowForm())


@pytest.fixture
def client(alice) -> Client:
    """alice, who has just confirmed that it is her."""
    return log_in(alice, confirmed=True)


def sent(**over: Any) -> dict[str, Any]:
    return {"what": "all", "form": "slow", "with_files": "on"} | over


def part(**over: Any) -> dict[str, Any]:
    return sent(what="part", **over)


def said(answer: Any) -> list[str]:
    found = soup(answer).select(".errorlist li, [role=alert] p")
    return [error.get_text(strip=True) for error in found]


# --- Asking -------------------------------------------------------------------------------------


def test_it_offers_every_form_with_what_it_is_for(client) -> None:
    page = soup(client.get("/export/"))
    offered = [
        (choice.input["value"], choice.b.get_text(), choice.select_one(".quiet").get_text())
        for choice in page.select(".forms .check")
    ]
    assert offered == [(key, str(form.NAME), str(form.ABOUT)) for key, form in FORMS.items()]
    assert page.select_one(".forms input[checked]")["value"] == "throughline"


def test_every_form_says_in_a_line_what_it_is_for() -> None:
    for form in FORMS.values():
        assert str(form.ABOUT).endswith(".")
        assert 10 < len(str(form.ABOUT)) <= 120


def test_it_is_asked_for_and_noted(alice, client) -> None:
    answer = client.post("/export/", sent())
    row = Export.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/export/{row.pk}/")
    assert (row.owner, row.form, row.state, row.by_mail) == (alice, "slow", State.WAITING, False)
    assert SecurityEvent.objects.for_user(alice).filter(kind="exported").count() == 1


def test_a_part_is_asked_for(alice, client) -> None:
    person, promise = make_person(alice), make_promise(alice)
    notebook = Notebook.objects.create(owner=alice, name="Apart", key="apart")
    data = part(
        first="2026-01-01",
        last="2026-03-31",
        notebooks=["journal", str(notebook.pk)],
        query=" is:starred  ",
        person=str(person.pk),
        promise=str(promise.pk),
        is_masked="on",
        by_mail="on",
    )
    assert client.post("/export/", data).status_code == 302
    row = Export.objects.get()
    choice = read(alice, row.choice)
    assert (choice.first, choice.last) == (date(2026, 1, 1), date(2026, 3, 31))
    assert choice.notebooks == (None, notebook.pk)
    assert (choice.person, choice.promise) == (person.pk, promise.pk)
    assert (choice.with_files, choice.is_masked, row.by_mail) == (True, True, True)
    assert choice.query == parse("is:starred", TODAY)


def test_what_was_typed_about_a_part_is_no_matter_for_the_whole(alice, client) -> None:
    client.post("/export/", sent(query="is:starred", first="2026-01-01"))
    assert read(alice, Export.objects.get().choice) == Choice()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (part(), "Say which part"),
        (part(first="2026-02-01", last="2026-01-01"), "comes before"),
        (part(query="mood:9"), "Steps go from"),
        (part(first="some day"), "Enter a valid date."),
        (part(query="is:starred", form="throughline"), "always everything"),
        (sent(is_masked="on", form="throughline"), "always everything"),
        (sent(form="papyrus"), "papyrus"),
        (part(notebooks=["01a22905-c2de-72e1-9361-48736e7fce90"]), "not one of the available"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_is_begun(client, data, words) -> None:
    answer = client.post("/export/", data)
    assert answer.status_code == 422
    assert [each for each in said(answer) if words in each]
    assert not Export.objects.exists()
    page = soup(answer)
    assert one(page, f"input[name=what][value={data['what']}]").has_attr("checked")
    if "query" in data:
        assert one(page, "input[name=query]")["value"] == data["query"]


def test_nobody_elses_are_offered_or_taken(bob, client) -> None:
    person, promise = make_person(bob, name="Zymurgy"), make_promise(bob, what="Zymurgy")
    assert "Zymurgy" not in client.get("/export/").content.decode()
    for data in (part(person=str(person.pk)), part(promise=str(promise.pk))):
        assert client.post("/export/", data).status_code == 422


def test_it_wants_to_know_that_it_is_them(alice, alice_client) -> None:
    answer = alice_client.post("/export/", sent())
    assert "/accounts/" in answer.url
    row = make_export(alice)
    assert "/accounts/" in alice_client.get(f"/export/{row.pk}/file/").url
    assert Export.objects.count() == 1


def test_there_is_room_for_so_many(alice, client) -> None:
    for _number in range(making.MOST):
        make_export(alice)
    answer = client.post("/export/", sent())
    assert answer.status_code == 422
    assert [words for words in said(answer) if "as many exports" in words]


def test_asking_again_and_again_is_slowed_down(client, monkeypatch) -> None:
    monkeypatch.setitem(limits.LIMITS, "export", limits.Limit(1, 3600))
    assert client.post("/export/", sent()).status_code == 302
    answer = client.post("/export/", sent())
    assert answer.status_code == 429
    assert 0 < int(answer["Retry-After"]) <= 3600


# --- How far it is ------------------------------------------------------------------------------


def running(alice, **over: Any) -> Export:
    begun = timezone.now() - timedelta(seconds=20)
    values = {
        "state": "running",
        "begun_at": begun,
        "done": 1000,
        "total": 4000,
        "bytes": 2_000_000,
    }
    return make_export(alice, **(values | NOT_READY | over))


def test_a_page_shows_how_far_it_is(alice, client) -> None:
    row = running(alice)
    for path in ("/export/", f"/export/{row.pk}/"):
        page = soup(client.get(path))
        bar = one(page, "progress")
        assert (bar["value"], bar["max"]) == ("1000", "4000")
        assert page.select(f"#{bar['aria-labelledby']}")
        far = one(page, ".progress > p").get_text()
        assert far == "1,000 of 4,000 rows · 1.9\xa0MB · about 1 minute left"
        assert one(page, ".transfer [role=status]").get_text() == "A quarter is done."


def by_htmx(target: str) -> dict[str, str]:
    return {"HX-Request": "true", "HX-Target": f"article{target}"}


def test_a_page_looks_again_by_itself_and_without_scripts(alice) -> None:
    row = running(alice)
    client = HtmxClient()
    client.cookies = log_in(alice).cookies
    url = f"/export/{row.pk}/"
    page = client.page(url)
    link = one(page, "a[hx-get]")
    assert link["href"] == link["hx-get"] == url
    assert link["hx-trigger"].startswith("every ")
    Export.objects.update(done=3000)
    answer = client.get(url, headers=by_htmx(link["hx-target"]))
    one(page, link["hx-target"]).replace_with(soup(answer).article)
    assert one(page, "progress")["value"] == "3000"
    same(page, client.page(url))
    Export.objects.all().delete()
    ready = make_export(alice)
    answer = client.get(ready.get_absolute_url(), headers=by_htmx(f"#export-{ready.pk}-box"))
    assert not soup(answer).select("[hx-get]"), "nobody asks for what is ready"
    assert one(soup(answer), "[role=status]").get_text() == "Your export is ready."


@pytest.mark.parametrize(
    ("took", "done", "words"),
    [
        (1, 10, ""),
        (10, 0, ""),
        (10, 50, "about 10 seconds left"),
        (10, 99, "about 5 seconds left"),
        (60, 10, "about 9 minutes left"),
        (60, 50, "about 1 minute left"),
        (10, 100, ""),
    ],
)
def test_it_tells_about_how_long_it_takes(alice, took, done, words) -> None:
    row = running(alice, begun_at=NOW, done=done, total=100)
    assert headway(row, NOW + timedelta(seconds=took)).left_in_words == words


def test_more_than_was_counted_is_all(alice) -> None:
    found = headway(running(alice, done=120, total=100), NOW)
    assert (found.done, found.is_through) == (100, True)


def test_what_was_chosen_is_told_in_words() -> None:
    whole = kept(Choice(), "", TODAY)
    assert chosen(whole) == ["Everything", "with attachments"]
    some = kept(Choice(first=TODAY, is_masked=True, with_files=False), "tag:work", TODAY)
    assert chosen(some) == [
        "From November 20, 2026",
        "found by “tag:work”",
        "without attachments",
        "private passages left out",
    ]


def test_it_says_kindly_why_there_is_none(alice, client) -> None:
    make_export(alice, state="failed", reason="room", **NOT_READY)
    page = client.get("/export/").content.decode()
    assert "There was no room for it. Try again later." in page
    assert "Nothing half-made was kept." in page


# --- Calling off, fetching, deleting ------------------------------------------------------------


def test_it_is_called_off(alice, client) -> None:
    row = running(alice)
    assert client.post(f"/export/{row.pk}/stop/").url == "/export/"
    row.refresh_from_db()
    assert row.state == State.OFF
    assert "called off" in client.get("/export/").content.decode()


def test_what_is_ready_stays_when_it_is_called_off_too_late(alice, client) -> None:
    row = make_export(alice)
    client.post(f"/export/{row.pk}/stop/")
    row.refresh_from_db()
    assert row.state == State.READY


def test_it_is_fetched_by_its_owner(alice, client) -> None:
    row = make_export(alice, b"PK all of it", form="slow")
    answer = client.get(f"/export/{row.pk}/file/")
    assert answer.getvalue() == b"PK all of it"
    assert answer["Cache-Control"] == "no-store, private"
    assert answer["Content-Type"] == "application/x-slow"
    assert answer["Content-Length"] == "12"
    day = alice.today(row.ready_at).isoformat()
    assert answer["Content-Disposition"] == f'attachment; filename="slow-{day}.slow"'
    part = client.get(f"/export/{row.pk}/file/", headers={"Range": "bytes=3-5"})
    assert (part.status_code, part.getvalue()) == (206, b"all")


def test_a_stranger_finds_nothing(alice, bob) -> None:
    row = make_export(alice)
    stranger = log_in(bob, confirmed=True)
    for path in ("", "file/", "delete/"):
        assert stranger.get(f"/export/{row.pk}/{path}").status_code == 404
    for path in ("stop/", "delete/"):
        assert stranger.post(f"/export/{row.pk}/{path}").status_code == 404
    assert str(row.pk) not in stranger.get("/export/").content.decode()


def test_what_is_not_ready_or_over_is_not_fetched(alice, client) -> None:
    row = running(alice)
    assert client.get(f"/export/{row.pk}/file/").status_code == 404
    day = timedelta(days=1)
    old = make_export(alice, ready_at=NOW - 9 * day, expires_at=NOW - 2 * day)
    assert client.get(f"/export/{old.pk}/file/").status_code == 404


def test_it_asks_before_it_deletes(alice, client) -> None:
    row = make_export(alice)
    assert "Only this file goes" in client.get(f"/export/{row.pk}/delete/").content.decode()
    assert Export.objects.exists()
    assert client.post(f"/export/{row.pk}/delete/").url == "/export/"
    assert not Export.objects.exists()
    assert not default_storage.exists(row.key)


def test_settings_and_leaving_lead_to_it(alice) -> None:
    client = log_in(alice, confirmed=True)
    for path in ("/settings/", "/settings/delete/", "/settings/devices/"):
        assert soup(client.get(path)).select("main a[href='/export/']"), path
