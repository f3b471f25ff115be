"""Highlights: marking words of an entry, all that was marked, the note on one, letting it go."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import SignedInRequest
from apps.core.htmx import page_or_fragment, target_of
from apps.core.http import get_owned
from apps.core.models import OwnedQuerySet
from apps.core.text import shown
from apps.journal import marking
from apps.journal.highlighting import CONTEXT, Span, nearest, places
from apps.journal.marking_forms import MarkForm, NoteForm
from apps.journal.models import Entry, Highlight
from apps.journal.views.undoing import offer_undo

PAGE = 20
# So many places of the same words are offered to choose from.
OFFERED = 20


@require_safe
def highlight_list(request: SignedInRequest) -> HttpResponse:
    """All that was marked, newest first; `?year=` keeps to entries of one year."""
    highlights = Highlight.objects.for_user(request.user).filter(entry__trashed_at=None)
    is_first = target_of(request) != "older"
    years = list(highlights.dates("entry__local_date", "year", order="DESC")) if is_first else []
    year = _year(request.GET.get("year", ""))
    if year:
        highlights = highlights.filter(
            entry__local_date__range=(date(year, 1, 1), date(year, 12, 31))
        )
    before = _id(request.GET.get("before", ""))
    if before:
        highlights = highlights.filter(pk__lt=before)
    rows = highlights.select_related("entry").only(
        *("owner", "quote", "note", "standing", "revision_id"),
        *("entry__owner", "entry__title", "entry__local_date"),
    )
    found = list(rows.order_by("-id")[: PAGE + 1])
    address = reverse("journal:highlight_list") + "?"
    context = {
        "highlights": found[:PAGE],
        "following": found[PAGE - 1].pk if len(found) > PAGE else None,
        "address": f"{address}year={year}&" if year else address,
        "years": years,
        "year": year,
    }
    return page_or_fragment(
        request,
        "journal/highlight_list.html",
        "journal/_highlight_page.html",
        context,
        target="older",
    )


@dataclass(frozen=True)
class Place:
    """One of several places where the same words stand, with some of what is around them."""

    start: int
    before: str
    words: str
    after: str


@require_http_methods(["GET", "HEAD", "POST"])
def highlight_create(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Mark words of an entry: those that were selected, or that somebody typed.

    Where typed words stand several times, the page asks which are meant. `then=note` leads on to
    the note. 422 where they do not stand there, or are not words.
    """
    entry = get_owned(Entry.objects.all(), request.user, pk)
    form = MarkForm(request.POST or None)
    found: list[Span] = []
    text = shown(entry.body_html)
    if request.method == "POST" and form.is_valid():
        quote, start = form.cleaned_data["quote"], form.cleaned_data["start"]
        found = places(text, quote)
        span = _meant(text, quote, start, found)
        if span is not None:
            return _mark(request, entry, text[span.start : span.end], span.start, form)
        form.add_error("quote", _how_many(len(found)))
    if target_of(request) == "marked-text":
        messages.error(
            request, " ".join(str(error) for said in form.errors.values() for error in said)
        )
        return _marked_text(request, entry, status=422)
    context = {"form": form, "entry": entry, "places": _offered(text, found)}
    return render(
        request, "journal/highlight_create.html", context, status=422 if form.is_bound else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def highlight_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Marked words: where they stand, and the note on them, to be changed."""
    highlight = get_owned(_with_entry(), request.user, pk)
    typed = request.POST if request.method == "POST" else None
    form = NoteForm(typed, initial={"note": highlight.note})
    if typed is not None and form.is_valid():
        marking.annotate(highlight, form.cleaned_data["note"])
        messages.success(request, _("The note is saved."))
        return redirect(_on_entry(highlight))
    return render(
        request,
        "journal/highlight_detail.html",
        {"highlight": highlight, "form": form},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def highlight_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then mark the words no longer. Can be taken back for a day."""
    highlight = get_owned(_with_entry(), request.user, pk)
    if request.method == "POST":
        entry = highlight.entry
        offer_undo(request, _("The words are not marked any more."), marking.remove(highlight))
        return redirect(entry)
    return render(request, "journal/highlight_delete.html", {"highlight": highlight})


def _with_entry() -> OwnedQuerySet[Highlight]:
    return Highlight.objects.select_related("entry").defer("entry__body", "entry__body_html")


def _meant(text: str, quote: str, start: int | None, found: list[Span]) -> Span | None:
    """The place that is meant: the only one, the one that was chosen, the one that was selected."""
    if start is None:
        return found[0] if len(found) == 1 else None
    chosen = next((span for span in found if span.start == start), None)
    return chosen or nearest(text, quote, start)


def _mark(
    request: SignedInRequest, entry: Entry, words: str, start: int, form: MarkForm
) -> HttpResponse:
    note = form.cleaned_data["note"]
    try:
        highlight = marking.mark(request.user, entry.pk, words, hint=start, note=note)
    except marking.NotThere:
        # The entry has changed since it was read a moment ago.
        form.add_error("quote", _how_many(0))
        context = {"form": form, "entry": entry, "places": []}
        return render(request, "journal/highlight_create.html", context, status=422)
    if request.POST.get("then") == "note":
        return redirect(highlight)
    if target_of(request) == "marked-text":
        return _marked_text(request, entry, fresh=highlight)
    return redirect(_on_entry(highlight))


def _marked_text(
    request: HttpRequest, entry: Entry, *, fresh: Highlight | None = None, status: int = 200
) -> HttpResponse:
    """The text of the entry with its marks, in the place of what stood there."""
    found = marking.on_page(entry, marking.highlights_of(owner=entry.owner_id, entry=entry.pk))
    text = entry.marked(marking.marks_of(found))
    context = {"entry": entry, "text": text, "highlights": found, "fresh": fresh}
    return render(request, "journal/_marked_text.html", context, status=status)


def _on_entry(highlight: Highlight) -> str:
    """The words on the page of their entry."""
    return f"{highlight.entry.get_absolute_url()}#{highlight.anchor}"


def _how_many(count: int) -> str:
    if not count:
        return _("These words do not stand in the entry. Copy them from it, or type a few of them.")
    words = ngettext("They stand in %(count)s place.", "They stand in %(count)s places.", count)
    return f"{words % {'count': count}} {_('Choose which are meant.')}"


def _offered(text: str, found: list[Span]) -> list[Place]:
    return [
        Place(
            start,
            f"{'…' if start > CONTEXT else ''}{text[max(0, start - CONTEXT) : start]}",
            text[start:end],
            f"{text[end : end + CONTEXT]}{'…' if end + CONTEXT < len(text) else ''}",
        )
        for start, end in found[:OFFERED]
    ]


def _year(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) == 4 and 1000 <= int(text) < 3000 else None


def _id(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
