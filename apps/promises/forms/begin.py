"""What is asked when a promise begins: its terms, and what was said with them."""

from datetime import date, datetime, time
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.forms import Words
from apps.core.periods import instant_on
from apps.promises.dueness import due_moment
from apps.promises.forms.moves import ANSWER_WITHIN
from apps.promises.forms.terms import PromiseForm, day_field, lines_field, possible


class BeginForm(PromiseForm):
    """A thought of an offer; one to oneself, which binds at once, needs a day."""

    EXTRA: tuple[str, ...] = ()

    def __init__(
        self, *args: Any, user: User, now: datetime, is_binding: bool = False, **kwargs: Any
    ) -> None:
        kwargs.setdefault("needs_due", is_binding)
        super().__init__(*args, user=user, **kwargs)
        self.now = now

    def extra_fields(self) -> list[Any]:
        """What this beginning asks besides."""
        return [self[name] for name in self.EXTRA]

    def said(self) -> dict[str, Any]:
        """What the verb is told besides the terms."""
        return {}

    def past_moment(self, day: date | None) -> datetime:
        """Noon of a day that has passed, or now."""
        if day is None or day == self.user.today(self.now):
            return self.now
        return instant_on(day, time(12), self.user.time_zone or "UTC")


class AskForm(BeginForm):
    """A request: until when it is to be answered, and in which words it was made."""

    answer_on = day_field(_("To be answered by"))
    words = lines_field(_("In which words it was asked"), rows=2)

    EXTRA = ("answer_on", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("answer_on", self.user.today(self.now + ANSWER_WITHIN))

    def clean_answer_on(self) -> date:
        """A day that is to come, or today."""
        day: date = self.cleaned_data["answer_on"]
        possible(day)
        if day < self.user.today(self.now):
            raise ValidationError(_("That day has passed."))
        return day

    def said(self) -> dict[str, Any]:
        """Until when, and the words."""
        answer_by, _day = due_moment(
            self.cleaned_data["answer_on"], None, self.user.time_zone or "UTC"
        )
        return {"answer_by": answer_by, "words": self.cleaned_data["words"]}


class RecordedForm(BeginForm):
    """A promise that was made aloud: when, where, and in which words."""

    said_on = day_field(_("When it was said"))
    where = Words(label=_("Where"), required=False, max_length=200)
    words = lines_field(_("In which words"), rows=2)

    EXTRA = ("said_on", "where", "words")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, needs_due=True, **kwargs)
        self.initial.setdefault("said_on", self.user.today(self.now))

    def clean_said_on(self) -> date:
        """Not a day that is still to come."""
        day: date = self.cleaned_data["said_on"]
        possible(day)
        if day > self.user.today(self.now):
            raise ValidationError(_("That day is still to come."))
        return day

    def said(self) -> dict[str, Any]:
        """When, where, and the words."""
        return {
            "said_at": self.past_moment(self.cleaned_data["said_on"]),
            "where": self.cleaned_data["where"],
            "words": self.cleaned_data["words"],
        }
