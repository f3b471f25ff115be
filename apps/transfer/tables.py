"""What an archive holds: the tables of a life, their fields, and what is left out and why.

A new model or field is in the archive without a line being added here; what should not be is named
with its reason (tests/house/test_transfer_covers.py).
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from django.apps import apps
from django.db import models

from apps.core.models import Owned
from apps.prompts.models import Pack, Prompt, Wording

# Tables of this installation and of its secrets, and those that are made anew from the rest.
LEFT_OUT_TABLES = {
    "accounts.SecurityEvent": "what happened at this installation's door",
    "accounts.Session": "a log-in of this installation",
    "capture.AccessToken": "a secret of this installation",
    "capture.KeptAnswer": "an answer kept for a day, in case it is asked for again",
    "capture.MailAddress": "a secret of this installation",
    "capture.ReceivedMail": "which mails arrived here; what they said is an entry",
    "journal.EntryWords": "made anew from the entry",
    "journal.Survey": "made anew from the entries",
    "journal.Undoing": "what can be undone for a few minutes",
    "journal.Unsettled": "what the job queue is still to do here",
    "people.CardImport": "a preview that waits to be confirmed",
    "people.PersonMerge": "what can be taken back for a while",
    "promises.CalendarFeed": "a secret of this installation",
    "promises.Invitation": "a secret link of this installation; what was said by it is an event",
    "promises.Letter": "a letter with such a link",
    "transfer.Check": "how an archive was compared here",
    "transfer.Export": "how an archive was made here; it would hold itself",
    "transfer.Import": "what was done here with a file; what came of it is entries",
    "transfer.Origin": "which rows came here out of an archive",
    "transfer.Outcome": "what became of each entry of such a file, for as long as it can be undone",
    "transfer.Upload": "a file that was handed in here, kept until it came in",
}
MADE_ANEW = "made anew from the text"
LEFT_OUT_FIELDS = {
    "journal.Entry.body_html": MADE_ANEW,
    "journal.Entry.opening_html": MADE_ANEW,
    "journal.Entry.is_whole": MADE_ANEW,
    "journal.Entry.attached": "made anew from the files",
    "journal.Entry.month_day": "made by the database from the day",
    "journal.Entry.writer": "a page that wrote here",
    "journal.Entry.writer_sequence": "a page that wrote here",
    "journal.Entry.writer_began_at": "a page that wrote here",
    "journal.Attachment.key": "where the file lies in this installation",
    "journal.Attachment.state": "whether its smaller pictures are made yet",
    "people.PersonDate.month_day": "made by the database from month and day",
    "promises.Promise.need": "made by the database from where it stands",
    "promises.Event.invitation_id": "a secret link of this installation",
    "sittings.Answer.writer": "a page that wrote here",
    "sittings.Answer.writer_sequence": "a page that wrote here",
    "sittings.Answer.writer_began_at": "a page that wrote here",
}
# Shipped for everybody or somebody's own. Of what is shipped an archive holds what it refers to.
OPEN = (Pack, Prompt, Wording)


def label(model: type[models.Model]) -> str:
    """The name of a table in an archive: "journal.Entry"."""
    return model._meta.label


@cache
def tables() -> tuple[type[models.Model], ...]:
    """The models of an archive, each after those its rows point at, as far as there is an order."""
    wanted = [
        model
        for model in apps.get_models()
        if (issubclass(model, Owned) or model in OPEN) and label(model) not in LEFT_OUT_TABLES
    ]
    ordered: list[type[models.Model]] = []

    def put(model: type[models.Model], above: tuple[type[models.Model], ...] = ()) -> None:
        if model in ordered or model in above:
            return
        for field in fields_of(model):
            if field.related_model in wanted:
                put(field.related_model, (*above, model))
        ordered.append(model)

    for model in wanted:
        put(model)
    return tuple(ordered)


@cache
def fields_of(model: type[models.Model]) -> tuple[Any, ...]:
    """The fields of a table that an archive holds; whose row it is goes without saying."""
    return tuple(
        field
        for field in model._meta.concrete_fields
        if field.name != "owner" and f"{label(model)}.{field.name}" not in LEFT_OUT_FIELDS
    )


def excuses() -> Iterator[tuple[str, str]]:
    """All that is left out, with the reason."""
    yield from LEFT_OUT_TABLES.items()
    yield from LEFT_OUT_FIELDS.items()
