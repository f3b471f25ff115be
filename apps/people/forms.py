"""What is asked about people, one form a gesture."""

from datetime import date
from typing import Any, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import dates
from django.utils.translation import gettext_lazy as _

from apps.accounts.forms import ZoneField
from apps.accounts.models import User
from apps.core.forms import OwnedForm, Words
from apps.people.cards import MOST_BYTES
from apps.people.models import Circle, CircleMember, Concern, Contact, Person, PersonDate
from apps.people.models.circle import key_of
from apps.people.models.person import LONGEST_RHYTHM

RHYTHM_HELP = _("From then on there is a line on Today, until you hear from them or put it off.")
Day = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


def _weeks(help_text: Any) -> forms.IntegerField:
    return forms.IntegerField(
        label=_("A word every how many weeks"),
        help_text=help_text,
        required=False,
        min_value=1,
        max_value=LONGEST_RHYTHM,
    )


class PersonRowForm(OwnedForm):
    """A name, how we know them, notes: what may be changed in a row of the list."""

    # Says that nothing else was asked, so that nothing else is changed.
    part = forms.CharField(widget=forms.HiddenInput, required=False, initial="row")

    class Meta:
        model = Person
        fields = ["name", "how_known", "notes"]
        field_classes = {"name": Words, "how_known": Words, "notes": Words}
        widgets = {
            "name": forms.TextInput(attrs={"autofocus": True}),
            "notes": forms.Textarea(attrs={"rows": 5}),
        }


class _OptionalZone(ZoneField):
    def validate(self, value: str) -> None:
        """As for a zone, but it may be left out."""
        if value:
            super().validate(value)


