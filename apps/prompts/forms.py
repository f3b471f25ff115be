"""What is asked about packs and questions of one's own."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.core.forms import Words
from apps.prompts.authoring import Said
from apps.prompts.models import Pack, Prompt
from apps.prompts.models.pack import ABOUT_LENGTH, NAME_LENGTH
from apps.prompts.models.wording import TEXT_LENGTH
from apps.prompts.sharing import MOST_BYTES

IN_BRACES = re.compile(r"\{([^{}]*)\}")


class PackForm(forms.Form):
    """What a pack is called and what it is for."""

    name = Words(
        label=_("Name"), max_length=NAME_LENGTH, widget=forms.TextInput(attrs={"autofocus": True})
    )
    about = Words(
        label=_("What its questions are for"),
        max_length=ABOUT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    @classmethod
    def of(cls, pack: Pack, data: Any = None) -> "PackForm":
        """The form with what the pack has now."""
        return cls(data, initial={"name": pack.name, "about": pack.about})

    def clean_name(self) -> str:
        """In one line."""
        return _in_one_line(self.cleaned_data["name"])

    def clean_about(self) -> str:
        """In one line too."""
        return _in_one_line(self.cleaned_data["about"])


class PromptForm(forms.Form):
    """A question, a second one for who has more to say, and how much it asks."""

    text = Words(
        label=_("The question"),
        max_length=TEXT_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "class": "voice", "autofocus": True}),
        help_text=_(
            "You may leave a blank: {person}, {promise}, {work}, {care} or {chapter}. It is filled"
            " with one of yours on the day you are asked."
        ),
    )
    follow_up = Words(
        label=_("A second question, if there is more to say"),
        max_length=TEXT_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "class": "voice"}),
    )
    weight = forms.ChoiceField(
        label=_("How much it asks"), choices=Prompt.Weight.choices, initial=Prompt.Weight.LIGHT
    )
    cadence = forms.ChoiceField(
        label=_("It may come again"),
        choices=Prompt.Cadence.choices,
        initial=Prompt.Cadence.QUARTER,
    )

    @classmethod
    def of(cls, prompt: Prompt, data: Any = None) -> "PromptForm":
        """The form with what the question says now."""
        initial = {
            "text": prompt.wording.text,
            "follow_up": prompt.wording.follow_up,
            "weight": prompt.weight,
            "cadence": prompt.cadence,
        }
        return cls(data, initial=initial)

    def clean_text(self) -> str:
        """In one line, with no blank or one that can be filled."""
        text = _in_one_line(self.cleaned_data["text"])
        blanks = set(IN_BRACES.findall(text))
        if blanks - set(Prompt.Needs.values):
            raise ValidationError(
                _(
                    "Only {person}, {promise}, {work}, {friction}, {care} or {chapter} can stand"
                    " in braces."
                )
            )
        if len(blanks) > 1:
            raise ValidationError(_("A question can have one blank. Ask about one thing."))
        return text

    def clean_follow_up(self) -> str:
        """In one line, without a blank."""
        text = _in_one_line(self.cleaned_data["follow_up"])
        if IN_BRACES.search(text):
            raise ValidationError(_("The second question has no blank. Say it without braces."))
        return text

    @property
    def said(self) -> Said:
        """What was said, when the form is valid."""
        data = self.cleaned_data
        blanks = IN_BRACES.findall(data["text"])
        return Said(
            text=data["text"],
            language=language_now(),
            follow_up=data["follow_up"],
            weight=data["weight"],
            cadence=data["cadence"],
            needs=blanks[0] if blanks else "",
        )


class PackFileForm(forms.Form):
    """A file with a pack in it."""

    file = forms.FileField(
        label=_("A file with a pack"),
        help_text=_("Ending in .json, as it is saved from the page of a pack."),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".json,application/json"}),
    )

    def clean_file(self) -> bytes:
        """What is in it."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(TOO_LARGE)
        return bytes(file.read())


TOO_LARGE = _("The file is larger than 512 kB, which no pack is.")


def language_now() -> str:
    """The language that somebody writes in, as far as the page knows: `en-gb` is `en`."""
    return (get_language() or "en").split("-")[0]


def _in_one_line(text: str) -> str:
    return " ".join(text.split())
