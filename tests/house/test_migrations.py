"""Migrations: none missing, each named for what it does, in one line, and all can be undone."""

import re
from collections.abc import Iterable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, migrations
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from tests.house.sources import LINE

# What makemigrations calls a migration when nobody names it.
UNNAMED = re.compile(
    r"\d{4}_(auto_\w+|initial|(alter|remove|delete|rename)_\w+|\w+_and_more|squashed_\w+)"
)


def ours() -> dict[str, dict[str, migrations.Migration]]:
    """The migrations of each of our apps, by name."""
    found: dict[str, dict[str, migrations.Migration]] = {}
    for (app, name), migration in MigrationLoader(None).disk_migrations.items():
        if app in LINE:
            found.setdefault(app, {})[name] = migration
    return found


def unnamed(names: Iterable[str]) -> list[str]:
    """Those that nobody named."""
    return [name for name in names if UNNAMED.fullmatch(name)]


def forks(app: str, found: dict[str, migrations.Migration]) -> list[str]:
    """Where an app's migrations are not one line, each resting on the one numbered before it."""
    wrong = []
    previous: str | None = None
    for number, name in enumerate(sorted(found), start=1):
        before = [needed for label, needed in found[name].dependencies if label == app]
        if before != ([previous] if previous else []) or not name.startswith(f"{number:04}_"):
            wrong.append(f"{app}.{name}")
        previous = name
    return wrong


def one_way(operations: Iterable[Any]) -> list[str]:
    """Operations that cannot be undone."""
    return [operation.describe() for operation in operations if not operation.reversible]


@pytest.mark.django_db
def test_none_is_missing() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_each_is_named_for_what_it_does() -> None:
    assert ours()
    assert unnamed(name for found in ours().values() for name in found) == []


@pytest.mark.parametrize(
    "name",
    ["0002_auto_20261121_0150", "0001_initial", "0003_alter_entry_title", "0004_mood_and_more"],
)
def test_it_catches_a_name_that_nobody_gave(name) -> None:
    assert unnamed([name, "0002_nothing_is_written_over"]) == [name]


def test_they_stand_in_one_line() -> None:
    assert [place for app, found in ours().items() for place in forks(app, found)] == []


def test_it_catches_a_fork() -> None:
    first = migrations.Migration("0001_people", "people")
    second = migrations.Migration("0002_names", "people")
    third = migrations.Migration("0003_notes", "people")
    second.dependencies = third.dependencies = [("people", "0001_people")]
    found = {migration.name: migration for migration in (first, second, third)}
    assert forks("people", found) == ["people.0003_notes"]


def test_each_can_be_undone() -> None:
    wrong = [
        place
        for found in ours().values()
        for migration in found.values()
        for place in one_way(migration.operations)
    ]
    assert wrong == []


def test_it_catches_one_that_cannot_be_undone() -> None:
    assert one_way([migrations.RunSQL("SELECT 1")])
    assert one_way([migrations.RunSQL("SELECT 1", "SELECT 2")]) == []


@pytest.mark.nightly
@pytest.mark.django_db
@pytest.mark.parametrize("back", ["one", "all"])
def test_undoing_and_doing_them_again_leaves_the_same_tables(back: str) -> None:
    """The newest migration of the journal backwards and forwards again, in a transaction.

    Then every migration of ours, to the beginning. Django draws all models anew for each.
    """
    before = schema()
    executor = MigrationExecutor(connection)
    [newest] = executor.loader.graph.leaf_nodes("journal")
    parents = executor.loader.graph.node_map[newest].parents
    [older] = [it.key for it in parents if it.key[0] == newest[0]]
    executor.migrate([older] if back == "one" else [(app, None) for app in LINE])
    assert schema() != before
    executor = MigrationExecutor(connection)
    executor.migrate(list(executor.loader.graph.leaf_nodes()))
    assert schema() == before


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        "ALTER TABLE journal_entry RESET (fillfactor)",
        "DROP TRIGGER entry_version_grows ON journal_entry",
        "DROP INDEX entry_newest",
        "ALTER TABLE people_person ALTER notes DROP NOT NULL",
    ],
)
def test_it_catches_tables_that_differ(change) -> None:
    before = schema()
    with connection.cursor() as cursor:
        cursor.execute(change)
    assert schema() != before


def schema() -> list[tuple[str, ...]]:
    """Columns, constraints, indexes, triggers, options and functions, as PostgreSQL has them."""
    apps = "|".join(LINE)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type, is_nullable, column_default"
            " FROM information_schema.columns WHERE table_schema = current_schema"
            " UNION ALL SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid), '', ''"
            " FROM pg_constraint WHERE conrelid <> 0"
            " UNION ALL SELECT tablename, indexname, indexdef, '', '' FROM pg_indexes"
            " UNION ALL SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid), '', ''"
            " FROM pg_trigger WHERE NOT tgisinternal"
            " UNION ALL SELECT relname, relpersistence::text, reloptions::text, '', ''"
            " FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema::regnamespace"
            " UNION ALL SELECT 'core', proname, prosrc, '', ''"
            " FROM pg_proc WHERE proname LIKE 'throughline%%'"
        )
        rows = [tuple(str(value) for value in row) for row in cursor.fetchall()]
    return sorted(row for row in rows if re.match(rf"({apps})(_|$)|cache", row[0]))
