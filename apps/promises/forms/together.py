"""Which other promise this one hangs together with, and how."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.people.models import Concern
from apps.promises.models import Promise, PromiseLink
from apps.promises.states import OPEN, State

Kind = PromiseLink.Kind
HOW = [
    ("part_of", _("This is part of the other one, which needs it")),
    ("nice_part_of", _("This is part of the other one, and it would be nice")),
    ("has_part", _("The other one is part of this, which needs it")),
    ("delegated_from", _("I asked for this for the sake of the other one")),
    ("waits_delivered", _("This waits until the other one is done")),
    ("waits_kept", _("This waits until they are satisfied with the other one")),
    ("enables", _("The other one was made possible by this")),
]


class LinkForm(forms.Form):
    """The other one, and how the two hang together."""

    how = forms.ChoiceField(label=_("How"), choices=HOW, widget=forms.RadioSelect)
    other = forms.ModelChoiceField(label=_("The other one"), queryset=Promise.objects.none())

    SHOWN = 200

    def __init__(self, *args: Any, promise: Promise, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.promise = promise
        mine = Promise.objects.for_user(user).shown().exclude(pk=promise.pk)
        latest = list(mine.order_by("-moved_at").values_list("pk", flat=True)[: self.SHOWN])
        field: Any = self.fields["other"]
        field.queryset = Promise.objects.for_user(user).filter(pk__in=latest).order_by("-moved_at")

    def clean(self) -> dict[str, Any]:
        """What is owed already waits for nothing."""
        said = super().clean() or {}
        waits = str(said.get("how", "")).startswith("waits")
        if waits and State(self.promise.state) not in {*OPEN, State.CONDITIONAL}:
            raise ValidationError(_("It is owed already, so it waits for nothing."))
        return said

    def ends(self) -> tuple[Promise, str, Promise]:
        """From which to which, and of what kind."""
        other: Promise = self.cleaned_data["other"]
        kinds = {
            "part_of": Kind.PART_OF,
            "nice_part_of": Kind.PART_OF,
            "has_part": Kind.PART_OF,
            "delegated_from": Kind.DELEGATED_FROM,
            "waits_delivered": Kind.DEPENDS_ON,
            "waits_kept": Kind.DEPENDS_ON,
            "enables": Kind.ENABLES,
        }
        how = self.cleaned_data["how"]
        if how == "has_part":
            return other, kinds[how], self.promise
        return self.promise, kinds[how], other

    def more(self) -> dict[str, Any]:
        """Whether it must be, and until when it waits."""
        how = self.cleaned_data["how"]
        until = {"waits_delivered": "delivered", "waits_kept": "kept"}.get(how, "")
        return {"is_must": how != "nice_part_of", "until": until}


class ConcernForm(forms.Form):
    """What of theirs it takes care of: in their own words, or nothing."""

    concern = forms.ModelChoiceField(
        label=_("What it takes care of"),
        queryset=Concern.objects.none(),
        required=False,
        empty_label=_("nothing that is noted"),
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, promise: Promise, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["concern"]
        theirs = Concern.objects.filter(owner=promise.owner_id, person=promise.person_id)
        field.queryset = theirs.order_by("-said_on", "-id")
        field.label_from_instance = lambda concern: concern.words
