"""The objects that entries are in JSON, and their fields, each of which is read on its own."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from django.utils.translation import gettext as _

from apps.core.text import clean
from apps.transfer.sources.package import Package
from apps.transfer.sources.plain import Unreadable
from apps.transfer.sources.sentences import not_an_object

Read = TypeVar("Read")

# What readers raise where a value is nothing that they read.
NOT_READ = (ValueError, TypeError, KeyError, OverflowError, OSError)


def objects(
    package: Package, name: str, prefix: str
) -> Iterator[tuple[str, dict[str, Any]] | Unreadable]:
    """The objects of a list in a JSON file with where they stand; whatever else is unreadable."""
    for number, raw in enumerate(package.items(name, prefix), start=1):
        where = f"{name}#{number}"
        yield (where, raw) if isinstance(raw, dict) else Unreadable(where, not_an_object())


class Fields:
    """The fields of one entry, each read on its own.

    What was read leaves `rest`; what could not be read stays in it, with a warning.
    """

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.rest: dict[str, Any] = dict(raw)
        self.warnings: list[str] = []

    def warn(self, sentence: str) -> None:
        """Say something about the entry, once."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def read(
        self, names: str | tuple[str, ...], reader: Callable[[Any], Read], default: Read | None
    ) -> Any:
        """The first field of these names that has a value and can be read, or else `default`."""
        for name in (names,) if isinstance(names, str) else names:
            value = self.rest.get(name)
            if value is None or value == "":
                self.rest.pop(name, None)
                continue
            try:
                found = reader(value)
            except NOT_READ:
                self._could_not(name)
                continue
            del self.rest[name]
            return found
        return default

    def names(self, name: str) -> tuple[str, ...]:
        """A list of names: strings, or objects that have a name; each once, in their order."""
        listed = self.rest.get(name)
        if listed is None or listed in ("", []):
            self.rest.pop(name, None)
            return ()
        if isinstance(listed, str):
            listed = listed.split(",")
        if not isinstance(listed, list):
            self._could_not(name)
            return ()
        found = [_name(item) for item in listed]
        if None in found:
            self._could_not(name)
        elif all(isinstance(item, str) for item in listed):
            del self.rest[name]
        return tuple(dict.fromkeys(said for said in found if said))

    def _could_not(self, name: str) -> None:
        self.warn(
            _("“%(name)s” could not be read; it is kept with the entry as it was.")
            % {"name": clean(name)[:80]}
        )


def _name(item: Any) -> str | None:
    """The name an item of a list is or has; None where it is nothing of the kind."""
    if isinstance(item, dict):
        item = next((item[key] for key in ("name", "title") if key in item), None)
    return clean(item).strip() if isinstance(item, str) else None


def tried(reader: Callable[[Any], Read], value: Any) -> Read | None:
    """What a reader makes of a value; None where it cannot be read."""
    try:
        return reader(value)
    except NOT_READ:
        return None


def as_words(value: Any) -> str:
    """A text. Raises ValueError where it is none."""
    if not isinstance(value, str):
        raise ValueError
    return clean(value)


def as_key(value: Any) -> str:
    """A text or a number that names something. Raises ValueError where it is neither."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError
    return clean(str(value))


def as_flag(value: Any) -> bool:
    """Yes or no, also as 1 or 0. Raises ValueError where it is neither."""
    if value not in (0, 1):
        raise ValueError
    return bool(value)


def as_whole(value: Any) -> int:
    """A whole number, also written as 4.0 or "4". Raises ValueError where it is none."""
    if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
        raise ValueError
    return int(value)
