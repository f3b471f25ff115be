"""bin/test: what it checks besides the tests, and how it looks for a browser."""

from pathlib import Path

import pytest

from config.local import browser
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


def _program(path: Path, status: int = 0) -> str:
    path.write_text(f"#!/bin/sh\nexit {status}\n")
    path.chmod(0o755)
    return str(path)
