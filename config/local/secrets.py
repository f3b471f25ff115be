"""The secret key of a local journal: made once, in a file that only its owner can read."""

import os
import secrets
import shlex
import stat
from pathlib import Path

from config.local.folders import private_folder, sync_folder
from config.local.problems import Problem

NAME = "secret.key"
SHORTEST = 50


def secret_key(home: Path) -> str:
    """The key kept in `home`, made on the first call; `home` too, when it is missing.

    Any number of processes may ask first at the same time and all get the same key: it is
    written whole and synced under a name of its own, and linked into place only if nobody else
    was faster. Raises Problem when the file is not the caller's, is open to others, or is too
    short to be a key.
    """
    private_folder(home)
    path = home / NAME
    try:
        return _read(path)
    except FileNotFoundError:
        _make(path)
        return _read(path)


def _read(path: Path) -> str:
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    with os.fdopen(descriptor, encoding="ascii", errors="replace") as file:
        found = os.fstat(descriptor)
        if found.st_uid != os.geteuid():
            raise Problem(
                f"{path} belongs to another user (id {found.st_uid}). "
                f"If it is yours, take it with: chown $(id -u) {shlex.quote(str(path))}"
            )
        if stat.S_IMODE(found.st_mode) & 0o077:
            raise Problem(
                f"{path} can be read by other users of this machine. "
                f"Close it with: chmod 600 {shlex.quote(str(path))} "
                "(or, if somebody may have read it, delete it: everybody is then logged out)."
            )
        key = file.read().strip()
    if len(key) < SHORTEST:
        raise Problem(
            f"{path} does not hold a key. Put it back from a backup, or delete it: "
            "a new one is made and everybody is logged out."
        )
    return key


def _make(path: Path) -> None:
    draft = path.with_name(f"{NAME}.{secrets.token_hex(8)}")
    flags = os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_NOFOLLOW | os.O_CLOEXEC
    descriptor = os.open(draft, flags, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(64) + "\n")
            file.flush()
            os.fsync(descriptor)
        try:
            os.link(draft, path)
        except FileExistsError:
            return
        sync_folder(path.parent)
    finally:
        draft.unlink()
