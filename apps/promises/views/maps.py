"""The map around a promise: what it is part of, what waits for it, what came of it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from apps.accounts.http import SignedInRequest
from apps.core.http import get_owned
from apps.promises.hanging import around
from apps.promises.models import Promise


@require_safe
def map_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """A promise and those it hangs together with, as a picture and as a table."""
    promise = get_owned(Promise.objects.all(), request.user, pk)
    context = {"promise": promise, "around": around(promise)}
    return render(request, "promises/map_detail.html", context)
