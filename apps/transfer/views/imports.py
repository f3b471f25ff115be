"""Imports: handing in a file, seeing what would come in, letting it in, and taking it back."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.template.defaultfilters import filesizeformat
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import SignedInRequest
from apps.accounts.limits import is_over
from apps.core.htmx import target_of
from apps.core.http import get_owned
from apps.core.models import OwnedQuerySet
from apps.core.templatetags.core import dom_id
from apps.journal.receiving import takes_archives
from apps.transfer import arriving
from apps.transfer.archive import FORMAT
from apps.transfer.arriving_forms import FileForm, ReadingForm
from apps.transfer.models import Upload
from apps.transfer.showing_imports import ONLY, known_forms, outcomes, shown
from apps.transfer.views.checks import say_left_aside
from apps.transfer.views.exports import too_often

SHOWN = 50
Step = Upload.Step


@require_http_methods(["GET", "HEAD", "POST"])
@takes_archives
def import_list(request: SignedInRequest) -> HttpResponse:
    """Hand in a file of another journal; and what was brought before.

    413 for one that is too large, 422 for none or one too many, 507 where there is no room.
    """
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form, now = FileForm(*sent), timezone.now()
    status = 200
    if request.method == "POST":
        status = say_left_aside(request, form, "file") or 422
        if form.is_valid():
            if is_over("import", str(request.user.pk), now):
                return too_often(request, "import")
            try:
                return redirect(arriving.take(owner=request.user, file=form.cleaned_data["file"]))
            except arriving.TooMany:
                form.add_error(
                    None,
                    _(
                        "Other files of yours still wait here. Let them come in, or throw them"
                        " away, and then bring this one."
                    ),
                )
    rows = _uploads().for_user(request.user).order_by("-created_at")[:SHOWN]
    context = {
        "form": form,
        "imports": [shown(row, now) for row in rows],
        "largest": filesizeformat(settings.ARCHIVE_BYTES),
        "known": known_forms(),
    }
    return render(request, "transfer/import_list.html", context, status=status)


@require_safe
def import_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """How far a file is, what would come in, what came. `?only=` narrows, `?after=` goes on."""
    row = get_owned(_uploads(), request.user, pk)
    if request.GET.get("only", "") not in {"", *ONLY}:
        return redirect(row)
    return _show(request, row)


@require_POST
def import_read(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let a file be read, as what its owner says it is. 422 for what cannot be."""
    row = get_owned(_uploads(), request.user, pk)
    if not row.may(Step.READ) or row.form == FORMAT:
        return redirect(row)
    form = ReadingForm(request.POST, upload=row)
    if not form.is_valid():
        return _show(request, row, form)
    if is_over("import", str(request.user.pk), timezone.now()):
        return too_often(request, "import")
    arriving.ask(row, Step.READ, **form.asked())
    return redirect(row)


@require_POST
def import_apply(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let everything that is new come in."""
    row = get_owned(_uploads(), request.user, pk)
    arriving.ask(row, Step.APPLY)
    return redirect(row)


@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then take back what came in."""
    row = get_owned(_uploads(), request.user, pk)
    if not row.may(Step.UNDO):
        return redirect(row)
    if request.method == "POST":
        arriving.ask(row, Step.UNDO)
        return redirect(row)
    context = {"shown": shown(row, timezone.now())}
    return render(request, "transfer/import_undo.html", context)


@require_POST
def import_stop(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Call off what is being done; the journal is as it was before."""
    row = get_owned(_uploads(), request.user, pk)
    if not arriving.call_off(row):
        return redirect(row)
    if row.step in arriving.BACK:
        messages.success(request, _("It was called off. Your journal is as it was before."))
        return redirect(row)
    messages.success(request, _("It was called off, and your file was not kept."))
    return redirect("transfer:import_list")


@require_http_methods(["GET", "HEAD", "POST"])
def import_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then delete a file that is not in the journal. 404 for one that is."""
    row = get_owned(_uploads(), request.user, pk)
    if row.is_in or (row.is_open and row.step in arriving.BACK):
        raise Http404
    if request.method == "POST":
        arriving.let_go(row)
        messages.success(request, _("The file is gone. Your journal is as it was."))
        return redirect("transfer:import_list")
    context = {"shown": shown(row, timezone.now())}
    return render(request, "transfer/import_delete.html", context)


def _uploads() -> OwnedQuerySet[Upload]:
    return Upload.objects.select_related("brought")


def _show(request: SignedInRequest, row: Upload, form: ReadingForm | None = None) -> HttpResponse:
    """The page of a file, or what of it changes."""
    context: dict[str, Any] = {"shown": shown(row, timezone.now())}
    if row.brought and (row.is_previewed or row.is_in or row.is_undone) and not row.is_open:
        only, after = request.GET.get("only", ""), request.GET.get("after", "")
        is_place = after.isascii() and after.isdecimal() and len(after) < 10
        context["outcomes"] = outcomes(row.brought, only, int(after) if is_place else None)
    if row.may(Step.READ) and row.form != FORMAT and row.forms:
        context["reading"] = form or ReadingForm(upload=row)
    template = {
        dom_id(row, "box"): "transfer/_import.html",
        "more-outcomes": "transfer/_outcomes.html",
    }.get(target_of(request), "transfer/import_detail.html")
    return render(request, template, context, status=422 if form else 200)
