"""A whole journal out in every form and in again: `bin/bench --transfer`."""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from random import Random
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import connection
from PIL import Image

from apps.accounts import leaving
from apps.accounts.models import User
from apps.core.models import new_id
from apps.journal import uploads
from apps.journal.models import Attachment, Entry
from apps.transfer.forms import FORMS, throughline
from apps.transfer.tables import tables
from tests.bench import seeding
from tests.bench.server import ROOT

PHOTOS = 500
WIDE, HIGH, COARSE = 1_600, 1_200, 8
# Of the time of COPY and zip of the same bytes; seconds for 20,000 entries; MiB at the most.
ARCHIVE_BOUND, IN_BOUND, MEMORY_BOUND = 3.0, 60.0, 300.0
# What comes in again: everything, and what another journal would hand over.
COMES_IN = (throughline.KEY, "dayone")


@dataclass(frozen=True)
class Run:
    """What a command took: seconds, and MiB of memory at the most."""

    seconds: float
    memory: float


def measure(now: datetime) -> int:
    """Measure, print, and say with the exit status whether every figure kept its bound."""
    user = _with_photos(now)
    over: list[str] = []
    with tempfile.TemporaryDirectory(prefix="throughline-bench-") as folder:
        bare = _copied_and_zipped(user, Path(folder) / "bare.zip")
        print(f"\n{seeding.MANY} entries, {PHOTOS} photos. COPY and zip of the same: {bare:.1f} s")
        print(f"{'out as':<14}{'s':>8}{'MiB':>8}{'file MB':>10}")
        for key in FORMS:
            out = Path(folder) / key
            run = _run("export", "--user", user.email, "--format", key, "--out", str(out))
            size = out.stat().st_size / 1e6
            print(f"{key:<14}{run.seconds:>8.1f}{run.memory:>8.0f}{size:>10.1f}", flush=True)
            if run.memory > MEMORY_BOUND:
                over.append(f"{key}: {run.memory:.0f} MiB, bound {MEMORY_BOUND:.0f}")
            if key == throughline.KEY and run.seconds > ARCHIVE_BOUND * bare:
                over.append(
                    f"{key}: {run.seconds / bare:.1f} × COPY and zip, bound {ARCHIVE_BOUND}"
                )
            if key not in COMES_IN:
                out.unlink()
        print(f"{'in from':<14}{'s':>8}{'MiB':>8}")
        for key in COMES_IN:
            email = f"in-{new_id().hex}@bench.invalid"
            User.objects.create_user(email=email, time_zone="Europe/Berlin")
            run = _run("import_journal", "--user", email, str(Path(folder) / key))
            print(f"{key:<14}{run.seconds:>8.1f}{run.memory:>8.0f}", flush=True)
            if run.seconds > IN_BOUND or run.memory > MEMORY_BOUND:
                over.append(f"in from {key}: {run.seconds:.0f} s, {run.memory:.0f} MiB")
            leaving.remove(User.objects.get(email=email))
    print(f"\n{len(over)} over their bound" + "".join(f"\n  {each}" for each in over))
    return int(bool(over))


def _run(*arguments: str) -> Run:
    """A management command as a process of its own. Raises RuntimeError where it fails."""
    began, most = time.perf_counter(), 0.0
    process = subprocess.Popen(
        [sys.executable, "manage.py", *arguments], cwd=ROOT, stdout=subprocess.DEVNULL
    )
    # What the system says in the end begins with the memory of whoever started it.
    while process.poll() is None:
        most = max(most, _peak(process.pid))
        time.sleep(0.05)
    if process.returncode:
        raise RuntimeError(f"manage.py {arguments[0]} ended with {process.returncode}")
    return Run(time.perf_counter() - began, most)


def _peak(pid: int) -> float:
    """MiB that a process has had at the most so far; 0 where it is gone."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="ascii").splitlines()
    except OSError:
        return 0.0
    found = (line for line in lines if line.startswith("VmHWM:"))
    return float(next(found, "VmHWM: 0 kB").split()[1]) / 1024


def _copied_and_zipped(user: User, out: Path) -> float:
    """Seconds for what an archive cannot do without: its rows by COPY, and a ZIP of all of it."""
    began = time.perf_counter()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive, connection.cursor() as cursor:
        for model in tables():
            table = connection.ops.quote_name(model._meta.db_table)
            said = f"COPY (SELECT * FROM {table} WHERE owner_id = %s) TO STDOUT"  # noqa: S608
            with archive.open(table, "w") as member, cursor.copy(said, [user.pk]) as rows:
                for some in rows:
                    member.write(some)
        for key in Attachment.objects.for_user(user).values_list("key", flat=True):
            with default_storage.open(key) as file:
                archive.writestr(key, file.read(), ZIP_STORED)
    return time.perf_counter() - began


def _with_photos(now: datetime) -> User:
    """The person with many entries and as many photos as are measured; kept for the next run."""
    user = seeding.whole_life(now)
    there = Attachment.objects.for_user(user).count()
    entries = Entry.objects.for_user(user).kept().newest_first()
    for number, content in enumerate(_pictures(PHOTOS - there)):
        entry = entries[(there + number) * (seeding.MANY // PHOTOS // 2)]
        made = uploads.attach(
            owner=user,
            entry=entry,
            name=f"walk {number}.jpg",
            content=File(BytesIO(content), name="file"),
            attachment_id=new_id(),
            now=now,
        )
        uploads.make_sizes(user.pk, made.pk)
    return user


def _pictures(count: int) -> Iterator[bytes]:
    """Photos as a camera makes them, as far as their size goes."""
    chance = Random(1)
    for _ in range(count):
        coarse = chance.randbytes(WIDE // COARSE * (HIGH // COARSE) * 3)
        picture = Image.frombytes("RGB", (WIDE // COARSE, HIGH // COARSE), coarse)
        made = BytesIO()
        picture.resize((WIDE, HIGH)).save(made, "JPEG", quality=80)
        yield made.getvalue()
