"""The ledger: what was said, by whom, when and in which words. Rows are written once."""

from django.conf import settings
from django.db import models

from apps.core.models import Owned
from apps.people.models import Person
from apps.promises.models.promise import Promise
from apps.promises.states import Move, Role, State


class Via(models.TextChoices):
    """How it reached the ledger. What somebody is reported to have said they did not confirm."""

    ACCOUNT = "account"
    LINK = "link"
    REPORTED = "reported"
    SYSTEM = "system"


class Event(Owned):
    """One move. Triggers refuse to change it and to delete it while its owner stays.

    Only who it points at may follow a merged or forgotten person, and its words may be erased as
    a whole (`erased_at`): the fact, its order and its day stay (migration 0002).
    """

    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="events")
    seq = models.PositiveIntegerField()
    move = models.CharField(max_length=13, choices=[(it.value, it.value) for it in Move])
    # "" for the first.
    from_state = models.CharField(max_length=11, blank=True)
    to_state = models.CharField(max_length=11, choices=[(it.value, it.value) for it in State])
    role = models.CharField(max_length=9, choices=[(it.value, it.value) for it in Role])
    actor_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.CASCADE, related_name="+"
    )
    actor_person = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, related_name="promise_events"
    )
    via = models.CharField(max_length=8, choices=Via)
    said_at = models.DateTimeField()
    recorded_at = models.DateTimeField()
    terms_version = models.PositiveIntegerField(null=True)
    # Which link was used; it may be gone by now.
    invitation_id = models.UUIDField(null=True)
    # What both may read, and what only the owner may.
    note = models.TextField(blank=True)
    private_note = models.TextField(blank=True)
    payload = models.JSONField(default=dict)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promise", "seq"], name="event_in_order"),
            models.CheckConstraint(condition=models.Q(seq__gte=1), name="event_counts_from_one"),
            models.CheckConstraint(
                condition=models.Q(via=Via.SYSTEM, role=Role.CLOCK.value)
                | (~models.Q(via=Via.SYSTEM) & ~models.Q(role=Role.CLOCK.value)),
                name="event_of_the_clock_or_of_somebody",
            ),
            models.CheckConstraint(
                condition=models.Q(said_at__lte=models.F("recorded_at")),
                name="event_said_before_recorded",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.seq} {self.move}"
