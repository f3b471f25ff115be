"""What is asked when somebody marks words: which, where they stand, and what they think of them."""

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import Words
from apps.journal.highlighting import QUOTE_LENGTH
from apps.journal.models.entry import BODY_LENGTH
from apps.journal.models.highlight import NOTE_LENGTH


class NoteForm(forms.Form):
    """A note on marked words."""

    note = Words(
        label=_("Note"),
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"class": "voice", "rows": 4}),
    )


class MarkForm(NoteForm):
    """The words, and where they begin: a place that was chosen, or what a selection says."""

    quote = Words(
        label=_("The words"),
        max_length=QUOTE_LENGTH,
        help_text=_("Typed or pasted, as they stand in the entry."),
        error_messages={"required": _("Say which words.")},
        widget=forms.Textarea(attrs={"class": "voice", "rows": 2, "autofocus": True}),
    )
    start = forms.IntegerField(
        required=False, min_value=0, max_value=BODY_LENGTH, widget=forms.HiddenInput
    )

    field_order = ["quote", "note", "start"]

    def clean_quote(self) -> str:
        """The words in one line, as they are shown."""
        return " ".join(self.cleaned_data["quote"].split())
