"""`manage.py import_journal --user E PATH`: an archive, or another journal, into an account."""

import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.transfer.archive import FORMAT, MANIFEST, Row
from apps.transfer.bringing import apply, begin, read_plan, report_of
from apps.transfer.importing import bring_in
from apps.transfer.management.commands._person import person
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.recognising import SOURCES, recognised


class Command(BaseCommand):
    help = "Brings an archive or another journal into a person's journal."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, which file, and of which form where that is to be said."""
        forms = [FORMAT, *(source.KEY for source in SOURCES)]
        parser.add_argument("--user", required=True, help="the e-mail address of the person")
        parser.add_argument("--form", choices=forms, help="by itself, the likeliest is taken")
        parser.add_argument("--dry-run", action="store_true", help="only say what would come in")
        parser.add_argument("--report", choices=["text", "json"], default="text")
        parser.add_argument("path", type=Path)

    def handle(self, *_args: Any, **options: Any) -> None:
        """Bring in all that is new, or nothing, and say what became of it."""
        user = person(options["user"])
        try:
            with Package(options["path"]) as package:
                form = options["form"] or _form_of(package)
                told = _brought(user, package, form, is_trial=options["dry_run"])
        except (Refused, OSError) as error:
            raise CommandError(str(error)) from error
        if options["report"] == "json":
            self.stdout.write(json.dumps(told, ensure_ascii=False))
            return
        counts = ("created", "updated", "unchanged", "skipped", "attachments")
        self.stdout.write(", ".join(f"{name} {told[name]}" for name in counts))
        for one in told["failed"]:
            self.stdout.write(f"{one['id']}: {one['reason']}")
        for warning in told["warnings"]:
            self.stdout.write(warning)


def _form_of(package: Package) -> str:
    """Our own archive first; then the likeliest of the others. Raises Refused."""
    if package.find(MANIFEST):
        return FORMAT
    found = recognised(package)
    if not found:
        raise Refused(_("This is no journal of a form that can be read here."))
    return found[0].KEY


def _brought(user: User, package: Package, form: str, *, is_trial: bool) -> Row:
    """What became of it. Nothing of it is left where it is refused, killed, or only tried."""
    now = timezone.now()
    if form == FORMAT:
        return bring_in(user, package, now, is_trial=is_trial).as_json()
    with transaction.atomic():
        row = begin(user, source=form, name=package.name, now=now)
        if is_trial:
            read_plan(row, package)
        else:
            apply(row, package, now)
        told = report_of(row)
        transaction.set_rollback(is_trial)
    return told
