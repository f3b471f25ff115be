"""The website that is written out: from a disk, without a network, in a real browser."""

import io
import re
from datetime import date
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Browser, expect

from apps.accounts.models import User
from apps.transfer.choosing import Choice
from apps.transfer.forms import Progress, html
from tests.e2e.conftest import USUAL
from tests.factories import NOW, make_attachment, make_entry

pytestmark = [pytest.mark.browser, pytest.mark.django_db]


def test_it_is_read_and_searched_from_a_disk_without_a_network(
    browser: Browser, alice: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also that its own policy lets in all it needs: letters, styles, scripts and pictures."""
    monkeypatch.setattr(html, "SHARD", 1)
    entry = make_entry(
        alice, title="Die Brücke", local_date=date(2024, 3, 5), body="Über den Fluß."
    )
    make_attachment(entry)
    make_entry(alice, title="Later", local_date=date(2026, 3, 5), body="No water at all.")
    packed = b"".join(html.write(alice, Choice(), NOW, Progress()))
    with ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(tmp_path)
    context = browser.new_context(**USUAL, offline=True, viewport={"width": 390, "height": 844})
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda said: complaints.append(said.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto((tmp_path / "index.html").as_uri())
    assert page.evaluate("document.fonts.load('1rem Literata').then((found) => found.length)")
    page.get_by_role("link", name="Search").click()
    box = page.get_by_role("searchbox")
    expect(box).to_be_focused()
    # Neither capitals nor accents count, and the words may stand anywhere in it.
    page.keyboard.type("nowhere")
    expect(page.get_by_role("status")).to_have_text("Nothing was found.")
    box.fill("fluss bruCKE")
    expect(page.get_by_role("status")).to_have_text("1 entry")
    found = page.get_by_role("link", name="Die Brücke")
    expect(found.locator("mark")).to_have_text("Brücke")
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    found.click()
    expect(page).to_have_url(re.compile(r"pages/2024-03\.html#e-"))
    photo = page.locator(".photo img")
    photo.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.photo img').naturalWidth > 0")
    page.go_back()
    expect(page.get_by_role("status")).to_have_text("1 entry")
    context.close()
    assert complaints == []


def test_without_scripts_it_says_so_and_all_else_is_there(
    browser: Browser, alice: User, tmp_path: Path
) -> None:
    make_entry(alice, title="One", local_date=date(2024, 3, 5))
    packed = b"".join(html.write(alice, Choice(), NOW, Progress()))
    with ZipFile(io.BytesIO(packed)) as archive:
        archive.extractall(tmp_path)
    context = browser.new_context(**USUAL, offline=True, java_script_enabled=False)
    page = context.new_page()
    page.goto((tmp_path / "pages/search.html").as_uri())
    expect(page.get_by_text("Searching needs JavaScript.")).to_be_visible()
    expect(page.get_by_role("searchbox")).to_be_hidden()
    page.get_by_role("link", name="Years").click()
    page.get_by_role("link", name="March 2024, 1 entry").click()
    expect(page.get_by_role("heading", name="One")).to_be_visible()
    context.close()
