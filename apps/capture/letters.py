"""A mail as an entry: its subject, its words, its files. No database, nothing from elsewhere.

Mail is written by programs of forty years. Whatever one of them does, the words arrive: what says
it is in one alphabet and is in another is read as what it is; what cannot be read at all is kept as
a file. docs/mail-in.md has the rules.
"""

import codecs
import mimetypes
import re
from base64 import b64decode
from binascii import Error as NoBase64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any
from urllib.parse import unquote_to_bytes

from bs4 import BeautifulSoup, Tag
from mailparser_reply.constants import MAIL_LANGUAGES
from markdownify import MarkdownConverter

from apps.core.text import clean, in_order

# Mail within mail within mail: deeper than this it is kept as a file.
DEEPEST = 20
# A longer text is not searched for quotes, and a page that is longer or has more elements is not
# turned into Markdown: both take time, and neither was typed.
LONGEST_REPLY = 20_000
LONGEST_PAGE = 1_000_000
MOST_TAGS = 10_000
LONGEST_SIGNATURE = 600
# Say who signed or sealed a mail, and hold no words.
SEALS = {
    "application/pgp-signature",
    "application/pkcs7-signature",
    "application/x-pkcs7-signature",
}


@dataclass(frozen=True)
class Enclosed:
    """A file that came with a mail."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """What a mail says. `written` is its text without what was quoted below and signed."""

    title: str
    text: str
    written: str
    files: tuple[Enclosed, ...]
    sent_at: datetime | None
    message_id: str
    sender: str


def read(message: Message) -> Letter:
    """The mail, in words and files."""
    parts = _Parts()
    parts.take(message, 0)
    text = parts.text()
    title = _subject(message)
    return Letter(
        title=title,
        text=text,
        written=text if _FORWARDED.match(title) else without_quotes(text),
        files=tuple(parts.files),
        sent_at=_sent_at(message),
        message_id=header(message, "Message-ID").strip(),
        sender=" ".join(header(message, "From").split()),
    )


def unread(message: Message) -> Letter:
    """A mail that nothing can be made of: kept whole, as a file."""
    return Letter("", "", "", (Enclosed("mail.eml", message.as_bytes()),), None, "", "")


def header(message: Message, name: str) -> str:
    """A header in letters, whatever it was written in; "" where there is none.

    Read from what came, not by the parser of the standard library, which gives up on some.
    """
    for known, value in message.raw_items():
        if known.lower() == name.lower():
            return clean(_unfolded(str(value)))
    return ""


def _unfolded(raw: str) -> str:
    raw = re.sub(r"\r?\n(?=[ \t])", "", raw)
    if "=?" not in raw:
        return _letters(raw)
    try:
        pieces = decode_header(raw)
    except (HeaderParseError, ValueError):
        return _letters(raw)
    return "".join(
        piece if isinstance(piece, str) else decoded(piece, charset or "us-ascii")
        for piece, charset in pieces
    )


def _letters(raw: str) -> str:
    """A header with bytes in it that no header may have (Python keeps them as surrogates)."""
    try:
        raw.encode()
    except UnicodeEncodeError:
        return decoded(raw.encode("utf-8", "surrogateescape"), "")
    return raw


def _subject(message: Message) -> str:
    subject = " ".join(header(message, "Subject").split())
    return "" if subject.casefold() in NO_SUBJECT else subject


# "Forwarded", as programs of many languages put it: what is below is what is to be kept.
_FORWARDED = re.compile(r"(fwd?|wg|tr|rv|enc|vs|pd|vb|i|轉寄|转发|転送|fw)\s*[:：]", re.I)
NO_SUBJECT = {"(no subject)", "no subject", "(kein betreff)", "kein betreff"}


def _sent_at(message: Message) -> datetime | None:
    try:
        instant = parsedate_to_datetime(header(message, "Date"))
        aware = instant if instant.tzinfo else instant.replace(tzinfo=UTC)
        return aware.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


# --- Parts ----------------------------------------------------------------------------------


class _Parts:
    """The texts of a mail in their order, and its files."""

    def __init__(self) -> None:
        self.texts: list[str] = []
        self.files: list[Enclosed] = []

    def text(self) -> str:
        """All that was written, one part below the other."""
        return "\n\n".join(text.strip("\n") for text in self.texts if text.strip())

    def take(self, part: Message, depth: int) -> None:
        """Take what a part holds, and what is in it."""
        kind = part.get_content_type()
        if depth < DEEPEST and part.is_multipart() and kind.startswith("multipart/"):
            if kind == "multipart/alternative":
                self._take_best(_inner(part), depth)
            else:
                for one in _inner(part):
                    self.take(one, depth + 1)
        elif kind in {"text/plain", "text/html"} and not _is_file(part):
            self._take_text(part)
        elif kind.startswith("multipart/") and not part.is_multipart():
            self._take_text(part)  # it says it has parts, and has none
        elif kind not in SEALS:
            self._take_file(part)

    def _take_best(self, versions: list[Any], depth: int) -> None:
        """Of versions of one text the plain one, as it was typed; the page where it says nothing.

        Files within a version that is not taken are taken all the same.
        """
        read = []
        for version in versions:
            parts = _Parts()
            parts.take(version, depth + 1)
            self.files += parts.files
            read.append((_is_plain(version), parts.text()))
        said = [text for is_plain, text in read if is_plain and _says_something(text)]
        said += [text for is_plain, text in read if not is_plain and _says_something(text)]
        self.texts += said[:1]

    def _take_text(self, part: Message) -> None:
        content = _bytes(part)
        if part.get_content_type() == "text/html":
            page = decoded(content, _charset(part) or _meta_charset(content))
            text, files = as_markdown(page)
            self.texts.append(text)
            self.files += files
        else:
            text = clean(decoded(content, _charset(part)))
            if _parameter(part, "format").lower() == "flowed":
                text = unflowed(text, del_sp=_parameter(part, "delsp").lower() == "yes")
            self.texts.append(text)

    def _take_file(self, part: Message) -> None:
        content = _bytes(part)
        if content:
            self.files.append(Enclosed(_file_name(part, len(self.files) + 1), content))


def _inner(part: Message) -> list[Any]:
    """The parts of a part that has some."""
    inner = part.get_payload()
    return inner if isinstance(inner, list) else []


def _is_plain(part: Message) -> bool:
    if part.is_multipart():
        texts = [one for one in _inner(part) if one.get_content_maintype() == "text"]
        return all(_is_plain(one) for one in texts)
    return part.get_content_type() == "text/plain"


def _says_something(text: str) -> bool:
    """Whether a version of a text is one, and not a word for programs that show no pages."""
    said = " ".join(text.split()).casefold()
    return bool(said) and not (len(said) < 200 and _NO_PAGES.search(said))


_NO_PAGES = re.compile(
    r"(html (e-?)?mail|html (message|format)|does not support html|view this (e-?mail|message) in)"
)


def _is_file(part: Message) -> bool:
    disposition = header(part, "Content-Disposition").lower()
    return disposition.startswith("attachment") or "filename" in disposition


def _bytes(part: Message) -> bytes:
    """The content of a part; of a mail in a mail, the whole of it."""
    if part.is_multipart():
        if part.get_content_maintype() == "message":
            return b"".join(_as_bytes(one) for one in _inner(part))
        return _as_bytes(part)
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _as_bytes(part: Message) -> bytes:
    try:
        return part.as_bytes()
    except (UnicodeError, ValueError, LookupError, TypeError, AttributeError):
        return str(part.get_payload()).encode("utf-8", "replace")


def _file_name(part: Message, number: int) -> str:
    name = _given_name(part)
    if name:
        return name
    kind = part.get_content_type()
    if kind.startswith("multipart/"):
        return "mail.eml"
    if kind == "message/rfc822":
        subjects = [_subject(one) for one in _inner(part)]
        return f"{''.join(subjects) or 'mail'}.eml"
    return f"file-{number}{mimetypes.guess_extension(kind) or ''}"


def _given_name(part: Message) -> str:
    try:
        name = part.get_filename("")
    except (ValueError, TypeError, LookupError, AttributeError, IndexError):
        return ""
    return clean(_unfolded(str(name))).strip()


def _parameter(part: Message, name: str) -> str:
    try:
        return str(part.get_param(name, "") or "")
    except (ValueError, TypeError, LookupError, AttributeError, IndexError):
        return ""


# --- Letters --------------------------------------------------------------------------------

# What a name stands for in practice (WHATWG Encoding Standard): mail that says it is Latin 1 has
# the quotes and dashes of Windows in it, and the tables of East Asia are used with their additions.
MEANT = {
    "iso8859-1": "cp1252",
    "ascii": "utf-8",
    "shift_jis": "cp932",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "big5": "big5hkscs",
    "iso8859-9": "cp1254",
    "tis-620": "cp874",
}
JAPANESE = ("iso2022_jp", "iso2022_jp_ext", "iso2022_jp_2004")
# Codecs that are no alphabets, or take time with the square of a text.
NEVER = {"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined"}


def decoded(content: bytes, charset: str) -> str:
    """Bytes as letters: by the alphabet they name if they fit it, else by what they look like."""
    for name in _tried(charset):
        try:
            return content.decode(name)
        except (UnicodeError, LookupError, ValueError):
            continue
    as_unicode = content.decode("utf-8", "replace")
    # A few broken letters in a long text: cut on the way, and not of another alphabet.
    if as_unicode.count("\ufffd") * 50 <= len(as_unicode):
        return as_unicode
    return content.decode("cp1252", "replace")


def _tried(charset: str) -> Iterator[str]:
    try:
        known = codecs.lookup(charset.strip().strip("\"'")).name
    except (LookupError, ValueError):
        known = ""
    if known.startswith("iso2022_jp"):
        yield from JAPANESE
    elif known and known not in NEVER:
        yield MEANT.get(known, known)
    yield "utf-8"


def _charset(part: Message) -> str:
    return _parameter(part, "charset")


def _meta_charset(content: bytes) -> str:
    """What a page itself says of its letters."""
    match = re.search(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{1,40})", content[:2_048], re.I)
    return match[1].decode("ascii") if match else ""


# --- Plain text -----------------------------------------------------------------------------


def unflowed(text: str, *, del_sp: bool) -> str:
    """Text that was broken into lines for the way, in the lines it was typed in (RFC 3676).

    A line that ends with a space goes on in the next one of the same depth of quotes.
    """
    lines: list[str] = []
    flows, depth_before = False, 0
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        words = line[depth:]
        if words.startswith(" "):  # stuffed, so that nothing is taken for a quote
            words = words[1:]
        if flows and depth == depth_before and words != "-- ":
            lines[-1] += words
        else:
            lines.append(f"{'>' * depth} {words}" if depth else words)
        flows = words.endswith(" ") and words != "-- "
        if flows and del_sp:
            lines[-1] = lines[-1][:-1]
        depth_before = depth
    return "\n".join(lines)


# --- Pages ----------------------------------------------------------------------------------


def as_markdown(page: str) -> tuple[str, list[Enclosed]]:
    """A page as Markdown, and the pictures that were written into it.

    Nothing is loaded from elsewhere: a picture that lies there becomes its words, with a link. Of a
    page that is too much for one, the words, and the page itself as a file.
    """
    if len(page) > LONGEST_PAGE or page.count("<") > MOST_TAGS:
        return _words(page), [Enclosed("mail.html", page.encode())]
    # The reader of Python's library takes hours for pages made to be slow (assurance T-34).
    page = in_order(page)
    soup = BeautifulSoup(page, "html.parser")
    files: list[Enclosed] = []
    for image in soup("img"):
        files += _written_in(image, len(files) + 1)
    for element in soup.find_all(style=_HIDDEN):
        if isinstance(element, Tag) and not element.decomposed:
            element.decompose()
    for numbered in soup("ol"):
        _number(numbered)
    try:
        text = str(_CONVERTER.convert_soup(soup))
    except RecursionError:
        text = _words(str(soup))
    lines = (line.replace("\xa0", " ").rstrip() for line in clean(text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n"), files


class _Converter(MarkdownConverter):
    """Converts as the library does, which would count a list anew for each of its items."""

    def convert_img(self, el: Tag, text: str, parent_tags: set[str]) -> str:  # noqa: ARG002
        """The words of a picture, with a link where it lies elsewhere; nothing without words."""
        source, words = str(el.get("src", "")), " ".join(str(el.get("alt", "")).split())
        words = self.escape(words, parent_tags)  # type: ignore[attr-defined]
        is_elsewhere = source.startswith(("http://", "https://")) and "a" not in parent_tags
        return f"[{words}]({source})" if words and is_elsewhere else words

    def convert_li(self, el: Tag, text: str, parent_tags: set[str]) -> str:
        """An item, with the number that `_number` gave it."""
        if "value" not in el.attrs or not text.strip():
            return str(super().convert_li(el, text, parent_tags))  # type: ignore[misc]
        number = f"{el['value']}. "
        lines = text.strip().split("\n")
        below = (f"{' ' * len(number)}{line}" if line else "" for line in lines[1:])
        return "\n".join([number + lines[0], *below, ""])


def _number(numbered: Tag) -> None:
    """Give the items of a list the numbers that are shown before them."""
    said = str(numbered.get("start", "1"))
    first = int(said) if _FIRST.fullmatch(said) else 1
    for number, item in enumerate(numbered("li", recursive=False), start=first):
        item["value"] = str(number)


_CONVERTER = _Converter(
    heading_style="atx", bullets="-", newline_style="backslash", escape_misc=True
)
_HIDDEN = re.compile(r"display\s*:\s*none", re.I)
_FIRST = re.compile(r"[0-9]{1,9}")


def _words(page: str) -> str:
    """The words of a page, as many as an entry holds, and nothing of how it looked.

    Read in one go, whatever the page is: every look for an end begins where the last one ended.
    """
    page, parts, at = page[:LONGEST_PAGE], [], 0
    while (opened := page.find("<", at)) >= 0:
        parts.append(page[at:opened])
        begun = _BEGUN.match(page, opened)
        ends = begun and _ENDS.get(begun[0].lower(), _TAG_ENDS)
        if ends is None:
            parts.append("<")
            at = opened + 1
            continue
        end = ends.search(page, opened + 1)
        if end is None and ends is _TAG_ENDS:
            at = opened  # no tag, as none ends from here on
            break
        at = end.end() if end else len(page)
        parts.append("\n")
    parts.append(page[at:])
    lines = (" ".join(line.split()) for line in unescape("".join(parts)).split("\n"))
    return clean("\n".join(line for line in lines if line))


# What begins something that is no word, and where that ends.
_BEGUN = re.compile(r"<(?:!--|(?:script|style|title|template|noscript)\b|[a-z/!?])", re.I)
_TAG_ENDS = re.compile(">")
_ENDS = {"<!--": re.compile("-->")} | {
    f"<{name}": re.compile(f"</{name}[^<>]*>", re.I)
    for name in ("script", "style", "title", "template", "noscript")
}


def _written_in(image: Tag, number: int) -> Iterable[Enclosed]:
    """A picture whose bytes stand in the page itself (RFC 2397)."""
    match = re.match(r"data:(image/[\w.+-]{1,40})(;base64)?,", str(image.get("src", "")))
    if match is None:
        return
    data = str(image["src"])[match.end() :]
    try:
        content = b64decode(data) if match[2] else unquote_to_bytes(data)
    except (NoBase64, ValueError):
        return
    if content:
        ending = mimetypes.guess_extension(match[1]) or ""
        yield Enclosed(f"picture-{number}{ending}", content)


# --- Quotes and signatures ------------------------------------------------------------------
#
# How programs of a dozen languages head the mail that is answered, and what they sign with, is
# mail-parser-reply's to know. Its own reader is not used: it cuts what only looks like an end
# (a list, “Thank you, Jonas”), and texts made to be slow take it minutes. Its words are only ever
# looked for in a few short lines, where a head or a signature can begin.

LONGEST_LINE = 300
# "On … wrote:" is broken into so many lines at most; a head of a mail has so many fields at least.
LONGEST_HEAD = 3
FIELDS_OF_A_HEAD = 3
MOST_HEADS = 20
MOST_SIGNED_LINES = 12


def _expressions(key: str) -> list[re.Pattern[str]]:
    words = (language.get(key) for language in MAIL_LANGUAGES.values())
    return [re.compile(said, re.I | re.M) for said in words if isinstance(said, str) and said]


_HEAD = _expressions("from_header")
_SENT_FROM = [
    *_expressions("sent_from"),
    re.compile(r"Von meinem \S+ (aus )?gesendet|Envoy\u00e9 de mon ", re.I),
]
_WHEN = re.compile(r"\d{1,2}[.:]\d{2}|\b\d{4}\b|\d{1,2}[./-]\d{1,2}")
_RULE = re.compile(r"^[-_]{2,}.*[-_]{2,}$")
_FIELD = re.compile(r"^[* ]*[^\s:][^:]{0,24}[:：]")
_PASSED_ON = re.compile(
    r"forward|weitergeleit|transf[eé]r|inoltrat|re+nviad|doorgestuurd|vidarebef|videresen|przekaz"
    r"|přepos|転送|转发|轉寄|전달",
    re.I,
)


def without_quotes(text: str) -> str:
    """What was written above a quote and a signature; all of it where that is not plain to see.

    Only an end is ever cut, and only one that says what it is: a line that says who wrote, with a
    quote below it and nothing else; the head of the mail that is answered; a signature after its
    two dashes; “Sent from my …”. Answers between the lines of a quote stay where they are.
    """
    if len(text) > LONGEST_REPLY:
        return text
    lines = text.split("\n")
    for begins in (_quote_begins(lines), _head_begins(lines)):
        kept = _without_signature(lines[:begins])
        if begins < len(lines) and _says_anything(kept):
            return "\n".join(kept).strip("\n")
    kept = _without_signature(lines)
    return "\n".join(kept).strip("\n") if _says_anything(kept) else text


def _quote_begins(lines: list[str]) -> int:
    """The line that says who wrote the quote at the end; behind the last where there is none."""
    first = next((number for number, line in enumerate(lines) if line.startswith(">")), 0)
    below = [line for line in _without_signature(lines[first:]) if line.strip()]
    if not first or not all(line.startswith(">") for line in below):
        return len(lines)
    above = [number for number in range(first) if lines[number].strip()][-LONGEST_HEAD:]
    if not above or not lines[above[-1]].rstrip().endswith((":", "：")):
        return len(lines)
    for number in reversed(above):
        # In whatever language: a line that leads to a quote and says when it was written.
        if len(lines[number]) <= LONGEST_LINE and _WHEN.search(lines[number]):
            return number
    return len(lines)


def _head_begins(lines: list[str]) -> int:
    """The head of a mail that is answered, as Outlook puts it; behind the last without one."""
    tried = 0
    for number in range(1, len(lines) - FIELDS_OF_A_HEAD + 1):
        head = lines[number : number + FIELDS_OF_A_HEAD]
        if lines[number - 1].strip() and not _RULE.match(lines[number - 1].strip()):
            continue
        if not all(len(line) <= LONGEST_LINE and _FIELD.match(line) for line in head):
            continue
        tried += 1
        if tried > MOST_HEADS:
            break
        if _is_said("\n".join(head), _HEAD):
            above = lines[number - 1].strip()
            if _PASSED_ON.search(above[:LONGEST_LINE]):
                break
            return number - 1 if _RULE.match(above) else number
    return len(lines)


def _is_said(text: str, expressions: list[re.Pattern[str]]) -> bool:
    if len(text) > LONGEST_HEAD * LONGEST_LINE or any(
        len(line) > LONGEST_LINE for line in text.split("\n")
    ):
        return False
    return any(expression.match(text) for expression in expressions)


def _without_signature(lines: list[str]) -> list[str]:
    for number in range(max(0, len(lines) - MOST_SIGNED_LINES), len(lines)):
        rest = [line.strip() for line in lines[number:]]
        if lines[number] in {"-- ", "--"} and sum(map(len, rest)) <= LONGEST_SIGNATURE:
            return lines[:number]
        said = [line for line in rest if line]
        if said and all(_is_said(line, _SENT_FROM) for line in said):
            return lines[:number]
    return lines


def _says_anything(lines: list[str]) -> bool:
    """Whether there are words, and not only lines that programs draw."""
    return any(line.strip() and not _RULE.match(line.strip()) for line in lines)
