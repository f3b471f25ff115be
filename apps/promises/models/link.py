"""How promises hang together: parts, delegation, waiting, successors, repairs."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned
from apps.promises.models.promise import Promise


class PromiseLink(Owned):
    """A directed link. No chain of one kind leads back to itself: a trigger sees to it (0002)."""

    class Kind(models.TextChoices):
        PART_OF = "part_of", _("is part of")
        DELEGATED_FROM = "delegated_from", _("was asked for the sake of")
        DEPENDS_ON = "depends_on", _("waits for")
        SUCCEEDS = "succeeds", _("takes the place of")
        REPAIRS = "repairs", _("makes good")
        ENABLES = "enables", _("made possible")

    class Until(models.TextChoices):
        DELIVERED = "delivered", _("until it is done")
        KEPT = "kept", _("until they are satisfied")

    kind = models.CharField(max_length=14, choices=Kind)
    source = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="links")
    target = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="links_back")
    # Of a part: whether the whole is not done without it, unless that is waived with a note.
    is_must = models.BooleanField(default=True)
    is_waived = models.BooleanField(default=False)
    # The owner's words: why it is waived, why one takes the place of another; of what makes good,
    # that it was not kept, and what that cost the other.
    note = models.TextField(blank=True)
    cost = models.TextField(blank=True)
    # Of waiting: what is waited for.
    until = models.CharField(max_length=9, choices=Until, blank=True)

    class Meta:
        indexes = [models.Index(fields=["target", "kind"], name="promiselink_back")]
        constraints = [
            models.UniqueConstraint(fields=["source", "kind", "target"], name="promiselink_once"),
            models.CheckConstraint(
                condition=~models.Q(source=models.F("target")), name="promiselink_to_another"
            ),
            models.CheckConstraint(
                condition=models.Q(kind="depends_on", until__in=["delivered", "kept"])
                | (~models.Q(kind="depends_on") & models.Q(until="")),
                name="promiselink_waits_for_something",
            ),
            models.CheckConstraint(
                condition=models.Q(is_waived=False)
                | (models.Q(kind="part_of") & ~models.Q(note="")),
                name="promiselink_waived_with_a_note",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source_id} {self.kind} {self.target_id}"
