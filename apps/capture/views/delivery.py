"""What a mail service calls: anymail reads and checks it, and tells `apps.capture.arriving`."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from anymail.webhooks.base import AnymailBaseWebhookView
from anymail.webhooks.mailgun import MailgunInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse

VIEWS: dict[str, type[AnymailBaseWebhookView]] = {
    "mailgun": MailgunInboundWebhookView,
    "postmark": PostmarkInboundWebhookView,
}
# What mail servers take, about: a mail of 25 MB, its files in base 64.
MOST = 35 * 1024 * 1024
JSON = "application/json"


def delivery_view(service: str) -> Callable[..., HttpResponse]:
    """The view for this service: it lets nobody in without the secret, and knows no cookies."""
    hand_over = VIEWS[service].as_view()

    @wraps(hand_over)
    def delivery(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Take mail from the service. 400 without its secret, 500 for "try again later"."""
        if request.content_type == JSON:
            _read_all(request)
        response: HttpResponse = hand_over(request, *args, **kwargs)
        return response

    return delivery


def _read_all(request: HttpRequest) -> None:
    """Read the body here: mail with files in it is longer than what forms may send.

    Raises RequestDataTooBig.
    """
    try:
        length = int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        length = 0
    if length > MOST:
        raise RequestDataTooBig
    request._body = request.read()  # where Django looks for what was read
