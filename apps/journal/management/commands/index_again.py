"""`manage.py index_again`: let search learn anew what all entries say."""

from typing import Any

from django.core.management.base import BaseCommand

from apps.accounts.models import User
from apps.journal.tasks import index_again


class Command(BaseCommand):
    help = "Indexes all entries anew: another PostgreSQL may know other stems of words."

    def handle(self, *_: Any, **__: Any) -> None:
        """Index them, one person after the other."""
        people = User.objects.order_by("pk").values_list("pk", flat=True)
        self.stdout.write(f"{sum(index_again(str(pk)) for pk in people)} entries indexed.")
