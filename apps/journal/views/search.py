"""Looking for entries, and keeping searches to come back to."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import SignedInRequest
from apps.core.htmx import target_of
from apps.core.http import get_owned
from apps.core.statements import Statement
from apps.core.text import clean, fold
from apps.journal import searching
from apps.journal.models import SavedSearch
from apps.journal.models.finding import QUERY_LENGTH
from apps.journal.query import Query, parse
from apps.journal.searching import Results
from apps.journal.searching_forms import SavedSearchForm

# What a request replaces, and with which fragment.
FRAGMENTS = {"found": "journal/_search_found.html", "older": "journal/_search_page.html"}


@dataclass(frozen=True)
class Shown:
    """A search and what was found, as the page shows it.

    `other_order` is the address of the same search in the other order; `kept_as` the row under
    which it is kept already, and `keep` the address to keep it at, where it can be.
    """

    text: str
    query: Query
    results: Results | None
    address: str
    other_order: str
    is_best: bool
    is_fragment: bool
    examples: list[tuple[str, searching.Example]]
    kept_as: SavedSearch | None
    keep: str


@require_safe
def search(request: SignedInRequest) -> HttpResponse:
    """What `?q=` asks for, newest first or, with `&sort=best`, best first; else how to ask."""
    text = clean(request.GET.get("q", "")).strip()
    after = clean(request.GET.get("after", ""))
    is_best = request.GET.get("sort") == "best"
    today = request.user.today(timezone.now())
    query = parse(text, today)
    results = searching.search(request.user, query, best=is_best, after=after) if query else None
    target = target_of(request)
    kept = _kept(owner=request.user.pk) if target != "older" else []
    saved = sorted(kept, key=lambda row: fold(row.name))
    same = " ".join(text.split())
    shown = Shown(
        text=text,
        query=query,
        results=results,
        address=_address(text, is_best=is_best),
        other_order=_address(text, is_best=not is_best),
        is_best=is_best,
        is_fragment=bool(target),
        examples=[] if results else _examples(request, today.year),
        kept_as=next((row for row in saved if row.query == same), None),
        keep=_keep_address(same) if query and len(same) <= QUERY_LENGTH else "",
    )
    context = {"shown": shown, "saved": saved}
    return render(request, FRAGMENTS.get(target, "journal/search.html"), context)


@Statement
def _kept(owner: Any) -> QuerySet[SavedSearch]:
    return SavedSearch.objects.filter(owner=owner).only("owner_id", "name", "query")


@require_safe
def saved_search(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Search again for what was kept."""
    row = get_owned(SavedSearch.objects.all(), request.user, pk)
    return redirect(_address(row.query))


@require_http_methods(["GET", "HEAD", "POST"])
def saved_search_create(request: SignedInRequest) -> HttpResponse:
    """Keep the search `?q=` under a name."""
    text = " ".join(clean(request.GET.get("q", "")).split())[:QUERY_LENGTH]
    form = SavedSearchForm(request.POST or None, user=request.user, initial={"query": text})
    if request.method == "POST" and form.is_valid():
        row = form.save()
        messages.success(request, _("The search is kept."))
        return redirect(_address(row.query))
    return render(request, "journal/saved_search_create.html", {"form": form}, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def saved_search_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give a kept search another name, or let it look for something else."""
    row = get_owned(SavedSearch.objects.all(), request.user, pk)
    form = SavedSearchForm(request.POST or None, instance=row, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect(_address(row.query))
    if form.is_bound:
        row.refresh_from_db()
    context = {"form": form, "saved_search": row}
    return render(request, "journal/saved_search_edit.html", context, status=_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def saved_search_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then keep the search no longer."""
    row = get_owned(SavedSearch.objects.all(), request.user, pk)
    if request.method == "POST":
        row.delete()
        messages.success(request, _("The search is no longer kept."))
        return redirect("journal:search")
    return render(request, "journal/saved_search_delete.html", {"saved_search": row})


def _address(text: str, *, is_best: bool = False) -> str:
    """The page of a search."""
    query = {"q": text} | ({"sort": "best"} if is_best else {})
    return f"{reverse('journal:search')}?{urlencode(query)}"


def _keep_address(text: str) -> str:
    """The page that keeps a search."""
    return f"{reverse('journal:saved_search_create')}?{urlencode({'q': text})}"


def _examples(request: SignedInRequest, year: int) -> list[tuple[str, searching.Example]]:
    """The person's own examples, each with its address."""
    return [(_address(e.query), e) for e in searching.examples(request.user, year)]


def _status(form: SavedSearchForm) -> int:
    return 422 if form.is_bound else 200
