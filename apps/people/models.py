"""Who is at the other end: a name, how we know them, and what we want to remember."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned, address


class Person(Owned):
    """Somebody the work is for, or is done with."""

    name = models.CharField(_("name"), max_length=200)
    how_known = models.CharField(_("how you know them"), max_length=200, blank=True)
    notes = models.TextField(_("notes"), max_length=20_000, blank=True)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [models.Index(fields=["owner", "name"], name="person_by_name")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="person_has_a_name"),
            # What rows of other tables point at, so that no link can cross owners.
            models.UniqueConstraint(fields=["owner", "id"], name="person_of_owner"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The person's own page."""
        return address("people:person_detail", self.pk)
