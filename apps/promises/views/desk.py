"""Clear the desk: one screen for all that has gone quiet, without a word of blame."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from apps.accounts.http import SignedInRequest
from apps.promises import desk as clearing
from apps.promises.forms.desk import DeskForm


@require_http_methods(["GET", "HEAD", "POST"])
def desk(request: SignedInRequest) -> HttpResponse:
    """Each stale promise with its ways out; what is chosen is done, the rest stays."""
    now = timezone.now()
    rows = clearing.stale(request.user, now)
    form = DeskForm(
        request.POST if request.method == "POST" else None, rows=rows, user=request.user, now=now
    )
    if request.method == "POST" and form.is_valid():
        done, left = clearing.clear(request.user, form.chosen(), now)
        if done:
            messages.success(
                request,
                ngettext(
                    "%(count)s promise has its honest word.",
                    "%(count)s promises have their honest word.",
                    done,
                )
                % {"count": done},
            )
        if left:
            messages.info(
                request,
                ngettext(
                    "%(count)s stands otherwise by now, and was left as it is.",
                    "%(count)s stand otherwise by now, and were left as they are.",
                    left,
                )
                % {"count": left},
            )
        return redirect("promises:desk")
    return render(
        request,
        "promises/desk.html",
        {"form": form, "rows": rows, "now": now},
        status=422 if form.is_bound else 200,
    )
