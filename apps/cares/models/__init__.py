"""What somebody looks after, in what words, and what became of it."""

from apps.cares.models.care import Care
from apps.cares.models.event import CareEvent
from apps.cares.models.statement import CareStatement

__all__ = ["Care", "CareEvent", "CareStatement"]
