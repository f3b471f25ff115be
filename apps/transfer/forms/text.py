"""One plain text: day after day, to be read anywhere and for as long as there are letters.

Marks of Markdown are gone, and what they said is not: lists have their points, quotes their sign,
links their addresses.
"""

from collections.abc import Iterator
from datetime import date, datetime
from itertools import count as numbers

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from markdown_it.token import Token

from apps.accounts.models import User
from apps.core.templatetags.core import clock, whole_day
from apps.core.text import parsed
from apps.transfer.choosing import Choice
from apps.transfer.forms.form import Progress
from apps.transfer.forms.packing import blocks
from apps.transfer.telling import Told, count_of, told

KEY, NAME = "text", gettext_lazy("Plain text")
ABOUT = gettext_lazy("One text to read anywhere, now and in fifty years.")
SUFFIX, CONTENT_TYPE = ".txt", "text/plain; charset=utf-8"
count = count_of
RULE = "* * *"


def write(user: User, choice: Choice, now: datetime, progress: Progress) -> Iterator[bytes]:
    """The days, each with its entries."""
    return blocks(_days(user, choice, progress))


def _days(user: User, choice: Choice, progress: Progress) -> Iterator[str]:
    day: date | None = None
    for entry in told(user, choice):
        if entry.local_date != day:
            day, said = entry.local_date, whole_day(entry.local_date)
            yield f"{said}\n{'=' * len(said)}\n\n"
        yield _entry(entry)
        progress.advance()


def _entry(entry: Told) -> str:
    time = clock(entry.wall_time) if entry.wall_time else ""
    head = "  ".join(filter(None, [time, entry.title]))
    about = {
        _("Notebook"): entry.notebook,
        _("Question"): entry.question,
        _("Starred"): _("yes") if entry.starred else "",
        _("Tags"): ", ".join(entry.tags),
        _("People"): ", ".join(one.name for one in entry.people),
        _("Promises"): ", ".join(one.name for one in entry.promises),
        _("Cares"): ", ".join(one.name for one in entry.cares),
        _("Files"): ", ".join(file.name for file in entry.files),
    }
    below = "\n".join(f"{name}: {value}" for name, value in about.items() if value)
    pieces = filter(None, [head, in_words(entry.body), below])
    return "\n\n".join(pieces) + f"\n\n{'-' * 20}\n\n"


def in_words(source: str) -> str:
    """A Markdown text as plain text."""
    return _Words(parsed(source)).written


class _Words:
    """Plain text that is made of a parsed one, block by block."""

    def __init__(self, tokens: list[Token]) -> None:
        self._pieces: list[str] = []
        # What stands before each line of a block: signs of quotes, room of lists; of the first
        # line of an item its point or number, which is written once.
        self._before: list[str] = []
        self._point = ""
        self._lists: list[Iterator[int] | None] = []
        self._cells: list[str] = []
        for token in tokens:
            self._read(token)
        self.written = "".join(self._pieces).rstrip("\n")

    def _read(self, token: Token) -> None:
        match token.type:
            case "inline" if self._cells:
                self._cells.append(_inline(token.children or []))
            case "inline":
                self._block(_inline(token.children or []), apart=not token.hidden)
            case "fence" | "code_block":
                self._block(token.content.rstrip("\n"))
            case "hr":
                self._block(RULE)
            case "blockquote_open":
                self._point = self._point and f"{self._point}> "
                self._before.append("> ")
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(numbers(int(token.attrGet("start") or 1)))
            case "list_item_open":
                number = self._lists[-1]
                self._item("- " if number is None else f"{next(number)}. ")
            case "footnote_open":
                self._item(f"[{token.meta['id'] + 1}] ")
            case "blockquote_close" | "list_item_close" | "footnote_close":
                if self._point:  # there was nothing in it
                    self._block("", apart=False)
                self._before.pop()
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
                self._apart()
            case "tr_open":
                self._cells = [""]
            case "tr_close":
                row, self._cells = " | ".join(self._cells[1:]), []
                self._block(row, apart=False)
            case "table_close":
                self._apart()

    def _item(self, point: str) -> None:
        self._point = (self._point or "".join(self._before)) + point
        self._before.append(" " * len(point))

    def _block(self, text: str, *, apart: bool = True) -> None:
        before = "".join(self._before)
        for number, line in enumerate(text.split("\n")):
            start = self._point or before if number == 0 else before
            self._pieces.append(f"{start}{line}".rstrip() + "\n")
        self._point = ""
        if apart:
            self._apart()

    def _apart(self) -> None:
        if self._pieces and self._pieces[-1] != "\n":
            self._pieces.append("\n")


def _inline(tokens: list[Token]) -> str:
    parts: list[str] = []
    links: list[tuple[int, str]] = []
    for token in tokens:
        match token.type:
            case "softbreak" | "hardbreak":
                parts.append("\n")
            case "link_open":
                links.append((len(parts), str(token.attrGet("href") or "")))
            case "link_close":
                begun, address = links.pop()
                if address not in ("", "".join(parts[begun:])):
                    parts.append(f" <{address}>")
            case "image":
                parts.append(f"{token.content} <{token.attrGet('src')}>".lstrip())
            case "footnote_ref":
                parts.append(f"[{token.meta['id'] + 1}]")
            case "html_inline" if "<input" in token.content:
                parts.append("[x]" if " checked" in token.content else "[ ]")
            case "text" | "code_inline":
                parts.append(token.content)
    return "".join(parts)
