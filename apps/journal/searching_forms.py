"""What is asked when somebody keeps a search."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.core.forms import OwnedForm, Words
from apps.journal.models import SavedSearch


class SavedSearchForm(OwnedForm):
    """A name for a search, and the search itself, which may be corrected here."""

    class Meta:
        model = SavedSearch
        fields = ["name", "query"]
        field_classes = {"name": Words, "query": Words}
        labels = {"name": _("Name"), "query": _("What it looks for")}
        widgets = {
            "name": forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
            "query": forms.TextInput(
                attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
            ),
        }

    def clean_query(self) -> str:
        """The search, without needless spaces; another one of theirs cannot look for the same."""
        query = " ".join(self.cleaned_data["query"].split())
        others = SavedSearch.objects.for_user(self.user).exclude(pk=self.instance.pk)
        same = others.filter(query=query).first()
        if same is not None:
            raise ValidationError(
                _("You keep this search already, as “%(name)s”."), params={"name": same.name}
            )
        return query
