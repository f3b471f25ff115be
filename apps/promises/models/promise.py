"""A promise: who owes what to whom, and where the conversation about it stands."""

from datetime import date, datetime
from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned, OwnedQuerySet, address
from apps.people.models import Concern, Person
from apps.promises.dueness import day_of_due, wall_of_due
from apps.promises.needs import need_in_sql
from apps.promises.states import BINDING, BOUND, Facts, Role, State

WHAT_LENGTH = 300


class Side(models.TextChoices):
    """Which end of it the owner of the record holds."""

    GIVEN = "given", _("I promise somebody")
    ASKED = "asked", _("Somebody promises me")
    OWN = "own", _("I promise myself")


class Kind(models.TextChoices):
    """What one is bound to (Ing 2008: the four kinds of obligation)."""

    PRODUCE = "produce", _("to hand something over")
    PROCESS = "process", _("to do it in a certain way")
    CAPABILITY = "capability", _("to be able and ready")
    RELATIONSHIP = "relationship", _("to be there for somebody")


def _names(*states: State) -> list[str]:
    """States as they are written in the database, for constraints."""
    return [state.value for state in states]


# Without values, so that the database can tell from a statement it keeps that an index holds all.
MAY_BE_WANTED = models.Q(
    models.Q(ended_at=None) | models.Q(ask_again_on__isnull=False), hidden_at=None
)


class PromiseQuerySet(OwnedQuerySet["Promise"]):
    """Promises, in the words pages ask for them."""

    def shown(self) -> Self:
        """Those that were not put out of sight."""
        return self.filter(hidden_at=None)

    def in_states(self, *states: State) -> Self:
        """Those in one of these states."""
        return self.filter(state__in=states)

    def owed_by_owner(self) -> Self:
        """What the owner is to deliver: to others and to themselves."""
        return self.filter(side__in=[Side.GIVEN, Side.OWN]).in_states(State.ACTIVE, State.OVERDUE)

    def with_person(self) -> Self:
        """With whoever is at the other end."""
        return self.select_related("person")

    def with_all(self) -> Self:
        """With them, and with what matters to them."""
        return self.select_related("person", "concern")


