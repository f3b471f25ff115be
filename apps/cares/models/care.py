"""A care: something somebody looks after, under a short name. What it says stands in statements."""

from typing import Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned, OwnedQuerySet, address
from apps.core.periods import FIRST_DAY, LAST_DAY

LABEL_LENGTH = 40


class CareQuerySet(OwnedQuerySet["Care"]):
    """Cares, in the words pages ask for them."""

    def kept(self) -> Self:
        """Those that were not let go of."""
        return self.filter(let_go_at=None)

    def let_go(self) -> Self:
        """Those that were, the last first: for 30 days they can be taken back."""
        return self.exclude(let_go_at=None).order_by("-let_go_at", "-id")

    def going_on(self) -> Self:
        """Those that did not go on as others, resting or not."""
        return self.kept().filter(ended_on=None)


class Care(Owned):
    """A thread of care. It has a number of statements (`version`), of which the last holds today.

    It may rest, and go on again. Where it was split or merged it has ended: it stays as it was,
    with all that hangs on it, and its events name those it goes on as (apps.cares.joining).
    """

    label = models.CharField(_("short name"), max_length=LABEL_LENGTH)
    begun_on = models.DateField(
        _("since"), validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
    )
    rested_on = models.DateField(null=True, editable=False)
    ended_on = models.DateField(null=True, editable=False)
    # The number of its last statement, and of its last event.
    version = models.PositiveIntegerField(default=1, editable=False)
    events_count = models.PositiveIntegerField(default=0, editable=False)
    # Let go of by its owner; it can be taken back for a while, and then goes with all it said.
    let_go_at = models.DateTimeField(null=True, editable=False)

    objects = CareQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("care")
        verbose_name_plural = _("cares")
        indexes = [
            models.Index(
                fields=["let_go_at"], name="care_let_go", condition=~models.Q(let_go_at=None)
            )
        ]
        constraints = [
            # What rows of other tables point at, so that no link can cross owners.
            models.UniqueConstraint(fields=["owner", "id"], name="care_of_owner"),
            models.CheckConstraint(condition=~Q(label=""), name="care_has_a_label"),
            models.CheckConstraint(condition=Q(version__gte=1), name="care_says_something"),
            models.CheckConstraint(
                condition=Q(begun_on__range=(FIRST_DAY, LAST_DAY)), name="care_begun_on_range"
            ),
            models.CheckConstraint(
                condition=Q(rested_on=None) | Q(rested_on__gte=F("begun_on"), ended_on=None),
                name="care_rests_while_it_goes_on",
            ),
            models.CheckConstraint(
                condition=Q(ended_on=None) | Q(ended_on__gte=F("begun_on")),
                name="care_ends_after_it_began",
            ),
        ]

    def __str__(self) -> str:
        return self.label

    def get_absolute_url(self) -> str:
        """The care's own page."""
        return address("cares:care_detail", self.pk)

    @property
    def is_resting(self) -> bool:
        """Whether it waits until it is taken up again."""
        return self.rested_on is not None

    @property
    def has_ended(self) -> bool:
        """Whether it goes on as others."""
        return self.ended_on is not None
