"""What the page of today shows, gathered in one place."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from apps.accounts.models import User
from apps.core.models import new_id
from apps.core.periods import zone
from apps.core.statements import together
from apps.journal.forms import WriterForm, blank_writer, writer_for
from apps.journal.looking_back import Past, past_of
from apps.journal.models import Entry
from apps.journal.reading import Weeks, entry_to_read, last_weeks, of_day
from apps.people.today import Line as PersonLine
from apps.people.today import lines_of
from apps.promises.models import Promise
from apps.promises.reading import wanted_today
from apps.prompts.asking import question_of
from apps.prompts.models import Serving
from apps.sittings.offered import Line as SittingLine
from apps.sittings.offered import line_of


@dataclass(frozen=True)
class Today:
    """The day, its hour, the writer, and all that is beside and below it."""

    day: date
    hour: int
    form: WriterForm
    entry_id: UUID
    open_entry: Entry | None
    entries: list[Entry]
    weeks: Weeks
    past: Past
    promises: list[Promise]
    question: Serving | None
    people: list[PersonLine]
    sitting: SittingLine
    now: datetime


def day_of(user: User, now: datetime) -> Today:
    """Today for this person.

    What hangs on the person and the day alone is asked for together: the day's entries, on which
    days there were any, what comes back of the past (in two steps), the promises that want
    something, the question, and the lines about people and sittings. One query more for the text
    that is being written.

    An entry whose sitting goes on (saved within ten minutes and not closed) is in the writer; so
    a reload in the middle of a sentence goes on with that sentence.
    """
    day = user.today(now)
    entries, weeks, past, promises, question, people, sitting = together(
        of_day.begun(owner=user.pk, day=day),
        last_weeks.begun(user, day),
        past_of.begun(user, day),
        wanted_today.begun(user, day),
        question_of.begun(user, day),
        lines_of.begun(user, day),
        line_of.begun(user, day),
    )
    open_row = max(
        (entry for entry in entries if entry.is_open(now)),
        key=lambda entry: entry.saved_at,
        default=None,
    )
    open_entry = entry_to_read(user, open_row.pk) if open_row else None
    return Today(
        day=day,
        hour=now.astimezone(zone(user.time_zone)).hour,
        form=writer_for(open_entry, user) if open_entry else blank_writer(user, now),
        entry_id=open_entry.id if open_entry else new_id(),
        open_entry=open_entry,
        entries=[entry for entry in entries if entry is not open_row],
        weeks=weeks,
        past=past.after({entry.answers_id for entry in entries if entry.answers_id}),
        promises=promises,
        question=question,
        people=people,
        sitting=sitting,
        now=now,
    )
