"""This or that: two cards at a time, in a situation in which both cannot be had."""

from django.db import models
from django.db.models.functions import Greatest, Least
from django.utils.translation import gettext_lazy as _

from apps.cares.models.sort import SortedCard, ValueSort
from apps.core.models import Owned, address


class PairRun(Owned):
    """Once through the cards of a finished sort. Finished, it stays as it is (a trigger)."""

    class Kind(models.TextChoices):
        SHORT = "short", _("As few questions as an order needs")
        ROUND = "round", _("Every card against every other")

    sort = models.ForeignKey(ValueSort, on_delete=models.CASCADE, related_name="runs")
    kind = models.CharField(_("how many questions"), max_length=5, choices=Kind)
    begun_on = models.DateField(editable=False)
    finished_at = models.DateTimeField(null=True, editable=False)
    finished_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("run of choices")
        verbose_name_plural = _("runs of choices")
        indexes = [models.Index(fields=["owner", "begun_on"], name="pair_run_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["owner", "id"], name="pair_run_of_owner"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["short", "round"]), name="pair_run_kind_known"
            ),
            models.CheckConstraint(
                condition=models.Q(finished_at=None, finished_on=None)
                | models.Q(finished_at__isnull=False, finished_on__gte=models.F("begun_on")),
                name="pair_run_finished_on_its_day",
            ),
        ]

    def __str__(self) -> str:
        return str(self.begun_on)

    def get_absolute_url(self) -> str:
        """The next question while it is open, the order afterwards."""
        return address("values:run_detail", self.pk)

    @property
    def is_finished(self) -> bool:
        """Whether no question of it is open any more."""
        return self.finished_at is not None


class PairPick(Owned):
    """One answer: this, that, or neither of the two. It is never changed, only taken back."""

    run = models.ForeignKey(PairRun, on_delete=models.CASCADE, related_name="picks")
    card_a = models.ForeignKey(SortedCard, on_delete=models.CASCADE, related_name="+")
    card_b = models.ForeignKey(SortedCard, on_delete=models.CASCADE, related_name="+")
    # None: "can't choose".
    chosen = models.ForeignKey(SortedCard, on_delete=models.CASCADE, null=True, related_name="+")
    situation = models.CharField(max_length=24)
    decided_at = models.DateTimeField()
    taken_back_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("choice")
        verbose_name_plural = _("choices")
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(card_a=models.F("card_b")), name="pair_pick_of_two"
            ),
            models.CheckConstraint(
                condition=models.Q(chosen=None)
                | models.Q(chosen=models.F("card_a"))
                | models.Q(chosen=models.F("card_b")),
                name="pair_pick_chose_one_of_two",
            ),
            models.UniqueConstraint(
                "run",
                Least("card_a", "card_b"),
                Greatest("card_a", "card_b"),
                condition=models.Q(taken_back_at=None),
                name="pair_pick_once",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
