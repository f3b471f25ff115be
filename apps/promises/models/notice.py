"""That the owner was told, twice, of a promise nobody has spoken of since it was due."""

from django.db import models

from apps.core.models import Owned
from apps.promises.models.promise import Promise


class Notice(Owned):
    """A line on the page of today: the first and the last word before silence breaks a promise.

    `after_seq` is the last event it was silent since; a new word begins the count again.
    """

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="notices")
    after_seq = models.PositiveIntegerField()
    number = models.PositiveSmallIntegerField()
    given_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["promise", "after_seq", "number"], name="notice_given_once"
            ),
            models.CheckConstraint(condition=models.Q(number__range=(1, 2)), name="notice_two"),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.number}"
