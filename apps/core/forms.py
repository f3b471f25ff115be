"""A form over private rows: it knows whose they are."""

from typing import Any

from django import forms
from django.contrib.auth.base_user import AbstractBaseUser

from apps.core.models import Owned, OwnedQuerySet
from apps.core.text import clean


class Words(forms.CharField):
    """What somebody wrote: cleaned as it is kept, never refused for a stray character.

    The browser is not told the greatest length, because it would cut a pasted text without a word.
    """

    def to_python(self, value: Any) -> str:
        """The text as it is kept."""
        return clean(super().to_python(value) or "")

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The usual attributes, without a length."""
        attrs = super().widget_attrs(widget)
        attrs.pop("maxlength", None)
        return attrs


class OwnedForm(forms.ModelForm):  # type: ignore[type-arg]
    """Narrows every choice of a relation to the person's own rows, and sets the owner on save."""

    def __init__(self, *args: Any, user: AbstractBaseUser, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        self.instance.owner_id = self.instance.owner_id or user.pk
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField):
                queryset = field.queryset
                if isinstance(queryset, OwnedQuerySet) and issubclass(queryset.model, Owned):
                    field.queryset = queryset.for_user(user)
