"""The Throughline archive: everything, to be brought in again."""

from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.transfer.archive import packed
from apps.transfer.choosing import Choice
from apps.transfer.exporting import contents_of, rows_of
from apps.transfer.forms.form import Progress
from apps.transfer.schema import schema
from apps.transfer.tables import tables

KEY, NAME = "throughline", _("Throughline archive")
ABOUT = _(
    "Everything, with nothing lost: to keep, to check, and to bring in again here or elsewhere."
)
SUFFIX, CONTENT_TYPE = ".zip", "application/zip"


def count(user: User, choice: Choice) -> int:
    """All rows of all tables; an archive is always of everything."""
    return sum(rows_of(model, user).count() for model in tables())


def write(user: User, choice: Choice, now: datetime, progress: Progress) -> Iterator[bytes]:
    """The archive, with files where they are wanted."""
    return packed(contents_of(user, with_files=choice.with_files), schema(), now, progress.advance)
