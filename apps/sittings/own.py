"""Sessions of somebody's own: read like shipped ones, copied from them, and changed."""

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils.translation import get_language

from apps.accounts.models import User
from apps.core.shipped import in_language
from apps.sittings.models import OwnSession, OwnStep
from apps.sittings.models.own import NAME_LENGTH, QUESTION_LENGTH
from apps.sittings.sessions import Choice, Session, Step, read_session

FIRST = "en"


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
