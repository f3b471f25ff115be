"""Bring the shipped packs of prompts into the database: after every migrate, as often as wanted."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from apps.prompts import loading


class Command(BaseCommand):
    """Ends with an error, and with nothing written, when a text changed without a new version."""

    help = (
        "Writes apps/prompts/packs/*.toml into the database; the same files twice change nothing."
    )

    def handle(self, *_: Any, **__: Any) -> None:
        """Load them, and say how much was new."""
        try:
            loaded = loading.load(loading.FOLDER, timezone.now())
        except loading.CannotLoad as problem:
            raise CommandError(str(problem)) from None
        self.stdout.write(
            f"{loaded.packs} packs, {loaded.prompts} prompts and {loaded.wordings} wordings"
            f" written, {loaded.retired} prompts retired"
        )
