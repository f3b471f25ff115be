"""That somebody was asked something on a day, in which words, and what became of it."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned
from apps.prompts.models.prompt import OCCASIONS, Prompt
from apps.prompts.models.wording import Wording

MOST_SLOT = 3
ID = "[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
ABOUT = rf"^((person|promise|work|friction|care|chapter):{ID})?$"


class Serving(Owned):
    """A question as it stood on somebody's page of a day. Slot 0 comes first; a swap adds one.

    `text` has its blanks filled. `about` is what it asks about, as "promise:<id>": rows of any
    app, of which some are to the right, so it is a mark and not a key; what it names may be gone.
    """

    class Reason(models.TextChoices):
        FIRST_DAYS = "first_days", _("one of your first days")
        TRIGGERED = "triggered", _("something calls for it")
        DECK = "deck", _("the next of its pack")
        ASKED = "asked", _("you asked for it")

    class Outcome(models.TextChoices):
        NONE = "none", _("open")
        WRITTEN = "written", _("written about")
        SKIPPED = "skipped", _("skipped")
        SNOOZED = "snoozed", _("later")
        SWAPPED = "swapped", _("swapped for another")
        NOT_THIS = "not_this", _("not about this")

    local_date = models.DateField()
    slot = models.PositiveSmallIntegerField(default=0)
    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="servings")
    wording = models.ForeignKey(Wording, on_delete=models.CASCADE, related_name="servings")
    text = models.TextField()
    reason = models.CharField(max_length=10, choices=Reason)
    # The occasion that called for it, or "".
    occasion = models.CharField(max_length=32, blank=True)
    about = models.CharField(max_length=48, blank=True)
    # How much the occasion weighed, 0 to 100; 0 without one.
    score = models.PositiveSmallIntegerField(default=0)
    # Something called, and the day was kept free of it all the same.
    is_kept_free = models.BooleanField(default=False)
    outcome = models.CharField(max_length=8, choices=Outcome, default=Outcome.NONE)
    decided_at = models.DateTimeField(null=True, blank=True)
    # Until this day nothing is asked about `about`.
    not_about_until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("question of a day")
        verbose_name_plural = _("questions of days")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "local_date", "slot"], name="serving_one_per_slot"
            ),
            # What entries point at, so that no link can cross owners.
            models.UniqueConstraint(fields=["owner", "id"], name="serving_of_owner"),
            models.CheckConstraint(
                condition=Q(slot__range=(0, MOST_SLOT)), name="serving_slot_range"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="serving_has_words"),
            models.CheckConstraint(
                condition=Q(reason__in=["first_days", "triggered", "deck", "asked"]),
                name="serving_reason_known",
            ),
            models.CheckConstraint(
                condition=Q(occasion__in=["", *OCCASIONS]), name="serving_occasion_known"
            ),
            models.CheckConstraint(
                condition=Q(reason="triggered") & ~Q(occasion="")
                | ~Q(reason="triggered") & Q(occasion="", score=0),
                name="serving_triggered_by_something",
            ),
            models.CheckConstraint(
                condition=Q(is_kept_free=False) | Q(reason="deck"), name="serving_kept_free_by_deck"
            ),
            models.CheckConstraint(condition=Q(about__regex=ABOUT), name="serving_about_known"),
            models.CheckConstraint(condition=Q(score__range=(0, 100)), name="serving_score_range"),
            models.CheckConstraint(
                condition=Q(outcome="none", decided_at=None)
                | Q(
                    outcome__in=["written", "skipped", "snoozed", "swapped", "not_this"],
                    decided_at__isnull=False,
                ),
                name="serving_outcome_decided",
            ),
            models.CheckConstraint(
                condition=Q(not_about_until=None) | Q(outcome="not_this") & ~Q(about=""),
                name="serving_not_about_something",
            ),
        ]
        indexes = [models.Index(fields=["owner", "-local_date"], name="serving_newest")]

    def __str__(self) -> str:
        return f"{self.local_date:%Y-%m-%d} {self.slot}"

    @property
    def follow_up(self) -> str:
        """A small second question, or ""."""
        return self.wording.follow_up
