"""What was thrown away, for 30 days: take back, or let go for good."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import SignedInRequest
from apps.core.http import get_owned
from apps.journal import drafting, uploads
from apps.journal.models import Entry

SHOWN = 200


@require_safe
def trash_list(request: SignedInRequest) -> HttpResponse:
    """What lies in the trash, last thrown away first."""
    entries = Entry.objects.for_user(request.user).trashed().without_text()[:SHOWN]
    return render(request, "journal/trash_list.html", {"entries": entries})


@require_POST
def entry_take_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take an entry out of the trash."""
    entry = get_owned(Entry.objects.without_text(), request.user, pk)
    drafting.take_back(entry)
    messages.success(request, _("The entry is back in your journal."))
    return redirect(entry)


@require_http_methods(["GET", "HEAD", "POST"])
def entry_erase(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then let one entry of the trash go for good, with all it ever said."""
    entry = get_owned(Entry.objects.trashed(), request.user, pk)
    if request.method == "POST":
        uploads.erase(Entry.objects.for_user(request.user).filter(pk=entry.pk))
        messages.success(request, _("The entry is gone."))
        return redirect("journal:trash_list")
    return render(request, "journal/entry_erase.html", {"entry": entry})


@require_http_methods(["GET", "HEAD", "POST"])
def trash_empty(request: SignedInRequest) -> HttpResponse:
    """Ask first, then let everything in the trash go for good."""
    trashed = Entry.objects.for_user(request.user).trashed()
    if request.method == "POST":
        uploads.erase(trashed)
        messages.success(request, _("The trash is empty."))
        return redirect("journal:trash_list")
    return render(request, "journal/trash_empty.html", {"count": trashed.count()})
