"""Reading: the journal page by page, one entry, its star, and the way to the trash."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import SignedInRequest
from apps.core.htmx import page_or_fragment, target_of
from apps.core.http import get_owned
from apps.core.statements import together
from apps.core.templatetags.core import dom_id
from apps.journal import looking_back
from apps.journal.marking import highlights_of, marks_of, on_page
from apps.journal.models import Entry
from apps.journal.reading import Page, entry_to_read, next_page_of_all, since
from apps.journal.sorting import throw_entries_away
from apps.journal.ties import ties_of
from apps.journal.uploads import attachments_of
from apps.journal.views.undoing import offer_undo


@require_safe
def entry_list(request: SignedInRequest) -> HttpResponse:
    """The journal, newest first by month; `?before=` an entry gives what follows it."""
    first_day = since(request.user) if not target_of(request) else None
    return show_thread(
        request,
        "journal/entry_list.html",
        partial(next_page_of_all, request.user),
        reverse("journal:entry_list"),
        {"since": first_day},
    )


def show_thread(
    request: SignedInRequest,
    template: str,
    page_after: Callable[[Entry | None], Page],
    address: str,
    more: dict[str, object],
) -> HttpResponse:
    """Entries by month, a screenful at a time; what follows is a fragment for htmx, or a page.

    `page_after` gives the entries that follow one, or the first ones (reading.next_page).
    `address` is where they begin, and where a `?before=` that names no entry leads back to.
    """
    cursor = cursor_of(request)
    if cursor is None and "before" in request.GET:
        return redirect(address)
    context = {
        "page": page_after(cursor),
        "address": address,
        "is_first": cursor is None,
        "previous_month": cursor.local_date.replace(day=1) if cursor else None,
    }
    return page_or_fragment(
        request, template, "journal/_entry_page.html", context | more, target="older"
    )


@require_safe
def entry_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One entry, to read, with what is marked in it, what it answers and what was written since."""
    entry = entry_to_read(request.user, pk)
    of_it = {"owner": request.user.pk, "entry": pk}
    found, layers, ties = together(
        highlights_of.begun(**of_it), looking_back.layers.begun(**of_it), ties_of.begun(entry)
    )
    highlights = on_page(entry, found)
    beside = {
        "text": entry.marked(marks_of(highlights)),
        "highlights": highlights,
        "layers": layers,
        "ties": ties,
        "attachments": attachments_of(entry),
    }
    return render(request, "journal/entry_detail.html", {"entry": entry} | beside)


@require_POST
def entry_star(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Set or take the star. Not a change of the text: no version, no conflict."""
    entry = get_owned(Entry.objects.without_text(), request.user, pk)
    entry.starred = request.POST.get("starred") == "yes"
    Entry.objects.for_user(request.user).filter(pk=pk).update(starred=entry.starred)
    if target_of(request) == dom_id(entry, "star"):
        return render(request, "journal/_star.html", {"entry": entry, "focus": True})
    return redirect(entry)


@require_http_methods(["GET", "HEAD", "POST"])
def entry_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then put the entry into the trash."""
    entry = get_owned(Entry.objects.all(), request.user, pk)
    if request.method == "POST":
        undoing = throw_entries_away(request.user, [entry.pk], timezone.now())
        offer_undo(request, _("The entry is in the trash. It is kept there for 30 days."), undoing)
        return redirect("journal:entry_list")
    return render(request, "journal/entry_delete.html", {"entry": entry})


def cursor_of(request: SignedInRequest) -> Entry | None:
    """The entry that `?before=` names, if there is one."""
    try:
        pk = UUID(request.GET.get("before", ""))
    except ValueError:
        return None
    return Entry.objects.for_user(request.user).without_text().filter(pk=pk).first()
