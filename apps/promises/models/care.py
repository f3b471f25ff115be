"""Which cares of its owner's a promise is about."""

from django.db import models

from apps.cares.models import Care
from apps.core.models import Owned
from apps.promises.models.promise import Promise


class PromiseCare(Owned):
    """That a promise is about a care: a note of its owner's, which the other one never sees.

    It is no term, so nobody agrees to it and no event tells of it.
    """

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="care_links")
    care = models.ForeignKey(Care, on_delete=models.CASCADE, related_name="promise_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "care", "promise"], name="promise_care_once"),
        ]

    def __str__(self) -> str:
        return f"{self.care_id} {self.promise_id}"
