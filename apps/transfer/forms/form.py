"""What a form is in which a journal goes out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from django.utils.functional import Promise as Lazy

from apps.accounts.models import User
from apps.transfer.choosing import Choice


@dataclass
class Progress:
    """How far somebody's export is. `stop` raises where it was called off."""

    done: int = 0
    tell: Callable[["Progress"], None] = lambda _progress: None

    def advance(self, rows: int = 1) -> None:
        """So many more rows were written; whoever listens is told."""
        self.done += rows
        self.tell(self)


class Form(Protocol):
    """A module of this folder. `write` gives the file in pieces and holds none of it."""

    KEY: str
    NAME: str | Lazy
    # One plain line: what it is for.
    ABOUT: str | Lazy
    # Of the file: its ending with the dot, and what it is called in a header.
    SUFFIX: str
    CONTENT_TYPE: str

    def count(self, user: User, choice: Choice) -> int:
        """How many rows `write` will tell of."""

    def write(
        self, user: User, choice: Choice, now: datetime, progress: Progress
    ) -> Iterator[bytes]:
        """The file, read in one transaction of one moment that the caller has begun."""
