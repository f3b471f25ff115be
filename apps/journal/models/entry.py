"""An entry: what somebody wrote, on which day of theirs."""

from datetime import date, datetime, timedelta
from typing import Self

from django.db import models
from django.db.models.functions import ExtractDay, ExtractMonth
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned, OwnedQuerySet, address
from apps.core.periods import FIRST_DAY, LAST_DAY, zone
from apps.core.text import Mark, marked_html, stored_html
from apps.journal.models.notebook import Notebook

TITLE_LENGTH = 200
BODY_LENGTH = 200_000
# A writer who comes back after this rest begins a new sitting: the text of the last one is kept.
SITTING_REST = timedelta(minutes=10)
TRASH_KEPT = timedelta(days=30)


class EntryQuerySet(OwnedQuerySet["Entry"]):
    """Entries, in the words pages ask for them."""

    def kept(self) -> Self:
        """Those not in the trash."""
        return self.filter(trashed_at=None)

    def trashed(self) -> Self:
        """Those in the trash, last thrown away first."""
        return self.exclude(trashed_at=None).order_by("-trashed_at", "-id")

    def on(self, day: date) -> Self:
        """Those of one day, as the person's own calendar has it."""
        return self.filter(local_date=day)

    def within(self, first: date, last: date) -> Self:
        """Those from `first` to `last`, both included."""
        return self.filter(local_date__range=(first, last))

    def newest_first(self) -> Self:
        """By day, then by the moment, latest at the top: the order of the journal."""
        return self.order_by("-local_date", "-occurred_at", "-id")

    def before(self, entry: "Entry") -> Self:
        """Those that follow this entry in the order of the journal: the next page begins there."""
        earlier = models.Q(local_date__lt=entry.local_date)
        same_day = models.Q(local_date=entry.local_date)
        sooner = models.Q(occurred_at__lt=entry.occurred_at)
        same_time = models.Q(occurred_at=entry.occurred_at, id__lt=entry.id)
        return self.filter(local_date__lte=entry.local_date).filter(
            earlier | same_day & (sooner | same_time)
        )

    def as_rows(self, *more: str) -> Self:
        """Rows for the thread: what it shows, `more` fields and nothing else.

        Of the five instants of an entry it needs one, and reading an instant is slow.
        """
        return self.only(
            "owner_id",
            "title",
            "opening_html",
            "is_whole",
            "word_count",
            "local_date",
            "occurred_at",
            "time_zone",
            "time_known",
            "starred",
            "mood",
            "attached",
            *more,
        )

    def with_answered(self) -> Self:
        """With the entry that each answers, as a list shows it."""
        return self.select_related("answers").defer("answers__body", "answers__body_html")

    def without_text(self) -> Self:
        """Rows for lists, which show the opening and leave the rest in the database."""
        return self.defer("body", "body_html")


