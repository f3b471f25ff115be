"""A journal that is made into a file, and an archive that is compared with it."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned, address
from apps.transfer.models.work import State, Work, rules


class Export(Work, Owned):
    """A journal, or a part of it, as a file that is made, kept for some days and fetched.

    `choice` is what `choosing.read` takes; `bytes` and `sha256` are those of the file.
    """

    class Reason(models.TextChoices):
        CHOICE = "choice", _("What you chose is no longer there.")
        ROOM = "room", _("There was no room for it. Try again later.")
        TRIED = "tried", _("It was begun several times and never came to its end.")
        BROKEN = "broken", _("Something went wrong here. Nothing of your journal was changed.")

    form = models.CharField(max_length=20)
    choice = models.JSONField()
    by_mail = models.BooleanField(default=False)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=8, choices=Reason, blank=True)
    run = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    begun_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=120, blank=True)
    bytes = models.PositiveBigIntegerField(default=0)
    ready_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~models.Q(form=""), name="export_form"),
            *rules(
                "export",
                models.Q(ready_at__isnull=False, expires_at__isnull=False)
                & models.Q(expires_at__gt=models.F("ready_at"))
                & models.Q(sha256__regex=r"^[0-9a-f]{64}$")
                & ~models.Q(key=""),
                models.Q(ready_at=None, expires_at=None, sha256=""),
            ),
        ]
        indexes = [models.Index(fields=["owner", "-created_at"], name="export_newest")]

    def __str__(self) -> str:
        return f"{self.form} {self.pk}"

    def get_absolute_url(self) -> str:
        """How far it is, and where it is fetched."""
        return address("transfer:export_detail", self.pk)


class Check(Work, Owned):
    """An archive that is compared with the journal, and what came of that.

    `key` is where the archive lies until it was read; `verdict` what `checking.said` made of it;
    `refused` the sentence for an archive that cannot be read at all.
    """

    class Reason(models.TextChoices):
        REFUSED = "refused", _("This file cannot be compared.")
        TRIED = "tried", _("It was begun several times and never came to its end.")
        BROKEN = "broken", _("Something went wrong here. Your journal and your file are as before.")

    bytes = models.PositiveBigIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=8, choices=Reason, blank=True)
    run = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    begun_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=120, blank=True)
    verdict = models.JSONField(null=True)
    refused = models.TextField(blank=True)

    class Meta:
        constraints = rules(
            "check", models.Q(verdict__isnull=False), models.Q(verdict__isnull=True)
        )
        indexes = [models.Index(fields=["owner", "-created_at"], name="check_newest")]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        """How far it is, and what came of it."""
        return address("transfer:check_detail", self.pk)
