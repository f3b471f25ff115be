"""Exports: choosing what, seeing how far it is, fetching it, calling it off, deleting it."""

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts import events
from apps.accounts.confirming import confirmation_required
from apps.accounts.http import SignedInRequest
from apps.accounts.limits import is_over, wait
from apps.accounts.models import SecurityEvent
from apps.core.htmx import page_or_fragment
from apps.core.http import get_owned
from apps.core.templatetags.core import dom_id
from apps.journal.serving import send_named
from apps.transfer import making, running
from apps.transfer.choosing_forms import ExportForm
from apps.transfer.models import Export, State
from apps.transfer.showing import file_name, shown

SHOWN = 20
UNKNOWN = "application/octet-stream"


@require_http_methods(["GET", "HEAD", "POST"])
def export_list(request: SignedInRequest) -> HttpResponse:
    """The exports there are, and a form for another."""
    if request.method == "POST":
        return _ask(request)
    now = timezone.now()
    return _show(request, ExportForm(user=request.user, today=request.user.today(now)))


@confirmation_required
def _ask(request: SignedInRequest) -> HttpResponse:
    now = timezone.now()
    form = ExportForm(request.POST, user=request.user, today=request.user.today(now))
    if form.is_valid():
        if is_over("export", str(request.user.pk), now):
            return too_often(request, "export")
        said = form.cleaned_data
        try:
            row = making.ask(
                owner=request.user, form=said["form"], choice=form.kept(), by_mail=said["by_mail"]
            )
        except making.TooMany:
            form.add_error(
                None,
                _(
                    "You have as many exports here as there is room for. Delete one that you have"
                    " fetched, and ask again."
                ),
            )
        else:
            events.record(SecurityEvent.Kind.EXPORTED, request.user, request, now)
            return redirect(row)
    return _show(request, form, status=422)


def _show(request: SignedInRequest, form: ExportForm, status: int = 200) -> HttpResponse:
    now = timezone.now()
    rows = Export.objects.for_user(request.user).order_by("-created_at")[:SHOWN]
    context = {"form": form, "exports": [shown(row, now) for row in rows]}
    return render(request, "transfer/export_list.html", context, status=status)


def too_often(request: HttpRequest, limit: str) -> HttpResponse:
    """The answer to whoever asks for what takes long again and again."""
    seconds = wait(limit, timezone.now())
    answer = render(request, "429.html", {"minutes": -(-seconds // 60)}, status=429)
    answer.headers["Retry-After"] = str(seconds)
    return answer


@require_safe
def export_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One export: how far it is, and then the way to its file."""
    row = get_owned(Export.objects.all(), request.user, pk)
    return page_or_fragment(
        request,
        "transfer/export_detail.html",
        "transfer/_export.html",
        {"export": shown(row, timezone.now())},
        target=dom_id(row, "box"),
    )


@require_POST
def export_stop(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Call an export off; one that is made already stays."""
    row = get_owned(Export.objects.all(), request.user, pk)
    if running.call_off(row):
        messages.success(request, _("It was called off, and nothing of it was kept."))
    return redirect("transfer:export_list")


@require_safe
@confirmation_required
def export_file(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The file of an export, to be downloaded. 206, 304, 404, 412 or 416 besides."""
    row = get_owned(Export.objects.filter(state=State.READY), request.user, pk)
    if row.ready_at is None or row.expires_at is None or row.expires_at <= timezone.now():
        raise Http404
    form = shown(row, row.ready_at).form
    answer = send_named(
        request,
        file_name(row, form, request.user.today(row.ready_at)),
        key=row.key,
        size=row.bytes,
        kind=form.CONTENT_TYPE if form else UNKNOWN,
        etag=f'"{row.sha256}"',
    )
    return cast(HttpResponse, answer)


@require_http_methods(["GET", "HEAD", "POST"])
def export_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then delete an export with its file; the journal stays as it is."""
    row = get_owned(Export.objects.all(), request.user, pk)
    if request.method == "POST":
        making.let_go(row)
        messages.success(request, _("The export is deleted. Your journal is as it was."))
        return redirect("transfer:export_list")
    export = shown(row, timezone.now())
    return render(request, "transfer/export_delete.html", {"export": export})
