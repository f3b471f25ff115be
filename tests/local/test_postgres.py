"""The embedded PostgreSQL: shared, stopped by the last to leave, and back after any death."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest

from config.local import postgres
from config.local.postgres import Cluster, running
from config.local.problems import Problem
from tests.day import one_in

ROOT = Path(__file__).resolve().parents[2]

# One user of the server in a process of its own: joins, says so, and leaves when told to.
USER = """
import sys
from pathlib import Path
from config.local.postgres import Cluster
cluster = Cluster(Path(sys.argv[1]), durable=False)
print(cluster.join(), flush=True)
sys.stdin.readline()
cluster.leave()
"""


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a cluster that was made and stopped: copying them is faster than making."""
    home = tmp_path_factory.mktemp("template", numbered=True) / "home"
    with running(home, durable=False):
        pass
    return home


@pytest.fixture
def home(template: Path, tmp_path: Path) -> Iterator[Path]:
    """A home of its own with such a cluster, which is not left running."""
    home = tmp_path / "home"
    subprocess.run(["cp", "-a", str(template), str(home)], check=True)
    yield home
    Cluster(home, durable=False).stop_if_unused()


def test_a_new_cluster_serves_its_owner_and_nobody_else(tmp_path: Path) -> None:
    home = tmp_path / "home"
    with running(home) as url, _connection(url) as connection:
        settings = dict(
            connection.execute(
                "SELECT name, setting FROM pg_settings WHERE name IN"
                " ('fsync', 'full_page_writes', 'synchronous_commit', 'listen_addresses',"
                "  'log_min_messages', 'log_min_error_statement', 'server_encoding')"
            ).fetchall()
        )
        role = connection.execute(
            "SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = current_user"
        ).fetchone()
    assert settings == {
        "fsync": "on",
        "full_page_writes": "on",
        "synchronous_commit": "on",
        "listen_addresses": "",
        "log_min_messages": "log",
        "log_min_error_statement": "panic",
        "server_encoding": "UTF8",
    }
    assert role == (False, True, False)
    folders = [home, home / "postgres", home / "postgres" / "data"]
    assert {path.stat().st_mode & 0o777 for path in folders} == {0o700}
    assert (home / "postgres.log").stat().st_mode & 0o777 == 0o600


def test_nobody_gets_in_as_the_superuser(home: Path) -> None:
    refused = pytest.raises(psycopg.OperationalError, match="pg_hba")
    with running(home, durable=False) as url, refused:
        psycopg.connect(url.replace("throughline@", "postgres@"))


def test_letters_of_all_languages_are_folded_and_found(home: Path) -> None:
    query = "SELECT upper('straße'), to_tsvector('simple', 'Ünï 日本') @@ 'ünï'::tsquery"
    with running(home, durable=False) as url, _connection(url) as connection:
        assert connection.execute(query).fetchone() == ("STRASSE", True)


def test_what_people_wrote_stays_out_of_the_log(home: Path) -> None:
    with running(home, durable=False) as url, _connection(url) as connection:
        for query in ("SELECT 'my secret'::int", "SELEC my secret", "SELECT 1/(length(%s)-9)"):
            with pytest.raises(psycopg.Error):
                connection.execute(query, ["my secret"] if "%s" in query else None)
    log = (home / "postgres.log").read_text()
    assert "ready to accept connections" in log
    assert "secret" not in log


