"""What changed from one answer to the next."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.http import SignedInRequest
from apps.journal.answering import with_answer_before
from apps.journal.comparing import compare


@require_safe
def answer_changes(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """An answer and the one before it to the same question, with where they differ."""
    this, before = with_answer_before(request.user, pk)
    pieces = compare(before.entry.body, this.entry.body)
    context = {"this": this, "before": before, "pieces": pieces}
    return render(request, "journal/answer_changes.html", context)
