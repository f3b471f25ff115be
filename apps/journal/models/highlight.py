"""A highlight: words of an entry that somebody marked, with what they think of them."""

from django.db import models
from django.db.models.functions import Length
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned, address
from apps.journal.highlighting import CONTEXT, QUOTE_LENGTH, Selector, Span, Stand, Standing
from apps.journal.models.entry import Entry
from apps.journal.models.revision import Revision

NOTE_LENGTH = 4_000


class Highlight(Owned):
    """Marked words, kept with the very text they were marked in, and where they stand by now.

    `start` and `occurrences` are of that text; `stands_from`, `stands_to` and `standing` of the
    entry's version `stands_in`, worked out whenever the entry settles (docs/highlights.md).
    """

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="highlights")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="highlights")
    quote = models.CharField(_("words"), max_length=QUOTE_LENGTH)
    prefix = models.CharField(max_length=CONTEXT, blank=True)
    suffix = models.CharField(max_length=CONTEXT, blank=True)
    start = models.PositiveIntegerField()
    occurrences = models.PositiveIntegerField()
    note = models.TextField(_("note"), blank=True)

    standing = models.CharField(
        max_length=8, choices=[(it.value, it.value) for it in Standing], default=Standing.SAME
    )
    stands_from = models.PositiveIntegerField()
    stands_to = models.PositiveIntegerField()
    stands_in = models.PositiveIntegerField()

    class Meta:
        verbose_name = _("highlight")
        verbose_name_plural = _("highlights")
        constraints = [
            # What will cite them points at this, so that no link can cross owners.
            models.UniqueConstraint(fields=["owner", "id"], name="highlight_of_owner"),
            models.UniqueConstraint(
                models.F("revision"), models.F("start"), Length("quote"), name="highlight_once"
            ),
            models.CheckConstraint(condition=~models.Q(quote=""), name="highlight_has_words"),
            models.CheckConstraint(
                condition=models.Q(occurrences__gte=1), name="highlight_words_stood_there"
            ),
            models.CheckConstraint(
                condition=models.Q(standing=Standing.GONE, stands_from=0, stands_to=0)
                | (
                    models.Q(standing__in=[Standing.SAME, Standing.CHANGED])
                    & models.Q(stands_from__lt=models.F("stands_to"))
                ),
                name="highlight_stands_somewhere_or_is_gone",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        """The page of its note."""
        return address("journal:highlight_detail", self.pk)

    @property
    def anchor(self) -> str:
        """The id of its words on the page of the entry."""
        return f"highlight-{self.pk}"

    @property
    def text_then(self) -> str:
        """The page of the text it was made in, beside what the entry says now."""
        return reverse("journal:revision_detail", args=[self.entry_id, self.revision_id])

    @property
    def selector(self) -> Selector:
        """What is known of the words."""
        return Selector(self.quote, self.prefix, self.suffix, self.start, self.occurrences)

    @property
    def stand(self) -> Stand:
        """Where they stood when that was last worked out."""
        return Stand(Standing(self.standing), Span(self.stands_from, self.stands_to))

    def stands(self, stand: Stand, version: int) -> None:
        """Take note of where the words stand in this version. The row is not saved."""
        self.standing = stand.standing
        self.stands_from, self.stands_to = stand.span
        self.stands_in = version
