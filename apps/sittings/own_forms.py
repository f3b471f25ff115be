"""What somebody says of a session of their own, and of one of its steps."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from apps.core.forms import Words
from apps.sittings.beside import panel_names
from apps.sittings.models import OwnSession, OwnStep
from apps.sittings.models.own import QUESTION_LENGTH
from apps.sittings.own import FIRST, Said
from apps.sittings.sessions import CHOOSING, COMMITTING, MADE_FOR_EACH, MAKES_OF, MANY, Kind, Makes

LABEL_LENGTH = 120
MOST_CHOICES = 20
# The kinds that can be chosen, in the words of who chooses.
KINDS: dict[Kind, Any] = {
    Kind.TEXT: _("A text"),
    Kind.LINE: _("A line"),
    Kind.LIST: _("A list"),
    Kind.CHOICE: _("One of several answers"),
    Kind.CHOICES: _("Any of several answers"),
    Kind.SCALE: _("A scale"),
    Kind.DATE: _("A day"),
    Kind.PERSON: _("Somebody"),
    Kind.PEOPLE: _("Several people"),
    Kind.PROMISE: _("A promise"),
    Kind.PROMISES: _("Several promises"),
    Kind.CARE: _("A care"),
    Kind.CARES: _("Several cares"),
    Kind.TWO_SIDED: _("A card with two sides"),
    Kind.IF_THEN: _("If … then …"),
    Kind.READ: _("Nothing: only to read"),
}
# What an answer can become, in the words of who decides it.
MAKES: dict[Makes, Any] = {
    Makes.PERSON_LINK: _("The entry is about them"),
    Makes.PROMISE_LINK: _("The entry is about it"),
    Makes.CARE_LINK: _("The entry is about it"),
    Makes.MOOD: _("The mood of the entry"),
    Makes.ENERGY: _("The energy of the entry"),
    Makes.CONTACT_LOG: _("A word you heard from them"),
    Makes.CARE_STATEMENT: _("A new version of the care"),
    Makes.STILL_HOLDS: _("They still hold"),
    Makes.WEEK_PLAN: _("Chosen for this week"),
    Makes.TAG: _("A tag of the entry"),
    Makes.TITLE: _("The title of the entry"),
    Makes.LESSON: _("A lesson"),
    Makes.IF_THEN: _("A plan"),
    Makes.STAR: _("A star, unless the answer is the last one"),
}
Data = Any


class OwnSessionForm(forms.ModelForm):  # type: ignore[type-arg]
    """What it is called, what it is for, how long it takes."""

    class Meta:
        model = OwnSession
        fields = ("name", "about", "minutes", "comes_back")
        field_classes = {"name": Words, "about": Words}
        widgets = {"about": forms.Textarea(attrs={"rows": 2})}


class OwnStepForm(forms.Form):
    """One step, with the fields that its kind has. `earlier` are the steps before it."""

    question = Words(
        label=_("Question"),
        max_length=QUESTION_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2, "class": "voice"}),
    )
    help = Words(
        label=_("A word of help"),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self,
        data: Data = None,
        *,
        kind: Kind,
        earlier: Sequence[OwnStep],
        step: OwnStep | None = None,
    ) -> None:
        super().__init__(data)
        self.kind, self.earlier, self.step = kind, earlier, step
        self.before = step.more if step and step.kind == kind else {}
        if step:
            self.initial |= {"question": step.question, "help": step.help}
        if kind in CHOOSING:
            self._ask_choices()
        if kind is Kind.SCALE:
            self._ask_scale()
        if kind is Kind.TWO_SIDED:
            self._ask_sides()
        self.main = [*self.fields]
        self._ask_beside()
        self._ask_ties()
        self._ask_makes()

    @property
    def first_fields(self) -> list[Any]:
        """What the step asks, and how it is answered."""
        return [self[name] for name in self.main]

    @property
    def more_fields(self) -> list[Any]:
        """What a step may have besides."""
        return [self[name] for name in self.fields if name not in {*self.main, "beside"}]

    @property
    def has_more(self) -> bool:
        """Whether anything is said there."""
        return bool(set(self.before) & {"beside", "for_each", "when", "makes", "commits"})

    def _ask_choices(self) -> None:
        labels = [_text(choice["label"]) for choice in self.before.get("choices", [])]
        self.fields["choices"] = Words(
            label=_("The answers to choose from"),
            help_text=_("One a line, two at least."),
            initial="\n".join(labels),
            max_length=MOST_CHOICES * LABEL_LENGTH,
            widget=forms.Textarea(attrs={"rows": 5}),
        )

    def _ask_scale(self) -> None:
        for name, label, otherwise in (("low", _("From"), 0), ("high", _("To"), 10)):
            self.fields[name] = forms.IntegerField(
                label=label,
                min_value=-20,
                max_value=100,
                initial=self.before.get(name, otherwise),
            )
        for name, label in (("low_label", _("What the least is")), ("high_label", _("The most"))):
            self._ask_words(name, label, required=False)

    def _ask_sides(self) -> None:
        self._ask_words("left", _("The one side"), required=True)
        self._ask_words("right", _("The other side"), required=True)

    def _ask_words(self, name: str, label: Any, *, required: bool) -> None:
        self.fields[name] = Words(
            label=label,
            max_length=LABEL_LENGTH,
            required=required,
            initial=_text(self.before.get(name, {})),
        )

    def _ask_beside(self) -> None:
        self.fields["beside"] = forms.MultipleChoiceField(
            label=_("Shown beside it"),
            choices=panel_names(),
            initial=self.before.get("beside", []),
            required=False,
            widget=forms.CheckboxSelectMultiple,
        )

    def _ask_ties(self) -> None:
        many = [it for it in self.earlier if it.kind in MANY and not it.more.get("for_each")]
        if many:
            self.fields["for_each"] = forms.ChoiceField(
                label=_("Asked once for each of"),
                help_text=_("Write {it} in the question where the name of each belongs."),
                choices=[("", _("asked once")), *((it.key, it.question) for it in many)],
                initial=self.before.get("for_each", ""),
                required=False,
            )
        choosing = [
            it for it in self.earlier if it.kind in CHOOSING and not it.more.get("for_each")
        ]
        if choosing:
            answers = [
                (f"{it.key} {choice['value']}", f"{it.question} {_text(choice['label'])}")
                for it in choosing
                for choice in it.more.get("choices", [])
            ]
            when = self.before.get("when", {})
            self.fields["when"] = forms.MultipleChoiceField(
                label=_("Asked only where one of these was answered"),
                help_text=_("Of one question; without any it is always asked."),
                choices=answers,
                initial=[f"{when['step']} {value}" for value in when.get("is", [])] if when else [],
                required=False,
                widget=forms.CheckboxSelectMultiple,
            )

    def _ask_makes(self) -> None:
        offered = [
            (str(makes), name)
            for makes, name in MAKES.items()
            if self.kind in MAKES_OF[makes] and self._can_be_made(makes)
        ]
        kept = self.before.get("makes")
        if kept and kept not in dict(offered):
            offered.append((kept, _("As it was made before")))
        if offered:
            self.fields["makes"] = forms.ChoiceField(
                label=_("What becomes of the answer"),
                choices=[("", _("It stands in the entry")), *offered],
                initial=kept or "",
                required=False,
            )
        if self.kind in COMMITTING:
            self.fields["commits"] = forms.BooleanField(
                label=_("At the end it is offered as a promise to myself"),
                initial=self.before.get("commits", False),
                required=False,
            )

    def _can_be_made(self, makes: Makes) -> bool:
        of = MADE_FOR_EACH.get(makes)
        return of is None or any(it.kind == of for it in self.earlier)

    def clean_choices(self) -> list[dict[str, Any]]:
        """Each answer with a value of its own; one that was there keeps its value."""
        labels = list(
            dict.fromkeys(filter(None, map(_line, self.cleaned_data["choices"].split("\n"))))
        )
        if not 2 <= len(labels) <= MOST_CHOICES:
            raise forms.ValidationError(
                _("Give between two and %(most)s answers."), params={"most": MOST_CHOICES}
            )
        if any(len(label) > LABEL_LENGTH for label in labels):
            raise forms.ValidationError(
                _("An answer has %(most)s characters at most."), params={"most": LABEL_LENGTH}
            )
        known = {_text(it["label"]): it["value"] for it in self.before.get("choices", [])}
        free = _free(set(known.values()))
        return [
            {"value": known.get(label) or next(free), "label": {FIRST: label}} for label in labels
        ]

    def clean_when(self) -> dict[str, Any] | None:
        """The answers of one question on which it hangs."""
        said = [pair.split(" ", 1) for pair in self.cleaned_data["when"]]
        if not said:
            return None
        if len({step for step, _value in said}) > 1:
            raise forms.ValidationError(_("Choose answers of one question only."))
        return {"step": said[0][0], "is": [value for _step, value in said]}

    def clean(self) -> dict[str, Any]:
        """A scale has a length, and marks of entries have theirs."""
        data = super().clean() or self.cleaned_data
        low, high = data.get("low"), data.get("high")
        if low is not None and high is not None and not 1 <= high - low <= 20:
            self.add_error("high", _("A scale has between two and twenty-one places."))
        if data.get("makes") in (Makes.MOOD, Makes.ENERGY) and (low, high) != (-2, 2):
            self.add_error("makes", _("A mark of an entry goes from −2 to 2."))
        of = MADE_FOR_EACH.get(Makes(data["makes"])) if data.get("makes") else None
        named = next((it for it in self.earlier if it.key == data.get("for_each")), None)
        if of and (named is None or named.kind != of):
            self.add_error("makes", _("That is made only where it is asked once for each of them."))
        if data.get("commits") and data.get("for_each"):
            self.add_error("commits", _("A promise to yourself is one thing: ask it once."))
        return data

    def said(self) -> Said:
        """What was said of the step."""
        data = self.cleaned_data
        more: dict[str, Any] = {}
        for name in ("beside", "choices", "for_each", "when", "makes", "commits"):
            if data.get(name):
                more[name] = data[name]
        if self.kind is Kind.SCALE:
            more |= {"low": data["low"], "high": data["high"]}
        for name in ("low_label", "high_label", "left", "right"):
            if data.get(name):
                more[name] = {FIRST: data[name]}
        return Said(str(self.kind), data["question"], data["help"], more)


def _line(text: str) -> str:
    return " ".join(text.split())


def _text(texts: Any) -> str:
    return str(texts.get(FIRST, ""))


def _free(taken: set[str]) -> Any:
    number = 1
    while True:
        if (value := f"a{number}") not in taken:
            yield value
        number += 1
