"""One question on a page, and the door every save of an answer goes through."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.http import SignedInRequest
from apps.accounts.limits import is_over
from apps.core.http import wants_json
from apps.core.models import new_id
from apps.journal.comparing import compare
from apps.sittings import saving
from apps.sittings.answers import words_of
from apps.sittings.beside import panels_of
from apps.sittings.forms import StepForm, initial_of, step_form
from apps.sittings.models import Answer
from apps.sittings.models.sitting import answer_id
from apps.sittings.picking import Named, candidates
from apps.sittings.reading import Sat, sat
from apps.sittings.route import Place
from apps.sittings.sessions import PICKING, Kind


@require_http_methods(["GET", "HEAD", "POST"])
def step_edit(request: SignedInRequest, pk: UUID, place: str) -> HttpResponse:
    """A step with what was answered and the record beside it; by a form, its answer.

    JSON for the writer's script, pages for everybody else, with the statuses of an entry's save:
    200 saved · 404 a sitting of somebody else · 409 changed elsewhere, or the sitting is over ·
    422 something cannot be kept as it is · 429 too many saves.
    """
    whole = sat(request.user, pk)
    now = timezone.now()
    if request.method == "POST":
        return _save(request, whole, place, now)
    if not whole.sitting.is_open:
        return redirect(whole.sitting)
    at = whole.at(place)
    answer = whole.answers.get(at.key)
    about = _begun_about(whole, at)
    form = step_form(at, _offered(request, whole, at, now), answer, request.user, now, about)
    return _page(request, whole, at, form, now)


def _save(request: SignedInRequest, whole: Sat, key: str, now: datetime) -> HttpResponse:
    try:
        at = whole.at(key)
    except Http404:
        if whole.sitting.is_open:
            raise
        return redirect(whole.sitting)
    form = StepForm(request.POST, place=at, offered=_offered(request, whole, at, now))
    if is_over("save", str(request.user.pk), now):
        return _refused(request, whole, at, form, 429, now)
    if not form.is_valid():
        return _refused(request, whole, at, form, 422, now)
    if form.cleaned_data["person"] != request.user.pk:
        return _refused(request, whole, at, form, 403, now)
    try:
        saved = saving.save(
            owner=request.user,
            sitting_id=whole.sitting.pk,
            place=at,
            given=form.given,
            hand=form.hand,
            opened_at=form.cleaned_data["opened_at"],
            now=now,
        )
    except saving.Conflict as conflict:
        return _conflict(request, whole, at, form, conflict.answer)
    except saving.Over:
        return _conflict(request, whole, at, form, None)
    except saving.TooMuch:
        form.add_error(None, _("A sitting holds no more than this. Put a part into an entry."))
        return _refused(request, whole, at, form, 422, now)
    if wants_json(request):
        return JsonResponse(_told(whole, at, saved))
    return redirect(_next(whole.sitting.pk, sat(request.user, whole.sitting.pk), at, request))


def _next(pk: UUID, whole: Sat, at: Place, request: SignedInRequest) -> str:
    """Where the pressed button leads. The answer may have changed which pages there are."""
    match request.POST.get("then"):
        case "back":
            there = whole.before(at) or at
        case "leave":
            return reverse("sittings:sitting_list")
        case "stop":
            return reverse("sittings:sitting_end", args=[pk])
        case "stay":
            there = at
        case _:
            following = whole.after(at)
            if following is None:
                return reverse("sittings:sitting_end", args=[pk])
            there = following
    return reverse("sittings:step_edit", args=[pk, there.key])


def _offered(request: SignedInRequest, whole: Sat, at: Place, now: datetime) -> list[Named]:
    """What can be picked; what is picked already is among it, wherever it went since."""
    if at.step.kind not in PICKING:
        return []
    found = candidates(request.user, at.step, now)
    answer = whole.answers.get(at.key)
    known = {pk for pk, _name in found}
    picked = answer.value.get("picked", []) if answer else []
    more = [(pk, whole.names[pk]) for pk in picked if pk not in known and pk in whole.names]
    promise, person = whole.sitting.promise, whole.sitting.person
    for row, kind in ((promise, Kind.PROMISE), (person, Kind.PERSON)):
        if row and at.step.kind is kind and str(row.pk) not in known | set(picked):
            more.append((str(row.pk), str(row)))
    return [*more, *found]


def _begun_about(whole: Sat, at: Place) -> str:
    """What the sitting was begun about, where the first page asks which one it is."""
    about = {Kind.PROMISE: whole.sitting.promise_id, Kind.PERSON: whole.sitting.person_id}
    found = None if whole.before(at) else about.get(at.step.kind)
    return str(found) if found else ""


def _page(
    request: SignedInRequest,
    whole: Sat,
    at: Place,
    form: StepForm,
    now: datetime,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    session = whole.session
    return render(
        request,
        "sittings/step_edit.html",
        {
            "sat": whole,
            "session": session,
            "at": at,
            "form": form,
            "refused": refused,
            "entry_id": answer_id(whole.sitting.pk, at.key),
            "number": whole.number(at),
            "count": len(whole.places),
            "before": whole.before(at),
            "panels": panels_of(request.user, whole, at, now),
            "help_text": settings.HELP_TEXT if session.stops else "",
            "help_url": settings.HELP_URL if session.stops else "",
        },
        status=status,
    )


def _told(whole: Sat, at: Place, saved: saving.Saved) -> dict[str, object]:
    answer: dict[str, object] = {"outcome": saved.outcome}
    url = reverse("sittings:step_edit", args=[whole.sitting.pk, at.key])
    if saved.answer is not None:
        answer |= {
            "version": saved.answer.version,
            "sequence": saved.answer.writer_sequence,
            "saved_at": saved.answer.saved_at.isoformat(),
            "url": url,
            "read": url,
        }
    return answer


def _refused(
    request: SignedInRequest, whole: Sat, at: Place, form: StepForm, status: int, now: datetime
) -> HttpResponse:
    reason = {403: "other-person", 422: "invalid", 429: "limited"}[status]
    headers = {"Retry-After": "60"} if status == 429 else {}
    if wants_json(request):
        told = [
            {
                "label": str(form[name].label) if name in form.fields else "",
                "errors": [str(error) for error in errors],
            }
            for name, errors in form.errors.items()
        ]
        return JsonResponse({"error": reason, "fields": told}, status=status, headers=headers)
    response = _page(request, whole, at, form, now, refused=reason, status=status)
    for name, value in headers.items():
        response.headers[name] = value
    return response


def _conflict(
    request: SignedInRequest, whole: Sat, at: Place, form: StepForm, answer: Answer | None
) -> HttpResponse:
    """Two answers side by side; where the sitting is over (`answer` is None), the words to copy."""
    if wants_json(request):
        told = {"error": "conflict", "version": answer.version if answer else 0}
        return JsonResponse(told, status=409)
    mine = form.given.cleaned()
    step = at.step
    names = dict(whole.names) | dict(form.offered)
    context: dict[str, Any] = {
        "sat": whole,
        "at": at,
        "answer": answer,
        "mine": words_of(step.kind, mine.text, mine.value, names, step),
        "late": form.cleaned_data["writer"],
        "kept": [
            (name, form.cleaned_data[name]) for name in form.kept if form.cleaned_data.get(name)
        ],
        "writer": new_id(),
        "joined": "",
    }
    if answer:
        theirs = words_of(step.kind, answer.text, answer.value, names, step)
        context |= {
            "theirs": theirs,
            "pieces": compare(theirs, context["mine"]),
            "theirs_kept": [
                (name, said)
                for name, said in initial_of(answer).items()
                if name in form.kept and said
            ],
        }
        if step.kind in {Kind.TEXT, Kind.LIST}:
            context["joined"] = f"{answer.text.rstrip()}\n\n{mine.text.lstrip()}"
    return render(request, "sittings/step_conflict.html", context, status=409)
