"""What is asked about a care, one form a gesture."""

from datetime import date
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.cares.domains import Domain
from apps.cares.joining import Part
from apps.cares.models import Care, CareStatement
from apps.cares.models.care import LABEL_LENGTH
from apps.cares.models.statement import TEXT_LENGTH, Standing
from apps.cares.stating import Said
from apps.core.forms import Words
from apps.core.models import OwnedQuerySet
from apps.core.periods import FIRST_DAY
from apps.people.models import Person

# What a care is split into at once; whoever needs more splits again.
MOST_PARTS = 4
STANDINGS = [
    (Standing.EMERGING, _("Emerging: I am finding out")),
    (Standing.HELD, _("Held: it is so")),
    (Standing.IN_QUESTION, _("In question: I am not sure any more")),
    (Standing.SET_DOWN, _("Set down: it was so, and is kept")),
]


class LabelField(Words):
    """A short name in one line."""

    def to_python(self, value: Any) -> str:
        """Without needless space."""
        return " ".join(super().to_python(value).split())


def _label(**over: Any) -> LabelField:
    return LabelField(label=_("Short name"), max_length=LABEL_LENGTH, **over)


def _lines(label: Any, length: int, rows: int = 2, **over: Any) -> Words:
    return Words(
        label=label,
        max_length=length,
        widget=forms.Textarea(attrs={"rows": rows, "class": "voice"}),
        **over,
    )


def _note(label: Any) -> Words:
    return _lines(label, 1_000, required=False)


class SaidForm(forms.Form):
    """What a version says: the sentence first, and whatever else one wants to say."""

    text = _lines(
        _("What do you look after?"),
        TEXT_LENGTH,
        rows=3,
        help_text=_("One sentence, in your own words, such as: that new people find their way."),
    )
    because = _lines(_("Because"), 2_000, required=False)
    person = forms.ModelChoiceField(
        label=_("For whom"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("nobody on the list"),
    )
    for_whom = LabelField(
        label=_("Or for whom, in words of your own"), required=False, max_length=200
    )
    domain = forms.ChoiceField(
        label=_("Part of life"), required=False, choices=[("", _("not said")), *Domain.choices]
    )
    standing = forms.ChoiceField(
        label=_("How it stands"), choices=STANDINGS, widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user
        people = cast("forms.ModelChoiceField[Person]", self.fields["person"])
        people.queryset = Person.objects.for_user(user).only("owner_id", "name").order_by("name")

    def clean(self) -> dict[str, Any]:
        """For somebody on the list, or for whom the words name."""
        data = super().clean() or {}
        if data.get("person") and data.get("for_whom"):
            self.add_error("for_whom", _("Choose somebody from the list, or say it in words."))
        return data

    def said(self) -> Said:
        """What was said."""
        names = ("text", "because", "person", "for_whom", "domain", "standing")
        return Said(**{name: self.cleaned_data[name] for name in names})


class CareForm(SaidForm):
    """A new care."""

    label = _label(required=False, help_text=_("Left empty, the first words are its name."))
    begun_on = forms.DateField(
        label=_("Since"),
        required=False,
        help_text=_("A day in the past, if it is older than today."),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    field_order = ["text", "because", "person", "for_whom", "domain", "standing", "label"]

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.initial.setdefault("standing", Standing.HELD)

    def clean_begun_on(self) -> date | None:
        """Today or before."""
        day: date | None = self.cleaned_data["begun_on"]
        if day is not None and not FIRST_DAY <= day <= self.today:
            raise ValidationError(_("Choose today or a day before."))
        return day


class VersionForm(SaidForm):
    """Another version of a care: how it reads now, and what has changed since."""

    what_changed = _lines(
        _("What has changed?"),
        1_000,
        help_text=_("What you saw, heard or went through, so that you know it again later."),
    )
    after = forms.IntegerField(widget=forms.HiddenInput, min_value=1)

    field_order = ["text", "what_changed"]

    def __init__(self, *args: Any, before: CareStatement, **kwargs: Any) -> None:
        names = ("text", "because", "person", "for_whom", "domain", "standing")
        initial = {name: getattr(before, name) for name in names} | {"after": before.version}
        super().__init__(*args, initial=initial, **kwargs)


class FixForm(forms.Form):
    """The words of the last version, to put a slip right."""

    text = _lines(_("What you look after"), TEXT_LENGTH, rows=3)
    because = _lines(_("Because"), 2_000, required=False)


class NameForm(forms.Form):
    """Another short name."""

    label = _label()


class RestForm(forms.Form):
    """Letting it rest, or taking it up again."""

    note = _note(_("Why now"))


class SplitForm(forms.Form):
    """What a care goes on as: two sentences at least, each with a name if one wants."""

    note = _note(_("How you saw that it is more than one"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, MOST_PARTS + 1):
            needed = number <= 2
            self.fields[f"text_{number}"] = _lines(PARTS[number - 1], TEXT_LENGTH, required=needed)
            self.fields[f"label_{number}"] = _label(required=False)
        self.order_fields([name for name in self.fields if name != "note"])

    def parts(self) -> list[Part]:
        """Those that say something."""
        said = self.cleaned_data
        found = [
            Part(said[f"text_{number}"], said[f"label_{number}"])
            for number in range(1, MOST_PARTS + 1)
        ]
        return [part for part in found if part.text]

    def clean(self) -> dict[str, Any]:
        """A name alone says nothing."""
        data = super().clean() or {}
        for number in range(3, MOST_PARTS + 1):
            name = f"text_{number}"
            if data.get(f"label_{number}") and not data.get(name) and name not in self.errors:
                self.add_error(name, _("Say it in a sentence."))
        return data


PARTS = (_("The one"), _("The other"), _("A third"), _("A fourth"))


class MergeForm(forms.Form):
    """Which others become one with a care, and what that one says."""

    others = forms.ModelMultipleChoiceField(
        label=_("Together with"),
        queryset=Care.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose one at least.")},
    )
    text = _lines(_("What the one says"), TEXT_LENGTH, rows=3)
    label = _label(required=False, help_text=_("Left empty, the first words are its name."))
    note = _note(_("How you saw that they are one"))

    def __init__(self, *args: Any, others: OwnedQuerySet[Care], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelMultipleChoiceField[Care]", self.fields["others"])
        field.queryset = others.order_by("label", "pk")

    def said(self, before: CareStatement) -> Said:
        """The sentence; for whom, where and how it stands are those of the care one came from."""
        return Said(
            text=self.cleaned_data["text"],
            person=before.person,
            for_whom=before.for_whom,
            domain=before.domain,
            standing=before.standing,
        )
