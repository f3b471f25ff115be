"""What each move needs to be said: one form a move."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.forms import Words
from apps.core.periods import instant_on
from apps.people.models import Person
from apps.promises.closing import Worth
from apps.promises.dueness import due_moment
from apps.promises.forms.terms import TermsForm, day_field, lines_field, lines_of, possible
from apps.promises.models import Promise, Terms
from apps.promises.models.amendment import Reason
from apps.promises.models.assessment import Sharing, TookCare
from apps.promises.models.promise import Side
from apps.promises.models.terms import NOTE_LENGTH, SIZE
from apps.promises.wording import RELEASED

ANSWER_WITHIN = timedelta(days=7)


class MoveForm(forms.Form):
    """A move: what it was said about, and what is said. Each move adds its own fields.

    `seq` is how far the ledger was when the page was made, so that nobody answers what has moved.
    """

    seq = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        *args: Any,
        promise: Promise,
        terms: Terms,
        user: User,
        reported: bool,
        now: datetime,
        **kwargs: Any,
    ) -> None:
        kwargs["initial"] = {"seq": promise.seq, **(kwargs.get("initial") or {})}
        if isinstance(self, TermsForm):
            kwargs |= {"user": user, "terms": terms}
        super().__init__(*args, **kwargs)
        self.promise, self.terms, self.user = promise, terms, user
        self.reported, self.now = reported, now
        if reported:
            self.fields["said_on"] = day_field(
                _("When did they say so?"), required=False, help_text=_("Empty: today.")
            )

    def own_fields(self) -> list[forms.BoundField]:
        """What the move asks besides terms and conditions, hidden fields first."""
        shown = {*self.CORE, *self.MORE, *SIZE} if isinstance(self, TermsForm) else set()
        apart = {name for name in self.fields if name.startswith("met_")}
        return [self[name] for name in self.fields if name not in shown | apart]

    def clean_said_on(self) -> date | None:
        """Not a day that is still to come."""
        day: date | None = self.cleaned_data["said_on"]
        if day and day > self.user.today(self.now):
            raise ValidationError(_("That day is still to come."))
        return day

    def said(self) -> dict[str, Any]:
        """What the verb is told besides what this form itself adds."""
        day = self.cleaned_data.get("said_on")
        if day is None or day == self.user.today(self.now):
            return {}
        return {"said_at": instant_on(day, time(12), self.user.time_zone or "UTC")}

    def moment(self, day: date) -> datetime:
        """The end of a day on the owner's clock."""
        return due_moment(day, None, self.user.time_zone or "UTC")[0]


class NoteForm(MoveForm):
    """A line both may read, and for the owner's own moves one that only they read."""

    note = lines_field(_("A word with it"), _("They can read this."))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.reported:
            self.fields["note"].label = _("In their words")
            self.fields["note"].help_text = ""

    def said(self) -> dict[str, Any]:
        """The note."""
        return super().said() | {"note": self.cleaned_data["note"]}


