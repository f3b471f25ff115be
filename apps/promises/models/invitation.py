"""The other person's way in without an account, the letters sent to them, and who wants none."""

from datetime import datetime

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned
from apps.people.models import Person
from apps.promises.models.promise import Promise

MOST_NUDGES = 2


class Purpose(models.TextChoices):
    """What a link is for; each can be taken back by itself."""

    ANSWER = "answer", _("to answer")
    AMEND = "amend", _("to speak about changes")
    ASSESS = "assess", _("to say whether it helped")


class Invitation(Owned):
    """A link for one person, one promise and one purpose.

    `digest` is the SHA-256 of the random number in it; `sealed` lets the owner copy it again, and
    is unreadable without the key of the server (apps.promises.inviting). Nobody is left in
    `person` once they asked to be forgotten.
    """

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="invitations")
    person = models.ForeignKey(
        Person, null=True, on_delete=models.CASCADE, related_name="invitations"
    )
    purpose = models.CharField(max_length=6, choices=Purpose)
    digest = models.CharField(max_length=64, unique=True)
    sealed = models.TextField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    last_used_at = models.DateTimeField(null=True)
    # The owner ticked that letters go out from here: to this address, which only the server can
    # read, in this language. The digest finds every link that writes to an address.
    by_mail = models.BooleanField(default=False)
    sealed_email = models.TextField(blank=True)
    email_digest = models.CharField(max_length=32, blank=True)
    language = models.CharField(max_length=10, blank=True)
    # Replies go to the owner's own address.
    names_owner = models.BooleanField(default=False)
    # What the other person said about the link itself: no letters; this is not meant for me.
    no_letters_at = models.DateTimeField(null=True)
    disowned_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "id"], name="invitation_of_owner"),
            models.UniqueConstraint(
                fields=["promise", "purpose"],
                name="invitation_one_at_a_time",
                condition=models.Q(revoked_at=None),
            ),
            models.CheckConstraint(
                condition=models.Q(by_mail=False)
                | (~models.Q(sealed_email="") & ~models.Q(email_digest="")),
                name="invitation_by_mail_has_an_address",
            ),
        ]
        indexes = [
            models.Index(
                fields=["email_digest"],
                name="invitation_by_address",
                condition=~models.Q(email_digest=""),
            ),
            models.Index(
                fields=["purpose"],
                name="invitation_to_nudge",
                condition=models.Q(by_mail=True, revoked_at=None),
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def is_open(self, now: datetime) -> bool:
        """Whether it still lets somebody in."""
        return self.revoked_at is None and now < self.expires_at


class Letter(Owned):
    """That a letter went out: the first (0), or the first or second nudge after it. Never more."""

    invitation = models.ForeignKey(Invitation, on_delete=models.CASCADE, related_name="letters")
    number = models.PositiveSmallIntegerField()
    sent_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["invitation", "number"], name="letter_sent_once"),
            models.CheckConstraint(
                condition=models.Q(number__lte=MOST_NUDGES), name="letter_two_nudges_at_most"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invitation_id} {self.number}"


class OptOut(models.Model):
    """An address that is never written to again from here, whoever asks.

    Kept as a keyed digest, so that the address is not kept; of nobody's account, so that it holds
    for all of them.
    """

    digest = models.CharField(max_length=32, primary_key=True)
    made_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest
