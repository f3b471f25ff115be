"""A sort of cards: which pile each lies on, and the ten that matter most, in their order."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.cares.models.card import OwnCard
from apps.core.models import Owned, address

MOST_RANKED = 10
# From which pile a card may be among the ten.
LEAST_RANKED_PILE = 3


class Pile(models.IntegerChoices):
    """Five piles, from left to right."""

    NOT_MINE = 0, _("Not mine")
    A_LITTLE = 1, _("A little")
    SOMEWHAT = 2, _("Somewhat")
    VERY = 3, _("Very")
    MOST = 4, _("Most of all")


class ValueSort(Owned):
    """One sitting with the cards, which may take days. Finished, it stays as it is (a trigger).

    Thrown away, it can be taken back for thirty days, and is gone then.
    """

    class Subset(models.TextChoices):
        FIRST = "first", _("Forty cards on work and life")
        ALL = "all", _("All eighty-three cards")

    begun_on = models.DateField(editable=False)
    subset = models.CharField(_("which cards"), max_length=5, choices=Subset)
    finished_at = models.DateTimeField(null=True, editable=False)
    finished_on = models.DateField(null=True, editable=False)
    thrown_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("card sort")
        verbose_name_plural = _("card sorts")
        indexes = [models.Index(fields=["owner", "begun_on"], name="value_sort_by_day")]
        constraints = [
            models.UniqueConstraint(fields=["owner", "id"], name="value_sort_of_owner"),
            models.CheckConstraint(
                condition=models.Q(subset__in=["first", "all"]), name="value_sort_subset_known"
            ),
            models.CheckConstraint(
                condition=models.Q(finished_at=None, finished_on=None)
                | models.Q(finished_at__isnull=False, finished_on__gte=models.F("begun_on")),
                name="value_sort_finished_on_its_day",
            ),
        ]

    def __str__(self) -> str:
        return str(self.begun_on)

    def get_absolute_url(self) -> str:
        """The table while it is open, what came of it afterwards."""
        return address("values:sort_detail", self.pk)

    @property
    def is_finished(self) -> bool:
        """Whether nothing can be moved any more."""
        return self.finished_at is not None


class SortedCard(Owned):
    """That a card lies on a pile, and perhaps among the ten."""

    sort = models.ForeignKey(ValueSort, on_delete=models.CASCADE, related_name="cards")
    # The key of a card of the deck, or a card of their own: one of the two.
    key = models.CharField(max_length=24, blank=True)
    own_card = models.ForeignKey(
        OwnCard, on_delete=models.RESTRICT, null=True, related_name="places"
    )
    pile = models.PositiveSmallIntegerField(choices=Pile)
    rank = models.PositiveSmallIntegerField(null=True)
    placed_at = models.DateTimeField()

    class Meta:
        verbose_name = _("sorted card")
        verbose_name_plural = _("sorted cards")
        constraints = [
            models.UniqueConstraint(fields=["owner", "id"], name="sorted_card_of_owner"),
            models.CheckConstraint(
                condition=models.Q(key="", own_card__isnull=False)
                | (~models.Q(key="") & models.Q(own_card=None)),
                name="sorted_card_is_one_card",
            ),
            models.UniqueConstraint(
                fields=["sort", "key"], condition=~models.Q(key=""), name="sorted_card_once"
            ),
            models.UniqueConstraint(fields=["sort", "own_card"], name="sorted_own_card_once"),
            models.CheckConstraint(
                condition=models.Q(pile__range=(0, 4)), name="sorted_card_on_a_pile"
            ),
            models.CheckConstraint(
                condition=models.Q(rank=None)
                | models.Q(rank__range=(1, MOST_RANKED), pile__gte=LEAST_RANKED_PILE),
                name="sorted_card_rank_range",
            ),
            # At the end of a transaction: while two change places, both have the same for a moment.
            models.UniqueConstraint(
                fields=["sort", "rank"],
                name="sorted_card_one_per_rank",
                deferrable=models.Deferrable.DEFERRED,
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def card_id(self) -> str:
        """What the card is called on pages: its key, or the id of an own card."""
        return self.key or str(self.own_card_id)
