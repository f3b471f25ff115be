"""The register, one promise, and how one begins."""

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import SignedInRequest
from apps.cares.models import Care
from apps.core.http import get_owned
from apps.core.statements import together
from apps.people.models import Person
from apps.promises import caring, handing_on, making
from apps.promises.beginnings import BEGINNINGS, begin
from apps.promises.caring import cares_of
from apps.promises.forms.terms import PromiseForm
from apps.promises.forms.together import ConcernForm
from apps.promises.models import Promise, PromiseLink
from apps.promises.moving import as_owner, turn
from apps.promises.needs import Need
from apps.promises.reading import page_of, promise_to_read, register, story_of
from apps.promises.states import Illegal, Role, State


@require_safe
def promise_list(request: SignedInRequest) -> HttpResponse:
    """The register: by what each needs; `?show=` one group in full, `?person=` of one person."""
    person = _person(request)
    shown = request.GET.get("show", "")
    if shown:
        try:
            need = Need(shown)
        except ValueError:
            raise Http404 from None
        page = page_of(request.user, need, person, request.GET.get("after", ""))
        return render(
            request,
            "promises/promise_list_of.html",
            {"need": need, "page": page, "person": person, "now": timezone.now()},
        )
    return render(
        request,
        "promises/promise_list.html",
        {"register": register(request.user, person), "person": person, "now": timezone.now()},
    )


@require_safe
def promise_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A promise: where the loop stands, what was agreed, what may be said, and its ledger."""
    promise = promise_to_read(request.user, pk)
    now = timezone.now()
    story, cares = together(story_of.begun(promise, now), cares_of.begun(promise))
    return render(
        request, "promises/promise_detail.html", {"story": story, "cares": cares, "now": now}
    )


@require_safe
def promise_begin(request: SignedInRequest) -> HttpResponse:
    """How it begins: six ways, each with a form of its own."""
    query = {"person": _person(request), "care": _care(request)}
    named = urlencode({name: row.pk for name, row in query.items() if row})
    return render(
        request,
        "promises/promise_begin.html",
        {"beginnings": BEGINNINGS.values(), "query": f"?{named}" if named else ""},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def promise_create(request: SignedInRequest, how: str) -> HttpResponse:
    """Write down one that begins in this way.

    `?person=` says with whom, `?part_of=` of what, `?care=` what of one's own it is about.
    """
    if how not in BEGINNINGS:
        raise Http404
    beginning = BEGINNINGS[how]
    now = timezone.now()
    person, whole, care = _person(request), _whole(request), _care(request)
    form = beginning.form(
        request.POST or None,
        user=request.user,
        now=now,
        with_person=not beginning.is_to_self,
        is_binding=beginning.is_to_self,
        initial={"person": person},
    )
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            promise = begin(request.user, beginning, form)
            if whole is not None:
                handing_on.link(promise, PromiseLink.Kind.PART_OF, whole)
            if care is not None:
                caring.pick_cares(request.user, promise, [care.pk])
        messages.success(request, _("It is written down."))
        return redirect(promise)
    return render(
        request,
        "promises/promise_create.html",
        {"form": form, "beginning": beginning, "whole": whole, "care": care},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def promise_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Rewrite a draft, which nobody has seen. What is on the table changes by moves alone."""
    promise = get_owned(Promise.objects.with_person(), request.user, pk)
    if promise.state != State.DRAFT:
        return redirect(promise)
    now = timezone.now()
    terms = promise.all_terms.get(number=promise.version)
    form = PromiseForm(
        request.POST or None,
        user=request.user,
        terms=terms,
        with_person=not promise.is_to_self,
        initial={"person": promise.person, "kind": promise.kind},
    )
    if request.method == "POST" and form.is_valid():
        try:
            with turn(request.user.pk, pk, as_owner(promise, Role.PROMISER), now) as it:
                making.rewrite(
                    it,
                    person=form.whom(),
                    kind=form.cleaned_data["kind"],
                    wanted=form.wanted(),
                )
        except Illegal:
            messages.info(request, _("It was offered meanwhile, so it is not rewritten."))
        else:
            messages.success(request, _("Saved."))
        return redirect(promise)
    return render(
        request,
        "promises/promise_edit.html",
        {"form": form, "promise": promise},
        status=422 if form.is_bound else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def promise_hide(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Put a promise out of sight, or back. It is never deleted: somebody else has seen it."""
    promise = get_owned(Promise.objects.with_person(), request.user, pk)
    if request.method == "POST":
        hidden = promise.hidden_at is None
        rows = Promise.objects.for_user(request.user).filter(pk=pk)
        rows.update(hidden_at=timezone.now() if hidden else None)
        messages.success(
            request,
            _("It is out of sight. Its ledger stays.") if hidden else _("It is in sight again."),
        )
        return redirect("promises:promise_list" if hidden else promise)
    return render(request, "promises/promise_hide.html", {"promise": promise})


@require_http_methods(["GET", "HEAD", "POST"])
def promise_concern(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Tie a promise to something the other person said matters to them, or to nothing."""
    promise = get_owned(Promise.objects.with_all(), request.user, pk)
    form = ConcernForm(
        request.POST if request.method == "POST" else None,
        promise=promise,
        initial={"concern": promise.concern_id},
    )
    if request.method == "POST" and form.is_valid():
        rows = Promise.objects.for_user(request.user).filter(pk=pk)
        rows.update(concern=form.cleaned_data["concern"])
        messages.success(request, _("Saved."))
        return redirect(promise)
    return render(
        request,
        "promises/promise_concern.html",
        {"form": form, "promise": promise},
        status=422 if form.is_bound else 200,
    )


def _whole(request: SignedInRequest) -> Promise | None:
    """The promise of `?part_of=`, which the new one will be a part of."""
    pk = _id_in(request.POST.get("part_of") or request.GET.get("part_of", ""))
    return get_owned(Promise.objects.all(), request.user, pk) if pk else None


def _care(request: SignedInRequest) -> Care | None:
    """The care of `?care=`, which it will be about."""
    pk = _id_in(request.POST.get("care") or request.GET.get("care", ""))
    return get_owned(Care.objects.kept(), request.user, pk) if pk else None


def _person(request: SignedInRequest) -> Person | None:
    """The person of `?person=`, if it is one of theirs."""
    pk = _id_in(request.GET.get("person", ""))
    return get_owned(Person.objects.all(), request.user, pk) if pk else None


def _id_in(asked: str) -> UUID | None:
    """The id that an address names; None for none. Raises Http404 for what is no id."""
    try:
        return UUID(asked) if asked else None
    except ValueError:
        raise Http404 from None
