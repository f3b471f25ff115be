"""What becomes of a care: it rests, goes on, has another name, goes on as several, or in one."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.http import SignedInRequest
from apps.cares import joining, resting
from apps.cares.forms import MergeForm, NameForm, RestForm, SplitForm
from apps.cares.models import Care
from apps.cares.reading import care_to_read
from apps.cares.stating import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def care_rest(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let it rest, or take up again what rests or has gone on as others."""
    care = care_to_read(request.user, pk).care
    goes_on = care.is_resting or care.has_ended
    form = RestForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        verb = resting.resume if goes_on else resting.rest
        note = form.cleaned_data["note"]
        try:
            verb(owner=request.user, care=pk, note=note, now=timezone.now())
        except Refused as refused:
            messages.info(request, str(refused))
        else:
            done = _("It goes on.") if goes_on else _("It rests. It is kept as it is.")
            messages.success(request, done)
        return redirect(care)
    context = {"form": form, "care": care, "goes_on": goes_on}
    return render(request, "cares/care_rest.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def care_rename(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give it another short name."""
    care = care_to_read(request.user, pk).care
    form = NameForm(request.POST or None, initial={"label": care.label})
    if request.method == "POST" and form.is_valid():
        label = form.cleaned_data["label"]
        resting.rename(owner=request.user, care=pk, label=label, now=timezone.now())
        messages.success(request, _("It has its new name."))
        return redirect(care)
    context = {"form": form, "care": care}
    return render(request, "cares/care_rename.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def care_split(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let a care go on as several."""
    today = care_to_read(request.user, pk)
    if today.care.has_ended:
        return redirect(today.care)
    form = SplitForm(request.POST or None, initial={"text_1": today.text})
    if request.method == "POST" and form.is_valid():
        try:
            joining.split(
                owner=request.user,
                care=pk,
                parts=form.parts(),
                note=form.cleaned_data["note"],
                now=timezone.now(),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("It goes on as these. The one before is kept, below."))
            return redirect("cares:care_list")
    context = {"form": form, "care": today.care, "today": today}
    return render(request, "cares/care_split.html", context, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def care_merge(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let a care and others go on as one."""
    today = care_to_read(request.user, pk)
    if today.care.has_ended:
        return redirect(today.care)
    others = Care.objects.for_user(request.user).going_on().exclude(pk=pk)
    form = MergeForm(request.POST or None, others=others, initial={"text": today.text})
    if request.method == "POST" and form.is_valid():
        try:
            new = joining.merge(
                owner=request.user,
                cares=[pk, *(care.pk for care in form.cleaned_data["others"])],
                said=form.said(today),
                label=form.cleaned_data["label"],
                note=form.cleaned_data["note"],
                now=timezone.now(),
            )
        except Refused as refused:
            form.add_error(None, str(refused))
        else:
            messages.success(request, _("They go on as this one. Those before are kept."))
            return redirect(new)
    context = {"form": form, "care": today.care, "has_others": others.exists()}
    return render(request, "cares/care_merge.html", context, status=422 if form.is_bound else 200)
