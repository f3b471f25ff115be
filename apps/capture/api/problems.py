"""What the API answers when something cannot be done: problem documents (RFC 9457).

Each says in a sentence or two what happened, what was kept, and what can be done. `type` is a
name for programs and never changes; sentences come in the language of the token's owner.
"""

import json
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import RequestDataTooBig, SuspiciousOperation
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

MEDIA_TYPE = "application/problem+json"
NAME = "urn:throughline:problem:"


class Problem(Exception):
    """Something that cannot be done, and what to say about it."""

    def __init__(
        self,
        kind: str,
        status: int,
        title: str,
        detail: str,
        *,
        headers: Mapping[str, str] | None = None,
        **more: Any,
    ) -> None:
        super().__init__(kind)
        self.kind, self.status, self.title, self.detail = kind, status, title, detail
        self.headers = headers or {}
        self.more = more

    def answer(self) -> HttpResponse:
        """The document."""
        told = {
            "type": f"{NAME}{self.kind}",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
            **self.more,
        }
        return HttpResponse(
            json.dumps(told, ensure_ascii=False),
            status=self.status,
            content_type=MEDIA_TYPE,
            headers=dict(self.headers),
        )


def not_here() -> Problem:
    """404: it is not there, or somebody else's, which is the same to whoever asks."""
    return Problem(
        "not-found",
        404,
        _("Not here"),
        _("There is nothing of yours at this address. Nothing was changed."),
    )


def not_taken(where: str, what: Any) -> Problem:
    """422: one field is not as it must be."""
    return invalid([{"where": where, "what": str(what)}])


def invalid(errors: list[dict[str, str]]) -> Problem:
    """422: some fields are not as they must be."""
    return Problem(
        "invalid",
        422,
        _("Not understood"),
        _(
            "Something in the request is not as it must be. Nothing was kept or changed."
            " Correct what “errors” names, and send it again."
        ),
        errors=errors,
    )


def too_large() -> Problem:
    """413: more than is taken at once."""
    return Problem(
        "too-large",
        413,
        _("Too much at once"),
        _("It is more than we can take at once. Nothing was kept. Send it in parts."),
    )


def unreadable() -> Problem:
    """400: the request makes no sense."""
    return Problem(
        "unreadable",
        400,
        _("Not readable"),
        _("The request could not be read. Nothing was kept. Send JSON or text in UTF-8."),
    )


def method_not_allowed(allowed: str) -> Problem:
    """405: not at this address."""
    return Problem(
        "method-not-allowed",
        405,
        _("Not at this address"),
        _("This address does not answer that method. Nothing was changed."),
        headers={"Allow": allowed},
    )


def answer_errors(api: NinjaAPI) -> None:
    """Let every error of the API leave as a problem document."""

    def problem(request: HttpRequest, error: Any) -> HttpResponse:
        answer: HttpResponse = error.answer()
        return answer

    def missing(request: HttpRequest, error: Any) -> HttpResponse:
        return not_here().answer()

    def validation(request: HttpRequest, error: Any) -> HttpResponse:
        return invalid([_told(one) for one in error.errors[:MOST_ERRORS]]).answer()

    def http_error(request: HttpRequest, error: Any) -> HttpResponse:
        cause = error.__cause__
        return (cause if isinstance(cause, Problem) else unreadable()).answer()

    def large(request: HttpRequest, error: Any) -> HttpResponse:
        return too_large().answer()

    def senseless(request: HttpRequest, error: Any) -> HttpResponse:
        return unreadable().answer()

    api.add_exception_handler(Problem, problem)
    api.add_exception_handler(Http404, missing)
    api.add_exception_handler(ValidationError, validation)
    api.add_exception_handler(HttpError, http_error)
    api.add_exception_handler(RequestDataTooBig, large)
    api.add_exception_handler(SuspiciousOperation, senseless)
    api.add_exception_handler(UnreadablePostError, senseless)
    api.add_exception_handler(MultiPartParserError, senseless)


MOST_ERRORS = 20

_MISSING = gettext_lazy("This is missing.")
_UNKNOWN = gettext_lazy("There is no such field.")
_OTHER = gettext_lazy("This is not what belongs here. The OpenAPI document says what does.")
_DAY = gettext_lazy("Write the day as year, month and day, such as 2026-11-20.")
_MOMENT = gettext_lazy(
    "Write the moment with its distance from UTC, such as 2026-11-20T18:30:00+01:00."
)
_RANGE = gettext_lazy("This number is too small or too large.")
_LONG = gettext_lazy("At most %(most)s characters fit here.")
_MANY = gettext_lazy("At most %(most)s of them fit here.")


def _told(error: dict[str, Any]) -> dict[str, str]:
    """An error of a field: where, and a sentence of ours. What was sent is not repeated."""
    kind, context = str(error["type"]), error.get("ctx", {})
    # The names of fields are ours; one that nobody knows came with the request.
    known = error["loc"][:-1] if kind == "extra_forbidden" else error["loc"]
    where = ".".join(str(part) for part in known if part != "payload")
    if kind == "missing":
        what = str(_MISSING)
    elif kind == "extra_forbidden":
        what = str(_UNKNOWN)
    elif kind == "string_too_long":
        what = _LONG % {"most": context.get("max_length", "")}
    elif kind == "too_long":
        what = _MANY % {"most": context.get("max_length", "")}
    elif kind.startswith("date_"):
        what = str(_DAY)
    elif kind.startswith(("datetime_", "timezone_")):
        what = str(_MOMENT)
    elif kind.startswith(("less_than", "greater_than")):
        what = str(_RANGE)
    elif kind == "value_error":
        what = str(context.get("error", _OTHER))
    else:
        what = str(_OTHER)
    return {"where": where, "what": what}
