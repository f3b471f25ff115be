"""What a week began with: the promises due in it, frozen on its Monday."""

from django.db import models

from apps.core.models import Owned
from apps.promises.models.amendment import Reason
from apps.promises.models.promise import Promise


class PlannedPromise(Owned):
    """A promise that was to be done in the week that begins on `week_on` (a Monday).

    Written once, at midnight of that Monday in the owner's zone, with the due moment of that time.
    The reason is the owner's, for one that did not go as it was said.
    """

    week_on = models.DateField()
    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="weeks")
    due_at = models.DateTimeField()
    reason = models.CharField(max_length=13, choices=Reason, blank=True)
    reason_note = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "week_on", "promise"], name="planned_once_a_week"
            ),
            models.CheckConstraint(
                condition=models.Q(week_on__iso_week_day=1), name="planned_from_monday"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.week_on} {self.promise_id}"
