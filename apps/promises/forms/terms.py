"""What is asked about a promise: the terms, and who is at the other end."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.forms import Words
from apps.core.periods import FIRST_DAY, LAST_DAY, zone
from apps.people.models import Person
from apps.promises.dueness import NoSuchDay, due_moment
from apps.promises.models import Terms
from apps.promises.models.promise import WHAT_LENGTH, Kind
from apps.promises.models.terms import MOST_CONDITIONS, NOTE_LENGTH, SIZE
from apps.promises.wanting import Wanted

NOVELTY = [("0", _("done it before")), ("1", _("something like it")), ("2", _("never"))]
REACH = [
    ("0", _("me")),
    ("1", _("one person")),
    ("2", _("a few")),
    ("3", _("many")),
    ("4", _("everybody who looks")),
]
STAKE = [
    ("0", _("nothing")),
    ("1", _("a little")),
    ("2", _("something")),
    ("3", _("much")),
    ("4", _("a great deal")),
]
HANDS = [("0", _("nobody’s")), ("1", _("one")), ("2", _("two to four")), ("3", _("five or more"))]


def day_field(label: str | Lazy, *, required: bool = True, help_text: str | Lazy = "") -> Any:
    """A day, picked or typed as the browser does it."""
    return forms.DateField(
        label=label,
        required=required,
        help_text=help_text,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def lines_field(label: str | Lazy, help_text: str | Lazy = "", rows: int = 3) -> Words:
    """A few lines of text; not required."""
    return Words(
        label=label,
        help_text=help_text,
        required=False,
        max_length=NOTE_LENGTH,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class TermsForm(forms.Form):
    """What is wanted: a thing, how one knows that it is there, and by when."""

    what = Words(
        label=_("What"),
        max_length=WHAT_LENGTH,
        help_text=_("Name the thing rather than the doing: “a two-page guide”, not “work on it”."),
    )
    musts = lines_field(
        _("They are satisfied when"),
        _("One condition a line. Things one can see are best."),
    )
    nices = lines_field(_("It would be nice if"), rows=2)
    due_on = day_field(_("By"), required=False)
    due_time = forms.TimeField(
        label=_("At a certain time"),
        required=False,
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    so_that = Words(label=_("So that they can"), required=False, max_length=WHAT_LENGTH)
    for_whom = Words(label=_("For whom in the end"), required=False, max_length=WHAT_LENGTH)
    assumptions = lines_field(_("Both take for granted"), rows=2)
    condition = Words(
        label=_("Only if"),
        required=False,
        max_length=WHAT_LENGTH,
        help_text=_("It is agreed then, but owed only once this has come about."),
    )
    condition_expires_on = day_field(_("That must come about by"), required=False)

    novelty = forms.TypedChoiceField(
        label=_("Have you done such a thing?"), choices=NOVELTY, coerce=int, required=False
    )
    reach = forms.TypedChoiceField(
        label=_("How many does it reach?"), choices=REACH, coerce=int, required=False
    )
    stake = forms.TypedChoiceField(
        label=_("How much hangs on it for them?"), choices=STAKE, coerce=int, required=False
    )
    hands = forms.TypedChoiceField(
        label=_("Whose promises does it need?"), choices=HANDS, coerce=int, required=False
    )

    CORE = ("what", "musts", "nices", "due_on", "due_time", "so_that")
    MORE = ("for_whom", "assumptions", "condition", "condition_expires_on")

    def __init__(
        self,
        *args: Any,
        user: User,
        terms: Terms | None = None,
        zone_name: str = "",
        needs_due: bool = False,
        needs_conditions: bool = False,
        with_size: bool = True,
        **kwargs: Any,
    ) -> None:
        self.user = user
        self.zone_name = zone_name or (terms.due_zone if terms else "") or user.time_zone or "UTC"
        if terms is not None:
            kwargs["initial"] = initial_of(terms) | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["due_on"].required = needs_due
        self.fields["musts"].required = needs_conditions
        for name in SIZE:
            if not with_size:
                del self.fields[name]
                continue
            field = self.fields[name]
            field.choices = [("", _("not said")), *field.choices]  # type: ignore[attr-defined]
            field.empty_value = None  # type: ignore[attr-defined]

    def clean_musts(self) -> list[str]:
        """One condition a line."""
        return lines_of(self.cleaned_data["musts"])

    def clean_nices(self) -> list[str]:
        """One condition a line."""
        return lines_of(self.cleaned_data["nices"])

    def clean_due_on(self) -> date | None:
        """A day there can be."""
        return possible(self.cleaned_data["due_on"])

    def clean_condition_expires_on(self) -> date | None:
        """A day there can be."""
        return possible(self.cleaned_data["condition_expires_on"])

    def clean(self) -> dict[str, Any]:
        """A condition ends some day; a time belongs to a day; size is said whole or not at all."""
        said = super().clean() or {}
        if said.get("condition") and not said.get("condition_expires_on"):
            self.add_error(
                "condition_expires_on",
                _("Say until when: what waits for ever is no promise."),
            )
        if said.get("due_time") and not said.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", _("Say on which day."))
        for name in ("due_on", "condition_expires_on"):
            if (day := said.get(name)) and not self._is_day(day):
                self.add_error(name, _("There is no such day where you live."))
        sizes = [said.get(name) for name in SIZE if name in self.fields]
        if any(size is not None for size in sizes) and None in sizes:
            self.add_error("hands", _("Answer all four about its size, or none."))
        if len(said.get("musts") or []) + len(said.get("nices") or []) > MOST_CONDITIONS:
            self.add_error("musts", _("Twenty conditions are more than anybody can hold."))
        return said

    def _is_day(self, day: date) -> bool:
        """Whether the calendar of the zone has this day: the date line took some away."""
        try:
            due_moment(day, None, self.zone_name)
        except NoSuchDay:
            return False
        return True

    def wanted(self) -> Wanted:
        """What was said, as terms."""
        said = self.cleaned_data
        due_at, precision = None, Terms.Precision.DAY.value
        if said["due_on"]:
            due_at, precision = due_moment(said["due_on"], said["due_time"], self.zone_name)
        expires = None
        if said["condition"] and said["condition_expires_on"]:
            expires, _precision = due_moment(said["condition_expires_on"], None, self.zone_name)
        return Wanted(
            what=said["what"],
            conditions=[{"text": text, "must": True} for text in said["musts"]]
            + [{"text": text, "must": False} for text in said["nices"]],
            due_at=due_at,
            due_precision=precision,
            due_zone=self.zone_name,
            so_that=said["so_that"],
            for_whom=said["for_whom"],
            assumptions=said["assumptions"],
            condition=said["condition"],
            condition_expires_at=expires,
            **{name: said.get(name) for name in SIZE},
        )

    def core_fields(self) -> list[forms.BoundField]:
        """What everybody is asked."""
        return [self[name] for name in self.CORE if name in self.fields]

    def more_fields(self) -> list[forms.BoundField]:
        """What few need."""
        return [self[name] for name in self.MORE if name in self.fields]

    def size_fields(self) -> list[forms.BoundField]:
        """How big it is."""
        return [self[name] for name in SIZE if name in self.fields]

    def is_more_open(self) -> bool:
        """Whether what few need was filled in, or is wrong."""
        return any(self[name].value() or name in self.errors for name in self.MORE)

    def is_size_open(self) -> bool:
        """Whether something about the size is wrong."""
        return any(name in self.errors for name in SIZE)


class PromiseForm(TermsForm):
    """The same, with whom it is between and of what kind it is."""

    person = forms.ModelChoiceField(
        label=_("Who"),
        queryset=Person.objects.none(),
        required=False,
        empty_label=_("somebody new"),
    )
    new_person = Words(label=_("Their name"), required=False, max_length=200)
    kind = forms.ChoiceField(label=_("It binds one"), choices=Kind.choices, initial=Kind.PRODUCE)

    MORE = ("kind", *TermsForm.MORE)

    def __init__(self, *args: Any, user: User, with_person: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, user=user, **kwargs)
        self.with_person = with_person
        if with_person:
            people = Person.objects.for_user(user).order_by("name")
            self.fields["person"].queryset = people  # type: ignore[attr-defined]
        else:
            del self.fields["person"], self.fields["new_person"]

    def clean(self) -> dict[str, Any]:
        """Somebody is at the other end."""
        said = super().clean()
        if self.with_person and not said.get("person") and not said.get("new_person"):
            self.add_error("new_person", _("Say who is at the other end."))
        return said

    def is_more_open(self) -> bool:
        """Whether what few need was filled in, or is wrong."""
        return any(
            (self[name].value() and (name != "kind" or self[name].value() != Kind.PRODUCE))
            or name in self.errors
            for name in self.MORE
        )

    def wanted(self) -> Wanted:
        """What was said, as terms: a day ends where the other person is, if that is known."""
        person = self.cleaned_data.get("person")
        if person is not None and person.time_zone:
            self.zone_name = person.time_zone
        return super().wanted()

    def whom(self) -> Person | None:
        """Who is at the other end: chosen, or somebody new, who is added."""
        if not self.with_person:
            return None
        chosen: Person | None = self.cleaned_data["person"]
        if chosen is not None:
            return chosen
        return Person.objects.create(owner=self.user, name=self.cleaned_data["new_person"])


def initial_of(terms: Terms) -> dict[str, Any]:
    """Terms as a form asks for them."""
    expires = terms.condition_expires_at
    return {
        "what": terms.what,
        "musts": "\n".join(it["text"] for it in terms.conditions if it["must"]),
        "nices": "\n".join(it["text"] for it in terms.conditions if not it["must"]),
        "due_on": terms.due_on,
        "due_time": terms.due_wall.time() if terms.due_wall else None,
        "so_that": terms.so_that,
        "for_whom": terms.for_whom,
        "assumptions": terms.assumptions,
        "condition": terms.condition,
        "condition_expires_on": (
            (expires - timedelta(microseconds=1)).astimezone(zone(terms.due_zone)).date()
            if expires
            else None
        ),
        **{name: getattr(terms, name) for name in SIZE},
    }


def lines_of(text: str) -> list[str]:
    """A text as its lines, none empty. Raises ValidationError for one that is too long."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    if any(len(line) > WHAT_LENGTH for line in lines):
        raise ValidationError(
            _("A line has at most %(most)s letters."), params={"most": WHAT_LENGTH}
        )
    return lines


def possible(day: date | None) -> date | None:
    """A day there can be, or None. Raises ValidationError."""
    if day is not None and not FIRST_DAY <= day <= LAST_DAY - timedelta(days=2):
        raise ValidationError(_("There is no such day."))
    return day
