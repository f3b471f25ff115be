"""A sitting: one session, sat by one person at one time, and what they answered."""

from typing import Any, Self
from uuid import UUID, uuid5

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned, OwnedQuerySet, address
from apps.core.periods import FIRST_DAY, LAST_DAY
from apps.journal.models import Entry
from apps.people.models import Person
from apps.promises.models import Promise
from apps.sittings.models.own import OwnSession
from apps.sittings.sessions import Kind, Makes


class SittingQuerySet(OwnedQuerySet["Sitting"]):
    """Sittings, in the words pages ask for them."""

    def under_way(self) -> Self:
        """Those that can be gone on with, the last one first."""
        return self.filter(state=Sitting.State.OPEN).order_by("-last_at", "-id")

    def over(self) -> Self:
        """Those that came to an end or were let go, the newest first."""
        return self.exclude(state=Sitting.State.OPEN).order_by("-began_at", "-id")


class Sitting(Owned):
    """A session under way, ended, or let go.

    While it is open its words are in its answers alone; when it ends they become an entry, and the
    answers stay beside it. It goes when its entry is erased: no word outlives that.
    """

    class State(models.TextChoices):
        OPEN = "open"
        ENDED = "ended"
        LET_GO = "let_go"

    session_key = models.CharField(max_length=64)
    session_version = models.PositiveIntegerField(default=1)
    # Its name as it was shown when it began.
    name = models.CharField(max_length=200)
    own = models.ForeignKey(
        OwnSession, null=True, on_delete=models.SET_NULL, related_name="sittings"
    )
    # What it is about, where it was begun from there.
    promise = models.ForeignKey(
        Promise, null=True, on_delete=models.SET_NULL, related_name="sittings"
    )
    person = models.ForeignKey(
        Person, null=True, on_delete=models.SET_NULL, related_name="sittings"
    )
    state = models.CharField(max_length=6, choices=State, default=State.OPEN)
    # The page it stands at: "step", or "step.item" where a step is asked once for each.
    place = models.CharField(max_length=140, blank=True)
    began_at = models.DateTimeField()
    last_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    local_date = models.DateField()
    time_zone = models.CharField(max_length=64)
    seconds = models.PositiveIntegerField(default=0)
    entry = models.OneToOneField(Entry, null=True, on_delete=models.CASCADE, related_name="sitting")
    # The one promise to oneself that came of it, if any.
    commitment = models.ForeignKey(
        Promise, null=True, on_delete=models.SET_NULL, related_name="came_of"
    )

    objects = SittingQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("sitting")
        verbose_name_plural = _("sittings")
        indexes = [
            models.Index(fields=["owner", "-began_at", "-id"], name="sitting_newest"),
            models.Index(
                fields=["owner", "-last_at"],
                name="sitting_under_way",
                condition=models.Q(state="open"),
            ),
            models.Index(
                fields=["owner", "session_key", "-ended_at"],
                name="sitting_last_of_kind",
                condition=models.Q(state="ended"),
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["owner", "id"], name="sitting_of_owner"),
            models.CheckConstraint(
                condition=models.Q(state__in=["open", "ended", "let_go"]),
                name="sitting_state_known",
            ),
            models.CheckConstraint(
                condition=models.Q(state="open", ended_at=None)
                | (~models.Q(state="open") & models.Q(ended_at__isnull=False)),
                name="sitting_ended_at_some_time",
            ),
            models.CheckConstraint(
                condition=models.Q(state="ended") | models.Q(entry=None, commitment=None),
                name="sitting_makes_when_it_ends",
            ),
            models.CheckConstraint(
                condition=models.Q(last_at__gte=models.F("began_at")),
                name="sitting_last_after_it_began",
            ),
            models.CheckConstraint(
                condition=models.Q(local_date__range=(FIRST_DAY, LAST_DAY)),
                name="sitting_local_date_range",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.session_key} {self.local_date:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """Its own page."""
        return address("sittings:sitting_detail", self.pk)

    @property
    def is_open(self) -> bool:
        """Whether it can be gone on with."""
        return self.state == self.State.OPEN

    @property
    def is_ended(self) -> bool:
        """Whether it came to its end."""
        return self.state == self.State.ENDED

    @property
    def minutes(self) -> int:
        """The minutes that were spent with it, whole ones."""
        return self.seconds // 60


def answer_id(sitting: UUID, place: str) -> UUID:
    """The id of the answer at a place: a first save that is repeated still makes one row."""
    return uuid5(sitting, place)


class Answer(Owned):
    """What was answered on one page of a sitting.

    `text` holds words, `value` everything else, in the form of its kind (apps.sittings.answers).
    The four columns at the end are those an entry has: who saved last, under which rules of
    `drafting.judge`.
    """

    sitting = models.ForeignKey(Sitting, on_delete=models.CASCADE, related_name="answers")
    step = models.CharField(max_length=64)
    # Of a step that is asked once for each: which one. The id of what was picked, or a number.
    item = models.CharField(max_length=64, blank=True)
    kind = models.CharField(max_length=9)
    # As it was asked, so that the answer can be read when the session is another.
    question = models.TextField()
    text = models.TextField(blank=True)
    value = models.JSONField(default=dict)
    # What it became at the end; "" for what is only to be read.
    made = models.CharField(max_length=16, blank=True)

    saved_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)
    writer = models.UUIDField(null=True)
    writer_sequence = models.PositiveIntegerField(default=0)
    writer_began_at = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = _("answer")
        verbose_name_plural = _("answers")
        constraints = [
            models.UniqueConstraint(
                fields=["sitting", "step", "item"], name="answer_one_a_question"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=[kind.value for kind in Kind]),
                name="answer_kind_known",
            ),
            models.CheckConstraint(
                condition=models.Q(made__in=["", *(it.value for it in Makes)]),
                name="answer_made_known",
            ),
            models.CheckConstraint(
                condition=models.Q(version__gte=1)
                & models.Q(writer_began_at__lte=models.F("version")),
                name="answer_version_counts",
            ),
        ]

    def __str__(self) -> str:
        return self.place

    @property
    def place(self) -> str:
        """The page it was given on."""
        return f"{self.step}.{self.item}" if self.item else self.step

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said."""
        return not self.text.strip() and not _values(self.value)


def _values(value: Any) -> list[Any]:
    found = list(value.values()) if isinstance(value, dict) else [value]
    return [it for it in found if it not in (None, "", [])]
