"""A life → an archive → an empty account → an archive: the same, but for ids (T-15)."""

import json
import re
import shutil
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from pytest_django.fixtures import Settings

from apps.accounts.models import User
from apps.home.demo import life as demo
from apps.journal.models import Attachment, Entry, EntryTag, Tag
from apps.promises.models import Promise
from apps.promises.replaying import differing
from apps.sittings import saving
from apps.sittings.answers import Given
from apps.sittings.models import Sitting
from apps.sittings.reading import sat
from apps.transfer import archive
from apps.transfer.exporting import contents_of, rows_of, said
from apps.transfer.importing import Report, bring_in
from apps.transfer.schema import schema
from apps.transfer.sources.package import Package, Refused
from apps.transfer.tables import OPEN, fields_of, label, tables
from tests.accounts.test_leaving import with_a_life
from tests.factories import NOW, TODAY, make_entry, make_hand, make_sitting, make_user
from tests.house.routes import make_life

pytestmark = pytest.mark.django_db
# What an account of its own has of its own: ids, and when a file or a shipped row came here.
IDS = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
APART = {"id"}
APART_OF = {
    "journal.Attachment": {"updated_at"},
    "prompts.Pack": {"created_at", "updated_at"},
}


def packed(user: User, path: Path) -> Path:
    """An archive of this person."""
    path.write_bytes(b"".join(archive.packed(contents_of(user), schema(), NOW)))
    return path


def brought(user: User, path: Path) -> Report:
    """What became of this archive in this person's account."""
    with Package(path) as package:
        return bring_in(user, package, NOW)


def canonical(user: User) -> dict[str, list[str]]:
    """Each table's rows in JSON, with ids told by where their row stands."""
    names: dict[str, str] = {str(user.pk): "owner"}
    for model in tables():
        for number, pk in enumerate(rows_of(model, user).values_list("pk", flat=True)):
            names[str(pk)] = f"{label(model)} {number}"
    found = {}
    for model in tables():
        apart = APART | APART_OF.get(label(model), set())
        columns = [of for of in fields_of(model) if of.name not in apart]
        rows = rows_of(model, user).values_list(*(of.attname for of in columns))
        lines = []
        for row in rows:
            told = zip(columns, row, strict=True)
            line = json.dumps({of.name: said(value) for of, value in told})
            lines.append(IDS.sub(lambda found: names.get(found[0], found[0]), line))
        found[label(model)] = sorted(lines)
    return found


def different(ours: dict[str, list[str]], theirs: dict[str, list[str]]) -> dict[str, Any]:
    """By table the rows that are only in one of the two."""
    return {
        name: (set(ours[name]) - set(rows), set(rows) - set(ours[name]))
        for name, rows in theirs.items()
        if rows != ours[name]
    }


@pytest.fixture
def empty(db) -> User:
    """Somebody new."""
    return User.objects.create_user("new@example.org", time_zone="Europe/Vienna")


@pytest.fixture(scope="module")
def _life(rows_that_stay: None) -> User:
    """One of everything, for all tests of the module."""
    return make_life(make_user(), "zymurgy").user


