"""Suggestions for the writer's script, while somebody types the name of a tag or of a person."""

from django.http import JsonResponse
from django.views.decorators.http import require_POST

from apps.accounts.http import SignedInRequest
from apps.journal import suggesting
from apps.journal.sorting_forms import MentionForm


@require_POST
def suggest(request: SignedInRequest) -> JsonResponse:
    """The tags or people of a beginning; sent in a form, since words have no place in an address.

    422 for what is no mark, or no beginning of a name. Changes nothing.
    """
    form = MentionForm(request.POST)
    if not form.is_valid():
        return JsonResponse({"error": "invalid"}, status=422)
    like = suggesting.tags_like if form.cleaned_data["mark"] == "#" else suggesting.people_like
    found = like(request.user, form.cleaned_data["said"])
    names = [{"name": one.name, "text": one.text} for one in found]
    return JsonResponse({"outcome": "suggested", "found": names})
