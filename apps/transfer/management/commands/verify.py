"""`manage.py verify`: whether all that is kept is whole."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, OutputWrapper
from django.utils import timezone

from apps.transfer.soundness import strays, verify


class Command(BaseCommand):
    help = "Checks rows, revisions, files, search and promises; names what is amiss by its id."

    def handle(self, *_: Any, **__: Any) -> None:
        """One line a check; fails unless all is well."""
        if not told(self.stdout):
            raise CommandError("Something is amiss: see above.")


def told(out: OutputWrapper) -> bool:
    """Whether all is well, with a line about each check."""
    is_well = True
    for check in verify():
        out.write(str(check))
        is_well = is_well and not check.amiss
    if found := strays(timezone.now()):
        out.write(f"{found} files belong to nothing; they are deleted by night.")
    return is_well
