"""Names of files that every system takes: Windows, macOS, Linux, and whatever unpacks a ZIP."""

import re
import unicodedata

# In bytes, with the ending. File systems hold 255, and folders want some of them.
LONGEST = 120
NAMELESS = "unnamed"


class Names:
    """Names of one folder: no two alike, not even where capitals count for nothing.

    Usually letters, digits, `.`, `_` and `-` of ASCII, so that a name stands in any link as it is.
    `as_written` keeps the letters of all scripts and spaces, where the name is all there is.
    """

    def __init__(self, *, as_written: bool = False) -> None:
        self._as_written = as_written
        self._taken: set[str] = set()
        self._numbers: dict[str, int] = {}

    def __call__(self, wanted: str, suffix: str = "") -> str:
        """A name like the one wanted, with this ending, that none before it had.

        Of the ending only ASCII letters and digits are taken.
        """
        suffix = "".join(f".{part.lower()}" for part in _PLAIN.findall(suffix))[:20]
        stem = (self._written if self._as_written else _in_ascii)(wanted)
        name = _fitting(stem, "", suffix)
        while _alike(name) in self._taken:
            # Where it was left off: many wanted the same.
            number = self._numbers[stem] = self._numbers.get(stem, 1) + 1
            name = _fitting(stem, f"-{number}", suffix)
        self._taken.add(_alike(name))
        return name

    @staticmethod
    def _written(wanted: str) -> str:
        letters = unicodedata.normalize("NFC", " ".join(wanted.split()))
        return "".join(
            "-" if letter in _REFUSED or unicodedata.category(letter)[0] == "C" else letter
            for letter in letters
        )


def _in_ascii(wanted: str) -> str:
    letters = unicodedata.normalize("NFKD", unicodedata.normalize("NFC", wanted).translate(_AS_TWO))
    written = "".join(letter for letter in letters if not unicodedata.combining(letter))
    return _OTHERS.sub("-", written)


def _fitting(stem: str, number: str, suffix: str) -> str:
    """The whole name, as long as it may be, and none that Windows keeps for a device."""
    room = LONGEST - len(number) - len(suffix) - 1
    # Windows takes no dots and spaces at the end, and dots at the beginning hide a file.
    stem = stem.strip(_EDGES).encode()[:room].decode(errors="ignore").rstrip(_EDGES) or NAMELESS
    if stem.partition(".")[0].rstrip().upper() in _DEVICES:
        stem = f"_{stem}"
    return f"{stem}{number}{suffix}"


def _alike(name: str) -> str:
    return unicodedata.normalize("NFKC", name).casefold()


_EDGES = " .-_"
_REFUSED = set('<>:"/\\|?*')
_PLAIN = re.compile(r"[A-Za-z0-9]+")
_OTHERS = re.compile(r"[^A-Za-z0-9._]+")
_DEVICES = {
    "CON",
    "PRN",
    "AUX",
    "NUL",
    *(f"{it}{n}" for it in ("COM", "LPT") for n in "0123456789¹²³"),
}
# As they are spelt where there is no such key.
_AS_TWO = str.maketrans(
    {
        "ä": "ae",
        "ö": "oe",
        "ü": "ue",
        "Ä": "Ae",
        "Ö": "Oe",
        "Ü": "Ue",
        "ß": "ss",
        "ẞ": "SS",
        "æ": "ae",
        "Æ": "Ae",
        "œ": "oe",
        "Œ": "Oe",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "Đ": "D",
        "ð": "d",
        "Ð": "D",
        "þ": "th",
        "Þ": "Th",
        "ı": "i",
        "’": "",
        "'": "",
    }
)
