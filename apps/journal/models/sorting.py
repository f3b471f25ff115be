"""How a person sorts what they write: tags, notebooks, and the people it is about.

Rows are made by the verbs of `apps.journal.sorting`, which give each its key.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned, address
from apps.journal.models.entry import Entry
from apps.people.models import Person

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
