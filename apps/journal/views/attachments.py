"""Files of entries: attaching, describing, showing, downloading, removing; and all photos."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import SignedInRequest
from apps.accounts.limits import is_over
from apps.core.htmx import page_or_fragment, target_of
from apps.core.http import get_owned, wants_json
from apps.core.templatetags.core import dom_id
from apps.journal import drafting, serving, uploads
from apps.journal.attaching_forms import AltForm, BeginningForm
from apps.journal.gallery import photos_after
from apps.journal.models import Attachment, AttachmentQuerySet, Entry
from apps.journal.receiving import left_aside
from apps.journal.views.entries import cursor_of
from apps.journal.views.undoing import offer_undo


@dataclass(frozen=True)
class Attached:
    """What came of several files: those that are kept, and why the others are not."""

    kept: list[Attachment]
    refused: list[uploads.Refused]

    @property
    def status(self) -> int:
        """200 where all were taken."""
        return self.refused[0].status if self.refused else 200


@require_http_methods(["GET", "HEAD", "POST"])
def entry_attach(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What is attached to an entry, and a form for more; it takes the files of a new entry too.

    200 or 302 taken · 404 an entry of somebody else · 413, 422, 507 a file was not taken, with a
    sentence · 429 too many at once.
    """
    if request.method == "POST":
        return _attach(request, pk)
    entry = get_owned(Entry.objects.without_text(), request.user, pk)
    return _show(request, entry, [])


def _attach(request: SignedInRequest, pk: UUID) -> HttpResponse:
    now = timezone.now()
    if is_over("attach", str(request.user.pk), now):
        return _too_many(request)
    form = BeginningForm(request.POST, user=request.user, now=now)
    form.is_valid()
    if "person" in form.errors or form.cleaned_data["person"] not in {None, request.user.pk}:
        # A page of somebody else, who was logged in here before.
        return _not_here(request)
    entry = Entry.objects.for_user(request.user).without_text().filter(pk=pk).first()
    is_new = entry is None
    if entry is None:
        if not has_files(request):
            raise Http404
        saved = drafting.save(
            owner=request.user,
            entry_id=pk,
            draft=form.draft,
            hand=form.hand,
            now=now,
            even_empty=True,
        )
        entry = saved.entry
        if entry is None:
            raise Http404
    came = attach_all(request, entry, now, form.attachment_id, form.length)
    if is_new and not came.kept:
        drafting.let_go_if_blank(request.user, pk)
    if wants_json(request):
        return _as_json(came, entry)
    if not came.kept:
        if is_new:
            say(request, came)
            return redirect("home:today")
        return _show(request, entry, came.refused)
    say(request, came)
    return redirect(entry)


def has_files(request: HttpRequest) -> bool:
    """Whether files were sent with a form, be they received or left aside."""
    return bool(request.FILES or left_aside(request))


def attach_all(
    request: SignedInRequest,
    entry: Entry | None,
    now: datetime,
    attachment_id: UUID | None = None,
    seconds: int | None = None,
) -> Attached:
    """Keep the files of a form with an entry, each for itself: one that is refused stops no other.

    Without an entry none is. `attachment_id` and `seconds` are heeded where there is one file.
    """
    kept: list[Attachment] = []
    refused = [uploads.refusal(left.reason, left.name) for left in left_aside(request)]
    if entry is None:
        return Attached(kept, refused)
    files = request.FILES.getlist("files")
    is_one = len(files) == 1
    for file in files:
        try:
            row = uploads.attach(
                owner=request.user,
                entry=entry,
                name=file.name or "",
                content=file,
                attachment_id=attachment_id if is_one else None,
                seconds=seconds if is_one else None,
                now=now,
            )
        except uploads.Refused as refusal:
            refused.append(refusal)
        else:
            kept.append(row)
    return Attached(kept, refused)


def say(request: HttpRequest, came: Attached) -> None:
    """Tell on the next page what came of the files."""
    if came.kept:
        count = len(came.kept)
        words = ngettext("%(n)s file is attached.", "%(n)s files are attached.", count)
        messages.success(request, words % {"n": count})
    for refusal in came.refused:
        messages.error(request, str(refusal))


def _show(
    request: SignedInRequest, entry: Entry, refused: Iterable[uploads.Refused]
) -> HttpResponse:
    problems = list(refused)
    asked_for_nothing = request.method == "POST" and not problems
    if asked_for_nothing:
        problems = [uploads.Refused("none", _("Choose a file first."))]
    context = {
        "entry": entry,
        "attachments": uploads.attachments_of(entry),
        "problems": problems,
    }
    if target_of(request) == "attached":
        return render(request, "journal/_attached.html", context)
    return page_or_fragment(
        request,
        "journal/entry_attach.html",
        "journal/_attachments.html",
        context,
        target="attachments",
        status=problems[0].status if problems else 200,
    )


