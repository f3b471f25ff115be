"""`manage.py restore PATH`: make this installation what it was when a backup was made."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.transfer.backup import Refused
from apps.transfer.management.commands.verify import told
from apps.transfer.restoring import look, restore
from config.local.problems import Problem


class Command(BaseCommand):
    help = "Reads a backup into an empty database, or in the place of what is there."
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Which one, and what may be done for it."""
        parser.add_argument("path", type=Path)
        parser.add_argument(
            "--replace",
            action="store_true",
            help="back up what is here, then put this in its place",
        )
        parser.add_argument(
            "--look", action="store_true", help="check the backup and say what would be done"
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Restore, then verify; fails where either does."""
        path, replace = options["path"], options["replace"]
        try:
            if options["look"]:
                manifest = look(path, replace=replace)
                self.stdout.write(
                    f"Whole, of {manifest.made_at}: {sum(manifest.rows.values())} rows, "
                    f"{len(manifest.members) - 1} files. Nothing was changed."
                )
                return
            found = restore(path, timezone.now(), replace=replace, say=self.stdout.write)
        except (Refused, Problem) as error:
            raise CommandError(str(error)) from error
        if found.kept:
            self.stdout.write(f"What was here is in {found.kept}")
        self.stdout.write(
            f"The journal is as it was at {found.manifest.made_at}: "
            f"{sum(found.manifest.rows.values())} rows, {found.files} files put back. "
            "Everybody logs in anew. Tokens and links that were taken back since are valid again."
        )
        if found.removed:
            self.stdout.write(
                f"{found.removed} accounts that were deleted since were deleted again."
            )
        if not found.has_key:
            self.stdout.write(
                "The secret key is another than the backup was made with: second factors do not "
                "open, and links in letters do not either. If you have the former key, put it into "
                "SECRET_KEY_FALLBACKS, or back into secret.key."
            )
        if not told(self.stdout):
            raise CommandError("The backup was read, and something in it is amiss: see above.")
