"""Make the demo person and their journal."""

import secrets
from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import User
from apps.core.periods import local_day
from apps.home.demo import life
from apps.home.demo.days import DAY_STARTS_AT, HOME_ZONE

MOST_YEARS = 40


class Command(BaseCommand):
    """`manage.py demo`: a believable working life, ending today, the same for the same seed."""

    help = "Make a person with a believable journal, for looking at, testing and measuring."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Every one has a default."""
        parser.add_argument("--email", default="demo@throughline.local", help="%(default)s")
        parser.add_argument("--password", help="made up and printed when not given")
        parser.add_argument("--name", default="Mira", help="%(default)s")
        parser.add_argument("--years", type=int, default=2, help="how long a life (%(default)s)")
        parser.add_argument("--entries", type=int, default=600, help="how many (%(default)s)")
        parser.add_argument("--seed", type=int, default=1, help="which life (%(default)s)")
        parser.add_argument("--today", help="the last day, as 2026-11-20; else today in Vienna")
        parser.add_argument(
            "--replace",
            action="store_true",
            help="begin again: first delete the person with this address and all they wrote",
        )

    def handle(self, *_: Any, **options: Any) -> None:
        """Make the life, or say in a sentence why not."""
        if not 1 <= options["years"] <= MOST_YEARS:
            raise CommandError(f"A life has 1 to {MOST_YEARS} years here.")
        if options["entries"] < 0:
            raise CommandError("There cannot be fewer than 0 entries.")
        email = User.objects.normalize_email(options["email"])
        password = options["password"] or secrets.token_urlsafe(12)
        with transaction.atomic():
            there = User.objects.filter(email__iexact=email).first()
            if there and not options["replace"]:
                raise CommandError(
                    f"Somebody has the address {email} already. "
                    "Give another one, or --replace to delete them first with all they wrote."
                )
            if there:
                # What was promised stays while its owner does: the database wants to know.
                User.objects.filter(pk=there.pk).update(deletion_asked_at=timezone.now())
                there.delete()
            made = life.make(
                email=email,
                password=password,
                name=options["name"],
                today=_today(options["today"]),
                years=options["years"],
                entries=options["entries"],
                seed=options["seed"],
            )
        self.stdout.write(
            f"{made.owner.name} has a journal of {made.entries} entries from {made.begins} to"
            f" {made.today}.\nLog in as {email} with the password {password}"
        )


def _today(text: str | None) -> date:
    if not text:
        return local_day(timezone.now(), HOME_ZONE, DAY_STARTS_AT)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise CommandError(f"{text} is not a day; it should look like 2026-11-20.") from None
