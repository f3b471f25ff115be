"""`manage.py verify_archive --user E PATH`: is an archive whole, and equal to the journal?"""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.transfer.exporting import one_moment
from apps.transfer.management.commands._person import person
from apps.transfer.sources.package import Package, Refused
from apps.transfer.verifying import verify


class Command(BaseCommand):
    help = "Compares a Throughline archive with the journal it was made of."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, and which archive."""
        parser.add_argument("--user", required=True, help="the e-mail address of the person")
        parser.add_argument("path", type=Path)

    def handle(self, *_: Any, **options: Any) -> None:
        """Say what is the same and what is not; fails unless all is."""
        user = person(options["user"])
        try:
            with Package(options["path"]) as package, one_moment():
                verdict = verify(package, user)
        except (Refused, OSError) as error:
            raise CommandError(str(error)) from error
        for sentence in verdict.amiss:
            self.stdout.write(sentence)
        for table in verdict.tables:
            differences = f"{table.changed} changed, {table.only_there} only in the archive"
            self.stdout.write(
                f"{table.name}: {table.same} the same"
                + ("" if table.is_equal else f", {differences}, {table.only_here} only here")
            )
        if not verdict.is_whole:
            raise CommandError("The archive is damaged.")
        if not verdict.is_equal:
            raise CommandError("The archive is whole, and the journal has changed since.")
