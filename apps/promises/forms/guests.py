"""What the other person may send: one small form for each choice, and what it does when it is good.

Each has a prefix of its own, since all of them stand on one page; only the one that was chosen is
read. Days and times are typed as the clock of the page's zone shows them.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from apps.core.forms import Words
from apps.core.periods import FIRST_DAY, LAST_DAY, instant_on, zone
from apps.promises import answering, changing, closing
from apps.promises.models import Terms, ValueAssessment
from apps.promises.models.amendment import Reason
from apps.promises.models.assessment import Sharing, TookCare
from apps.promises.models.promise import WHAT_LENGTH
from apps.promises.models.terms import MOST_CONDITIONS, NOTE_LENGTH
from apps.promises.moving import Turn
from apps.promises.shown import ASSESS, NOT_MINE, Ground, readable
from apps.promises.states import Move, Role
from apps.promises.wanting import Wanted

# How long the owner has for what the other person suggests, unless it is due sooner.
OWNER_ANSWERS_WITHIN = timedelta(days=7)
SPARE_CONDITIONS = 2
# Twice within this time the same words are one click too many.
TWICE = timedelta(minutes=2)
YES_NO = [("yes", lazy("Yes")), ("no", lazy("Not yet"))]


@dataclass(frozen=True)
class Situation:
    """What a form is made of: the rows, the zone in which days are typed, and the time."""

    ground: Ground
    zone: str
    now: datetime

    @property
    def terms(self) -> Terms:
        """The terms that an answer or another suggestion is about."""
        return self.ground.table

    @property
    def conditions(self) -> list[dict[str, Any]]:
        """The conditions that were delivered on, else those that are agreed."""
        delivery = self.ground.delivery
        if delivery and self.ground.role is Role.RECIPIENT:
            return list(delivery.claims)
        return list(self.ground.current.conditions)


class Choice(forms.Form):
    """One choice: a word if they like, and the move."""

    # The words at the choice, and what they mean in a line.
    title: ClassVar[Any] = ""
    explained: ClassVar[Any] = ""
    note_label: ClassVar[Any] = lazy("A word, if you like")
    required_css_class = "required"
    use_required_attribute = False

    def __init__(self, situation: Situation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.situation = situation
        self.build()
        if self.note_label:
            self.fields["note"] = Words(
                label=self.note_label,
                required=False,
                max_length=NOTE_LENGTH,
                widget=forms.Textarea(attrs={"rows": 2, "class": "voice"}),
            )

    def build(self) -> None:
        """Add the fields that depend on the promise."""

    def act(self, turn: Turn) -> None:
        """Say it. Raises what the verb raises."""
        raise NotImplementedError

    @property
    def version(self) -> int:
        """The number of the terms that were shown."""
        return self.situation.terms.number

    @property
    def note(self) -> str:
        """The word that was added."""
        return str(self.cleaned_data.get("note", ""))

    def clean_future(self, name: str, at: datetime | None) -> None:
        """That a moment is still to come."""
        if at is not None and at <= self.situation.now:
            self.add_error(name, _("That has passed already. Choose a day that is still to come."))


class Accept(Choice):
    title = lazy("Yes, please")
    explained = lazy("Then it is agreed, as it stands here.")

    def act(self, turn: Turn) -> None:
        """M08."""
        answering.accept(turn, version=self.version, note=self.note)


class Promise(Choice):
    title = lazy("Yes, I will")
    explained = lazy("Then it is agreed, as it stands here.")

    def act(self, turn: Turn) -> None:
        """M07."""
        answering.promise(turn, version=self.version, note=self.note)


class Decline(Choice):
    title = lazy("No, thank you")
    explained = lazy("You need not say why.")
    note_label = lazy("Why, if you like to say")

    def act(self, turn: Turn) -> None:
        """M10."""
        turn.check(Move.DECLINE)
        turn.check_version(self.version)
        answering.decline(turn, note=self.note)


class Withdraw(Choice):
    title = lazy("Take it back")
    explained = lazy("What you suggested is no longer on the table.")

    def act(self, turn: Turn) -> None:
        """M11."""
        answering.withdraw(turn, note=self.note)


class ConditionMet(Choice):
    title = lazy("What it waits for has come about")
    explained = lazy("From then on it is owed.")
    note_label = lazy("How one can tell, if you like")

    def act(self, turn: Turn) -> None:
        """M14."""
        answering.condition_met(turn, evidence=self.note)


class Agree(Choice):
    title = lazy("Yes, I agree to the change")
    explained = lazy("Then it holds as it stands here now.")

    def act(self, turn: Turn) -> None:
        """M16."""
        changing.agree(turn, version=self.version, note=self.note)


class Refuse(Choice):
    title = lazy("I would rather leave it as it was")
    explained = lazy("What was agreed before stands.")

    def act(self, turn: Turn) -> None:
        """M17."""
        turn.check(Move.REFUSE)
        turn.check_version(self.version)
        changing.refuse(turn, note=self.note)


class Drop(Choice):
    title = lazy("Take my suggestion back")
    explained = lazy("What was agreed before stands.")

    def act(self, turn: Turn) -> None:
        """M18."""
        changing.drop(turn, note=self.note)


class Correct(Choice):
    title = lazy("Correct my answer")
    explained = lazy("It is open again, and you can answer anew. Possible for seven days.")
    note_label = lazy("What you would rather have said, if you like")

    def act(self, turn: Turn) -> None:
        """M30."""
        closing.correct(turn, note=self.note)


class Break(Choice):
    title = lazy("This was not kept, and I want to close it")
    explained = lazy("It ends here. You can still speak about it.")
    note_label = lazy("What it meant for you, if you like")

    def act(self, turn: Turn) -> None:
        """M26."""
        closing.break_off(turn, note=self.note)


class NotMine(Choice):
    title = lazy("This is not meant for me")
    explained = lazy("The link is closed, and whoever sent it learns that it went astray.")
    note_label = None

    def act(self, turn: Turn) -> None:
        """Not a move: the view closes the links (`inviting.disown`)."""


class Release(Choice):
    title = lazy("You are off the hook")
    explained = lazy("Nothing is owed any more.")
    because = forms.ChoiceField(
        label=lazy("Because"),
        choices=[
            ("no_longer_needed", lazy("I no longer need it")),
            ("forgiven", lazy("it is all right as it is")),
            ("replaced", lazy("we have found another way")),
        ],
        widget=forms.RadioSelect,
    )

    def act(self, turn: Turn) -> None:
        """M24."""
        closing.release(turn, because=self.cleaned_data["because"], note=self.note)


class Revoke(Choice):
    title = lazy("I cannot keep this")
    explained = lazy("Said openly, and the earlier the better.")
    reason = forms.ChoiceField(
        label=lazy("What got in the way"),
        choices=[("", lazy("Choose what comes closest")), *Reason.choices],
    )

    def act(self, turn: Turn) -> None:
        """M25."""
        closing.revoke(turn, reason=self.cleaned_data["reason"], note=self.note)


class Hold(Choice):
    title = lazy("I will answer by another day")
    explained = lazy("Nothing is agreed until then.")
    answer_on = forms.DateField(
        label=lazy("I will answer by"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )

    def clean(self) -> dict[str, Any]:
        """The moment the day is over."""
        cleaned = super().clean() or {}
        if day := cleaned.get("answer_on"):
            cleaned["at"] = end_of(day, self.situation.zone)
            self.clean_future("answer_on", cleaned["at"])
        return cleaned

    def act(self, turn: Turn) -> None:
        """M09."""
        answering.hold(turn, answer_by=self.cleaned_data["at"], note=self.note)


class Day(Choice):
    """A choice with a day, and a time where one matters."""

    def add_day(self, *, label: Any, required: bool, terms: Terms) -> None:
        """Fields that show the agreed moment; what is left as it was means just that moment."""
        self.day_terms = terms
        self.fields["due_on"] = forms.DateField(
            label=label,
            required=required,
            initial=terms.due_on,
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        )
        wall = self._wall(terms)
        self.fields["due_time"] = forms.TimeField(
            label=_("At a certain time"),
            required=False,
            initial=wall,
            help_text=_("Leave it empty for the end of the day. Clock of %(zone)s.")
            % {"zone": readable(self.situation.zone)},
            widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        )
        if wall is not None and terms.due_at:
            self.fields["due_on"].initial = terms.due_at.astimezone(
                zone(self.situation.zone)
            ).date()

    def _wall(self, terms: Terms) -> time | None:
        if terms.due_at is None or terms.due_precision == Terms.Precision.DAY:
            return None
        return terms.due_at.astimezone(zone(self.situation.zone)).time().replace(microsecond=0)

    def due(self) -> dict[str, Any]:
        """The moment that was typed, as terms have it."""
        terms, day = self.day_terms, self.cleaned_data.get("due_on")
        wall = self.cleaned_data.get("due_time")
        same_time = (wall or None) == self.fields["due_time"].initial
        if day is None or (day == self.fields["due_on"].initial and same_time):
            return {
                "due_at": terms.due_at,
                "due_precision": terms.due_precision,
                "due_zone": terms.due_zone,
            }
        name = self.situation.zone
        if wall is None:
            return {"due_at": end_of(day, name), "due_precision": "day", "due_zone": name}
        return {"due_at": instant_on(day, wall, name), "due_precision": "time", "due_zone": name}

    def clean_due_on(self) -> date | None:
        """A day that calendars have."""
        day: date | None = self.cleaned_data.get("due_on")
        if day is not None and not FIRST_DAY <= day < LAST_DAY:
            raise forms.ValidationError(_("Choose a day nearer to now."))
        return day


class Other(Day):
    """Other terms than those on the table: what, by when, and when they are satisfied."""

    def build(self) -> None:
        """What stands on the table, to be changed."""
        terms = self.situation.terms
        self.fields["what"] = Words(
            label=_("What"),
            max_length=WHAT_LENGTH,
            initial=terms.what,
            widget=forms.TextInput(attrs={"class": "voice"}),
        )
        self.add_day(label=_("By when"), required=True, terms=terms)
        count = min(len(terms.conditions) + SPARE_CONDITIONS, MOST_CONDITIONS)
        for number in range(count):
            told = terms.conditions[number] if number < len(terms.conditions) else None
            self.fields[f"condition_{number}"] = Words(
                label=_("It is done when (%(number)s)") % {"number": number + 1},
                required=False,
                max_length=WHAT_LENGTH,
                initial=told["text"] if told else "",
                widget=forms.TextInput(attrs={"class": "voice"}),
            )
            self.fields[f"must_{number}"] = forms.BooleanField(
                label=_("It is not done without this"),
                required=False,
                initial=told["must"] if told else True,
            )
        self.count = count
        self.fields["so_that"] = Words(
            label=_("So that"),
            required=False,
            max_length=WHAT_LENGTH,
            initial=terms.so_that,
            widget=forms.TextInput(attrs={"class": "voice"}),
        )

    def clean(self) -> dict[str, Any]:
        """That the day is still to come, where it is another one."""
        cleaned = super().clean() or {}
        if "due_on" in cleaned and "due_time" in cleaned:
            due = self.due()
            if due["due_at"] != self.day_terms.due_at:
                self.clean_future("due_on", due["due_at"])
        return cleaned

    def wanted(self) -> Wanted:
        """What they would rather have. What this form does not ask for stays as it was."""
        terms, cleaned = self.situation.terms, self.cleaned_data
        conditions = [
            {"text": cleaned[f"condition_{number}"], "must": cleaned[f"must_{number}"]}
            for number in range(self.count)
            if cleaned.get(f"condition_{number}")
        ]
        return Wanted(
            what=cleaned["what"],
            conditions=conditions,
            so_that=cleaned["so_that"],
            for_whom=terms.for_whom,
            assumptions=terms.assumptions,
            condition=terms.condition,
            condition_expires_at=terms.condition_expires_at,
            **self.due(),
        )


class Counter(Other):
    title = lazy("I would like something else")
    explained = lazy("Change what you like; they answer next.")
    note_label = lazy("Why, if you like to say")

    def act(self, turn: Turn) -> None:
        """M05 and M06."""
        turn.check(Move.COUNTER)
        turn.check_version(self.version)
        wanted = self.wanted()
        limit = turn.now + OWNER_ANSWERS_WITHIN
        soon = wanted.due_at is not None and turn.now < wanted.due_at < limit
        answer_by = wanted.due_at if soon and wanted.due_at else limit
        answering.counter(turn, wanted=wanted, answer_by=answer_by, note=self.note)


class Propose(Other):
    title = lazy("Suggest another day, or another change")
    explained = lazy("Until you both agree, it stays as it is.")
    note_label = lazy("Why, if you like to say")

    def act(self, turn: Turn) -> None:
        """M15."""
        turn.check(Move.PROPOSE)
        turn.check_version(self.version)
        changing.propose(turn, wanted=self.wanted(), note=self.note)


class Checked(Day):
    """A choice that goes through the conditions one by one."""

    def add_conditions(self, question: Any, *, with_notes: bool = False) -> None:
        """A yes or no for each, and a line where one may say more."""
        self.checked = self.situation.conditions
        for number, condition in enumerate(self.checked):
            self.fields[f"met_{number}"] = forms.ChoiceField(
                label=question % {"condition": condition["text"]},
                choices=YES_NO,
                required=False,
                widget=forms.RadioSelect,
            )
            if with_notes:
                self.fields[f"why_{number}"] = Words(
                    label=_("A line about it"), required=False, max_length=WHAT_LENGTH
                )

    def met(self, *, unsaid: bool) -> list[bool]:
        """What was said of each; `unsaid` for those nothing was said of."""
        said = [self.cleaned_data.get(f"met_{number}") for number in range(len(self.checked))]
        return [it == "yes" if it else unsaid for it in said]


class Deliver(Checked):
    title = lazy("It is done")
    explained = lazy("Say what is met, and what you handed over.")

    def build(self) -> None:
        """The conditions, and what was handed over."""
        self.add_conditions(_("Is this met? “%(condition)s”"), with_notes=True)
        self.fields["handed_over"] = Words(
            label=_("What you handed over"),
            required=False,
            max_length=NOTE_LENGTH,
            widget=forms.Textarea(attrs={"rows": 2, "class": "voice"}),
        )
        self.fields["link"] = forms.URLField(
            label=_("Where it can be seen"),
            required=False,
            max_length=2_000,
            assume_scheme="https",
        )

    def clean(self) -> dict[str, Any]:
        """That each condition was answered, and a must that is not met has a line."""
        cleaned = super().clean() or {}
        for number, condition in enumerate(self.checked):
            said = cleaned.get(f"met_{number}")
            if not said:
                self.add_error(f"met_{number}", _("Please say whether this is met."))
            elif said == "no" and condition["must"] and not cleaned.get(f"why_{number}"):
                self.add_error(f"why_{number}", _("Say in a line why this is not met."))
        return cleaned

    def act(self, turn: Turn) -> None:
        """M20."""
        cleaned = self.cleaned_data
        claims = [
            {"met": met, "note": cleaned.get(f"why_{number}", "")}
            for number, met in enumerate(self.met(unsaid=False))
        ]
        closing.deliver(
            turn,
            claims=claims,
            handed_over=cleaned["handed_over"],
            link=cleaned["link"],
            note=self.note,
        )


class Worth(Checked):
    """What it was worth: the questions that only the other person can answer."""

    def add_worth(self) -> None:
        """What it makes possible, whether it took care, and who may read it."""
        self.fields["made_possible"] = Words(
            label=_("What does it make possible for you now?"),
            required=False,
            max_length=NOTE_LENGTH,
            widget=forms.Textarea(attrs={"rows": 3, "class": "voice"}),
        )
        self.fields["took_care"] = forms.ChoiceField(
            label=_("Did it take care of what matters to you?"),
            choices=TookCare.choices,
            required=False,
            widget=forms.RadioSelect,
        )
        self.fields["sharing"] = forms.ChoiceField(
            label=_("May these words be quoted?"),
            choices=Sharing.choices,
            initial=Sharing.BETWEEN_US,
            widget=forms.RadioSelect,
        )

    def worth(self) -> closing.Worth:
        """Their answers."""
        cleaned = self.cleaned_data
        return closing.Worth(
            made_possible=cleaned["made_possible"],
            took_care=cleaned["took_care"],
            sharing=cleaned["sharing"],
        )


class Satisfied(Worth):
    title = lazy("Yes, this is what I needed")
    explained = lazy("That closes the circle. The questions are there if you have a minute.")

    def build(self) -> None:
        """Three questions, none of which has to be answered."""
        self.add_conditions(_("Is this met? “%(condition)s”"))
        self.add_worth()
        self.fields["ask_again"] = forms.BooleanField(
            label=_("You may ask me once more in three months what it made possible"),
            required=False,
        )

    def act(self, turn: Turn) -> None:
        """M21."""
        closing.satisfied(
            turn,
            findings=self.met(unsaid=True),
            worth=self.worth(),
            note=self.note,
            ask_again=self.cleaned_data["ask_again"],
        )


class NotYet(Checked):
    title = lazy("Not yet")
    explained = lazy("Say what is missing; nothing is lost by it.")
    note_label = None

    def build(self) -> None:
        """What is not met, what remains, and perhaps another day."""
        self.add_conditions(_("Is this met? “%(condition)s”"))
        self.fields["remains"] = Words(
            label=_("What is still missing"),
            required=False,
            max_length=NOTE_LENGTH,
            widget=forms.Textarea(attrs={"rows": 3, "class": "voice"}),
        )
        self.add_day(
            label=_("Another day, if it may take longer"),
            required=False,
            terms=self.situation.ground.current,
        )
        self.fields["due_on"].initial = self.fields["due_time"].initial = None

    def clean(self) -> dict[str, Any]:
        """That something was named, and that another day is still to come."""
        cleaned = super().clean() or {}
        if all(self.met(unsaid=True)) and not cleaned.get("remains"):
            self.add_error("remains", _("Say what is missing, or which condition is not met."))
        if cleaned.get("due_on"):
            self.clean_future("due_on", self.due()["due_at"])
        return cleaned

    def act(self, turn: Turn) -> None:
        """M22, and M15 where another day was named."""
        wanted = None
        if self.cleaned_data.get("due_on"):
            said = turn.current.said() | self.due()
            wanted = Wanted(**said)
        closing.not_yet(
            turn,
            findings=self.met(unsaid=True),
            remains=self.cleaned_data["remains"],
            wanted=wanted,
        )


class Assess(Worth):
    title = lazy("Add a word about what it made possible")
    explained = lazy("What something is worth often shows later.")
    note_label = None

    def build(self) -> None:
        """The same questions as when it was delivered."""
        self.checked = []
        self.add_worth()

    def clean(self) -> dict[str, Any]:
        """That something was said."""
        cleaned = super().clean() or {}
        if not cleaned.get("made_possible") and not cleaned.get("took_care"):
            self.add_error("made_possible", _("Say a word here, or answer the question below."))
        return cleaned

    def act(self, turn: Turn) -> None:
        """Another row of worth; none for the same words sent twice."""
        worth = self.worth()
        again = ValueAssessment.objects.filter(
            owner=turn.promise.owner_id,
            promise=turn.promise,
            by_owner=False,
            said_at__gt=turn.now - TWICE,
            made_possible=worth.made_possible,
            took_care=worth.took_care,
        )
        if not again.exists():
            closing.assess(turn, worth=worth)


FORMS: dict[str, type[Choice]] = {
    Move.ACCEPT: Accept,
    Move.PROMISE: Promise,
    Move.COUNTER: Counter,
    Move.HOLD: Hold,
    Move.DECLINE: Decline,
    Move.WITHDRAW: Withdraw,
    Move.CONDITION_MET: ConditionMet,
    Move.PROPOSE: Propose,
    Move.AGREE: Agree,
    Move.REFUSE: Refuse,
    Move.DROP: Drop,
    Move.DELIVER: Deliver,
    Move.SATISFIED: Satisfied,
    Move.NOT_YET: NotYet,
    Move.RELEASE: Release,
    Move.REVOKE: Revoke,
    Move.BREAK: Break,
    Move.CORRECT: Correct,
    ASSESS: Assess,
    NOT_MINE: NotMine,
}


def form_of(choice: str, situation: Situation, data: Any = None) -> Choice:
    """The form of a choice. Raises KeyError for a word that is none."""
    return FORMS[choice](situation, data, prefix=choice, auto_id="%s")


def end_of(day: date, zone_name: str) -> datetime:
    """The moment a day is over there."""
    return instant_on(day + timedelta(days=1), time(0), zone_name)
