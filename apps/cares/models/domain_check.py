"""The domains of a life as somebody names them, and how they stand on a day."""

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned, address

NAME_LENGTH = 40
NOTE_LENGTH = 500
LARGEST = 10


class LifeDomain(Owned):
    """A part of life under a name of their own. Set aside, it is asked about no more."""

    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    position = models.PositiveSmallIntegerField(editable=False)
    set_aside_at = models.DateTimeField(null=True, editable=False)

    class Meta:
        verbose_name = _("domain")
        verbose_name_plural = _("domains")
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="life_domain_has_a_name"),
            models.UniqueConstraint("owner", Lower("name"), name="life_domain_one_per_name"),
            models.UniqueConstraint(fields=["owner", "id"], name="life_domain_of_owner"),
        ]

    def __str__(self) -> str:
        return self.name


class DomainCheck(Owned):
    """How the domains stood on a day; one a day. It may be left half filled."""

    day = models.DateField(editable=False)

    class Meta:
        verbose_name = _("check of domains")
        verbose_name_plural = _("checks of domains")
        constraints = [
            models.UniqueConstraint(fields=["owner", "day"], name="domain_check_one_a_day"),
            models.UniqueConstraint(fields=["owner", "id"], name="domain_check_of_owner"),
        ]

    def __str__(self) -> str:
        return str(self.day)

    def get_absolute_url(self) -> str:
        """What was said that day."""
        return address("values:check_detail", self.pk)


class DomainMark(Owned):
    """What was said of one domain: how much it matters, how much it was lived, a note."""

    check_of = models.ForeignKey(DomainCheck, on_delete=models.CASCADE, related_name="marks")
    domain = models.ForeignKey(LifeDomain, on_delete=models.CASCADE, related_name="marks")
    matters = models.PositiveSmallIntegerField(_("matters now"), null=True, blank=True)
    lived = models.PositiveSmallIntegerField(_("lived these two weeks"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=NOTE_LENGTH, blank=True)

    class Meta:
        verbose_name = _("mark of a domain")
        verbose_name_plural = _("marks of domains")
        constraints = [
            models.UniqueConstraint(fields=["check_of", "domain"], name="domain_mark_once"),
            models.CheckConstraint(
                condition=models.Q(matters=None) | models.Q(matters__range=(0, LARGEST)),
                name="domain_mark_matters_range",
            ),
            models.CheckConstraint(
                condition=models.Q(lived=None) | models.Q(lived__range=(0, LARGEST)),
                name="domain_mark_lived_range",
            ),
            models.CheckConstraint(
                condition=~models.Q(matters=None, lived=None, note=""),
                name="domain_mark_says_something",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)
