"""The shelf of packs with its search, the questions of one pack, and a pack as a file."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from apps.accounts.http import SignedInRequest
from apps.core.htmx import page_or_fragment
from apps.core.text import clean
from apps.prompts import sharing, shelf
from apps.prompts.shelf import MOST_FOUND, Asked

MOST_TEXT = 200


@require_safe
def pack_list(request: SignedInRequest) -> HttpResponse:
    """All packs; with `?q=` the questions that have these words."""
    text = " ".join(clean(request.GET.get("q", "")).split())[:MOST_TEXT]
    context: dict[str, object] = {"text": text, "packs": None, "rows": [], "has_more": False}
    if text:
        rows = shelf.found(request.user, text)
        today = request.user.today(timezone.now())
        context["rows"] = Asked.each(request.user, rows[:MOST_FOUND], today)
        context["has_more"] = len(rows) > MOST_FOUND
    else:
        context["packs"] = shelf.shelf_of(request.user)
    page, fragment = "prompts/pack_list.html", "prompts/_shelf.html"
    return page_or_fragment(request, page, fragment, context, target="shelf")


@require_safe
def pack_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What is asked from a pack."""
    pack = shelf.open_pack(request.user, pk)
    today = request.user.today(timezone.now())
    rows = Asked.each(request.user, shelf.prompts_of(pack), today)
    on_shelf = shelf.on_shelf(request.user, pack, len(rows))
    return render(request, "prompts/pack_detail.html", {"row": on_shelf, "rows": rows})


@require_safe
def pack_file(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The pack as a file to pass on: its questions, and nothing of who asks or answers them."""
    pack = shelf.open_pack(request.user, pk)
    content = sharing.to_file(pack, shelf.prompts_of(pack))
    name = slugify(pack.name)[:60] or "pack"
    return HttpResponse(
        content,
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{name}.json"'},
    )
