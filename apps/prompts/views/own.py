"""Packs and questions of one's own: making, changing, letting go, taking one out of a file."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from apps.accounts.http import SignedInRequest
from apps.prompts import authoring, shelf
from apps.prompts.authoring import MOST_PACKS, MOST_PROMPTS
from apps.prompts.forms import PackFileForm, PackForm, PromptForm, language_now
from apps.prompts.models import Pack, Prompt
from apps.prompts.receiving import NotTaken, receive


@require_http_methods(["GET", "HEAD", "POST"])
def pack_create(request: SignedInRequest) -> HttpResponse:
    """Begin a pack."""
    form = PackForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and _has_room(request, form):
        data = form.cleaned_data
        pack = authoring.make_pack(
            owner=request.user, name=data["name"], about=data["about"], language=language_now()
        )
        return redirect(pack)
    context = {"form": form}
    return render(request, "prompts/pack_create.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def pack_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Another name, other words on what it is for."""
    pack = shelf.own_pack(request.user, pk)
    form = PackForm.of(pack, request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        authoring.change_pack(pack, name=data["name"], about=data["about"], language=language_now())
        return redirect(pack)
    context = {"form": form, "pack": pack}
    return render(request, "prompts/pack_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def pack_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then let a pack go with its questions. Answers stay."""
    pack = shelf.own_pack(request.user, pk)
    if request.method == "POST":
        now = timezone.now()
        authoring.let_pack_go(pack, now, request.user.today(now))
        messages.success(request, _("The pack is gone. What you wrote in answer stays."))
        return redirect("prompts:pack_list")
    return render(request, "prompts/pack_delete.html", {"pack": pack})


@require_http_methods(["GET", "HEAD", "POST"])
def pack_import(request: SignedInRequest) -> HttpResponse:
    """Take a pack out of a file. It is not asked from before its owner says so."""
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PackFileForm(*sent)
    if request.method == "POST" and form.is_valid() and _has_room(request, form):
        try:
            pack = receive(request.user, form.cleaned_data["file"])
        except NotTaken as problem:
            for sentence in problem.sentences:
                form.add_error("file", sentence)
        else:
            messages.success(
                request, _("The pack is here. Look through it, and say how often it may ask you.")
            )
            return redirect(pack)
    context = {"form": form}
    return render(request, "prompts/pack_import.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def prompt_create(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Put a question into a pack of one's own."""
    pack = shelf.own_pack(request.user, pk)
    form = PromptForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        if Prompt.objects.for_user(request.user).current().filter(pack=pack).count() < MOST_PROMPTS:
            authoring.add_prompt(pack, form.said)
            return redirect(pack)
        full = _("There are %(most)s questions in this pack, as many as one holds. Begin another.")
        form.add_error(None, full % {"most": MOST_PROMPTS})
    context = {"form": form, "pack": pack}
    return render(
        request, "prompts/prompt_create.html", context, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def prompt_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say a question otherwise. Answers keep the words they answered."""
    prompt = shelf.own_prompt(request.user, pk)
    form = PromptForm.of(prompt, request.POST or None)
    if request.method == "POST" and form.is_valid():
        authoring.change_prompt(request.user, prompt.pk, form.said)
        return redirect(prompt)
    context = {"form": form, "prompt": prompt}
    return render(request, "prompts/prompt_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def prompt_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then ask this question no more. Answers stay."""
    prompt = shelf.own_prompt(request.user, pk)
    if request.method == "POST":
        authoring.let_prompt_go(prompt, request.user.today(timezone.now()))
        messages.success(request, _("The question is gone. What you wrote in answer stays."))
        return redirect(prompt.pack)
    return render(request, "prompts/prompt_delete.html", {"prompt": prompt})


def _has_room(request: SignedInRequest, form: PackForm | PackFileForm) -> bool:
    """Whether there may be another pack; the form says so if not."""
    if Pack.objects.for_user(request.user).filter(archived_at=None).count() < MOST_PACKS:
        return True
    full = _("You have %(most)s packs of your own, as many as there is room for.")
    form.add_error(None, full % {"most": MOST_PACKS})
    return False
