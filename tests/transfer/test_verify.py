"""What is amiss is found, and named by its id alone; each check has a fault that it must find."""

from collections.abc import Callable, Iterator
from io import StringIO

import pytest
from django.core.files.storage import default_storage
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.migrations import loader, recorder

from apps.accounts.models import User
from apps.journal import settling
from apps.journal.models import Attachment, Entry, EntryWords, Revision
from apps.promises.models import Promise
from apps.transfer.models import Origin
from apps.transfer.soundness import verify
from tests.factories import make_user
from tests.house.routes import make_life


@pytest.fixture(autouse=True)
def _own_tables(own_database: str) -> None:
    """What is broken here is for no other test."""


@pytest.fixture
def _tables_anew(_own_tables: None) -> Iterator[None]:
    """Nor is it for the next one here: the database is made anew where this table is not."""
    yield
    run(f"DROP TABLE {Origin._meta.db_table} CASCADE")


def run(statement: str) -> None:
    """Something that only the owner of the tables can do to them."""
    with connection.cursor() as cursor:
        cursor.execute(statement)


def a_rule(_user: User) -> str:
    run("ALTER TABLE journal_entry DROP CONSTRAINT entry_mood_range")
    entry = Entry.objects.order_by("pk")[0]
    Entry.objects.filter(pk=entry.pk).update(mood=9)
    run(
        "ALTER TABLE journal_entry ADD CONSTRAINT entry_mood_range"
        " CHECK (mood IS NULL OR mood BETWEEN -2 AND 2) NOT VALID"
    )
    return f"journal_entry {entry.pk} (entry_mood_range)"


def a_reference(_user: User) -> str:
    run("ALTER TABLE journal_revision DROP CONSTRAINT revision_of_own_entry")
    run("ALTER TABLE journal_revision DISABLE TRIGGER USER")
    row = Revision.objects.order_by("pk")[0]
    Revision.objects.filter(pk=row.pk).update(owner=make_user(email="bob@example.org"))
    run("ALTER TABLE journal_revision ENABLE TRIGGER USER")
    run(
        "ALTER TABLE journal_revision ADD CONSTRAINT revision_of_own_entry"
        " FOREIGN KEY (owner_id, entry_id) REFERENCES journal_entry (owner_id, id)"
        " DEFERRABLE INITIALLY DEFERRED NOT VALID"
    )
    return f"journal_revision {row.pk} (revision_of_own_entry)"


def a_guard(_user: User) -> str:
    run("ALTER TABLE journal_revision DISABLE TRIGGER revision_written_once")
    return "trigger revision_written_once"


def a_revision(_user: User) -> str:
    run("ALTER TABLE journal_revision DISABLE TRIGGER USER")
    row = Revision.objects.order_by("pk")[0]
    Revision.objects.filter(pk=row.pk).update(version=99)
    run("ALTER TABLE journal_revision ENABLE TRIGGER USER")
    return str(row.pk)


def the_words_of_search(_user: User) -> str:
    row = EntryWords.objects.order_by("pk")[0]
    EntryWords.objects.filter(pk=row.pk).update(vector="'another':1")
    return str(row.entry_id)


def the_bytes_of_a_file(_user: User) -> str:
    row = Attachment.objects.get()
    with open(default_storage.path(row.key), "r+b") as file:  # noqa: PTH123
        file.write(b"?")
    return str(row.pk)


def a_size_of_a_picture(_user: User) -> str:
    row = Attachment.objects.get()
    default_storage.delete(row.size_key(row.sizes[0].box))
    return str(row.pk)


def a_promise(user: User) -> str:
    row = Promise.objects.for_user(user).order_by("pk")[0]
    Promise.objects.filter(pk=row.pk).update(holds=row.holds + 1)
    return f"{row.pk} (holds)"


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("revisions", a_revision),
        ("search", the_words_of_search),
        ("files", the_bytes_of_a_file),
        ("files", a_size_of_a_picture),
        ("promises", a_promise),
    ],
)
def test_each_check_of_rows_finds_its_fault(name: str, spoil: Callable[[User], str]) -> None:
    finds(name, spoil)


@pytest.mark.usefixtures("_tables_anew")
@pytest.mark.parametrize(
    ("name", "spoil"),
    [("rules", a_rule), ("references", a_reference), ("guards", a_guard)],
)
def test_each_check_of_tables_finds_its_fault(name: str, spoil: Callable[[User], str]) -> None:
    finds(name, spoil)


def finds(name: str, spoil: Callable[[User], str]) -> None:
    """Nothing is amiss in a life; then this alone is, and none of its words are said."""
    life = make_life(make_user(email="alice@example.org"), "zymurgy")
    for entry in Entry.objects.all():
        settling.settle(entry.owner, entry.pk)
    assert [check for check in verify() if check.amiss] == []
    planted = spoil(life.user)
    out = StringIO()
    with pytest.raises(CommandError, match="amiss"):
        call_command("verify", stdout=out)
    [line] = [line for line in out.getvalue().splitlines() if line.startswith(f"{name}: ")]
    assert line.endswith(f"1 amiss: {planted}")
    assert "zymurgy" not in out.getvalue()


def test_a_migration_that_waits_is_named() -> None:
    applied = recorder.MigrationRecorder(connection)
    [newest] = loader.MigrationLoader(connection).graph.leaf_nodes("transfer")
    applied.record_unapplied(*newest)
    try:
        [guards] = [check for check in verify() if check.amiss]
        assert guards.named == ["migration {}.{}".format(*newest)]
    finally:
        applied.record_applied(*newest)


def test_it_says_nothing_against_an_empty_journal() -> None:
    out = StringIO()
    call_command("verify", stdout=out)
    assert out.getvalue().count("all well") == 7
