"""The ways in which a promise begins, each with its form."""

from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.promises import making
from apps.promises.forms.begin import AskForm, BeginForm, RecordedForm
from apps.promises.models import Promise
from apps.promises.models.promise import Side
from apps.promises.wording import Words


@dataclass(frozen=True)
class Beginning:
    """A way in which a promise begins."""

    key: str
    side: str
    form: type[BeginForm]
    title: Words
    text: Words
    button: Words

    @property
    def is_to_self(self) -> bool:
        """Whether nobody else is part of it."""
        return self.side == Side.OWN


BEGINNINGS = {
    it.key: it
    for it in (
        Beginning(
            "asked",
            Side.GIVEN,
            AskForm,
            gettext_lazy("Somebody asked me for something"),
            gettext_lazy("Write down what they asked for. Then say yes, no, or something else."),
            gettext_lazy("Write it down"),
        ),
        Beginning(
            "offer",
            Side.GIVEN,
            BeginForm,
            gettext_lazy("I want to offer something"),
            gettext_lazy("A draft first, that only you see. You offer it when it reads right."),
            gettext_lazy("Keep as a draft"),
        ),
        Beginning(
            "said",
            Side.GIVEN,
            RecordedForm,
            gettext_lazy("I promised something aloud"),
            gettext_lazy("It is owed already; note it with the words that were used."),
            gettext_lazy("Note it"),
        ),
        Beginning(
            "ask",
            Side.ASKED,
            AskForm,
            gettext_lazy("I ask somebody for something"),
            gettext_lazy("Your request, until they answer it."),
            gettext_lazy("Ask"),
        ),
        Beginning(
            "promised-me",
            Side.ASKED,
            RecordedForm,
            gettext_lazy("Somebody promised me something"),
            gettext_lazy("Note it with the words that were used, so that both mean the same."),
            gettext_lazy("Note it"),
        ),
        Beginning(
            "myself",
            Side.OWN,
            BeginForm,
            gettext_lazy("I promise myself something"),
            gettext_lazy("In the same register, and kept apart from what you owe others."),
            gettext_lazy("Promise it"),
        ),
    )
}


@transaction.atomic
def begin(user: User, beginning: Beginning, form: BeginForm) -> Promise:
    """Write down what a valid form says, in the way it begins."""
    common = {
        "owner": user.pk,
        "person": form.whom(),
        "kind": form.cleaned_data["kind"],
        "wanted": form.wanted(),
        "now": form.now,
    }
    if isinstance(form, AskForm):
        return making.ask(side=beginning.side, **common, **form.said())
    if isinstance(form, RecordedForm):
        return making.recorded(side=beginning.side, **common, **form.said())
    if beginning.side == Side.OWN:
        return making.recorded(side=Side.OWN, said_at=form.now, **common)
    return making.draft(**common)
