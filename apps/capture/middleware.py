"""What is different below /api/: nobody is logged in there, whatever their browser says."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

Answer = Callable[[HttpRequest], HttpResponseBase]


class TokensOnly:
    """Takes the cookies off every request to the API before anything reads them.

    Who asks is known by the token they show and by nothing else. What a browser sends along by
    itself opens no door there, so that no other site can make it do so (assurance T-05).
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info.startswith(settings.API_PATH):
            request.META.pop("HTTP_COOKIE", None)
        return self.get_response(request)
