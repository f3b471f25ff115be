"""Cards that somebody wrote themselves, beside the eighty-three of the deck."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned

NAME_LENGTH = 40
GLOSS_LENGTH = 200


class OwnCard(Owned):
    """A name for something that matters, and what it means to them.

    Once it lies in a finished sort its name stays as it is, or that sort would say something else.
    """

    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    gloss = models.CharField(_("what it means to you"), max_length=GLOSS_LENGTH, blank=True)
    set_aside_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("own card")
        verbose_name_plural = _("own cards")
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="own_card_has_a_name"),
            models.UniqueConstraint(fields=["owner", "id"], name="own_card_of_owner"),
        ]

    def __str__(self) -> str:
        return self.name
