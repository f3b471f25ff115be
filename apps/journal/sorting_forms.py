"""What is asked when somebody sorts: a name, which tag takes another's place, tags and notebook."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.forms import Words
from apps.core.models import OwnedQuerySet
from apps.journal.models import Notebook, Tag
from apps.journal.models.sorting import NAME_LENGTH
from apps.journal.sorting import key_of

MOST_TAGS = 50


class NameForm(forms.Form):
    """The name of a tag or a notebook."""

    name = Words(
        label=_("Name"),
        max_length=NAME_LENGTH,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def clean_name(self) -> str:
        """The name; a mark before it belongs to the text, not to the tag."""
        name: str = self.cleaned_data["name"].lstrip("#").strip()
        if not key_of(name):
            raise ValidationError(_("Give it a name."))
        return name


class MergeForm(forms.Form):
    """Which tag takes this one's place."""

    into = forms.ModelChoiceField(label=_("Which tag stays"), queryset=Tag.objects.none())

    def __init__(self, *args: Any, others: OwnedQuerySet[Tag], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].queryset = others  # type: ignore[attr-defined]


class SortingForm(forms.Form):
    """The picked tags of an entry, and its notebook."""

    tags = Words(
        label=_("Tags"),
        required=False,
        max_length=4_000,
        help_text=_("Between commas, such as: release, first draft"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "list": "all-tags"}),
    )
    notebook = forms.ModelChoiceField(
        label=_("Notebook"),
        queryset=Notebook.objects.none(),
        required=False,
        empty_label=_("Journal"),
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        notebooks = Notebook.objects.for_user(user).order_by("key")
        self.fields["notebook"].queryset = notebooks  # type: ignore[attr-defined]

    def clean_tags(self) -> list[str]:
        """The names, without marks and empty places."""
        names = [name.strip().lstrip("#").strip() for name in self.cleaned_data["tags"].split(",")]
        names = [name for name in names if key_of(name)]
        if any(len(name) > NAME_LENGTH for name in names):
            raise ValidationError(
                _("A tag has at most %(most)s letters."), params={"most": NAME_LENGTH}
            )
        if len(names) > MOST_TAGS:
            raise ValidationError(
                _("An entry takes at most %(most)s tags."), params={"most": MOST_TAGS}
            )
        return names
