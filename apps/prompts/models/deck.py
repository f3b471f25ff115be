"""What is still to be asked from a pack, in its order."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned
from apps.prompts.models.pack import Pack

KEPT_APART = 3


class Deck(Owned):
    """The shuffled questions of a pack for one person. Ids of questions that went are passed over.

    When `remaining` is used up, it is shuffled anew for the next `cycle`.
    """

    pack = models.ForeignKey(Pack, on_delete=models.CASCADE, related_name="decks")
    cycle = models.PositiveIntegerField(default=1)
    # Ids of prompts, the next first.
    remaining = ArrayField(models.UUIDField(), default=list, blank=True)
    # Those that came up in this cycle already, and of them those that were skipped once.
    asked = ArrayField(models.UUIDField(), default=list, blank=True)
    skipped = ArrayField(models.UUIDField(), default=list, blank=True)
    # The last few that were served, the latest last: the next cycle does not begin with one.
    served = ArrayField(models.UUIDField(), default=list, blank=True)
    # When the pack comes next: the lowest is dealt from first (decks.in_turn).
    turn = models.BigIntegerField(default=0)

    class Meta:
        verbose_name = _("deck")
        verbose_name_plural = _("decks")
        constraints = [
            models.UniqueConstraint(fields=["owner", "pack"], name="deck_one_per_pack"),
            models.CheckConstraint(condition=Q(cycle__gte=1), name="deck_cycle_from_one"),
            models.CheckConstraint(
                condition=Q(served__len__lte=KEPT_APART), name="deck_last_served_few"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.pack_id} {self.cycle}"
