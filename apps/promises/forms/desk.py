"""What is to be done with each promise on the desk; nothing, unless something is chosen."""

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.forms import Words
from apps.promises.desk import Choice
from apps.promises.dueness import due_moment
from apps.promises.forms.terms import day_field, possible
from apps.promises.models import Promise
from apps.promises.models.amendment import Reason
from apps.promises.models.terms import NOTE_LENGTH
from apps.promises.states import State


class RowForm(forms.Form):
    """One promise: which way out, why, and a word for the other."""

    seq = forms.IntegerField(widget=forms.HiddenInput)
    do = forms.ChoiceField(label=_("What shall become of it?"), required=False)
    due_on = day_field(_("Another day"), required=False)
    reason = forms.ChoiceField(
        label=_("What happened"), choices=[("", _("choose one")), *Reason.choices], required=False
    )
    note = Words(label=_("A word with it"), required=False, max_length=NOTE_LENGTH)

    def __init__(
        self, *args: Any, promise: Promise, user: User, now: datetime, **kwargs: Any
    ) -> None:
        super().__init__(*args, prefix=str(promise.pk), initial={"seq": promise.seq}, **kwargs)
        self.promise, self.user, self.now = promise, user, now
        field: Any = self.fields["do"]
        field.choices = [("", _("leave it as it is")), *ways_out(promise)]

    def clean(self) -> dict[str, Any]:
        """Another day is named, and a reason for what goes otherwise."""
        said = super().clean() or {}
        do = said.get("do")
        if do == "propose":
            day: date | None = said.get("due_on")
            possible(day)
            if day is None or day <= self.user.today(self.now):
                self.add_error("due_on", _("Name a day that is still to come."))
        if do in {"propose", "revoke"} and not said.get("reason"):
            self.add_error("reason", _("Say what happened: it is what there is to learn."))
        if said.get("reason") == Reason.OTHER and not said.get("note"):
            self.add_error("note", _("Say in a line what it was."))
        return said

    def choice(self) -> Choice | None:
        """What is to be done, if anything."""
        said = self.cleaned_data
        if not said["do"]:
            return None
        due_at = None
        if said["do"] == "propose":
            due_at, _precision = due_moment(said["due_on"], None, self.promise.due_zone)
        return Choice(
            seq=said["seq"],
            do=said["do"],
            reason=said["reason"],
            note=said["note"],
            due_at=due_at,
        )


class DeskForm:
    """All of them: a form a row, sent together."""

    def __init__(self, data: Any, *, rows: list[Promise], user: User, now: datetime) -> None:
        self.is_bound = data is not None
        self.rows = [RowForm(data, promise=row, user=user, now=now) for row in rows]

    def is_valid(self) -> bool:
        """Whether each is."""
        # Each is looked at, also after one that is wrong: all say at once what they miss.
        return self.is_bound and not [row for row in self.rows if not row.is_valid()]

    def chosen(self) -> dict[UUID, Choice]:
        """What is to be done with whom."""
        choices = {row.promise.pk: row.choice() for row in self.rows}
        return {pk: choice for pk, choice in choices.items() if choice is not None}


def ways_out(promise: Promise) -> list[tuple[str, Any]]:
    """The honest ways out of a promise that has gone quiet."""
    if promise.state == State.DRAFT:
        return [("discard", _("let the draft go"))]
    if promise.state == State.REQUESTED:
        return [("decline", _("say no"))]
    ways = [("propose", _("suggest another day")), ("revoke", _("take it back openly"))]
    if promise.is_to_self:
        ways.append(("release", _("let myself off")))
    return ways
