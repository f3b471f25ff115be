"""What is tried by day, and what only at night (docs/testing.md)."""

from collections.abc import Iterable
from typing import Any

import pytest


def one_in(every: int, values: Iterable[Any]) -> list[Any]:
    """Parameters for a test: one in `every` by day, always the same ones, and all at night.

    Several values in a tuple are several arguments.
    """
    return [
        pytest.param(
            *(value if isinstance(value, tuple) else (value,)),
            marks=[] if number % every == 0 else pytest.mark.nightly,
        )
        for number, value in enumerate(values)
    ]
