"""What an entry said before: list, compare, bring back."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.http import SignedInRequest
from apps.core.http import get_owned
from apps.core.models import new_id
from apps.journal import drafting
from apps.journal.comparing import compare
from apps.journal.models import Entry, Revision
from apps.journal.settling import try_to_settle


@require_safe
def revision_list(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The former texts of an entry, latest first."""
    entry = get_owned(Entry.objects.all(), request.user, pk)
    revisions = (
        Revision.objects.for_user(request.user)
        .filter(entry=entry)
        .defer("body")
        .order_by("-version")[:500]
    )
    return render(request, "journal/revision_list.html", {"entry": entry, "revisions": revisions})


@require_safe
def revision_detail(request: SignedInRequest, pk: UUID, revision_pk: UUID) -> HttpResponse:
    """A former text beside what the entry says now."""
    entry, revision = _both(request, pk, revision_pk)
    return render(
        request,
        "journal/revision_detail.html",
        {"entry": entry, "revision": revision, "pieces": compare(revision.body, entry.body)},
    )


@require_POST
def revision_restore(request: SignedInRequest, pk: UUID, revision_pk: UUID) -> HttpResponse:
    """Let the entry say this again."""
    entry, revision = _both(request, pk, revision_pk)
    drafting.restore(revision=revision, writer=new_id(), now=timezone.now())
    try_to_settle(request.user, pk)
    messages.success(request, _("Brought back. What the entry said until now is kept as well."))
    return redirect(entry)


def _both(request: SignedInRequest, pk: UUID, revision_pk: UUID) -> tuple[Entry, Revision]:
    entry = get_owned(Entry.objects.all(), request.user, pk)
    revision = get_owned(Revision.objects.filter(entry=entry), request.user, revision_pk)
    return entry, revision
