"""That it is done, as the promiser says: an assertion, with what can be shown for it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned
from apps.promises.models.promise import Promise


class Delivery(Owned):
    """What was handed over, and which conditions the promiser holds for met.

    `claims` is a list of {"text": str, "must": bool, "met": bool, "note": str}, one for each
    condition of the agreed terms.
    """

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="deliveries")
    number = models.PositiveIntegerField()
    delivered_at = models.DateTimeField()
    handed_over = models.TextField(_("what was handed over"), blank=True)
    link = models.URLField(_("where it can be seen"), max_length=2_000, blank=True)
    claims = models.JSONField(default=list)
    answered_at = models.DateTimeField(null=True)
    # True: satisfied with this one; False: not yet; None: nobody has said.
    is_accepted = models.BooleanField(null=True)
    # What the recipient found, by the same conditions: {"text", "must", "met"}, and what remains.
    findings = models.JSONField(default=list)
    remains = models.TextField(blank=True)

    class Meta:
        verbose_name = _("delivery")
        constraints = [
            models.UniqueConstraint(fields=["promise", "number"], name="delivery_in_order"),
            models.CheckConstraint(
                condition=models.Q(answered_at=None, is_accepted=None)
                | models.Q(answered_at__isnull=False, is_accepted__isnull=False),
                name="delivery_answered_one_way",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.number}"
