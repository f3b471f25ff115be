"""A question one may be asked: what kind it is. Its words are `Wording`s."""

from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Prefetch, Q
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.core.models import new_id
from apps.core.shipped import FIRST_LANGUAGE
from apps.prompts.models.pack import OpenQuerySet, Pack
from apps.prompts.models.wording import Wording


class Occasion(models.TextChoices):
    """When a question is asked that is true only then (apps/prompts/packs/README.md)."""

    PROMISE_OVERDUE = "promise_overdue", _("when the day of a promise has gone by")
    PROMISE_DUE = "promise_due", _("when a promise is due")
    PROMISE_UNANSWERED = "promise_unanswered", _("when no answer has come to what you delivered")
    NO_OWED = "no_owed", _("when somebody waits for your yes or no")
    CLOSED_WITHOUT_REVIEW = "closed_without_review", _("when something has just ended")
    WORK_ENDING = "work_ending", _("when a small work nears its last day")
    WORK_PAST = "work_past", _("when a small work is past its last day")
    CARE_UNTOUCHED = "care_untouched", _("when something you care about has rested long")
    PERSON_QUIET = "person_quiet", _("when you have not written about somebody for a while")
    FRICTION_HOT = "friction_hot", _("when something rubbed hard yesterday")
    LOOK_BACK = "look_back", _("when an older page comes up")
    LANDMARK = "landmark", _("on a day that begins something")


OCCASIONS = Occasion.values
WORDED = "worded"


class PromptQuerySet(OpenQuerySet["Prompt"]):
    """Questions, shipped and own."""

    def current(self) -> "PromptQuerySet":
        """Those that are still asked."""
        return self.filter(retired_on=None, pack__archived_at=None)

    def with_wordings(self) -> "PromptQuerySet":
        """With the words they have today, in every language: one query more."""
        today = Wording.objects.filter(version=F("prompt__version"))
        return self.prefetch_related(Prefetch("wordings", queryset=today, to_attr=WORDED))


class Prompt(models.Model):
    """A question of a pack. `version` is that of its words today; older ones stay.

    `needs` is the one thing it asks about and has a blank for, or "". `fits` are the occasions it
    is true of; with one, it is asked on that occasion only (apps/prompts/packs/README.md).
    """

    class Weight(models.TextChoices):
        LIGHT = "light", _("light")
        MEDIUM = "medium", _("takes some thinking")
        HEAVY = "heavy", _("touches sore ground")

    class Needs(models.TextChoices):
        PERSON = "person", _("a person")
        PROMISE = "promise", _("a promise")
        WORK = "work", _("a small work")
        FRICTION = "friction", _("something that rubs")
        CARE = "care", _("something you care about")
        CHAPTER = "chapter", _("a chapter")

    class Cadence(models.TextChoices):
        DAY = "day", _("any day")
        WEEK = "week", _("after a week")
        QUARTER = "quarter", _("after a quarter")
        YEAR = "year", _("after a year")

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        editable=False,
        null=True,
        blank=True,
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    pack = models.ForeignKey(Pack, on_delete=models.CASCADE, related_name="prompts")
    # "PE-1" where it is shipped; where it is somebody's own, its number in the pack.
    key = models.CharField(max_length=16, editable=False)
    # Its place in the pack.
    order = models.PositiveSmallIntegerField(default=0, editable=False)
    version = models.PositiveSmallIntegerField(default=1, editable=False)
    weight = models.CharField(_("weight"), max_length=6, choices=Weight, default=Weight.LIGHT)
    needs = models.CharField(max_length=8, choices=Needs, blank=True)
    fits = ArrayField(models.CharField(max_length=32), default=list, blank=True)
    cadence = models.CharField(
        _("bears repeating"), max_length=7, choices=Cadence, default=Cadence.QUARTER
    )
    domain = models.CharField(max_length=16, blank=True)
    tags = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    # From this day on it is not asked any more.
    retired_on = models.DateField(null=True, blank=True)

    objects = PromptQuerySet.as_manager()

    class Meta:
        verbose_name = _("question")
        verbose_name_plural = _("questions")
        constraints = [
            models.UniqueConstraint(fields=["pack", "key"], name="prompt_one_per_key"),
            models.CheckConstraint(condition=~Q(key=""), name="prompt_has_a_key"),
            models.CheckConstraint(condition=Q(version__gte=1), name="prompt_version_from_one"),
            models.CheckConstraint(
                condition=Q(weight__in=["light", "medium", "heavy"]), name="prompt_weight_known"
            ),
            models.CheckConstraint(
                condition=Q(
                    needs__in=["", "person", "promise", "work", "friction", "care", "chapter"]
                ),
                name="prompt_needs_known",
            ),
            models.CheckConstraint(
                condition=Q(cadence__in=["day", "week", "quarter", "year"]),
                name="prompt_cadence_known",
            ),
            models.CheckConstraint(
                condition=Q(fits__contained_by=OCCASIONS), name="prompt_fits_known"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    def get_absolute_url(self) -> str:
        """Its own page."""
        return reverse("prompts:prompt_detail", args=[self.pk])

    # What `with_wordings` brings along.
    worded: list[Wording]

    @property
    def wording(self) -> Wording:
        """The words it has today in the language of the page, else in English, else as they are.

        Of a prompt that came `with_wordings`.
        """
        return worded_in(self.worded, get_language())

    @property
    def occasions(self) -> list[Any]:
        """When it is asked, in words; empty where it may be asked on any day."""
        return [Occasion(name).label for name in self.fits]

    @property
    def is_shipped(self) -> bool:
        """Whether it came with the product."""
        return self.owner_id is None


def worded_in(wordings: list[Wording], language: str | None) -> Wording:
    """Of the wordings of one version the one in this language (`en-gb` reads `en`), else English.

    Else the first there is. Raises IndexError when there is none, which the loader and the verbs
    never leave behind.
    """
    wanted = (language or FIRST_LANGUAGE).split("-")[0]
    by_language = {wording.language: wording for wording in wordings}
    return by_language.get(wanted) or by_language.get(FIRST_LANGUAGE) or wordings[0]
