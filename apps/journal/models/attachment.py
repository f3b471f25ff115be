"""A file that belongs to an entry: a photo, a recording, a PDF, or anything else."""

from typing import NamedTuple, Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned, OwnedQuerySet, address
from apps.core.periods import FIRST_DAY, LAST_DAY
from apps.journal.models.entry import Entry

NAME_LENGTH = 200
ALT_LENGTH = 1_000
# The longest sides a picture is made in: for a grid, for the column of a page, for a whole screen.
BOXES = (480, 1200, 2400)
GRID, COLUMN, SCREEN = BOXES


class Size(NamedTuple):
    """A picture made for the screen: the box it was fitted into, and its own measures in pixels."""

    box: int
    width: int
    height: int


class AttachmentQuerySet(OwnedQuerySet["Attachment"]):
    """Attachments, in the words pages ask for them."""

    def kept(self) -> Self:
        """Those that were not removed."""
        return self.filter(removed_at=None)

    def photos(self) -> Self:
        """Pictures."""
        return self.filter(kind=Attachment.Kind.PHOTO)

    def in_order(self) -> Self:
        """As they stand in their entry."""
        return self.order_by("position", "id")


class Attachment(Owned):
    """One file of an entry, and what its bytes say about it.

    The bytes lie in Django's storage under `key`, which is made here and says nothing; the name
    that somebody gave is only ever shown. What pages show of a picture are sizes made from its
    pixels alone, under `size_key`; the file itself is only sent to whoever asks to download it.
    """

    class Kind(models.TextChoices):
        PHOTO = "photo", _("Photo")
        AUDIO = "audio", _("Recording")
        PDF = "pdf", _("PDF")
        FILE = "file", _("File")

    class State(models.TextChoices):
        """How far the sizes of a picture are."""

        NONE = "none"  # there are none to be made
        WAITING = "waiting"
        MADE = "made"
        FAILED = "failed"  # it cannot be shown, only downloaded

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="attachments")
    position = models.PositiveSmallIntegerField(default=0, editable=False)
    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    # What a picture shows, for whoever does not see it, and for search.
    alt = models.CharField(_("what it shows"), max_length=ALT_LENGTH, blank=True)

    kind = models.CharField(max_length=8, choices=Kind.choices, editable=False)
    content_type = models.CharField(max_length=100, editable=False)
    size = models.PositiveBigIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False)
    key = models.CharField(max_length=120, unique=True, editable=False)

    width = models.PositiveIntegerField(null=True, editable=False)
    height = models.PositiveIntegerField(null=True, editable=False)
    seconds = models.PositiveIntegerField(null=True, editable=False)
    # The day the camera noted: offered as the day of the entry, never taken by itself.
    taken_on = models.DateField(null=True, editable=False)
    state = models.CharField(
        max_length=8, choices=State.choices, default=State.NONE, editable=False
    )
    removed_at = models.DateTimeField(null=True, editable=False)

    objects = AttachmentQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        indexes = [
            models.Index(
                fields=["owner", "entry", "position", "id"],
                name="attachment_of_entry",
                condition=models.Q(removed_at=None),
            ),
            models.Index(
                fields=["removed_at"],
                name="attachment_removed",
                condition=~models.Q(removed_at=None),
            ),
            models.Index(
                fields=["created_at"],
                name="attachment_waiting",
                condition=models.Q(state="waiting"),
            ),
        ]
        constraints = [
            models.CheckConstraint(condition=~models.Q(name=""), name="attachment_has_a_name"),
            models.CheckConstraint(condition=models.Q(size__gt=0), name="attachment_has_bytes"),
            models.CheckConstraint(
                condition=models.Q(sha256__regex="^[0-9a-f]{64}$"), name="attachment_sha256"
            ),
            models.CheckConstraint(
                condition=models.Q(kind__in=["photo", "audio", "pdf", "file"]),
                name="attachment_kind",
            ),
            # A picture has measures, and sizes that are to be made; nothing else has.
            models.CheckConstraint(
                condition=models.Q(
                    kind="photo",
                    width__isnull=False,
                    width__gte=1,
                    height__isnull=False,
                    height__gte=1,
                    state__in=["waiting", "made", "failed"],
                )
                | (~models.Q(kind="photo") & models.Q(width=None, height=None, state="none")),
                name="attachment_is_one_thing",
            ),
            models.CheckConstraint(
                condition=models.Q(taken_on=None) | models.Q(taken_on__range=(FIRST_DAY, LAST_DAY)),
                name="attachment_taken_on_range",
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        """Its own page."""
        return address("journal:attachment_detail", self.pk)

    @property
    def is_photo(self) -> bool:
        """Whether it is a picture, shown or still to be made."""
        return self.kind == self.Kind.PHOTO

    @property
    def is_shown(self) -> bool:
        """Whether its sizes are there."""
        return self.state == self.State.MADE

    @property
    def is_waiting(self) -> bool:
        """Whether its sizes are still to be made."""
        return self.state == self.State.WAITING

    @property
    def sizes(self) -> list[Size]:
        """What is made of a picture, the smallest first; the last is no larger than itself."""
        return sizes_of(self.width or 1, self.height or 1)

    def size_key(self, box: int) -> str:
        """Where the size for this box lies."""
        return f"{self.key}-{box}"

    @property
    def keys(self) -> list[str]:
        """All that may lie in the storage for it."""
        return keys_of(self.key)


def sizes_of(width: int, height: int) -> list[Size]:
    """The sizes of a picture of these measures; pure, for lists know no more of it."""
    found: list[Size] = []
    longest = max(width, height)
    for box in BOXES:
        scale = min(1.0, box / longest)
        found.append(Size(box, max(1, round(width * scale)), max(1, round(height * scale))))
        if box >= longest:
            break
    return found


def keys_of(key: str) -> list[str]:
    """The names under which a file and its sizes lie in the storage."""
    return [key, *(f"{key}-{box}" for box in BOXES)]
