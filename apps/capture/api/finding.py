"""Searching, and the tags and notebooks there are."""

from typing import Any, Literal

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from apps.capture.api import reading
from apps.capture.api.bearer import ReadAccess, TokenRequest
from apps.capture.api.shapes import NotebookList, Said, SearchPage, TagList, TokenRow
from apps.core.text import fold
from apps.journal import searching
from apps.journal.models import Entry, Notebook, Tag
from apps.journal.query import parse

router = Router(auth=ReadAccess(), tags=["Finding"])


class Search(Schema):
    """What to look for."""

    q: Said = Field(
        description='Words, `"phrases"`, `-not`, `OR`, `prefix*`, and filters: `tag:release`,'
        " `@Ana`, `year:2026`, `before:2026-03`, `mood:>0`, `is:starred`, `in:journal`.",
        examples=["release tag:work -meeting"],
        max_length=2_000,
    )
    sort: Literal["newest", "best"] = Field("newest", description="Newest first, or best first.")
    after: Said = Field("", max_length=200, description="Where to go on: from `next`.")


@router.get(
    "/search",
    response=SearchPage,
    exclude_unset=True,
    url_name="search",
    operation_id="search",
    summary="Search",
)
def search(request: TokenRequest, asked: Query[Search]) -> dict[str, Any]:
    """Look for entries, in the same words as on the page.

    What is not understood is explained in `problems`, and the rest is looked for all the same.
    """
    user = request.user
    query = parse(asked.q.strip(), user.today(timezone.now()))
    answer: dict[str, Any] = {"understood": str(query), "count": 0, "entries": [], "next": None}
    problems = list(query.problems)
    if query:
        best = asked.sort == "best"
        results = searching.search(user, query, best=best, after=asked.after)
        problems += results.unknown
        rows = Entry.objects.for_user(user).only(*reading.ROW)
        by_pk = rows.in_bulk([found.entry.pk for found in results.found])
        # What goes between the two statements is not shown.
        found = [one for one in results.found if one.entry.pk in by_pk]
        shown = [by_pk[one.entry.pk] for one in found]
        answer["understood"] = str(results.query)
        answer["count"] = results.count
        answer["entries"] = [
            row | {"excerpt": [{"text": piece.text, "found": piece.is_found} for piece in one.text]}
            for row, one in zip(reading.rows(user, shown), found, strict=True)
        ]
        if results.following:
            again = {"q": asked.q, "sort": asked.sort, "after": results.following}
            answer["next"] = reading.address_of(request.path, again)
    answer["problems"] = [{"piece": one.piece, "why": str(one.why)} for one in problems]
    return answer


@router.get(
    "/tags",
    response=TagList,
    url_name="tag_list",
    operation_id="listTags",
    summary="List tags",
)
def tag_list(request: TokenRequest) -> dict[str, Any]:
    """Every tag by name, with how many entries have it."""
    kept = Q(entry_links__entry__trashed_at=None)
    tags = Tag.objects.for_user(request.user).annotate(entries=Count("entry_links", filter=kept))
    rows = tags.order_by("key").values("id", "name", "entries")
    return {"tags": list(rows)}


@router.get(
    "/notebooks",
    response=NotebookList,
    url_name="notebook_list",
    operation_id="listNotebooks",
    summary="List notebooks",
)
def notebook_list(request: TokenRequest) -> dict[str, Any]:
    """Every notebook by name. The first is the journal itself, which has no id."""
    notebooks = Notebook.objects.for_user(request.user).values("id", "name")
    named = sorted(notebooks, key=lambda row: fold(row["name"]))
    return {"notebooks": [{"id": None, "name": _("Journal")}, *named]}


@router.get(
    "/token",
    response=TokenRow,
    url_name="token_detail",
    operation_id="readToken",
    summary="See what the token may do",
)
def token_detail(request: TokenRequest) -> dict[str, Any]:
    """The token that asks: a way to see whether it works."""
    token, now = request.auth, timezone.now()
    may = {"read": token.can_read, "write": token.can_write}
    return {
        "name": token.name,
        "scopes": [scope for scope, is_given in may.items() if is_given],
        "expires_at": token.expires_at,
        "time_zone": request.user.time_zone or "UTC",
        "today": request.user.today(now),
    }
