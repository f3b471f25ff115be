"""Any life → an archive → the account is deleted → a new account → an archive: the same (T-15)."""

import hashlib
import zipfile
from itertools import count
from pathlib import Path

import pytest
from django.db import connection, transaction
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from apps.accounts import leaving
from apps.accounts.models import User
from apps.journal import sorting
from apps.promises.replaying import differing
from apps.prompts import preferring
from apps.transfer.exporting import rows_of
from apps.transfer.settling import SETTINGS, settings_of, settle
from apps.transfer.tables import OPEN, label, tables
from tests.factories import make_entry, make_user
from tests.transfer.lives import GESTURES, TEXTS, Plan, lived, plans
from tests.transfer.test_round_trip import brought, canonical, different, packed

pytestmark = pytest.mark.django_db
_numbers = count()
# A life that fails is told as it is: making it smaller takes minutes.
AS_IT_COMES = [Phase.explicit, Phase.generate]


def files_in(path: Path) -> list[str]:
    """The SHA-256 of what was attached, to the byte."""
    with zipfile.ZipFile(path) as found:
        names = [name for name in found.namelist() if name.startswith("files/")]
        return sorted(hashlib.sha256(found.read(name)).hexdigest() for name in names)


def neighbour() -> User:
    """Somebody who has written already, and has some of the same."""
    user = make_user(theme="light")
    entry = make_entry(user, body="Here before.")
    sorting.pick_tags(user, entry, ["release", "tag 1"])
    sorting.add_notebook(user, "Apart")
    preferring.keep_light(user, light_only=True)
    return user


def all_of(user: User) -> dict[str, dict[object, object]]:
    """Every row of theirs, whole."""
    return {
        label(model): {row["id"]: row for row in rows_of(model, user).values()}
        for model in tables()
        if model not in OPEN
    }


def comes_back_whole(user: User, folder: Path) -> None:
    """The archive of this life, once the account is gone, makes another like it."""
    number = next(_numbers)
    path, again = folder / f"{number}-a.zip", folder / f"{number}-b.zip"
    packed(user, path)
    ours, files, chosen = canonical(user), files_in(path), settings_of(user)
    leaving.remove(user)
    empty = User.objects.create_user(f"new{number}@example.org")

    report = brought(empty, path)
    assert report.failed == []
    assert report.warnings == []
    theirs = canonical(empty)
    assert different(ours, theirs) == {}
    assert files_in(packed(empty, again)) == files
    empty.refresh_from_db()
    assert settings_of(empty) == chosen
    assert list(differing(empty.pk)) == []

    report = brought(empty, path)
    assert report.created.total() == 0
    assert canonical(empty) == theirs

    beside = neighbour()
    before, was = all_of(beside), settings_of(beside)
    brought(beside, path)
    after = all_of(beside)
    for name, rows in before.items():
        assert {pk: after[name].get(pk) for pk in rows} == rows, name
    beside.refresh_from_db()
    assert settings_of(beside) == was
    connection.check_constraints()


def each_comes_back(plan: Plan, folder: Path) -> None:
    """Live it, and see; it leaves nothing behind."""
    with transaction.atomic():
        user = make_user()
        lived(user, plan)
        comes_back_whole(user, folder)
        transaction.set_rollback(True)


@given(plan=plans((0, 1, 3), 14))
@settings(max_examples=3, phases=AS_IT_COMES)
def test_any_life_comes_back_whole(tmp_path, plan) -> None:
    each_comes_back(plan, tmp_path)


@pytest.mark.nightly
@given(plan=plans((0, 0, 5, 50, 500), 60))
@settings(max_examples=200, phases=AS_IT_COMES)
def test_two_hundred_lives_come_back_whole(tmp_path, plan) -> None:
    each_comes_back(plan, tmp_path)


@pytest.mark.nightly
@given(plan=plans((5_000,), 200))
@settings(max_examples=2, phases=AS_IT_COMES)
def test_long_lives_come_back_whole(tmp_path, plan) -> None:
    each_comes_back(plan, tmp_path)


@pytest.mark.nightly
def test_a_life_of_every_gesture_comes_back_whole(alice, tmp_path) -> None:
    """Twice through all of them: what one makes, another needs."""
    gestures = [
        (name, at, words)
        for at, words in ((1, TEXTS[1]), (34, TEXTS[2]))
        for name in (*GESTURES, *GESTURES)
    ]
    done = lived(alice, Plan({}, 2, gestures))
    assert done >= 0.8 * len(gestures)
    comes_back_whole(alice, tmp_path)


# --- Settings ---------------------------------------------------------------------------------

CHOSEN = {"theme": "dark", "first_weekday": 6, "writes_in": "german", "shortcuts": False}


@pytest.fixture
def chooser(alice) -> User:
    """Alice, who likes it otherwise."""
    User.objects.filter(pk=alice.pk).update(**CHOSEN)
    alice.refresh_from_db()
    return alice


def test_settings_come_in_where_nobody_chose(chooser, tmp_path) -> None:
    path = packed(chooser, tmp_path / "a.zip")
    empty = User.objects.create_user("new@example.org", time_zone="Asia/Tokyo", theme="light")
    report = brought(empty, path)
    empty.refresh_from_db()
    kept = {"theme": "light", "time_zone": "Asia/Tokyo"}
    assert settings_of(empty) == settings_of(chooser) | kept
    assert [sentence.split("”")[0] for sentence in report.warnings] == [
        "The setting “Time zone",
        "The setting “Paper",
    ]


def test_settings_stay_where_somebody_writes(chooser, bob, tmp_path) -> None:
    path = packed(chooser, tmp_path / "a.zip")
    make_entry(bob)
    before = settings_of(bob)
    report = brought(bob, path)
    bob.refresh_from_db()
    assert settings_of(bob) == before
    assert len(report.warnings) == len(CHOSEN) + 1


@given(said=st.dictionaries(st.sampled_from(SETTINGS), st.integers() | st.text() | st.floats()))
@settings(max_examples=20)
def test_no_setting_is_believed(said) -> None:
    with transaction.atomic():
        user = User.objects.create_user("new@example.org")
        settle(user, said, is_new=True)
        user.refresh_from_db()
        user.full_clean(exclude=["password", "email"])
        transaction.set_rollback(True)
