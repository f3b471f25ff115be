"""What is written: entries, the texts they had before, and how they are sorted and found."""

from apps.journal.models.attachment import Attachment, AttachmentQuerySet
from apps.journal.models.entry import Entry, EntryQuerySet
from apps.journal.models.entry_template import EntryTemplate
from apps.journal.models.finding import EntryWords, SavedSearch, Unsettled
from apps.journal.models.notebook import Notebook
from apps.journal.models.revision import Revision
from apps.journal.models.sorting import EntryPerson, EntryTag, Tag, TagAlias, Undoing

__all__ = [
    "Attachment",
    "AttachmentQuerySet",
    "Entry",
    "EntryPerson",
    "EntryQuerySet",
    "EntryTag",
    "EntryTemplate",
    "EntryWords",
    "Notebook",
    "Revision",
    "SavedSearch",
    "Tag",
    "TagAlias",
    "Undoing",
    "Unsettled",
]
