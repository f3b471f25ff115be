"""A secret address at which a calendar reads what is due."""

from django.db import models

from apps.core.models import Owned


class CalendarFeed(Owned):
    """One for each person; `digest` finds it, `sealed` lets its owner copy it again."""

    digest = models.CharField(max_length=64, unique=True)
    sealed = models.TextField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner"], name="feed_one")]

    def __str__(self) -> str:
        return str(self.pk)
