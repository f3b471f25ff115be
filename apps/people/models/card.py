"""Cards of an address book: which of them somebody came from, and a file of them on its way in."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned, address
from apps.people.models.person import Person

UID_LENGTH = 500


class Card(Owned):
    """That a card of an address book (its vCard UID) is somebody here.

    A table of its own, and no field of the person: two people who become one have two cards, and
    both must go on leading to them, or the next import would bring the second one back.
    """

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="cards")
    uid = models.CharField(max_length=UID_LENGTH)

    class Meta:
        verbose_name = _("card of your address book")
        verbose_name_plural = _("cards of your address book")
        constraints = [
            models.UniqueConstraint(fields=["owner", "uid"], name="card_leads_to_one"),
            models.CheckConstraint(condition=~models.Q(uid=""), name="card_has_a_uid"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class CardImport(Owned):
    """What was read of a file of cards, until somebody says that it may come in. Goes after a day.

    `cards` is what `apps.people.cards.read` found; after it came in the list is empty, and
    `outcome` says how many people are new, changed and the same.
    """

    cards = models.JSONField()
    unread = models.JSONField()
    outcome = models.JSONField(null=True)
    applied_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="card_import_oldest")]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        """What would come in, or what came."""
        return address("people:import_detail", self.pk)