def _as_json(came: Attached, entry: Entry) -> HttpResponse:
    if came.refused or not came.kept:
        reason = came.refused[0].reason if came.refused else "none"
        said = [str(refusal) for refusal in came.refused] or [_("Choose a file first.")]
        return JsonResponse({"error": reason, "said": said}, status=came.status or 422)
    return JsonResponse(
        {
            "outcome": "attached",
            "ids": [str(row.pk) for row in came.kept],
            "url": reverse("journal:entry_edit", args=[entry.pk]),
        }
    )


def _too_many(request: HttpRequest) -> HttpResponse:
    words = _("Those were very many files within a minute. Wait a moment and try again.")
    if wants_json(request):
        answer: HttpResponse = JsonResponse({"error": "limited", "said": [words]}, status=429)
    else:
        answer = render(request, "429.html", status=429)
    answer.headers["Retry-After"] = "60"
    return answer


def _not_here(request: HttpRequest) -> HttpResponse:
    words = _("Somebody else is logged in here now, so this was not put into their journal.")
    if wants_json(request):
        return JsonResponse({"error": "other-person", "said": [words]}, status=403)
    messages.error(request, words)
    return redirect("home:today")


@require_http_methods(["GET", "HEAD", "POST"])
def attachment_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """One file: seen or heard, described in words, downloaded, removed."""
    row = get_owned(_kept().select_related("entry"), request.user, pk)
    form = AltForm(request.POST or None, instance=row, user=request.user)
    if request.method == "POST" and form.is_valid():
        uploads.describe(form.save(commit=False))
        if target_of(request) == dom_id(row, "alt"):
            return render(request, "journal/_alt.html", {"attachment": row, "is_kept": True})
        messages.success(request, _("Saved."))
        return redirect(row)
    status = 422 if form.errors else 200
    if target_of(request) == dom_id(row, "photo"):
        return render(request, "journal/_photo.html", {"attachment": row, "tries": _tries(request)})
    others = uploads.attachments_of(row.entry)
    place = next((at for at, other in enumerate(others) if other.pk == row.pk), 0)
    return page_or_fragment(
        request,
        "journal/attachment_detail.html",
        "journal/_alt.html",
        {
            "attachment": row,
            "entry": row.entry,
            "form": form,
            "said": form["alt"].value(),
            "errors": form["alt"].errors,
            "tries": _tries(request),
            "before": others[place - 1] if place else None,
            "after": others[place + 1] if place + 1 < len(others) else None,
        },
        target=dom_id(row, "alt"),
        status=status,
    )


def _tries(request: HttpRequest) -> int:
    """How often a page has asked for a picture that was not ready."""
    said = request.GET.get("tries", "")
    return int(said) if said.isdecimal() and len(said) < 3 else 0


@require_POST
def attachment_date(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let the entry be of the day on which the picture was taken."""
    row = get_owned(_kept(), request.user, pk)
    if row.taken_on is None:
        raise Http404
    entry = drafting.move_to(
        owner=request.user, entry_id=row.entry_id, day=row.taken_on, now=timezone.now()
    )
    messages.success(request, _("The entry is of the day on which the picture was taken."))
    return redirect(entry)


@require_http_methods(["GET", "HEAD", "POST"])
def attachment_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then take a file off its entry. For a day it can be put back."""
    row = get_owned(_kept().select_related("entry"), request.user, pk)
    if request.method == "POST":
        undoing = uploads.remove(row, timezone.now())
        offer_undo(request, _("It is no longer attached, and goes for good in a day."), undoing)
        return redirect(row.entry)
    return render(request, "journal/attachment_delete.html", {"attachment": row})


@require_safe
def attachment_file(request: SignedInRequest, pk: UUID) -> HttpResponseBase:
    """The file itself, to be downloaded or heard. 206, 304, 404, 412 or 416 besides."""
    return serving.send_file(request, get_owned(_kept(), request.user, pk))


@require_safe
def attachment_picture(request: SignedInRequest, pk: UUID, box: int) -> HttpResponseBase:
    """A picture in the size that fits into a box. 304 or 404 besides."""
    return serving.send_size(request, get_owned(_kept(), request.user, pk), box)


@require_safe
def photo_list(request: SignedInRequest) -> HttpResponse:
    """All photos, newest day first; `?before=` an entry gives those of the entries before it."""
    cursor = cursor_of(request)
    if cursor is None and "before" in request.GET:
        return redirect("journal:photo_list")
    return page_or_fragment(
        request,
        "journal/photo_list.html",
        "journal/_photo_page.html",
        {
            "page": photos_after(request.user, cursor),
            "is_first": cursor is None,
            "previous_month": cursor.local_date.replace(day=1) if cursor else None,
        },
        target="older",
    )


def _kept() -> AttachmentQuerySet:
    return Attachment.objects.kept()
