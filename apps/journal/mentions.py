"""Tags and people that a text names: `#release`, `#"two words"`, `@Jonas`, `@"Ana María"`.

Read from the parsed text: a heading, a word in code and the end of an address are none.
"""

import re
from dataclasses import dataclass

from apps.core.text import to_prose
from apps.journal.models.notebook import NAME_LENGTH

# After a letter, a slash or another mark it is part of something else: an address, a mail, C#.
_BEFORE = r"(?<![\w/&@#.])"
_NAME = r'(?:"([^"\n]{1,64})"|“([^”\n]{1,64})”|(\w(?:[\w\u0300-\u036f]|[-–·/&.\'’](?=\w)){0,63}))'
_TAG = re.compile(f"{_BEFORE}#{_NAME}")
_PERSON = re.compile(f"{_BEFORE}@{_NAME}")


@dataclass(frozen=True)
class Mentions:
    """The names a text mentions, each once, in the order in which they first stand there."""

    tags: tuple[str, ...]
    people: tuple[str, ...]


def mentions(body: str) -> Mentions:
    """What a Markdown text mentions. A number alone is no tag: "#3" is the third of something.

    A backslash before the mark says that it is none, as everywhere in Markdown.
    """
    prose = to_prose(body.replace("\\#", " ").replace("\\@", " "))
    tags = (name for name in _found(_TAG, prose) if not name.isdecimal())
    return Mentions(tuple(dict.fromkeys(tags)), tuple(dict.fromkeys(_found(_PERSON, prose))))


def spelled(mark: str, name: str) -> str:
    """How a text has to say this name to mention it: `#release`, `@"Ana María"`.

    `mark` is # or @. "" for a name that no text can mention.
    """
    for text in (f"{mark}{name}", f'{mark}"{name}"', f"{mark}“{name}”"):
        said = mentions(text)
        if (said.tags if mark == "#" else said.people) == (name,):
            return text
    return ""


def _found(pattern: re.Pattern[str], prose: str) -> list[str]:
    names = ("".join(match.groups("")).strip() for match in pattern.finditer(prose))
    return [name[:NAME_LENGTH] for name in names if name]
