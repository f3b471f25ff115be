"""That two people were made one, and how they were before."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned
from apps.people.models.person import Person


class PersonMerge(Owned):
    """What is needed to take a merge back (apps.people.merging). Goes after 30 days.

    `kept` is who the two are now. Where they are merged into somebody else, this row moves with
    them and waits: merges are taken back in the reverse order.
    """

    kept = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="merges")
    merged_at = models.DateTimeField()
    data = models.JSONField()

    class Meta:
        verbose_name = _("merge")
        verbose_name_plural = _("merges")
        indexes = [
            models.Index(fields=["owner", "kept", "-merged_at"], name="person_merge_newest"),
            models.Index(fields=["merged_at"], name="person_merge_oldest"),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def gone_name(self) -> str:
        """What the other was called."""
        return str(self.data["gone"]["name"])
