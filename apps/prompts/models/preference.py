"""What somebody thinks of a question and of a pack, and how they want to be asked."""

from datetime import date

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned
from apps.prompts.models.pack import Pack
from apps.prompts.models.prompt import Prompt

MOST_WEIGHT = 3


class Preference(Owned):
    """What somebody thinks of one question: liked, not for them, or not before a day."""

    prompt = models.ForeignKey(Prompt, on_delete=models.CASCADE, related_name="preferences")
    favourite = models.BooleanField(default=False)
    not_for_me_at = models.DateTimeField(null=True, blank=True)
    # The day on which it may be asked again.
    snoozed_until = models.DateField(null=True, blank=True)

    class Meta:
        verbose_name = _("what you think of a question")
        verbose_name_plural = _("what you think of questions")
        constraints = [
            models.UniqueConstraint(fields=["owner", "prompt"], name="preference_one_per_prompt"),
            models.CheckConstraint(
                condition=Q(favourite=False) | Q(not_for_me_at=None),
                name="preference_liked_or_not",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.prompt_id}"

    def is_resting(self, today: date) -> bool:
        """Whether it is not to be asked yet."""
        return self.snoozed_until is not None and today < self.snoozed_until


class PackSetting(Owned):
    """Whether and how often somebody is asked from a pack. Without a row it is on, with weight 1.

    `weight` is its share beside the other packs; with 0 nothing is drawn from it, and its
    questions come only when they fit an occasion.
    """

    class Weight(models.IntegerChoices):
        OCCASION = 0, _("only when something calls for it")
        USUAL = 1, _("as often as the others")
        TWICE = 2, _("twice as often")
        THRICE = 3, _("three times as often")

    pack = models.ForeignKey(Pack, on_delete=models.CASCADE, related_name="set_by")
    is_on = models.BooleanField(default=True)
    weight = models.PositiveSmallIntegerField(choices=Weight, default=Weight.USUAL)

    class Meta:
        verbose_name = _("setting of a pack")
        verbose_name_plural = _("settings of packs")
        constraints = [
            models.UniqueConstraint(fields=["owner", "pack"], name="pack_setting_one_per_pack"),
            models.CheckConstraint(
                condition=Q(weight__range=(0, MOST_WEIGHT)), name="pack_setting_weight_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack_id}"


class Setting(Owned):
    """How somebody wants to be asked, one row each at most. Without it, as its defaults say."""

    light_only = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("how you are asked")
        verbose_name_plural = _("how people are asked")
        constraints = [
            models.UniqueConstraint(fields=["owner"], name="prompt_setting_one_each"),
        ]

    def __str__(self) -> str:
        return str(self.pk)
