"""Tying promises to the cares they are about: a private note of the owner's, on both pages."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from apps.accounts.models import User
from apps.cares.models import Care
from apps.core.statements import KeyedStatement, Reading, Steps
from apps.promises.models import Promise, PromiseCare
from apps.promises.reading import ROW, Page, page_after

# A care's page shows so many of the promises about it.
ABOUT_SHOWN = 5


@Reading
def cares_of(promise: Promise) -> Steps[list[Care]]:
    """The cares a promise is about, the oldest tie first; one query."""
    links = yield from _links.begun(owner=promise.owner_id, promise=promise.pk)
    return [link.care for link in links]


@KeyedStatement
def _links(owner: Any, promise: Any) -> QuerySet[PromiseCare]:
    links = PromiseCare.objects.filter(owner=owner, promise=promise, care__let_go_at=None)
    return links.select_related("care").only("care__label").order_by("id")


def latest_about(owner: UUID, cares: Collection[UUID]) -> list[Promise]:
    """The promises about any of these cares, the last that moved first; one query."""
    return list(_about(owner, cares).order_by("-moved_at", "-id")[:ABOUT_SHOWN])


def page_about(owner: UUID, cares: Collection[UUID], after: str) -> Page:
    """All of them, a page at a time; `after` is the id of the last row before."""
    return page_after(_about(owner, cares), owner, after)


def _about(owner: UUID, cares: Collection[UUID]) -> Any:
    links = PromiseCare.objects.filter(owner=owner, care__in=cares)
    rows = Promise.objects.filter(owner=owner, pk__in=links.values("promise"))
    return rows.shown().with_person().only(*ROW)


@transaction.atomic
def pick_cares(owner: User, promise: Promise, cares: Collection[UUID]) -> None:
    """Let the cares a promise is about be exactly these; ties to those let go of wait for them."""
    links = PromiseCare.objects.for_user(owner).filter(promise=promise, care__let_go_at=None)
    links.exclude(care__in=cares).delete()
    rows = [PromiseCare(owner=owner, promise=promise, care_id=pk) for pk in cares]
    PromiseCare.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def pick_promises_of(
    owner: User, care: Care, offered: Collection[UUID], chosen: Collection[UUID]
) -> None:
    """Of the promises that were offered, let exactly the chosen ones be about this care."""
    links = PromiseCare.objects.for_user(owner).filter(care=care, promise__in=offered)
    links.exclude(promise__in=chosen).delete()
    rows = [PromiseCare(owner=owner, care=care, promise_id=pk) for pk in chosen]
    PromiseCare.objects.bulk_create(rows, ignore_conflicts=True)
