"""The newest entries for a device, which keeps them for writing without a network."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import condition, require_safe

from apps.accounts.http import SignedInRequest
from apps.accounts.models import User
from apps.journal.models import Entry
from apps.journal.reading import recent_mark, recent_texts


def _mark(request: HttpRequest) -> str | None:
    return f'"{recent_mark(request.user)}"' if isinstance(request.user, User) else None


@require_safe
@condition(etag_func=_mark)
def entry_recent(request: SignedInRequest) -> HttpResponse:
    """Whose they are, and their texts, for the script that encrypts them; else 304."""
    entries = [_told(entry) for entry in recent_texts(request.user)]
    return JsonResponse({"person": str(request.user.pk), "entries": entries})


def _told(entry: Entry) -> dict[str, object]:
    """An entry as the writer's form names its parts."""
    return {
        "id": entry.pk,
        "version": entry.version,
        "title": entry.title,
        "body": entry.body,
        "local_date": entry.local_date.isoformat(),
        "occurred_at": entry.occurred_at.isoformat(),
        "time_zone": entry.time_zone,
        "mood": "" if entry.mood is None else str(entry.mood),
        "energy": "" if entry.energy is None else str(entry.energy),
    }
