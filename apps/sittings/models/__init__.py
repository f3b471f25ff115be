"""Sittings, what was answered in them, and sessions that people made."""

from apps.sittings.models.own import OwnSession, OwnStep
from apps.sittings.models.sitting import Answer, Sitting

__all__ = ["Answer", "OwnSession", "OwnStep", "Sitting"]
