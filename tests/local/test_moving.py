"""A new major version of PostgreSQL: the data comes along by itself, or stays as it was.

The older server is a real one: the wheel brings PostgreSQL 16 besides its 18.
"""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from config.local import locks, moving, programs
from config.local.moving import bring_over
from config.local.postgres import Cluster, running
from config.local.prepare import prepare
from config.local.problems import Problem
from config.local.programs import MAJOR

ROOT = Path(__file__).resolve().parents[2]
OLD = "16"


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose cluster was made by an older PostgreSQL, with a table in it."""
    home = tmp_path_factory.mktemp("older") / "home"
    with running(home, durable=False):
        pass
    cluster = Cluster(home, durable=False)
    shutil.rmtree(cluster.data)
    server = programs.kept(OLD, cluster.programs)
    assert server, "the wheel brings no older PostgreSQL any more: find another for this test"
    _make_older(cluster, server)
    with served(home) as url, closing(psycopg.connect(url, autocommit=True)) as connection:
        connection.execute("CREATE TABLE line (number int PRIMARY KEY, said text)")
        connection.execute("INSERT INTO line SELECT n, 'said ' || n FROM generate_series(1, 500) n")
    return home


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Iterator[Path]:
    """A home of its own with such a cluster, which is not left running."""
    home = tmp_path / "home"
    subprocess.run(["cp", "-a", str(template), str(home)], check=True)
    yield home
    Cluster(home / "postgres" / "next").stop_if_unused()
    Cluster(home).stop_if_unused()


def test_older_data_comes_along_by_itself(home: Path, capsys) -> None:
    backed_up = []
    bring_over(home, lambda url, at: backed_up.append((rows(url), at)))
    with running(home) as url, closing(psycopg.connect(url)) as connection:
        assert connection.info.server_version // 10_000 == int(MAJOR)
        assert rows(url) == 500
    assert backed_up == [(500, home)]
    assert (home / "postgres" / f"former-{OLD}" / "PG_VERSION").read_text().strip() == OLD
    assert not (home / "postgres" / "next").exists()
    assert f"from PostgreSQL {OLD} to {MAJOR}" in capsys.readouterr().out


@pytest.mark.nightly
def test_the_server_that_wrote_the_data_is_kept_beside_it(tmp_path: Path, monkeypatch) -> None:
    """And runs from there when the wheel is gone."""
    home = tmp_path / "home"
    with running(home):
        pass
    monkeypatch.setattr(programs, "_packages", list)
    server = programs.kept(MAJOR, home / "postgres" / "programs")
    assert server
    assert server.is_relative_to(home)
    with programs.reachable(server) as found:
        cluster = Cluster(home, server=found)
        try:
            assert rows(cluster.serving(), "pg_catalog.pg_database") == 4
        finally:
            cluster.stop()


@pytest.mark.nightly
def test_whatever_goes_wrong_leaves_the_old_data_as_it_was(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Backing up, copying and counting fail one after the other; then it comes along after all."""

    def fail(*_: object) -> None:
        raise Problem("No room.")

    counts = iter([{"line": 500}, {"line": 499}])
    for when in ("backing up", "copying", "counting"):
        with monkeypatch.context() as patched:
            if when == "counting":
                patched.setattr(moving, "counted", lambda _: next(counts))
            elif when == "copying":
                patched.setattr(moving, "_copy", fail)
            with pytest.raises(Problem):
                bring_over(home, fail if when == "backing up" else nothing)
        cluster = Cluster(home)
        assert cluster.version() == OLD, when
        assert not cluster.is_alive(), when
    bring_over(home, nothing)
    with running(home) as url:
        assert rows(url) == 500


@pytest.mark.nightly
def test_a_move_killed_between_its_renames_is_ended_by_the_next_start(home: Path) -> None:
    bring_over(home, nothing)
    cluster = Cluster(home)
    cluster.data.rename(cluster.ready)
    with running(home) as url:
        assert rows(url) == 500


def test_nothing_is_moved_under_somebody_who_writes(home: Path) -> None:
    with in_use(home), pytest.raises(Problem, match="Stop it"):
        bring_over(home, nothing)
    assert Cluster(home).version() == OLD


