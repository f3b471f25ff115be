"""What is written: entries, and the texts they had before."""

from apps.journal.models.entry import Entry, EntryQuerySet
from apps.journal.models.revision import Revision

__all__ = ["Entry", "EntryQuerySet", "Revision"]
