"""A proposal to change what was agreed. While it is open the old terms bind."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned
from apps.promises.models.promise import Promise
from apps.promises.models.terms import Terms
from apps.promises.states import Role


class Reason(models.TextChoices):
    """Why something did not go as it was said (after the Last Planner's reasons for variance)."""

    HELD_TOO_MUCH = "held_too_much", _("promised more than I could hold")
    ESTIMATE = "estimate", _("the estimate was off")
    WAITING = "waiting", _("waiting on someone’s promise")
    INFORMATION = "information", _("missing information or a decision")
    MISUNDERSTOOD = "misunderstood", _("we meant different things")
    THEY_CHANGED = "they_changed", _("they changed what they need")
    PRIORITIES = "priorities", _("other priorities arrived")
    SKILL = "skill", _("a skill I do not have yet")
    AVOIDED = "avoided", _("I kept avoiding it")
    HEALTH = "health", _("health, family, energy")
    MEANS = "means", _("tools, money, access")
    FORGOT = "forgot", _("I forgot")
    OUTSIDE = "outside", _("an outside event")
    OTHER = "other", _("something else")


class Amendment(Owned):
    """A change that one of the two proposed, and what became of it."""

    class Status(models.TextChoices):
        OPEN = "open"
        AGREED = "agreed"
        REFUSED = "refused"
        DROPPED = "dropped"
        # The promise itself came to an end, or was delivered, before anybody answered.
        OVERTAKEN = "overtaken"

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="amendments")
    terms = models.OneToOneField(Terms, on_delete=models.CASCADE, related_name="amendment")
    by = models.CharField(max_length=9, choices=[(it.value, it.value) for it in Role])
    reason = models.CharField(max_length=13, choices=Reason, blank=True)
    proposed_at = models.DateTimeField()
    answer_by = models.DateTimeField()
    # How long before the due moment it was proposed; negative after it.
    lead = models.DurationField()
    status = models.CharField(max_length=9, choices=Status, default=Status.OPEN)
    closed_at = models.DateTimeField(null=True)
    agreed_before_due = models.BooleanField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["answer_by"], name="amendment_unanswered", condition=models.Q(status="open")
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["promise"],
                name="amendment_one_open",
                condition=models.Q(status="open"),
            ),
            models.CheckConstraint(
                condition=models.Q(status="open", closed_at=None)
                | (~models.Q(status="open") & models.Q(closed_at__isnull=False)),
                name="amendment_closed_at_some_time",
            ),
            models.CheckConstraint(
                condition=models.Q(status="agreed", agreed_before_due__isnull=False)
                | (~models.Q(status="agreed") & models.Q(agreed_before_due=None)),
                name="amendment_agreed_in_time_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.status}"
