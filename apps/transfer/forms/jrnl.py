"""jrnl's text journal: `[2026-03-05 21:40] Title *`, the words below, tags as @tag.

jrnl knows a day, a time, a title, a star and tags, and takes everything else for words. Whatever
could be taken for the beginning of an entry has a space before it, which Markdown passes over.
"""

import re
import unicodedata
from collections.abc import Iterator
from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.transfer.choosing import Choice
from apps.transfer.forms.form import Progress
from apps.transfer.forms.packing import blocks
from apps.transfer.telling import Told, count_of, told

KEY, NAME = "jrnl", "jrnl"
ABOUT = gettext_lazy("One text that the program jrnl reads.")
SUFFIX, CONTENT_TYPE = ".txt", "text/plain; charset=utf-8"
count = count_of


def write(user: User, choice: Choice, now: datetime, progress: Progress) -> Iterator[bytes]:
    """The entries one after another."""
    return blocks(_entries(user, choice, progress))


def _entries(user: User, choice: Choice, progress: Progress) -> Iterator[str]:
    for entry in told(user, choice):
        yield _entry(entry)
        progress.advance()


def _entry(entry: Told) -> str:
    # To jrnl, too, midnight is a day without a time.
    time = f"{entry.wall_time:%H:%M}" if entry.wall_time else "00:00"
    words = entry.body.strip("\n") if entry.title else _without_indent(entry.body)
    title, words = (" ".join(entry.title.split()), words) if entry.title else _first_line(words)
    star = "*" if entry.starred else ""
    if title.endswith("*") or (star and title.startswith("*")):
        # On the first line its own stars would be taken for the one that jrnl puts there.
        title, words = "", f"{title}\n{words}"
    first = f"[{entry.local_date.isoformat()} {time}] {title}{' ' if title and star else ''}{star}"
    below = f"\n{words}".replace("\n[", "\n [")
    ends = "".join(f"\n\n{line}" for line in _at_the_end(entry, f"{first}{below}"))
    return f"{first}{below.rstrip()}{ends}\n\n"


def _without_indent(body: str) -> str:
    """Words that begin on the first line: what was before them there would be lost."""
    return body.strip("\n").lstrip(" \t")


def _first_line(words: str) -> tuple[str, str]:
    first, _end, below = words.partition("\n")
    return first.rstrip(), below


def _at_the_end(entry: Told, written: str) -> Iterator[str]:
    if entry.files:
        yield _("Files: %(names)s") % {"names": ", ".join(file.name for file in entry.files)}
    there = set(written.lower().split())
    tags = dict.fromkeys(f"@{tag}" for tag in map(as_tag, entry.tags) if tag)
    if missing := [tag for tag in tags if tag not in there]:
        yield " ".join(missing)


def as_tag(name: str) -> str:
    """A tag as jrnl writes it: small, in one piece; "" for one without a letter or a digit."""
    tag = _NO_PART.sub("-", unicodedata.normalize("NFC", name.lower())).strip("-")
    return tag if _LETTER.search(tag) else ""


_NO_PART = re.compile(r"[^-+*#/\w]+")
_LETTER = re.compile(r"\w")
