"""What a care says: a sentence, why, for whom. Written once; whoever thinks otherwise writes again.

Triggers keep it so (migration 0002): versions count without gaps, words change on the first day
only and only while they are the last ones, and nothing goes but with the whole of the care.
"""

from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.cares import domains
from apps.cares.domains import Domain
from apps.cares.models.care import Care
from apps.core.models import Owned
from apps.people.models import Person

TEXT_LENGTH = 280
FIXABLE_FOR = timedelta(hours=24)


class Standing(models.TextChoices):
    """How it stands with a care, in the eyes of whoever says it."""

    EMERGING = "emerging", _("Emerging")
    HELD = "held", _("Held")
    IN_QUESTION = "question", _("In question")
    SET_DOWN = "set_down", _("Set down")


class CareStatement(Owned):
    """One version of a care. From the second on it says what has changed."""

    care = models.ForeignKey(Care, on_delete=models.CASCADE, related_name="statements")
    version = models.PositiveIntegerField(editable=False)
    text = models.TextField(_("what you look after"), max_length=TEXT_LENGTH)
    because = models.TextField(_("because"), max_length=2_000, blank=True)
    person = models.ForeignKey(
        Person,
        verbose_name=_("for whom"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="care_statements",
    )
    for_whom = models.CharField(_("for whom, in words of your own"), max_length=200, blank=True)
    domain = models.CharField(
        _("part of life"), max_length=domains.LONGEST, choices=Domain, blank=True
    )
    standing = models.CharField(_("how it stands"), max_length=8, choices=Standing)
    what_changed = models.TextField(_("what has changed"), max_length=1_000, blank=True)
    written_at = models.DateTimeField(editable=False)
    # The day it was written, on the calendar of whoever wrote it.
    written_on = models.DateField(editable=False)

    class Meta:
        verbose_name = _("version of a care")
        verbose_name_plural = _("versions of cares")
        constraints = [
            models.UniqueConstraint(fields=["owner", "id"], name="care_statement_of_owner"),
            models.UniqueConstraint(fields=["care", "version"], name="care_statement_in_order"),
            models.CheckConstraint(condition=Q(version__gte=1), name="care_statement_from_one"),
            models.CheckConstraint(condition=~Q(text=""), name="care_statement_has_words"),
            models.CheckConstraint(
                condition=(Q(version=1) & Q(what_changed=""))
                | (Q(version__gt=1) & ~Q(what_changed="")),
                name="care_statement_says_what_changed",
            ),
            models.CheckConstraint(
                condition=Q(person=None) | Q(for_whom=""), name="care_statement_for_one"
            ),
            models.CheckConstraint(
                condition=Q(standing__in=["emerging", "held", "question", "set_down"]),
                name="care_statement_standing_known",
            ),
            models.CheckConstraint(
                condition=Q(domain__in=["", *Domain.values]), name="care_statement_domain_known"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.care_id} {self.version}"

    @property
    def is_set_down(self) -> bool:
        """Whether it was put aside for good, which is not letting go of it."""
        return self.standing == Standing.SET_DOWN

    def can_be_fixed(self, now: datetime) -> bool:
        """Whether its words may still be put right: for a day."""
        return now - self.written_at < FIXABLE_FOR
