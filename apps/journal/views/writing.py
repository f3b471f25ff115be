"""The writer's pages and the door every save goes through."""

from datetime import date, datetime
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.http import SignedInRequest
from apps.accounts.limits import is_over
from apps.cares.models import Care
from apps.core.http import get_owned, wants_json
from apps.core.models import new_id
from apps.core.periods import FIRST_DAY, LAST_DAY
from apps.core.text import clean, to_html
from apps.journal import drafting
from apps.journal.answering import Asked, asked
from apps.journal.comparing import compare, merge
from apps.journal.drafting import Outcome
from apps.journal.forms import WriterForm, blank_writer, writer_for
from apps.journal.models import Entry, EntryTemplate
from apps.journal.settling import try_to_settle
from apps.journal.uploads import attachments_of
from apps.journal.views.attachments import attach_all, has_files, say
from apps.promises.models import Promise


@require_safe
def entry_create(request: SignedInRequest) -> HttpResponse:
    """A writer for a new entry, of today or of the day that `?date=` names. Makes nothing yet.

    `?answers=` names the old entry that it will be a layer on, `?promise=` the promise it is about,
    `?care=` the care, `?question=` the question it answers, `?template=` what it begins with; 404
    for somebody else's.
    """
    answered = _answered(request)
    promise = _promise(request)
    care = _care(request)
    question = _question(request)
    form = blank_writer(request.user, timezone.now(), answered, promise, care, question)
    template = _template(request)
    if template is not None:
        form.initial["title"], form.initial["body"] = template.title, template.body
    day = _day(request.GET.get("date", ""))
    if day:
        form.initial["local_date"] = day.isoformat()
        form.day_starts_at = None
    return render(
        request,
        "journal/entry_write.html",
        {
            "form": form,
            "entry_id": new_id(),
            "entry": None,
            "answered": answered,
            "promise": promise,
            "care": care,
            "question": question,
            "templates": EntryTemplate.objects.for_user(request.user).order_by("name"),
            "template": template,
            "asked": _but_template(request),
        },
    )


@require_safe
def entry_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A writer that goes on with an entry."""
    entry = get_owned(Entry.objects.with_answered(), request.user, pk)
    form = writer_for(entry, request.user)
    return render(
        request,
        "journal/entry_write.html",
        {
            "form": form,
            "entry_id": pk,
            "entry": entry,
            "answered": entry.answers,
            "attachments": attachments_of(entry),
        },
    )


@require_POST
def entry_save(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Keep what was written: JSON for the writer's script, pages for everybody else.

    200 saved · 404 an entry of somebody else · 409 changed elsewhere, nothing was changed ·
    422 something cannot be kept as it is · 429 too many saves. What each means to the writer is in
    docs/writing.md.
    """
    form = WriterForm(request.POST)
    if is_over("save", str(request.user.pk), timezone.now()):
        return _refused(request, form, pk, 429)
    if not form.is_valid():
        return _refused(request, form, pk, 422)
    if form.cleaned_data["person"] != request.user.pk:
        return _refused(request, form, pk, 403)
    now = timezone.now()
    try:
        saved = drafting.save(
            owner=request.user,
            entry_id=pk,
            draft=form.draft,
            hand=form.hand,
            now=now,
            even_empty=bool(request.FILES),
        )
    except drafting.Conflict as conflict:
        return _conflict(request, form, conflict.entry)
    except Http404:
        return _refused(request, form, new_id(), 404)
    saved = _with_files(request, saved, now)
    then = request.POST.get("then")
    if saved.entry is not None and then == "close":
        drafting.close(saved.entry, now)
    # A page with scripts says when its writer rests; one without rests after each save.
    if saved.entry is not None and (then or form.hand.sequence is None):
        try_to_settle(request.user, pk)
    return _saved(request, saved)


