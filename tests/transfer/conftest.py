"""A database of one's own, for what reads and replaces the whole of one."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.db import connection
from pytest_django.fixtures import Settings
from pytest_django.plugin import DjangoDbBlocker

from apps.prompts import loading
from apps.transfer.models import Origin
from tests.emptying import empty_tables


@pytest.fixture(scope="module")
def _own_name(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[str, str]]:
    """The name of a database of this module's own, and of that which the tests use otherwise."""
    usual, name = connection.settings_dict["NAME"], f"own_{os.getpid()}"
    with django_db_blocker.unblock():
        _make(name)
        yield name, usual
        with _server() as server:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def own_database(
    _own_name: tuple[str, str],
    django_db_blocker: DjangoDbBlocker,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> Iterator[str]:
    """The address of an empty database with all tables, which is in use; rows are committed.

    No questions are shipped here: reading them takes as long as all else.
    """
    name, usual = _own_name
    monkeypatch.setattr(loading, "FOLDER", tmp_path)
    with django_db_blocker.unblock():
        _let_go()
        connection.settings_dict["NAME"] = name
        try:
            if Origin._meta.db_table not in connection.introspection.table_names():
                _make(name)
            empty_tables()
            yield _address(name)
        finally:
            _let_go()
            connection.settings_dict["NAME"] = usual


def _make(name: str) -> None:
    """Copy the tables: of the database that bin/test made them in, since nobody uses that one.

    A server for browsers may still be there, with connections to the one of the tests.
    """
    template = connection.settings_dict["TEST"].get("TEMPLATE") or connection.settings_dict["NAME"]
    _let_go()
    with _server() as server:
        server.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        # PostgreSQL waits some seconds for a connection that was closed a moment ago.
        server.execute(f"CREATE DATABASE {name} TEMPLATE {template}")


def _let_go() -> None:
    connection.close()
    connection.close_pool()


@contextmanager
def _server() -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    with closing(psycopg.connect(_address("postgres"), autocommit=True)) as server:
        yield server


def _address(name: str) -> str:
    return urlunsplit(urlsplit(os.environ["DATABASE_URL"])._replace(path=f"/{name}"))


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    """Where backups go."""
    folder = tmp_path / "backups"
    folder.mkdir(mode=0o700)
    settings.BACKUPS = folder
    return folder
