"""A file that somebody brings, and which of its steps the job queue is at."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned, address
from apps.transfer.models.origin import NAME_LENGTH, SOURCE_LENGTH, Import
from apps.transfer.models.work import State, Work, rules


class Upload(Work, Owned):
    """A file on its way into the journal: looked at, read, let in, and perhaps taken back.

    Each step is worked at as an export is: `state`, `run`, `done` and `total` are those of the
    step. `key` is where the file lies until it came in; `forms` what it could be, `form` what it
    is taken for. What came of it is an Import; of an archive of our own, what `arriving.said` made.
    """

    class Step(models.TextChoices):
        LOOK = "look", _("Looked at")
        READ = "read", _("Read")
        APPLY = "apply", _("Let in")
        UNDO = "undo", _("Taken back")

    class Reason(models.TextChoices):
        UNKNOWN = "unknown", _("Nothing here knows what kind of journal this is.")
        REFUSED = "refused", _("This file cannot be brought in.")
        MOVED = "moved", _("It has come in or was taken back meanwhile. Look at it again.")
        ROOM = "room", _("There was no room for it. Try again later.")
        TRIED = "tried", _("It was begun several times and never came to its end.")
        BROKEN = "broken", _("Something went wrong here. Your journal is as it was before.")

    # As the person calls the file.
    name = models.CharField(max_length=NAME_LENGTH)
    bytes = models.PositiveBigIntegerField()
    step = models.CharField(max_length=5, choices=Step, default=Step.LOOK)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    reason = models.CharField(max_length=8, choices=Reason, blank=True)
    run = models.PositiveSmallIntegerField(default=0)
    done = models.PositiveBigIntegerField(default=0)
    total = models.PositiveBigIntegerField(default=0)
    begun_at = models.DateTimeField(null=True)
    key = models.CharField(max_length=120, blank=True)
    # The sentence for a file that cannot be read.
    refused = models.TextField(blank=True)

    forms = ArrayField(models.CharField(max_length=SOURCE_LENGTH), default=list)
    form = models.CharField(max_length=SOURCE_LENGTH, blank=True)
    # Where it was written, for what does not say.
    zone = models.CharField(max_length=64)
    # Of a table: what it was taken for and its first rows; what its owner said its columns are.
    table = models.JSONField(null=True)
    columns = models.JSONField(null=True)
    brought = models.OneToOneField(
        Import, null=True, on_delete=models.CASCADE, related_name="upload"
    )
    told = models.JSONField(null=True)

    class Meta:
        constraints = [
            *rules(
                "upload",
                models.Q(step="look")
                | models.Q(brought__isnull=False)
                | models.Q(step__in=["read", "apply"], told__isnull=False),
                models.Q(),
            ),
            models.CheckConstraint(
                condition=models.Q(step__in=["look", "read", "apply", "undo"]), name="upload_step"
            ),
            models.CheckConstraint(
                condition=models.Q(step="look") | ~models.Q(form=""), name="upload_form"
            ),
        ]
        indexes = [models.Index(fields=["owner", "-created_at"], name="upload_newest")]

    def __str__(self) -> str:
        return f"{self.step} {self.pk}"

    def get_absolute_url(self) -> str:
        """How far it is, and what came of it."""
        return address("transfer:import_detail", self.pk)

    @property
    def is_previewed(self) -> bool:
        """Whether it is known what would come in, and nothing has."""
        is_read = self.step == self.Step.READ and self.is_ready
        return is_read or (self.step == self.Step.APPLY and self.has_failed)

    @property
    def is_undone(self) -> bool:
        """Whether it came in and was taken back."""
        return self.step == self.Step.UNDO and self.is_ready

    @property
    def is_in(self) -> bool:
        """Whether it came in, and is here still."""
        is_done = self.step == self.Step.APPLY and self.is_ready
        return is_done or (self.step == self.Step.UNDO and not self.is_ready)

    def may(self, step: str) -> bool:
        """Whether this step can be the next one."""
        match step:
            case self.Step.READ:
                is_known = self.step == self.Step.LOOK and self.is_ready
                is_refused = self.step == self.Step.READ and self.has_failed
                return bool(self.key) and (is_known or is_refused or self.is_previewed)
            case self.Step.APPLY:
                return bool(self.key) and self.is_previewed
            case self.Step.UNDO:
                return self.is_in and not self.is_open and self.brought_id is not None
        return False
