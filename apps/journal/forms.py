"""What a writer sends: the text and its day, and who sends it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.cares.models import Care
from apps.core.forms import OwnedForm, Words
from apps.core.models import new_id
from apps.core.periods import FIRST_DAY, LAST_DAY, instant_on, is_zone, zone
from apps.journal.answering import Asked
from apps.journal.drafting import Draft, Hand
from apps.journal.models import Entry, EntryTemplate
from apps.journal.models.entry import BODY_LENGTH, TITLE_LENGTH
from apps.promises.models import Promise

MOODS = [
    ("-2", _("Very low")),
    ("-1", _("Low")),
    ("0", _("Even")),
    ("1", _("Good")),
    ("2", _("Very good")),
]
ENERGIES = [
    ("-2", _("Drained")),
    ("-1", _("Tired")),
    ("0", _("Steady")),
    ("1", _("Lively")),
    ("2", _("Full of it")),
]
NOT_SAID = _("Not said")


def _scale(value: str) -> int | None:
    return int(value) if value else None


class Scale(forms.TypedChoiceField):
    """One of five words, or none: a mark from −2 to +2."""

    widget = forms.RadioSelect

    def __init__(self, choices: list[tuple[str, Any]], label: Any) -> None:
        super().__init__(
            choices=[("", NOT_SAID), *choices],
            label=label,
            coerce=_scale,
            empty_value=None,
            required=False,
        )


class WriterForm(forms.Form):
    """The writer. Valid, it gives a `draft` and the `hand` that saves it."""

    title = Words(label=_("Title"), max_length=TITLE_LENGTH, required=False)
    body = Words(
        label=_("What you write"),
        max_length=BODY_LENGTH,
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8, "spellcheck": "true"}),
        error_messages={
            "max_length": _(
                "An entry holds %(limit_value)d characters, and this text has %(show_value)d."
                " Put a part of it into an entry of its own."
            )
        },
    )
    local_date = forms.DateField(
        label=_("Day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={
            "required": _("Choose the day this belongs to."),
            "invalid": _("Write the day as year, month and day, such as 2026-11-20."),
        },
    )
    mood = Scale(MOODS, _("Mood"))
    energy = Scale(ENERGIES, _("Energy"))
    occurred_at = forms.CharField(widget=forms.HiddenInput)
    time_zone = forms.CharField(widget=forms.HiddenInput, max_length=64)
    writer = forms.UUIDField(widget=forms.HiddenInput)
    expected_version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    answers = forms.CharField(widget=forms.HiddenInput, required=False)
    promise = forms.CharField(widget=forms.HiddenInput, required=False)
    care = forms.CharField(widget=forms.HiddenInput, required=False)
    question = forms.CharField(widget=forms.HiddenInput, required=False)
    sequence = forms.IntegerField(required=False, min_value=1, max_value=2**31 - 1)
    # Whose page this was: after somebody else logs in here, it must not end up in their journal.
    person = forms.UUIDField(widget=forms.HiddenInput)

    # For a blank page of today: the hour this person's day begins. A page that stood open and
    # empty overnight takes its day and time when the first letter is typed.
    day_starts_at: int | None = None

    def clean_local_date(self) -> Any:
        """The day, within the years the journal knows."""
        day = self.cleaned_data["local_date"]
        if not FIRST_DAY <= day <= LAST_DAY:
            raise ValidationError(
                _("Choose a day between the years %(first)s and %(last)s."),
                params={"first": FIRST_DAY.year, "last": LAST_DAY.year},
            )
        return day

    def clean_time_zone(self) -> str:
        """The zone, if it is one."""
        name: str = self.cleaned_data["time_zone"]
        if not is_zone(name):
            raise ValidationError(_("This time zone is not known here."))
        return name

    def clean_occurred_at(self) -> datetime:
        """The instant, in UTC."""
        try:
            instant = datetime.fromisoformat(self.cleaned_data["occurred_at"])
            if instant.tzinfo is None or not FIRST_DAY <= instant.date() <= LAST_DAY:
                raise ValueError
            return instant.astimezone(UTC)
        except (ValueError, OverflowError):
            raise ValidationError(_("The time of this entry could not be read.")) from None

    def clean_answers(self) -> UUID | None:
        """The entry this answers; nobody's words wait because that cannot be read."""
        try:
            return UUID(self.cleaned_data["answers"])
        except ValueError:
            return None

    def clean_promise(self) -> UUID | None:
        """The promise this is about, in the same way."""
        try:
            return UUID(self.cleaned_data["promise"])
        except ValueError:
            return None

    def clean_care(self) -> UUID | None:
        """The care this is about, in the same way."""
        try:
            return UUID(self.cleaned_data["care"])
        except ValueError:
            return None

    def clean_question(self) -> UUID | None:
        """The question this answers, in the same way."""
        try:
            return UUID(self.cleaned_data["question"])
        except ValueError:
            return None

    @property
    def shown(self) -> Mapping[str, Any]:
        """What its fields show, as text."""
        return self.data if self.is_bound else self.initial

    @property
    def draft(self) -> Draft:
        """What was written. When the day was moved, the moment moves with it."""
        data = self.cleaned_data
        day, instant, zone_name = data["local_date"], data["occurred_at"], data["time_zone"]
        wall = instant.astimezone(zone(zone_name))
        if not 0 <= (wall.date() - day).days <= 1:
            instant = instant_on(day, wall.time(), zone_name)
        return Draft(
            title=data["title"],
            body=data["body"],
            local_date=day,
            occurred_at=instant,
            time_zone=zone_name,
            mood=data["mood"],
            energy=data["energy"],
            answers=data["answers"],
            promise=data["promise"],
            care=data["care"],
            question=data["question"],
        )

    @property
    def hand(self) -> Hand:
        """Who saves it."""
        data = self.cleaned_data
        return Hand(data["writer"], data["sequence"], data["expected_version"])


