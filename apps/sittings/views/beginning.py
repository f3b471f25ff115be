"""What a session is, before it begins; and its beginning."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import SignedInRequest
from apps.core.http import get_owned
from apps.people.models import Person
from apps.promises.models import Promise
from apps.sittings.beginning import begin
from apps.sittings.models import Sitting
from apps.sittings.reading import OWN_KEY, sat, session_of
from apps.sittings.sessions import Session, numbered

STUCK = 17


@require_safe
def stuck(request: SignedInRequest) -> HttpResponse:
    """The way to the session for whoever is stuck, from every page."""
    session = numbered(STUCK)
    if session is None:
        return redirect("sittings:sitting_list")
    return redirect("sittings:sitting_begin", session.key)


@require_http_methods(["GET", "HEAD", "POST"])
def sitting_begin(request: SignedInRequest, key: str) -> HttpResponse:
    """What it is for and how long it takes; by a form, begin it. `?promise=`, `?person=`: about
    what. One that is open already is offered to be gone on with."""
    session = session_of(request.user, key)
    if session is None or not session.stands:
        raise Http404
    if not session.steps:
        return redirect(_own_url(session))
    promise, person = _promise(request), _person(request)
    if request.method == "POST":
        sitting = begin(
            owner=request.user,
            session=session,
            promise=promise,
            person=person,
            now=timezone.now(),
        )
        here = sat(request.user, sitting.pk).here
        if here is None:
            return redirect("sittings:sitting_end", sitting.pk)
        return redirect("sittings:step_edit", sitting.pk, here.key)
    same = Sitting.objects.for_user(request.user).under_way().filter(session_key=session.key)
    return render(
        request,
        "sittings/sitting_begin.html",
        {
            "session": session,
            "promise": promise,
            "person": person,
            "again": same.filter(promise=promise, person=person).first(),
            "action": request.get_full_path(),
            "own_url": _own_url(session),
            "help_text": settings.HELP_TEXT if session.stops else "",
            "help_url": settings.HELP_URL if session.stops else "",
        },
    )


def _own_url(session: Session) -> str:
    if not session.is_own:
        return ""
    return reverse("sittings:own_edit", args=[session.key.removeprefix(OWN_KEY)])


def _promise(request: SignedInRequest) -> Promise | None:
    text = request.GET.get("promise", "")
    try:
        return get_owned(Promise.objects.all(), request.user, UUID(text)) if text else None
    except ValueError:
        raise Http404 from None


def _person(request: SignedInRequest) -> Person | None:
    text = request.GET.get("person", "")
    try:
        return get_owned(Person.objects.all(), request.user, UUID(text)) if text else None
    except ValueError:
        raise Http404 from None
