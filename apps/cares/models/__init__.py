"""What somebody looks after, in what words, what became of it, and ways to find out."""

from apps.cares.models.card import OwnCard
from apps.cares.models.care import Care
from apps.cares.models.domain_check import DomainCheck, DomainMark, LifeDomain
from apps.cares.models.event import CareEvent
from apps.cares.models.pair import PairPick, PairRun
from apps.cares.models.sort import SortedCard, ValueSort
from apps.cares.models.statement import CareStatement

__all__ = [
    "Care",
    "CareEvent",
    "CareStatement",
    "DomainCheck",
    "DomainMark",
    "LifeDomain",
    "OwnCard",
    "PairPick",
    "PairRun",
    "SortedCard",
    "ValueSort",
]
