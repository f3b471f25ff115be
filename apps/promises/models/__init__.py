"""Promises, what was agreed, what happened, and what it was worth."""

from apps.promises.models.amendment import Amendment
from apps.promises.models.assessment import ValueAssessment
from apps.promises.models.care import PromiseCare
from apps.promises.models.delivery import Delivery
from apps.promises.models.event import Event
from apps.promises.models.feed import CalendarFeed
from apps.promises.models.invitation import Invitation, Letter, OptOut
from apps.promises.models.link import PromiseLink
from apps.promises.models.notice import Notice
from apps.promises.models.promise import Promise
from apps.promises.models.settings import PromiseSettings
from apps.promises.models.terms import Terms
from apps.promises.models.week import PlannedPromise

__all__ = [
    "Amendment",
    "CalendarFeed",
    "Delivery",
    "Event",
    "Invitation",
    "Letter",
    "Notice",
    "OptOut",
    "PlannedPromise",
    "Promise",
    "PromiseCare",
    "PromiseLink",
    "PromiseSettings",
    "Terms",
    "ValueAssessment",
]
