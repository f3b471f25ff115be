"""Room for Python's frames, so that deep calls need not ask the system for memory each time.

From 3.11 on, CPython keeps the frames of a thread's calls in pieces of 16 kB, and gives a piece
back when its last call returns (Python/pystate.c, push_chunk). A loop that happens to call across
an edge maps memory and lets it go with every call, at a hundred times the price of the call; and
from Django's middleware to the innermost template there are several edges.
"""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

Params = ParamSpec("Params")
Result = TypeVar("Result")

# A frame that finds no room gets a piece as large as the next power of two. One of this many slots,
# of eight bytes each, gets a megabyte; the half that it leaves is for the calls above it.
SLOTS = 66_000


def with_room(function: Callable[Params, Result]) -> Callable[Params, Result]:
    """The same function, with room for all that it calls."""

    @wraps(function)
    def call(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        return function(*args, **kwargs)

    call.__code__ = call.__code__.replace(co_stacksize=SLOTS)
    return call