@pytest.fixture(scope="module")
def _packed(_life: User, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packed(_life, tmp_path_factory.mktemp("archive") / "a.zip")


@pytest.fixture
def life(_life: User, _packed: Path, media_that_stays: Path, settings: Settings) -> User:
    """Somebody with one of everything, who stays, and her files."""
    settings.MEDIA_ROOT = media_that_stays
    return User.objects.get(pk=_life.pk)


@pytest.fixture
def path(life: User, _packed: Path, tmp_path: Path) -> Path:
    """Her archive."""
    return Path(shutil.copy(_packed, tmp_path / "a.zip"))


def test_a_life_comes_back_whole(life, path, empty) -> None:
    report = brought(empty, path)
    assert report.failed == []
    assert different(canonical(life), canonical(empty)) == {}


def test_a_life_with_a_row_of_every_table_comes_back_whole(alice, empty, tmp_path) -> None:
    life = with_a_life(alice)
    report = brought(empty, packed(life, tmp_path / "a.zip"))
    assert report.failed == []
    assert different(canonical(life), canonical(empty)) == {}


@pytest.mark.nightly
def test_the_demo_life_comes_back_whole(empty, tmp_path) -> None:
    life = demo.make(email="m@example.org", password=None, today=TODAY, entries=60).owner
    report = brought(empty, packed(life, tmp_path / "a.zip"))
    assert report.failed == []
    assert different(canonical(life), canonical(empty)) == {}
    assert list(differing(empty.pk)) == []
    for entry in Entry.objects.for_user(empty):
        was = Entry.objects.for_user(life).get(occurred_at=entry.occurred_at, title=entry.title)
        assert (entry.word_count, entry.is_whole) == (was.word_count, was.is_whole)


def test_the_second_time_nothing_comes_in(path, empty) -> None:
    brought(empty, path)
    before = canonical(empty)
    report = brought(empty, path)
    assert report.created.total() == 0
    assert canonical(empty) == before


def test_brought_in_where_it_was_made_only_what_is_gone_comes_back(life, tmp_path) -> None:
    gone = make_entry(life, body="Erased since.")
    path, before = packed(life, tmp_path / "a.zip"), canonical(life)
    gone.delete()
    report = brought(life, path)
    assert (report.created, report.failed) == ({"journal.Entry": 1}, [])
    after = canonical(life)
    after["journal.Entry"], before["journal.Entry"] = (
        sorted(line.partition('"body"')[2] for line in rows["journal.Entry"])
        for rows in (after, before)
    )
    assert after["journal.Entry"] == before["journal.Entry"]


def test_what_is_there_stays_as_it_is(path, bob) -> None:
    theirs = make_life(bob, "bobolink").user
    before = {
        model: {row["id"]: row for row in rows_of(model, theirs).values()} for model in tables()
    }
    brought(theirs, path)
    for model, rows in before.items():
        if model not in OPEN:
            after = {row["id"]: row for row in rows_of(model, theirs).values()}
            assert {pk: after[pk] for pk in rows} == rows, model


def test_no_row_is_taken_for_somebody_elses(life, path, bob, empty, tmp_path) -> None:
    """Ids of rows that are bob's, in an archive made up to reach them."""
    theirs = make_entry(bob)
    other = tmp_path / "other.zip"
    pks = [str(pk) for pk in Entry.objects.for_user(life).values_list("pk", flat=True)]
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for name in old.namelist():
            content = old.read(name).replace(pks[0].encode(), str(theirs.pk).encode())
            new.writestr(name, content)
    before = Entry.objects.filter(pk=theirs.pk).values()[0]
    brought(empty, other)
    assert Entry.objects.filter(pk=theirs.pk).values()[0] == before
    assert not Entry.objects.for_user(empty).filter(pk=theirs.pk).exists()


def spoilt(path: Path, table: str, change: Any) -> Path:
    """A copy of the archive in which the first row of a table is another."""
    other = path.with_name("other.zip")
    name = f"rows/{table}.ndjson"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(other, "w") as new:
        for each in old.namelist():
            content = old.read(each)
            if each == name:
                first, *rest = content.decode().splitlines()
                row = json.loads(first)
                change(row)
                content = "\n".join([json.dumps(row), *rest, ""]).encode()
            new.writestr(each, content)
    return other


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("mood", 9),
        ("mood", "good"),
        ("local_date", "0000-13-45"),
        ("local_date", None),
        ("title", "x" * 5_000),
        ("notebook", "not an id"),
        ("occurred_at", "yesterday"),
        ("version", 10**30),
        ("starred", "perhaps"),
    ],
)
def test_one_bad_row_stops_no_other(alice, empty, tmp_path, field, value) -> None:
    for day in range(3):
        make_entry(alice, body=f"Line {day}", local_date=TODAY - timedelta(days=day))
    path = packed(alice, tmp_path / "a.zip")
    report = brought(empty, spoilt(path, "journal.Entry", lambda row: row.update({field: value})))
    came = Entry.objects.for_user(empty).count()
    assert came + len([key for key, _why in report.failed if key.startswith("journal.Entry")]) == 3
    assert came >= 2


