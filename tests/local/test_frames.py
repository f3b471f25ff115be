"""Deep calls do not ask the system for memory each time."""

import resource
from collections.abc import Callable
from threading import Thread

from config.frames import with_room

CALLS = 500


def test_no_call_costs_more_for_standing_deep() -> None:
    assert most_faults(with_room(at_every_depth)) < CALLS / 10


def test_it_sees_where_a_call_asks_each_time() -> None:
    assert most_faults(at_every_depth) >= CALLS


def test_what_is_called_is_what_was_meant() -> None:
    assert with_room(divmod)(7, 2) == (3, 1)


def most_faults(sweep: Callable[[], list[int]]) -> int:
    """The pages of memory that were asked for at the worst depth, in a thread of its own."""
    found: list[int] = []
    thread = Thread(target=lambda: found.extend(sweep()))
    thread.start()
    thread.join()
    return max(found)


def at_every_depth() -> list[int]:
    """The pages that so many calls ask for, at each depth that a page of ours may reach."""
    return [below(depth) for depth in range(250)]


def below(depth: int) -> int:
    if depth:
        return below(depth - 1)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    for _ in range(CALLS):
        inner()
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before


def inner() -> None:
    innermost()


def innermost() -> None:
    pass
