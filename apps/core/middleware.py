"""What holds for every request: a log line, safe headers, a closed door, whole redirects."""

import hashlib
import logging
import secrets
import time
from collections.abc import Callable
from gzip import FNAME
from typing import Any

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.contrib.messages import get_messages
from django.core.exceptions import BadRequest, PermissionDenied, SuspiciousOperation
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed, JsonResponse
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.template.loader import render_to_string
from django.utils.cache import patch_vary_headers
from isal.igzip import compress

from apps.core.http import is_from_here, not_taken, wants_json
from apps.core.models import new_id

Answer = Callable[[HttpRequest], HttpResponseBase]
log = logging.getLogger("throughline.request")


class RequestLog:
    """One line a request: the route's name, never its path; a person's number, never their name."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        request.id = str(new_id())  # type: ignore[attr-defined]
        began = time.perf_counter()
        queries = QueryCount()
        with connection.execute_wrapper(queries):
            response = self.get_response(request)
        match = request.resolver_match
        if match is None or not match.view_name or match.view_name.startswith("home:health"):
            return response
        # Looking at request.user would load it; what was not needed is not loaded for a log line.
        user = request.__dict__.get("_cached_user")
        log.info(
            "request",
            extra={
                "request": request.id,  # type: ignore[attr-defined]
                "route": match.view_name,
                "method": request.method if request.method in KNOWN_METHODS else "other",
                "status": response.status_code,
                "ms": round((time.perf_counter() - began) * 1000, 1),
                "queries": queries.count,
                "person": _person(user.pk) if user is not None and user.pk else None,
            },
        )
        return response

    def process_exception(self, request: HttpRequest, exception: Exception) -> None:
        """Log where an unexpected error rose, without the words it carries."""
        if isinstance(exception, ANSWERED):
            return
        match = request.resolver_match
        log.error(
            "error",
            exc_info=exception,
            extra={
                "request": request.id,  # type: ignore[attr-defined]
                "route": match.view_name if match else None,
            },
        )


# What Django turns into a 404, 403 or 400 by itself; the request's own line says so.
ANSWERED = (Http404, PermissionDenied, BadRequest, SuspiciousOperation)
KNOWN_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}


class QueryCount:
    """Counts the queries of one request."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(
        self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any
    ) -> Any:
        self.count += 1
        return execute(sql, params, many, context)


def _person(pk: object) -> str:
    """A number for this person that a log can hold and nobody can turn back into an account."""
    return hashlib.blake2b(
        str(pk).encode(), key=settings.SECRET_KEY.encode()[:64], digest_size=6
    ).hexdigest()


class Gzip(GZipMiddleware):
    """Django's compression, with Intel's library for whole pages: 0.03 ms for 33 kB instead of
    0.35, and a tenth more to send (docs/speed.md).
    """

    def process_response(self, request: HttpRequest, response: Any) -> HttpResponseBase:
        """The answer, compressed where that is understood and worth it; its ETag becomes weak."""
        is_whole = not response.streaming and len(response.content) >= LEAST_COMPRESSED
        is_wanted = "gzip" in request.META.get("HTTP_ACCEPT_ENCODING", "")
        if is_whole and is_wanted and not response.has_header("Content-Encoding"):
            response.content = _padded(compress(response.content, EFFORT, mtime=0))
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Content-Length"] = str(len(response.content))
            if response.headers.get("ETag", "").startswith('"'):
                response.headers["ETag"] = f"W/{response.headers['ETag']}"
            patch_vary_headers(response, ["Accept-Encoding"])
            return response  # type: ignore[no-any-return]
        return super().process_response(request, response)


# Bytes; less is not worth it, and half of what is a little longer would be padding.
LEAST_COMPRESSED = 1000
# Of 3. The last takes twice as long.
EFFORT = 2


def _padded(compressed: bytes) -> bytes:
    """With a file name of random length in its header, so that its own tells less (Heal the BREACH:
    https://ieeexplore.ieee.org/document/9754554).
    """
    name = b"a" * secrets.randbelow(GZipMiddleware.max_random_bytes) + b"\x00"
    return compressed[:3] + bytes([FNAME]) + compressed[4:10] + name + compressed[10:]


class SafeAnswers:
    """Headers that every answer carries, and two kinds of request that none gets through.

    Pages are never stored, neither by the browser nor by anything on the way: Back after logging
    out must not show a journal (assurance T-41, T-42). Whitenoise answers static files before
    this, with their own caching.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        is_api = request.path_info.startswith(settings.API_PATH)
        methods = API_METHODS if is_api else ANSWERED_METHODS
        if request.method in methods:
            response = self.get_response(request)
        else:
            response = HttpResponseNotAllowed(methods)
        response.headers.setdefault("Cache-Control", "no-store, private")
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        kind = response.headers.get("Content-Type", "")
        if kind.startswith("text/") and "charset" not in kind:
            response.headers["Content-Type"] = f"{kind}; charset=utf-8"
        if kind.startswith("text/html"):
            patch_vary_headers(response, ["HX-Request", "HX-Target", "Cookie"])
        return response

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponse | None:  # noqa: ARG002
        """Refuse what other sites send: before the view, and late enough to be noted."""
        if request.method == "POST" and _is_cross_site(request):
            return HttpResponse(status=403)
        return None


PERMISSIONS = (
    "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), "
    "microphone=(self), midi=(), payment=(), usb=(), publickey-credentials-get=(self), "
    "publickey-credentials-create=(self)"
)


# What links and forms send. Some views of other packages would take more: a PUT as a form, a DELETE
# that removes a passkey without telling its owner.
ANSWERED_METHODS = ["GET", "HEAD", "OPTIONS", "POST"]
# What programs send, who show a token and whose cookies are not looked at.
API_METHODS = [*ANSWERED_METHODS, "PATCH", "DELETE"]


def _is_cross_site(request: HttpRequest) -> bool:
    return request.headers.get("Sec-Fetch-Site") in {"cross-site", "same-site"}


class LoginRequired(LoginRequiredMiddleware):
    """Closed by default; a script before a closed door is told so, not shown a log-in page."""

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Answer
    ) -> HttpResponseBase:
        if wants_json(request):
            return JsonResponse({"error": "logged-out"}, status=401)
        if request.method == "POST" and is_from_here(request):
            return not_taken(request, status=401, template="core/logged_out.html")
        return super().handle_no_permission(request, view_func)


class Fragments:
    """Answers to htmx: redirects become whole navigations, and messages ride along out of band."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        if not request.htmx:  # type: ignore[attr-defined]
            return response
        location = response.headers.get("Location")
        if location and 300 <= response.status_code < 400:
            return HttpResponse(headers={"HX-Redirect": location})
        if isinstance(response, HttpResponse) and _is_fragment(response):
            messages = get_messages(request)
            if len(messages):
                response.write(
                    render_to_string(
                        "core/_messages.html", {"messages": messages, "oob": True}, request
                    )
                )
        return response


def _is_fragment(response: HttpResponse) -> bool:
    return (
        response.status_code in {200, 422}
        and response.headers.get("Content-Type", "").startswith("text/html")
        and not response.content.lstrip()[:15].lower().startswith(b"<!doctype")
    )
