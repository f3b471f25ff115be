"""The mail of a journal that runs on its owner's machine."""

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.mail import is_mailbox_open, letters


@require_safe
@login_not_required
def mailbox(request: HttpRequest) -> HttpResponse:
    """The latest mails, newest first. Needs no log-in: the code to log in with lies here."""
    if not is_mailbox_open(request):
        raise Http404
    return render(request, "accounts/mailbox.html", {"letters": letters()})
