"""What a step sends, kind by kind; what the end of a sitting asks."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.cares.models.statement import TEXT_LENGTH as STATEMENT_LENGTH
from apps.core.forms import Words
from apps.core.models import new_id
from apps.core.periods import FIRST_DAY, LAST_DAY
from apps.core.shipped import in_language
from apps.journal.drafting import Hand
from apps.promises.models.promise import WHAT_LENGTH
from apps.sittings.answers import Given, signed
from apps.sittings.models import Answer
from apps.sittings.picking import Named
from apps.sittings.route import Place
from apps.sittings.sessions import ONE, PICKING, Kind, Makes, Step

TEXT_LENGTH = 20_000
LINE_LENGTH = 1_000
Data = Any


def _prose(label: Any, rows: int, length: int = TEXT_LENGTH) -> Words:
    return Words(
        label=label,
        max_length=length,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": rows, "spellcheck": "true", "class": "voice"}),
        error_messages={
            "max_length": _(
                "An answer holds %(limit_value)d characters, and this text has %(show_value)d."
            )
        },
    )


class StepForm(forms.Form):
    """One step. Valid, it gives what was answered, and the hand that saves it.

    Every field has a name of its own, so that the writer's script can send them one by one; those
    that hold the answer are `kept`.
    """

    writer = forms.UUIDField(widget=forms.HiddenInput)
    expected_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    # Whose page this was: after somebody else logs in here, it must not end up in their journal.
    person = forms.UUIDField(widget=forms.HiddenInput)
    time_zone = forms.CharField(widget=forms.HiddenInput, required=False)
    opened_at = forms.CharField(widget=forms.HiddenInput, required=False)
    sequence = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)

    def __init__(
        self, data: Data = None, *, place: Place, offered: list[Named], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.place = place
        self.offered = offered
        before = set(self.fields)
        _FIELDS[_kind(place.step)](self)
        self.kept = [name for name in self.fields if name not in before]

    @property
    def answering(self) -> list[Any]:
        """The fields that hold the answer."""
        return [self[name] for name in self.kept]

    def clean_opened_at(self) -> datetime | None:
        """When the page was opened, as it says; nobody's words wait because that is amiss."""
        try:
            instant = datetime.fromisoformat(self.cleaned_data["opened_at"])
            return instant.astimezone(UTC) if instant.tzinfo else None
        except (ValueError, OverflowError):
            return None

    def clean_day(self) -> date | None:
        """A day, within the years the journal knows."""
        day: date | None = self.cleaned_data["day"]
        if day and not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(
                _("Choose a day between the years %(first)s and %(last)s."),
                params={"first": FIRST_DAY.year, "last": LAST_DAY.year},
            )
        return day

    @property
    def hand(self) -> Hand:
        """Who saves it."""
        data = self.cleaned_data
        return Hand(data["writer"], data["sequence"], data["expected_version"])

    @property
    def given(self) -> Given:
        """What was answered."""
        return _GIVEN[_kind(self.place.step)](self.cleaned_data, self)

    def chosen(self, prefix: str) -> list[str]:
        """The names of the boxes that are ticked."""
        data = self.cleaned_data
        boxes = [name for name in self.kept if name.startswith(prefix) and data.get(name)]
        return [name.removeprefix(prefix) for name in boxes]


def _kind(step: Step) -> Kind:
    """The kind that asks in the same way."""
    if step.kind in ONE:
        return Kind.PERSON
    return Kind.PEOPLE if step.kind in PICKING else step.kind


# The fields


def _text(form: StepForm) -> None:
    says_a_care = form.place.step.makes is Makes.CARE_STATEMENT
    length = STATEMENT_LENGTH if says_a_care else TEXT_LENGTH
    form.fields["body"] = _prose(form.place.question, 8, length)


def _line(form: StepForm) -> None:
    form.fields["body"] = Words(
        label=form.place.question,
        max_length=LINE_LENGTH,
        required=False,
        strip=False,
        widget=forms.TextInput(attrs={"class": "voice"}),
    )


def _list(form: StepForm) -> None:
    form.fields["body"] = _prose(form.place.question, 5)
    form.fields["body"].help_text = _("One thing a line.")


def _choice(form: StepForm) -> None:
    offered = [(choice.value, str(choice)) for choice in form.place.step.choices]
    form.fields["choice"] = _radios(form, offered)


def _radios(form: StepForm, offered: list[Named]) -> forms.ChoiceField:
    return forms.ChoiceField(
        label=form.place.question,
        choices=[*offered, ("", _("Not said"))],
        required=False,
        widget=forms.RadioSelect,
    )


def _choices(form: StepForm) -> None:
    for choice in form.place.step.choices:
        form.fields[f"choice-{choice.value}"] = forms.BooleanField(
            label=str(choice), required=False
        )


def _scale(form: StepForm) -> None:
    step = form.place.step
    labels = {step.low: in_language(step.low_label), step.high: in_language(step.high_label)}
    offered = [
        (str(number), " · ".join(filter(None, (signed(number), labels.get(number)))))
        for number in range(step.low, step.high + 1)
    ]
    form.fields["number"] = _radios(form, offered)


def _date(form: StepForm) -> None:
    form.fields["day"] = forms.DateField(
        label=form.place.question,
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )


def _pick(form: StepForm) -> None:
    nobody, none = _("Nobody"), _("None of them")
    form.fields["picked"] = forms.ChoiceField(
        label=form.place.question,
        choices=[("", nobody if form.place.step.kind is Kind.PERSON else none), *form.offered],
        required=False,
        widget=forms.Select,
    )


def _picks(form: StepForm) -> None:
    for pk, name in form.offered:
        form.fields[f"pick-{pk}"] = forms.BooleanField(label=name, required=False)