class PersonForm(OwnedForm):
    """Everything about somebody that stands on one form."""

    kind = forms.ChoiceField(
        label=_("Who they are"),
        choices=Person.Kind.choices,
        required=False,
        help_text=_("Pictured: a reader far away whom you have never met and write or work for."),
    )
    rhythm_weeks = _weeks(RHYTHM_HELP)
    time_zone = _OptionalZone(label=_("Their time zone"), required=False)
    circles = forms.ModelMultipleChoiceField(
        label=_("Circles"),
        queryset=Circle.objects.all(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Person
        fields = [
            "name",
            "kind",
            "also_called",
            "how_known",
            "notes",
            "works_well_when",
            "careful_with",
            "rhythm_weeks",
            "email",
            "language",
            "time_zone",
        ]
        field_classes = {
            "name": Words,
            "also_called": Words,
            "how_known": Words,
            "notes": Words,
            "works_well_when": Words,
            "careful_with": Words,
        }
        widgets = {
            "name": forms.TextInput(attrs={"autofocus": True}),
            "notes": forms.Textarea(attrs={"rows": 4}),
            "works_well_when": forms.Textarea(attrs={"rows": 2}),
            "careful_with": forms.Textarea(attrs={"rows": 2}),
            "language": forms.Select,
        }
        help_texts = {
            "also_called": _("Other names of theirs, with commas between them."),
            "works_well_when": _("Only you see this."),
            "careful_with": _("Only you see this."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        zone = cast("ZoneField", self.fields["time_zone"])
        zone.offer(self["time_zone"].value() or "")
        languages: Any = self.fields["language"]
        languages.widget.choices = [("", _("Not known")), *settings.LANGUAGES]
        circles: Any = self.fields["circles"]
        circles.queryset = circles.queryset.order_by("key")
        if not self.instance._state.adding:
            members = CircleMember.objects.for_user(self.user).filter(person=self.instance)
            self.initial["circles"] = list(members.values_list("circle_id", flat=True))

    def clean_kind(self) -> str:
        """Somebody one has met, unless it is said."""
        return str(self.cleaned_data["kind"] or self.instance.kind)

    def clean_also_called(self) -> str:
        """Names with a comma and a space between them, each once."""
        names = [" ".join(name.split()) for name in self.cleaned_data["also_called"].split(",")]
        return ", ".join(dict.fromkeys(name for name in names if name))

    def clean_language(self) -> str:
        """One we have."""
        language = self.cleaned_data["language"]
        if language and language not in dict(settings.LANGUAGES):
            raise ValidationError(_("We do not have this language yet."))
        return str(language)

    def clean(self) -> dict[str, Any]:
        """A pictured reader has no address and no rhythm: nothing can be heard from them."""
        data = super().clean() or {}
        if data.get("kind") == Person.Kind.PICTURED:
            for name in ("email", "rhythm_weeks"):
                if data.get(name):
                    self.add_error(
                        name, _("Somebody who is only pictured has none. Leave this empty.")
                    )
            self.instance.snoozed_until = None
        return data

    def save(self, commit: bool = True) -> Person:
        """Keep them, and the circles they are in."""
        person = cast("Person", super().save(commit))
        members = CircleMember.objects.for_user(self.user).filter(person=person)
        chosen = {circle.pk for circle in self.cleaned_data["circles"]}
        members.exclude(circle__in=chosen).delete()
        there = set(members.values_list("circle_id", flat=True))
        CircleMember.objects.bulk_create(
            [
                CircleMember(owner=person.owner, person=person, circle_id=pk)
                for pk in chosen - there
            ],
            ignore_conflicts=True,
        )
        return person


class CircleForm(OwnedForm):
    """A name and a rhythm."""

    rhythm_weeks = _weeks(
        _("For everybody in it who has no rhythm of their own. The shortest counts.")
    )

    class Meta:
        model = Circle
        fields = ["name", "rhythm_weeks"]
        field_classes = {"name": Words}

    def clean_name(self) -> str:
        """In one line, and not the name of another circle."""
        name = " ".join(self.cleaned_data["name"].split())
        self.instance.key = key_of(name)
        others = Circle.objects.for_user(self.user).filter(key=self.instance.key)
        if not self.instance.key:
            raise ValidationError(_("A name needs a letter that can be seen."))
        if others.exclude(pk=self.instance.pk).exists():
            raise ValidationError(_("There is a circle of that name already."))
        return name


class ConcernForm(OwnedForm):
    """What matters to somebody, in their own words."""

    class Meta:
        model = Concern
        fields = ["words", "said_on", "settled_on"]
        field_classes = {"words": Words}
        widgets = {
            "words": forms.Textarea(attrs={"rows": 3, "class": "voice"}),
            "said_on": Day,
            "settled_on": Day,
        }
        help_texts = {"settled_on": _("Leave this empty while it still matters to them.")}

    def clean(self) -> dict[str, Any]:
        """It is not over before it was said."""
        data = super().clean() or {}
        said, settled = data.get("said_on"), data.get("settled_on")
        if said and settled and settled < said:
            self.add_error("settled_on", _("This is a day before they said it."))
        return data


class NewConcernForm(ConcernForm):
    """The same before there is anything to be over."""

    class Meta(ConcernForm.Meta):
        fields = ["words", "said_on"]


class ContactForm(OwnedForm):
    """A line of the log."""

    class Meta:
        model = Contact
        fields = ["day", "how", "words"]
        field_classes = {"words": Words}
        widgets = {"day": Day, "words": forms.Textarea(attrs={"rows": 3, "class": "voice"})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        how = cast("forms.TypedChoiceField", self.fields["how"])
        how.choices = [("", _("Not said")), *Contact.How.choices]


class DateForm(OwnedForm):
    """A day of the year."""

    month = forms.TypedChoiceField(
        label=_("Month"), coerce=int, choices=lambda: list(dates.MONTHS.items())
    )

    class Meta:
        model = PersonDate
        fields = ["label", "month", "day", "year"]
        field_classes = {"label": Words}
        help_texts = {"year": _("Leave this empty if you do not know it.")}

    def clean_label(self) -> str:
        """In one line."""
        return " ".join(self.cleaned_data["label"].split())

    def clean(self) -> dict[str, Any]:
        """A day that there is; 29 February in years that have it."""
        data = super().clean() or {}
        month, day, year = data.get("month"), data.get("day"), data.get("year") or 2000
        if month and day and "year" in data:
            try:
                date(year, month, day)
            except (ValueError, OverflowError):
                self.add_error("day", _("There is no such day."))
        return data


class MergeForm(forms.Form):
    """Who the same person is."""

    other = forms.ModelChoiceField(
        label=_("Who else are they?"),
        queryset=Person.objects.none(),
        empty_label=_("Choose somebody"),
    )

    def __init__(self, *args: Any, user: User, but: UUID, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        others = Person.objects.for_user(user).exclude(pk=but).only("name").order_by("name")
        cast("forms.ModelChoiceField[Person]", self.fields["other"]).queryset = others


class CardFileForm(forms.Form):
    """A file of cards."""

    file = forms.FileField(
        label=_("A file of cards"),
        help_text=_("Ending in .vcf, as address books export it: up to 5,000 cards and 5 MB."),
        error_messages={"required": _("Choose a file first."), "empty": _("The file is empty.")},
        widget=forms.FileInput(attrs={"accept": ".vcf,text/vcard,text/x-vcard"}),
    )

    def clean_file(self) -> bytes:
        """What is in it."""
        file = self.cleaned_data["file"]
        if file.size > MOST_BYTES:
            raise ValidationError(TOO_LARGE)
        return bytes(file.read())


TOO_LARGE = _("The file is larger than 5 MB, the most that is read at once.")
