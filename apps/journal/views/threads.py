"""Threads: the words somebody keeps returning to, and those that are not to be shown."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.http import SignedInRequest
from apps.core.http import get_owned
from apps.journal import threads
from apps.journal.models import Survey, Thread
from apps.journal.views.undoing import offer_undo


@require_safe
def thread_list(request: SignedInRequest) -> HttpResponse:
    """What comes back, the strongest first, and when that was worked out."""
    found = list(Thread.objects.for_user(request.user).order_by("-score", "key"))
    context = {
        "threads": [thread for thread in found if not thread.is_hidden],
        "hidden": [thread for thread in found if thread.is_hidden],
        "survey": Survey.objects.for_user(request.user).first(),
        "needed": threads.ENTRIES_NEEDED,
    }
    return render(request, "journal/thread_list.html", context)


@require_POST
def thread_hide(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Not this one: never show it again; or, with `hidden=no`, do."""
    thread = get_owned(Thread.objects.all(), request.user, pk)
    if request.POST.get("hidden") == "no":
        threads.show(thread)
        messages.success(request, _("It is shown again."))
    else:
        offer_undo(request, _("It is not shown any more."), threads.hide(thread))
    return redirect("journal:thread_list")
