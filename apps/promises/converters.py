"""Moves and Mondays in addresses: those that have a page of their own."""

from datetime import date

from apps.promises.acting import ACTS
from apps.promises.states import Move


class MoveInAddress:
    """`not-yet`; what only the clock does, or what begins a promise, is no address."""

    regex = "|".join(move.value.replace("_", "-") for move in ACTS)

    def to_python(self, value: str) -> Move:
        """The move."""
        return Move(value.replace("-", "_"))

    def to_url(self, value: Move | str) -> str:
        """With hyphens."""
        return Move(value).value.replace("_", "-")


class MondayInAddress:
    """`2026-11-23`; a day that is no Monday is no address."""

    regex = "[12][0-9]{3}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """The day. Raises ValueError for a Tuesday, and for 30 February."""
        day = date.fromisoformat(value)
        if day.weekday():
            raise ValueError("no Monday")
        return day

    def to_url(self, value: date) -> str:
        """As in ISO 8601."""
        return value.isoformat()
