"""What is asked of a person about themselves, and allauth's forms in our words."""

from typing import TYPE_CHECKING, Any, ClassVar

from allauth.account import forms as account_forms
from allauth.core import context
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from babel import Locale
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.http import HttpRequest, HttpResponse
from django.utils.functional import lazy
from django.utils.translation import get_language, pgettext_lazy, to_locale
from django.utils.translation import gettext_lazy as _

from apps.accounts.confirming import confirmed
from apps.accounts.models import STEMMED, User, stemmed_language
from apps.core.forms import Words
from apps.core.periods import is_zone, zone_names
from apps.core.text import fold

if TYPE_CHECKING:
    UserForm = forms.ModelForm[User]
else:
    UserForm = forms.ModelForm

# Files some systems keep beside the zones: they mean whatever the machine is set to.
NO_ZONES = {"localtime", "posixrules", "Factory"}


class ZoneField(forms.CharField):
    """The name of a time zone, aliases among them, as long as it can be computed with."""

    widget = forms.Select
    default_error_messages = {
        "unknown": _("We do not know this time zone. Choose one from the list.")
    }

    def validate(self, value: str) -> None:
        """Raises ValidationError for a name that means no zone here, or is too long to be kept."""
        super().validate(value)
        if len(value) > 64 or value in NO_ZONES or not is_zone(value):
            raise ValidationError(self.error_messages["unknown"], code="unknown")

    def offer(self, chosen: str) -> None:
        """Fill the list: every zone by region, and `chosen`, should it be an alias."""
        self.widget.choices = _zones_by_region(chosen)


def _zones_by_region(chosen: str) -> list[tuple[str, Any]]:
    regions: dict[str, list[tuple[str, str]]] = {}
    others = [chosen] if chosen and chosen not in zone_names() else []
    for name in zone_names():
        region, _slash, place = name.partition("/")
        label = place.replace("_", " ").replace("/", ", ") or region
        regions.setdefault(region, []).append((name, label))
    return [
        ("", _("Choose the nearest city")),
        *((name, name) for name in others),
        *((region, places) for region, places in regions.items() if len(places) > 1),
        *(places[0] for places in regions.values() if len(places) == 1),
    ]


