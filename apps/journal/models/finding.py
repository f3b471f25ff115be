"""What finding needs: the words of settled entries, those that wait, searches somebody keeps."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _

from apps.core.models import Owned, address
from apps.journal.models.entry import Entry

QUERY_LENGTH = 400


class EntryWords(Owned):
    """The words of an entry as search knows them, apart from the row that each save rewrites.

    The vector holds a token of the owner too, so that a word which everybody uses is looked up
    among the entries of one person (shared/tech 10: eighteen times faster).
    """

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="words")
    version = models.PositiveIntegerField()
    vector = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["vector"], name="entry_words_found")]

    def __str__(self) -> str:
        return f"{self.entry_id} {self.version}"


class Unsettled(Owned):
    """That an entry was saved and its words, tags and people are still to be looked at."""

    entry = models.OneToOneField(Entry, on_delete=models.CASCADE, related_name="unsettled")

    class Meta:
        indexes = [models.Index(fields=["created_at"], name="unsettled_oldest")]

    def __str__(self) -> str:
        return str(self.entry_id)


class SavedSearch(Owned):
    """A search somebody wants to come back to."""

    name = models.CharField(_("name"), max_length=64)
    query = models.CharField(_("search"), max_length=QUERY_LENGTH)

    class Meta:
        verbose_name = _("saved search")
        verbose_name_plural = _("saved searches")
        constraints = [
            models.UniqueConstraint(fields=["owner", "query"], name="saved_search_once"),
            models.CheckConstraint(condition=~models.Q(name=""), name="saved_search_has_a_name"),
            models.CheckConstraint(condition=~models.Q(query=""), name="saved_search_asks"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """The page that searches again."""
        return address("journal:saved_search", self.pk)
