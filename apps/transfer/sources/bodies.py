"""Texts of entries as bodies: Markdown, HTML, and what does not say which of them it is."""

import mimetypes
import re
from base64 import b64decode
from typing import Any
from urllib.parse import unquote_to_bytes

from bs4 import BeautifulSoup, Tag
from django.utils.translation import gettext as _

from apps.capture.letters import LONGEST_PAGE, MOST_TAGS, as_markdown
from apps.core.text import clean, in_order
from apps.transfer.sources.enclosures import Enclosures
from apps.transfer.sources.plain import LONGEST_TITLE, shown
from apps.transfer.sources.sentences import lies_elsewhere


def as_written(text: str) -> str:
    """A text without what nobody typed: programs end lines with spaces of no width."""
    return "\n".join(line.rstrip("\u200b") for line in clean(text).split("\n"))


def titled(body: str) -> tuple[str, str]:
    """A title and the text below it: only a first line that is a heading is a title."""
    first, _end, below = body.lstrip("\n").partition("\n")
    heading = _HEADING.fullmatch(first) if len(first) < 2 * LONGEST_TITLE else None
    title = unescaped(heading[1]).strip() if heading else ""
    if not title or len(title) > LONGEST_TITLE or "](" in title:
        return "", body
    return title, below.lstrip("\n")


def unescaped(words: str) -> str:
    """Words of Markdown without the backslashes that say a sign is no mark."""
    return _ESCAPED.sub(r"\1", words)


_HEADING = re.compile(r" {0,3}#{1,6}[ \t]+(.*?)(?:[ \t]+#+)?[ \t]*")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


# Markdown.


def markdown_as_body(text: str, enclosures: Enclosures) -> str:
    """Markdown with places where it showed files of the package; code stays as it is."""

    def place(match: re.Match[str]) -> str:
        said = match["in_brackets"] or match["plain"]
        if not said or _SCHEME.match(said):
            return match[0]
        return shown(enclosures.number(said, match["alt"]))

    return _SHOWS.sub(place, text)


_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*:|//", re.I)
_SHOWS = re.compile(
    r"```[\s\S]*?```|`[^`\n]+`"
    r"|!\[(?P<alt>[^\]\n]{0,300})\]"
    r"\((?:<(?P<in_brackets>[^<>\n]{1,1000})>|(?P<plain>[^)\s<>\[]{1,1000}))"
    r"(?:[ ]+\"[^\"\n]{0,300}\")?\)"
)


# HTML.


def text_as_body(text: str, enclosures: Enclosures) -> str:
    """A text that does not say what it is: HTML where it has marks of it, or else as it is."""
    return page_as_body(text, enclosures) if is_page(text) else text


def is_page(text: str) -> bool:
    """Whether a text that does not say what it is has marks of HTML in it."""
    return bool(_MARKS.search(text))


_MARKS = re.compile(r"</?(?:p|br|div|hr|b|i|strong|em|a|ul|ol|li|img|h[1-6]|span)\b[^<>]*>", re.I)


def page_as_body(page: str, enclosures: Enclosures) -> str:
    """HTML as Markdown, with places where it showed files; nothing is loaded from elsewhere."""
    page = _DATA.sub(lambda match: _held(match, enclosures), clean(page))
    is_long = len(page) > LONGEST_PAGE or page.count("<") > MOST_TAGS
    if is_long:
        enclosures.warn(
            _("The entry is too long to keep how it looked: its words are kept, and itself a file.")
        )
    elif "<img" in page.casefold():
        page = _with_places(page, enclosures)
    body, files = as_markdown(page)
    for file in files:
        enclosures.hold(file.content, "entry.html" if is_long else file.name)
    return _PLACE.sub(lambda match: _placed(int(match[1]), enclosures), body)


def _held(match: re.Match[str], enclosures: Enclosures) -> str:
    """A picture written into the page: kept apart, as most are longer than a page may be."""
    try:
        is_coded = match["how"].casefold().endswith(";base64")
        content = b64decode(match["data"]) if is_coded else unquote_to_bytes(match["data"])
    except ValueError:
        content = b""
    ending = mimetypes.guess_extension(match["kind"].casefold()) or ""
    number = enclosures.hold(content, f"picture-{len(enclosures.media) + 1}{ending}")
    return 'src="data:image/"' if number is None else f'src="{_HELD}{number}"'


def _with_places(page: str, enclosures: Enclosures) -> str:
    soup = BeautifulSoup(in_order(page), "html.parser")
    for image in soup("img"):
        source = str(image.get("src", "")).strip()
        alt = " ".join(str(image.get("alt", "")).split())
        if source.startswith(_HELD) and source.removeprefix(_HELD).isdecimal():
            number = int(source.removeprefix(_HELD))
            enclosures.say(number, alt)
            image.replace_with(_token(number))
        elif source.startswith(("http://", "https://", "//")):
            enclosures.warn(lies_elsewhere())
            image.replace_with(_link(soup, image, source, alt))
        elif source and not _SCHEME.match(source):
            image.replace_with(_token(enclosures.number(source, alt)))
        elif not source.startswith("data:image/"):
            enclosures.warn(_("A picture does not say where it lies."))
    try:
        return str(soup)
    except RecursionError:
        return page


def _link(soup: BeautifulSoup, image: Tag, source: str, alt: str) -> Any:
    if image.find_parent("a"):
        return alt or source
    link = soup.new_tag("a", href=source)
    link.string = alt or source
    return link


def _token(number: int) -> str:
    """What stands for a file until the page is Markdown: letters that nothing escapes."""
    return f"\ue5a1{number}\ue5a2"


def _placed(number: int, enclosures: Enclosures) -> str:
    return shown(number) if number < len(enclosures.media) else ""


_HELD = "within-the-entry/"
_PLACE = re.compile("\ue5a1([0-9]{1,6})\ue5a2")
_DATA = re.compile(
    r"\bsrc\s{0,9}=\s{0,9}([\"'])data:(?P<kind>image/[a-z0-9.+-]{1,60})"
    r"(?P<how>(?:;[a-z0-9=.+-]{1,60}){0,4}),(?P<data>[^\"']*)\1",
    re.I,
)
