"""An archive holds a whole life, says so, and anybody can see whether it still does."""

import hashlib
import shutil
import zipfile
from pathlib import Path

import jsonschema
import pytest
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.journal.models import Attachment, Entry
from apps.transfer import archive
from apps.transfer.exporting import contents_of, name_of
from apps.transfer.schema import schema
from apps.transfer.sources.package import Package, Refused
from apps.transfer.tables import tables
from apps.transfer.verifying import manifest_of, rows_in, verify
from tests.accounts.test_leaving import with_a_life
from tests.factories import NOW, make_entry, make_user
from tests.house.routes import Life, make_life

pytestmark = pytest.mark.django_db
CANARY = "zymurgy"


@pytest.fixture(scope="module")
def whole(rows_that_stay: None) -> Life:
    """One of everything, for all tests of the module."""
    return make_life(make_user(), CANARY)


@pytest.fixture(scope="module")
def _packed(whole: Life, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packed(whole.user, tmp_path_factory.mktemp("archive") / "a.zip")


@pytest.fixture
def life(whole: Life, _packed: Path, media_that_stays: Path, settings: Settings) -> User:
    """Somebody with one of everything, who stays, and her files."""
    settings.MEDIA_ROOT = media_that_stays
    return whole.user


@pytest.fixture
def path(life: User, _packed: Path, tmp_path: Path) -> Path:
    """Her archive."""
    return Path(shutil.copy(_packed, tmp_path / "a.zip"))


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


def test_every_row_is_as_the_schema_says(life, path) -> None:
    with Package(path) as package:
        said = package.json("schema.json")
        jsonschema.Draft202012Validator.check_schema(said)
        for name, definition in said["$defs"].items():
            check = jsonschema.Draft202012Validator(definition)
            for row in rows_in(package, name):
                check.validate(row)


def test_every_file_is_in_it_to_the_byte(life, path) -> None:
    with Package(path) as package:
        rows = Attachment.objects.for_user(life)
        assert rows
        for row in rows:
            assert hashlib.sha256(package.bytes(name_of(row))).hexdigest() == row.sha256


def test_nothing_of_anybody_else_is_in_it(life, bob, tmp_path) -> None:
    make_life(bob, "bobolink")
    path = packed(life, tmp_path / "a.zip")
    with zipfile.ZipFile(path) as found:
        assert not [name for name in found.namelist() if b"bobolink" in found.read(name)]


def test_secrets_of_this_installation_are_not_in_it(whole, path) -> None:
    with zipfile.ZipFile(path) as found:
        said = b"".join(found.read(name) for name in found.namelist()).decode(errors="replace")
    secrets = [whole.secret, *whole.codes, whole.user.password]
    assert [secret for secret in secrets if secret in said] == []


def test_it_is_equal_to_the_journal_it_was_made_of(life, path) -> None:
    with Package(path) as package:
        verdict = verify(package, life)
    assert verdict.amiss == []
    assert verdict.is_equal


def test_it_tells_what_changed_since(life, path) -> None:
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
def test_it_tells_what_was_done_to_the_archive(life, path, name, content, words) -> None:
    with Package(changed(path, name, content)) as package:
        verdict = verify(package, life)
    assert [said for said in verdict.amiss if words in said]


@pytest.mark.parametrize(
    "manifest",
    [None, b"{", b"[]", b'{"format": "other"}', b'{"format": "throughline", "version": 99}'],
)
def test_what_is_no_archive_is_refused_with_a_sentence(path, manifest) -> None:
    path = changed(path, "throughline.json", manifest)
    with Package(path) as package, pytest.raises(Refused, match=r"\w+ .*\."):
        manifest_of(package)
