from apps.transfer.models.export import OPEN, Check, Export, State
from apps.transfer.models.origin import Origin

__all__ = ["OPEN", "Check", "Export", "Origin", "State"]
