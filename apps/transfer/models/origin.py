"""What was brought in: which row of an archive became which row here."""

from django.db import models

from apps.core.models import Owned

TABLE_LENGTH = 40


class Origin(Owned):
    """A row that came out of an archive. Brought in again, the same archive adds nothing."""

    table = models.CharField(max_length=TABLE_LENGTH)
    was = models.UUIDField()
    became = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "table", "was"], name="origin_once"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.pk}"
