"""Threads: the words somebody keeps returning to, as they were last worked out."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned

# Three words of the greatest length, folded, with what lies between them.
KEY_LENGTH = 310


class Thread(Owned):
    """A word, or two or three together. `key` is its folded form (docs/threads.md).

    `columns` says how many entries have it in each stretch of the journal, the first one first.
    One that was hidden stays, so that it is not found again.
    """

    key = models.CharField(max_length=KEY_LENGTH)
    words = models.CharField(max_length=2 * KEY_LENGTH)
    entries = models.PositiveIntegerField()
    weeks = models.PositiveIntegerField()
    months = models.PositiveIntegerField()
    first_on = models.DateField()
    last_on = models.DateField()
    columns = models.JSONField()
    score = models.FloatField()
    is_hidden = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("thread")
        verbose_name_plural = _("threads")
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="thread_once"),
            models.CheckConstraint(condition=~models.Q(key=""), name="thread_has_words"),
            models.CheckConstraint(
                condition=models.Q(months__gte=1)
                & models.Q(weeks__gte=1)
                & models.Q(entries__gte=models.F("weeks"))
                & models.Q(first_on__lte=models.F("last_on")),
                name="thread_counts",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class Survey(Owned):
    """When somebody's threads were last worked out, and how much has been written since.

    `waiting`: entries that have settled since. `entries`: how many were looked at; `since` and
    `until` the days of the first and the last. `is_unspaced`: most of what they write has no
    spaces between words, so that nobody can tell from it what a word is.
    """

    waiting = models.PositiveIntegerField(default=0)
    worked_at = models.DateTimeField(null=True)
    entries = models.PositiveIntegerField(default=0)
    since = models.DateField(null=True)
    until = models.DateField(null=True)
    is_unspaced = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner"], name="survey_once")]
        indexes = [
            models.Index(
                fields=["waiting"], name="survey_waiting", condition=models.Q(waiting__gt=0)
            )
        ]

    def __str__(self) -> str:
        return str(self.pk)
