"""The gesture of answering: one step of a sitting is kept, by the rules of an entry's saves.

A page that shows a step is a writer, with numbers and versions, as docs/writing.md has it; an
answer is what it saves. `drafting.judge` decides, here as there. An answer has no earlier texts:
nothing is put over one that its page had not shown.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.http import Http404

from apps.accounts.models import User
from apps.journal.drafting import Hand, Outcome, is_own_run, judge, note_hand
from apps.sittings.answers import Given
from apps.sittings.models import Answer, Sitting
from apps.sittings.models.sitting import answer_id
from apps.sittings.route import Place
from apps.sittings.spending import spent

# All that is written in a sitting becomes one entry.
MOST_LETTERS = 150_000


@dataclass(frozen=True)
class Saved:
    """The answer to a save. `answer` is None where there was nothing to keep."""

    answer: Answer | None
    outcome: Outcome


class Conflict(Exception):
    """The answer was changed elsewhere since. Carries it as it is now; nothing was changed."""

    def __init__(self, answer: Answer) -> None:
        super().__init__("the answer has changed")
        self.answer = answer


class Over(Exception):
    """The sitting ended, or was let go, in the meantime. Nothing was changed."""


class TooMuch(Exception):
    """More was written than one entry holds. Nothing was changed."""


@transaction.atomic
def save(
    *,
    owner: User,
    sitting_id: UUID,
    place: Place,
    given: Given,
    hand: Hand,
    opened_at: datetime | None,
    now: datetime,
) -> Saved:
    """Keep what was answered at a place. Returns when it is committed.

    Raises Http404 for a stranger's sitting, Over, TooMuch, and Conflict where the words did not
    grow from the latest that are there.
    """
    sitting = Sitting.objects.for_user(owner).select_for_update().filter(pk=sitting_id).first()
    if sitting is None:
        raise Http404
    if not sitting.is_open:
        raise Over
    given = given.cleaned()
    saved = _save(sitting, place, given, hand, now)
    sitting.seconds += spent(sitting.last_at, opened_at, now)
    sitting.last_at = max(sitting.last_at, now)
    sitting.place = place.key
    sitting.save(update_fields=["seconds", "last_at", "place", "updated_at"])
    return saved


def _save(sitting: Sitting, place: Place, given: Given, hand: Hand, now: datetime) -> Saved:
    pk = answer_id(sitting.pk, place.key)
    # By its place: one that came out of an archive has another id.
    said = Answer.objects.for_user(sitting.owner).filter(sitting=sitting)
    answer = said.filter(step=place.step.key, item=place.item).first()
    if answer is None:
        if given.is_empty:
            return Saved(None, Outcome.NOTHING)
        _leave_room(sitting, None, given)
        return Saved(_create(sitting, pk, place, given, hand, now), Outcome.CREATED)
    outcome = judge(answer, hand, is_same=_holds(answer, given))
    if outcome is None:
        raise Conflict(answer)
    if outcome is Outcome.SUPERSEDED:
        return Saved(answer, outcome)
    if outcome is Outcome.UNCHANGED:
        note_hand(answer, hand)
        answer.save(update_fields=["version", "writer", "writer_sequence", "writer_began_at"])
        return Saved(answer, outcome)
    _leave_room(sitting, answer, given)
    if not is_own_run(answer, hand):
        answer.writer_began_at = answer.version
    answer.text, answer.value = given.text, given.value
    answer.question, answer.kind = place.question, place.step.kind
    answer.writer, answer.writer_sequence = hand.writer, hand.sequence or 0
    answer.version += 1
    answer.saved_at = now
    answer.save(force_update=True)
    return Saved(answer, outcome)


def _create(
    sitting: Sitting, pk: UUID, place: Place, given: Given, hand: Hand, now: datetime
) -> Answer:
    return Answer.objects.create(
        id=pk,
        owner_id=sitting.owner_id,
        sitting=sitting,
        step=place.step.key,
        item=place.item,
        kind=place.step.kind,
        question=place.question,
        text=given.text,
        value=given.value,
        saved_at=now,
        writer=hand.writer,
        writer_sequence=hand.sequence or 0,
    )


def _holds(answer: Answer, given: Given) -> bool:
    return answer.text == given.text and answer.value == given.value


def _leave_room(sitting: Sitting, answer: Answer | None, given: Given) -> None:
    others = Answer.objects.for_user(sitting.owner).filter(sitting=sitting)
    if answer:
        others = others.exclude(pk=answer.pk)
    written = [Given(text, value).length for text, value in others.values_list("text", "value")]
    if sum(written) + given.length > MOST_LETTERS:
        raise TooMuch
