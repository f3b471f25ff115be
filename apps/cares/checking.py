"""What is done with the domains of a life: named, and asked on a day what matters and is lived.

The two numbers of a domain are never added, averaged or set off against those of another.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.http import Http404

from apps.accounts.models import User
from apps.cares.gaps import Course, course
from apps.cares.models import DomainCheck, DomainMark, LifeDomain

# As many checks as pictures show; more than two years of one every fortnight.
MOST_CHECKS = 60
# More domains than a life has, and as many as a page asks about.
MOST_DOMAINS = 24


@dataclass(frozen=True)
class Said:
    """What somebody says of a domain: two numbers from 0 to 10, and a note. Each may be missing."""

    matters: int | None = None
    lived: int | None = None
    note: str = ""

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is said at all."""
        return self.matters is None and self.lived is None and not self.note


@dataclass(frozen=True)
class History:
    """The latest checks, the newest first, and of each domain how it went through them."""

    checks: Sequence[DomainCheck]
    courses: Sequence[Course]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said yet."""
        return not self.checks


def domains_of(owner: User) -> list[LifeDomain]:
    """The domains that are asked about, in their order."""
    rows = LifeDomain.objects.for_user(owner).filter(set_aside_at=None)
    return list(rows.order_by("position", "id")[:MOST_DOMAINS])


@transaction.atomic
def name_domains(*, owner: User, names: Iterable[str]) -> None:
    """Have these domains, each under its name; one that was set aside is asked about again."""
    rows = LifeDomain.objects.for_user(owner).select_for_update()
    there = {row.name.casefold(): row for row in rows}
    last = max((row.position for row in there.values()), default=0)
    for name in names:
        row = there.get(name.casefold())
        if row is None:
            last += 1
            there[name.casefold()] = LifeDomain.objects.create(
                owner=owner, name=name, position=last
            )
        elif row.set_aside_at is not None:
            row.set_aside_at = None
            row.save(update_fields=["set_aside_at", "updated_at"])


def next_position(owner: User) -> int:
    """Where a new domain comes: after all others."""
    found = LifeDomain.objects.for_user(owner).aggregate(last=Max("position"))["last"]
    return (found or 0) + 1


@transaction.atomic
def let_go(*, owner: User, domain_id: UUID, now: datetime) -> bool:
    """Ask about a domain no more. One of which something was said is set aside, and stays in its
    checks; another goes. Says whether it was set aside."""
    domain = LifeDomain.objects.for_user(owner).select_for_update().filter(pk=domain_id).first()
    if domain is None:
        raise Http404
    if DomainMark.objects.for_user(owner).filter(domain=domain).exists():
        domain.set_aside_at = now
        domain.save(update_fields=["set_aside_at", "updated_at"])
        return True
    domain.delete()
    return False


@transaction.atomic
def save(*, owner: User, day: date, said: Mapping[LifeDomain, Said]) -> DomainCheck:
    """Keep what was said on a day, in the place of what was said that day before."""
    DomainCheck.objects.get_or_create(owner=owner, day=day)
    check = DomainCheck.objects.for_user(owner).select_for_update().get(day=day)
    there = marks_of(check, owner)
    for domain, words in said.items():
        mark = there.get(domain.pk)
        if words.is_nothing:
            if mark is not None:
                mark.delete()
            continue
        mark = mark or DomainMark(owner=owner, check_of=check, domain=domain)
        mark.matters, mark.lived, mark.note = words.matters, words.lived, words.note
        mark.save()
    return check


def marks_of(check: DomainCheck | None, owner: User) -> dict[UUID, DomainMark]:
    """What a check says, by domain, in the order of the domains."""
    if check is None:
        return {}
    rows = DomainMark.objects.for_user(owner).filter(check_of=check).select_related("domain")
    return {row.domain_id: row for row in rows.order_by("domain__position", "domain_id")}


def check_on(owner: User, day: date) -> DomainCheck | None:
    """The check of a day, if there is one."""
    return DomainCheck.objects.for_user(owner).filter(day=day).first()


def check_before(owner: User, day: date) -> DomainCheck | None:
    """The last check before a day, if there is one."""
    return DomainCheck.objects.for_user(owner).filter(day__lt=day).order_by("-day").first()


def history(owner: User) -> History:
    """How it went; two queries. A domain of which nothing was said has no course."""
    checks = list(DomainCheck.objects.for_user(owner).order_by("-day")[:MOST_CHECKS])
    if not checks:
        return History([], [])
    marks = DomainMark.objects.for_user(owner).filter(check_of__in=checks)
    marks = marks.select_related("check_of", "domain").order_by("check_of__day")
    found: dict[UUID, list[DomainMark]] = {}
    domains: dict[UUID, LifeDomain] = {}
    for mark in marks:
        domains[mark.domain_id] = mark.domain
        found.setdefault(mark.domain_id, []).append(mark)
    # What is set aside comes last.
    ordered = sorted(
        domains.values(), key=lambda it: (it.set_aside_at is not None, it.position, it.pk)
    )
    first, last = checks[-1].day, checks[0].day
    courses = [
        course(
            domain.name,
            [(mark.check_of.day, mark.matters, mark.lived, mark.note) for mark in found[domain.pk]],
            (first, last),
            is_set_aside=domain.set_aside_at is not None,
        )
        for domain in ordered
    ]
    return History(checks, courses)
