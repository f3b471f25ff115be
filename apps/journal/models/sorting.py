"""How a person sorts what they write: tags, notebooks, the people, promises and cares it is about.

Rows are made by the verbs of `apps.journal.sorting`, which give each its key.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.cares.models import Care
from apps.core.models import Owned, address
from apps.journal.models.entry import Entry
from apps.people.models import Person
from apps.promises.models import Promise

NAME_LENGTH = 64


class Tag(Owned):
    """A word that holds entries together, typed as `#word` in the text or picked."""

    name = models.CharField(_("name"), max_length=NAME_LENGTH)
    key = models.CharField(max_length=4 * NAME_LENGTH, editable=False)

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="tag_one_per_name"),
            models.UniqueConstraint(fields=["owner", "id"], name="tag_of_owner"),
            models.CheckConstraint(condition=~models.Q(key=""), name="tag_has_a_name"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The entries with this tag."""
        return address("journal:tag_detail", self.pk)


class TagAlias(Owned):
    """What a typed `#name` means where it is not, or no longer, the name of a tag.

    Renaming and merging change no text: the old name leads to the tag. A name whose tag was
    deleted leads nowhere, so that the texts which still say it do not bring the tag back.
    """

    key = models.CharField(max_length=4 * NAME_LENGTH)
    tag = models.ForeignKey(Tag, null=True, on_delete=models.CASCADE, related_name="aliases")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "key"], name="tag_alias_once"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class EntryTag(Owned):
    """That an entry has a tag: because its text says so, or because it was picked."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="tag_links")
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="entry_links")
    is_typed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "tag", "entry"], name="entry_tag_once"),
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} {self.entry_id}"


class EntryPromise(Owned):
    """That an entry is about a promise: written on its page, or the promise made of its words."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="promise_links")
    promise = models.ForeignKey(Promise, on_delete=models.CASCADE, related_name="entry_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["owner", "promise", "entry"], name="entry_promise_once"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promise_id} {self.entry_id}"


class EntryCare(Owned):
    """That an entry is about a care: written on its page, or picked. It touches the care."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="care_links")
    care = models.ForeignKey(Care, on_delete=models.CASCADE, related_name="entry_links")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "care", "entry"], name="entry_care_once"),
        ]

    def __str__(self) -> str:
        return f"{self.care_id} {self.entry_id}"


class Undoing(Owned):
    """What is needed to take back one gesture of sorting. Goes after a day."""

    class Kind(models.TextChoices):
        TAG_RENAMED = "tag renamed"
        TAG_MERGED = "tag merged"
        TAG_DELETED = "tag deleted"
        NOTEBOOK_DELETED = "notebook deleted"
        ENTRIES_MOVED = "entries moved"
        ENTRIES_TAGGED = "entries tagged"
        ENTRIES_TRASHED = "entries trashed"
        HIGHLIGHT_REMOVED = "highlight removed"
        THREAD_HIDDEN = "thread hidden"
        ATTACHMENT_REMOVED = "attachment removed"

    kind = models.CharField(max_length=32, choices=Kind.choices)
    data = models.JSONField()

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="undoing_oldest")]

    def __str__(self) -> str:
        return str(self.kind)


class EntryPerson(Owned):
    """That an entry is about somebody: because its text names them with `@`, or picked."""

    entry = models.ForeignKey(Entry, on_delete=models.CASCADE, related_name="person_links")
    person = models.ForeignKey(Person, on_delete=models.CASCADE, related_name="entry_links")
    is_typed = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "person", "entry"], name="entry_person_once"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.entry_id}"