class Entry(Owned):
    """Markdown text of one sitting or several, on one day.

    `local_date` is the day the person means, and is never computed again from `occurred_at`;
    `version` grows by one with each change and is what two tabs compare (drafting.save).
    """

    class Scale(models.IntegerChoices):
        LOWEST = -2
        LOW = -1
        MIDDLE = 0
        HIGH = 1
        HIGHEST = 2

    title = models.CharField(_("title"), max_length=TITLE_LENGTH, blank=True)
    body = models.TextField(_("text"), blank=True)
    body_html = models.TextField(blank=True, editable=False)
    opening_html = models.TextField(blank=True, editable=False)
    is_whole = models.BooleanField(default=True, editable=False)
    word_count = models.PositiveIntegerField(default=0, editable=False)

    local_date = models.DateField(_("day"))
    occurred_at = models.DateTimeField()
    time_zone = models.CharField(max_length=64)
    # Of what came from elsewhere sometimes only the day is known; then `occurred_at` is its noon,
    # for the order of the day, and no page shows it.
    time_known = models.BooleanField(default=True, db_default=True, editable=False)

    # None is the journal itself, which is everybody's first notebook.
    notebook = models.ForeignKey(
        Notebook, null=True, blank=True, on_delete=models.SET_NULL, related_name="entries"
    )
    # A layer: written today about an old entry, whose own text is left alone.
    answers = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.SET_NULL, related_name="layers"
    )
    comes_back = models.BooleanField(default=True)

    # What is attached, as lists show it: how many of each kind, and the first pictures with their
    # measures. Kept by apps.journal.uploads, so that a page of entries asks for no file.
    attached = models.JSONField(
        default=dict, db_default=models.Value({}, models.JSONField()), editable=False
    )
    starred = models.BooleanField(_("starred"), default=False)
    # The day of the year as 1231, for what was written on this day in all years.
    month_day = models.GeneratedField(
        expression=ExtractMonth("local_date") * 100 + ExtractDay("local_date"),
        output_field=models.SmallIntegerField(),
        db_persist=True,
    )
    mood = models.SmallIntegerField(_("mood"), null=True, blank=True)
    energy = models.SmallIntegerField(_("energy"), null=True, blank=True)

    version = models.PositiveIntegerField(default=1, editable=False)
    saved_at = models.DateTimeField(editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    trashed_at = models.DateTimeField(null=True, editable=False)

    # Who saved last: an open page, the number of its last save, and the version it began from.
    writer = models.UUIDField(null=True, editable=False)
    writer_sequence = models.PositiveIntegerField(default=0, editable=False)
    writer_began_at = models.PositiveIntegerField(default=0, editable=False)

    objects = EntryQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("entry")
        verbose_name_plural = _("entries")
        indexes = [
            models.Index(
                fields=["owner", "-local_date", "-occurred_at", "-id"],
                name="entry_newest",
                condition=models.Q(trashed_at=None),
            ),
            models.Index(
                fields=["owner", "month_day", "-local_date", "-occurred_at", "-id"],
                name="entry_on_this_day",
                condition=models.Q(trashed_at=None),
            ),
            models.Index(
                fields=["owner", "notebook", "-local_date", "-occurred_at", "-id"],
                name="entry_in_notebook",
                condition=models.Q(trashed_at=None, notebook__isnull=False),
            ),
            models.Index(
                fields=["owner", "-local_date", "-occurred_at", "-id"],
                name="entry_with_photos",
                condition=models.Q(trashed_at=None, attached__has_key="photo"),
            ),
            models.Index(
                fields=["owner", "-trashed_at"],
                name="entry_trash",
                condition=~models.Q(trashed_at=None),
            ),
        ]
        constraints = [
            # What rows of other tables point at, so that no link can cross owners.
            models.UniqueConstraint(fields=["owner", "id"], name="entry_of_owner"),
            models.CheckConstraint(
                condition=models.Q(mood=None) | models.Q(mood__range=(-2, 2)),
                name="entry_mood_range",
            ),
            models.CheckConstraint(
                condition=models.Q(energy=None) | models.Q(energy__range=(-2, 2)),
                name="entry_energy_range",
            ),
            models.CheckConstraint(
                condition=models.Q(local_date__range=(FIRST_DAY, LAST_DAY)),
                name="entry_local_date_range",
            ),
            models.CheckConstraint(
                condition=models.Q(version__gte=1)
                & models.Q(writer_began_at__lte=models.F("version")),
                name="entry_version_counts",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.local_date:%Y-%m-%d}"

    def get_absolute_url(self) -> str:
        """The entry's own page."""
        return address("journal:entry_detail", self.pk)

    @property
    def html(self) -> SafeString:
        """The whole text, to be shown."""
        return stored_html(self.body_html)

    def marked(self, marks: list[Mark]) -> SafeString:
        """The whole text, to be shown with marks around some of its words."""
        return marked_html(self.body_html, marks)

    @property
    def opening(self) -> SafeString:
        """The first blocks of the text, to be shown in lists."""
        return stored_html(self.opening_html)

    @cached_property
    def wall_time(self) -> datetime | None:
        """What the wall clock showed while this was written; None where that is not known.

        So it is where the day was moved. A night owl's day ends after midnight, so the clock may
        already be in the next day.
        """
        if not self.time_known:
            return None
        wall = self.occurred_at.astimezone(zone(self.time_zone))
        return wall if 0 <= (wall.date() - self.local_date).days <= 1 else None

    def is_open(self, now: datetime) -> bool:
        """Whether its writer is still at it: not closed, and saved within the rest of a sitting."""
        return self.closed_at is None and now - self.saved_at < SITTING_REST
