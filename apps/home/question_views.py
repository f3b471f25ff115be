"""The question of the day: its page, and what one may do with it."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.http import SignedInRequest
from apps.core.htmx import target_of
from apps.home import questions
from apps.prompts import asking
from apps.prompts.models import Serving

REGION = "question"
SETTLED = (Serving.Outcome.SKIPPED, Serving.Outcome.SNOOZED, Serving.Outcome.NOT_THIS)


@require_safe
def question(request: SignedInRequest) -> HttpResponse:
    """Today's question, with where it comes from and why it is this one. Writes nothing."""
    found = questions.look(request.user, timezone.now())
    return render(request, "home/question.html", {"question": found})


@require_POST
def question_answer(request: SignedInRequest) -> HttpResponse:
    """Write about it: the question is kept, and the page to write on shows it."""
    serving = questions.ask(request.user, timezone.now())
    if serving is None or _is_another(request, serving):
        return _moved_on(request, serving)
    return redirect(f"{reverse('journal:entry_create')}?question={serving.pk}")


@require_POST
def question_swap(request: SignedInRequest) -> HttpResponse:
    """Another question, three times a day at most."""
    now = timezone.now()
    serving = questions.ask(request.user, now)
    if serving is None or _is_another(request, serving):
        return _moved_on(request, serving)
    return _answer(request, questions.swap(request.user, now) or serving)


@require_POST
def question_settle(request: SignedInRequest) -> HttpResponse:
    """Not today, in a week, or nothing about this for a while: `outcome` says which."""
    now = timezone.now()
    outcome = request.POST.get("outcome", "")
    serving = questions.ask(request.user, now)
    if serving is None or outcome not in SETTLED or _is_another(request, serving):
        return _moved_on(request, serving)
    asking.settle(request.user, serving.pk, outcome, serving.local_date, now)
    serving.outcome = outcome
    return _answer(request, serving)


def _is_another(request: SignedInRequest, serving: Serving) -> bool:
    """Whether the page showed another question than the one of the day is now."""
    return request.POST.get("prompt") != str(serving.prompt_id)


def _moved_on(request: SignedInRequest, serving: Serving | None) -> HttpResponse:
    if serving is not None:
        messages.info(request, _("The question has changed since this page was shown."))
    return _answer(request, serving)


def _answer(request: SignedInRequest, serving: Serving | None) -> HttpResponse:
    if target_of(request) != REGION:
        return redirect("home:today")
    return render(request, "home/_question.html", {"question": serving, "focus": True})
