"""Promises and cares as forms out tell them: with every version of their words, oldest first.

They come along where everything is wanted. A choice is one of entries: what somebody promised in a
year, or beside some words, nobody asked for.
"""

from django.db.models import Prefetch

from apps.accounts.models import User
from apps.cares.models import Care, CareStatement
from apps.cares.models.care import CareQuerySet
from apps.promises.models import Promise, PromiseCare, Terms
from apps.promises.models.promise import PromiseQuerySet
from apps.transfer.choosing import Choice

AT_ONCE = 100


def promises_of(user: User, choice: Choice) -> PromiseQuerySet:
    """All promises, also those out of sight, each with its terms and cares; best iterated."""
    if not choice.is_everything:
        return Promise.objects.none()
    terms = Terms.objects.for_user(user).order_by("number")
    links = PromiseCare.objects.for_user(user).order_by("care_id")
    return (
        Promise.objects.for_user(user)
        .with_person()
        .prefetch_related(Prefetch("all_terms", terms))
        .prefetch_related(Prefetch("care_links", links))
        .order_by("created_at", "id")
    )


def cares_of(user: User, choice: Choice) -> CareQuerySet:
    """All cares that were not let go of, each with its statements; best iterated."""
    if not choice.is_everything:
        return Care.objects.none()
    statements = CareStatement.objects.for_user(user).select_related("person").order_by("version")
    return (
        Care.objects.for_user(user)
        .kept()
        .prefetch_related(Prefetch("statements", statements))
        .order_by("begun_on", "id")
    )
