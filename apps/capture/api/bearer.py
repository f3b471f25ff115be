"""Who asks: the token in `Authorization: Bearer …`, and nothing else."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from apps.accounts import limits
from apps.accounts.models import User
from apps.capture import tokens
from apps.capture.api.problems import Problem
from apps.capture.models import AccessToken


class TokenRequest(HttpRequest):
    """A request whose token was found good: `user` is its owner."""

    user: User
    auth: AccessToken


class Bearer:
    """Lets in whoever shows a token that may do this. The scope is "read" or "write"."""

    openapi_security_schema: dict[str, Any] = {"type": "http", "scheme": "bearer"}

    def __init__(self, scope: str) -> None:
        self.scope = scope

    def __call__(self, request: HttpRequest) -> AccessToken:
        """The token; it is remembered on which day it was used. Raises Problem."""
        now = timezone.now()
        scheme, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise _unknown(
                CHALLENGE,
                _("Show an access token: “Authorization: Bearer tl_…”. Nothing was changed."),
            )
        token = tokens.find(secret.strip())
        if token is None or not token.owner.is_active:
            raise _unknown(
                INVALID,
                _("This access token is not known here, or was taken back. Nothing was changed."),
            )
        # From here on it is known who asks: for the log, for what is noted, for the language.
        request.user = request._cached_user = token.owner  # type: ignore[attr-defined]
        if token.owner.language:
            translation.activate(token.owner.language)
        if token.is_expired(now):
            raise _unknown(
                INVALID,
                _("This access token has expired. Nothing was changed. Make another in Settings."),
            )
        if limits.is_over("api", str(token.pk), now):
            raise _too_often(limits.wait("api", now))
        if token.owner.deletion_asked_at:
            raise Problem(
                "account-closing",
                403,
                _("The account is closed"),
                _("Its owner has asked to delete this account. Nothing was kept or changed."),
            )
        if not (token.can_read if self.scope == "read" else token.can_write):
            raise _may_not(self.scope)
        tokens.note_use(token, now)
        return token


CHALLENGE = 'Bearer realm="throughline"'
INVALID = f'{CHALLENGE}, error="invalid_token"'


class ReadAccess(Bearer):
    """A token that may read."""

    def __init__(self) -> None:
        super().__init__("read")


class WriteAccess(Bearer):
    """A token that may write."""

    def __init__(self) -> None:
        super().__init__("write")


def _unknown(challenge: str, detail: str) -> Problem:
    return Problem(
        "unauthorized",
        401,
        _("Not known"),
        detail,
        headers={"WWW-Authenticate": challenge},
    )


def _too_often(seconds: int) -> Problem:
    return Problem(
        "limited",
        429,
        _("Too many requests"),
        _(
            "That was too much in a minute. Nothing was kept. Send it again after the seconds that"
            " “Retry-After” names."
        ),
        headers={"Retry-After": str(seconds)},
    )


def _may_not(scope: str) -> Problem:
    return Problem(
        "scope",
        403,
        _("Not with this token"),
        _("This access token may not do this. Nothing was changed. Make one that may."),
        headers={"WWW-Authenticate": f'{CHALLENGE}, error="insufficient_scope", scope="{scope}"'},
        scope=scope,
    )
