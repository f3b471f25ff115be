"""Links between entries, for forms in which an entry has another place than its page here."""

import re
from collections.abc import Callable
from uuid import UUID

from apps.transfer.sources.wiki_links import outside_code

PlaceOf = Callable[[str], str]


def entry_in(address: str) -> UUID | None:
    """The entry whose page has this address, on whatever machine; None for any other address."""
    match = _ENTRY.fullmatch(address)
    return UUID(match[1]) if match else None


def relinked(text: str, place_of: PlaceOf) -> str:
    """A Markdown text in which links to pages of entries lead to their places.

    `place_of` says the place of an address, or "" for one that stays as it is. It must need no
    brackets.
    """

    def linked(match: re.Match[str]) -> str:
        before, address = match.groups()
        place = place_of(address)
        if not place:
            return match[0]
        # An address that stands for itself shows itself, and would not as a path.
        return f"[{place}]({place})" if before == "<" else f"{before}{place}"

    def marked(piece: str) -> str:
        return _BY_ITSELF.sub(linked, _TARGET.sub(linked, piece))

    return outside_code(text, marked) if "/journal/" in text else text


_PAGE = r"(?:https?://[^\s<>()/?#]{1,255})?(?:/[^\s<>()/?#]{1,100}){0,5}/journal/"
_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_REST = r"/?(?:[?#][^\s<>()]{0,500})?"
_ENTRY = re.compile(f"{_PAGE}({_UUID}){_REST}")
# Where a link says what it leads to: behind its words, or further down under its name.
_TARGET = re.compile(
    r"(\]\([ \t]{0,3}|^ {0,3}\[[^\[\]\n]{1,200}\]:[ \t]{1,3})"
    rf"({_PAGE}{_UUID}{_REST})(?=[ \t\n)]|\Z)",
    re.M,
)
_BY_ITSELF = re.compile(rf"(<)({_PAGE}{_UUID}{_REST})>")