def test_html_of_an_archive_is_not_believed(alice, empty, tmp_path) -> None:
    make_entry(alice, body="*so*")
    path = packed(alice, tmp_path / "a.zip")
    evil = {"body_html": "<script>alert(1)</script>", "body": "<script>alert(1)</script> *so*"}
    brought(empty, spoilt(path, "journal.Entry", lambda row: row.update(evil)))
    [entry] = Entry.objects.for_user(empty)
    assert "<script" not in entry.body_html
    assert "<em>so</em>" in entry.body_html


def test_files_come_by_the_door_for_files(life, path, empty) -> None:
    brought(empty, path)
    ours, theirs = (
        sorted(Attachment.objects.for_user(user).values_list("sha256", "kind", "name"))
        for user in (life, empty)
    )
    assert ours == theirs
    keys = Attachment.objects.for_user(empty).values_list("key", flat=True)
    assert all(key.startswith(f"{empty.pk}/") for key in keys)


def test_a_sitting_that_came_in_goes_on(alice, empty, tmp_path) -> None:
    make_sitting(alice, said={"harder": Given("At the plan")})
    brought(empty, packed(alice, tmp_path / "a.zip"))
    sitting = Sitting.objects.for_user(empty).get()
    saving.save(
        owner=empty,
        sitting_id=sitting.pk,
        place=sat(empty, sitting.pk).at("harder"),
        given=Given("At the end"),
        hand=make_hand(expected_version=1),
        opened_at=NOW,
        now=NOW + timedelta(minutes=5),
    )
    assert [answer.text for answer in sitting.answers.all()] == ["At the end"]


def test_promises_stay_true_to_their_ledger(path, empty) -> None:
    brought(empty, path)
    assert Promise.objects.for_user(empty).exists()
    assert list(differing(empty.pk)) == []


@pytest.mark.parametrize(
    ("table", "field", "value"),
    [
        ("promises.Event", "seq", "first"),
        ("promises.Event", "seq", None),
        ("cares.ValueSort", "finished_on", "some day"),
        ("journal.Attachment", "position", "top"),
        ("promises.Event", "payload", json.loads("[" * 700 + "]" * 700)),
    ],
)
def test_whatever_a_row_says_it_is_told_and_no_fault(path, empty, table, field, value) -> None:
    report = brought(empty, spoilt(path, table, lambda row: row.update({field: value})))
    assert report.created.total() > 100


@pytest.mark.parametrize("pk", [5, None, "", "no id", {}, "0" * 32])
def test_a_row_without_an_id_is_refused_with_a_sentence(alice, empty, tmp_path, pk) -> None:
    make_entry(alice)
    path = spoilt(packed(alice, tmp_path / "a.zip"), "journal.Entry", lambda row: row.update(id=pk))
    with pytest.raises(Refused, match="is no row"):
        brought(empty, path)
    assert not Entry.objects.for_user(empty).exists()


def test_what_points_at_what_is_only_coming_is_not_looked_for(alice, empty, tmp_path) -> None:
    entry = make_entry(alice)
    tag = Tag.objects.create(owner=alice, name="a", key="a")
    EntryTag.objects.create(owner=alice, entry=entry, tag=tag)
    few = packed(alice, tmp_path / "few.zip")
    for _ in range(9):
        EntryTag.objects.create(owner=alice, entry=make_entry(alice), tag=tag)
    much = packed(alice, tmp_path / "much.zip")
    counted = []
    for path in (few, much):
        with CaptureQueriesContext(connection) as queries, transaction.atomic():
            brought(empty, path)
            transaction.set_rollback(True)
        counted.append(len(queries))
    assert counted[0] == counted[1]
