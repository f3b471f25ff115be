"""What a person has chosen, and where they must go first, for every page."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.middleware import get_user
from django.forms.forms import BaseForm
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone, translation

from apps.accounts import events, sessions
from apps.accounts.models import SecurityEvent, User
from apps.core.http import wants_json
from apps.core.periods import zone

Answer = Callable[[HttpRequest], HttpResponseBase]

# Probes are asked often and belong to nobody.
PROBES = {"home:health_live", "home:health_ready"}
# What somebody may do who has not yet said where they live: leave, for now or for good.
BEFORE_WELCOME = {
    "accounts:welcome",
    "accounts:mailbox",
    "accounts:account_delete",
    "account_logout",
    "account_reauthenticate",
    "mfa_reauthenticate",
    "mfa_reauthenticate_webauthn",
}
# What is left of an account while its deletion can be undone.
WHILE_LEAVING = {"accounts:account_keep", "account_logout"}
# Refusals come in bursts, and one line for a burst says it all.
BURST = timedelta(minutes=10)
NOTED = {403: SecurityEvent.Kind.REFUSED, 429: SecurityEvent.Kind.LIMITED}


class Preferences:
    """Applies what the person has chosen, and leads them where they must go first.

    Stored days are days and know no zone; instants are shown as the person's own clock has them.
    Asks the database nothing that a page for this person would not ask anyway.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        timezone.deactivate()
        response = self.get_response(request)
        if getattr(request, "has_logged_out", False):
            # Not "cookies": the one that carries the next page's security token must live.
            response.headers["Clear-Site-Data"] = '"cache", "storage"'
        if response.status_code in NOTED:
            _note(request, NOTED[response.status_code])
        return response

    def process_view(self, request: HttpRequest, *view: Any) -> HttpResponseBase | None:  # noqa: ARG002
        """Runs once it is known which page is asked for."""
        match = request.resolver_match
        name = match.view_name if match else ""
        if name in PROBES:
            return None
        user = request.user
        if not isinstance(user, User):
            return None
        # From here on without the proxy, which a page goes through two hundred times.
        request.user = get_user(request)
        timezone.activate(zone(user.time_zone))
        if user.language:
            translation.activate(user.language)
            request.LANGUAGE_CODE = translation.get_language()
        sessions.renew(request, timezone.now())
        if user.deletion_asked_at and name not in WHILE_LEAVING:
            return _closed(request)
        if not user.is_settled_in and name not in BEFORE_WELCOME and not wants_json(request):
            return _welcome(request)
        return None


class FormErrors:
    """Gives a form of allauth's that was sent back for correction the status it should have.

    422 like every other form here (allauth answers 200); 429 with the time to wait when it was
    tried too often.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_template_response(
        self, request: HttpRequest, response: TemplateResponse
    ) -> TemplateResponse:
        """Runs for the pages of class-based views, before they are rendered."""
        if request.method != "POST" or response.status_code != 200:
            return response
        forms = (response.context_data or {}).values()
        codes = {code for form in forms for code in _error_codes(form)}
        if codes & TRIED_TOO_OFTEN:
            response.status_code = 429
            response.headers["Retry-After"] = str(RETRY_AFTER)
        elif codes:
            response.status_code = 422
        return response


TRIED_TOO_OFTEN = {"too_many_login_attempts", "rate_limited"}
RETRY_AFTER = 300


def _error_codes(form: object) -> set[str]:
    if not isinstance(form, BaseForm) or not form.is_bound:
        return set()
    return {
        error.code or "invalid" for errors in form.errors.as_data().values() for error in errors
    }


def _closed(request: HttpRequest) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"error": "account-closing"}, status=403)
    return redirect("accounts:account_keep")


def _welcome(request: HttpRequest) -> HttpResponse:
    query = urlencode({"next": request.get_full_path()}) if request.method == "GET" else ""
    return redirect(f"{reverse('accounts:welcome')}{'?' if query else ''}{query}")


def _note(request: HttpRequest, kind: SecurityEvent.Kind) -> None:
    # Whoever was refused before anybody looked who they are is looked up now.
    user = request.user
    if isinstance(user, User):
        events.record(kind, user, request, timezone.now(), once_in=BURST)
