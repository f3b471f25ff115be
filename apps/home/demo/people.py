"""The people in the life."""

from datetime import UTC, datetime, time, timedelta

from apps.home.demo import texts
from apps.home.demo.plan import Life
from apps.home.demo.rows import insert
from apps.people.models import Person


def add(life: Life) -> None:
    """Everybody met so far, each noted down on the day of meeting or soon after the beginning."""
    chance = life.chance("people")
    rows = []
    for someone in texts.people().values():
        met = life.today - timedelta(days=int(someone.since * 30.44))
        day = max(met, life.begins + timedelta(days=chance.between(0, 9)))
        noted = datetime.combine(min(day, life.today), time(17, chance.between(0, 59)), UTC)
        rows.append(
            Person(
                id=chance.new_id(noted),
                owner=life.owner,
                name=someone.name,
                how_known=someone.how_known,
                notes=someone.notes.strip(),
                created_at=noted,
                updated_at=noted,
            )
        )
    insert(Person, rows)
