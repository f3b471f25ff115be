"""What allauth asks us to decide, and what it tells us: events, mails, keys, rate limits.

allauth reports through these hooks rather than through signals, so that what follows from a log-in
or a changed password can be read in one place.
"""

import logging
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from apps.accounts import events, factors, sessions
from apps.accounts.confirming import confirmed
from apps.accounts.keys import InvalidToken, seal, unseal
from apps.accounts.mail import send_letter
from apps.accounts.models import SecurityEvent, User

Kind = SecurityEvent.Kind
log = logging.getLogger("throughline.accounts")

# What a notice of allauth's tells us: the template it mails is the name of what happened.
NOTICES = {
    "account/email/password_changed": Kind.PASSWORD_CHANGED,
    "account/email/password_set": Kind.PASSWORD_CHANGED,
    "account/email/password_reset": Kind.PASSWORD_RESET,
    "account/email/email_changed": Kind.EMAIL_CHANGED,
    "account/email/email_deleted": Kind.EMAIL_CHANGED,
    "mfa/email/totp_activated": Kind.FACTOR_ADDED,
    "mfa/email/totp_deactivated": Kind.FACTOR_REMOVED,
    "mfa/email/webauthn_added": Kind.FACTOR_ADDED,
    "mfa/email/webauthn_removed": Kind.FACTOR_REMOVED,
    "mfa/email/recovery_codes_generated": Kind.CODES_MADE,
}

WAYS = {
    "reauthenticate": _("Use the password"),
    "mfa_reauthenticate": _("Use a code from the app"),
    "mfa_reauthenticate:webauthn": _("Use a passkey"),
}
# The page that asks for a code says that it was sent.
CODE_SENT = {
    "account/messages/email_confirmation_sent.txt",
    "account/messages/login_code_sent.txt",
}


class AccountAdapter(DefaultAccountAdapter):
    """Signing up, logging in and out, passwords, and the mails about them."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "email_password_mismatch": _("This address and this password do not belong together."),
        "enter_current_password": _("This is not your password now."),
        "incorrect_code": _("This is not the code. Look at it once more."),
        "incorrect_password": _("This is not your password."),
        "too_many_login_attempts": _(
            "That was tried too often. Wait five minutes, then try again."
        ),
        "rate_limited": _("That was quick. Wait a moment, then try again."),
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002
        """Whether strangers may make an account here: the operator's SIGNUP_OPEN."""
        return bool(settings.SIGNUP_OPEN)

    def is_safe_url(self, url: str | None) -> bool:
        """Whether this way onward stays here. One that is no address at all leads nowhere.

        What is no address depends on the Python: not all of them read "//[::1]%00/".
        """
        try:
            return bool(super().is_safe_url(url))
        except ValueError:
            return False

    def login(self, request: HttpRequest, user: User) -> None:
        """Log in: the session has a new key by then, and its age counts from now."""
        super().login(request, user)
        sessions.begin(
            request,
            now=timezone.now(),
            network=events.network_of(request),
            device=events.device_of(request),
        )

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Note the log-in; mail the owner when it came from a device or place not seen before."""
        now = timezone.now()
        known = {"network": events.network_of(request), "device": events.device_of(request)}
        is_new = not kwargs["signup"] and not events.has_happened(
            Kind.LOGGED_IN, user, since=now - events.KEPT, **known
        )
        event = events.record(Kind.LOGGED_IN, user, request, now)
        if is_new and event:
            send_letter("new_device", user, events.told(event, user))
        response: HttpResponse = super().post_login(request, user, **kwargs)
        return response

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """Note a wrong password for whoever it was tried on; mail them, but not each time."""
        user = User.objects.filter(email__iexact=credentials.get("email", "")).first()
        if user is None:
            return
        now = timezone.now()
        is_first = not events.has_happened(Kind.LOGIN_FAILED, user, since=now - events.QUIET)
        event = events.record(Kind.LOGIN_FAILED, user, request, now)
        if is_first and event:
            send_letter("login_failed", user, events.told(event, user))

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """The ways in which they can show that it is them, in our words."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        return [method | {"description": WAYS[method["id"]]} for method in methods]

    def reauthenticate(self, user: User, password: str) -> bool:
        """Whether this is their password.

        Unlike a log-in this is not counted by address, or strangers who try passwords could keep
        a person from what they are logged in to; the limit of the page counts by person.
        """
        is_right = user.check_password(password)
        if is_right:
            confirmed(self.request, user)
        else:
            events.record(Kind.LOGIN_FAILED, user, self.request, timezone.now())
        return is_right

    def logout(self, request: HttpRequest) -> None:
        """Log out; the middleware then has the browser forget what it stored."""
        if isinstance(request.user, User):
            events.record(Kind.LOGGED_OUT, request.user, request, timezone.now())
        super().logout(request)
        request.has_logged_out = True  # type: ignore[attr-defined]

    def set_password(self, user: User, password: str) -> None:
        """Keep the new password and end every other session of theirs."""
        super().set_password(user, password)
        sessions.end_others(self.request, user)

    def send_notification_mail(
        self,
        template_prefix: str,
        user: User,
        context: dict[str, Any] | None = None,
        email: str | None = None,
    ) -> None:
        """Note what changed and mail the owner.

        A change of how one logs in ends the other sessions and gives this one a new key: whoever
        has an old key has it for nothing.
        """
        event = events.record(NOTICES[template_prefix], user, self.request, timezone.now())
        if self.request.user == user:
            sessions.rotate(self.request)
        sessions.end_others(self.request, user)
        told = events.told(event, user) if event else {}
        super().send_notification_mail(template_prefix, user, {**(context or {}), **told}, email)

    def add_message(
        self,
        request: HttpRequest,
        level: int,
        message_template: str | None = None,
        *args: Any,
        **kwargs: Any,
    ) -> None:
        """Tell what happened; that a code was sent only when it was asked for a second time."""
        if message_template in CODE_SENT and request.POST.get("action") != "resend":
            return
        super().add_message(request, level, message_template, *args, **kwargs)

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue a mail; its links begin with SITE_URL, whatever host the request named."""
        super().send_mail(template_prefix, email, {**context, "site_url": settings.SITE_URL})


class MFAAdapter(DefaultMFAAdapter):
    """How second factors are kept and named."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("That did not match. Try once more."),
        "cannot_delete_authenticator": _(
            "This is the last way to confirm that it is you. Set a password first."
        ),
        "unverified_email": _("Confirm your e-mail address first."),
    }

    def encrypt(self, text: str) -> str:
        """What a seed looks like in the database."""
        return seal(factors.PURPOSE, text)

    def decrypt(self, encrypted_text: str) -> str:
        """The seed again.

        Raises ValidationError, as for wrong digits, when its key is neither the secret key nor one
        of SECRET_KEY_FALLBACKS: the person can do nothing about it, the operator can read it.
        """
        try:
            return unseal(factors.PURPOSE, encrypted_text)
        except InvalidToken:
            log.error("a second factor was sealed with a key that is not here")
            raise self.validation_error("incorrect_code") from None

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """Whether the person could still confirm that it is them without it."""
        others = Authenticator.objects.filter(user=authenticator.user).exclude(pk=authenticator.pk)
        return bool(
            authenticator.user.has_usable_password()
            or others.exclude(type=Authenticator.Type.RECOVERY_CODES).exists()
        )

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        """A name for a new passkey, which its owner may change."""
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Passkey %(number)s") % {"number": count + 1}