@require_POST
def entry_settle(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The writer rests: bring tags, people and search up to what was saved. 204, or 404."""
    get_owned(Entry.objects.only("id"), request.user, pk)
    try_to_settle(request.user, pk)
    return HttpResponse(status=204)


@require_POST
def entry_set_aside(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """After a conflict: keep the other text, and this one among the earlier texts."""
    form = WriterForm(request.POST)
    if not form.is_valid():
        return _refused(request, form, pk, 422)
    if form.cleaned_data["person"] != request.user.pk:
        return _refused(request, form, pk, 403)
    try:
        entry = drafting.set_aside(
            owner=request.user,
            entry_id=pk,
            draft=form.draft,
            hand=form.hand,
            now=timezone.now(),
        )
    except drafting.Conflict as conflict:
        return _conflict(request, form, conflict.entry)
    except Http404:
        return _refused(request, form, new_id(), 404)
    try_to_settle(request.user, pk)
    return _saved(request, drafting.Saved(entry, Outcome.CHANGED))


@require_POST
def entry_preview(request: SignedInRequest) -> HttpResponse:
    """How a text will look. Keeps nothing."""
    body = clean(request.POST.get("body", ""))
    return render(request, "journal/_preview.html", {"html": to_html(body[:200_000])})


@require_safe
def writer_token(request: SignedInRequest) -> JsonResponse:
    """Who is logged in, and a fresh security token: what a writer needs to save after a pause."""
    return JsonResponse({"person": str(request.user.pk), "csrf": get_token(request)})


def _with_files(request: SignedInRequest, saved: drafting.Saved, now: datetime) -> drafting.Saved:
    """The files that a form without scripts brings along, once its words are kept."""
    if not has_files(request):
        return saved
    came = attach_all(request, saved.entry, now)
    say(request, came)
    if saved.outcome is not Outcome.CREATED or saved.entry is None or came.kept:
        return saved
    is_gone = drafting.let_go_if_blank(request.user, saved.entry.pk)
    return drafting.Saved(None, Outcome.NOTHING) if is_gone else saved


def _mention_files(request: SignedInRequest) -> None:
    """No browser puts chosen files into a page again."""
    if has_files(request):
        messages.warning(request, _("Your files were not kept yet. Choose them once more."))


def _saved(request: SignedInRequest, saved: drafting.Saved) -> HttpResponse:
    entry = saved.entry
    if not wants_json(request):
        if saved.outcome is Outcome.NOTHING or entry is None:
            return redirect("home:today")
        if request.POST.get("then") == "close":
            return redirect("home:today")
        return redirect(entry)
    answer: dict[str, object] = {"outcome": saved.outcome}
    if entry is not None:
        answer |= {
            "version": entry.version,
            "sequence": entry.writer_sequence,
            "saved_at": entry.saved_at.isoformat(),
            "words": entry.word_count,
            "url": reverse("journal:entry_edit", args=[entry.pk]),
            "read": entry.get_absolute_url(),
            "trashed": entry.trashed_at is not None,
        }
    return JsonResponse(answer)


def _refused(request: SignedInRequest, form: WriterForm, pk: UUID, status: int) -> HttpResponse:
    reason = {403: "other-person", 404: "not-theirs", 422: "invalid", 429: "limited"}[status]
    headers = {"Retry-After": "60"} if status == 429 else None
    if wants_json(request):
        told = [
            {"label": str(form[name].label), "errors": [str(error) for error in errors]}
            for name, errors in form.errors.items()
        ]
        if status == 404:
            told = [{"label": _("This page"), "errors": [_("It is not one of your entries.")]}]
        return JsonResponse({"error": reason, "fields": told}, status=status, headers=headers)
    _mention_files(request)
    response = render(
        request,
        "journal/entry_write.html",
        {"form": form, "entry_id": pk, "entry": None, "refused": reason},
        status=status,
    )
    if status == 429:
        response.headers["Retry-After"] = "60"
    return response


def _conflict(request: SignedInRequest, form: WriterForm, entry: Entry) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"error": "conflict", "version": entry.version}, status=409)
    _mention_files(request)
    mine = form.draft.cleaned()
    return render(
        request,
        "journal/entry_conflict.html",
        {
            "entry": entry,
            "mine": mine,
            "pieces": compare(entry.body, mine.body),
            "merged": merge(entry.body, mine.body),
            "occurred_at": mine.occurred_at.isoformat(),
            "writer": new_id(),
            "late": form.cleaned_data["writer"],
        },
        status=409,
    )


def _answered(request: SignedInRequest) -> Entry | None:
    """The entry that `?answers=` names."""
    text = request.GET.get("answers", "")
    try:
        return get_owned(Entry.objects.kept(), request.user, UUID(text)) if text else None
    except ValueError:
        raise Http404 from None


def _promise(request: SignedInRequest) -> Promise | None:
    """The promise that `?promise=` names."""
    text = request.GET.get("promise", "")
    try:
        return get_owned(Promise.objects.all(), request.user, UUID(text)) if text else None
    except ValueError:
        raise Http404 from None


def _care(request: SignedInRequest) -> Care | None:
    """The care that `?care=` names."""
    text = request.GET.get("care", "")
    try:
        return get_owned(Care.objects.kept(), request.user, UUID(text)) if text else None
    except ValueError:
        raise Http404 from None


def _question(request: SignedInRequest) -> Asked | None:
    """The question that `?question=` names."""
    text = request.GET.get("question", "")
    try:
        return asked(request.user, UUID(text)) if text else None
    except ValueError:
        raise Http404 from None


def _template(request: SignedInRequest) -> EntryTemplate | None:
    try:
        pk = UUID(request.GET.get("template", ""))
    except ValueError:
        return None
    return get_owned(EntryTemplate.objects.all(), request.user, pk)


def _but_template(request: SignedInRequest) -> str:
    """What else the address asks for, to be asked again with another template."""
    asked = request.GET.copy()
    asked.pop("template", None)
    return asked.urlencode()


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None
