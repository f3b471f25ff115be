"""A notebook: a part of the journal that is kept apart."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned, address

NAME_LENGTH = 64


class Notebook(Owned):
    """A notebook beside the journal itself, the first of everybody, which has no row (adr 0010)."""

    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    key = models.CharField(max_length=4 * NAME_LENGTH, editable=False)

    class Meta:
        verbose_name = _("notebook")
        verbose_name_plural = _("notebooks")
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="notebook_one_per_name"),
            models.UniqueConstraint(fields=["owner", "id"], name="notebook_of_owner"),
            models.CheckConstraint(condition=~models.Q(key=""), name="notebook_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The entries in this notebook."""
        return address("journal:notebook_detail", self.pk)
