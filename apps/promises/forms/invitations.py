"""What the owner says when they make a link: what for, and whether we write."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from apps.promises.inviting import Post
from apps.promises.models.invitation import Purpose


class InvitationForm(forms.Form):
    """A purpose, and a letter only where it is ticked."""

    purpose = forms.ChoiceField(label=lazy("What the link is for"), widget=forms.RadioSelect)
    by_mail = forms.BooleanField(
        label=lazy("Send it from here"),
        required=False,
        help_text=lazy(
            "One letter with the link, and two reminders at most. Otherwise you send the link "
            "yourself, which is often kinder."
        ),
    )
    email = forms.EmailField(label=lazy("Their e-mail address"), required=False, max_length=254)
    language = forms.ChoiceField(label=lazy("In which language"), required=False)
    names_owner = forms.BooleanField(
        label=lazy("Replies go to my own address, which they then see"), required=False
    )

    def __init__(self, purposes: list[Purpose], language: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["purpose"]
        field.choices = [(it.value, it.label) for it in purposes]  # type: ignore[attr-defined]
        if len(purposes) == 1:
            field.initial = purposes[0].value
        self.fields["language"].choices = settings.LANGUAGES  # type: ignore[attr-defined]
        self.fields["language"].initial = language

    def clean(self) -> dict[str, Any]:
        """That there is an address to write to."""
        cleaned = super().clean() or {}
        if cleaned.get("by_mail") and not cleaned.get("email") and "email" not in self.errors:
            self.add_error("email", _("Where should the letter go?"))
        return cleaned

    @property
    def post(self) -> Post | None:
        """Where the letters go; None where the owner sends the link themselves."""
        cleaned = self.cleaned_data
        if not cleaned["by_mail"]:
            return None
        return Post(cleaned["email"], cleaned["language"], cleaned["names_owner"])
