"""What matters to somebody, in their own words."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned
from apps.core.periods import FIRST_DAY, LAST_DAY
from apps.people.models.person import Person


class Concern(Owned):
    """A sentence of theirs: what they need, fear, wait for or care about, and when they said it."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="concerns")
    words = models.TextField(_("in their own words"), max_length=2_000)
    said_on = models.DateField(
        _("when they said it"),
        validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
    )
    # From this day on it no longer mattered to them. It stays readable.
    settled_on = models.DateField(
        _("no longer so since"),
        null=True,
        blank=True,
        validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)],
    )

    class Meta:
        verbose_name = _("concern")
        verbose_name_plural = _("concerns")
        indexes = [
            models.Index(fields=["owner", "person", "-said_on", "-id"], name="concern_newest")
        ]
        constraints = [
            # What rows of other tables point at, so that no link can cross owners.
            models.UniqueConstraint(fields=["owner", "id"], name="concern_of_owner"),
            models.CheckConstraint(condition=~Q(words=""), name="concern_has_words"),
            models.CheckConstraint(
                condition=Q(said_on__range=(FIRST_DAY, LAST_DAY)), name="concern_said_on_range"
            ),
            models.CheckConstraint(
                condition=Q(settled_on=None)
                | Q(settled_on__gte=F("said_on"), settled_on__lte=LAST_DAY),
                name="concern_settled_after_said",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.said_on:%Y-%m-%d}"

    @property
    def is_current(self) -> bool:
        """Whether it still matters to them, as far as is known."""
        return self.settled_on is None
