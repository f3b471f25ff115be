"""What the page of today shows, gathered in one place."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from apps.accounts.models import User
from apps.core.models import new_id
from apps.core.periods import zone
from apps.journal.forms import WriterForm, blank_writer, writer_for
from apps.journal.looking_back import Past, past_of
from apps.journal.models import Entry
from apps.journal.reading import Weeks, entry_to_read, last_weeks, of_day
from apps.promises.models import Promise
from apps.promises.reading import wanted_today
from apps.prompts.asking import question_of
from apps.prompts.models import Serving


@dataclass(frozen=True)
class Today:
    """The day, its hour, the writer, what was written, what comes back, is wanted and is asked."""

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
    now: datetime


def day_of(user: User, now: datetime) -> Today:
    """Today for this person.

    Six queries: the day's entries, on which days there were any, twice what comes back of the
    past, the promises that want something, and the question; a seventh for the text that is being
    written.

    An entry whose sitting goes on (saved within ten minutes and not closed) is in the writer; so
    a reload in the middle of a sentence goes on with that sentence.
    """
    day = user.today(now)
    entries = of_day(owner=user.pk, day=day)
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
        weeks=last_weeks(user, day),
        past=past_of(user, day, {entry.answers_id for entry in entries if entry.answers_id}),
        promises=wanted_today(user, day),
        question=question_of(user, day),
        now=now,
    )
