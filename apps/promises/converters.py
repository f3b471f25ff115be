"""Moves in addresses: those that somebody makes on a page of its own."""

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
