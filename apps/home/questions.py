"""The question of a day, with all there is to ask about, and what Today shows of it."""

from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Subquery
from django.utils import translation

from apps.accounts.models import Session, User
from apps.cares.reading import alive, todays
from apps.journal.caring import untouched
from apps.journal.quiet import quiet_people
from apps.people.models import Person
from apps.promises.models import PromiseSettings
from apps.promises.occasions import occasions_of, promises_to_ask_about, things_of
from apps.prompts import asking
from apps.prompts.models import Serving
from apps.prompts.today import Open, Thing, calling

# Who was here lately finds the question of a day kept when they come.
LATELY = timedelta(days=14)
# So many people may be asked about, those last changed first.
MOST_PEOPLE = 40


def open_of(user: User, day: date, now: datetime) -> Open:
    """All that the question of this day may be about, in the language of the page; five queries."""
    promises = promises_to_ask_about(user, now)
    people = Person.objects.for_user(user).exclude(kind=Person.Kind.PICTURED)
    names = people.order_by("-updated_at", "pk").values_list("pk", "name")[:MOST_PEOPLE]
    return Open(
        things={
            "person": [Thing(f"person:{pk}", {"person": name}) for pk, name in names],
            "promise": things_of(promises),
            "care": [
                Thing(f"care:{said.care_id}", {"care": said.care.label})
                for said in alive(todays(user))
            ],
        },
        occasions=[
            *occasions_of(promises, day, now),
            *(
                calling("care_untouched", f"care:{it.care}", {"care": it.name, "n": it.weeks})
                for it in untouched(user, day)
            ),
            *(
                calling("person_quiet", f"person:{it.person}", {"person": it.name, "n": it.weeks})
                for it in quiet_people(user, day)
            ),
        ],
    )


def is_dwelling(user: User) -> bool:
    """Whether nothing has to grow for now."""
    return PromiseSettings.objects.for_user(user).filter(is_dwelling=True).exists()


def look(user: User, now: datetime) -> Serving | None:
    """The question of today, kept or not. Writes nothing."""
    day = user.today(now)
    return asking.look(user, day, open_of(user, day, now), is_dwelling=is_dwelling(user))


def ask(user: User, now: datetime) -> Serving | None:
    """The question of today, kept from now on."""
    day = user.today(now)
    kept = asking.question_of(user, day)
    if kept is not None:
        # Without gathering all there is to ask about.
        return kept
    return asking.ask(user, day, open_of(user, day, now), is_dwelling=is_dwelling(user))


def swap(user: User, now: datetime) -> Serving | None:
    """Another one for today."""
    day = user.today(now)
    return asking.swap(user, day, open_of(user, day, now), now, is_dwelling=is_dwelling(user))


def ask_everybody(now: datetime) -> int:
    """Keep the question of the day for whoever was here lately and has none; returns how many.

    Only whose day has begun: a day begins when theirs does, at the hour they chose.
    """
    lately = Session.objects.filter(owner=OuterRef("pk"), seen_at__gt=now - LATELY)
    last = Serving.objects.filter(owner=OuterRef("pk")).order_by("-local_date")
    users = (
        User.objects.filter(Exists(lately), is_active=True)
        .annotate(asked_on=Subquery(last.values("local_date")[:1]))
        .order_by("pk")
    )
    asked = 0
    for user in users.iterator(chunk_size=500):
        if user.asked_on is None or user.asked_on < user.today(now):
            with translation.override(user.language or translation.get_language()):
                asked += ask(user, now) is not None
    return asked
