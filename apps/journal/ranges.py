"""The part of a file that somebody asks for: the Range of a request (RFC 9110, 14). No database."""

import re
from typing import NamedTuple

# Digits beyond these are no place in any file, and turning them into a number takes long.
_ONE = re.compile(r"bytes=[ \t]*([0-9]{0,18})-([0-9]{0,18})[ \t]*", re.ASCII)


class Part(NamedTuple):
    """The bytes from `start` up to `stop`, which is not one of them."""

    start: int
    stop: int

    def of(self, size: int) -> str:
        """The same as Content-Range says it."""
        return f"bytes {self.start}-{self.stop - 1}/{size}"


class Unsatisfiable(Exception):
    """Nothing of the file lies in the range that was asked for."""


def part_of(header: str, size: int) -> Part | None:
    """The part that a Range header asks for of `size` bytes; None for all of it.

    What is no range of bytes, and several ranges at once, ask for all, as they may (14.2). Raises
    Unsatisfiable.
    """
    match = _ONE.fullmatch(header)
    if match is None or not (match[1] or match[2]):
        return None
    if not match[1]:
        last = int(match[2])
        if last == 0 or size == 0:
            raise Unsatisfiable
        return Part(max(0, size - last), size)
    start = int(match[1])
    if match[2] and int(match[2]) < start:
        return None
    if start >= size:
        raise Unsatisfiable
    return Part(start, min(int(match[2]) + 1, size) if match[2] else size)
