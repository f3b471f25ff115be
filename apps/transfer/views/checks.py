"""Verifying an archive: handing it in, seeing how far it is, and what was found."""

from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import SignedInRequest
from apps.accounts.limits import is_over
from apps.core.htmx import page_or_fragment
from apps.core.http import get_owned
from apps.core.templatetags.core import dom_id
from apps.journal.receiving import left_aside, takes_archives
from apps.transfer import checking, running
from apps.transfer.choosing_forms import ArchiveForm
from apps.transfer.models import Check
from apps.transfer.showing import headway, verdict_of
from apps.transfer.views.exports import too_often

SHOWN = 5


@require_http_methods(["GET", "HEAD", "POST"])
@takes_archives
def check_list(request: SignedInRequest) -> HttpResponse:
    """Hand in an archive, to have it compared; and what was compared of late.

    413 for one that is too large, 422 for none, 507 where there is no room.
    """
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ArchiveForm(*sent)
    status = 200
    if request.method == "POST":
        status = say_left_aside(request, form, "archive") or 422
        if form.is_valid():
            if is_over("check", str(request.user.pk), timezone.now()):
                return too_often(request, "check")
            archive = form.cleaned_data["archive"]
            return redirect(checking.ask(owner=request.user, archive=archive))
    rows = Check.objects.for_user(request.user).order_by("-created_at")[:SHOWN]
    context = {
        "form": form,
        "checks": rows,
        "largest": filesizeformat(settings.ARCHIVE_BYTES),
    }
    return render(request, "transfer/check_list.html", context, status=status)


def say_left_aside(request: SignedInRequest, form: Form, field: str) -> int:
    """Say why a file did not get in; the status of that, or 0 where none was left aside."""
    reasons = [left.reason for left in left_aside(request)]
    if not reasons:
        return 0
    form.errors.clear()
    if reasons[0] == "full":
        form.add_error(field, _("There is no room for it right now. Try again later."))
        return 507
    words = _("It is larger than %(largest)s, the most that is taken here.")
    form.add_error(field, words % {"largest": filesizeformat(settings.ARCHIVE_BYTES)})
    return 413


@require_safe
def check_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One check: how far it is, and then what was found."""
    row = get_owned(Check.objects.all(), request.user, pk)
    return page_or_fragment(
        request,
        "transfer/check_detail.html",
        "transfer/_check.html",
        {
            "check": row,
            "headway": headway(row, timezone.now()),
            "verdict": verdict_of(row.verdict) if row.verdict else None,
        },
        target=dom_id(row, "box"),
    )


@require_POST
def check_stop(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Call a check off."""
    row = get_owned(Check.objects.all(), request.user, pk)
    if running.call_off(row):
        messages.success(request, _("It was called off, and your file was not kept."))
    return redirect("transfer:check_list")