def test_data_nobody_here_can_read_is_left_with_what_to_do(home: Path) -> None:
    (home / "postgres" / "data" / "PG_VERSION").write_text("11\n")
    before = stamps(home)
    with pytest.raises(Problem, match=r"(?s)server of 11 is not in .*bin/manage restore"):
        bring_over(home, nothing)
    assert stamps(home) == before


def test_data_of_a_newer_version_is_left_with_what_to_do(home: Path) -> None:
    (home / "postgres" / "data" / "PG_VERSION").write_text("99\n")
    bring_over(home, nothing)
    with pytest.raises(Problem, match=r"PostgreSQL 99.*newer Throughline"):
        Cluster(home).join()


def test_without_room_nothing_is_begun(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = shutil.disk_usage(home)._replace(free=1024)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: usage)
    with pytest.raises(Problem, match="Make room"):
        bring_over(home, nothing)
    assert Cluster(home).version() == OLD


def test_the_old_data_goes_after_two_weeks(home: Path) -> None:
    bring_over(home, nothing)
    former = home / "postgres" / f"former-{OLD}"
    bring_over(home, nothing)
    assert former.exists()
    long_ago = time.time() - moving.FORMER_KEPT - 1
    os.utime(former, (long_ago, long_ago))
    bring_over(home, nothing)
    assert not former.exists()


@pytest.mark.nightly
def test_a_whole_journal_comes_along_after_a_backup(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with served(home) as url:
        manage(home, url, "migrate", "--verbosity=0")
        manage(home, url, "demo", "--entries=200")
    bring_over(home)
    with running(home) as url:
        monkeypatch.setenv("DATABASE_URL", url)
        monkeypatch.setenv("THROUGHLINE_HOME", str(home))
        prepare(ROOT, home, url)
    assert len(list((home / "backups").glob("throughline-*.zip"))) == 1
    with running(home) as url:
        said = manage(home, url, "verify")
        assert rows(url, "journal_entry") >= 200
    assert said.count("all well") == 7


def manage(home: Path, url: str, *command: str) -> str:
    """What a management command says. Fails where it does."""
    settings = {
        "DATABASE_URL": url,
        "THROUGHLINE_HOME": str(home),
        "PATH": programs.path_with_programs(),
    }
    return subprocess.run(
        [sys.executable, "manage.py", *command],
        cwd=ROOT,
        env=os.environ | settings,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    ).stdout


def _make_older(cluster: Cluster, server: Path) -> None:
    """What Cluster makes, made by the older server's own programs."""
    cluster.data.mkdir(mode=0o700)
    how = cluster._childhood()
    if os.geteuid() == 0:
        shutil.chown(cluster.data, "nobody")
    commands = [
        (["initdb", "--username=postgres", "--auth=trust", "--no-locale", "--encoding=UTF8"], ""),
        (
            ["postgres", "--single", "-F"],
            "CREATE ROLE throughline LOGIN CREATEDB;\n"
            "CREATE DATABASE throughline OWNER throughline;\n",
        ),
    ]
    for (name, *options), words in commands:
        command = [str(server / name), *options, "-D", str(cluster.data)]
        command += ["template1"] if words else ["--no-sync"]
        subprocess.run(command, input=words, text=True, check=True, capture_output=True, **how)
    (cluster.data / "pg_hba.conf").write_text("local all throughline trust\n")


@contextmanager
def served(home: Path) -> Iterator[str]:
    """The address of the older database while its own server runs."""
    cluster = Cluster(home, durable=False, server=programs.kept(OLD, home))
    try:
        yield cluster.serving()
    finally:
        cluster.stop()


@contextmanager
def in_use(home: Path) -> Iterator[None]:
    """As if another process used the server."""
    place = locks.open_lock(home / "postgres" / "users.lock")
    locks.share(place)
    yield
    os.close(place)


def nothing(*_: object) -> None:
    """No backup."""


def rows(url: str, table: str = "line") -> int:
    """How many rows there are."""
    with closing(psycopg.connect(url)) as connection:
        return connection.execute(f"TABLE {table}").rowcount


def stamps(home: Path) -> dict[Path, int]:
    """When each file of the data was last written."""
    data = home / "postgres" / "data"
    return {path: path.stat().st_mtime_ns for path in data.rglob("*")}
