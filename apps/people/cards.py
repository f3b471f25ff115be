"""Reading a file of vCards (2.1, 3.0 and 4.0, in UTF-8). No database, nothing outside is asked.

By hand, though there is a library: vobject 0.9.9 reads the parameters of a line with an expression
that takes minutes for five hundred of them, and of a card only seven fields are wanted. Everything
here takes time in proportion to the file. After RFC 6350 and 2426; 2.1 as address books write it.
"""

import quopri
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import date
from itertools import islice
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext_lazy as _

from apps.core.periods import FIRST_DAY, LAST_DAY
from apps.core.text import clean
from apps.people.models.card import UID_LENGTH

MOST_BYTES = 5 * 1024 * 1024
MOST_CARDS = 5_000
# Of a card so many lines are looked at; the largest in an address book has some hundreds.
MOST_LINES = 5_000
# A line of a card with more before its colon holds nothing that is wanted.
LONGEST_HEAD = 1_000
# Lines of pictures, keys and sounds are long; what is wanted of a card has room in this.
LONGEST_VALUE = 200_000
WANTED = {"FN", "N", "NICKNAME", "EMAIL", "ORG", "TITLE", "BDAY", "NOTE", "UID", "KIND"}

# Why a card could not be read, each in a sentence.
REASONS: dict[str, Any] = {
    "name": _("It names nobody."),
    "broken": _("It is not written as a card should be."),
    "end": _("It has a beginning and no end."),
    "letters": _("Its letters are in no encoding we know."),
}


class NotCards(Exception):
    """The file as a whole cannot be taken. `reason` is "large", "many" or "none"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class ReadCard:
    """What is taken from a card, as it will be kept. `month` 0: no birthday."""

    name: str
    email: str = ""
    how_known: str = ""
    notes: str = ""
    uid: str = ""
    month: int = 0
    day: int = 0
    year: int | None = None
    is_group: bool = False


@dataclass
class Found:
    """The cards of a file in its order, and the numbers of those that cannot be read, with why."""

    cards: list[ReadCard] = field(default_factory=list)
    unread: list[tuple[int, str]] = field(default_factory=list)

    def plain(self) -> list[dict[str, Any]]:
        """The cards as JSON can hold them."""
        return [asdict(card) for card in self.cards]


def read(content: bytes) -> Found:
    """Every card of a file. One that cannot be read never stops the rest.

    Raises NotCards for more than MOST_BYTES or MOST_CARDS, and where there is not one card.
    """
    if len(content) > MOST_BYTES:
        raise NotCards("large")
    found = Found()
    for number, lines in enumerate(_cards(content), start=1):
        if number > MOST_CARDS:
            raise NotCards("many")
        try:
            found.cards.append(_card(lines))
        except _Unreadable as unreadable:
            found.unread.append((number, str(unreadable)))
    if not found.cards and not found.unread:
        raise NotCards("none")
    return found


class _Unreadable(Exception):
    pass


_BEGIN = re.compile(rb"BEGIN\s*:\s*VCARD\s*", re.I)
_END = re.compile(rb"END\s*:\s*VCARD\s*", re.I)


def _cards(content: bytes) -> Iterator[list[bytes] | None]:
    """The lines of each card, without its first and last; None for one that has no end."""
    if content.startswith(b"\xef\xbb\xbf"):
        content = content[3:]
    lines: list[bytes] | None = None
    depth = 0
    for line in content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"):
        if line[:1] not in b" \t" and _BEGIN.fullmatch(line):
            if lines is not None and depth == 1 and not _is_agent(lines):
                yield None
                lines, depth = [], 1
            elif lines is None:
                lines, depth = [], 1
            else:
                depth += 1
        elif lines is not None and line[:1] not in b" \t" and _END.fullmatch(line):
            depth -= 1
            if depth == 0:
                yield lines
                lines = None
        elif lines is not None and depth == 1:
            lines.append(line)
    if lines is not None:
        yield None


def _is_agent(lines: list[bytes]) -> bool:
    """Whether a card within a card begins here (AGENT of 2.1), which is passed over."""
    return bool(lines) and lines[-1].split(b":")[0].split(b";")[0].strip().upper() == b"AGENT"


@dataclass(frozen=True)
class _Line:
    name: str
    options: dict[str, str]
    value: str


def _card(lines: list[bytes] | None) -> ReadCard:
    if lines is None:
        raise _Unreadable("end")
    said: dict[str, list[_Line]] = {}
    wrong = 0
    for raw in islice(_unfolded(lines), MOST_LINES):
        head, colon, value = raw.partition(b":")
        if not raw.strip():
            continue
        if not colon:
            wrong += 1
            continue
        line = _line(head, value)
        if line and line.name in WANTED:
            said.setdefault(line.name, []).append(line)
    if not said and wrong:
        raise _Unreadable("broken")
    name = _name(said)
    if not name:
        raise _Unreadable("name")
    month, day, year = _birthday(_first(said, "BDAY"))
    return ReadCard(
        name=name,
        email=_email(said),
        how_known=_how_known(said),
        notes=_text(_first(said, "NOTE")).strip()[:20_000].strip(),
        uid=_one_line(_text(_first(said, "UID")))[:UID_LENGTH],
        month=month,
        day=day,
        year=year,
        is_group=_text(_first(said, "KIND")).strip().lower() in {"group", "org"},
    )


def _unfolded(lines: list[bytes]) -> Iterator[bytes]:
    """The lines as they were before they were folded: by a space, or by = in quoted-printable."""
    pieces: list[bytes] = []
    soft = False
    for line in lines:
        if pieces and (soft or line[:1] in (b" ", b"\t")):
            pieces.append(line if soft else line[1:])
        else:
            if pieces:
                yield b"".join(pieces)
            pieces = [line]
            soft = False
        quoted = soft or b"QUOTED-PRINTABLE" in line[:LONGEST_HEAD].upper().split(b":")[0]
        soft = quoted and pieces[-1].endswith(b"=")
        if soft:
            pieces[-1] = pieces[-1][:-1]
    if pieces:
        yield b"".join(pieces)


def _line(head: bytes, value: bytes) -> _Line | None:
    """One property, or None where it is none that is wanted."""
    if len(head) > LONGEST_HEAD or len(value) > LONGEST_VALUE:
        return None
    if head.count(b'"') % 2:
        # The first colon stood within quotes: the head goes on behind the quotes' end.
        rest, quote, after = value.partition(b'"')
        more, colon, value = after.partition(b":")
        if not quote or not colon or len(rest) + len(more) > LONGEST_HEAD:
            return None
        head = head + b":" + rest + quote + more
    pieces = re.sub(rb'"[^"]*"', lambda quoted: quoted[0].replace(b";", b","), head).split(b";")
    name = pieces[0].rpartition(b".")[2].strip().upper().decode("ascii", "replace")
    if name not in WANTED:
        return None
    options: dict[str, str] = {}
    for piece in pieces[1:]:
        key, equals, said = piece.decode("utf-8", "replace").strip().partition("=")
        key, said = (key.upper(), said) if equals else ("TYPE", key)
        if not equals and said.upper() in {"QUOTED-PRINTABLE", "BASE64"}:
            key = "ENCODING"
        options[key] = f"{options[key]},{said}" if key in options else said
    return _Line(name, options, _decoded(value, options))


def _decoded(value: bytes, options: dict[str, str]) -> str:
    encoding = options.get("ENCODING", "").upper()
    if encoding == "QUOTED-PRINTABLE":
        value = quopri.decodestring(value)
    elif encoding in {"B", "BASE64"}:
        return ""
    charset = options.get("CHARSET", "utf-8").strip('"').lower()
    for name in dict.fromkeys(["utf-8", charset if charset in _CHARSETS else "utf-8"]):
        try:
            return clean(value.decode(name))
        except UnicodeDecodeError:
            continue
    raise _Unreadable("letters")


_CHARSETS = {"utf-8", "iso-8859-1", "iso-8859-15", "windows-1252", "windows-1250", "us-ascii"}


def _first(said: dict[str, list[_Line]], name: str) -> str:
    return said[name][0].value if name in said else ""


# Values


def _text(value: str) -> str:
    """A value without its escapes: "a\\, b\\nc" is "a, b" and "c" on a line of its own."""
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], value)


def _pieces(value: str) -> list[str]:
    """The parts of a value that semicolons divide, each without escapes and in one line."""
    return [
        _one_line(_text(piece)) for piece in re.findall(r"(?:^|;)((?:\\.|[^\\;])*)", value[:5_000])
    ]


def _one_line(text: str) -> str:
    """Without line ends, control characters and needless space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _name(said: dict[str, list[_Line]]) -> str:
    """The formatted name; else given and family name; else what else says who it is."""
    name = _one_line(_text(_first(said, "FN")))
    if not name and "N" in said:
        family, given, middle, before, after, *_more = [*_pieces(_first(said, "N")), *[""] * 5]
        name = _one_line(" ".join([before, given, middle, family, after]))
    for other in ("NICKNAME", "ORG"):
        name = name or " ".join(piece for piece in _pieces(_first(said, other))[:1])
    return name[:200].strip()


