"""The product, and the floor below it."""

from django.http import HttpResponse
from django.urls import path
from django.views.decorators.http import require_safe

from apps.accounts import limits
from apps.accounts.http import SignedInRequest
from apps.journal.models import Entry
from config import urls as product

# One person saves hundreds of times a second here. Counting them stays part of every save.
limits.LIMITS["save"] = limits.Limit(10**9, 60)


@require_safe
def floor(request: SignedInRequest) -> HttpResponse:
    """The least a page can do: all middleware, a session, a person, one query, no template."""
    newest = Entry.objects.for_user(request.user).kept().newest_first().values_list("pk").first()
    return HttpResponse(f"<!doctype html><title>floor</title>{newest}")


handler429 = product.handler429
urlpatterns = [path("floor/", floor, name="floor"), *product.urlpatterns]
