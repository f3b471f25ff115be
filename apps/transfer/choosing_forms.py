"""What is asked when somebody exports: what of the journal, as what, and with what."""

from collections.abc import Iterator
from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.forms.boundfield import BoundWidget
from django.utils.text import Truncator
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.forms import Words
from apps.journal.models import Notebook
from apps.journal.query import QUERY_LENGTH, Query, parse
from apps.people.models import Person
from apps.promises.models import Promise
from apps.transfer.choosing import Choice, kept
from apps.transfer.forms import FORMS, Form, throughline

ALL, PART = "all", "part"
# An entry that lies in no notebook lies in the journal itself.
ITSELF = "journal"
LONGEST_LABEL = 80
DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PromiseField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A promise, by what was promised."""

    def label_from_instance(self, obj: Any) -> str:
        """Its words, cut to what fits on a line."""
        return str(Truncator(obj.what).chars(LONGEST_LABEL)) or now("A promise without words")


class ExportForm(forms.Form):
    """Everything or a part, a form, and what comes along."""

    what = forms.ChoiceField(
        label=_("What"),
        choices=[(ALL, _("Everything")), (PART, _("A part of it"))],
        initial=ALL,
        widget=forms.RadioSelect,
    )
    first = forms.DateField(label=_("From"), required=False, widget=DAY)
    last = forms.DateField(label=_("To"), required=False, widget=DAY)
    notebooks = forms.MultipleChoiceField(
        label=_("Notebooks"), required=False, widget=forms.CheckboxSelectMultiple
    )
    query = Words(
        label=_("Search"),
        required=False,
        max_length=QUERY_LENGTH,
        help_text=_("As you would search in the journal, such as: garden tag:work is:starred"),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "off", "spellcheck": "false"}
        ),
    )
    person = forms.ModelChoiceField(
        label=_("The story with"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("Anybody and nobody"),
    )
    promise = PromiseField(
        label=_("The story of a promise"),
        queryset=Promise.objects.none(),
        required=False,
        empty_label=_("Any and none"),
    )
    form = forms.ChoiceField(
        label=_("As what"), initial=throughline.KEY, widget=forms.RadioSelect, choices=()
    )
    with_files = forms.BooleanField(
        label=_("With attachments"),
        required=False,
        initial=True,
        help_text=_("Photos and files come along where the form has a place for them."),
    )
    is_masked = forms.BooleanField(
        label=_("Leave out what is private"),
        required=False,
        help_text=_("What stands between %% and %% in an entry becomes “[private]”."),
    )
    by_mail = forms.BooleanField(label=_("Write me an e-mail when it is ready"), required=False)

    def __init__(self, *args: Any, user: User, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.typed = today, ""
        fields: dict[str, Any] = self.fields
        notebooks = Notebook.objects.for_user(user).order_by("key")
        fields["notebooks"].choices = [
            (ITSELF, _("Journal")),
            *((str(pk), name) for pk, name in notebooks.values_list("pk", "name")),
        ]
        fields["person"].queryset = Person.objects.for_user(user).order_by("name", "pk")
        promises = Promise.objects.for_user(user).only("id", "owner_id", "what")
        fields["promise"].queryset = promises.order_by("-created_at")
        fields["form"].choices = [(key, form.NAME) for key, form in FORMS.items()]

    def offered(self) -> Iterator[tuple[BoundWidget, Form]]:
        """Each form in which it can go out, with its button."""
        bound: BoundField = self["form"]
        return zip(bound.subwidgets, FORMS.values(), strict=True)

    def clean_query(self) -> Query:
        """The search, understood."""
        self.typed = self.cleaned_data["query"]
        query = parse(self.typed, self.today)
        if query.problems:
            raise ValidationError([str(problem.why) for problem in query.problems])
        return query

    def clean(self) -> dict[str, Any]:
        """A part must be one, and an archive is never a part."""
        said = super().clean() or {}
        first, last = said.get("first"), said.get("last")
        if first and last and first > last:
            self.add_error("last", _("This day comes before the other one."))
        if self.errors:
            return said
        choice = self.choice()
        if said["what"] == PART and choice == Choice(
            with_files=choice.with_files, is_masked=choice.is_masked
        ):
            self.add_error(
                "what", _("Say which part: some days, a notebook, a search, somebody or a promise.")
            )
        elif said["form"] == throughline.KEY and not choice.is_everything:
            self.add_error(
                "form",
                _(
                    "A Throughline archive is always everything, as it stands, so that nothing is"
                    " missing when it is brought in again. Choose everything with nothing left"
                    " out, or another form."
                ),
            )
        return said

    def choice(self) -> Choice:
        """What was chosen; of a journal as a whole nothing that was typed about a part."""
        said = self.cleaned_data
        common = {"with_files": said["with_files"], "is_masked": said["is_masked"]}
        if said["what"] == ALL:
            return Choice(**common)
        person, promise = said["person"], said["promise"]
        return Choice(
            first=said["first"],
            last=said["last"],
            notebooks=tuple(self._notebooks(said["notebooks"])),
            query=said["query"],
            person=person and person.pk,
            promise=promise and promise.pk,
            **common,
        )

    def kept(self) -> dict[str, Any]:
        """The same as JSON (choosing.kept)."""
        typed = self.typed if self.cleaned_data["what"] == PART else ""
        return kept(self.choice(), typed, self.today)

    def _notebooks(self, chosen: list[str]) -> Iterator[Any]:
        from_form: dict[str, Any] = {ITSELF: None}
        for each in chosen:
            yield from_form.get(each, each)


class ArchiveForm(forms.Form):
    """An archive that is to be compared."""

    archive = forms.FileField(
        label=_("Archive"),
        help_text=_("The file as you have it, with the ending .zip."),
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
    )
