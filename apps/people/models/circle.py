"""People who belong together for whoever writes: the team, old friends, first readers."""

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned
from apps.core.text import fold
from apps.people.models.person import LONGEST_RHYTHM, Person

NAME_LENGTH = 64


def key_of(name: str) -> str:
    """What two names have in common that mean one circle: neither case nor accents count."""
    return fold(" ".join(name.split()))


class Circle(Owned):
    """Some people, under a name, perhaps with a rhythm for all of them. One may be in several."""

    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    # `key_of` its name; casefolding and taking marks apart can make a text four times as long.
    key = models.CharField(max_length=18 * NAME_LENGTH, editable=False)
    rhythm_weeks = models.PositiveSmallIntegerField(
        _("every how many weeks"), null=True, blank=True
    )

    class Meta:
        verbose_name = _("circle")
        verbose_name_plural = _("circles")
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="circle_one_per_name"),
            models.UniqueConstraint(fields=["owner", "id"], name="circle_of_owner"),
            models.CheckConstraint(
                condition=~models.Q(key="") & ~models.Q(name=""), name="circle_has_a_name"
            ),
            models.CheckConstraint(
                condition=models.Q(rhythm_weeks=None)
                | models.Q(rhythm_weeks__range=(1, LONGEST_RHYTHM)),
                name="circle_rhythm_range",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The people of the circle."""
        return f"{reverse('people:person_list')}?circle={self.pk}"


class CircleMember(Owned):
    """That somebody is in a circle."""

    circle = models.ForeignKey(Circle, on_delete=models.CASCADE, related_name="members")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="memberships")

    class Meta:
        verbose_name = _("place in a circle")
        verbose_name_plural = _("places in circles")
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "circle", "person"], name="circle_member_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.circle_id} {self.person_id}"
