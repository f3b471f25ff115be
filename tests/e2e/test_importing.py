"""The whole way of a journal from elsewhere in a browser: handed in, seen, let in, taken back."""

import json
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from apps.accounts.models import User
from apps.journal.models import Attachment, Entry
from apps.transfer import arriving
from apps.transfer.models import Upload
from tests.e2e.desk import CANARY, Desk
from tests.e2e.everyone import faults
from tests.factories import picture
from tests.transfer.sources import test_dayone

pytestmark = pytest.mark.browser


def day_one() -> bytes:
    """Two entries, one with a photo, and one that says no day."""
    photo = {"identifier": test_dayone.ID, "md5": test_dayone.MD5, "type": "png"}
    text = f"# The {CANARY}\n\n![](dayone-moment://{test_dayone.ID})"
    entries = [
        test_dayone.entry(text=text, photos=[photo], tags=["river"]),
        test_dayone.entry(uuid="CD" * 16, text="Rain."),
        {"uuid": "EF" * 16, "text": "When?"},
    ]
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("Journal.json", json.dumps({"entries": entries}))
        archive.writestr(f"photos/{test_dayone.MD5}.png", picture())
    return out.getvalue()


def work(row: Upload) -> None:
    """What a worker does, which the server of the tests has none of."""
    arriving.work(row.owner_id, row.pk, timezone.now)


def test_it_comes_in_and_goes_again(desk: Desk, alice: User) -> None:
    page = desk.open("/journal/")
    page.get_by_role("link", name="Bring an old journal").click()
    sent = {"name": f"{CANARY}.zip", "mimeType": "application/zip", "buffer": day_one()}
    page.get_by_label("File", exact=True).set_input_files(sent)
    page.get_by_role("button", name="Look through it").click()
    row = Upload.objects.get()
    expect(page).to_have_url(f"{desk.url}/import/{row.pk}/")
    expect(page.locator("progress")).to_be_visible()
    work(row)
    # Without a reload: the page asks how far it is.
    expect(page.get_by_role("heading", name="What would come in")).to_be_visible()
    expect(page.locator("article [role=status]")).to_have_text("Ready to come in")
    assert not Entry.objects.exists()
    expect(page.locator(".outcomes li").first).to_contain_text("could not be read")
    assert faults(page) == {}
    page.get_by_role("link", name="New 2").click()
    expect(page.locator(".outcomes li")).to_have_count(2)

    page.get_by_role("button", name="Let it come in").click()
    expect(page.get_by_role("heading", name="Letting it in")).to_be_visible()
    work(row)
    expect(page.get_by_role("heading", name="It came in")).to_be_visible()
    assert faults(page) == {}
    page.get_by_role("link", name=f"The {CANARY}").click()
    expect(page.get_by_role("heading", name=f"The {CANARY}")).to_be_visible()
    assert Attachment.objects.for_user(alice).count() == 1

    page.goto(row.get_absolute_url())
    page.get_by_role("link", name="Take it back").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.get_by_role("heading", name="Taking it back")).to_be_visible()
    work(row)
    expect(page.get_by_role("heading", name="It was taken back")).to_be_visible()
    expect(page.locator(".lede")).to_contain_text("2 entries were removed.")
    assert faults(page) == {}
    assert not Entry.objects.exists()


def test_it_goes_without_scripts(make_desk: Callable[..., Desk], alice: User) -> None:
    desk = make_desk(alice, java_script_enabled=False)
    page = desk.open("/import/")
    sent = {"name": "jrnl.txt", "mimeType": "text/plain", "buffer": b"[2024-03-09 10:00] A walk.\n"}
    page.get_by_label("File", exact=True).set_input_files(sent)
    page.get_by_role("button", name="Look through it").click()
    row = Upload.objects.get()
    work(row)
    page.get_by_role("link", name="Look again").click()
    page.get_by_role("button", name="Let it come in").click()
    work(row)
    page.get_by_role("link", name="Look again").click()
    expect(page.get_by_role("link", name="A walk.")).to_be_visible()
