"""A form out for tests: so many rows, one a piece, and whatever is to happen before one of them."""

from collections.abc import Callable, Iterator
from datetime import datetime

from apps.accounts.models import User
from apps.journal.models import Entry
from apps.transfer.choosing import Choice
from apps.transfer.forms import Progress

ROWS = 8


class SlowForm:
    """Writes a row of a kilobyte at a time."""

    KEY, NAME, ABOUT = "slow", "Slow", "What tests make of a journal."
    SUFFIX, CONTENT_TYPE = ".slow", "application/x-slow"

    def __init__(self, before: Callable[[int], None] = lambda _row: None) -> None:
        self.before = before

    def count(self, user: User, _choice: Choice) -> int:
        """Eight; it asks for something, as every form does, and so the one moment begins."""
        return max(ROWS, Entry.objects.for_user(user).count())

    def write(
        self, _user: User, _choice: Choice, _now: datetime, progress: Progress
    ) -> Iterator[bytes]:
        """A kilobyte a row."""
        for row in range(ROWS):
            self.before(row)
            yield b"%d" % row * 1024
            progress.advance()
