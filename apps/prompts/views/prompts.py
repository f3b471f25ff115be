"""One question: what it says, what it said before, what somebody thinks of it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.http import SignedInRequest
from apps.prompts import shelf
from apps.prompts.shelf import Asked


@require_safe
def prompt_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The page of a question, of one that is asked no more too."""
    prompt = shelf.open_prompt(request.user, pk)
    [row] = Asked.each(request.user, [prompt], request.user.today(timezone.now()))
    earlier = shelf.earlier_wordings(prompt) if prompt.version > 1 else []
    context = {"row": row, "prompt": prompt, "pack": prompt.pack, "earlier": earlier}
    return render(request, "prompts/prompt_detail.html", context)
