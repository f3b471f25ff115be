"""What became of a care between its statements. Rows are written once (migration 0002)."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.cares.models.care import LABEL_LENGTH, Care
from apps.core.models import Owned


class CareEvent(Owned):
    """One thing that happened to a care, on a day of its owner's calendar."""

    class Kind(models.TextChoices):
        STILL_HOLDS = "still_holds", _("It still holds")
        REST = "rest", _("It rests")
        RESUME = "resume", _("It goes on")
        RENAME = "rename", _("It has another name")
        SPLIT = "split", _("It goes on as several")
        MERGE = "merge", _("It goes on in one")

    care = models.ForeignKey(Care, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    kind = models.CharField(max_length=11, choices=Kind)
    # Of split and merge: what it goes on as, a row for each. Empty where that was let go of.
    other = models.ForeignKey(
        Care, null=True, blank=True, on_delete=models.SET_NULL, related_name="came_from"
    )
    # Of a new name: the one before.
    was = models.CharField(max_length=LABEL_LENGTH, blank=True)
    note = models.TextField(_("a note"), max_length=1_000, blank=True)
    happened_at = models.DateTimeField()
    happened_on = models.DateField()

    class Meta:
        verbose_name = _("event of a care")
        verbose_name_plural = _("events of cares")
        constraints = [
            models.UniqueConstraint(fields=["care", "seq"], name="care_event_in_order"),
            models.UniqueConstraint(
                fields=["care", "happened_on"],
                condition=Q(kind="still_holds"),
                name="care_still_holds_once_a_day",
            ),
            models.CheckConstraint(condition=Q(seq__gte=1), name="care_event_from_one"),
            models.CheckConstraint(
                condition=Q(kind__in=["still_holds", "rest", "resume", "rename", "split", "merge"]),
                name="care_event_kind_known",
            ),
            models.CheckConstraint(
                condition=Q(other=None)
                | (Q(kind__in=["split", "merge"]) & ~Q(other=models.F("care"))),
                name="care_event_other_of_joining",
            ),
            models.CheckConstraint(
                condition=(Q(kind="rename") & ~Q(was="")) | (~Q(kind="rename") & Q(was="")),
                name="care_event_was_of_renaming",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.care_id} {self.seq} {self.kind}"
