"""The gestures of marking: highlight words of an entry, note something about them, let them go.

A highlight is kept with the very text it was made in, as a revision, and follows its words through
later texts whenever the entry settles. Which words are meant is found by `highlighting`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.statements import KeyedStatement
from apps.core.text import Mark, shown
from apps.journal.drafting import keep
from apps.journal.highlighting import Stand, Standing, find, nearest, select
from apps.journal.models import Entry, Highlight, Revision, Undoing, Unsettled

# What is kept of a highlight, for bringing it back.
KEPT = (
    *("quote", "prefix", "suffix", "start", "occurrences", "note"),
    *("standing", "stands_from", "stands_to", "stands_in"),
)
# How much of marked words, or of a note, a link's name says.
SAID = 80


class NotThere(Exception):
    """The words do not stand in what the entry says now. Nothing was kept."""


@dataclass(frozen=True)
class Shown:
    """A highlight on the page of its entry, and where its words stand there."""

    highlight: Highlight
    stand: Stand


def mark(owner: User, entry_id: UUID, quote: str, *, hint: int, note: str = "") -> Highlight:
    """Highlight the words that stand nearest to `hint`, in letters of what is shown.

    Words that are marked already are not marked twice: that highlight is given back, with the note
    if it had none. Raises NotThere, and Entry.DoesNotExist for an entry of somebody else.
    """
    try:
        return _mark(owner, entry_id, quote, hint, note)
    except IntegrityError:
        # The same from another tab at the same moment: it is there now.
        return _mark(owner, entry_id, quote, hint, note)


@transaction.atomic
def _mark(owner: User, entry_id: UUID, quote: str, hint: int, note: str) -> Highlight:
    entry = Entry.objects.for_user(owner).select_for_update().get(pk=entry_id)
    text = shown(entry.body_html)
    span = nearest(text, quote, hint)
    if span is None:
        raise NotThere
    place_again(entry, text)
    there = Highlight.objects.for_user(owner).filter(
        entry=entry, stands_from=span.start, stands_to=span.end
    )
    found = there.first()
    if found is not None:
        if note and not found.note:
            annotate(found, note)
        return found
    selector = select(text, span)
    highlight = Highlight(
        owner=owner,
        entry=entry,
        revision=keep(entry),
        quote=selector.quote,
        prefix=selector.prefix,
        suffix=selector.suffix,
        start=selector.start,
        occurrences=selector.count,
        note=note,
    )
    highlight.stands(Stand(Standing.SAME, span), entry.version)
    highlight.save(force_insert=True)
    if note:
        _unsettle(owner, entry_id)
    return highlight


@transaction.atomic
def annotate(highlight: Highlight, note: str) -> None:
    """Say something about the words, or nothing any more. Search knows it once it settles."""
    highlight.note = note
    highlight.save(update_fields=["note", "updated_at"])
    _unsettle(highlight.owner, highlight.entry_id)


@transaction.atomic
def remove(highlight: Highlight) -> Undoing:
    """Mark the words no longer. The entry and the text they were marked in stay."""
    data = {name: getattr(highlight, name) for name in KEPT}
    data |= {name: str(getattr(highlight, f"{name}_id")) for name in ("entry", "revision")}
    owner, entry_id = highlight.owner, highlight.entry_id
    data["highlight"] = str(highlight.pk)
    highlight.delete()
    if data["note"]:
        _unsettle(owner, entry_id)
    return Undoing.objects.create(owner=owner, kind=Undoing.Kind.HIGHLIGHT_REMOVED, data=data)


def bring_back(owner: User, data: dict[str, Any]) -> None:
    """Mark words again. Raises Revision.DoesNotExist where the entry is gone by now."""
    revision = Revision.objects.for_user(owner).get(pk=data["revision"], entry=data["entry"])
    Highlight.objects.create(
        id=data["highlight"],
        owner=owner,
        entry_id=revision.entry_id,
        revision=revision,
        **{name: data[name] for name in KEPT},
    )
    _unsettle(owner, revision.entry_id)


def _unsettle(owner: User, entry_id: UUID) -> None:
    """Search knows notes, and words stand elsewhere by now: let both be looked at again."""
    Unsettled.objects.bulk_create(
        [Unsettled(owner=owner, entry_id=entry_id)], ignore_conflicts=True
    )


def place_again(entry: Entry, text: str | None = None) -> None:
    """Find out where the highlights of an entry stand in what it says now; two queries at most.

    `text` is what is shown of it, for who has it at hand.
    """
    moved = list(
        Highlight.objects.filter(owner=entry.owner_id, entry=entry).exclude(stands_in=entry.version)
    )
    if not moved:
        return
    text = shown(entry.body_html) if text is None else text
    for highlight in moved:
        highlight.stands(find(highlight.selector, text), entry.version)
    names = ["standing", "stands_from", "stands_to", "stands_in"]
    Highlight.objects.bulk_update(moved, names, batch_size=500)


# --- The page of an entry ---------------------------------------------------------------------


@KeyedStatement
def highlights_of(owner: Any, entry: Any) -> QuerySet[Highlight]:
    """The highlights of an entry, by where they stood."""
    rows = Highlight.objects.filter(owner=owner, entry=entry)
    return rows.defer("created_at", "updated_at").order_by("start", "id")


def on_page(entry: Entry, highlights: Iterable[Highlight]) -> list[Shown]:
    """Each highlight of an entry with where it stands in what the entry says now.

    Where that has not been worked out yet, because the entry has not settled, it is done here.
    """
    text: str | None = None
    found = []
    for highlight in highlights:
        if highlight.stands_in == entry.version:
            found.append(Shown(highlight, highlight.stand))
            continue
        text = shown(entry.body_html) if text is None else text
        found.append(Shown(highlight, find(highlight.selector, text)))
    return sorted(found, key=lambda it: (it.stand.standing == Standing.GONE, it.stand.span))


def marks_of(highlights: Sequence[Shown]) -> list[Mark]:
    """What is to be marked on the page; words that are gone stand nowhere."""
    return [
        Mark(
            start=each.stand.span.start,
            end=each.stand.span.end,
            id=each.highlight.anchor,
            href=each.highlight.get_absolute_url(),
            label=_label(each.highlight),
            is_noted=bool(each.highlight.note),
        )
        for each in highlights
        if each.stand.standing != Standing.GONE
    ]


def _label(highlight: Highlight) -> str:
    if highlight.note:
        return _("Your note: %(note)s") % {"note": Truncator(highlight.note).chars(SAID)}
    return _("Marked: %(words)s") % {"words": Truncator(highlight.quote).chars(SAID)}
