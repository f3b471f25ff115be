"""Sessions that somebody made, or copied and changed."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned, address
from apps.sittings.sessions import Kind

NAME_LENGTH = 120
QUESTION_LENGTH = 500
MOST_STEPS = 40


class OwnSession(Owned):
    """A session of somebody's own. Its steps are rows, read as a shipped one is."""

    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    about = models.TextField(_("what it is for"), max_length=500, blank=True)
    minutes = models.PositiveSmallIntegerField(
        _("about how many minutes"),
        default=10,
        validators=[MinValueValidator(1), MaxValueValidator(240)],
    )
    # The key of the shipped session it was copied from; "" for one begun from nothing.
    copied_from = models.CharField(max_length=64, blank=True, editable=False)
    comes_back = models.BooleanField(_("its entries may come back to look at"), default=True)
    # Grows with each change of its steps, so that a sitting knows which it was.
    version = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        verbose_name = _("session of your own")
        verbose_name_plural = _("sessions of your own")
        constraints = [
            models.UniqueConstraint(fields=["owner", "id"], name="own_session_of_owner"),
            models.CheckConstraint(
                condition=models.Q(minutes__range=(1, 240)), name="own_session_minutes_range"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Where its steps are changed."""
        return address("sittings:own_edit", self.pk)

    @property
    def key(self) -> str:
        """Its place among all sessions."""
        return f"own-{self.pk}"


class OwnStep(Owned):
    """One step of it. `more` holds what a shipped step may have besides, in the same form."""

    session = models.ForeignKey(OwnSession, on_delete=models.CASCADE, related_name="steps")
    position = models.PositiveSmallIntegerField()
    key = models.CharField(max_length=64)
    kind = models.CharField(_("how it is answered"), max_length=9)
    question = models.CharField(_("question"), max_length=QUESTION_LENGTH)
    help = models.TextField(_("a word of help"), max_length=500, blank=True)
    more = models.JSONField(default=dict, editable=False)

    class Meta:
        verbose_name = _("step")
        verbose_name_plural = _("steps")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "position"],
                name="own_step_one_a_place",
                deferrable=models.Deferrable.DEFERRED,
            ),
            models.UniqueConstraint(fields=["session", "key"], name="own_step_one_a_key"),
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in Kind]),
                name="own_step_kind_known",
            ),
        ]

    def __str__(self) -> str:
        return self.key
