"""Folders that only their owner may enter."""

import os
import shlex
import stat
from contextlib import suppress
from pathlib import Path

from config.local.problems import Problem


def private_folder(path: Path) -> Path:
    """Make `path` with mode 0700 if it is missing, and return it.

    Raises Problem when it belongs to somebody else or others may enter it: what it holds must
    then be taken as read by them, and only its owner can say whether it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileExistsError):
            path.mkdir(mode=0o700)
        found = path.lstat()
    except OSError as error:
        raise Problem(f"{path} cannot be used: {error.strerror}.") from error
    if not stat.S_ISDIR(found.st_mode):
        raise Problem(f"{path} is in the way: it should be a folder. Move it and start again.")
    if found.st_uid != os.geteuid():
        raise Problem(
            f"{path} belongs to another user (id {found.st_uid}). Run this as that user, "
            "or set THROUGHLINE_HOME to a folder of your own."
        )
    if stat.S_IMODE(found.st_mode) & 0o077:
        raise Problem(
            f"{path} can be entered by other users of this machine. "
            f"Close it with: chmod 700 {shlex.quote(str(path))}"
        )
    return path


def sync_folder(path: Path) -> None:
    """Make the names in the folder `path` outlast a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
