"""What somebody thinks of questions and packs: the small forms beside them, and two lists."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.http import SignedInRequest
from apps.core.htmx import target_of
from apps.core.templatetags.core import dom_id
from apps.prompts import preferring, shelf
from apps.prompts.models import Pack, PackSetting, Preference, Prompt
from apps.prompts.shelf import Asked


@require_safe
def favourite_list(request: SignedInRequest) -> HttpResponse:
    """The questions somebody likes."""
    today = request.user.today(timezone.now())
    rows = Asked.each(request.user, shelf.favourites(request.user), today)
    return render(request, "prompts/favourite_list.html", {"rows": rows})


@require_safe
def aside_list(request: SignedInRequest) -> HttpResponse:
    """The questions that are not asked for now: not for somebody, or resting."""
    today = request.user.today(timezone.now())
    rows = Asked.each(request.user, shelf.set_aside(request.user, today), today)
    return render(request, "prompts/aside_list.html", {"rows": rows})


@require_POST
def prompt_favourite(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Like a question, or no more."""
    prompt = shelf.open_prompt(request.user, pk)
    liked = request.POST.get("favourite") == "yes"
    preference = preferring.like(request.user, prompt, liked=liked)
    return _answer(request, prompt, preference, "favourite")


@require_POST
def prompt_aside(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Say that a question is not for oneself, or is after all."""
    prompt = shelf.open_prompt(request.user, pk)
    at = timezone.now() if request.POST.get("aside") == "yes" else None
    preference = preferring.set_aside(request.user, prompt, at=at)
    return _answer(request, prompt, preference, "aside")


@require_POST
def prompt_rest(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let a question rest for four weeks, or come again."""
    prompt = shelf.open_prompt(request.user, pk)
    today = request.user.today(timezone.now())
    until = today + preferring.REST if request.POST.get("rest") == "yes" else None
    preference = preferring.rest(request.user, prompt, until=until)
    return _answer(request, prompt, preference, "rest")


@require_POST
def pack_setting(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask from a pack never, only when something calls for it, or so often."""
    pack = shelf.open_pack(request.user, pk)
    asked = request.POST.get("weight", "")
    choices = {shelf.OFF: None} | {str(value): value for value in PackSetting.Weight.values}
    if pack.kind != Pack.Kind.DAY:
        raise Http404
    if asked in choices:
        preferring.set_pack(request.user, pack, choices[asked])
    if target_of(request) != dom_id(pack, "setting"):
        return redirect(pack)
    context = {"row": shelf.on_shelf(request.user, pack, 0), "focus": True}
    return render(request, "prompts/_pack_setting.html", context)


@require_POST
def light_only(request: SignedInRequest) -> HttpResponse:
    """Leave out what touches sore ground, or do not."""
    is_on = preferring.keep_light(
        request.user, light_only=request.POST.get("light_only") == "yes"
    ).light_only
    if target_of(request) != "light-only":
        return redirect("prompts:pack_list")
    return render(request, "prompts/_light_only.html", {"light_only": is_on, "focus": True})


def _answer(
    request: SignedInRequest, prompt: Prompt, preference: Preference, focus: str
) -> HttpResponse:
    if target_of(request) != dom_id(prompt, "preference"):
        return redirect(prompt)
    row = Asked(prompt, preference, request.user.today(timezone.now()))
    context = {"row": row, "small": request.POST.get("small") == "yes", "focus": focus}
    return render(request, "prompts/_preference.html", context)
