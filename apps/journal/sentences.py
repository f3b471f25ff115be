"""The sentences of a text, for choosing one of them. A pure module."""

import re

from apps.core.text import to_prose

MOST_SENTENCES = 60
# More is not looked through: who wants a sentence of page fifty types it.
MOST_LETTERS = 20_000
# After a mark that ends one, what closes it, and a space; a line break ends one as well.
_END = re.compile(r"(?<=[.!?…。！？])[\"'”’»)]?\s+|\n+")


def sentences(body: str) -> list[str]:
    """The sentences of a Markdown text in order, each once, without what is none.

    A full stop within an abbreviation ends one too soon; whoever chooses it can mend the words.
    """
    found = (" ".join(piece.split()) for piece in _END.split(to_prose(body)[:MOST_LETTERS]))
    return list(dict.fromkeys(piece for piece in found if len(piece) > 2))[:MOST_SENTENCES]
