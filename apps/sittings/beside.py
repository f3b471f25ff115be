"""The record beside a step: what was agreed, written and heard, as it stands. Reading only.

A part of the product that comes later adds its panel to `_PANELS`; a step that names one which is
not there yet, or is empty, is shown without it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from apps.accounts.models import User
from apps.cares.models import Care, CareStatement
from apps.cares.reading import lineages_of
from apps.core.periods import week_start, zone
from apps.core.templatetags.core import day_of_year, plain_day
from apps.core.text import shown
from apps.journal.caring import touches_in_all
from apps.journal.models import Entry
from apps.people.hearing import last_heard
from apps.people.models import CircleMember, Contact, Person
from apps.people.rhythm import Known, is_due, rhythm_of, weeks_between
from apps.promises.models import Promise, Terms
from apps.promises.planning import monday_of, week_on
from apps.promises.reading import promise_to_read, story_of
from apps.promises.states import State
from apps.promises.telling import (
    due_in_words,
    due_of_terms,
    ledger_of,
    other_end,
    state_in_words,
)
from apps.sittings.answers import words_of
from apps.sittings.models import Answer, Sitting
from apps.sittings.picking import names_of, picked_in
from apps.sittings.reading import Sat
from apps.sittings.route import Place
from apps.sittings.sessions import Beside, Kind, Makes, Session, steps_before

MOST = 12
WORDS = 24
QUARTER = timedelta(days=92)
LATELY = timedelta(days=35)
SOON = timedelta(days=14)


@dataclass(frozen=True)
class Row:
    """A line of a panel: words, perhaps where they lead, and a quiet note."""

    words: str
    url: str = ""
    note: str = ""
    is_voice: bool = False


@dataclass(frozen=True)
class Panel:
    """A part of the record under a heading."""

    key: str
    title: Any
    rows: list[Row]


@dataclass(frozen=True)
class Asked:
    """Who looks, at which page of which sitting, and when."""

    user: User
    sat: Sat
    place: Place
    now: datetime

    @property
    def day(self) -> date:
        """The day the sitting is of: the record is shown as of that day."""
        return self.sat.sitting.local_date


def panels_of(user: User, sat: Sat, place: Place, now: datetime) -> list[Panel]:
    """What is shown beside this page; nothing for what is empty."""
    asked = Asked(user, sat, place, now)
    found = []
    for beside in place.step.beside:
        if beside in _PANELS:
            title, rows = _PANELS[beside]
            found.append(Panel(beside, title, list(rows(asked))))
    return [panel for panel in found if panel.rows]


# Promises


def _row(promise: Promise, now: datetime) -> Row:
    said = [other_end(promise), due_in_words(promise, now) or state_in_words(promise)]
    return Row(promise.what, promise.get_absolute_url(), " · ".join(filter(None, said)))


def _due(asked: Asked) -> Iterable[Row]:
    owed = Promise.objects.for_user(asked.user).shown().owed_by_owner().with_person()
    rows = owed.filter(due_at__lte=asked.now + SOON).order_by("due_at", "id")
    return [_row(promise, asked.now) for promise in rows[:MOST]]


def _week(asked: Asked) -> Iterable[Row]:
    monday = monday_of(asked.now, asked.user.time_zone or "UTC")
    week = week_on(asked.user, monday, asked.now)
    return [
        Row(
            row.what,
            reverse("promises:promise_detail", args=[row.pk]),
            _OUTCOMES.get(str(outcome), ""),
        )
        for row, outcome in week.rows[:MOST]
    ]


_OUTCOMES: dict[str, Any] = {
    "yes": gettext_lazy("done as it was said"),
    "no": gettext_lazy("went otherwise"),
    "open": gettext_lazy("still open"),
}


def _closed(asked: Asked) -> Iterable[Row]:
    rows = Promise.objects.for_user(asked.user).shown().with_person()
    rows = rows.filter(ended_at__gte=asked.now - LATELY).order_by("-ended_at", "-id")
    return [_row(promise, asked.now) for promise in rows[:MOST]]


def _about(asked: Asked) -> UUID | None:
    """The promise a page is about: the one it is asked for, else the last one picked before it,
    else the one the sitting was begun about."""
    session, answers = asked.sat.session, asked.sat.answers
    one = session.step(asked.place.step.for_each) if asked.place.step.for_each else None
    if one and one.kind is Kind.PROMISES and asked.place.item in asked.sat.names:
        return UUID(asked.place.item)
    for step in reversed(steps_before(session, asked.place.step)):
        found = answers.get(step.key) if step.kind is Kind.PROMISE else None
        picked = (
            [pk for pk in found.value.get("picked", []) if pk in asked.sat.names] if found else []
        )
        if picked:
            return UUID(picked[0])
    return asked.sat.sitting.promise_id


def _terms(asked: Asked) -> Iterable[Row]:
    about = _about(asked)
    rows = Promise.objects.for_user(asked.user).with_person()
    promise = rows.filter(pk=about).first() if about else None
    if promise is None:
        return []
    number = promise.agreed_version or promise.version
    found = Terms.objects.for_user(asked.user).filter(promise=promise, number=number).first()
    if found is None:
        return []
    by = due_of_terms(found)
    return [
        Row(promise.what, promise.get_absolute_url(), other_end(promise)),
        *([Row(by, note=_("by when"))] if by else []),
        *(Row(it["text"], note=_("satisfied when")) for it in found.conditions),
        *([Row(found.so_that, note=_("so that they can"))] if found.so_that else []),
    ]


def _events(asked: Asked) -> Iterable[Row]:
    about = _about(asked)
    if about is None:
        return []
    promise = promise_to_read(asked.user, about)
    lines = ledger_of(story_of(promise, asked.now))[:MOST]
    here = zone(promise.due_zone)
    return [
        Row(line.text, note=plain_day(line.when.astimezone(here).date()))
        for line in reversed(lines)
    ]


def _figures(asked: Asked) -> Iterable[Row]:
    """Of what the owner promised and what ended in a quarter: how many were kept."""
    mine = Promise.objects.for_user(asked.user).filter(side__in=["given", "own"], is_retro=False)
    ended = mine.filter(ended_at__gte=asked.now - QUARTER, agreed_at__isnull=False)
    states = dict(ended.order_by().values_list("state").annotate(count=Count("pk")))
    everything = sum(states.values())
    if not everything:
        return []
    kept = _("%(kept)s of %(all)s that ended were kept") % {
        "kept": states.get(State.KEPT, 0),
        "all": everything,
    }
    return [Row(kept, reverse("promises:figure_list"), _("in the last three months"))]


# The journal


def _entries(first: date, asked: Asked, most: int = MOST) -> Iterable[Row]:
    rows = Entry.objects.for_user(asked.user).kept().within(first, asked.day)
    return [
        Row(
            entry.title or Truncator(shown(entry.opening)).words(WORDS),
            entry.get_absolute_url(),
            day_of_year(entry.local_date),
            is_voice=True,
        )
        for entry in rows.as_rows().newest_first()[:most]
    ]


def _entries_week(asked: Asked) -> Iterable[Row]:
    return _entries(asked.day - timedelta(days=6), asked)


def _entries_month(asked: Asked) -> Iterable[Row]:
    return _entries(asked.day - timedelta(days=30), asked)


def _entries_quarter(asked: Asked) -> Iterable[Row]:
    return _entries(asked.day - QUARTER, asked, 3 * MOST)


# People


def _heard(asked: Asked) -> Iterable[Row]:
    since = asked.day - timedelta(days=6)
    rows = Contact.objects.for_user(asked.user).filter(day__range=(since, asked.day))
    rows = rows.select_related("person").order_by("-day", "-id")
    return [
        Row(row.person.name, row.person.get_absolute_url(), day_of_year(row.day))
        for row in rows[:MOST]
    ]


# So many with a rhythm are looked at.
CANDIDATES = 200


def _quiet(asked: Asked) -> Iterable[Row]:
    """Those from whom a word is due by the rhythm one wished for, the longest silent first."""
    people = Person.objects.for_user(asked.user)
    members = CircleMember.objects.for_user(asked.user).filter(circle__rhythm_weeks__isnull=False)
    circles: dict[Any, list[int]] = {}
    for person, weeks in members.values_list("person", "circle__rhythm_weeks")[:CANDIDATES]:
        circles.setdefault(person, []).append(weeks)
    wished = people.filter(Q(rhythm_weeks__isnull=False) | Q(pk__in=list(circles)))
    rows = list(wished.order_by("id")[:CANDIDATES])
    heard = last_heard(asked.user, [row.pk for row in rows])
    known = [
        Known(
            row.pk,
            row.name,
            rhythm_of(row.rhythm_weeks, circles.get(row.pk, [])),
            heard.get(row.pk),
            row.created_at.astimezone(zone(asked.user.time_zone)).date(),
            row.snoozed_until,
        )
        for row in rows
        if not row.is_pictured
    ]
    due = sorted(
        (it for it in known if is_due(it, asked.day)), key=lambda it: it.heard_on or date.min
    )
    return [
        Row(
            it.name,
            Person(id=it.person_id).get_absolute_url(),
            _weeks(weeks_between(it.heard_on, asked.day)) if it.heard_on else _("not heard from"),
        )
        for it in due[:MOST]
    ]


def _weeks(weeks: int) -> str:
    return ngettext("%(weeks)s week ago", "%(weeks)s weeks ago", weeks) % {"weeks": weeks}


# Cares


def _cares(asked: Asked) -> Iterable[Row]:
    """What is looked after, in the words of today; where a page is about one, that one."""
    rows = CareStatement.objects.for_user(asked.user).filter(version=F("care__version"))
    rows = rows.filter(care__let_go_at=None, care__ended_on=None)
    if asked.place.item in asked.sat.names:
        rows = rows.filter(care=asked.place.item)
    return [
        Row(row.text, row.care.get_absolute_url(), row.care.label, is_voice=True)
        for row in rows.select_related("care").order_by("care__label", "care")[:MOST]
    ]


def _touched(asked: Asked) -> Iterable[Row]:
    """Those that something touched in these seven days, as the page of cares counts it."""
    rows = Care.objects.for_user(asked.user).going_on().order_by("label", "id")[:CANDIDATES]
    cares = {care.pk: care for care in rows}
    first = asked.day - timedelta(days=6)
    lineages = lineages_of(asked.user.pk, cares)
    found = {touch.care: touch for touch in touches_in_all(asked.user, lineages, first, asked.day)}
    return [
        Row(care.label, care.get_absolute_url(), day_of_year(found[pk].last_on))
        for pk, care in cares.items()
        if pk in found
    ][:MOST]


# Earlier sittings


def _last(asked: Asked) -> Iterable[Row]:
    """What was answered the last time this session ended: beside its first page and where it is
    only read, all of it; beside another, the same question and the one it hangs on.

    It is read after something was written: what one would say now comes first.
    """
    step = asked.place.step
    is_read = step.kind is Kind.READ
    if is_read and not asked.sat.lines:
        return []
    if is_read or not asked.sat.before(asked.place):
        steps = [it.key for it in asked.sat.session.steps]
    else:
        steps = [step.key, *([step.when.step] if step.when else [])]
    before = Sitting.objects.for_user(asked.user).filter(state="ended")
    before = before.filter(session_key=asked.sat.sitting.session_key)
    answers = Answer.objects.for_user(asked.user).filter(sitting__in=before, step__in=steps)
    newest = answers.order_by("-sitting__ended_at", "-sitting_id").values("sitting")[:1]
    answers = answers.filter(sitting=newest).select_related("sitting").order_by("created_at", "id")
    found = list(answers[:MOST])
    names = names_of(asked.user, picked_in(found))
    rows = []
    for answer in found:
        known = asked.sat.session.step(answer.step)
        known = known if known and known.kind == answer.kind else None
        words = words_of(answer.kind, answer.text, answer.value, names, known)
        if words:
            url = answer.sitting.get_absolute_url()
            rows.append(Row(_plain(words), url, answer.question, is_voice=True))
    return rows


def _plain(markdown: str) -> str:
    words = (line.removeprefix("- ") for line in markdown.replace("**", "").splitlines())
    return " · ".join(line for line in words if line.strip())


def _plan(asked: Asked) -> Iterable[Row]:
    """What was chosen for this week, and how each stands."""
    begins = week_start(asked.day, asked.user.first_weekday)
    answers = Answer.objects.for_user(asked.user).filter(
        made=Makes.WEEK_PLAN, sitting__local_date__range=(begins, asked.day)
    )
    chosen: list[str] = []
    for value in answers.order_by("-sitting__ended_at").values_list("value", flat=True)[:1]:
        chosen = value.get("picked", [])
    rows = Promise.objects.for_user(asked.user).shown().with_person().filter(pk__in=chosen)
    return [_row(promise, asked.now) for promise in rows.order_by("due_at", "id")[:MOST]]


def _domains(asked: Asked) -> Iterable[Row]:
    """Of each part of life how much it matters and how much it was lived: now, and last time."""
    now = _checked(asked.sat.answers.values(), asked.sat.session)
    names = {place.item: place.it for place in asked.sat.places if place.item}
    made = Answer.objects.for_user(asked.user).filter(made=Makes.DOMAIN_CHECK)
    last = made.filter(sitting__state="ended").order_by("-sitting__ended_at").values("sitting")[:1]
    before = _checked(made.filter(sitting=last)[: 4 * MOST], asked.sat.session)
    rows = []
    for item, numbers in now.items():
        then = before.get(item)
        note = _("last time %(numbers)s") % {"numbers": _two(then)} if then else ""
        rows.append(Row(f"{names.get(item, item)}: {_two(numbers)}", note=note))
    return rows[:MOST]


def _checked(answers: Iterable[Answer], session: Session) -> dict[str, dict[str, int]]:
    """By what was checked: the two numbers, by the key of their step."""
    found: dict[str, dict[str, int]] = {}
    for answer in answers:
        step = session.step(answer.step)
        if step and step.makes is Makes.DOMAIN_CHECK and "number" in answer.value:
            found.setdefault(answer.item, {})[answer.step] = answer.value["number"]
    return found


def _two(numbers: dict[str, int]) -> str:
    said = {"matters": _("matters %(number)s"), "lived": _("lived %(number)s")}
    return " · ".join(
        words % {"number": numbers[key]} for key, words in said.items() if key in numbers
    )


def panel_names() -> list[tuple[str, Any]]:
    """What can be shown beside a step, with its name."""
    return [(str(key), title) for key, (title, _reader) in _PANELS.items()]


Reader = Callable[[Asked], Iterable[Row]]
_PANELS: dict[Beside, tuple[Any, Reader]] = {
    Beside.PROMISES_DUE: (gettext_lazy("Due in two weeks"), _due),
    Beside.PROMISES_WEEK: (gettext_lazy("Promised for this week"), _week),
    Beside.PROMISES_CLOSED: (gettext_lazy("Ended lately"), _closed),
    Beside.PROMISE_TERMS: (gettext_lazy("What was agreed"), _terms),
    Beside.PROMISE_EVENTS: (gettext_lazy("What happened"), _events),
    Beside.FIGURES: (gettext_lazy("In numbers"), _figures),
    Beside.ENTRIES_WEEK: (gettext_lazy("Written in these seven days"), _entries_week),
    Beside.ENTRIES_MONTH: (gettext_lazy("Written this month"), _entries_month),
    Beside.ENTRIES_QUARTER: (gettext_lazy("Written in three months"), _entries_quarter),
    Beside.PEOPLE_HEARD: (gettext_lazy("Heard from this week"), _heard),
    Beside.PEOPLE_QUIET: (gettext_lazy("Gone quiet"), _quiet),
    Beside.CARES: (gettext_lazy("What you look after"), _cares),
    Beside.CARES_TOUCHED: (gettext_lazy("Touched this week"), _touched),
    Beside.LAST_ANSWERS: (gettext_lazy("What you said last time"), _last),
    Beside.WEEK_PLAN: (gettext_lazy("What you chose for this week"), _plan),
    Beside.DOMAIN_CHECK: (gettext_lazy("Side by side"), _domains),
}
