"""Who is at the other end: a name, how we know them, and what we want to remember."""

from typing import Any

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned, address

LONGEST_RHYTHM = 104


class Person(Owned):
    """Somebody the work is for, or is done with."""

    class Kind(models.TextChoices):
        PERSON = "person", _("A person")
        GROUP = "group", _("A group")
        # Somebody one writes or works for and has never met: "a nurse on her first day".
        PICTURED = "pictured", _("Pictured, not met")

    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(_("who they are"), max_length=8, choices=Kind, default=Kind.PERSON)
    also_called = models.CharField(_("also called"), max_length=200, blank=True)
    how_known = models.CharField(_("how you know them"), max_length=200, blank=True)
    notes = models.TextField(_("notes"), max_length=20_000, blank=True)
    works_well_when = models.TextField(_("works well when"), max_length=2_000, blank=True)
    careful_with = models.TextField(_("careful with"), max_length=2_000, blank=True)

    email = models.EmailField(_("e-mail address"), max_length=254, blank=True)
    language = models.CharField(_("their language"), max_length=10, blank=True)
    time_zone = models.CharField(_("their time zone"), max_length=64, blank=True)

    rhythm_weeks = models.PositiveSmallIntegerField(
        _("every how many weeks"), null=True, blank=True
    )
    snoozed_until = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        indexes = [models.Index(fields=["owner", "name"], name="person_by_name")]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="person_has_a_name"),
            # What rows of other tables point at, so that no link can cross owners.
            models.UniqueConstraint(fields=["owner", "id"], name="person_of_owner"),
            models.CheckConstraint(
                condition=models.Q(kind__in=["person", "group", "pictured"]),
                name="person_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(rhythm_weeks=None)
                | models.Q(rhythm_weeks__range=(1, LONGEST_RHYTHM)),
                name="person_rhythm_range",
            ),
            models.CheckConstraint(
                condition=~models.Q(kind="pictured")
                | models.Q(email="", rhythm_weeks=None, snoozed_until=None),
                name="person_pictured_is_out_of_reach",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The person's own page."""
        return address("people:person_detail", self.pk)

    @property
    def language_name(self) -> Any:
        """Their language in words."""
        return dict(settings.LANGUAGES).get(self.language, self.language)

    @property
    def is_pictured(self) -> bool:
        """Whether nothing can be heard from them, because they were never met."""
        return self.kind == self.Kind.PICTURED
