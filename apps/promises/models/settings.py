"""What somebody has chosen for their promises, and how far their weeks are planned."""

from django.db import models

from apps.core.models import Owned


class PromiseSettings(Owned):
    """One row a person, made when it is first needed.

    In a season of dwelling the picture of sizes is put away: nothing has to grow. `planned_on` is
    the Monday of the last week whose promises were frozen (`apps.promises.planning`).
    """

    is_dwelling = models.BooleanField(default=False)
    planned_on = models.DateField(null=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner"], name="promise_settings_one"),
            models.CheckConstraint(
                condition=models.Q(planned_on=None) | models.Q(planned_on__iso_week_day=1),
                name="promise_settings_planned_from_monday",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
