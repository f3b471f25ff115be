"""All sittings, and one: where it stands, or what came of it."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from apps.accounts.http import SignedInRequest
from apps.sittings.ending import KEPT_AS
from apps.sittings.models import OwnSession, Sitting
from apps.sittings.offered import offers_of
from apps.sittings.reading import past, sat
from apps.sittings.sessions import Cadence, Session, standing

FEW = 5
MOST_OPEN = 20
MOST_OWN = 50

CADENCES: dict[Cadence, Any] = {
    Cadence.DAY: _("Every day, or when you like"),
    Cadence.WEEK: _("Once a week"),
    Cadence.MONTH: _("Once a month"),
    Cadence.QUARTER: _("Once a quarter"),
    Cadence.YEAR: _("Once a year"),
    Cadence.EVENT: _("After something happened"),
    Cadence.ANY: _("At any time"),
}


@dataclass(frozen=True)
class Shelf:
    """Sessions of one cadence."""

    name: Any
    sessions: list[Session]


def shelves() -> list[Shelf]:
    """All sessions that can be sat, by how often one may want them."""
    found = standing()
    rows = [
        Shelf(name, [it for it in found if it.cadence is cadence])
        for cadence, name in CADENCES.items()
    ]
    return [shelf for shelf in rows if shelf.sessions]


@require_safe
def sitting_list(request: SignedInRequest) -> HttpResponse:
    """What is offered today and why, what can be gone on with, all there are, and the last ones."""
    under_way = Sitting.objects.for_user(request.user).under_way()
    over, _after = past(request.user, "")
    return render(
        request,
        "sittings/sitting_list.html",
        {
            "offers": offers_of(request.user, request.user.today(timezone.now())),
            "under_way": under_way[:MOST_OPEN],
            "shelves": shelves(),
            "own": OwnSession.objects.for_user(request.user).order_by("name", "id")[:MOST_OWN],
            "past": over[:FEW],
            "has_more": len(over) > FEW,
        },
    )


@require_safe
def sitting_past(request: SignedInRequest) -> HttpResponse:
    """Every sitting that is over, the newest first, a page at a time."""
    rows, after = past(request.user, request.GET.get("after", ""))
    return render(request, "sittings/sitting_past.html", {"past": rows, "after": after})


@require_safe
def sitting_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What was answered: of one that is open, so far; of one that ended, with what came of it."""
    whole = sat(request.user, pk)
    kept_as = {line.place: KEPT_AS.get(line.answer.made, "") for line in whole.lines}
    return render(
        request,
        "sittings/sitting_detail.html",
        {"sat": whole, "sitting": whole.sitting, "here": whole.here, "kept_as": kept_as},
    )


@require_safe
def sitting_export(request: SignedInRequest, pk: UUID) -> JsonResponse:
    """Its answers as data, to be taken along."""
    whole = sat(request.user, pk)
    sitting = whole.sitting
    data = {
        "session": sitting.session_key,
        "version": sitting.session_version,
        "name": sitting.name,
        "state": sitting.state,
        "day": sitting.local_date.isoformat(),
        "began_at": sitting.began_at.isoformat(),
        "ended_at": sitting.ended_at.isoformat() if sitting.ended_at else None,
        "seconds": sitting.seconds,
        "entry": str(sitting.entry_id) if sitting.entry_id else None,
        "answers": [
            {
                "step": line.answer.step,
                "item": line.answer.item,
                "kind": line.answer.kind,
                "question": line.question,
                "text": line.answer.text,
                "value": line.answer.value,
                "words": line.words,
                "made": line.answer.made,
            }
            for line in whole.lines
        ],
    }
    headers = {"Content-Disposition": f'attachment; filename="sitting-{sitting.local_date}.json"'}
    return JsonResponse(data, headers=headers, json_dumps_params={"ensure_ascii": False})
