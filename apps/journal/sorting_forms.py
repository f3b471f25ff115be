"""What is asked when somebody sorts: a name, which tag takes another's place, tags and notebook."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.cares.models import Care
from apps.core.forms import Words
from apps.core.models import OwnedQuerySet
from apps.journal.models import Notebook, Tag
from apps.journal.models.sorting import NAME_LENGTH
from apps.journal.sorting import key_of
from apps.people.models import Person
from apps.promises.models import Promise

MOST_TAGS = 50
MOST_CHOSEN = 500
MOST_PROMISES = 20


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

    into = forms.ModelChoiceField(
        label=_("Which tag stays"), queryset=Tag.objects.none(), empty_label=_("Choose a tag")
    )

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
        return _names(self.cleaned_data["tags"])


class EntrySortingForm(SortingForm):
    """The same of one entry, and the people it is about but those its text names."""

    people = forms.TypedMultipleChoiceField(
        label=_("People"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    promises = forms.TypedMultipleChoiceField(
        label=_("Promises"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    cares = forms.TypedMultipleChoiceField(
        label=_("Cares"),
        coerce=UUID,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    field_order = ["tags", "people", "cares", "promises", "notebook"]

    def __init__(
        self,
        *args: Any,
        user: User,
        named: Collection[UUID],
        tied: Collection[Promise],
        cares: Collection[Care],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, user=user, **kwargs)
        self._offer_promises(user, tied)
        self._offer_cares(user, cares)
        people = Person.objects.for_user(user).exclude(pk__in=named).order_by("name")
        choices = list(people.values_list("pk", "name"))
        self.fields["people"].choices = choices  # type: ignore[attr-defined]
        if not choices:
            del self.fields["people"]

    def _offer_promises(self, user: User, tied: Collection[Promise]) -> None:
        """Those it is about already, and the last ones that are under way."""
        ended = ("declined", "withdrawn", "lapsed", "superseded")
        rows = Promise.objects.for_user(user).shown().exclude(state__in=ended)
        latest = rows.order_by("-moved_at").only("what")[:MOST_PROMISES]
        choices = {promise.pk: promise.what for promise in (*tied, *latest)}
        self.fields["promises"].choices = list(choices.items())  # type: ignore[attr-defined]
        if not choices:
            del self.fields["promises"]

    def _offer_cares(self, user: User, tied: Collection[Care]) -> None:
        """Those that go on, and those it is about already though they went on as others."""
        rows = Care.objects.for_user(user).going_on().only("label").order_by("label", "pk")
        choices = {care.pk: care.label for care in (*rows, *tied)}
        self.fields["cares"].choices = list(choices.items())  # type: ignore[attr-defined]
        if not choices:
            del self.fields["cares"]


class ChoosingForm(SortingForm):
    """Which entries, and what is to be done with them."""

    do = forms.ChoiceField(choices=[(verb, verb) for verb in ("tag", "move", "export", "trash")])
    entries = forms.TypedMultipleChoiceField(
        coerce=UUID,
        error_messages={"required": _("Choose at least one entry first.")},
    )

    field_order = ["entries", "tags", "notebook", "do"]

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        sent = self.data.getlist("entries")[:MOST_CHOSEN] if self.is_bound else []  # type: ignore[attr-defined]
        self.fields["entries"].choices = [(pk, pk) for pk in sent]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Tagging wants a tag."""
        cleaned = super().clean() or {}
        if cleaned.get("do") == "tag" and "tags" in cleaned and not cleaned["tags"]:
            self.add_error("tags", _("Name at least one tag."))
        return cleaned


class MentionForm(forms.Form):
    """The beginning of a name, as it is being typed after its mark."""

    mark = forms.ChoiceField(choices=[(mark, mark) for mark in "#@"])
    said = Words(required=False, max_length=NAME_LENGTH)


def _names(text: str) -> list[str]:
    """The names between the commas of a text."""
    names = [name.strip().lstrip("#").strip() for name in text.split(",")]
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
