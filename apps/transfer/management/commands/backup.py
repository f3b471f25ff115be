"""`manage.py backup [PATH]`: the database and all files in one ZIP, read again once written."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.transfer.backing_up import back_up, rotate
from apps.transfer.backup import Refused
from config.local.folders import private_folder
from config.local.problems import Problem

MOST_NAMED = 10


class Command(BaseCommand):
    help = "Writes a backup of the whole installation: the database as it is now, and all files."
    # The code may be newer than the database: an upgrade backs up first.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Where to, what of it, and how many are kept there."""
        parser.add_argument(
            "path",
            nargs="?",
            type=Path,
            help="a file that is not there yet, or a folder; else the folder of nightly backups",
        )
        parser.add_argument(
            "--keep", type=int, help="of a folder: delete all but so many, and old ones"
        )
        parser.add_argument(
            "--without-files",
            action="store_true",
            help="the database alone, where files are safe elsewhere",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Back up, and say what was found missing."""
        path: Path | None = options["path"]
        keep: int | None = options["keep"]
        if keep is not None and keep < 1:
            raise CommandError("Keep one at least.")
        now = timezone.now()
        try:
            if path is None:
                if settings.BACKUPS is None:
                    raise CommandError("Name a file or a folder to write to.")
                path = private_folder(settings.BACKUPS)
            if keep is not None and not path.is_dir():
                raise CommandError("--keep is for a folder of backups.")
            out, manifest = back_up(path, now, with_files=not options["without_files"])
            gone = rotate(path, keep, now) if keep is not None else []
        except (Refused, Problem) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(
            f"{out}: {sum(manifest.rows.values())} rows, {len(manifest.members) - 1} files,"
            f" {out.stat().st_size} bytes. Read again: whole."
        )
        for told, keys in (("are gone", manifest.missing), ("are damaged", manifest.damaged)):
            if keys:
                named = ", ".join(keys[:MOST_NAMED]) + (" …" if len(keys) > MOST_NAMED else "")
                self.stdout.write(f"{len(keys)} files that have a row {told}: {named}")
        if gone:
            self.stdout.write(f"{len(gone)} older backups were deleted.")
