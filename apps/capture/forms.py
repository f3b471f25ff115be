"""What is asked when somebody makes an access token."""

from datetime import timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.capture.models import NAME_LENGTH
from apps.core.forms import Words

SCOPES = [
    ("write", _("Write: add entries, change them, put them into the trash")),
    ("read", _("Read: list, search and read all entries")),
]
LASTING = [
    ("30", _("30 days")),
    ("90", _("90 days")),
    ("365", _("A year")),
    ("", _("Until I take it back")),
]


class TokenForm(forms.Form):
    """A name, what the token may do, and for how long."""

    name = Words(
        label=_("Name"),
        max_length=NAME_LENGTH,
        help_text=_("What will use it, such as “Phone” or “Laptop”."),
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    scopes = forms.MultipleChoiceField(
        label=_("What it may do"),
        choices=SCOPES,
        initial=["write"],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("For notes on the go, writing is enough: such a token can read nothing."),
        error_messages={"required": _("Choose at least one.")},
    )
    days = forms.ChoiceField(
        label=_("How long it is good"), choices=LASTING, initial="365", required=False
    )

    def clean_name(self) -> str:
        """The name in one line."""
        name = " ".join(self.cleaned_data["name"].split())
        if not name:
            raise ValidationError(self.fields["name"].error_messages["required"])
        return name

    @property
    def wanted(self) -> dict[str, Any]:
        """What was asked for, as `tokens.make` takes it."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "can_read": "read" in data["scopes"],
            "can_write": "write" in data["scopes"],
            "lasts": timedelta(days=int(data["days"])) if data["days"] else None,
        }
