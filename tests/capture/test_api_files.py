"""Files through the API: attach, list, fetch."""

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client

from apps.accounts.models import User
from apps.journal.models import Attachment
from tests.capture.conftest import Program, problem
from tests.factories import make_attachment, make_entry, picture


def attach(
    program: Program, entry: Any, name: str = "walk.png", content: bytes = b"", **headers: str
) -> HttpResponse:
    """Send a file as a form sends one."""
    return Client(enforce_csrf_checks=True).post(
        f"/api/v1/entries/{entry.pk}/attachments",
        {"file": SimpleUploadedFile(name, content or picture())},
        headers={"authorization": f"Bearer {program.secret}"} | headers,
    )


def test_a_file_arrives_byte_for_byte(alice: User, program: Program) -> None:
    entry, content = make_entry(alice), bytes(range(256)) * 500
    answer = attach(program, entry, "../All\u202egnp.bin", content)
    assert answer.status_code == 201, answer.content
    told = json.loads(answer.content)
    assert told == program.get(f"entries/{entry.pk}/attachments")["attachments"][0]
    assert (told["name"], told["size"]) == ("Allgnp.bin", len(content))
    fetched = program.send("GET", told["url"])
    assert fetched.getvalue() == content
    assert fetched.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in fetched.headers["Cache-Control"]


def test_what_it_is_is_seen_by_its_content(alice: User, program: Program) -> None:
    answer = attach(program, make_entry(alice), "notes.txt", picture())
    assert json.loads(answer.content)["kind"] == "image/png"
    assert Attachment.objects.get().is_photo


def test_a_part_can_be_fetched(alice: User, program: Program) -> None:
    row = make_attachment(make_entry(alice), b"0123456789", name="a.txt")
    answer = program.send("GET", f"attachments/{row.pk}", range="bytes=2-4")
    assert (answer.status_code, answer.getvalue()) == (206, b"234")


def test_the_same_again_attaches_one(alice: User, program: Program) -> None:
    entry, key = make_entry(alice), {"idempotency-key": "one"}
    first, again = attach(program, entry, **key), attach(program, entry, **key)
    assert first.content == again.content
    assert again.headers["Idempotent-Replayed"] == "true"
    assert Attachment.objects.count() == 1
    other = attach(program, entry, content=b"something else", **key)
    problem(other, 422, "key-reused")


def test_what_is_not_kept_is_explained(alice: User, program: Program, settings) -> None:
    entry = make_entry(alice)
    problem(program.send("POST", f"entries/{entry.pk}/attachments"), 422, "invalid")
    settings.ATTACHMENT_BYTES = 1_000
    told = problem(attach(program, entry, "long.bin", b"x" * 2_000), 413, "file-large")
    assert "long.bin" in told["detail"]
    settings.ATTACHMENTS_PER_ENTRY = 0
    problem(attach(program, entry, "a.bin", b"x"), 422, "file-many")
    assert not Attachment.objects.exists()


def test_half_a_form_is_no_form(alice: User, program: Program) -> None:
    entry = make_entry(alice)
    for kind in ("multipart/form-data", 'multipart/form-data; boundary="x"'):
        answer = program.send("POST", f"entries/{entry.pk}/attachments", b"--x\r\n", kind)
        assert answer.status_code in {400, 422}
        assert answer.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize("removed", [False, True])
def test_a_strangers_file_is_not_there(
    alice: User, bob: User, program: Program, removed: bool
) -> None:
    entry = make_entry(alice if removed else bob)
    row = make_attachment(entry)
    if removed:
        Attachment.objects.filter(pk=row.pk).update(removed_at=row.created_at)
    problem(program.send("GET", f"attachments/{row.pk}"), 404, "not-found")
    if not removed:
        problem(attach(program, entry), 404, "not-found")
        problem(program.send("GET", f"entries/{entry.pk}/attachments"), 404, "not-found")
