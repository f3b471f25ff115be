"""Exporting in a real browser: the thread grows by itself, the focus stays, the file is fetched."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from apps.accounts.models import User
from apps.transfer import checking, making, running
from apps.transfer.models import Check, Export
from tests.e2e.desk import Desk
from tests.e2e.everyone import faults
from tests.factories import make_archive_check, make_entry, make_export

pytestmark = pytest.mark.browser
LONG = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


def test_it_is_made_fetched_and_verified(
    make_desk: Callable[..., Desk], alice: User, tmp_path: Path
) -> None:
    desk = make_desk()
    desk.log_in(alice, confirmed=True)
    make_entry(alice, body="What Ana said.")
    page = desk.open("/export/")
    page.get_by_role("button", name="Make it").click()
    row = Export.objects.get()
    expect(page).to_have_url(f"{desk.url}/export/{row.pk}/")
    stop = page.get_by_role("button", name="Call it off")
    stop.focus()

    # A worker begins; nobody touches the page.
    running.begin(Export, alice.pk, row.pk, timezone.now() - timedelta(seconds=30))
    Export.objects.update(total=4000, done=1000)
    expect(page.locator("progress")).to_have_js_property("value", 1000)
    expect(page.locator(".transfer [role=status]")).to_have_text("A quarter is done.")
    page.evaluate("document.querySelector('.transfer [role=status]').wasHere = true")
    Export.objects.update(done=3000)
    expect(page.locator("progress")).to_have_js_property("value", 3000)
    expect(stop).to_be_focused()
    # What is said is said in the same place, or nobody would hear it.
    expect(page.locator(".transfer [role=status]")).to_have_text("Three quarters are done.")
    assert page.evaluate("document.querySelector('.transfer [role=status]').wasHere")
    assert faults(page) == {}

    making.make(alice.pk, row.pk, timezone.now)
    expect(page.locator(".transfer [role=status]")).to_have_text("Your export is ready.")
    assert asked_again(page, row) == 0
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download").click()
    archive = tmp_path / coming.value.suggested_filename
    coming.value.save_as(archive)
    assert archive.name.startswith("throughline-")

    page.goto("/export/check/")
    page.get_by_label("Archive").set_input_files(archive)
    page.get_by_role("button", name="Compare it").click()
    expect(page.get_by_role("button", name="Call it off")).to_be_visible()
    checking.compare(alice.pk, Check.objects.get().pk, timezone.now)
    expect(page.get_by_text("It is whole, and holds what your journal holds")).to_be_visible()
    assert faults(page) == {}


def asked_again(page: Page, row: Export) -> int:
    """How often the page still asks in three seconds."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(3_000)
    return len([url for url in asked if str(row.pk) in url])


def test_it_is_asked_for_without_scripts(make_desk: Callable[..., Desk], alice: User) -> None:
    desk = make_desk(java_script_enabled=False)
    desk.log_in(alice, confirmed=True)
    page = desk.open("/export/")
    expect(page.locator("[name=query]")).to_be_hidden()
    page.get_by_label("A part of it").check()
    page.locator("[name=query]").fill(f"is:starred {LONG}")
    expect(page.get_by_text("A Throughline archive is always everything").first).to_be_visible()
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("alert").first).to_contain_text("Not begun yet")
    expect(page.locator("[name=query]")).to_have_value(f"is:starred {LONG}")
    page.get_by_role("radio", name="Everything", exact=True).check()
    page.get_by_role("button", name="Make it").click()
    row = Export.objects.get()
    running.begin(Export, alice.pk, row.pk, timezone.now())
    Export.objects.update(total=4000, done=1000)
    page.get_by_role("link", name="Look again").click()
    expect(page.locator("progress")).to_have_js_property("value", 1000)
    page.get_by_role("button", name="Call it off").click()
    expect(page.get_by_text("It was called off, and nothing")).to_be_visible()


@pytest.mark.nightly
def test_every_state_is_for_everyone(make_desk: Callable[..., Desk], alice: User) -> None:
    desk = make_desk()
    desk.log_in(alice, confirmed=True)
    not_ready = {"ready_at": None, "expires_at": None, "sha256": ""}
    for values in (
        {"state": "waiting"},
        {"state": "running", "done": 10, "total": 40},
        {"state": "failed", "reason": "room"},
        {"state": "off"},
    ):
        make_export(alice, query=LONG, **(not_ready | values))
    make_export(alice, query=LONG)
    page = desk.open("/export/")
    found = {"every state": faults(page)}
    page.get_by_label("A part of it").check()
    page.get_by_role("button", name="Make it").click()
    expect(page.get_by_role("alert").first).to_contain_text("Not begun yet")
    found["refused"] = faults(page)
    page.goto(make_archive_check(alice, words=f"“{LONG}” is missing.").get_absolute_url())
    found["amiss"] = faults(page)
    refused = make_archive_check(
        alice, state="failed", reason="refused", refused=LONG, verdict=None
    )
    page.goto(refused.get_absolute_url())
    found["refused archive"] = faults(page)
    assert {name: what for name, what in found.items() if what} == {}
