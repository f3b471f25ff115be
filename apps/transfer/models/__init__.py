from apps.transfer.models.export import Check, Export
from apps.transfer.models.origin import (
    BEGINNING_LENGTH,
    KEY_LENGTH,
    NAME_LENGTH,
    Brought,
    Import,
    Origin,
    Outcome,
)
from apps.transfer.models.upload import Upload
from apps.transfer.models.work import OPEN, State

__all__ = [
    "BEGINNING_LENGTH",
    "KEY_LENGTH",
    "NAME_LENGTH",
    "OPEN",
    "Brought",
    "Check",
    "Export",
    "Import",
    "Origin",
    "Outcome",
    "State",
    "Upload",
]
