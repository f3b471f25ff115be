"""The request of somebody who is logged in, as views write it in their signatures."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from apps.accounts.models import User


class SignedInRequest(HttpRequest):
    """A request behind the closed door: its user is a person."""

    user: User
    htmx: HtmxDetails
