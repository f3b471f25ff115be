"""What is known of rows that came from elsewhere: what was brought, and which it is here."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned
from apps.journal.models import Entry

TABLE_LENGTH = 40
SOURCE_LENGTH = 40
KEY_LENGTH = 200
NAME_LENGTH = 200
DIGEST_LENGTH = 64
BEGINNING_LENGTH = 80


class Origin(Owned):
    """A row that came out of an archive. Brought in again, the same archive adds nothing."""

    table = models.CharField(max_length=TABLE_LENGTH)
    was = models.UUIDField()
    became = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "table", "was"], name="origin_once"),
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.pk}"


class Brought(Owned):
    """Which entry of another journal an entry here came from, and what of it has no place here.

    `fingerprint` says what came in, so that the same is known again; `standing` how the entry
    stood then, so that it shows whether its owner has changed it since (`transfer.standing`).
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="brought")
    source = models.CharField(max_length=SOURCE_LENGTH)
    key = models.CharField(max_length=KEY_LENGTH)
    fingerprint = models.CharField(max_length=DIGEST_LENGTH)
    standing = models.CharField(max_length=DIGEST_LENGTH)
    # Every field of the other journal that has no column here, as it was.
    rest = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "source", "key"], name="brought_once"),
            models.CheckConstraint(
                condition=~models.Q(source="") & ~models.Q(key=""), name="brought_from_somewhere"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.source} {self.pk}"


class Import(Owned):
    """A file of another journal on its way into this one: read, applied in one go, undone."""

    class State(models.TextChoices):
        BEGUN = "begun", _("being read")
        READ = "read", _("ready to come in")
        APPLIED = "applied", _("came in")
        UNDONE = "undone", _("undone")
        FAILED = "failed", _("could not come in")

    source = models.CharField(max_length=SOURCE_LENGTH)
    # As the person calls the file.
    name = models.CharField(max_length=NAME_LENGTH)
    # Theirs, for what does not say one.
    zone = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State.choices, default=State.BEGUN)
    # Why it could not come in.
    reason = models.TextField(blank=True)
    # Of a table, what its columns are, where somebody said so (`sources.table.Columns`).
    columns = models.JSONField(null=True)

    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField(default=0)
    failed = models.PositiveIntegerField(default=0)
    attachments = models.PositiveIntegerField(default=0)
    first_on = models.DateField(null=True)
    last_on = models.DateField(null=True)
    # The fields that have no place here, and how many entries have each.
    unknown = models.JSONField(default=dict)
    # Of the tags, people and notebooks it makes: how many, and the first of their names.
    made = models.JSONField(default=dict)
    # Once it is undone: how many entries went, are as they were before, and stayed as they are.
    removed = models.PositiveIntegerField(default=0)
    restored = models.PositiveIntegerField(default=0)
    kept = models.PositiveIntegerField(default=0)

    begun_at = models.DateTimeField()
    applied_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [models.Index(fields=["owner", "-begun_at"], name="import_newest")]
        constraints = [
            # What outcomes point at, so that none can cross owners.
            models.UniqueConstraint(fields=["owner", "id"], name="import_of_owner"),
            models.CheckConstraint(condition=~models.Q(source=""), name="import_has_a_source"),
            models.CheckConstraint(
                condition=models.Q(state__in=["begun", "read"], applied_at=None, undone_at=None)
                | models.Q(state="failed", applied_at=None, undone_at=None)
                | models.Q(state="applied", applied_at__isnull=False, undone_at=None)
                | models.Q(state="undone", applied_at__isnull=False, undone_at__isnull=False),
                name="import_state_says_what_was_done",
            ),
            models.CheckConstraint(
                condition=models.Q(state="failed") & ~models.Q(reason="")
                | ~models.Q(state="failed") & models.Q(reason=""),
                name="import_says_why_it_failed",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def total(self) -> int:
        """How many entries the file has."""
        return self.created + self.updated + self.unchanged + self.skipped + self.failed


class Outcome(Owned):
    """What became of one entry of an import; before that is applied, what would become of it."""

    class Result(models.TextChoices):
        CREATED = "created", _("new")
        UPDATED = "updated", _("changed")
        UNCHANGED = "unchanged", _("here already")
        SKIPPED = "skipped", _("left out")
        FAILED = "failed", _("could not be read")

    part_of = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="outcomes")
    # Where it stands in the file, from 1.
    position = models.PositiveIntegerField()
    key = models.CharField(max_length=KEY_LENGTH, blank=True)
    # How it begins, so that somebody knows which it is.
    begins = models.CharField(max_length=BEGINNING_LENGTH, blank=True)
    local_date = models.DateField(null=True)
    result = models.CharField(max_length=9, choices=Result.choices)
    entry = models.ForeignKey(Entry, null=True, on_delete=models.SET_NULL, related_name="outcomes")
    # Why it was left out; or what did not come along with it.
    reasons = ArrayField(models.TextField(), default=list)
    # For undoing: how the entry stood when it had come in, and what it was before it was changed.
    standing = models.CharField(max_length=DIGEST_LENGTH, blank=True)
    was = models.JSONField(null=True)
    # Whether it stayed when the import was undone.
    stayed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "part_of", "position"], name="outcome_one"),
            models.CheckConstraint(
                condition=models.Q(
                    result__in=["created", "updated", "unchanged", "skipped", "failed"]
                ),
                name="outcome_result_known",
            ),
            models.CheckConstraint(
                condition=models.Q(result__in=["created", "updated", "unchanged"])
                | models.Q(reasons__len__gt=0),
                name="outcome_says_why_not",
            ),
            models.CheckConstraint(
                condition=~models.Q(result="failed") | models.Q(entry=None),
                name="outcome_failed_is_no_entry",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.position} {self.result}"
