"""Taking back what was sorted: a button beside the words that say what happened."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from apps.accounts.http import SignedInRequest
from apps.core.http import get_owned
from apps.journal import sorting
from apps.journal.models import Undoing


def offer_undo(request: HttpRequest, words: str, undoing: Undoing) -> None:
    """Say what happened, with a button that takes it back."""
    messages.success(request, words, extra_tags=str(undoing.pk))


@require_POST
def undo(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Take back one gesture of the last day."""
    undoing = get_owned(Undoing.objects.all(), request.user, pk)
    kind = sorting.Kind(undoing.kind)
    try:
        sorting.undo(undoing)
        messages.success(request, _("It is as it was before."))
    except sorting.TooLate:
        messages.error(
            request,
            _("That cannot be taken back any more: something else has its name by now."),
        )
    return redirect(AFTERWARDS.get(kind, "journal:entry_list"))


AFTERWARDS = {
    sorting.Kind.TAG_RENAMED: "journal:tag_list",
    sorting.Kind.TAG_MERGED: "journal:tag_list",
    sorting.Kind.TAG_DELETED: "journal:tag_list",
    sorting.Kind.NOTEBOOK_DELETED: "journal:notebook_list",
    sorting.Kind.HIGHLIGHT_REMOVED: "journal:highlight_list",
    sorting.Kind.THREAD_HIDDEN: "journal:thread_list",
}