def test_the_last_user_to_leave_stops_the_server(home: Path) -> None:
    first, second = Cluster(home, durable=False), Cluster(home, durable=False)
    url = first.join()
    assert second.join() == url
    first.leave()
    assert first.is_alive()
    with _connection(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    second.leave()
    second.leave()
    assert not first.is_alive()


def test_two_that_start_at_once_share_one_server(home: Path) -> None:
    with _user(home) as one, _user(home) as two:
        assert _url(one) == _url(two)
        assert len(_postmasters(home)) == 1


def test_a_user_that_is_killed_does_not_keep_the_server(home: Path) -> None:
    with _user(home) as other:
        _url(other)
        cluster = Cluster(home, durable=False)
        cluster.join()
        other.kill()
        other.wait()
        assert cluster.is_alive()
        cluster.leave()
        assert not cluster.is_alive()


def test_a_server_whose_users_were_all_killed_is_taken_over(home: Path) -> None:
    with _user(home) as other:
        url = _url(other)
        other.kill()
        other.wait()
    server = _postmasters(home)
    cluster = Cluster(home, durable=False)
    assert cluster.join() == url
    assert _postmasters(home) == server
    cluster.leave()
    assert not cluster.is_alive()


@pytest.mark.parametrize("attempt", one_in(3, range(3)))
def test_a_killed_server_comes_back_with_everything_committed(home: Path, attempt: int) -> None:
    cluster = Cluster(home)
    url = cluster.join()
    acknowledged = 0
    with _connection(url) as connection:
        connection.execute("CREATE TABLE line (number int)")
        for number in range(200):
            connection.execute("INSERT INTO line VALUES (%s)", [number])
            acknowledged += 1
        _kill(_postmasters(home))
    _until(lambda: not cluster.is_alive())
    assert cluster.revive() == url
    with _connection(url) as connection:
        assert connection.execute("SELECT count(*) FROM line").fetchone() == (acknowledged,)
    cluster.leave()


def test_a_process_that_got_the_id_of_a_dead_server_is_left_alone(home: Path) -> None:
    cluster = Cluster(home, durable=False)
    url = cluster.join()
    pid_file = home / "postgres" / "data" / "postmaster.pid"
    socket_file = Path(pid_file.read_text().splitlines()[4]) / ".s.PGSQL.5432.lock"
    remembered = {path: path.read_text().splitlines()[1:] for path in (pid_file, socket_file)}
    _kill(_postmasters(home))
    _until(lambda: not cluster.is_alive())
    # The same user as the server, so that even PostgreSQL itself takes it for one.
    owner = pid_file.parent.stat()
    same: dict[str, Any] = {"user": owner.st_uid, "group": owner.st_gid, "extra_groups": []}
    with subprocess.Popen(["sleep", "60"], **(same if os.geteuid() == 0 else {})) as stranger:
        for path, lines in remembered.items():
            path.write_text("\n".join([str(stranger.pid), *lines]) + "\n")
        cluster.leave()
        assert stranger.poll() is None
        assert cluster.join() == url
        cluster.leave()
        assert stranger.poll() is None
        stranger.kill()
    assert not cluster.is_alive()


def test_a_cluster_that_was_half_made_is_made_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    half = home / "postgres" / "new-half"
    half.mkdir(parents=True)
    home.chmod(0o700)
    half.parent.chmod(0o700)
    (half / "PG_VERSION").write_text("18")
    with running(home, durable=False) as url, _connection(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not half.exists()


@pytest.mark.parametrize(
    "name", ["with a space", "a,b 'c' \"d\"", "é" * 20, "long/" + "x" * 110], ids=str.split
)
def test_any_folder_will_do(template: Path, tmp_path: Path, name: str) -> None:
    home = tmp_path / name / "home"
    home.parent.mkdir(parents=True)
    subprocess.run(["cp", "-a", str(template), str(home)], check=True)
    with running(home, durable=False) as url, _connection(url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
        sockets = Path((home / "postgres/data/postmaster.pid").read_text().splitlines()[4])
        assert sockets.stat().st_mode & 0o777 == 0o700
    assert sockets.is_relative_to(home) or not sockets.exists()


def test_a_stranger_in_the_place_of_the_socket_is_avoided(
    template: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / ("x" * 110)
    subprocess.run(["cp", "-a", str(template), str(home)], check=True)
    with running(home, durable=False):
        usual = Path((home / "postgres/data/postmaster.pid").read_text().splitlines()[4])
    usual.write_text("in the way")
    try:
        with running(home, durable=False) as url, _connection(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    finally:
        usual.unlink()


def test_a_cluster_of_another_version_is_not_touched(home: Path) -> None:
    (home / "postgres" / "data" / "PG_VERSION").write_text("16\n")
    with pytest.raises(Problem, match="written by PostgreSQL 16, but this is 18"):
        Cluster(home).join()


def test_a_server_that_cannot_start_says_why(home: Path) -> None:
    (home / "postgres" / "data" / "global" / "pg_control").unlink()
    with pytest.raises(Problem, match="global/pg_control"):
        Cluster(home, durable=False).join()


def test_recovery_may_take_its_time(home: Path, monkeypatch: pytest.MonkeyPatch, capsys) -> None:
    """Nobody gives up on a server that lives; who waits is told why."""
    monkeypatch.setattr(postgres, "FIRST_WORD", 0.0)
    states = iter([None] * 40)
    ready = Cluster._ready
    monkeypatch.setattr(Cluster, "_ready", lambda self: next(states, ready(self)))
    with running(home, durable=False):
        pass
    assert "Still waiting" in capsys.readouterr().err


def test_it_runs_for_an_ordinary_user_when_root_asks(tmp_path: Path) -> None:
    """Root's server is not root's process, and root's folders stay closed."""
    with running(tmp_path / "home", durable=False):
        (server,) = _postmasters(tmp_path / "home")
        status = Path(f"/proc/{server}/status")
        if status.exists():
            fields = dict(
                line.split(":\t") for line in status.read_text().splitlines() if ":\t" in line
            )
            assert fields["Uid"].split()[0] != "0"
            if os.geteuid() == 0:
                assert int(fields["CapEff"], 16) == 1 << 1
    assert (tmp_path / "home").stat().st_uid == os.geteuid()
    assert (tmp_path / "home").stat().st_mode & 0o777 == 0o700


@contextmanager
def _user(home: Path) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        [sys.executable, "-c", USER, str(home)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield process


def _url(user: subprocess.Popen[str]) -> str:
    assert user.stdout
    return user.stdout.readline().strip()


def _connection(url: str) -> closing[psycopg.Connection[tuple[object, ...]]]:
    return closing(psycopg.connect(url, autocommit=True))


def _postmasters(home: Path) -> list[int]:
    """The server processes whose parent is no server: of each cluster, the first one."""
    found = subprocess.run(
        ["ps", "-A", "-ww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    )
    needle = f"postgres -D {home / 'postgres' / 'data'} "
    # A child that was forked this moment still goes by its parent's words.
    parents = {
        int(line.split()[0]): int(line.split()[1])
        for line in found.stdout.splitlines()
        if needle in line
    }
    return [pid for pid, parent in parents.items() if parent not in parents]


def _kill(servers: list[int]) -> None:
    assert len(servers) == 1
    os.kill(servers[0], signal.SIGKILL)


def _until(true, seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.02)
