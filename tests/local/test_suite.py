"""bin/test: what it checks besides the tests, how it looks for a browser, and lives without."""

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from config.local import browser, suite
from config.local.suite import other_hosts

ROOT = Path(__file__).resolve().parents[2]


def test_the_lock_file_names_the_public_index_only() -> None:
    lock = (ROOT / "uv.lock").read_text(encoding="utf-8")
    assert "https://pypi.org/simple" in lock
    assert other_hosts(lock) == []


def test_another_host_in_the_lock_file_is_found() -> None:
    lock = """
    source = { registry = "https://pypi.org/simple" }
    sdist = { url = "https://mirror.example.org/packages/a.tar.gz", hash = "sha256:0" }
    wheels = [{ url = "https://files.pythonhosted.org/packages/a.whl" }]
    source = { git = "ssh://git@code.example.org/a.git" }
    """
    assert other_hosts(lock) == ["code.example.org", "mirror.example.org"]


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine with nothing but the folder that is returned on its PATH."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("PLAYWRIGHT_BROWSERS_PATH", str(tmp_path / "downloads"))
    monkeypatch.setattr(browser, "PLACES", ())
    monkeypatch.setattr(browser, "_ways_to_install", lambda: [["no-such-program"]])
    return tmp_path


def test_the_browser_that_is_named_is_taken(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _program(machine / "chromium")
    named = _program(machine / "my own")
    monkeypatch.setenv("CHROMIUM", named)
    assert browser.chromium() == named


def test_a_browser_on_the_path_is_found(machine: Path) -> None:
    found = _program(machine / "google-chrome")
    assert browser.chromium() == found


def test_the_one_without_windows_is_taken_where_it_stands_beside(machine: Path) -> None:
    found = _program(machine / "chromium")
    assert browser.shell(found) == found
    beside = _program(machine / "chromium-headless-shell")
    assert browser.shell(found) == beside
    _program(machine / "chromium-headless-shell", status=1)
    assert browser.shell(found) == found


def test_a_browser_that_was_downloaded_is_found(machine: Path) -> None:
    folder = machine / "downloads" / "chromium-1234" / "chrome-linux"
    folder.mkdir(parents=True)
    found = _program(folder / "chrome")
    assert browser.chromium() == found


def test_a_browser_that_does_not_start_is_passed_over(machine: Path) -> None:
    _program(machine / "chromium", status=1)
    found = _program(machine / "chrome")
    assert browser.chromium() == found


def test_a_missing_browser_is_installed(machine: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    installer, installed = machine / "installer", machine / "chromium"
    installer.write_text(f"#!/bin/sh\n/bin/ln -s /bin/true '{installed}'\n")
    installer.chmod(0o755)
    monkeypatch.setattr(browser, "_ways_to_install", lambda: [["false"], [str(installer)]])
    assert browser.chromium() == str(installed)


def test_no_browser_is_no_error(machine: Path) -> None:
    assert browser.chromium() is None


RAN = "ran: -m pytest -n 3 --dist worksteal"
WITHOUT = [
    "THE BROWSER TESTS DID NOT RUN: no Chromium was found or could be installed.",
    "Install one, or name one: CHROMIUM=/path/to/chromium bin/test",
]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A home for a run of the suite, where Python only says what it was asked and ends well."""
    for name in ("THROUGHLINE_HOME", "CHROMIUM", "HYPOTHESIS_PROFILE", "DATABASE_URL"):
        monkeypatch.setenv(name, os.environ.get(name, ""))
    monkeypatch.delenv("THROUGHLINE_DEMAND_BROWSER", raising=False)
    python = tmp_path / "python"
    python.write_text('#!/bin/sh\necho "ran:" "$@"\nexit "${STATUS:-0}"\n')
    python.chmod(0o755)
    monkeypatch.setattr(suite.sys, "executable", str(python))
    before = signal.getsignal(signal.SIGTERM)
    yield tmp_path / "home"
    signal.signal(signal.SIGTERM, before)


@pytest.mark.parametrize("status", [0, 3])
def test_without_a_browser_the_rest_runs_and_the_last_lines_say_so(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], status: int
) -> None:
    monkeypatch.setattr(suite, "chromium", lambda: None)
    monkeypatch.setenv("STATUS", str(status))
    assert suite.run(ROOT, home, ["tests/core"]) == status
    lines = capfd.readouterr().out.splitlines()
    assert lines == [f"{RAN} -m not nightly and not browser tests/core", *WITHOUT]


def test_with_a_browser_its_tests_run(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(suite, "chromium", lambda: "/bin/true")
    assert suite.run(ROOT, home, ["tests/core"]) == 0
    assert capfd.readouterr().out == f"{RAN} -m not nightly tests/core\n"
    assert os.environ["CHROMIUM"] == "/bin/true"


def test_a_check_that_fails_is_named_at_the_end(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(suite, "chromium", lambda: "/bin/true")
    monkeypatch.setattr(suite, "_checks", lambda _: [("ruff check", False), ("hosts", True)])
    assert suite.run(ROOT, home, []) == 1
    last = capfd.readouterr().out.splitlines()[-1]
    assert last == "Before the tests, these checks failed: ruff check. See above."


def test_nothing_runs_where_a_browser_is_demanded_and_there_is_none(
    home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(suite, "chromium", lambda: None)
    monkeypatch.setenv("THROUGHLINE_DEMAND_BROWSER", "1")
    assert suite.run(ROOT, home, ["tests/core"]) == 1
    said = capfd.readouterr().out
    assert said == "The browser tests must run here, and no Chromium could be had.\n"


def test_the_gate_demands_a_browser(tmp_path: Path) -> None:
    """.ci/run, beside a bin/test that only says what it was given."""
    for folder in (".ci", "bin"):
        (tmp_path / folder).mkdir()
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci" / "run")
    test = tmp_path / "bin" / "test"
    test.write_text('#!/bin/sh\necho "$THROUGHLINE_DEMAND_BROWSER" "$@"\n')
    test.chmod(0o755)
    run = [str(tmp_path / ".ci" / "run"), "--nightly"]
    assert subprocess.check_output(run, text=True) == "1 --nightly\n"


def _program(path: Path, status: int = 0) -> str:
    path.write_text(f"#!/bin/sh\nexit {status}\n")
    path.chmod(0o755)
    return str(path)