def _email(said: dict[str, list[_Line]]) -> str:
    """The preferred address, or the first; only what looks like one."""
    lines = sorted(said.get("EMAIL", []), key=lambda line: not _is_preferred(line.options))
    for line in lines:
        address = _one_line(_text(line.value)).removeprefix("mailto:")
        if len(address) <= 254:
            with suppress(ValidationError):
                validate_email(address)
                return address
    return ""


def _is_preferred(options: dict[str, str]) -> bool:
    return options.get("PREF") == "1" or "PREF" in options.get("TYPE", "").upper().split(",")


def _how_known(said: dict[str, list[_Line]]) -> str:
    """Title and organisation, as "Ward nurse, Saint Anna"."""
    title = _one_line(_text(_first(said, "TITLE")))
    organisation = [piece for piece in _pieces(_first(said, "ORG")) if piece]
    return ", ".join(dict.fromkeys([*([title] if title else []), *organisation]))[:200].strip()


_WHOLE = re.compile(r"(\d{4})-?(\d{2})-?(\d{2})(?:[T ].*)?")
_YEARLESS = re.compile(r"--(\d{2})-?(\d{2})(?:[T ].*)?")


def _birthday(value: str) -> tuple[int, int, int | None]:
    """Month, day and year of a birthday; (0, 0, None) where it is none, or only a year."""
    text = _one_line(value)
    if yearless := _YEARLESS.fullmatch(text):
        month, day = int(yearless[1]), int(yearless[2])
        return (month, day, None) if _is_day(2000, month, day) else (0, 0, None)
    if whole := _WHOLE.fullmatch(text):
        year, month, day = int(whole[1]), int(whole[2]), int(whole[3])
        # 1604 is how some address books say that no year is known.
        if year == 1604 and _is_day(2000, month, day):
            return month, day, None
        if _is_day(year, month, day):
            return month, day, year
    return 0, 0, None


def _is_day(year: int, month: int, day: int) -> bool:
    try:
        return FIRST_DAY <= date(year, month, day) <= LAST_DAY
    except ValueError:
        return False
