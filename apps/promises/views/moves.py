"""Making a move: a page that asks what is needed, and the answer when it cannot be made now."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.http import SignedInRequest
from apps.core.htmx import announce
from apps.core.http import get_owned
from apps.promises import closing
from apps.promises.acting import ACTS
from apps.promises.forms.moves import DeliverForm, MoveForm
from apps.promises.models import Promise
from apps.promises.moving import Refused, Stale, Turn, as_owner, locked
from apps.promises.states import Illegal, Move, Role, State, is_allowed
from apps.promises.wording import saying


@require_http_methods(["GET", "HEAD", "POST"])
def promise_move(request: SignedInRequest, pk: UUID, move: Move) -> HttpResponse:
    """Say it oneself."""
    return _move(request, pk, move, reported=False)


@require_http_methods(["GET", "HEAD", "POST"])
def promise_report(request: SignedInRequest, pk: UUID, move: Move) -> HttpResponse:
    """Note what the other one said: shown as reported everywhere, and never as confirmed."""
    return _move(request, pk, move, reported=True)


def _move(request: SignedInRequest, pk: UUID, move: Move, *, reported: bool) -> HttpResponse:
    """409 where the table does not allow it, or it moved on meanwhile; nothing is written then."""
    promise = get_owned(Promise.objects.with_person(), request.user, pk)
    now = timezone.now()
    role = _role(promise, move, reported=reported)
    words = saying(move, role, reported=reported) if role else None
    if role is None or words is None:
        return _cannot(request, promise, move)
    turn = Turn(promise, as_owner(promise, role), now)
    if not is_allowed(turn.state, move, role, turn.facts):
        return _cannot(request, promise, move)
    form = _form(request, turn, move, reported=reported)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                _act(request, promise, form, move, role)
            except Refused as refused:
                form.add_error(None, str(refused))
            except Stale:
                status = 409
            except Illegal:
                return _cannot(request, get_owned(Promise.objects.all(), request.user, pk), move)
            else:
                messages.success(request, str(ACTS[move].done))
                gone = move is Move.DISCARD
                return announce(
                    redirect("promises:promise_list" if gone else promise), "promiseChanged"
                )
    if status == 409:
        form = _again(request, pk, form, move, role, reported=reported)
    return render(
        request,
        "promises/promise_move.html",
        {
            "form": form,
            "promise": form.promise,
            "terms": form.terms,
            "words": words,
            "move": move,
            "reported": reported,
            "moved_on": status == 409,
            "is_grave": move in {Move.REVOKE, Move.BREAK, Move.DISCARD, Move.DECLINE},
        },
        status=status,
    )


def _act(
    request: SignedInRequest, promise: Promise, form: MoveForm, move: Move, role: Role
) -> None:
    """Make the move under the lock. Raises Stale where the ledger is further than the page was."""
    with locked(request.user.pk, promise.pk) as row:
        if row.seq != form.cleaned_data["seq"]:
            raise Stale
        ACTS[move].verb(Turn(row, as_owner(row, role), form.now), **form.said())


def _form(request: SignedInRequest, turn: Turn, move: Move, *, reported: bool) -> MoveForm:
    more: dict[str, Any] = {}
    if ACTS[move].form is DeliverForm:
        more["parts"] = closing.open_parts(turn)
    return ACTS[move].form(
        request.POST if request.method == "POST" else None,
        promise=turn.promise,
        terms=turn.table,
        user=request.user,
        reported=reported,
        now=turn.now,
        **more,
    )


def _again(
    request: SignedInRequest, pk: UUID, form: MoveForm, move: Move, role: Role, *, reported: bool
) -> MoveForm:
    """The form again, with what was typed, about how things stand now."""
    promise = get_owned(Promise.objects.with_person(), request.user, pk)
    turn = Turn(promise, as_owner(promise, role), form.now)
    again = _form(request, turn, move, reported=reported)
    again.data = again.data.copy()
    again.data["seq"] = str(promise.seq)
    if "version" in again.fields:
        again.data["version"] = str(turn.table.number)
    return again


def _role(promise: Promise, move: Move, *, reported: bool) -> Role | None:
    """As which party the owner speaks here; None where nobody is."""
    if reported:
        return promise.guest_role
    roles = [role for role in (Role.PROMISER, Role.RECIPIENT) if role in promise.owner_roles]
    facts = promise.facts(promise.moved_at)
    able = [role for role in roles if is_allowed(State(promise.state), move, role, facts)]
    return (able or roles)[0]


def _cannot(request: SignedInRequest, promise: Promise, move: Move) -> HttpResponse:
    """That this cannot be said now; what was typed stands there, to be copied."""
    typed = [
        value
        for name, values in request.POST.lists()
        for value in values
        if name in {"note", "what", "handed_over", "made_possible", "words", "why", "cost"}
        and value.strip()
    ]
    messages_shown = {
        "promise": promise,
        "typed": typed,
        "why": _("It stands otherwise than when the page was opened."),
        "move": move,
    }
    return render(request, "promises/promise_cannot.html", messages_shown, status=409)
