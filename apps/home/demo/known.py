"""What is known of the people in the life: circles, their words, when she heard from them, days."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import Any

from apps.home.demo import texts
from apps.home.demo.chance import Chance
from apps.home.demo.plan import Life
from apps.home.demo.rows import insert
from apps.people.models import Circle, CircleMember, Concern, Contact, Person, PersonDate
from apps.people.models.circle import key_of

Stamped = Callable[[date], dict[str, Any]]


def add(life: Life) -> None:
    """Everything of words/known.toml, each noted in the evening of its day."""
    chance, said = life.chance("known"), texts.known()
    stamped = partial(_stamped, life, chance)
    _picture(life, said["pictured"], stamped)
    names = {key: someone.name for key, someone in texts.people().items()}
    by_name = {person.name: person for person in Person.objects.for_user(life.owner)}
    people = {key: by_name[name] for key, name in names.items()}
    for note in said["note"]:
        values = {name: value for name, value in note.items() if name != "who"}
        Person.objects.filter(pk=people[note["who"]].pk).update(**values)
    _circles(life, people, said["circle"], stamped)
    _words(life, people, said, stamped)
    insert(PersonDate, [_date(life, people, row, stamped) for row in said["date"]])


def _stamped(life: Life, chance: Chance, day: date) -> dict[str, Any]:
    at = datetime.combine(max(day, life.begins), time(19, chance.between(0, 59)), UTC)
    return {
        "id": chance.new_id(at),
        "owner": life.owner,
        "created_at": at,
        "updated_at": at,
    }


def _picture(life: Life, rows: list[dict[str, Any]], stamped: Stamped) -> None:
    kind = Person.Kind.PICTURED
    insert(Person, [Person(kind=kind, **row, **stamped(life.begins)) for row in rows])


def _circles(
    life: Life, people: dict[str, Person], rows: list[dict[str, Any]], stamped: Stamped
) -> None:
    circles = [
        Circle(
            name=row["name"],
            key=key_of(row["name"]),
            rhythm_weeks=row.get("weeks"),
            **stamped(life.begins),
        )
        for row in rows
    ]
    insert(Circle, circles)
    members = [
        CircleMember(circle=circle, person=people[key], **stamped(life.begins))
        for circle, row in zip(circles, rows, strict=True)
        for key in row["who"]
    ]
    insert(CircleMember, members)


def _words(life: Life, people: dict[str, Person], said: dict[str, Any], stamped: Stamped) -> None:
    concerns = []
    for row in said["concern"]:
        day = _ago(life, row["ago"])
        settled = _ago(life, row["settled"]) if "settled" in row else None
        concerns.append(
            Concern(
                person=people[row["who"]],
                words=row["words"],
                said_on=day,
                settled_on=settled,
                **stamped(day),
            )
        )
    insert(Concern, concerns)
    contacts = []
    for row in said["contact"]:
        day = _ago(life, row["ago"])
        person = people[row["who"]]
        words = row.get("words", "")
        contacts.append(
            Contact(person=person, day=day, how=row["how"], words=words, **stamped(day))
        )
    insert(Contact, contacts)


def _date(
    life: Life, people: dict[str, Person], row: dict[str, Any], stamped: Stamped
) -> PersonDate:
    day = life.today + timedelta(days=row["ahead"])
    return PersonDate(
        person=people[row["who"]],
        label=row["label"],
        month=day.month,
        day=day.day,
        year=_year(day, row["years"]) if "years" in row else None,
        **stamped(life.begins),
    )


def _year(day: date, years: int) -> int:
    """So many years before; for 29 February the last before that which has the day."""
    year = day.year - years
    return year - year % 4 if (day.month, day.day) == (2, 29) else year


def _ago(life: Life, days: int) -> date:
    return life.today - timedelta(days=days)
