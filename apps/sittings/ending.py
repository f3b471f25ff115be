"""How a sitting ends: its answers become an entry, and of some of them something is made."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.cares import stating
from apps.cares.models import Care, CareStatement
from apps.cares.models.statement import TEXT_LENGTH
from apps.cares.stating import Said
from apps.core.models import new_id
from apps.journal import drafting, sorting
from apps.journal.drafting import Draft, Hand
from apps.journal.models import Entry
from apps.people.models import Contact, Person
from apps.promises.dueness import due_moment
from apps.promises.making import recorded
from apps.promises.models import Promise
from apps.promises.models.promise import WHAT_LENGTH, Side
from apps.promises.wanting import Wanted
from apps.sittings.models import Answer, Sitting
from apps.sittings.reading import Line, Sat
from apps.sittings.route import lines, place_of
from apps.sittings.saving import Over
from apps.sittings.sessions import PICKING, Kind, Makes, Step, reason_for

TITLE_LENGTH = 200
WORDS_SHOWN = 120
NO = "no"

WORDING: dict[Makes, Any] = {
    Makes.PERSON_LINK: gettext_lazy("The entry is about: %(words)s"),
    Makes.PROMISE_LINK: gettext_lazy("The entry is about: %(words)s"),
    Makes.CARE_LINK: gettext_lazy("The entry is about: %(words)s"),
    Makes.MOOD: gettext_lazy("The entry’s mood: %(words)s"),
    Makes.ENERGY: gettext_lazy("The entry’s energy: %(words)s"),
    Makes.CONTACT_LOG: gettext_lazy("A word you heard from %(words)s"),
    Makes.CARE_STATEMENT: gettext_lazy("A new version of what you care about: %(words)s"),
    Makes.STILL_HOLDS: gettext_lazy("Still holds: %(words)s"),
    Makes.WEEK_PLAN: gettext_lazy("In this week: %(words)s"),
    Makes.DOMAIN_CHECK: gettext_lazy("Kept to compare with next time: %(words)s"),
    Makes.TAG: gettext_lazy("The entry’s tags: %(words)s"),
    Makes.STAR: gettext_lazy("The entry gets a star"),
    Makes.IF_THEN: gettext_lazy("Kept as a plan: %(words)s"),
    Makes.LESSON: gettext_lazy("Kept as a lesson: %(words)s"),
    Makes.TITLE: gettext_lazy("The entry’s title: %(words)s"),
}
# What an answer is kept as, in a word or two, beside the answer.
KEPT_AS: dict[str, Any] = {
    Makes.WEEK_PLAN: gettext_lazy("in the week"),
    Makes.DOMAIN_CHECK: gettext_lazy("kept to compare"),
    Makes.IF_THEN: gettext_lazy("a plan"),
    Makes.LESSON: gettext_lazy("a lesson"),
    Makes.CONTACT_LOG: gettext_lazy("heard from them"),
    Makes.STILL_HOLDS: gettext_lazy("still holds"),
    Makes.CARE_STATEMENT: gettext_lazy("new words"),
}


@dataclass(frozen=True)
class Making:
    """What one answer becomes, unless its tick is taken away."""

    place: str
    makes: Makes
    words: str
    line: Line


@dataclass(frozen=True)
class Commitment:
    """The one thing somebody promises themselves at the end."""

    what: str
    due_on: date


def makings_of(sat: Sat) -> list[Making]:
    """What would be made of what was answered, in the order of the pages."""
    found = []
    names = {place.key: place.it for place in sat.places if place.item}
    for line in sat.lines:
        step = sat.session.step(line.answer.step)
        if step and step.makes and _is_made(step, line.answer):
            shown = " · ".join(lines(line.words.replace("**", ""))).replace("- ", "")
            if line.place in names:
                shown = f"{names[line.place]}: {shown}"
            words = str(WORDING[step.makes]) % {"words": shown[:WORDS_SHOWN]}
            found.append(Making(line.place, step.makes, words, line))
    return found


def _is_made(step: Step, answer: Answer) -> bool:
    match step.makes:
        case Makes.PROMISE_TO_SELF | None:
            return False
        case Makes.STAR:
            return bool(answer.value.get("choice") != NO)
        case Makes.MOOD | Makes.ENERGY:
            return _mark(answer) is not None
        case _:
            return True


def _mark(answer: Answer) -> int | None:
    """A mark from −2 to 2, where that is what was answered."""
    number = answer.value.get("number")
    if number is None and str(answer.value.get("choice", "")).lstrip("-").isdigit():
        number = int(answer.value["choice"])
    return number if isinstance(number, int) and -2 <= number <= 2 else None


def commitment_of(sat: Sat) -> str:
    """What the sitting suggests to promise oneself, in one line; "" where nothing was said."""
    for line in sat.lines:
        step = sat.session.step(line.answer.step)
        if step and (step.commits or step.makes is Makes.PROMISE_TO_SELF):
            return " ".join(line.words.replace("**", "").split()).removeprefix("- ")[:WHAT_LENGTH]
    return ""


def has_commitment(sat: Sat) -> bool:
    """Whether the session asks for one at all."""
    return any(step.commits or step.makes is Makes.PROMISE_TO_SELF for step in sat.session.steps)


def title_of(sat: Sat) -> str:
    """What the entry is called: as was answered, or as the session is."""
    for making in makings_of(sat):
        if making.makes is Makes.TITLE:
            return " ".join(making.line.words.split())[:TITLE_LENGTH]
    return sat.sitting.name[:TITLE_LENGTH]


def composed(sat: Sat) -> str:
    """All that was answered as Markdown: questions as headings, answers below them."""
    return "\n\n".join(f"### {line.question}\n\n{line.words}" for line in sat.lines)


@transaction.atomic
def finish(
    *,
    owner: User,
    sat: Sat,
    taken: Collection[str],
    title: str,
    commitment: Commitment | None,
    now: datetime,
) -> Sitting:
    """End a sitting: make its entry, what was ticked, and the commitment. All of it or nothing.

    Where nothing was answered there is no entry. Raises Over where it ended already.
    """
    sitting = Sitting.objects.for_user(owner).select_for_update().get(pk=sat.sitting.pk)
    if not sitting.is_open:
        raise Over
    makings = [making for making in makings_of(sat) if making.place in taken]
    promise = _promise(owner, commitment, makings, sitting, now) if commitment else None
    entry = _entry(owner, sat, makings, title, now)
    if entry:
        _link(owner, entry, sat, makings)
        if promise:
            sorting.tie_to_promise(entry, promise)
    for makes, make in _ROWS.items():
        make(owner, sat, [making for making in makings if making.makes is makes], now)
    for making in makings:
        Answer.objects.for_user(owner).filter(pk=making.line.answer.pk).update(made=making.makes)
    sitting.state = Sitting.State.ENDED
    sitting.ended_at = sitting.last_at = max(now, sitting.last_at)
    sitting.entry, sitting.commitment = entry, promise
    sitting.save()
    return sitting


def _entry(owner: User, sat: Sat, makings: list[Making], title: str, now: datetime) -> Entry | None:
    body = composed(sat)
    if not body:
        return None
    marks = {it.makes: _mark(it.line.answer) for it in makings}
    saved = drafting.save(
        owner=owner,
        entry_id=new_id(),
        draft=Draft(
            title=title.strip() or sat.sitting.name[:TITLE_LENGTH],
            body=body,
            local_date=sat.sitting.local_date,
            occurred_at=sat.sitting.began_at,
            time_zone=sat.sitting.time_zone,
            mood=marks.get(Makes.MOOD),
            energy=marks.get(Makes.ENERGY),
        ),
        hand=Hand(writer=new_id(), sequence=None, expected_version=0),
        now=now,
    )
    entry = saved.entry
    if entry is not None:
        drafting.close(entry, now)
        is_starred = any(making.makes is Makes.STAR for making in makings)
        Entry.objects.for_user(owner).filter(pk=entry.pk).update(
            starred=is_starred, comes_back=sat.session.comes_back
        )
    return entry


def _link(owner: User, entry: Entry, sat: Sat, makings: list[Making]) -> None:
    """What the entry is about: what was picked, and what the sitting was begun about."""
    people = {sat.sitting.person_id} if sat.sitting.person_id else set()
    promises = {sat.sitting.promise_id} if sat.sitting.promise_id else set()
    cares: set[UUID] = set()
    tags: list[str] = []
    for making in makings:
        answer = making.line.answer
        known = {UUID(pk) for pk in answer.value.get("picked", []) if pk in sat.names}
        if making.makes is Makes.PERSON_LINK:
            people |= known or _asked_about(answer, sat)
        if making.makes is Makes.PROMISE_LINK:
            promises |= known or _asked_about(answer, sat)
        if making.makes is Makes.CARE_LINK:
            cares |= known or _asked_about(answer, sat)
        if making.makes is Makes.TAG:
            tags += [line.removeprefix("- ") for line in lines(making.line.words)]
    if people:
        sorting.pick_people(owner, entry, people)
    if promises:
        sorting.pick_promises(owner, entry, promises)
    if cares:
        sorting.pick_cares(owner, entry, cares)
    if tags:
        sorting.pick_tags(owner, entry, tags)


def _asked_about(answer: Answer, sat: Sat) -> set[UUID]:
    """Of a step that is asked once for each: the row it was asked about."""
    return {UUID(answer.item)} if answer.item in sat.names else set()


def _note_words(owner: User, sat: Sat, makings: list[Making], now: datetime) -> None:
    """Note from whom one heard: with their words, where those were asked."""
    for making in makings:
        answer = making.line.answer
        if answer.kind in PICKING:
            told = dict.fromkeys(answer.value.get("picked", []), "")
        else:
            told = {answer.item: answer.text[:5_000]} if answer.item else {}
        known = Person.objects.for_user(owner).filter(pk__in=_ids(told))
        for person in known:
            Contact.objects.get_or_create(
                owner=owner, person=person, day=sat.sitting.local_date, words=told[str(person.pk)]
            )


def _hold(owner: User, sat: Sat, makings: list[Making], now: datetime) -> None:
    """Note of cares that they hold as they stand; of one that goes on as others, nothing."""
    for making in makings:
        for care in _going_on(owner, making.line.answer.value.get("picked", [])):
            stating.still_holds(owner=owner, care=care.pk, now=now)


def _restate(owner: User, sat: Sat, makings: list[Making], now: datetime) -> None:
    """New words for cares; the line that was asked after them is why. For whom, where in life and
    how it stands are as before. Words that are there already only still hold."""
    for making in makings:
        answer = making.line.answer
        for care in _going_on(owner, [answer.item]):
            last = CareStatement.objects.for_user(owner).get(care=care, version=care.version)
            text = " ".join(answer.text.split())[:TEXT_LENGTH]
            if text == last.text:
                stating.still_holds(owner=owner, care=care.pk, now=now)
                continue
            kept = {it.name: getattr(last, it.name) for it in fields(Said)}
            stating.restate(
                owner=owner,
                care=care.pk,
                after=care.version,
                said=Said(**kept | {"text": text}),
                what_changed=_reason(sat, answer) or _said_in(sat.sitting),
                now=now,
            )


def _going_on(owner: User, picked: Collection[str]) -> list[Care]:
    """These cares, as far as they go on, held until the sitting has ended."""
    rows = Care.objects.for_user(owner).going_on().filter(pk__in=_ids(picked))
    return list(rows.order_by("pk").select_for_update())


def _reason(sat: Sat, answer: Answer) -> str:
    step = reason_for(sat.session, answer.step)
    found = sat.answers.get(place_of(step.key, answer.item)) if step else None
    return found.text.strip()[:1_000] if found else ""


def _said_in(sitting: Sitting) -> str:
    return _("Said in: %(name)s") % {"name": sitting.name}


# What becomes rows of other parts. A check of domains and a lesson are answers that say what they
# were made (`Answer.made`); a part that keeps them itself adds its line here.
_ROWS: dict[Makes, Callable[[User, Sat, list[Making], datetime], None]] = {
    Makes.CONTACT_LOG: _note_words,
    Makes.STILL_HOLDS: _hold,
    Makes.CARE_STATEMENT: _restate,
}


def _ids(told: Collection[str]) -> list[UUID]:
    found = []
    for text in told:
        try:
            found.append(UUID(text))
        except ValueError:
            continue
    return found


def _promise(
    owner: User, commitment: Commitment, makings: list[Making], sitting: Sitting, now: datetime
) -> Promise:
    due_at, precision = due_moment(commitment.due_on, None, sitting.time_zone)
    promise = recorded(
        owner=owner.pk,
        side=Side.OWN,
        person=None,
        wanted=Wanted(
            what=commitment.what,
            due_at=due_at,
            due_precision=precision,
            due_zone=sitting.time_zone,
        ),
        said_at=now,
        words=_("At the end of: %(name)s") % {"name": sitting.name},
        now=now,
    )
    plan = next((it for it in makings if it.makes is Makes.IF_THEN), None)
    if plan and plan.line.answer.kind == Kind.IF_THEN:
        Promise.objects.for_user(owner).filter(pk=promise.pk).update(if_then=plan.line.words)
    return promise
