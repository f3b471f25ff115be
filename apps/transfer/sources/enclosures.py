"""The files of an entry: those of the package that it names, and those that stood within it."""

from dataclasses import replace
from urllib.parse import unquote

from django.utils.translation import gettext as _

from apps.core.text import clean
from apps.transfer.sources.package import Package
from apps.transfer.sources.plain import Media
from apps.transfer.sources.sentences import lacking


class Files:
    """The files of a package by what entries call them: a path, or only its last part."""

    def __init__(self, package: Package) -> None:
        self.package = package
        self._by_last: dict[str, str] = {}
        for name in package.names:
            self._by_last.setdefault(last_part(name).casefold(), name)

    def find(self, said: str) -> str:
        """The name in the package; "" where it does not hold it."""
        for name in dict.fromkeys((said, unquote(said))):
            plain = name.removeprefix("./").lstrip("/")
            found = self.package.find(plain) or self._by_last.get(last_part(plain).casefold())
            if found:
                return found
        return ""


def last_part(name: str) -> str:
    """The name of a file without its folders."""
    return name.replace("\\", "/").rpartition("/")[2]


class Enclosures:
    """The files of one entry, each once, in the order in which they come up."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._numbers: dict[str, int] = {}
        # How many bytes more may stand within the entry.
        self.room = files.package.limits.held
        self.media: list[Media] = []
        self.warnings: list[str] = []

    def number(self, said: str, alt: str = "") -> int:
        """The number of a file by what the entry calls it, with a warning where it is missing."""
        said = clean(said)
        member = self._files.find(said)
        known = self._numbers.get(member or said)
        if known is not None:
            return known
        name = last_part(said)
        if not member:
            self.warn(lacking(name))
        self._numbers[member or said] = len(self.media)
        self.media.append(Media(member, name, alt))
        return len(self.media) - 1

    def hold(self, content: bytes, name: str) -> int | None:
        """The number of a file that stood within the entry itself.

        None, with a warning, where there is nothing in it or no room. Raises Refused where all
        that is read becomes more than a package may hold.
        """
        if not content or len(content) > self.room:
            self.warn(_("A file of the entry is damaged, or larger than can be taken."))
            return None
        self._files.package.count_held(len(content))
        self.room -= len(content)
        self.media.append(Media("", name, content=content))
        return len(self.media) - 1

    def say(self, number: int, alt: str) -> None:
        """Note what stands in place of a file, where it is known only now."""
        if number < len(self.media):
            self.media[number] = replace(self.media[number], alt=alt)

    def warn(self, sentence: str) -> None:
        """Say something about the files, once."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)
