"""The addresses of the API that are no operations, and what all of them have in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.http.response import HttpResponseBase
from ninja import NinjaAPI

from apps.capture.api import attachments, entries, finding
from apps.capture.api.document import ABOUT, document
from apps.capture.api.parsing import JSONOrText
from apps.capture.api.problems import answer_errors, method_not_allowed, not_here

View = Callable[..., HttpResponseBase]

api = NinjaAPI(
    title="Throughline",
    version="1",
    description=ABOUT,
    openapi_url=None,
    docs_url=None,
    urls_namespace="api",
    parser=JSONOrText(),
)
for router in (entries.router, attachments.router, finding.router):
    api.add_router("", router)
answer_errors(api)


@login_not_required
def document_detail(request: HttpRequest) -> HttpResponse:
    """The OpenAPI document. For anybody: it says how to ask, and nothing about anybody."""
    if request.method not in {"GET", "HEAD"}:
        return method_not_allowed("GET, HEAD").answer()
    return HttpResponse(document(api), content_type="application/json")


@login_not_required
def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Whatever else is asked for: not here."""
    return not_here().answer()


def operation_view(view: View) -> View:
    """An operation's view: open to whoever shows a token, and its refusals are documents too."""

    @login_not_required
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        method = request.method
        if method == "HEAD":
            # What GET answers; whoever sends it leaves the body out.
            request.method = "GET"
        response = view(request, *args, **kwargs)
        request.method = method
        if isinstance(response, HttpResponseNotAllowed):
            return method_not_allowed(response.headers["Allow"]).answer()
        return response

    return wrapped
