"""Choosing between a page and a fragment, and telling other regions what happened.

The choice is made by the *target* of the request, never by "is this htmx": a history restore is
an htmx request too, and must get a whole page (docs/htmx.md).
"""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def target_of(request: HttpRequest) -> str:
    """The id of the element this request will replace, or "" when a page is wanted.

    htmx 4 sends `tag#id`; a request to restore history has no target of its own.
    """
    htmx = request.htmx  # type: ignore[attr-defined]
    if not htmx or htmx.history_restore_request:
        return ""
    return request.headers.get("HX-Target", "").partition("#")[2]


def page_or_fragment(
    request: HttpRequest,
    page: str,
    fragment: str,
    context: dict[str, Any],
    *,
    target: str,
    status: int = 200,
) -> HttpResponse:
    """Render `fragment` when the request will replace the element `target`, else the whole page."""
    template = fragment if target_of(request) == target else page
    return render(request, template, context, status=status)


def announce(response: HttpResponse, event: str, **detail: Any) -> HttpResponse:
    """Let regions of other apps hear what happened: an event in the past tense, `personChanged`."""
    events = json.loads(response.headers.get("HX-Trigger", "{}"))
    events[event] = detail
    response.headers["HX-Trigger"] = json.dumps(events)
    return response