class _Shared(dict[str, forms.Field]):
    """Fields that all forms of a class share, since none of them changes any.

    Django copies them for each form, with their widgets and messages: of the writer, which Today
    shows and every save reads, that took as long as a query.
    """

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, forms.Field]:
        return dict(self)


WriterForm.base_fields = _Shared(WriterForm.base_fields)


def blank_writer(
    user: User,
    now: datetime,
    answers: Entry | None = None,
    promise: Promise | None = None,
    care: Care | None = None,
    question: Asked | None = None,
) -> WriterForm:
    """A writer for a new entry of today, as this person's clock has it.

    About an old one, a promise or a care, in answer to a question, or about nothing given.
    """
    form = WriterForm(
        # All that a page shows: a value that is not there is looked for in vain each time.
        initial={
            **dict.fromkeys(("title", "body", "mood", "energy"), ""),
            "local_date": user.today(now).isoformat(),
            "occurred_at": now.isoformat(),
            "time_zone": user.time_zone,
            "writer": new_id(),
            "expected_version": 0,
            "person": user.pk,
            "answers": answers.pk if answers else "",
            "promise": promise.pk if promise else "",
            "care": care.pk if care else "",
            "question": question.id if question else "",
        }
    )
    form.day_starts_at = user.day_starts_at
    return form


def writer_for(entry: Entry, user: User) -> WriterForm:
    """A writer that goes on with this entry."""
    return WriterForm(
        initial={
            "title": entry.title,
            "body": entry.body,
            "local_date": entry.local_date.isoformat(),
            "mood": _radio(entry.mood),
            "energy": _radio(entry.energy),
            "occurred_at": entry.occurred_at.isoformat(),
            "time_zone": entry.time_zone,
            "writer": new_id(),
            "expected_version": entry.version,
            "person": user.pk,
        }
    )


def _radio(value: int | None) -> str:
    return "" if value is None else str(value)


class EntryTemplateForm(OwnedForm):
    """A saved beginning: what it is called, and what a new entry begins with."""

    class Meta:
        model = EntryTemplate
        fields = ["name", "title", "body"]
        field_classes = {"name": Words, "title": Words, "body": Words}
        widgets = {
            "name": forms.TextInput(attrs={"autofocus": True}),
            "title": forms.TextInput,
            "body": forms.Textarea(attrs={"rows": 8}),
        }
