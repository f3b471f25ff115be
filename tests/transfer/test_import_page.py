"""The pages by which a journal comes in: what is asked, what is shown, and for whom."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from apps.accounts import limits
from apps.core.templatetags.core import plain_day
from apps.transfer import arriving
from apps.transfer.models import Import, Outcome, State, Upload
from apps.transfer.showing_imports import PAGE
from apps.transfer.sources.recognising import SOURCES
from tests.factories import TODAY, make_entry, make_import, make_upload
from tests.htmx import HtmxClient, one, same, soup

pytestmark = pytest.mark.django_db
Step = Upload.Step


@pytest.fixture
def client(htmx_client: HtmxClient) -> HtmxClient:
    """alice, with htmx in her browser."""
    return htmx_client


def file(content: bytes = b"A journal.", name: str = "old.txt") -> dict[str, Any]:
    return {"file": SimpleUploadedFile(name, content)}


def words(answer: Any) -> str:
    return " ".join(soup(answer).select_one("main").get_text(" ").split())


def errors(answer: Any) -> list[str]:
    found = soup(answer).select(".account :is(.errorlist li, [role=alert] p)")
    return [error.get_text(strip=True) for error in found]


def came_in(row: Upload, **counts: int) -> Import:
    """The import of a file that came in, with these counts."""
    Upload.objects.filter(pk=row.pk).update(step="apply", key="")
    brought = row.brought
    for name, value in {"state": "applied", "applied_at": timezone.now(), **counts}.items():
        setattr(brought, name, value)
    brought.save()
    return brought


# --- Handing in ---------------------------------------------------------------------------------


def test_it_names_every_form_it_reads(client) -> None:
    page = soup(client.get("/import/"))
    named = {item.get_text() for item in page.select(".known-forms li")}
    assert named == {"Throughline archive", *(source.NAME for source in SOURCES)}


def test_a_file_is_kept_and_looked_at(alice, client) -> None:
    answer = client.post("/import/", file(name="../my old journal.txt"))
    row = Upload.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/import/{row.pk}/")
    assert (row.owner, row.name, row.state) == (alice, "my old journal.txt", State.WAITING)
    # Neither where it lies nor an address says anything of it.
    assert "journal" not in row.key
    page = client.page(answer.url)
    assert one(page, "article [role=status]").get_text() == "Looking at what it is"
    assert page.select_one("progress")


def test_no_file_is_no_import(client) -> None:
    answer = client.post("/import/", {})
    assert answer.status_code == 422
    assert errors(answer) == ["This field is required."]
    assert not Upload.objects.exists()


def test_one_that_is_too_large_is_said(client, settings) -> None:
    settings.ARCHIVE_BYTES = 10
    answer = client.post("/import/", file(b"More than ten bytes."))
    assert answer.status_code == 413
    assert "the most that is taken here" in errors(answer)[0]
    assert not Upload.objects.exists()


def test_a_large_one_is_no_attachment(client, settings) -> None:
    settings.ATTACHMENT_BYTES = 10
    assert client.post("/import/", file(b"More than ten bytes.")).status_code == 302


def test_one_too_many_is_said(alice, client) -> None:
    for _number in range(arriving.MOST):
        make_upload(alice)
    answer = client.post("/import/", file())
    assert answer.status_code == 422
    assert "Other files of yours still wait here" in errors(answer)[0]


def test_whoever_hands_in_again_and_again_waits(alice, client) -> None:
    for _number in range(limits.LIMITS["import"].amount):
        limits.is_over("import", str(alice.pk), timezone.now())
    answer = client.post("/import/", file())
    assert answer.status_code == 429
    assert int(answer["Retry-After"]) > 0
    assert not Upload.objects.exists()


def test_it_lists_what_was_brought(alice, bob, client) -> None:
    make_upload(alice, "mine.zip")
    make_upload(bob, "theirs.zip")
    said = words(client.get("/import/"))
    assert "mine.zip" in said
    assert "Ready to come in" in said
    assert "theirs.zip" not in said


# --- What would come in -------------------------------------------------------------------------


def test_it_shows_what_would_come_in(alice, client) -> None:
    row = make_upload(alice, "Garden")
    Outcome.objects.filter(result="created").update(begins="A walk by the river")
    answer = client.get(f"/import/{row.pk}/")
    said = words(answer)
    assert f"What would come in 1 entry, of {plain_day(TODAY)}." in said
    assert "New tags Garden and 1 more" in said
    assert "Without a place here Garden 1" in said
    rows = [item.get_text(" ", strip=True) for item in soup(answer).select(".outcomes li")]
    # Failed first, though it stands second in the file.
    assert rows[0].startswith("Number 2 in the file")
    assert rows[1].startswith("A walk by the river")
    chips = [chip.get_text(" ", strip=True) for chip in soup(answer).select(".chip")]
    assert chips == ["All 2", "Could not be read 1", "New 1", "With a remark"]
    assert answer["Cache-Control"] == "no-store, private"


@pytest.mark.parametrize(
    ("only", "count"), [("failed", 1), ("created", 1), ("skipped", 0), ("noted", 1)]
)
def test_it_is_narrowed(alice, client, only, count) -> None:
    row = make_upload(alice)
    page = client.page(f"/import/{row.pk}/?only={only}")
    assert len(page.select(".outcomes li")) == count
    current = page.select(".chip[aria-current]")
    assert [chip["id"] for chip in current] == ([f"only-{only}"] if count else [])


def test_what_it_cannot_be_narrowed_to_leads_to_all(alice, client) -> None:
    row = make_upload(alice)
    assert client.get(f"/import/{row.pk}/?only=nothing").url == f"/import/{row.pk}/"
    for after in ("x", "-1", "9" * 30, "²"):
        assert client.get(f"/import/{row.pk}/", {"after": after}).status_code == 200


def test_all_of_them_are_reached_page_by_page(alice, client) -> None:
    row = make_upload(alice)
    Outcome.objects.bulk_create(
        Outcome(
            owner=alice,
            part_of=row.brought,
            position=number,
            result="failed" if number % 2 else "created",
            reasons=["Why."],
            begins=str(number),
        )
        for number in range(3, 3 + 2 * PAGE)
    )
    url, seen = f"/import/{row.pk}/", []
    while url:
        page = client.page(url)
        seen += [item.select_one("span").get_text() for item in page.select(".outcomes li")]
        more = page.select_one("a[rel=next]")
        url = more["href"] if more else ""
    assert len(seen) == len(set(seen)) == 2 * PAGE + 2
    failed = [begins for begins in seen if begins.isdecimal() and int(begins) % 2]
    assert failed == sorted(failed, key=int)
    assert seen.index(failed[-1]) < seen.index("4")


def test_more_of_them_come_in_place(alice, client) -> None:
    row = make_upload(alice)
    Outcome.objects.bulk_create(
        Outcome(owner=alice, part_of=row.brought, position=number, result="created")
        for number in range(3, 3 + PAGE)
    )
    page = client.page(f"/import/{row.pk}/")
    answer = client.follow(page, "a[rel=next]")
    assert len(soup(answer).select("li")) == 2
    assert len(page.select(".outcomes li")) == PAGE + 2


def test_how_far_it_is_comes_in_place(alice, client) -> None:
    row = make_upload(alice, step="read", state="running", done=7)
    page = client.page(f"/import/{row.pk}/")
    assert "7 entries" in page.get_text()
    Upload.objects.update(state="ready")
    link = one(page, ".progress [hx-get]")
    headers = {"HX-Request": "true", "HX-Target": f"article{link['hx-target']}"}
    answer = client.get(link["hx-get"], headers=headers)
    one(page, link["hx-target"]).replace_with(soup(answer).article)
    same(page, client.page(row.get_absolute_url()))
    assert not page.select(".progress")


def test_nothing_new_has_no_button(alice, client) -> None:
    row = make_upload(alice)
    Import.objects.update(created=0, unchanged=2)
    answer = client.get(f"/import/{row.pk}/")
    assert "Nothing that is new." in words(answer)
    assert "Let it come in" not in words(answer)


def test_an_archive_says_that_it_cannot_be_taken_back(alice, client) -> None:
    told = {
        "exported_at": "2026-01-01T00:00:00Z",
        "amiss": ["“rows/a.ndjson” is missing."],
        "more": 2,
        "tables": [["journal.Entry", 3, 1]],
        "failed": [["journal.Entry", "What it says cannot be."]],
        "failed_count": 1,
    }
    row = make_upload(alice, form="throughline", forms=["throughline"], told=told)
    said = words(client.get(f"/import/{row.pk}/"))
    assert "3 rows of this archive are not here yet." in said
    assert "An archive cannot be taken back" in said
    assert "“rows/a.ndjson” is missing." in said
    assert "What it says cannot be." in said
    assert "How it was read" not in said
    Upload.objects.update(step="apply", key="")
    assert "Take it back" not in words(client.get(f"/import/{row.pk}/"))
    assert client.get(f"/import/{row.pk}/undo/").status_code == 302


# --- How it is read -----------------------------------------------------------------------------


def test_it_is_read_anew_in_another_zone(alice, client) -> None:
    row = make_upload(alice)
    answer = client.post(f"/import/{row.pk}/read/", {"form": "jrnl", "zone": "Asia/Tokyo"})
    assert answer.url == f"/import/{row.pk}/"
    row.refresh_from_db()
    assert (row.step, row.state, row.zone) == (Step.READ, State.WAITING, "Asia/Tokyo")


@pytest.mark.parametrize("over", [{"zone": "Mars"}, {"zone": ""}, {"form": "dayone"}, {"form": ""}])
def test_what_it_cannot_be_read_by_is_said(alice, client, over) -> None:
    row = make_upload(alice)
    answer = client.post(f"/import/{row.pk}/read/", {"form": "jrnl", "zone": "UTC"} | over)
    assert answer.status_code == 422
    assert soup(answer).select_one("details.reading[open]")
    row.refresh_from_db()
    assert row.state == State.READY


def test_of_several_forms_its_owner_chooses(alice, client) -> None:
    row = make_upload(alice, step="look", form="", forms=["csv", "markdown"], brought=None)
    page = client.page(f"/import/{row.pk}/")
    offered = [box["value"] for box in page.select("[name=form]")]
    assert offered == ["csv", "markdown"]
    client.post(f"/import/{row.pk}/read/", {"form": "markdown", "zone": "UTC"})
    row.refresh_from_db()
    assert (row.form, row.state) == ("markdown", State.WAITING)


TABLE = {
    "columns": {
        "heads": ["Datum", "Was", "Noch"],
        "has_heads": True,
        "delimiter": ",",
        "encoding": "utf-8",
        "date": 0,
        "time": -1,
        "title": -1,
        "body": 1,
        "tags": -1,
        "mood": -1,
        "starred": -1,
        "first": "day",
        "best": 0,
        "guessed": ["body"],
    },
    "rows": [["9.3.2024", "A walk", ""]],
}


def a_table(owner: Any) -> Upload:
    values = {"form": "csv", "forms": ["csv"], "table": TABLE}
    return make_upload(owner, brought=make_import(owner), **values)


def of_table(**over: str) -> dict[str, str]:
    names = ("date", "time", "title", "body", "tags", "mood", "starred", "first", "best")
    columns = TABLE["columns"]
    said = {name: str(columns[name]) for name in names}  # type: ignore[index]
    return {"form": "csv", "zone": "UTC", **said, **over}


def test_the_columns_of_a_table_are_said(alice, client) -> None:
    row = a_table(alice)
    page = client.page(f"/import/{row.pk}/")
    offered = [option.get_text() for option in page.select("[name=body] option")]
    assert offered == ["In no column", "Datum: 9.3.2024", "Was: A walk", "Noch"]
    assert one(page, "[name=body] option[selected]")["value"] == "1"
    client.post(f"/import/{row.pk}/read/", of_table(body="2", title="1"))
    row.refresh_from_db()
    assert (row.columns["body"], row.columns["title"]) == (2, 1)
    assert row.columns["heads"] == ["Datum", "Was", "Noch"]


def test_a_column_is_one_thing_only(alice, client) -> None:
    row = a_table(alice)
    answer = client.post(f"/import/{row.pk}/read/", of_table(title="1"))
    assert answer.status_code == 422
    assert "This column is taken already." in errors(answer)


# --- Letting it in, and taking it back ------------------------------------------------------------


def test_it_is_let_in_and_taken_back_by_a_button_each(alice, client) -> None:
    row = make_upload(alice)
    client.post(f"/import/{row.pk}/apply/")
    row.refresh_from_db()
    assert (row.step, row.state) == (Step.APPLY, State.WAITING)
    assert "Letting it in" in words(client.get(f"/import/{row.pk}/"))
    Upload.objects.update(state="ready", run=1)
    came_in(row)
    asked = client.get(f"/import/{row.pk}/undo/")
    assert "1 entry that came in goes again" in words(asked)
    row.refresh_from_db()
    assert row.is_in
    client.post(f"/import/{row.pk}/undo/")
    row.refresh_from_db()
    assert (row.step, row.state) == (Step.UNDO, State.WAITING)


def test_what_came_in_leads_to_its_entries(alice, client) -> None:
    row = make_upload(alice)
    entry = make_entry(alice, title="The river")
    came_in(row)
    Outcome.objects.filter(result="created").update(entry=entry)
    link = one(client.page(f"/import/{row.pk}/?only=created"), ".outcomes li a")
    assert (link["href"], link.get_text()) == (entry.get_absolute_url(), "The river")


def test_what_stayed_is_said_with_why(alice, client) -> None:
    row = make_upload(alice)
    came_in(row, removed=4, kept=1)
    Import.objects.update(state="undone", undone_at=timezone.now())
    Upload.objects.update(step="undo")
    stayed = Outcome.objects.filter(result="created")
    stayed.update(stayed=True, entry=make_entry(alice), reasons=["You have used it."])
    said = words(client.get(f"/import/{row.pk}/?only=stayed"))
    assert "4 entries were removed." in said
    assert "1 stayed, because you have used it since." in said
    assert "You have used it. stayed" in said


def test_a_failure_is_said_and_can_be_tried_again(alice, client) -> None:
    row = make_upload(alice, step="apply", state="failed", reason="room")
    said = words(client.get(f"/import/{row.pk}/"))
    assert "There was no room for it." in said
    assert "Let it come in" in said


def test_what_is_being_done_is_called_off(alice, client) -> None:
    row = make_upload(alice, step="apply", state="waiting", run=0)
    client.post(f"/import/{row.pk}/stop/")
    row.refresh_from_db()
    assert row.is_previewed
    Upload.objects.update(step="read", state="running")
    assert client.post(f"/import/{row.pk}/stop/").url == "/import/"
    row.refresh_from_db()
    assert (row.is_off, row.key) == (True, "")


def test_it_is_thrown_away_after_asking(alice, client) -> None:
    row = make_upload(alice)
    assert "Your journal stays as it is." in words(client.get(f"/import/{row.pk}/delete/"))
    assert client.post(f"/import/{row.pk}/delete/").url == "/import/"
    assert not Upload.objects.exists()
    assert not Import.objects.exists()


def test_what_came_in_is_not_thrown_away(alice, client) -> None:
    row = make_upload(alice)
    came_in(row)
    for ask in (client.get, client.post):
        assert ask(f"/import/{row.pk}/delete/").status_code == 404
    assert Upload.objects.exists()


@pytest.mark.parametrize("page", ["", "read/", "apply/", "undo/", "stop/", "delete/"])
def test_nobody_reaches_those_of_others(alice, bob_client, page) -> None:
    row = make_upload(alice)
    for ask in (bob_client.get, bob_client.post):
        assert ask(f"/import/{row.pk}/{page}").status_code in {404, 405}
    row.refresh_from_db()
    assert row.is_previewed


def test_it_is_found_from_an_empty_journal(client) -> None:
    page = client.page("/journal/")
    assert one(page, ".empty a[href='/import/']").get_text() == "Bring an old journal"


def test_a_day_is_shown_for_each(alice, client) -> None:
    row = make_upload(alice)
    Import.objects.update(last_on=TODAY + timedelta(days=1))
    page = client.page(f"/import/{row.pk}/?only=created")
    assert one(page, ".outcomes time")["datetime"] == TODAY.isoformat()
    assert " to " in page.select_one(".lede").get_text()
