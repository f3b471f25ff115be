"""Which cares a promise is about."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.cares.models import Care


class CaresForm(forms.Form):
    """The cares that go on, and those it is about already though they went on as others."""

    cares = forms.TypedMultipleChoiceField(
        label=_("Cares"), coerce=UUID, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, user: User, tied: Collection[Care], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["cares"] = [care.pk for care in tied]
        rows = Care.objects.for_user(user).going_on().only("label").order_by("label", "pk")
        choices = {care.pk: care.label for care in (*rows, *tied)}
        self.fields["cares"].choices = list(choices.items())  # type: ignore[attr-defined]
        self.has_choices = bool(choices)
