"""What is tried by day, and what only at night (docs/testing.md)."""

import os
from collections.abc import Iterable
from typing import Any

import pytest
from hypothesis import settings


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


def examples(by_day: int, at_night: int) -> settings:
    """How many examples are tried of a rule whose examples take long."""
    is_night = os.environ.get("HYPOTHESIS_PROFILE") == "nightly"
    return settings(max_examples=at_night if is_night else by_day)
