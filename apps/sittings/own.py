"""Sessions of somebody's own: read like shipped ones, copied from them, and changed."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.core.shipped import in_language
from apps.sittings.models import OwnSession, OwnStep
from apps.sittings.models.own import MOST_STEPS, NAME_LENGTH, QUESTION_LENGTH
from apps.sittings.sessions import Choice, Misread, Session, Step, read_session

FIRST = "en"
TIES = ("for_each", "when")


class Refused(Exception):
    """It cannot be so. `str()` says why, for the page. Nothing was written."""


@dataclass(frozen=True)
class Said:
    """What somebody says of a step: its kind, its words, and `more` as a file has it."""

    kind: str
    question: str
    help: str = ""
    more: dict[str, Any] = field(default_factory=dict)


def session_from(own: OwnSession, steps: Iterable[OwnStep]) -> Session:
    """The session that these rows say."""
    return read_session(
        {
            "key": own.key,
            "name": {FIRST: own.name},
            "about": {FIRST: own.about} if own.about else {},
            "version": own.version,
            "minutes": [own.minutes, own.minutes],
            "comes_back": own.comes_back,
            "step": [_table(step) for step in steps],
        },
        is_own=True,
    )


def _table(step: OwnStep) -> dict[str, Any]:
    table = {"key": step.key, "kind": step.kind, "question": {FIRST: step.question}, **step.more}
    return table | ({"help": {FIRST: step.help}} if step.help else {})


@transaction.atomic
def copy(owner: User, session: Session) -> OwnSession:
    """A copy to be changed, in the language of the page. Of what is only in the original (when it
    is offered, its note), nothing comes along."""
    own = OwnSession.objects.create(
        owner=owner,
        name=str(session)[:NAME_LENGTH],
        about=in_language(session.about)[:500],
        minutes=session.minutes[1],
        copied_from=session.key,
        comes_back=session.comes_back,
    )
    OwnStep.objects.bulk_create(
        OwnStep(
            owner=owner,
            session=own,
            position=number,
            key=step.key,
            kind=step.kind,
            question=in_language(step.question)[:QUESTION_LENGTH],
            help=in_language(step.help)[:500],
            more=_more(step),
        )
        for number, step in enumerate(session.steps, start=1)
    )
    return own


@transaction.atomic
def add_step(*, owner: User, session: UUID, said: Said) -> OwnStep:
    """Another step at the end. Raises Refused where it does not fit, or there are very many."""
    own, steps = _held(owner, session)
    if len(steps) >= MOST_STEPS:
        raise Refused(_("A session has %(most)s steps at most.") % {"most": MOST_STEPS})
    step = OwnStep(
        owner=owner,
        session=own,
        position=max((it.position for it in steps), default=0) + 1,
        # The version grows with each change, so no key ever names two questions.
        key=f"q{own.version}",
    )
    _put(step, said)
    _check(own, [*steps, step])
    step.save(force_insert=True)
    _changed(own)
    return step


@transaction.atomic
def change_step(*, owner: User, session: UUID, step: UUID, said: Said) -> None:
    """Other words for a step. Raises Refused where those that hang on it would hang on nothing."""
    own, steps = _held(owner, session)
    row = _one(steps, step)
    _put(row, said)
    _check(own, steps)
    row.save(force_update=True)
    _changed(own)


@transaction.atomic
def move_step(*, owner: User, session: UUID, step: UUID, is_up: bool) -> None:
    """Change places with the step before it, or after it; at an end nothing happens.

    Raises Refused where a step would come before the one it hangs on.
    """
    own, steps = _held(owner, session)
    at = steps.index(_one(steps, step))
    other = at - 1 if is_up else at + 1
    if not 0 <= other < len(steps):
        return
    steps[at], steps[other] = steps[other], steps[at]
    for position, row in enumerate(steps, start=1):
        row.position = position
    _check(own, steps)
    OwnStep.objects.for_user(owner).bulk_update(steps, ["position"])
    _changed(own)


@transaction.atomic
def remove_step(*, owner: User, session: UUID, step: UUID) -> None:
    """Take a step out. Those that hang on it are asked once, of everybody."""
    own, steps = _held(owner, session)
    gone = _one(steps, step)
    left = [row for row in steps if row is not gone]
    for row in hanging_on(gone, left):
        for tie in TIES:
            row.more.pop(tie, None)
        # What was made for each of them is made of nothing now.
        row.more.pop("makes", None)
        row.save(force_update=True)
    _check(own, left)
    gone.delete()
    _changed(own)


def hanging_on(step: OwnStep, steps: Iterable[OwnStep]) -> list[OwnStep]:
    """The steps that are asked for each of what it gathers, or only where it says so."""
    return [
        row
        for row in steps
        if step.key in (row.more.get("for_each"), row.more.get("when", {}).get("step"))
    ]


def steps_of(own: OwnSession) -> list[OwnStep]:
    """Its steps in their order."""
    return list(OwnStep.objects.for_user(own.owner).filter(session=own).order_by("position"))


def _held(owner: User, pk: UUID) -> tuple[OwnSession, list[OwnStep]]:
    """The session, held until the transaction ends, and its steps."""
    own = OwnSession.objects.for_user(owner).select_for_update().filter(pk=pk).first()
    if own is None:
        raise Http404
    return own, steps_of(own)


def _one(steps: Sequence[OwnStep], pk: UUID) -> OwnStep:
    for row in steps:
        if row.pk == pk:
            return row
    raise Http404


def _put(step: OwnStep, said: Said) -> None:
    step.kind, step.question, step.help = said.kind, said.question, said.help
    step.more = said.more


def _check(own: OwnSession, steps: Sequence[OwnStep]) -> None:
    """A session of one's own has the form of a shipped one."""
    try:
        session_from(own, steps)
    except Misread as reason:
        raise Refused(_refusal(steps)) from reason


def _refusal(steps: Sequence[OwnStep]) -> str:
    """Why it cannot be so, as far as a person can see it."""
    if sum(bool(row.more.get("commits")) for row in steps) > 1:
        return _("One step at most can be what you promise yourself.")
    before: dict[str, OwnStep] = {}
    for row in steps:
        for tie in (row.more.get("for_each"), row.more.get("when", {}).get("step")):
            if tie and tie not in before:
                return _("“%(question)s” has to come after the step it hangs on.") % {
                    "question": row.question
                }
        before[row.key] = row
    return _("Another step hangs on what this one gathers: change that one first.")


def _changed(own: OwnSession) -> None:
    own.version += 1
    own.save(update_fields=["version", "updated_at"])


def _more(step: Step) -> dict[str, Any]:
    """What a step has besides its words, as a file would say it in the language of the page."""
    more: dict[str, Any] = {}
    if step.beside:
        more["beside"] = [str(it) for it in step.beside]
    if step.choices:
        more["choices"] = [choice_table(it) for it in step.choices]
    if (step.low, step.high) != (0, 10):
        more |= {"low": step.low, "high": step.high}
    for name in ("low_label", "high_label", "left", "right"):
        if texts := getattr(step, name):
            more[name] = {FIRST: in_language(texts)}
    if step.for_each:
        more["for_each"] = step.for_each
    if step.when:
        more["when"] = {"step": step.when.step, "is": list(step.when.values)}
    if step.makes:
        more["makes"] = str(step.makes)
    if step.commits:
        more["commits"] = True
    return more


def choice_table(choice: Choice) -> dict[str, Any]:
    """A choice as a file says it."""
    return {"value": choice.value, "label": {FIRST: in_language(choice.label, get_language())}}
