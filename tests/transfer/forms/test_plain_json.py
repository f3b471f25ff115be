"""A journal as plain JSON, and whether it is as its schema says."""

import hashlib
import io
import json
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from jsonschema import Draft202012Validator

from apps.cares.models import Care
from apps.journal.models import Entry
from apps.journal.query import parse
from apps.promises.models import Promise
from apps.transfer.forms import FORMS, Progress
from apps.transfer.forms import plain_json as form
from tests.accounts.test_leaving import with_a_life
from tests.factories import (
    TODAY,
    make_attachment,
    make_care,
    make_entry,
    make_promise,
    make_user,
)
from tests.house.sources import ROOT
from tests.transfer.forms.writing import TITLES, WORDS, members, written

pytestmark = pytest.mark.django_db
SCHEMA = json.loads((ROOT / "docs/journal.schema.json").read_text())
VALIDATOR = Draft202012Validator(SCHEMA)


def document(file: bytes) -> dict[str, Any]:
    """The document of a ZIP, which is as the schema says."""
    found = json.loads(members(file)["journal.json"])
    VALIDATOR.validate(found)
    return found


def test_a_whole_life_is_as_the_schema_says(alice) -> None:
    with_a_life(alice)
    file = written(alice, "json")
    found = document(file)
    entries = Entry.objects.for_user(alice).kept()
    assert found["is_everything"]
    assert len(found["entries"]) == entries.count()
    assert len(found["promises"]) == Promise.objects.for_user(alice).count()
    assert all(promise["terms"] and promise["history"] for promise in found["promises"])
    cares = Care.objects.for_user(alice).kept().values_list("label", flat=True)
    assert sorted(care["label"] for care in found["cares"]) == sorted(cares)
    [named] = [entry["files"][0] for entry in found["entries"] if entry["files"]]
    held = members(file)
    assert hashlib.sha256(held[named["path"]]).hexdigest() == named["sha256"]
    assert any(entry["answers"] for entry in found["entries"])
    assert any(entry["question"] for entry in found["entries"])


def test_a_choice_holds_its_entries_and_says_so(alice) -> None:
    with_a_life(alice)
    make_entry(alice, body="%%secret%% and not", starred=True)
    starred = document(written(alice, "json", query=parse("is:starred", TODAY), is_masked=True))
    assert [entry["body"] for entry in starred["entries"]] == ["[private] and not"]
    assert (starred["is_everything"], starred["promises"], starred["cares"]) == (False, [], [])


def test_an_empty_journal_and_one_without_files(alice) -> None:
    found = document(written(alice, "json"))
    assert [found[name] for name in ("entries", "promises", "cares")] == [[], [], []]
    make_attachment(make_entry(alice))
    file = written(alice, "json", with_files=False)
    assert document(file)["entries"][0]["files"] == []
    assert list(members(file)) == ["journal.json"]


def test_what_the_storage_has_lost_is_named(alice) -> None:
    entry = make_entry(alice)
    default_storage.delete(make_attachment(entry, name="lost.png").key)
    make_attachment(entry, name="there.png")
    file = written(alice, "json")
    held = members(file)
    assert set(held) == {"journal.json", "files/2026-11-20-there.png", "MISSING.txt"}
    assert b"files/2026-11-20-lost.png" in held["MISSING.txt"]
    assert len(document(file)["entries"][0]["files"]) == 2


@pytest.mark.parametrize("key", ["dayone", "csv", "json", "text", "jrnl", "ical"])
def test_queries_do_not_grow(alice, key) -> None:
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            written(alice, key)
        return len(queries)

    make_attachment(make_entry(alice))
    make_promise(alice)
    make_care(alice)
    before = asked()
    for _number in range(5):
        make_attachment(make_entry(alice))
        make_promise(alice)
        make_care(alice)
    assert asked() == before


@given(TITLES, WORDS)
def test_words_are_as_they_were(title, body) -> None:
    lines = "".join(form._list("entries", iter([{"title": title, "body": body}]), Progress()))
    assert json.loads(f"{{{lines.lstrip(',')}}}") == {"entries": [{"title": title, "body": body}]}


@pytest.mark.django_db(transaction=True)
def test_the_command_writes_each_form(tmp_path) -> None:
    user = make_user()
    make_entry(user, body="A day.")
    for key in FORMS:
        out = tmp_path / key
        call_command("export", user=user.email, format=key, out=out, stdout=io.StringIO())
        assert out.stat().st_size > 20
