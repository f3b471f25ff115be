"""Making a whole life: the person first, then every part in its order.

A feature adds its part with a module beside this one, a function that takes a Life, and a line in
PARTS after the parts it builds on. A part takes its decisions from `life.chance("its name")`, so
that it changes nothing in the parts that were there before.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time

from allauth.account.models import EmailAddress
from django.db import transaction

from apps.accounts.models import User
from apps.home.demo import (
    attachments,
    cares,
    journal,
    known,
    people,
    promises,
    questions,
    sittings,
    sorting,
    values,
)
from apps.home.demo.chance import Chance
from apps.home.demo.days import DAY_STARTS_AT, HOME_ZONE
from apps.home.demo.plan import Life

PARTS: list[Callable[[Life], None]] = [
    people.add,
    known.add,
    journal.add,
    attachments.add,
    sorting.add,
    promises.add,
    cares.add,
    questions.add,
    values.add,
    sittings.add,
]


@transaction.atomic
def make(
    *,
    email: str,
    password: str | None,
    name: str = "Mira",
    today: date,
    years: int = 2,
    entries: int = 600,
    seed: int = 1,
) -> Life:
    """Make the person and everything in their journal, ending on the day `today`.

    Without a password nobody can log in as them. The address must be free: the database refuses
    a second person with it (IntegrityError).
    """
    life = Life(_person(email, password, name, today, years, seed), today, years, entries, seed)
    for part in PARTS:
        part(life)
    return life


def _person(
    email: str, password: str | None, name: str, today: date, years: int, seed: int
) -> User:
    joined = datetime.combine(today.replace(year=today.year - years, day=1), time(18), UTC)
    person = User.objects.create_user(
        email,
        password,
        id=Chance(seed, email, "person").new_id(joined),
        name=name,
        time_zone=HOME_ZONE,
        day_starts_at=DAY_STARTS_AT,
    )
    User.objects.filter(pk=person.pk).update(created_at=joined)
    EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
    return person
