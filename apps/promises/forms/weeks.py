"""What is asked about a promise that went otherwise than its week began."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import Words
from apps.promises.models.amendment import Reason

NOTE_LENGTH = 2_000


class ReasonForm(forms.Form):
    """Why it went otherwise. "Something else" needs a line that says what."""

    reason = forms.ChoiceField(
        label=_("What got in the way?"), choices=[("", "—"), *Reason.choices]
    )
    note = Words(
        label=_("In your words"),
        max_length=NOTE_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self) -> dict[str, Any]:
        """A note where no reason of the list fits."""
        data = super().clean() or {}
        if data.get("reason") == Reason.OTHER and not data.get("note"):
            self.add_error("note", _("Say in a line what it was."))
        return data
