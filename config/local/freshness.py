"""Whether the static files are as this code wants them, without asking Django.

Asking Django takes a second of every start. A stamp beside the files says for which code they were
last collected; any doubt, and the answer is no.
"""

import hashlib
from pathlib import Path


class StaticFiles:
    """The collected static files, for the sources in `root`."""

    def __init__(self, root: Path, home: Path) -> None:
        """The stamp is kept in `home`, where the files are collected."""
        self.root = root
        self.stamp = home / "staticfiles.stamp"
        self.collected = home / "staticfiles"

    def is_fresh(self) -> bool:
        """Whether no source changed since the last `settle`, and the files are still there."""
        try:
            return self.collected.is_dir() and self.stamp.read_text() == self._state()
        except FileNotFoundError:
            return False

    def settle(self) -> None:
        """Note that all static files are collected."""
        self.stamp.write_text(self._state())

    def _state(self) -> str:
        digest = hashlib.sha256((self.root / "uv.lock").read_bytes())
        for name in ("settings.py", "staticfiles.py"):
            digest.update((self.root / "config" / name).read_bytes())
        folders = [self.root / "static", *sorted((self.root / "apps").glob("*/static"))]
        for path in sorted(path for folder in folders for path in folder.rglob("*")):
            found = path.stat()
            digest.update(f"{path}\0{found.st_size}\0{found.st_mtime_ns}\0".encode())
        return digest.hexdigest()