def _two_sided(form: StepForm) -> None:
    step = form.place.step
    form.fields["body"] = _prose(in_language(step.left), 5)
    form.fields["other"] = _prose(in_language(step.right), 5)
    for name in ("body", "other"):
        form.fields[name].help_text = _("One thing a line.")


def _if_then(form: StepForm) -> None:
    form.fields["body"] = _prose(_("If …"), 2, LINE_LENGTH)
    form.fields["other"] = _prose(_("then I will …"), 2, LINE_LENGTH)


def _read(form: StepForm) -> None:
    """Nothing is asked."""


_FIELDS = {
    Kind.TEXT: _text,
    Kind.LINE: _line,
    Kind.LIST: _list,
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choices,
    Kind.SCALE: _scale,
    Kind.DATE: _date,
    Kind.PERSON: _pick,
    Kind.PEOPLE: _picks,
    Kind.TWO_SIDED: _two_sided,
    Kind.IF_THEN: _if_then,
    Kind.READ: _read,
}
Said = dict[str, Any]


def _words_given(data: Said, form: StepForm) -> Given:
    return Given(data["body"])


def _choice_given(data: Said, form: StepForm) -> Given:
    return Given(value={"choice": data["choice"]})


def _choices_given(data: Said, form: StepForm) -> Given:
    return Given(value={"choices": form.chosen("choice-")})


def _scale_given(data: Said, form: StepForm) -> Given:
    return Given(value={"number": int(data["number"]) if data["number"] else None})


def _date_given(data: Said, form: StepForm) -> Given:
    return Given(value={"day": data["day"].isoformat() if data["day"] else ""})


def _pick_given(data: Said, form: StepForm) -> Given:
    return Given(value={"picked": [data["picked"]] if data["picked"] else []})


def _picks_given(data: Said, form: StepForm) -> Given:
    return Given(value={"picked": form.chosen("pick-")})


def _sides_given(data: Said, form: StepForm) -> Given:
    return Given(value={"left": data["body"], "right": data["other"]})


def _plan_given(data: Said, form: StepForm) -> Given:
    return Given(value={"moment": data["body"], "move": data["other"]})


def _nothing_given(data: Said, form: StepForm) -> Given:
    return Given()


_GIVEN = {
    Kind.TEXT: _words_given,
    Kind.LINE: _words_given,
    Kind.LIST: _words_given,
    Kind.CHOICE: _choice_given,
    Kind.CHOICES: _choices_given,
    Kind.SCALE: _scale_given,
    Kind.DATE: _date_given,
    Kind.PERSON: _pick_given,
    Kind.PEOPLE: _picks_given,
    Kind.TWO_SIDED: _sides_given,
    Kind.IF_THEN: _plan_given,
    Kind.READ: _nothing_given,
}


def initial_of(answer: Answer | None) -> dict[str, Any]:
    """What the fields of a step hold for an answer."""
    if answer is None:
        return {}
    value = answer.value
    found = {"body": answer.text, "choice": value.get("choice", ""), "day": value.get("day", "")}
    if "number" in value:
        found["number"] = str(value["number"])
    if "left" in value or "right" in value:
        found |= {"body": value.get("left", ""), "other": value.get("right", "")}
    if "moment" in value or "move" in value:
        found |= {"body": value.get("moment", ""), "other": value.get("move", "")}
    picked = value.get("picked", [])
    found |= {f"pick-{pk}": True for pk in picked} | {"picked": picked[0] if picked else ""}
    return found | {f"choice-{it}": True for it in value.get("choices", [])}


def step_form(
    place: Place,
    offered: list[Named],
    answer: Answer | None,
    owner: Any,
    now: datetime,
    begun_about: str = "",
) -> StepForm:
    """The form of a step, with what was answered already, or what the sitting was begun about."""
    initial = (initial_of(answer) if answer else {"picked": begun_about}) | {
        "writer": new_id(),
        "expected_version": answer.version if answer else 0,
        "person": owner.pk,
        "time_zone": owner.time_zone or "UTC",
        "opened_at": now.isoformat(),
    }
    return StepForm(place=place, offered=offered, initial=initial)


class EndForm(forms.Form):
    """What comes of a sitting: each thing may be left out, and so may the one commitment."""

    title = Words(label=_("Title of the entry"), required=False, max_length=200)
    commit = forms.BooleanField(label=_("Make this a promise to myself"), required=False)
    what = Words(label=_("What I will do"), required=False, max_length=WHAT_LENGTH)
    due_on = forms.DateField(
        label=_("By when"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def __init__(
        self, data: Data = None, *, makings: list[Any], today: date, **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        self.today = today
        self.ticks = []
        for making in makings:
            name = f"make-{making.place}"
            self.fields[name] = forms.BooleanField(label=making.words, required=False, initial=True)
            self.ticks.append(name)
        self.initial.setdefault("due_on", today + timedelta(days=7))

    @property
    def making(self) -> list[Any]:
        """The boxes, one for each thing that would be made."""
        return [self[name] for name in self.ticks]

    @property
    def taken(self) -> set[str]:
        """The places whose things are to be made."""
        return {name.removeprefix("make-") for name in self.ticks if self.cleaned_data.get(name)}

    def clean(self) -> dict[str, Any]:
        """A commitment says what, and by when; without the tick neither is looked at."""
        data = super().clean() or self.cleaned_data
        if not data.get("commit"):
            return data
        if not (data.get("what") or "").strip() and "what" not in self.errors:
            self.add_error("what", _("Say what you will do, or take the tick away."))
        day = data.get("due_on")
        if not day and "due_on" not in self.errors:
            self.add_error("due_on", _("Say by when, or take the tick away."))
        elif day and not self.today <= day <= LAST_DAY:
            self.add_error("due_on", _("Choose today, or a day to come."))
        return data
