"""Who is at the other end, and what is known of them."""

from apps.people.models.card import Card, CardImport
from apps.people.models.circle import Circle, CircleMember
from apps.people.models.concern import Concern
from apps.people.models.contact import Contact
from apps.people.models.merge import PersonMerge
from apps.people.models.person import Person
from apps.people.models.person_date import PersonDate

__all__ = [
    "Card",
    "CardImport",
    "Circle",
    "CircleMember",
    "Concern",
    "Contact",
    "Person",
    "PersonDate",
    "PersonMerge",
]
