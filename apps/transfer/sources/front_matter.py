"""Front matter: the YAML that a note of Markdown may begin with, between two lines of dashes.

Every value is kept as it was written, as text: YAML would make a number of the time 21:30, and
"no" of a tag in Norwegian. What its fields mean is for whoever reads the note.
"""

import re
from dataclasses import dataclass, field
from typing import Any

import yaml
from django.utils.translation import gettext as _

# Of the head of a note, in characters.
LONGEST = 64 * 1024


@dataclass(frozen=True)
class Note:
    """A note apart: the fields of its head by small letters, and what is below.

    Where a head cannot be read, it stays in the body, and `warning` says so.
    """

    body: str
    fields: dict[str, Any] = field(default_factory=dict)
    # Fields that stood there more than once: what each said before the last.
    before: dict[str, list[Any]] = field(default_factory=dict)
    warning: str = ""


def apart(text: str) -> Note:
    """The note with its head read."""
    match = _HEAD.match(text)
    if match is None:
        return Note(text)
    end = _END.search(text, match.end() - 1, match.end() + LONGEST)
    if end is None:
        if _END.search(text, match.end() - 1):
            return Note(text, warning=_("Its head is too long to be read, and stays in the text."))
        return Note(text)
    try:
        node = _Loader(_with_tags(text[match.end() : end.start() + 1])).get_single_node()
    except (yaml.YAMLError, ValueError, RecursionError):
        return Note(text, warning=_("Its head could not be read, and stays in the text."))
    body = text[end.end() :].lstrip("\n")
    if node is None:
        return Note(body)
    if not isinstance(node, yaml.MappingNode):
        # Words between two rules, and no head.
        return Note(text)
    fields: dict[str, Any] = {}
    before: dict[str, list[Any]] = {}
    for key_node, value_node in node.value:
        key = str(_value(key_node)).strip().casefold()
        if key in fields:
            before.setdefault(key, []).append(fields[key])
        fields[key] = _value(value_node)
    return Note(body, fields, before)


_HEAD = re.compile(r"---[ \t]*\n")
_END = re.compile(r"\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)")


class _Loader(yaml.BaseLoader):
    """Reads into text, lists and mappings, and nothing else; refuses what points elsewhere."""

    def compose_node(self, parent: Any, index: Any) -> Any:
        if self.check_event(yaml.AliasEvent):
            raise yaml.YAMLError("an alias")
        return super().compose_node(parent, index)


def _value(node: Any) -> Any:
    if isinstance(node, yaml.SequenceNode):
        return [_value(item) for item in node.value]
    if isinstance(node, yaml.MappingNode):
        return {str(_value(key)): _value(value) for key, value in node.value}
    return node.value


def _with_tags(head: str) -> str:
    """The head with its tags where they begin with "#", which to YAML begins a comment."""
    return _TAGS.sub(lambda match: _HASH.sub("", match[0]), head)


_TAGS = re.compile(r"^tags?:[^\n]*\n(?:[ \t]*-[ \t][^\n]*\n)*", re.M | re.I)
_HASH = re.compile(r"(?<=[\s\[,])#(?=[^\W#])")
