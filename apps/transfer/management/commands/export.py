"""`manage.py export --user E --format F --out PATH`: a journal as a file."""

import os
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.transfer import archive
from apps.transfer.exporting import contents_of
from apps.transfer.management.commands._person import person
from apps.transfer.schema import schema

FORMS = ("throughline",)


class Command(BaseCommand):
    help = "Writes a person's journal to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, as what, and where to."""
        parser.add_argument("--user", required=True, help="the e-mail address of the person")
        parser.add_argument("--format", choices=FORMS, default=FORMS[0])
        parser.add_argument("--out", required=True, type=Path, help="a file that is not there yet")

    def handle(self, *_: Any, **options: Any) -> None:
        """Write it beside its place first, so that what stands there is always whole."""
        user = person(options["user"])
        out: Path = options["out"]
        if out.exists():
            raise CommandError(f"{out} is there already. Name a file that is not.")
        beside = out.with_name(f".{out.name}.part")
        written = archive.Written()
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as file, contents_of(user) as contents:
                for piece in archive.packed(contents, schema(), timezone.now(), written):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            beside.rename(out)
        finally:
            beside.unlink(missing_ok=True)
        self.stdout.write(f"{out}: {written.rows} rows, {written.bytes} bytes")
