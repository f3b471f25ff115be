"""A saved beginning for entries of one kind."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned
from apps.journal.models.entry import TITLE_LENGTH


class EntryTemplate(Owned):
    """A title and a text that a new entry may begin with. Changing it changes no entry."""

    name = models.CharField(_("name"), max_length=64)
    title = models.CharField(_("title"), max_length=TITLE_LENGTH, blank=True)
    body = models.TextField(_("text"), max_length=20_000, blank=True)

    class Meta:
        verbose_name = _("template")
        verbose_name_plural = _("templates")
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="entry_template_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name