class _WithZone(UserForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["time_zone"]
        if isinstance(field, ZoneField):
            field.offer(self["time_zone"].value() or "")


class WelcomeForm(_WithZone):
    """The two things the first run asks."""

    time_zone = ZoneField(
        label=_("Where do you live?"),
        help_text=_("So that each entry lands on the day your own clock shows."),
    )

    class Meta:
        model = User
        fields = ["time_zone", "name"]
        field_classes = {"name": Words}
        labels = {"name": _("What should we call you?")}
        help_texts = {"name": _("Only you see it.")}

    def save(self, commit: bool = True) -> User:
        """Keep both; who reads these pages in a language most likely writes in it too."""
        user = self.instance
        user.writes_in = user.writes_in or stemmed_language(get_language() or "")
        return super().save(commit)


def _languages() -> list[tuple[str, Any]]:
    return [("", _("As the browser asks")), *settings.LANGUAGES]


def _written_languages() -> list[tuple[str, Any]]:
    """The languages with stems, in the words and the order of the language of the page."""
    locale = Locale.parse(to_locale(get_language() or "en"))
    names = {name: locale.languages.get(code, name) for name, code in STEMMED.items()}
    return [
        ("", _("The language of these pages")),
        *sorted(names.items(), key=lambda item: fold(item[1])),
        ("simple", _("Another one, or many")),
    ]


def _hours() -> list[tuple[int, Any]]:
    return [
        (0, _("Midnight")),
        *((hour, f"{hour:02}:00") for hour in range(1, 12)),
        (12, _("Noon")),
    ]


class SettingsForm(_WithZone):
    """How somebody's days run and how the pages look."""

    time_zone = ZoneField(label=_("Time zone"))
    day_starts_at = forms.TypedChoiceField(
        label=_("The day starts at"),
        choices=lazy(_hours, list),
        coerce=int,
        help_text=_(
            "Until then, what you write belongs to the day before. Entries you already wrote stay "
            "where they are."
        ),
    )
    language = forms.ChoiceField(label=_("Language"), choices=_languages, required=False)
    writes_in = forms.ChoiceField(
        label=_("You write in"),
        choices=_written_languages,
        required=False,
        help_text=_(
            "So that search knows the forms of a word, and finds “houses” when you look for "
            "“house”. The words you typed are found in any language."
        ),
    )

    class Meta:
        model = User
        fields = [
            "name",
            "time_zone",
            "day_starts_at",
            "first_weekday",
            "language",
            "writes_in",
            "theme",
            "text_size",
            "shortcuts",
        ]
        field_classes = {"name": Words}
        widgets = {"theme": forms.RadioSelect, "text_size": forms.RadioSelect}
        labels = {"first_weekday": _("The week starts on"), "theme": _("Paper")}
        help_texts = {
            "shortcuts": _(
                "Single keys, such as n for a new entry. Press ? on any page to see them. Turn "
                "them off if they get in the way of other software."
            )
        }


class DeleteForm(forms.Form):
    """Typing one's own address, so that nobody deletes an account by a slip of the hand."""

    email = forms.CharField(
        label=_("Your e-mail address"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "email"}),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_email(self) -> str:
        """The address, if it is theirs."""
        email: str = self.cleaned_data["email"].strip()
        if email.casefold() != self.user.email.casefold():
            raise ValidationError(
                _("This is not the address of your account. Type %(email)s."),
                params={"email": self.user.email},
                code="other-address",
            )
        return email


# --- allauth's forms, reworded ------------------------------------------------------------

EMAIL = _("E-mail address")
PASSWORD = pgettext_lazy("field", "Password")
LENGTH = _("Ten characters or more. A short sentence is easy to remember and hard to guess.")
MAIL_CODE = {"autocapitalize": "characters", "spellcheck": "false", "class": "code"}
APP_CODE = {"inputmode": "numeric", "spellcheck": "false", "class": "code"}


class _Reworded:
    """Gives the fields of a form our labels and help, and takes grey words out of the boxes."""

    labels: ClassVar[dict[str, Any]] = {}
    helps: ClassVar[dict[str, Any]] = {}
    attrs: ClassVar[dict[str, dict[str, str]]] = {}
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.helps.get(name, "")
            field.widget.attrs.update(self.attrs.get(name, {}))


class LoginForm(_Reworded, account_forms.LoginForm):
    labels = {"login": EMAIL, "password": PASSWORD}
    attrs = {"login": {"autocomplete": "username"}}


class SignupForm(_Reworded, account_forms.SignupForm):
    labels = {"email": EMAIL, "password1": PASSWORD}
    helps = {"password1": LENGTH}
    account_already_exists: bool

    def try_save(self, request: HttpRequest) -> tuple[User | None, HttpResponse | None]:
        """The new person, or the answer for an address that is known.

        Somebody with the same address may have come in since the form looked. An address that is
        known costs a hash as well, or the time would tell.
        """
        if self.account_already_exists:
            User().set_password(self.cleaned_data.get("password1"))
        try:
            with transaction.atomic():
                made: tuple[User | None, HttpResponse | None] = super().try_save(request)
        except IntegrityError:
            self.account_already_exists = True
            made = super().try_save(request)
        return made


class AddEmailForm(_Reworded, account_forms.AddEmailForm):
    labels = {"email": _("New e-mail address")}


class ChangePasswordForm(_Reworded, account_forms.ChangePasswordForm):
    labels = {
        "oldpassword": _("Password now"),
        "password1": _("New password"),
        "password2": _("New password, once more"),
    }
    helps = {"password1": LENGTH}


class SetPasswordForm(_Reworded, account_forms.SetPasswordForm):
    labels = {"password1": PASSWORD, "password2": _("Password, once more")}
    helps = {"password1": LENGTH}


class ResetPasswordForm(_Reworded, account_forms.ResetPasswordForm):
    labels = {"email": EMAIL}


class ResetPasswordKeyForm(_Reworded, account_forms.ResetPasswordKeyForm):
    labels = {"password1": _("New password"), "password2": _("New password, once more")}
    helps = {"password1": LENGTH}


class ReauthenticateForm(_Reworded, account_forms.ReauthenticateForm):
    labels = {"password": PASSWORD}


class RequestLoginCodeForm(_Reworded, account_forms.RequestLoginCodeForm):
    labels = {"email": EMAIL}


class ConfirmLoginCodeForm(_Reworded, account_forms.ConfirmLoginCodeForm):
    labels = {"code": _("Code")}
    attrs = {"code": MAIL_CODE | {"autofocus": ""}}


class ConfirmEmailVerificationCodeForm(_Reworded, account_forms.ConfirmEmailVerificationCodeForm):
    labels = {"code": _("Code")}
    attrs = {"code": MAIL_CODE | {"autofocus": ""}}


class ConfirmPasswordResetCodeForm(_Reworded, account_forms.ConfirmPasswordResetCodeForm):
    labels = {"code": _("Code")}
    attrs = {"code": MAIL_CODE | {"autofocus": ""}}


class AuthenticateForm(_Reworded, mfa_forms.AuthenticateForm):
    labels = {"code": _("Code from your app, or a recovery code")}
    attrs = {"code": APP_CODE | {"autofocus": ""}}


class MFAReauthenticateForm(_Reworded, mfa_forms.ReauthenticateForm):
    labels = {"code": _("Code from your app, or a recovery code")}
    attrs = {"code": APP_CODE | {"autofocus": ""}}

    def save(self) -> None:
        """Remember that it was them."""
        super().save()
        confirmed(context.request, self.user)


class ActivateTOTPForm(_Reworded, totp_forms.ActivateTOTPForm):
    labels = {"code": _("The six digits your app shows now")}
    attrs = {"code": APP_CODE}


class AddWebAuthnForm(_Reworded, webauthn_forms.AddWebAuthnForm):
    labels = {
        "name": _("A name for it"),
        "passwordless": _("Log in with it alone, without a password"),
    }
    helps = {
        "name": _("So that you know it again: the phone, the key on your ring."),
        "passwordless": _(
            "Your device then asks for your finger, your face or its own code. Without this it is "
            "asked for after the password."
        ),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["passwordless"].initial = True


class SignupWebAuthnForm(_Reworded, webauthn_forms.SignupWebAuthnForm):
    labels = {"name": _("A name for it")}
    helps = {"name": _("So that you know it again: the phone, the key on your ring.")}


class EditWebAuthnForm(_Reworded, webauthn_forms.EditWebAuthnForm):
    labels = {"name": _("A name for it")}


class ReauthenticateWebAuthnForm(webauthn_forms.ReauthenticateWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        """The passkey that answered; remember that it was them."""
        authenticator: Authenticator = super().clean_credential()
        confirmed(context.request, self.user)
        return authenticator
