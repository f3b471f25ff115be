"""Days of the year that belong to somebody: a birthday, the day they began."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned
from apps.core.periods import FIRST_DAY, LAST_DAY
from apps.people.models.person import Person

LABEL_LENGTH = 64


class PersonDate(Owned):
    """A day that comes back each year, with the year it began where that is known."""

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="dates")
    label = models.CharField(_("what day it is"), max_length=LABEL_LENGTH)
    month = models.PositiveSmallIntegerField(
        _("month"), validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    day = models.PositiveSmallIntegerField(
        _("day"), validators=[MinValueValidator(1), MaxValueValidator(31)]
    )
    year = models.PositiveSmallIntegerField(
        _("year"),
        null=True,
        blank=True,
        validators=[MinValueValidator(FIRST_DAY.year), MaxValueValidator(LAST_DAY.year)],
    )
    # 1120 for 20 November, so that the days ahead are found by an index.
    month_day = models.GeneratedField(
        expression=F("month") * 100 + F("day"),
        output_field=models.PositiveSmallIntegerField(),
        db_persist=True,
    )

    class Meta:
        verbose_name = _("date")
        verbose_name_plural = _("dates")
        indexes = [models.Index(fields=["owner", "month_day"], name="person_date_of_the_year")]
        constraints = [
            models.CheckConstraint(condition=~Q(label=""), name="person_date_has_a_label"),
            models.CheckConstraint(
                condition=Q(month__in=[1, 3, 5, 7, 8, 10, 12], day__range=(1, 31))
                | Q(month__in=[4, 6, 9, 11], day__range=(1, 30))
                | Q(month=2, day__range=(1, 29)),
                name="person_date_is_a_day",
            ),
            models.CheckConstraint(
                condition=Q(year=None) | Q(year__range=(FIRST_DAY.year, LAST_DAY.year)),
                name="person_date_year_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:02}-{self.day:02}"
