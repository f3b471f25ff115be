"""O-1: one key, made once, closed to everybody else."""

import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from config.local.problems import Problem
from config.local.secrets import NAME, secret_key

ROOT = Path(__file__).resolve().parents[2]
PROCESSES = 8
ROUNDS = 20

# Asks for the key of each home at the same instants as the others, given when the race starts.
RACER = """
import sys, time
from pathlib import Path
from config.local.secrets import secret_key
print("here", flush=True)
start = float(sys.stdin.readline())
for number, home in enumerate(sys.argv[1:]):
    while time.time() < start + number / 50:
        pass
    print(secret_key(Path(home)))
"""


def test_the_key_is_long_private_and_kept(tmp_path: Path) -> None:
    home = tmp_path / "new" / "home"
    key = secret_key(home)
    assert len(key) >= 50
    assert secret_key(home) == key
    assert stat.S_IMODE((home / NAME).stat().st_mode) == 0o600
    assert stat.S_IMODE(home.stat().st_mode) == 0o700
    assert [path.name for path in home.iterdir()] == [NAME]


def test_two_homes_have_two_keys(tmp_path: Path) -> None:
    assert secret_key(tmp_path / "one") != secret_key(tmp_path / "two")


def test_processes_that_race_to_the_first_start_get_one_key(tmp_path: Path) -> None:
    homes = [tmp_path / str(number) for number in range(ROUNDS)]
    racers = [
        subprocess.Popen(
            [sys.executable, "-c", RACER, *homes],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(PROCESSES)
    ]
    for racer in racers:
        assert racer.stdout
        assert racer.stdout.readline() == "here\n"
    start = time.time() + 0.2
    answers = [racer.communicate(f"{start}\n")[0].split() for racer in racers]
    assert [len(keys) for keys in answers] == [ROUNDS] * PROCESSES
    assert all(len(set(keys)) == 1 for keys in zip(*answers, strict=True))
    assert len(set(answers[0])) == ROUNDS


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o644], ids=oct)
def test_a_key_that_others_can_read_is_refused(tmp_path: Path, mode: int) -> None:
    home = tmp_path / "home"
    secret_key(home)
    (home / NAME).chmod(mode)
    with pytest.raises(Problem, match="chmod 600"):
        secret_key(home)


def test_a_home_that_others_can_enter_is_refused(tmp_path: Path) -> None:
    home = tmp_path / "home"
    secret_key(home)
    home.chmod(0o750)
    with pytest.raises(Problem, match="chmod 700"):
        secret_key(home)


def test_a_key_of_somebody_else_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    secret_key(home)
    owner = home.stat().st_uid
    monkeypatch.setattr("config.local.secrets.os.geteuid", lambda: owner + 1)
    monkeypatch.setattr("config.local.secrets.private_folder", lambda path: path)
    with pytest.raises(Problem, match="belongs to another user"):
        secret_key(home)


@pytest.mark.parametrize("text", ["", "change-me", "x" * 49])
def test_a_key_that_is_no_key_is_refused(tmp_path: Path, text: str) -> None:
    home = tmp_path / "home"
    secret_key(home)
    (home / NAME).write_text(text)
    with pytest.raises(Problem, match="does not hold a key"):
        secret_key(home)


def test_a_link_in_the_place_of_the_key_is_not_followed(tmp_path: Path) -> None:
    home = tmp_path / "home"
    secret_key(home)
    (home / NAME).rename(tmp_path / "elsewhere")
    (home / NAME).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match="symbolic links"):
        secret_key(home)


def test_a_half_written_draft_of_a_killed_process_does_no_harm(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / f"{NAME}.0123").write_text("hal")
    assert len(secret_key(home)) >= 50
