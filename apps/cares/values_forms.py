"""What is asked about cards, sorts, choices and domains."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.cares.card_sorting import Table
from apps.cares.checking import Said
from apps.cares.deck import Card
from apps.cares.domains import Domain
from apps.cares.models import LifeDomain, OwnCard, PairRun, ValueSort
from apps.cares.models.domain_check import LARGEST, NOTE_LENGTH
from apps.cares.models.sort import MOST_RANKED, Pile
from apps.core.forms import OwnedForm, Words


class OwnCardForm(OwnedForm):
    """A name and what it means. The name of a card in a finished sort stays (`keeps_name`)."""

    class Meta:
        model = OwnCard
        fields = ["name", "gloss"]
        field_classes = {"name": Words, "gloss": Words}
        widgets = {"gloss": forms.TextInput(attrs={"class": "voice"})}

    def __init__(self, *args: Any, keeps_name: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if keeps_name:
            self.fields["name"].disabled = True
            self.fields["name"].help_text = _(
                "It lies in a finished sort, so its name stays. For another, write another card."
            )


class SortBeginForm(forms.Form):
    """Which cards to begin with."""

    subset = forms.ChoiceField(
        label=_("Which cards"),
        choices=ValueSort.Subset.choices,
        initial=ValueSort.Subset.FIRST,
        widget=forms.RadioSelect,
        help_text=_("Cards of your own come along in both."),
    )


class PlaceForm(forms.Form):
    """A card and the pile it is to lie on; no pile takes it back."""

    card = forms.CharField(max_length=36)
    pile = forms.TypedChoiceField(
        choices=Pile.choices, coerce=int, required=False, empty_value=None
    )


class TenForm(forms.Form):
    """Some cards at once, with a pile for each; for whoever has no script or wants to see many."""

    def __init__(self, *args: Any, table: Table, cards: Sequence[Card], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        piles = {it.card.id: it.pile for it in table.lying}
        for card in cards:
            # What another page did meanwhile is left alone: only what is changed here is sent on.
            self.fields[card.id] = forms.TypedChoiceField(
                label=card.name,
                help_text=card.gloss,
                choices=Pile.choices,
                coerce=int,
                required=False,
                empty_value=None,
                initial=piles.get(card.id),
                widget=forms.RadioSelect,
                show_hidden_initial=True,
            )

    @property
    def piles(self) -> dict[str, int | None]:
        """The cards that were given another pile here, each with it."""
        return {name: self.cleaned_data[name] for name in self.changed_data}


class RankForm(forms.Form):
    """A card and its place among the ten, as "key:3"; "key:0" takes it out, "fill" fills up."""

    place = forms.RegexField(rf"\A(?:fill|[0-9a-z-]{{1,36}}:(?:[0-9]|{MOST_RANKED}))\Z")

    @property
    def card_and_rank(self) -> tuple[str, int] | None:
        """What is to lie where; None when the uppermost pile is to come in."""
        card, _colon, rank = self.cleaned_data["place"].partition(":")
        return (card, int(rank)) if rank else None


class RunBeginForm(forms.Form):
    """How many questions there may be."""

    kind = forms.ChoiceField(
        label=_("How many questions"),
        choices=PairRun.Kind.choices,
        initial=PairRun.Kind.SHORT,
        widget=forms.RadioSelect,
    )


class DomainsForm(forms.Form):
    """Which of the domains that are offered belong to a life."""

    domains = forms.MultipleChoiceField(
        label=_("Parts of a life"),
        choices=Domain.choices,
        initial=Domain.values,
        widget=forms.CheckboxSelectMultiple,
    )

    @property
    def names(self) -> list[str]:
        """What they are called in the language of the page."""
        return [str(Domain(value).label) for value in self.cleaned_data["domains"]]


class DomainForm(OwnedForm):
    """What a domain is called."""

    class Meta:
        model = LifeDomain
        fields = ["name"]
        field_classes = {"name": Words}

    def clean_name(self) -> str:
        """On one line."""
        return " ".join(self.cleaned_data["name"].split())


class Slider(forms.NumberInput):
    """A number that is pushed along a line."""

    input_type = "range"


def _from_0_to_10(label: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=label, min_value=0, max_value=LARGEST, required=False, widget=Slider
    )


class MarkForm(forms.Form):
    """One domain on one day: two numbers and a note. Left out, only the note counts."""

    matters = _from_0_to_10(_("Matters now"))
    lived = _from_0_to_10(_("Lived these two weeks"))
    left_out = forms.BooleanField(label=_("Not this time"), required=False)
    note = Words(label=_("A word about it"), max_length=NOTE_LENGTH, required=False)

    def __init__(
        self, *args: Any, domain: LifeDomain, begins: Mapping[str, Any], **kwargs: Any
    ) -> None:
        kwargs |= {"prefix": f"d{domain.pk}", "initial": dict(begins)}
        super().__init__(*args, **kwargs)
        self.domain = domain
        # Its visible label is the summary above it, which says no domain.
        label = _("A word about %(part)s") % {"part": domain.name}
        self.fields["note"].widget.attrs |= {"aria-label": label, "class": "voice"}

    @property
    def said(self) -> Said:
        """What is said here."""
        data = self.cleaned_data
        if data["left_out"]:
            return Said(note=data["note"])
        return Said(data["matters"], data["lived"], data["note"])
