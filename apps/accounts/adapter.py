"""What allauth asks us to decide."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Who may sign up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Whether strangers may make an account here: the operator's SIGNUP_OPEN."""
        return bool(settings.SIGNUP_OPEN)


class MFAAdapter(DefaultMFAAdapter):
    """How second factors are kept."""
