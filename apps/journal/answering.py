"""Entries that answer a question: tying them to it, and every answer ever given, in order."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.http import Http404

from apps.accounts.models import User
from apps.journal.models import Entry, EntryQuestion
from apps.prompts import asking
from apps.prompts.models import Pack, Prompt, Serving, Wording

# So many answers are shown side by side, the latest; older ones are in the journal.
SHOWN = 30
# A question that is asked each year is written anew before the answers of other years are seen.
SEALED_AFTER = timedelta(days=300)
# The order of the journal, of what hangs on its entries.
NEWEST = ("-entry__local_date", "-entry__occurred_at", "-entry_id")


@dataclass(frozen=True)
class Asked:
    """A question somebody is about to answer: what its entry will be tied to, and its words."""

    id: UUID
    wording: Wording
    text: str
    serving: Serving | None = None


@dataclass(frozen=True)
class Answers:
    """The answers to one question, the oldest first, and whether they wait for a new one.

    `more` are older ones that are not shown.
    """

    links: list[EntryQuestion]
    more: int
    is_sealed: bool


def asked(owner: User, pk: UUID) -> Asked:
    """What this id asks: a question of a day, or the words of one. Raises Http404."""
    rows = Serving.objects.for_user(owner).select_related("wording")
    serving = rows.filter(pk=pk).first()
    if serving is not None:
        return Asked(pk, serving.wording, serving.text, serving)
    wording = Wording.objects.open_to(owner).filter(pk=pk).first()
    if wording is None:
        raise Http404
    return Asked(pk, wording, wording.shown)


def tie(owner: User, entry: Entry, pk: UUID, now: datetime) -> None:
    """Let an entry answer what this id asks. One that is gone is not answered."""
    try:
        found = asked(owner, pk)
    except Http404:
        return
    EntryQuestion.objects.create(
        owner=owner, entry=entry, wording=found.wording, serving=found.serving, text=found.text
    )
    if found.serving is not None:
        outcome = Serving.Outcome.WRITTEN
        asking.settle(owner, found.serving.pk, outcome, found.serving.local_date, now)


def answers_to(owner: User, prompt: Prompt, today: date) -> Answers:
    """Every answer to a question, in whichever words it was asked; two queries."""
    rows = _answers(owner).filter(wording__prompt=prompt)
    links = list(rows.order_by(*NEWEST)[: SHOWN + 1])
    more = rows.count() - SHOWN if len(links) > SHOWN else 0
    last = links[0].entry.local_date if links else today
    is_sealed = prompt.pack.kind == Pack.Kind.STANDING and today - last >= SEALED_AFTER
    return Answers(links[:SHOWN][::-1], more, is_sealed)


def with_answer_before(owner: User, pk: UUID) -> tuple[EntryQuestion, EntryQuestion]:
    """The answer that an entry is, and the one before it. Raises Http404 without both."""
    this = _answers(owner).filter(entry=pk).first()
    if this is None:
        raise Http404
    earlier = Entry.objects.for_user(owner).before(this.entry)
    rows = _answers(owner).filter(wording__prompt=this.wording.prompt_id, entry__in=earlier)
    before = rows.order_by(*NEWEST).first()
    if before is None:
        raise Http404
    return this, before


def _answers(owner: User) -> Any:
    rows = EntryQuestion.objects.for_user(owner).filter(entry__trashed_at=None)
    return rows.select_related("entry", "wording")
