"""What is asked once it is over: how it was for oneself, and what makes good."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.core.forms import Words
from apps.promises.forms.terms import lines_field
from apps.promises.models.promise import WHAT_LENGTH
from apps.promises.models.terms import NOTE_LENGTH


class OwnViewForm(forms.Form):
    """How it was for oneself."""

    aliveness = forms.TypedChoiceField(
        label=_("How alive did it make you?"),
        coerce=int,
        required=False,
        empty_value=None,
        choices=[
            ("", _("not said")),
            ("0", _("not at all")),
            ("1", _("a little")),
            ("2", _("somewhat")),
            ("3", _("much")),
            ("4", _("wholly")),
        ],
    )
    meaning = lines_field(_("What it meant to you"))
    cost = lines_field(_("What it cost you"), rows=2)
    would_again = forms.NullBooleanField(
        label=_("Would you promise this again?"),
        required=False,
        widget=forms.Select(choices=[("", _("not said")), ("true", _("yes")), ("false", _("no"))]),
    )

    def clean(self) -> dict[str, Any]:
        """At least one of them."""
        said = super().clean() or {}
        if not self.errors and not any(
            said.get(name) not in (None, "")
            for name in ("aliveness", "meaning", "cost", "would_again")
        ):
            raise ValidationError(_("Nothing is written yet."))
        return said


class RepairForm(forms.Form):
    """What was not kept, in one's own words, and what will make it good."""

    acknowledgement = Words(
        label=_("What was not kept, in your own words"),
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    cost = lines_field(_("What it cost them"), rows=2)
    what = Words(label=_("What would make it good"), max_length=WHAT_LENGTH)
