"""A promise in sentences: where it stands, when it is due, and what its ledger says."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from apps.core.periods import zone
from apps.core.templatetags.core import clock, day_of_year, plain_day
from apps.promises.clock import NOTICES
from apps.promises.models import Event, Promise, Terms
from apps.promises.models.amendment import Reason
from apps.promises.models.event import Via
from apps.promises.models.promise import Side
from apps.promises.reading import Story
from apps.promises.states import Move, Role, State
from apps.promises.wording import LEDGER, RELEASED, SIDES, STATES

NEAR = timedelta(days=300)


def name_of(promise: Promise) -> str:
    """Whoever is at the other end; "somebody" once they asked to be forgotten."""
    if promise.is_to_self:
        return _("yourself")
    return promise.person.name if promise.person else _("somebody")


def other_end(promise: Promise) -> str:
    """To whom, or from whom: "to Ana"."""
    return str(SIDES[Side(promise.side)]) % {"name": name_of(promise)}


def state_in_words(promise: Promise) -> str:
    """Where it stands, in a word or two."""
    if promise.amendment_by:
        return _("a change is on the table")
    return str(STATES[State(promise.state)])


def day_in_words(day: date, today: date) -> str:
    """A day as one says it: today, tomorrow, "Friday, November 20"; with its year when far off."""
    if day == today:
        return _("today")
    if day == today + timedelta(days=1):
        return _("tomorrow")
    if day == today - timedelta(days=1):
        return _("yesterday")
    return day_of_year(day) if abs(day - today) < NEAR else plain_day(day)


def due_in_words(promise: Promise, now: datetime) -> str:
    """By when, as things stand; "" where it does not matter any more, or was not said.

    On the clock of the zone it was agreed in.
    """
    if promise.state in {State.REQUESTED, State.OFFERED} and promise.answer_by is not None:
        inside = (promise.answer_by - timedelta(microseconds=1)).astimezone(zone(promise.due_zone))
        today = now.astimezone(zone(promise.due_zone)).date()
        return _("answer by %(day)s") % {"day": day_in_words(inside.date(), today)}
    day = promise.due_on
    if day is None or promise.state not in {
        State.DRAFT,
        State.CONDITIONAL,
        State.ACTIVE,
        State.OVERDUE,
    }:
        return ""
    today = now.astimezone(zone(promise.due_zone)).date()
    said = day_in_words(day, today)
    wall = promise.due_wall
    if wall is not None:
        said = _("%(day)s, %(time)s") % {"day": said, "time": clock(wall)}
    if promise.is_due(now) and promise.state != State.DRAFT:
        return _("its day was %(day)s") % {"day": said}
    return _("due %(day)s") % {"day": said}


def is_soon(promise: Promise, now: datetime) -> bool:
    """Whether it wants attention: due within a day, or its day has passed."""
    owed = promise.state in {State.ACTIVE, State.OVERDUE}
    return owed and promise.due_at is not None and promise.due_at - now < timedelta(days=1)


def silence_in_words(promise: Promise, now: datetime) -> str:
    """What is said of a promise whose day passed a month ago without a word; "" for any other.

    The two words its owner gets before silence breaks it (`clock.NOTICES`).
    """
    if promise.state != State.OVERDUE or promise.due_at is None:
        return ""
    quiet = now - max(promise.moved_at, promise.due_at)
    if quiet < NOTICES[1]:
        return ""
    if quiet < NOTICES[2]:
        return _("A month without a word. Any honest word is possible now.")
    return _("Nearly two months without a word. In some days it counts as not kept.")


@dataclass(frozen=True)
class Step:
    """One of the four steps of the loop: past, now, or to come."""

    name: str
    text: str
    stands: str


def loop_of(story: Story, now: datetime) -> list[Step]:
    """Asked, promised, done, satisfied: where it stands, with who and when."""
    promise = story.promise
    name = name_of(promise)
    given, own = promise.side == Side.GIVEN, promise.is_to_self
    first = min(story.events, key=lambda event: event.seq, default=None)
    asked = first is not None and first.move == Move.ASK
    began = _short(first.said_at, promise) if first else ""
    if asked:
        by = name if given else _("you")
    else:
        by = _("you") if given or own else name
    state = State(promise.state)
    last = _last_step(promise)
    their_word = own or not given
    texts = [
        _("%(day)s, by %(name)s") % {"day": began, "name": by},
        _short(promise.agreed_at, promise) if promise.agreed_at else _("when both say yes"),
        _short(promise.delivered_at, promise) if last >= 2 else due_in_words(promise, now),
        _short(promise.ended_at, promise)
        if state is State.KEPT
        else (_("your own word") if their_word else _("the word of %(name)s") % {"name": name}),
    ]
    first_name = _("Asked") if asked else (_("Thought of") if own else _("Offered"))
    names = [first_name, _("Promised"), _("Done"), _("Satisfied")]
    next_one = None if promise.ended_at and state is not State.UNHEARD else last + 1
    return [
        Step(name, text, "past" if index <= last else "now" if index == next_one else "")
        for index, (name, text) in enumerate(zip(names, texts, strict=True))
    ]


def _last_step(promise: Promise) -> int:
    """Which of the four steps was reached last; -1 for a thought."""
    reached = {State.DRAFT: -1, State.DELIVERED: 2, State.UNHEARD: 2, State.KEPT: 3}
    return reached.get(State(promise.state), 1 if promise.agreed_at else 0)


@dataclass(frozen=True)
class Line:
    """One event as the ledger shows it."""

    event: Event
    text: str
    when: datetime
    how: str
    details: list[str] = field(default_factory=list)
    words: str = ""
    private: str = ""


def ledger_of(story: Story) -> list[Line]:
    """What happened, the newest first."""
    return [_line(event, story) for event in story.events]


def _line(event: Event, story: Story) -> Line:
    promise = story.promise
    role = Role(event.role)
    name = event.actor_person.name if event.actor_person else name_of(promise)
    if role is Role.CLOCK:
        who = "clock"
    else:
        who = "you" if role in promise.owner_roles else "they"
    text = str(LEDGER.get((Move(event.move), who), event.move)) % {"name": name}
    return Line(
        event=event,
        text=text,
        when=event.said_at,
        how=_how(event),
        details=_details(event, story),
        words=event.note,
        private=event.private_note,
    )


def _how(event: Event) -> str:
    if event.erased_at:
        return _("their words were erased")
    if event.via == Via.REPORTED:
        return _("by your report")
    if event.via == Via.LINK:
        return _("by their link")
    return ""


def _details(event: Event, story: Story) -> list[str]:
    said = event.payload
    found: list[str] = []
    if event.move == Move.PROPOSE:
        found += changes_between(
            _before(event, story), story.versions.get(event.terms_version or 0)
        )
        if "lead" in said:
            found.append(_lead(float(said["lead"])))
    if event.move == Move.COUNTER:
        found += changes_between(
            story.versions.get((event.terms_version or 0) - 1),
            story.versions.get(event.terms_version or 0),
        )
    if said.get("reason"):
        found.append(_("Reason: %(reason)s") % {"reason": Reason(said["reason"]).label})
    if said.get("because") in RELEASED:
        found.append(str(RELEASED[said["because"]]))
    if said.get("cost"):
        found.append(_("What it costs: %(cost)s") % {"cost": said["cost"]})
    if said.get("where"):
        found.append(_("Said: %(where)s") % {"where": said["where"]})
    if said.get("consent"):
        found.append(_("They agreed: “%(words)s”") % {"words": said["consent"]["words"]})
    if event.move == Move.REVOKE and said.get("notice") is not None:
        found.append(_lead(float(said["notice"])))
    return found


def _before(event: Event, story: Story) -> Terms | None:
    """The terms that bound when a change was proposed."""
    agreed = [
        terms
        for terms in story.versions.values()
        if terms.agreed_at is not None
        and terms.number != event.terms_version
        and terms.agreed_at <= event.recorded_at
    ]
    return max(agreed, key=lambda terms: terms.number, default=None)


def _lead(seconds: float) -> str:
    days = int(abs(seconds) // 86_400)
    if seconds < 0:
        return _("after its day")
    if days == 0:
        return _("on the day it was due")
    return ngettext("%(count)s day before it was due", "%(count)s days before it was due", days) % {
        "count": days
    }


def changes_between(before: Terms | None, after: Terms | None) -> list[str]:
    """What is different between two versions, a line each."""
    if before is None or after is None:
        return []
    lines: list[str] = []
    if before.what != after.what:
        lines.append(_("%(old)s → %(new)s") % {"old": before.what, "new": after.what})
    if before.due_at != after.due_at and after.due_on is not None:
        lines.append(
            _("%(old)s → %(new)s")
            % {
                "old": due_of_terms(before) or _("no day"),
                "new": due_of_terms(after),
            }
        )
    old = [it["text"] for it in before.conditions]
    new = [it["text"] for it in after.conditions]
    lines += [_("New: %(text)s") % {"text": text} for text in new if text not in old]
    lines += [_("No longer: %(text)s") % {"text": text} for text in old if text not in new]
    if before.condition != after.condition:
        lines.append(
            _("Only if: %(text)s") % {"text": after.condition}
            if after.condition
            else _("Without a condition")
        )
    return lines


def due_of_terms(terms: Terms) -> str:
    """The due moment of these terms, in words; "" where none was said."""
    if terms.due_on is None:
        return ""
    if terms.due_wall is None:
        return plain_day(terms.due_on)
    return _("%(day)s, %(time)s") % {"day": plain_day(terms.due_on), "time": clock(terms.due_wall)}


def _short(instant: datetime | None, promise: Promise) -> str:
    if instant is None:
        return ""
    return plain_day(instant.astimezone(zone(promise.due_zone)).date())
