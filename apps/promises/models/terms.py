"""What was put on the table: one row a version, and none is ever rewritten."""

from datetime import date, datetime
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned
from apps.promises.dueness import DAY, TIME, day_of_due, wall_of_due
from apps.promises.models.promise import WHAT_LENGTH, Promise
from apps.promises.states import Role

NOTE_LENGTH = 4_000
MOST_CONDITIONS = 20


class Terms(Owned):
    """What, by when, and when they will be satisfied.

    `conditions` is a list of {"text": str, "must": bool}. `due_at` is an instant; where no time was
    said it is the moment the day is over in `due_zone`. A draft's terms may still be rewritten;
    once they were put on the table (`put_at`) a trigger refuses that (migration 0002).
    """

    class Precision(models.TextChoices):
        DAY = DAY, _("by the end of the day")
        TIME = TIME, _("by a certain time")

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="all_terms")
    number = models.PositiveIntegerField()
    made_by = models.CharField(max_length=9, choices=[(it.value, it.value) for it in Role])
    put_at = models.DateTimeField(null=True)
    p_accepted_at = models.DateTimeField(null=True)
    r_accepted_at = models.DateTimeField(null=True)

    what = models.CharField(_("what"), max_length=WHAT_LENGTH)
    conditions = models.JSONField(_("satisfied when"), default=list)
    due_at = models.DateTimeField(_("due"), null=True)
    due_precision = models.CharField(max_length=4, choices=Precision, default=Precision.DAY)
    due_zone = models.CharField(max_length=64, default="UTC")
    so_that = models.CharField(_("so that"), max_length=WHAT_LENGTH, blank=True)
    for_whom = models.CharField(_("for whom in the end"), max_length=WHAT_LENGTH, blank=True)
    assumptions = models.TextField(_("both take for granted"), max_length=NOTE_LENGTH, blank=True)
    condition = models.CharField(_("only if"), max_length=WHAT_LENGTH, blank=True)
    condition_expires_at = models.DateTimeField(null=True)

    # How big it is (see `size`), in the owner's eyes; never shown to the other party.
    novelty = models.PositiveSmallIntegerField(_("how new it is"), null=True)
    reach = models.PositiveSmallIntegerField(_("how many it reaches"), null=True)
    stake = models.PositiveSmallIntegerField(_("how much hangs on it"), null=True)
    hands = models.PositiveSmallIntegerField(_("whose promises it needs"), null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promise", "number"], name="terms_in_order"),
            models.UniqueConstraint(fields=["owner", "id"], name="terms_of_owner"),
            models.CheckConstraint(condition=~models.Q(what=""), name="terms_say_what"),
            models.CheckConstraint(
                condition=models.Q(p_accepted_at=None)
                | models.Q(r_accepted_at=None)
                | models.Q(due_at__isnull=False, put_at__isnull=False),
                name="terms_accepted_have_a_due_moment",
            ),
            models.CheckConstraint(
                condition=models.Q(condition="") | models.Q(condition_expires_at__isnull=False),
                name="terms_condition_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(novelty=None, reach=None, stake=None, hands=None)
                | models.Q(
                    novelty__range=(0, 2),
                    reach__range=(0, 4),
                    stake__range=(0, 4),
                    hands__range=(0, 3),
                ),
                name="terms_size_ranges",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.number}"

    @property
    def agreed_at(self) -> datetime | None:
        """When the second of the two said yes."""
        if self.p_accepted_at is None or self.r_accepted_at is None:
            return None
        return max(self.p_accepted_at, self.r_accepted_at)

    @property
    def due_on(self) -> date | None:
        """The last day on which it is in time, on the calendar of its zone."""
        return day_of_due(self.due_at, self.due_precision, self.due_zone)

    @property
    def due_wall(self) -> datetime | None:
        """What the clock shows in its zone at the due moment; None where only a day was said."""
        return wall_of_due(self.due_at, self.due_precision, self.due_zone)

    @property
    def musts(self) -> list[str]:
        """The conditions without which it is not done."""
        return [it["text"] for it in self.conditions if it["must"]]

    @property
    def size(self) -> int | None:
        """1 to 14, or None where it was not said: 1 + novelty + reach + stake + hands.

        Ours (docs/promises.md). How long it takes is left out on purpose.
        """
        parts = (self.novelty, self.reach, self.stake, self.hands)
        return None if None in parts else 1 + sum(part or 0 for part in parts)

    def said(self) -> dict[str, Any]:
        """What both parties see of them, for comparing two versions."""
        return {name: getattr(self, name) for name in SHARED}


SHARED = (
    "what",
    "conditions",
    "due_at",
    "due_precision",
    "due_zone",
    "so_that",
    "for_whom",
    "assumptions",
    "condition",
    "condition_expires_at",
)
# What a change is about (M15): one of these is another than before.
CHANGEABLE = ("what", "conditions", "due_at", "due_precision", "condition", "condition_expires_at")
SIZE = ("novelty", "reach", "stake", "hands")
