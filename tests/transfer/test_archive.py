"""An archive holds a whole life, says so, and anybody can see whether it still does."""

import hashlib
import json
import zipfile
from io import StringIO
from pathlib import Path

import jsonschema
import pytest
from django.core.management import CommandError, call_command

from apps.accounts.models import User
from apps.journal.models import Attachment, Entry
from apps.transfer import archive
from apps.transfer.exporting import contents_of, name_of
from apps.transfer.schema import schema
from apps.transfer.sources.package import Package, Refused
from apps.transfer.tables import tables
from apps.transfer.verifying import manifest_of, rows_in, verify
from tests.accounts.test_leaving import with_a_life
from tests.factories import NOW, make_entry
from tests.house.routes import make_life

pytestmark = pytest.mark.django_db
CANARY = "zymurgy"


@pytest.fixture
def life(alice: User) -> User:
    """Alice with one of everything."""
    return make_life(alice, CANARY).user


def packed(user: User, path: Path) -> Path:
    """An archive of this person."""
    path.write_bytes(b"".join(archive.packed(contents_of(user), schema(), NOW)))
    return path


def changed(path: Path, name: str, content: bytes | None) -> Path:
    """A copy of the archive in which a file says something else, or is not there."""
    other = path.with_name("other.zip")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for each in [*old.namelist(), *([] if name in old.namelist() else [name])]:
            said = content if each == name else old.read(each)
            if said is not None:
                new.writestr(each, said)
    return other


def test_it_holds_a_row_of_every_table(bob, tmp_path) -> None:
    with Package(packed(with_a_life(bob), tmp_path / "a.zip")) as package:
        counts = manifest_of(package)["counts"]
        assert {name for name, count in counts.items() if not count} == set()
        assert set(counts) == {model._meta.label for model in tables()}
        for name, count in counts.items():
            assert len(list(rows_in(package, name))) == count


def test_every_row_is_as_the_schema_says(life, tmp_path) -> None:
    with Package(packed(life, tmp_path / "a.zip")) as package:
        said = package.json("schema.json")
        jsonschema.Draft202012Validator.check_schema(said)
        for name, definition in said["$defs"].items():
            check = jsonschema.Draft202012Validator(definition)
            for row in rows_in(package, name):
                check.validate(row)


def test_every_file_is_in_it_to_the_byte(life, tmp_path) -> None:
    with Package(packed(life, tmp_path / "a.zip")) as package:
        rows = Attachment.objects.for_user(life)
        assert rows
        for row in rows:
            assert hashlib.sha256(package.bytes(name_of(row))).hexdigest() == row.sha256


def test_nothing_of_anybody_else_is_in_it(life, bob, tmp_path) -> None:
    make_life(bob, "bobolink")
    path = packed(life, tmp_path / "a.zip")
    with zipfile.ZipFile(path) as found:
        assert not [name for name in found.namelist() if b"bobolink" in found.read(name)]


def test_secrets_of_this_installation_are_not_in_it(alice, tmp_path) -> None:
    life = make_life(alice, CANARY)
    with zipfile.ZipFile(packed(life.user, tmp_path / "a.zip")) as found:
        whole = b"".join(found.read(name) for name in found.namelist()).decode(errors="replace")
    secrets = [life.secret, *life.codes, life.user.password]
    assert [secret for secret in secrets if secret in whole] == []


def test_it_is_equal_to_the_journal_it_was_made_of(life, tmp_path) -> None:
    with Package(packed(life, tmp_path / "a.zip")) as package:
        verdict = verify(package, life)
    assert verdict.amiss == []
    assert verdict.is_equal


def test_it_tells_what_changed_since(life, tmp_path) -> None:
    path = packed(life, tmp_path / "a.zip")
    Entry.objects.for_user(life).filter(trashed_at=None).update(starred=True)
    make_entry(life)
    Attachment.objects.for_user(life).delete()
    with Package(path) as package:
        verdict = verify(package, life)
    entries, files = (
        next(table for table in verdict.tables if table.name == name)
        for name in ("journal.Entry", "journal.Attachment")
    )
    assert verdict.is_whole
    assert not verdict.is_equal
    assert (entries.only_here, entries.only_there) == (1, 0)
    assert entries.changed > 0
    assert files.only_there > 0


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("rows/journal.Entry.ndjson", b"", "not as it was written"),
        ("rows/journal.Tag.ndjson", None, "missing"),
        ("rows/journal.Extra.ndjson", b"{}", "was added"),
        ("README.txt", b"hello", "not as it was written"),
    ],
)
def test_it_tells_what_was_done_to_the_archive(life, tmp_path, name, content, words) -> None:
    with Package(changed(packed(life, tmp_path / "a.zip"), name, content)) as package:
        verdict = verify(package, life)
    assert [said for said in verdict.amiss if words in said]


@pytest.mark.parametrize(
    "manifest",
    [None, b"{", b"[]", b'{"format": "other"}', b'{"format": "throughline", "version": 99}'],
)
def test_what_is_no_archive_is_refused_with_a_sentence(life, tmp_path, manifest) -> None:
    path = changed(packed(life, tmp_path / "a.zip"), "throughline.json", manifest)
    with Package(path) as package, pytest.raises(Refused, match=r"\w+ .*\."):
        manifest_of(package)


@pytest.mark.django_db(transaction=True)
def test_the_commands_write_and_compare(alice, tmp_path) -> None:
    make_life(alice, CANARY)
    alice.refresh_from_db()
    out, path = StringIO(), tmp_path / "a.zip"
    call_command("export", user=alice.email, format="throughline", out=path, stdout=out)
    assert "rows" in out.getvalue()
    assert path.stat().st_mode & 0o777 == 0o600
    call_command("verify_archive", str(path), user=alice.email, stdout=out)
    make_entry(alice)
    with pytest.raises(CommandError, match="has changed since"):
        call_command("verify_archive", str(path), user=alice.email, stdout=out)
    with pytest.raises(CommandError, match="there already"):
        call_command("export", user=alice.email, format="throughline", out=path)
    assert json.loads(zipfile.ZipFile(path).read("throughline.json"))["version"] == 1
