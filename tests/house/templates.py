"""Reading templates as the checks need them: as HTML with Django's marks made harmless, as words,
and as the templates they call on.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from bs4 import BeautifulSoup, Comment, Doctype, NavigableString
from django.template.base import Lexer, Token, TokenType
from django.utils.translation import trim_whitespace

# Text of a variable or tag inside markup; the letters are of no language.
OPEN, CLOSE = "⟦", "⟧"
_PLACE = re.compile(rf"{OPEN}[^{CLOSE}]*{CLOSE}")


@dataclass
class Template:
    """One template: its name, its marks, its HTML, and the words it shows."""

    name: str
    source: str
    tokens: list[Token]
    soup: BeautifulSoup
    translated: list[str] = field(default_factory=list)

    @property
    def is_fragment(self) -> bool:
        """Whether it is included by others and never a page."""
        return self.name.rpartition("/")[2].startswith("_")

    @property
    def is_plain_text(self) -> bool:
        """Whether it is a mail or a message in plain text, in which no mark means anything."""
        return self.name.endswith(".txt")

    def tags(self, *names: str) -> Iterator[list[str]]:
        """The pieces of each block tag of these names."""
        for token in self.tokens:
            if token.token_type is TokenType.BLOCK:
                pieces = token.split_contents()
                if pieces and pieces[0] in names:
                    yield pieces

    def calls(self) -> Iterator[tuple[str, list[str]]]:
        """Names of the templates it extends or includes, with the pieces of the tag."""
        for pieces in self.tags("extends", "include"):
            yield pieces[1].strip("\"'"), pieces

    def untranslated(self) -> Iterator[str]:
        """Words that stand in the markup as they are, in texts and in attributes people read."""
        for text in self.soup.find_all(string=True):
            if isinstance(text, Comment | Doctype) or text.parent.name in _NOT_WORDS:
                continue
            yield from _words(text)
        for element in self.soup.find_all(True):
            for name, value in element.attrs.items():
                if name in _READ or name.startswith("data-said"):
                    yield from _words(str(value))
            if element.name == "meta" and element.get("name") == "description":
                yield from _words(str(element.get("content", "")))


# What is written on keys stays as it is.
_NOT_WORDS = {"script", "style", "kbd"}
# Blocks that stand inside a tag: what is put there are names of classes and attributes.
_INSIDE_TAGS = {"page_class", "html_attributes", "body_attributes", "body_class"}
_READ = {"title", "placeholder", "alt", "label", "aria-label", "aria-description", "aria-valuetext"}


def plain(value: str) -> str:
    """A text without what Django fills in."""
    return _PLACE.sub("", value)


def _words(text: str | NavigableString) -> Iterator[str]:
    left = plain(str(text)).strip()
    if re.search(r"[^\W\d_]", left):
        yield left


def read(root: Path) -> list[Template]:
    """Every template below templates/."""
    folder = root / "templates"
    return [
        parse(path.relative_to(folder).as_posix(), path.read_text(encoding="utf-8"))
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    ]


def parse(name: str, source: str) -> Template:
    """A template as the checks read it.

    Both sides of an `if` stay; a variable becomes ⟦its text⟧, in which no character means anything
    to HTML; what stands in a blocktranslate is put by among the translated words.
    """
    tokens = Lexer(source).tokenize()
    markup: list[str] = []
    translated: list[str] = []
    inside: list[str] | None = None
    in_tag = False
    for token in tokens:
        pieces = token.split_contents() if token.token_type is TokenType.BLOCK else []
        first = pieces[0] if pieces else ""
        if first in {"block", "endblock"}:
            in_tag = pieces[-1] in _INSIDE_TAGS and first == "block"
        elif in_tag:
            continue
        elif first in {"blocktranslate", "blocktrans"}:
            inside = []
        elif first in {"endblocktranslate", "endblocktrans"}:
            translated.append(trim_whitespace("".join(inside or [])))
            inside = None
        elif inside is not None:
            inside.append(token.contents if token.token_type is TokenType.TEXT else "")
        elif first in {"translate", "trans"}:
            translated.append(pieces[1].strip("\"'"))
            markup.append(_place("translated"))
        elif first == "csrf_token":
            markup.append('<input type="hidden" name="csrfmiddlewaretoken">')
        elif (
            first in {"url", "static", "dom_id", "include", "icon", "field", "now"}
            or token.token_type is TokenType.VAR
        ):
            markup.append(_place(token.contents))
        elif token.token_type is TokenType.TEXT:
            markup.append(token.contents)
    soup = BeautifulSoup("".join(markup), "html.parser")
    return Template(name, source, tokens, soup, translated)


def _place(contents: str) -> str:
    return OPEN + re.sub(r"""["'<>&\s]+""", " ", contents).strip() + CLOSE
