"""Running PostgreSQL for root, which it refuses to serve.

The server then runs as the system's `nobody`, who owns its data folder and nothing else. To get
there it must walk through folders that are closed to everybody but root (the journal's own, and
perhaps all of /root). Instead of opening those, the process keeps one single capability of
root's: to pass file permissions (CAP_DAC_OVERRIDE). It is handed on through exec as an ambient
capability, see capabilities(7). No user is made and no folder is opened.

What this costs: code that broke into PostgreSQL could still read root's files, but do nothing
else of root's. The role that the journal uses is therefore no superuser and can neither run
programs nor read files from SQL.
"""

import ctypes
import os
import pwd
import sys
from collections.abc import Callable
from pathlib import Path

from config.local.problems import Problem

CAP_DAC_OVERRIDE = 1
PR_SET_KEEPCAPS = 8
PR_SET_NO_NEW_PRIVS = 38
PR_CAP_AMBIENT = 47
PR_CAP_AMBIENT_RAISE = 2
CAPABILITY_VERSION_3 = 0x20080522


class _Header(ctypes.Structure):
    _fields_ = (("version", ctypes.c_uint32), ("pid", ctypes.c_int))


class _Sets(ctypes.Structure):
    _fields_ = (
        ("effective", ctypes.c_uint32),
        ("permitted", ctypes.c_uint32),
        ("inheritable", ctypes.c_uint32),
    )


class Nobody:
    """The user that PostgreSQL runs as when root starts it."""

    def __init__(self) -> None:
        """Raises Problem where root cannot become an ordinary user in the way above."""
        if sys.platform != "linux":
            raise Problem("PostgreSQL does not run as root. Please start this as yourself.")
        try:
            entry = pwd.getpwnam("nobody")
        except KeyError as error:
            raise Problem(
                "PostgreSQL does not run as root, and this system has no user called nobody. "
                "Please start this as an ordinary user, or set DATABASE_URL."
            ) from error
        self.uid = entry.pw_uid
        self.gid = entry.pw_gid

    def own(self, path: Path) -> None:
        """Give the file or folder `path` to this user; raises Problem if root may not."""
        try:
            os.chown(path, self.uid, self.gid)
        except OSError as error:
            raise Problem(
                f"PostgreSQL does not run as root, and {path} cannot be given to the user nobody "
                f"({error.strerror}). Please start this as an ordinary user, or set DATABASE_URL."
            ) from error

    def become(self) -> Callable[[], None]:
        """A function that turns a fresh child process into this user, for `preexec_fn`."""
        libc = ctypes.CDLL(None, use_errno=True)
        bit = 1 << CAP_DAC_OVERRIDE
        # Containers may have taken the capability away; then plain permissions must do.
        kept = bit if _permitted() & bit else 0
        header = _Header(CAPABILITY_VERSION_3, 0)
        sets = (_Sets * 2)(_Sets(kept, kept, kept), _Sets(0, 0, 0))

        def change() -> None:
            if kept:
                _call(libc.prctl, PR_SET_KEEPCAPS, 1, 0, 0, 0)
            os.setgroups([])
            os.setresgid(self.gid, self.gid, self.gid)
            os.setresuid(self.uid, self.uid, self.uid)
            if kept:
                _call(libc.capset, ctypes.byref(header), ctypes.byref(sets))
                _call(
                    libc.prctl,
                    PR_CAP_AMBIENT,
                    PR_CAP_AMBIENT_RAISE,
                    CAP_DAC_OVERRIDE,
                    0,
                    0,
                )
            _call(libc.prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)

        return change


def _permitted() -> int:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("CapPrm:"):
            return int(line.split()[1], 16)
    return 0


def _call(function: Callable[..., int], *arguments: object) -> None:
    if function(*arguments) != 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
