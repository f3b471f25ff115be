"""`manage.py export --user E --format F --out PATH`: a journal as a file."""

import os
from argparse import ArgumentParser
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone, translation

from apps.journal.query import Query, parse
from apps.transfer.book import PAPERS
from apps.transfer.choosing import Choice
from apps.transfer.exporting import one_moment
from apps.transfer.forms import FORMS, Progress, throughline
from apps.transfer.management.commands._person import person


class Command(BaseCommand):
    help = "Writes a person's journal to a file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, as what, what of it, and where to."""
        parser.add_argument("--user", required=True, help="the e-mail address of the person")
        parser.add_argument("--format", choices=FORMS, default=throughline.KEY)
        parser.add_argument("--query", default="", help="a search; only entries that it finds")
        parser.add_argument("--without-files", action="store_true", help="leave attachments out")
        parser.add_argument(
            "--mask", action="store_true", help="leave out what is between %% marks"
        )
        parser.add_argument("--paper", choices=PAPERS, default="", help="of what has pages")
        parser.add_argument("--out", required=True, type=Path, help="a file that is not there yet")

    def handle(self, *_: Any, **options: Any) -> None:
        """Write it beside its place first, so that what stands there is always whole."""
        user, now = person(options["user"]), timezone.now()
        out: Path = options["out"]
        if out.exists():
            raise CommandError(f"{out} is there already. Name a file that is not.")
        choice = Choice(
            query=_query(options["query"], user.today(now)),
            with_files=not options["without_files"],
            is_masked=options["mask"],
            paper=options["paper"],
        )
        if not choice.is_everything and options["format"] == throughline.KEY:
            raise CommandError("A Throughline archive is of everything. Choose another format.")
        form, progress = FORMS[options["format"]], Progress()
        beside = out.with_name(f".{out.name}.part")
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        try:
            in_theirs = translation.override(user.language or settings.LANGUAGE_CODE)
            with os.fdopen(descriptor, "wb") as file, one_moment(), in_theirs:
                for piece in form.write(user, choice, now, progress):
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            beside.rename(out)
        finally:
            beside.unlink(missing_ok=True)
        self.stdout.write(f"{out}: {progress.done} rows, {out.stat().st_size} bytes")


def _query(text: str, today: date) -> Query:
    query = parse(text, today)
    if query.problems:
        raise CommandError("\n".join(f"{each.piece}: {each.why}" for each in query.problems))
    return query
