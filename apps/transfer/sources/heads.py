"""Texts of which each entry stands below a head, such as a line with its date."""

import re
from collections.abc import Iterable, Iterator
from datetime import date

from django.utils.translation import gettext as _

from apps.transfer.sources.plain import PlainEntry, Unreadable, key_of


def below(text: str, head: re.Pattern[str]) -> tuple[str, list[tuple[re.Match[str], str]]]:
    """What stands before the first head, and all heads, each with what stands below it."""
    heads = list(head.finditer(text))
    starts = [*(found.start() for found in heads), len(text)]
    texts = (text[found.end() : end] for found, end in zip(heads, starts[1:], strict=True))
    return text[: starts[0]], list(zip(heads, texts, strict=True))


def before(
    source: str,
    text: str,
    days: Iterable[date | None],
    name: str,
    notebook: str = "",
    tags: tuple[str, ...] = (),
) -> Iterator[PlainEntry | Unreadable]:
    """What stands before the first date of a file belongs to nobody, and is kept all the same.

    Its day is the first of those that follow.
    """
    if not text.strip():
        return
    day = next(filter(None, days), None)
    if day is None:
        yield Unreadable(f"{name}#0", _("It stands before the first date, and has none."))
        return
    yield PlainEntry(
        key=key_of(source, "", text),
        local_date=day,
        body=text.strip("\n").rstrip(),
        tags=tags,
        notebook=notebook,
        warnings=(_("It stands before the first date. The day of the next entry was taken."),),
    )
