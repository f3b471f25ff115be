"""Sessions of one's own: making one, copying one, and changing its steps on one page."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from apps.accounts.http import SignedInRequest
from apps.core.htmx import target_of
from apps.core.http import get_owned
from apps.sittings import own
from apps.sittings.models import OwnSession, OwnStep
from apps.sittings.own_forms import KINDS, OwnSessionForm, OwnStepForm
from apps.sittings.reading import session_of
from apps.sittings.sessions import Kind

STEPS = "own-steps"


@require_http_methods(["GET", "HEAD", "POST"])
def own_create(request: SignedInRequest) -> HttpResponse:
    """A new session: its name first, then its steps."""
    form = OwnSessionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.instance.owner = request.user
        return redirect(form.save())
    status = 422 if form.is_bound else 200
    return render(request, "sittings/own_create.html", {"form": form}, status=status)


@require_POST
def own_copy(request: SignedInRequest, key: str) -> HttpResponse:
    """A copy of a session, shipped or one's own, to be changed."""
    session = session_of(request.user, key)
    if session is None or not session.stands:
        raise Http404
    made = own.copy(request.user, session)
    messages.success(request, _("This copy is yours: change what you like."))
    return redirect(made)


@require_http_methods(["GET", "HEAD", "POST"])
def own_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A session with all its steps; by a form, its name and what it is for."""
    session = get_owned(OwnSession.objects.all(), request.user, pk)
    form = OwnSessionForm(request.POST or None, instance=session)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect(session)
    context = {"session": session, "form": form, "steps": own.steps_of(session), "kinds": KINDS}
    status = 422 if form.is_bound else 200
    return render(request, "sittings/own_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def own_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then delete it. What was sat by it stays as it is."""
    session = get_owned(OwnSession.objects.all(), request.user, pk)
    if request.method == "POST":
        session.delete()
        messages.success(request, _("It is deleted."))
        return redirect("sittings:sitting_list")
    return render(request, "sittings/own_delete.html", {"session": session})


@require_http_methods(["GET", "HEAD", "POST"])
def own_step_create(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Another step, answered as `?kind=` says."""
    session = get_owned(OwnSession.objects.all(), request.user, pk)
    kind = _kind(request, Kind.TEXT)
    form = OwnStepForm(request.POST or None, kind=kind, earlier=own.steps_of(session))
    if request.method == "POST" and form.is_valid():
        try:
            own.add_step(owner=request.user, session=pk, said=form.said())
        except own.Refused as reason:
            form.add_error(None, str(reason))
        else:
            return redirect(session)
    return _step_page(request, session, None, form)


@require_http_methods(["GET", "HEAD", "POST"])
def own_step_edit(request: SignedInRequest, pk: UUID, step_pk: UUID) -> HttpResponse:
    """A step of a session; `?kind=` asks for another kind of answer."""
    session, step, earlier = _step(request, pk, step_pk)
    kind = _kind(request, Kind(step.kind))
    form = OwnStepForm(request.POST or None, kind=kind, earlier=earlier, step=step)
    if request.method == "POST" and form.is_valid():
        try:
            own.change_step(owner=request.user, session=pk, step=step_pk, said=form.said())
        except own.Refused as reason:
            form.add_error(None, str(reason))
        else:
            return redirect(session)
    return _step_page(request, session, step, form)


@require_http_methods(["GET", "HEAD", "POST"])
def own_step_delete(request: SignedInRequest, pk: UUID, step_pk: UUID) -> HttpResponse:
    """Ask first, and name what hangs on it; then take it out."""
    session, step, _earlier = _step(request, pk, step_pk)
    if request.method == "POST":
        own.remove_step(owner=request.user, session=pk, step=step_pk)
        return redirect(session)
    hanging = own.hanging_on(step, own.steps_of(session))
    context = {"session": session, "step": step, "hanging": hanging}
    return render(request, "sittings/own_step_delete.html", context)


@require_POST
def own_step_move(request: SignedInRequest, pk: UUID, step_pk: UUID) -> HttpResponse:
    """One place up or down."""
    session, _step_row, _earlier = _step(request, pk, step_pk)
    refused = ""
    try:
        is_up = request.POST.get("to") == "up"
        own.move_step(owner=request.user, session=pk, step=step_pk, is_up=is_up)
    except own.Refused as reason:
        refused = str(reason)
    if target_of(request) == STEPS:
        context = {"session": session, "steps": own.steps_of(session), "kinds": KINDS}
        return render(request, "sittings/_own_steps.html", {**context, "refused": refused})
    if refused:
        messages.error(request, refused)
    return redirect(session)


def _step(
    request: SignedInRequest, pk: UUID, step_pk: UUID
) -> tuple[OwnSession, OwnStep, list[OwnStep]]:
    """The session, the step, and the steps before it."""
    session = get_owned(OwnSession.objects.all(), request.user, pk)
    steps = own.steps_of(session)
    for number, step in enumerate(steps):
        if step.pk == step_pk:
            return session, step, steps[:number]
    raise Http404


def _kind(request: SignedInRequest, otherwise: Kind) -> Kind:
    try:
        kind = Kind(request.GET["kind"])
    except (KeyError, ValueError):
        return otherwise
    return kind if kind in KINDS else otherwise


def _step_page(
    request: SignedInRequest, session: OwnSession, step: OwnStep | None, form: OwnStepForm
) -> HttpResponse:
    context = {
        "session": session,
        "step": step,
        "form": form,
        "kind_name": KINDS.get(form.kind, ""),
        "kinds": KINDS,
        "action": request.get_full_path(),
    }
    status = 422 if form.errors else 200
    return render(request, "sittings/own_step_edit.html", context, status=status)
