"""The entries about a care, and choosing which they are."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import SignedInRequest
from apps.cares.models import Care
from apps.cares.reading import lineage_of
from apps.core.http import get_owned
from apps.journal import sorting
from apps.journal.models import Entry, EntryCare
from apps.journal.reading import next_page
from apps.journal.views.entries import show_thread

# The newest that are about it, and the newest that are not. Older ones are tied on their own pages.
MOST_TIED, MOST_OFFERED = 100, 30


@require_safe
def care_entries(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """All about a care and those it came from, newest first; `?before=` gives what follows it."""
    care = get_owned(Care.objects.kept(), request.user, pk)
    cares = lineage_of(care.owner_id, care.pk)
    return show_thread(
        request,
        "journal/care_entries.html",
        partial(next_page, sorting.entries_about_cares(care.owner_id, cares)),
        reverse("journal:care_entries", args=[pk]),
        {"care": care},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def care_choose(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The last entries, each with a box that says whether it is about this care."""
    care = get_owned(Care.objects.kept(), request.user, pk)
    links = EntryCare.objects.for_user(request.user).filter(care=care)
    entries = Entry.objects.for_user(request.user).kept().as_rows().newest_first()
    about = entries.filter(pk__in=links.values("entry"))
    tied = list(about[:MOST_TIED])
    latest = list(entries.exclude(pk__in=links.values("entry"))[:MOST_OFFERED])
    if request.method == "POST":
        # What was shown there and is not chosen any more is let go; what came since stays.
        shown, chosen = (set(request.POST.getlist(name)) for name in ("shown", "entries"))
        mine = [entry.pk for entry in (*tied, *latest)]
        sorting.pick_entries_of(
            request.user,
            care,
            offered=[pk for pk in mine if str(pk) in shown],
            chosen=[pk for pk in mine if str(pk) in chosen],
        )
        messages.success(request, _("Saved."))
        return redirect(care)
    context = {"care": care, "tied": tied, "latest": latest}
    return render(request, "journal/care_choose.html", context)
