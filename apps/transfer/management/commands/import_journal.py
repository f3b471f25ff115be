"""`manage.py import_journal --user E PATH`: a Throughline archive into an account."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.transfer.importing import bring_in
from apps.transfer.management.commands._person import person
from apps.transfer.sources.package import Package, Refused


class Command(BaseCommand):
    help = "Brings a Throughline archive into a person's journal; what is there stays as it is."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, and which archive."""
        parser.add_argument("--user", required=True, help="the e-mail address of the person")
        parser.add_argument("--report", choices=["text", "json"], default="text")
        parser.add_argument("path", type=Path)

    def handle(self, *_: Any, **options: Any) -> None:
        """Bring in all that is new, or nothing, and say what became of it."""
        user = person(options["user"])
        try:
            with Package(options["path"]) as package:
                report = bring_in(user, package, timezone.now())
        except (Refused, OSError) as error:
            raise CommandError(str(error)) from error
        if options["report"] == "json":
            self.stdout.write(json.dumps(report.as_json(), ensure_ascii=False))
            return
        created, unchanged = report.created.total(), report.unchanged.total()
        self.stdout.write(f"{created} rows came in, {unchanged} were here already.")
        for sentence in report.warnings:
            self.stdout.write(sentence)
        for key, reason in report.failed:
            self.stdout.write(f"{key}: {reason}")