class NoForm(NoteForm):
    """A no, with a reason that is shared and one that is not."""

    private_note = lines_field(_("Why, for yourself"), _("Only you ever see this."), rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.reported:
            del self.fields["private_note"]

    def said(self) -> dict[str, Any]:
        """The notes."""
        return super().said() | {"private_note": self.cleaned_data.get("private_note", "")}


class BareForm(MoveForm):
    """Nothing to say but that it is so."""

    def said(self) -> dict[str, Any]:
        """Nothing."""
        return {}


class OfferForm(NoteForm):
    """Until when they may answer."""

    answer_on = day_field(_("They answer by"))

    field_order = ["answer_on", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("answer_on", self.user.today(self.now + ANSWER_WITHIN))

    def clean_answer_on(self) -> date:
        """A day that is to come, or today."""
        return _to_come(self, self.cleaned_data["answer_on"])

    def said(self) -> dict[str, Any]:
        """Until when, and the note."""
        said = super().said() | {"answer_by": self.moment(self.cleaned_data["answer_on"])}
        said.pop("said_at", None)
        return said


class HoldForm(OfferForm):
    """Until when one will answer."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["answer_on"].label = (
            _("They will answer by") if self.reported else _("I will answer by")
        )


class CounterForm(OfferForm, TermsForm):
    """Other terms, and until when they may be answered."""

    field_order = [*TermsForm.CORE, *TermsForm.MORE, "answer_on", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, needs_due=True, **kwargs)

    def said(self) -> dict[str, Any]:
        """The terms as well."""
        return super().said() | {"wanted": self.wanted()}


class AgreeForm(NoteForm):
    """A yes to the terms that were shown."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, promise: Promise, terms: Terms, **kwargs: Any) -> None:
        super().__init__(*args, promise=promise, terms=terms, **kwargs)
        self.initial.setdefault("version", terms.number)

    def said(self) -> dict[str, Any]:
        """The version and the note."""
        return super().said() | {"version": self.cleaned_data["version"]}


class PromiseItForm(AgreeForm):
    """Yes, I will: how sure, how free, and what if."""

    is_chosen = forms.BooleanField(label=_("I could have said no"), required=False)
    confidence = forms.TypedChoiceField(
        label=_("How sure are you that you can hold it?"),
        coerce=int,
        required=False,
        empty_value=None,
        choices=[
            ("", _("not said")),
            ("1", _("hardly")),
            ("2", _("a little")),
            ("3", _("half and half")),
            ("4", _("rather")),
            ("5", _("quite")),
        ],
    )
    if_then = lines_field(
        _("If something gets in the way, then"), _("Only you ever see this."), rows=2
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.reported:
            for name in ("is_chosen", "confidence", "if_then"):
                del self.fields[name]

    def said(self) -> dict[str, Any]:
        """All of it."""
        said = super().said()
        if not self.reported:
            said |= {name: self.cleaned_data[name] for name in ("confidence", "if_then")}
            said["is_chosen"] = self.cleaned_data["is_chosen"]
        return said


class RecordForm(MoveForm):
    """When and where it was said, and in which words."""

    said_day = day_field(_("When was it said?"))
    where = Words(label=_("Where"), required=False, max_length=200)
    words = lines_field(_("In which words"), rows=2)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("said_day", self.user.today(self.now))

    def clean_said_day(self) -> date:
        """Not a day that is still to come."""
        day: date = self.cleaned_data["said_day"]
        if day > self.user.today(self.now):
            raise ValidationError(_("That day is still to come."))
        return day

    def said(self) -> dict[str, Any]:
        """When, where, and the words."""
        day = self.cleaned_data["said_day"]
        at = (
            self.now
            if day == self.user.today(self.now)
            else instant_on(day, time(12), self.user.time_zone or "UTC")
        )
        return {"said_at": at} | {name: self.cleaned_data[name] for name in ("where", "words")}


class MetForm(NoteForm):
    """How one knows that it has come about."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("How do you know?")

    def said(self) -> dict[str, Any]:
        """The evidence."""
        said = super().said()
        said["evidence"] = said.pop("note")
        return said


class ReasonForm(NoForm):
    """Why it goes otherwise: one of a list, so that there is something to learn from."""

    reason = forms.ChoiceField(label=_("What happened"), choices=Reason.choices)

    field_order = ["reason", "note", "private_note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.reported:
            del self.fields["reason"]
        else:
            self.fields["reason"].choices = [("", _("choose one")), *Reason.choices]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Something else is explained."""
        said = super().clean() or {}
        other = said.get("reason") == Reason.OTHER
        if other and not (said.get("note") or said.get("private_note")):
            self.add_error("note", _("Say in a line what it was."))
        return said

    def said(self) -> dict[str, Any]:
        """The reason as well."""
        return super().said() | {"reason": self.cleaned_data.get("reason", "")}


class ProposeForm(ReasonForm, TermsForm):
    """Other terms for what is agreed, and why."""

    # Mostly it is the day; what else may be otherwise is folded away.
    CORE = ("due_on", "due_time")
    MORE = ("what", "musts", "nices", "so_that", *TermsForm.MORE)

    field_order = ["due_on", "due_time", "reason", "note", "private_note", *MORE]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, needs_due=True, **kwargs)

    def is_more_open(self) -> bool:
        """Whether something of it is wrong: all of it is filled in already."""
        return any(name in self.errors for name in self.MORE)

    def said(self) -> dict[str, Any]:
        """The terms as well."""
        return super().said() | {"wanted": self.wanted()}


class RevokeForm(ReasonForm):
    """What it costs them, and whether something will make it good."""

    cost = lines_field(
        _("What it costs them"), _("As far as you know. They can read this."), rows=2
    )
    offers_repair = forms.BooleanField(
        label=_("I want to make it good in another way"), required=False
    )

    field_order = ["reason", "note", "cost", "offers_repair", "private_note"]

    def said(self) -> dict[str, Any]:
        """The cost as well."""
        return super().said() | {
            name: self.cleaned_data[name] for name in ("cost", "offers_repair")
        }


class BreakForm(ReasonForm):
    """What it cost them."""

    cost = lines_field(_("What it cost them"), _("As far as you know. They can read this."), rows=2)

    field_order = ["reason", "note", "cost", "private_note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "reason" in self.fields and self.promise.side == Side.ASKED:
            # The one who waited need not know why.
            self.fields["reason"].required = False

    def said(self) -> dict[str, Any]:
        """The cost as well."""
        return super().said() | {"cost": self.cleaned_data["cost"]}


class ReleaseForm(NoteForm):
    """Why they are let off."""

    because = forms.ChoiceField(
        label=_("Because"), choices=list(RELEASED.items()), widget=forms.RadioSelect
    )

    field_order = ["because", "note"]

    def said(self) -> dict[str, Any]:
        """The reason."""
        return super().said() | {"because": self.cleaned_data["because"]}


class ConditionsForm(NoteForm):
    """A box for each condition of the agreed terms."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number, condition in enumerate(self.terms.conditions):
            self.fields[f"met_{number}"] = forms.BooleanField(
                label=condition["text"], required=False
            )

    def condition_fields(self) -> list[forms.BoundField]:
        """The boxes, in order."""
        return [self[f"met_{number}"] for number in range(len(self.terms.conditions))]

    def met(self) -> list[bool]:
        """Which are met."""
        return [self.cleaned_data[f"met_{number}"] for number in range(len(self.terms.conditions))]


class DeliverForm(ConditionsForm):
    """What was handed over, and which conditions are met."""

    handed_over = lines_field(_("What you hand over"), _("In a line or two. They can read this."))
    link = forms.URLField(
        label=_("Where it can be seen"), required=False, max_length=2_000, assume_scheme="https"
    )
    but = Words(label=_("Why a condition is not met"), required=False, max_length=NOTE_LENGTH)

    def __init__(self, *args: Any, parts: list[Any] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.parts = parts or []
        for part in self.parts:
            self.fields[f"part_{part.pk}"] = Words(
                label=_("“%(part)s” is still open. Why may it be?") % {"part": part.source.what},
                required=False,
                max_length=NOTE_LENGTH,
            )
        if self.reported:
            self.fields["handed_over"].label = _("What they handed over")
            self.fields["handed_over"].help_text = ""

    def part_fields(self) -> list[forms.BoundField]:
        """A line for each part that is still open."""
        return [self[f"part_{part.pk}"] for part in self.parts]

    def clean(self) -> dict[str, Any]:
        """A condition that must be met is, or it is said why not; so with parts."""
        said = super().clean() or {}
        for number, condition in enumerate(self.terms.conditions):
            if condition["must"] and not said.get(f"met_{number}") and not said.get("but"):
                self.add_error("but", _("Say in a line why, or tick what is met."))
                break
        for part in self.parts:
            if not said.get(f"part_{part.pk}"):
                self.add_error(f"part_{part.pk}", _("Close this part first, or say in a line why."))
        return said

    def said(self) -> dict[str, Any]:
        """The claims, what was handed over, and which parts are let be."""
        but = self.cleaned_data["but"]
        return super().said() | {
            "claims": [{"met": met, "note": "" if met else but} for met in self.met()],
            "handed_over": self.cleaned_data["handed_over"],
            "link": self.cleaned_data["link"],
            "waived": {part.pk: self.cleaned_data[f"part_{part.pk}"] for part in self.parts},
        }


class SatisfiedForm(ConditionsForm):
    """That it is good, and what it made possible."""

    made_possible = lines_field(_("What does it make possible?"))
    took_care = forms.ChoiceField(
        label=_("Did it take care of what matters?"),
        choices=[("", _("not said")), *TookCare.choices],
        required=False,
    )
    sharing = forms.ChoiceField(
        label=_("May their words be quoted?"),
        choices=Sharing.choices,
        initial=Sharing.BETWEEN_US,
        widget=forms.RadioSelect,
    )
    ask_again = forms.BooleanField(
        label=_("They may be asked again in three months"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for field in self.condition_fields():
            field.field.initial = True
        if not self.reported:
            del self.fields["sharing"], self.fields["ask_again"]

    def said(self) -> dict[str, Any]:
        """The findings and the worth."""
        said = super().said()
        return said | {
            "findings": self.met(),
            "ask_again": self.cleaned_data.get("ask_again", False),
            "worth": Worth(
                made_possible=self.cleaned_data["made_possible"],
                took_care=self.cleaned_data["took_care"],
                sharing=self.cleaned_data.get("sharing") or Sharing.BETWEEN_US,
            ),
        }


class NotYetForm(ConditionsForm):
    """Which condition is not met, and what remains."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["note"].label = _("What remains")

    def clean(self) -> dict[str, Any]:
        """Something is named."""
        said = super().clean() or {}
        met = [said.get(f"met_{number}") for number in range(len(self.terms.conditions))]
        if all(met) and not said.get("note"):
            self.add_error("note", _("Say which condition is not met, or what remains."))
        return said

    def said(self) -> dict[str, Any]:
        """The findings and what remains."""
        said = super().said()
        said["remains"] = said.pop("note")
        return said | {"findings": self.met()}


class AssignForm(NoteForm):
    """To whom it is owed from now on."""

    person = forms.ModelChoiceField(label=_("To whom"), queryset=Person.objects.none())

    field_order = ["person", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = Person.objects.for_user(self.user).exclude(pk=self.promise.person_id)
        self.fields["person"].queryset = people.order_by("name")  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        """The person."""
        return super().said() | {"person": self.cleaned_data["person"]}


class SuccessorsForm(MoveForm):
    """What takes its place, and that the other agreed to it."""

    why = lines_field(_("Why"), _("They can read this."), rows=2)
    consent_words = Words(
        label=_("In which words did the other agree?"), max_length=NOTE_LENGTH, required=False
    )
    consent_on = day_field(_("When?"), required=False, help_text=_("Empty: today."))

    LIVE = ("conditional", "active", "overdue", "delivered")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["consent_words"].required = not self.promise.is_to_self

    def clean_consent_on(self) -> date | None:
        """Not a day that is still to come."""
        day: date | None = self.cleaned_data["consent_on"]
        if day and day > self.user.today(self.now):
            raise ValidationError(_("That day is still to come."))
        return day

    def others(self) -> Any:
        """The owner's other promises that are not over."""
        rows = Promise.objects.for_user(self.user).exclude(pk=self.promise.pk)
        return rows.filter(ended_at=None, hidden_at=None).order_by("-moved_at")

    def said(self) -> dict[str, Any]:
        """The reason and the consent."""
        day = self.cleaned_data["consent_on"]
        at = instant_on(day, time(12), self.user.time_zone or "UTC") if day else self.now
        return {
            "why": self.cleaned_data["why"],
            "consent_words": self.cleaned_data["consent_words"],
            "consent_at": min(at, self.now),
        }


class HandOverForm(SuccessorsForm):
    """Who takes it on: by a promise they have made."""

    successor = forms.ModelChoiceField(
        label=_("Their promise that takes its place"),
        queryset=Promise.objects.none(),
        help_text=_("Somebody promised you to do it; note that first, if it is not here."),
    )

    field_order = ["successor", "why", "consent_words", "consent_on"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        accepted = self.others().filter(side=Side.ASKED, state__in=self.LIVE)
        self.fields["successor"].queryset = accepted  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        """The successor as well."""
        return super().said() | {"successor": self.cleaned_data["successor"]}


class SplitForm(SuccessorsForm):
    """Which promises take its place: those there are, or new ones, a line each."""

    successors = forms.ModelMultipleChoiceField(
        label=_("Promises that take its place"),
        queryset=Promise.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    fresh = lines_field(
        _("New ones"), _("One a line. Each becomes a draft to the same person, with the same day.")
    )

    field_order = ["successors", "fresh", "why", "consent_words", "consent_on"]
    SHOWN = 30

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        shown = list(self.others().values_list("pk", flat=True)[: self.SHOWN])
        field: Any = self.fields["successors"]
        field.queryset = Promise.objects.for_user(self.user).filter(pk__in=shown)
        if not shown:
            del self.fields["successors"]

    def clean_fresh(self) -> list[str]:
        """One promise a line."""
        return lines_of(self.cleaned_data["fresh"])

    def clean(self) -> dict[str, Any]:
        """At least one takes its place."""
        said = super().clean() or {}
        if not said.get("successors") and not said.get("fresh") and "fresh" not in self.errors:
            self.add_error("fresh", _("Name at least one promise that takes its place."))
        return said

    def said(self) -> dict[str, Any]:
        """Those there are, and the names of the new ones."""
        return super().said() | {
            "successors": list(self.cleaned_data.get("successors") or []),
            "fresh": self.cleaned_data["fresh"],
        }


def _to_come(form: MoveForm, day: date) -> date:
    possible(day)
    if day < form.user.today(form.now):
        raise ValidationError(_("That day has passed."))
    return day
