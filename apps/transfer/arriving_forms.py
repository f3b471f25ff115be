"""What is asked when somebody brings a journal: the file, and how it is to be read."""

from collections.abc import Iterator
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.text import Truncator
from django.utils.translation import gettext as now
from django.utils.translation import gettext_lazy as _

from apps.accounts.forms import ZoneField
from apps.transfer.models import Upload
from apps.transfer.showing_imports import name_of
from apps.transfer.sources import table

NOWHERE = -1
LONGEST_CELL = 40
ROLES: dict[str, Any] = {
    "date": _("The day"),
    "time": _("The time"),
    "title": _("The title"),
    "body": _("The text"),
    "tags": _("Tags"),
    "mood": _("The mood"),
    "starred": _("The star"),
}


class FileForm(forms.Form):
    """A file of another journal."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("One file, as the other journal gave it to you: a ZIP, or a single file."),
    )


class ReadingForm(forms.Form):
    """What a file is taken for, where it was written, and what the columns of a table are."""

    form = forms.ChoiceField(label=_("It is from"), widget=forms.RadioSelect)
    zone = ZoneField(
        label=_("Time zone"),
        help_text=_("For times that do not say where they were written."),
    )

    def __init__(self, data: QueryDict | None = None, *, upload: Upload) -> None:
        columns = (upload.table or {}).get("columns", {})
        initial = {**columns, "form": upload.form or upload.forms[0], "zone": upload.zone}
        super().__init__(data, initial=initial)
        self.upload, self.columns = upload, columns
        fields: dict[str, Any] = self.fields
        fields["form"].choices = [(key, name_of(key)) for key in upload.forms]
        if len(upload.forms) == 1:
            fields["form"].widget = forms.HiddenInput()
        fields["zone"].offer(self["zone"].value() or "")
        if columns:
            self._add_columns(upload.table or {})

    def _add_columns(self, said: dict[str, Any]) -> None:
        choices = [(NOWHERE, _("In no column")), *self._columns(said)]
        for role, label in ROLES.items():
            field = forms.TypedChoiceField(
                label=label, choices=choices[1:] if role == "date" else choices, coerce=int
            )
            self.fields[role] = field
        self.fields["first"] = forms.ChoiceField(
            label=_("Days by number begin with"),
            choices=[
                ("day", _("the day: 9/3 is in March")),
                ("month", _("the month: 3/9 is in March")),
            ],
        )
        self.fields["best"] = forms.TypedChoiceField(
            label=_("Moods by number"),
            choices=[
                (0, _("There are none")),
                (2, _("from -2 to 2")),
                (5, _("from 1 to 5")),
                (10, _("from 1 to 10")),
                (100, _("from 0 to 100")),
            ],
            coerce=int,
        )

    def _columns(self, said: dict[str, Any]) -> Iterator[tuple[int, str]]:
        """Each column by its head, with what stands in it first."""
        for number, head in enumerate(said["columns"]["heads"]):
            cells = [row[number] for row in said["rows"] if number < len(row) and row[number]]
            name = head if said["columns"]["has_heads"] else ""
            name = str(Truncator(name).chars(LONGEST_CELL)) or now("Column %(number)d") % {
                "number": number + 1
            }
            example = str(Truncator(cells[0]).chars(LONGEST_CELL)) if cells else ""
            yield number, f"{name}: {example}" if example else name

    @property
    def is_guessed(self) -> bool:
        """Whether what the columns are was guessed by what is in them."""
        return bool({"date", "body"} & set(self.columns.get("guessed", [])))

    def of_columns(self) -> Iterator[forms.BoundField]:
        """The fields about columns, where it is a table."""
        return (self[name] for name in self.fields if name not in ("form", "zone"))

    def clean(self) -> dict[str, Any]:
        """No column can be two things."""
        said = super().clean() or {}
        taken: dict[int, str] = {}
        for role in ROLES:
            number = said.get(role, NOWHERE)
            if number != NOWHERE and number in taken:
                self.add_error(
                    role, ValidationError(_("This column is taken already."), code="taken")
                )
            taken[number] = role
        return said

    def asked(self) -> dict[str, Any]:
        """The fields of the upload that it is to be read with."""
        said = self.cleaned_data
        columns = {name: said[name] for name in (*ROLES, "first", "best") if name in said}
        is_table = said["form"] == table.KEY and columns
        return {
            "form": said["form"],
            "zone": said["zone"],
            "columns": {**self.columns, **columns} if is_table else None,
        }
