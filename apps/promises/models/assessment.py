"""What it was worth, as somebody says it: a judgement, kept apart from the fact of delivery."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned
from apps.people.models import Person
from apps.promises.models.event import Via
from apps.promises.models.promise import Promise


class TookCare(models.TextChoices):
    """Whether it took care of what matters to them."""

    YES = "yes", _("Yes")
    PARTLY = "partly", _("Partly")
    NO = "no", _("No")
    UNSURE = "unsure", _("I can’t say")


class Sharing(models.TextChoices):
    """How their words may be quoted."""

    BETWEEN_US = "between", _("Keep it between us")
    UNNAMED = "unnamed", _("Quote me without my name")
    NAMED = "named", _("Quote me with my name")


class ValueAssessment(Owned):
    """One judgement of worth, by the other party or by oneself; the two are never averaged.

    Value often shows later, so there may be several of each over time. `by_owner` rows are the
    owner's own view (aliveness, cost, whether they would promise it again), seen by nobody else.
    """

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="assessments")
    by_owner = models.BooleanField()
    person = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, related_name="assessments"
    )
    via = models.CharField(max_length=8, choices=Via)
    said_at = models.DateTimeField()

    for_the_sake_of = models.TextField(_("for the sake of"), blank=True)
    standard = models.TextField(_("compared with"), blank=True)
    grounds = models.TextField(_("because"), blank=True)
    made_possible = models.TextField(_("what it makes possible"), blank=True)
    took_care = models.CharField(max_length=6, choices=TookCare, blank=True)
    sharing = models.CharField(max_length=7, choices=Sharing, default=Sharing.BETWEEN_US)

    aliveness = models.PositiveSmallIntegerField(_("how alive it made me"), null=True)
    meaning = models.TextField(_("what it meant"), blank=True)
    cost = models.TextField(_("what it cost"), blank=True)
    would_again = models.BooleanField(_("I would promise this again"), null=True)

    class Meta:
        verbose_name = _("assessment")
        indexes = [
            models.Index(fields=["owner", "person", "-said_at"], name="assessment_by_person"),
            models.Index(fields=["promise", "said_at"], name="assessment_of_promise"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(aliveness=None) | models.Q(aliveness__lte=4),
                name="assessment_aliveness_range",
            ),
            # Own judgement and theirs are different rows: neither holds what only the other says.
            models.CheckConstraint(
                condition=models.Q(by_owner=True, person=None, took_care="")
                | models.Q(by_owner=False, aliveness=None, meaning="", cost="", would_again=None),
                name="assessment_is_of_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.said_at:%Y-%m-%d}"