class Promise(Owned):
    """A promise, seen from its owner's side.

    `state` and what follows it are a cache of the ledger (`Event`), kept by `apps.promises.moving`
    under a lock, and built again by `manage.py replay_promises`. What was agreed is in `Terms`.
    """

    side = models.CharField(_("who promises"), max_length=5, choices=Side)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind, default=Kind.PRODUCE)
    # None for a promise to oneself, and for somebody who asked to be forgotten (`erased_at`).
    person = models.ForeignKey(
        Person, null=True, blank=True, on_delete=models.RESTRICT, related_name="promises"
    )
    erased_at = models.DateTimeField(null=True, editable=False)
    # What they said matters to them, that this is for.
    concern = models.ForeignKey(
        Concern, null=True, blank=True, on_delete=models.SET_NULL, related_name="promises"
    )

    state = models.CharField(max_length=11, choices=[(it.value, it.value) for it in State])
    seq = models.PositiveIntegerField(default=0)
    # The terms on the table, and the last that both agreed to.
    version = models.PositiveIntegerField(default=1)
    agreed_version = models.PositiveIntegerField(null=True)
    # Who proposed the change that is open; "" where none is.
    amendment_by = models.CharField(
        max_length=9, blank=True, choices=[(it.value, it.value) for it in Role]
    )

    # What it needs of its owner (`needs.need_of`), for asking; a row that was just moved must be
    # read again before it is shown from here.
    need = models.GeneratedField(
        expression=need_in_sql(), output_field=models.CharField(max_length=8), db_persist=True
    )

    # Of the terms in force, for lists: what, and when. A day ends in the moment it is over.
    what = models.CharField(_("what"), max_length=WHAT_LENGTH)
    due_at = models.DateTimeField(null=True)
    due_precision = models.CharField(max_length=4, default="day")
    due_zone = models.CharField(max_length=64, default="UTC")
    answer_by = models.DateTimeField(null=True)
    assess_by = models.DateTimeField(null=True)
    agreed_at = models.DateTimeField(null=True)
    delivered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    moved_at = models.DateTimeField()
    # What was promised aloud and entered long after, or when it was done already: in no figure.
    is_retro = models.BooleanField(default=False)
    holds = models.PositiveSmallIntegerField(default=0)
    # The other party agreed to be asked again on this day what it made possible.
    ask_again_on = models.DateField(null=True)
    hidden_at = models.DateTimeField(null=True)

    # Seen by nobody but the owner.
    is_chosen = models.BooleanField(_("I could have said no"), null=True)
    confidence = models.PositiveSmallIntegerField(_("confidence"), null=True)
    if_then = models.TextField(_("if something gets in the way, then"), blank=True)

    objects = PromiseQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        indexes = [
            models.Index(fields=["owner", "state", "due_at"], name="promise_by_state"),
            models.Index(fields=["owner", "person", "state"], name="promise_by_person"),
            models.Index(fields=["owner", "-moved_at", "-id"], name="promise_last_moved"),
            models.Index(fields=["owner", "due_at"], name="promise_due"),
            # What is under way, which is little in a long life.
            models.Index(
                fields=["owner", "state"],
                name="promise_under_way",
                condition=models.Q(ended_at=None, hidden_at=None),
            ),
            # And what may be wanted on a day: that, and whom one may ask again.
            models.Index(
                fields=["owner", "need", "due_at"], name="promise_wanted", condition=MAY_BE_WANTED
            ),
            models.Index(
                fields=["owner", "-moved_at", "-id"],
                name="promise_ended",
                condition=models.Q(ended_at__isnull=False, hidden_at=None),
            ),
            # What the clock looks for, whoever it belongs to.
            models.Index(
                fields=["answer_by"],
                name="promise_unanswered",
                condition=models.Q(state__in=_names(State.REQUESTED, State.OFFERED)),
            ),
            models.Index(
                fields=["due_at"],
                name="promise_falling_due",
                condition=models.Q(state__in=_names(State.ACTIVE, State.OVERDUE)),
            ),
            models.Index(
                fields=["assess_by"],
                name="promise_unassessed",
                condition=models.Q(state=State.DELIVERED.value),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["owner", "id"], name="promise_of_owner"),
            models.CheckConstraint(condition=~models.Q(what=""), name="promise_says_what"),
            models.CheckConstraint(
                condition=models.Q(side=Side.OWN, person=None, erased_at=None)
                | models.Q(side__in=[Side.GIVEN, Side.ASKED], person__isnull=False, erased_at=None)
                | models.Q(side__in=[Side.GIVEN, Side.ASKED], person=None, erased_at__isnull=False),
                name="promise_has_another_end",
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=_names(*BOUND, State.KEPT, State.UNHEARD))
                | models.Q(
                    due_at__isnull=False, agreed_version__isnull=False, agreed_at__isnull=False
                ),
                name="promise_agreed_has_a_due_moment",
            ),
            models.CheckConstraint(
                condition=~models.Q(state=State.DELIVERED.value)
                | models.Q(delivered_at__isnull=False, assess_by__isnull=False),
                name="promise_delivered_waits_for_a_word",
            ),
            models.CheckConstraint(
                condition=models.Q(amendment_by="") | models.Q(state__in=_names(*BINDING)),
                name="promise_changes_while_it_binds",
            ),
            models.CheckConstraint(
                condition=models.Q(confidence=None) | models.Q(confidence__range=(1, 5)),
                name="promise_confidence_range",
            ),
            models.CheckConstraint(condition=models.Q(holds__lte=2), name="promise_held_twice"),
        ]

    def __str__(self) -> str:
        return self.what

    def get_absolute_url(self) -> str:
        """The promise's own page."""
        return address("promises:promise_detail", self.pk)

    @property
    def owner_roles(self) -> frozenset[Role]:
        """Which of the two parties its owner is: both, in a promise to oneself."""
        return {
            Side.GIVEN: frozenset({Role.PROMISER}),
            Side.ASKED: frozenset({Role.RECIPIENT}),
            Side.OWN: frozenset({Role.PROMISER, Role.RECIPIENT}),
        }[Side(self.side)]

    @property
    def guest_role(self) -> Role | None:
        """The party at the other end; None in a promise to oneself."""
        return {Side.GIVEN: Role.RECIPIENT, Side.ASKED: Role.PROMISER, Side.OWN: None}[
            Side(self.side)
        ]

    @property
    def is_to_self(self) -> bool:
        """Whether it was made to oneself: in the same register, and in no figure of trust."""
        return self.side == Side.OWN

    @property
    def due_on(self) -> date | None:
        """The last day on which it is in time, on the calendar of its zone."""
        return day_of_due(self.due_at, self.due_precision, self.due_zone)

    @property
    def due_wall(self) -> datetime | None:
        """What the clock shows in its zone at the due moment; None where only a day was said."""
        return wall_of_due(self.due_at, self.due_precision, self.due_zone)

    def is_due(self, now: datetime) -> bool:
        """Whether its due moment has passed."""
        return self.due_at is not None and now > self.due_at

    def facts(self, now: datetime, *, waits: bool = False) -> Facts:
        """What the table of moves needs to know. `waits`: the terms wait for a condition."""
        by = Role(self.amendment_by) if self.amendment_by else None
        return Facts(amendment_by=by, waits=waits, is_due=self.is_due(now))
