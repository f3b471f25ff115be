"""Work out every promise from its ledger, and say which rows do not agree with it."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError

from apps.accounts.models import User
from apps.promises import replaying


class Command(BaseCommand):
    """Ends with an error when something differed and was not repaired."""

    help = "Compares promises with their ledger; names ids and fields, and never a word of theirs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Whose, and whether to mend."""
        parser.add_argument("--user", help="only those of the account with this address")
        parser.add_argument("--repair", action="store_true", help="make rows what the ledger says")

    def handle(self, *_: Any, **options: Any) -> None:
        """Look at each once, a few hundred at a time."""
        found = mended = 0
        for owner, pk, names in replaying.differing(self._owner(options["user"])):
            found += 1
            is_mended = options["repair"] and replaying.repair(owner, pk)
            mended += is_mended
            self.stdout.write(f"{pk} {' '.join(names)}{' (mended)' if is_mended else ''}")
        self.stdout.write(f"{found} differed, {mended} mended")
        if found > mended:
            raise CommandError(f"{found - mended} promises are not what their ledger says.")

    def _owner(self, email: str | None) -> UUID | None:
        if email is None:
            return None
        try:
            return User.objects.get(email=email).pk
        except User.DoesNotExist:
            raise CommandError("Nobody here has this address.") from None
