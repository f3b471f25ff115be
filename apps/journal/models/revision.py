"""A text an entry had before: nothing that was kept is ever written over."""

from django.db import models
from django.urls import reverse

from apps.core.models import Owned
from apps.journal.models.entry import TITLE_LENGTH, Entry


class Revision(Owned):
    """What an entry said at the end of a sitting. Written once; a trigger refuses updates."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="revisions")
    version = models.PositiveIntegerField()
    title = models.CharField(max_length=TITLE_LENGTH, blank=True)
    body = models.TextField(blank=True)
    word_count = models.PositiveIntegerField(default=0)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "entry", "version"], name="revision_one_per_version"
            ),
            # What highlights point at: a text of the same person, and of the same entry.
            models.UniqueConstraint(fields=["owner", "id"], name="revision_of_owner"),
            models.UniqueConstraint(fields=["entry", "id"], name="revision_of_entry"),
        ]

    def __str__(self) -> str:
        return f"{self.saved_at:%Y-%m-%d %H:%M}"

    def get_absolute_url(self) -> str:
        """The page that sets this text beside today's."""
        return reverse("journal:revision_detail", args=[self.entry_id, self.pk])
