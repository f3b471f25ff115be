"""Ways into the journal from outside the pages: tokens for programs, an address for mail."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned
from apps.journal.models import Entry

NAME_LENGTH = 80
KEY_LENGTH = 255


class AccessToken(Owned):
    """A key that a program shows instead of a log-in. What it is made of is in `tokens`.

    Only its digest is kept, so that nobody who reads the database can use it; `shown` is its
    beginning, by which its owner tells it from others.
    """

    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    shown = models.CharField(max_length=12, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    can_read = models.BooleanField(default=False)
    can_write = models.BooleanField(default=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    # A day and no moment: it is written once a day, and says less about when somebody writes.
    used_on = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("access token")
        verbose_name_plural = _("access tokens")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(can_read=True) | models.Q(can_write=True),
                name="access_token_may_something",
            ),
            models.CheckConstraint(condition=~models.Q(name=""), name="access_token_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.shown

    def is_expired(self, now: datetime) -> bool:
        """Whether its time is over."""
        return self.expires_at is not None and self.expires_at <= now


class KeptAnswer(Owned):
    """What a request with an `Idempotency-Key` was answered, for whoever sends it again.

    Answers to writing hold ids, days and numbers; never what was written. A row goes after a day.
    """

    key = models.CharField(max_length=KEY_LENGTH)
    fingerprint = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    answer = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="kept_answer_once"),
        ]
        indexes = [models.Index(fields=["created_at"], name="kept_answer_oldest")]

    def __str__(self) -> str:
        return str(self.pk)


class MailAddress(Owned):
    """The secret address at which mail becomes entries of its owner; one at most.

    It is shown again whenever they ask, so it is kept sealed (`accounts.keys`); what arrives is
    looked up by `digest`, for which no key is needed: what is digested cannot be guessed.
    """

    digest = models.CharField(max_length=64, unique=True)
    sealed = models.TextField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner"], name="mail_address_one_each"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ReceivedMail(Owned):
    """A mail that came, and what became of it. Goes after a month; its entry stays.

    `digest` stands for its Message-ID: a mail that is delivered twice makes one entry.
    """

    class Outcome(models.TextChoices):
        KEPT = "kept", _("Became an entry")
        PARTLY = "partly", _("Became an entry, without some of its files")
        EMPTY = "empty", _("There was nothing in it")
        TOO_MANY = "too-many", _("Not taken: too many mails in an hour")

    digest = models.CharField(max_length=64)
    arrived_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=Outcome)
    # What its From line says, which anybody can write there: for the owner to look at.
    sender = models.CharField(max_length=254, blank=True)
    # [name, why] of each file that could not be kept.
    left_out = models.JSONField(default=list)
    entry = models.ForeignKey(Entry, null=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "digest"], name="received_mail_once"),
        ]
        indexes = [
            models.Index(fields=["owner", "-arrived_at"], name="received_mail_newest"),
            models.Index(fields=["arrived_at"], name="received_mail_oldest"),
        ]

    def __str__(self) -> str:
        return f"{self.arrived_at:%Y-%m-%d %H:%M}"
