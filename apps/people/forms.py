"""What is asked about a person."""

from django import forms

from apps.core.forms import OwnedForm, Words
from apps.people.models import Person


class PersonForm(OwnedForm):
    """A name, how we know them, notes."""

    class Meta:
        model = Person
        fields = ["name", "how_known", "notes"]
        field_classes = {"name": Words, "how_known": Words, "notes": Words}
        widgets = {
            "name": forms.TextInput(attrs={"autofocus": True}),
            "notes": forms.Textarea(attrs={"rows": 5}),
        }
