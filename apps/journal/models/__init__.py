"""What is written: entries, the texts they had before, and how they are sorted and found."""

from apps.journal.models.attachment import Attachment, AttachmentQuerySet
from apps.journal.models.entry import Entry, EntryQuerySet
from apps.journal.models.entry_template import EntryTemplate
from apps.journal.models.finding import EntryWords, SavedSearch, Unsettled
from apps.journal.models.highlight import Highlight
from apps.journal.models.notebook import Notebook
from apps.journal.models.question import EntryQuestion
from apps.journal.models.revision import Revision
from apps.journal.models.sorting import (
    EntryCare,
    EntryPerson,
    EntryPromise,
    EntryTag,
    Tag,
    TagAlias,
    Undoing,
)
from apps.journal.models.thread import Survey, Thread

__all__ = [
    "Attachment",
    "AttachmentQuerySet",
    "Entry",
    "EntryCare",
    "EntryPerson",
    "EntryPromise",
    "EntryQuerySet",
    "EntryQuestion",
    "EntryTag",
    "EntryTemplate",
    "EntryWords",
    "Highlight",
    "Notebook",
    "Revision",
    "SavedSearch",
    "Survey",
    "Tag",
    "TagAlias",
    "Thread",
    "Undoing",
    "Unsettled",
]
