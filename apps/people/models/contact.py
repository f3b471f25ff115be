"""When one heard from somebody: the log of it, a line a time."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned
from apps.core.periods import FIRST_DAY, LAST_DAY
from apps.people.models.person import Person


class Contact(Owned):
    """That one heard from somebody on a day, how, and what they said, where that was noted."""

    class How(models.TextChoices):
        MET = "met", _("Met")
        CALL = "call", _("Call")
        LETTER = "letter", _("Letter")
        MESSAGE = "message", _("Message")
        OTHER = "other", _("Some other way")

    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="contacts")
    day = models.DateField(
        _("day"), validators=[MinValueValidator(FIRST_DAY), MaxValueValidator(LAST_DAY)]
    )
    how = models.CharField(_("how"), max_length=7, choices=How, blank=True)
    words = models.TextField(_("their words, or a note"), max_length=5_000, blank=True)

    class Meta:
        verbose_name = _("time you heard from them")
        verbose_name_plural = _("times you heard from them")
        indexes = [models.Index(fields=["owner", "person", "-day", "-id"], name="contact_newest")]
        constraints = [
            models.UniqueConstraint(fields=["owner", "id"], name="contact_of_owner"),
            models.CheckConstraint(
                condition=Q(how__in=["", "met", "call", "letter", "message", "other"]),
                name="contact_how_known",
            ),
            models.CheckConstraint(
                condition=Q(day__range=(FIRST_DAY, LAST_DAY)), name="contact_day_range"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"
