"""What a word is to search: how a text falls into words, and the form each is looked up in.

The same rules cut the text of an entry and the text of a search, so that what was written is found
as it was written. No database.
"""

import re
import unicodedata
from collections.abc import Iterator
from html import unescape
from typing import NamedTuple

# Longer runs of letters are no words; a lexeme of PostgreSQL holds 2,046 bytes.
WORD_LENGTH = 100


class Token(NamedTuple):
    """A word and where it stands in its text; in writing without spaces, a single letter of it."""

    start: int
    end: int
    is_unspaced: bool


def plain_of(html: str) -> str:
    """The words of HTML that `core.text.render` made, without marks, as they are shown.

    The numbers of footnotes belong to the page and not to the text; what stands in a `data:`
    address is no word.
    """
    text = _INLINE.sub("", _CELL.sub(" ", _BLOCK.sub("\n", _MARKER.sub("", html))))
    return _composed(_DATA.sub(" ", unescape(text))).strip()


_MARKER = re.compile(
    r'<sup class="footnote-ref">(?:<a [^<>]*>[^<]*</a>)?</sup>'
    r'|<a [^<>]*class="footnote-backref"[^<>]*>[^<]*</a>'
)
_BLOCK = re.compile(r"</?(?:p|li|ul|ol|h[1-6]|blockquote|pre|table|tr|section|hr|br)\b[^<>]*>")
_CELL = re.compile(r"</?(?:td|th)\b[^<>]*>")
_INLINE = re.compile(r"<[^<>]*>")
_DATA = re.compile(r"data:[\w/+.;=,-]{40,}")


def _composed(text: str) -> str:
    """The text in NFC, word by word: a hundred thousand accents in a row would take half a minute.

    What has more than a thousand letters and no space is composed in parts. Most texts need none of
    it, and looking is a fiftieth of the work.
    """
    if _IS_COMPOSED.fullmatch(text):
        return text
    return _STRETCH.sub(lambda part: unicodedata.normalize("NFC", part[0]), text)


_STRETCH = re.compile(r"\S{1,1000}")
# Latin letters that stand for themselves, dashes, quotation marks and dots: NFC leaves them alone.
_IS_COMPOSED = re.compile("[\u0000-\u02ff\u2010-\u2027]*")


def tokens(text: str) -> Iterator[Token]:
    """The words of a text in order; the number of each is its position."""
    text = text.replace("_", " ")
    if not has_unspaced(text):
        for word in _SPACED.finditer(text):
            yield Token(*word.span(), False)
        return
    for part in _PART.finditer(text):
        yield Token(*part.span(), part[1] is not None)


def spans(text: str) -> Iterator[tuple[int, int]]:
    """Where the words of a text begin and end, for those who need no more: half the time."""
    text = text.replace("_", " ")
    pattern = _PART if has_unspaced(text) else _SPACED
    return map(re.Match.span, pattern.finditer(text))


def has_unspaced(text: str) -> bool:
    """Whether something in a text is of a writing without spaces between words."""
    return _HAS_UNSPACED.search(text) is not None


# Letters of writing that puts no spaces between words: Thai, Lao, Burmese, Khmer, Hangul, kana,
# Bopomofo, Han; and pictures, which are looked for one by one. Hangul has spaces, but glues to each
# word what other languages put beside it.
_UNSPACED = (
    "\u0e01-\u0e4e\u0e80-\u0ecd\u0edc-\u0edf\u1000-\u103f\u1050-\u109f\u1780-\u17d3\u17d7\u17dc"
    "\u1100-\u11ff\u2600-\u27bf\u3005-\u3007\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff"
    "\u3105-\u312f\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\uff66-\uff9d"
    "\U0001f000-\U0001faff\U00020000-\U0003ffff"
)
# What stands within words and is no letter to Python: marks above, below and beside letters,
# soft hyphens, and what joins letters or keeps them apart.
_MARKS = "\u00ad\u200c\u200d" + "".join(
    chr(code)
    for first, last in [(0x300, 0x2000), (0x20D0, 0x2100), (0xA660, 0xAC00), (0xFE00, 0xFE30)]
    for code in range(first, last)
    if unicodedata.category(chr(code)).startswith("M")
)
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_SPACED = re.compile(f"\\w[\\w{_MARKS}]*")
_PART = re.compile(f"([{_UNSPACED}])|(?:(?![{_UNSPACED}])\\w)(?:(?![{_UNSPACED}])[\\w{_MARKS}])*")


def fold(text: str) -> str:
    """The form in which neither case nor accents count, where accents are no letters.

    Latin, Greek and Cyrillic letters lose theirs (й and its like are letters), Arabic and Hebrew
    their vowel signs; Devanagari, Thai and others keep all. Folding twice changes nothing.
    """
    if text.isascii():
        return text.lower()
    text = unicodedata.normalize("NFKD", text).replace("\u0345", "").casefold().translate(_LIKE)
    kept: list[str] = []
    base = ""
    for letter in unicodedata.normalize("NFKD", text):
        if unicodedata.combining(letter):
            if _makes_a_letter(base, letter):
                kept.append(letter)
        elif letter not in _UNSEEN:
            base = letter
            kept.append(letter)
    return unicodedata.normalize("NFC", "".join(kept))


# Letters that are no other letter with a mark, and are written with it where it is missing.
_LIKE = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i", "ħ": "h"}
)
_UNSEEN = {"\u00ad", "\u0640", "\u200b", "\u200c", "\u200d", *map(chr, range(0xFE00, 0xFE10))}


def _makes_a_letter(base: str, mark: str) -> bool:
    """Whether the mark makes a letter of its own of the one it stands on."""
    if not base:
        return True
    if "\u0400" <= base <= "\u052f":
        return mark in "\u0306\u0308" and base not in "аеоыэ"
    if base <= "\u03ff" or "\u1e00" <= base <= "\u1fff":
        return False
    return not _VOWEL_SIGN.match(mark)


_VOWEL_SIGN = re.compile("[\u0591-\u05c7\u0610-\u061a\u064b-\u065f\u0670]")


def lexemes(text: str) -> Iterator[tuple[int, str]]:
    """What the words of a text are looked up by: the position of each, and its folded form.

    A letter of unspaced writing gives two: itself, and the pair it makes with the next.
    """
    before: Token | None = None
    folded = ""
    known: dict[str, str] = {}
    for position, token in enumerate(tokens(text)):
        word = text[token.start : token.end]
        last, folded = folded, known.get(word, "")
        if not folded:
            known[word] = folded = fold(word[: 4 * WORD_LENGTH])[:WORD_LENGTH]
        if before and token.is_unspaced and before.is_unspaced and before.end == token.start:
            yield position - 1, last + folded
        if folded:
            yield position, folded
        before = token
