"""Notes about people, promises and cares: what they are, in words, and links to what was written.

They stand beside the entries of a folder of Markdown. Words of somebody's are quoted, ours are
around them.
"""

import posixpath
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import yaml
from django.db.models import Model, QuerySet
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from apps.accounts.models import User
from apps.cares import reading as cares_reading
from apps.cares.models import Care, CareStatement
from apps.core.periods import zone
from apps.core.templatetags.core import plain_day
from apps.journal.models import EntryCare, EntryPerson, EntryPromise
from apps.people.models import Concern, Contact, Person, PersonDate
from apps.people.templatetags.people import day_of_theirs
from apps.promises.models import (
    Delivery,
    Promise,
    PromiseCare,
    PromiseLink,
    Terms,
    ValueAssessment,
)
from apps.promises.reading import Story, promise_to_read, story_of
from apps.promises.telling import Line, due_of_terms, ledger_of, other_end, state_in_words
from apps.transfer.choosing import Choice, masked
from apps.transfer.forms.naming import Names

# What a note is about, as its head says it: whoever reads the folder knows that it is no day.
PERSON, PROMISE, CARE = "person", "promise", "care"
FOLDERS = {PERSON: "people", PROMISE: "promises", CARE: "cares"}
LINKS: dict[str, type[EntryPerson] | type[EntryPromise] | type[EntryCare]] = {
    PERSON: EntryPerson,
    PROMISE: EntryPromise,
    CARE: EntryCare,
}
# Their own words about what it was worth; the rest of an assessment has a sentence each.
THEIRS = ("made_possible", "grounds", "for_the_sake_of", "standard")
OWN = ("meaning", "cost")


@dataclass(frozen=True)
class Notes:
    """The notes that are wanted. `named` holds the place of each, by the id of what it is about."""

    user: User
    choice: Choice
    now: datetime
    entries: dict[UUID, str]
    kinds: dict[UUID, str]
    named: dict[UUID, str]

    def written(self) -> Iterator[tuple[str, str]]:
        """Each with its place, one by one."""
        about = {PERSON: self._person, PROMISE: self._promise, CARE: self._care}
        for pk, place in self.named.items():
            kind = self.kinds[pk]
            name, fields, parts = about[kind](pk)
            said = head({"type": kind, "id": str(pk), **fields})
            parts = [f"# {plainly(name)}", *parts, self._entries(kind, pk)]
            note = f"---\n{said}---\n\n" + "\n\n".join(filter(None, parts)) + "\n"
            yield place, masked(note) if self.choice.is_masked else note

    def _link(self, pk: UUID | None, name: str, kind: str) -> str:
        """A link from a note of this kind to one of ours; the name alone where there is none."""
        place = self.named.get(pk) if pk else None
        if place is None:
            return plainly(name)
        return f"[{plainly(name)}]({posixpath.relpath(place, FOLDERS[kind])})"

    def _entries(self, kind: str, pk: UUID) -> str:
        """Links to the entries about it, oldest first."""
        links: Any = LINKS[kind]
        rows = (
            links.objects.filter(owner=self.user.pk, **{kind: pk})
            .order_by("entry__local_date", "entry__occurred_at", "entry")
            .values_list("entry", "entry__local_date", "entry__title")
        )
        return _section(
            _("Entries"),
            "\n".join(
                f"- [{plainly(f'{plain_day(day)} {title}'.strip())}](../{self.entries[entry]})"
                for entry, day, title in rows
                if entry in self.entries
            ),
        )

    def _person(self, pk: UUID) -> tuple[str, dict[str, Any], list[str]]:
        person = Person.objects.for_user(self.user).get(pk=pk)
        mine = {"owner": self.user.pk, "person": pk}
        fields = {"aliases": [person.also_called]} if person.also_called else {}
        dates = PersonDate.objects.filter(**mine).order_by("month", "day", "id")
        concerns = Concern.objects.filter(**mine).order_by("said_on", "id")
        heard = Contact.objects.filter(**mine).order_by("day", "id")
        promises = Promise.objects.filter(**mine).order_by("moved_at", "id")
        facts = [
            (_label(person, "kind"), person.get_kind_display()),
            *(
                (_label(person, name), str(getattr(person, name)))
                for name in ("how_known", "email", "time_zone")
            ),
            (_label(person, "language"), str(person.language_name)),
        ]
        facts += [(row.label, day_of_theirs(row)) for row in dates]
        parts = [
            _facts(facts),
            _section(_("Notes"), person.notes),
            _section(_("Works well when"), person.works_well_when),
            _section(_("Careful with"), person.careful_with),
            _section(
                _("What matters to them"),
                *(_said(row.said_on, row.words, _until(row)) for row in concerns),
            ),
            _section(
                _("When you heard from them"),
                *(_said(row.day, row.words, row.get_how_display()) for row in heard),
            ),
            _section(_("Promises"), self._list(promises, PERSON)),
        ]
        return person.name, fields, parts

    def _list(self, promises: Iterable[Promise], kind: str) -> str:
        return "\n".join(
            f"- {self._link(row.pk, row.what, kind)} ({plainly(state_in_words(row))})"
            for row in promises
        )

    def _promise(self, pk: UUID) -> tuple[str, dict[str, Any], list[str]]:
        story: Story = story_of(promise_to_read(self.user, pk), self.now)
        promise = story.promise
        cares = Care.objects.filter(
            pk__in=PromiseCare.objects.filter(owner=self.user.pk, promise=pk).values("care")
        )
        who = plainly(other_end(promise))
        if promise.person_id in self.named:
            who = f"[{who}](../{self.named[promise.person_id]})"
        about = [who, state_in_words(promise)]
        about += [self._link(row.pk, row.label, PROMISE) for row in cares]
        parts = [
            " · ".join(about),
            _facts(_terms(story.terms)),
            _section(
                _("What happened"), *(_line(line, promise) for line in ledger_of(story)[::-1])
            ),
            _section(_("What was handed over"), *_handed_over(story.delivery)),
            _section(_("In their words"), *(_assessed(row, promise) for row in story.theirs)),
            _section(_("How it was for you"), *(_assessed(row, promise) for row in story.own)),
            _section(_("Promises beside it"), *(self._tie(link) for link in story.links)),
        ]
        return promise.what, {"state": str(promise.state)}, parts

    def _tie(self, link: PromiseLink) -> str:
        return f"{link.get_kind_display()}: {self._link(link.target_id, link.target.what, PROMISE)}"

    def _care(self, pk: UUID) -> tuple[str, dict[str, Any], list[str]]:
        story = cares_reading.story_of(cares_reading.care_to_read(self.user, pk))
        care = story.care
        promises = Promise.objects.filter(
            pk__in=PromiseCare.objects.filter(owner=self.user.pk, care=pk).values("promise")
        ).order_by("moved_at", "id")
        parts = [
            _facts([(_("Since"), plain_day(care.begun_on))]),
            *(self._knot(knot) for knot in reversed(story.knots)),
            _section(_("Promises"), self._list(promises, CARE)),
        ]
        return care.label, {}, parts

    def _knot(self, knot: cares_reading.Knot) -> str:
        parts = [f"## {plain_day(knot.on)}"]
        if knot.statement:
            parts += [*self._statement(knot.statement), *_held(knot)]
        if knot.event:
            names = ", ".join(self._link(row.pk, row.label, CARE) for row in knot.others)
            said = f"{knot.event.get_kind_display()} {plainly(knot.event.was)} {names}"
            parts += [said.strip(), _quoted(knot.event.note)]
        return "\n\n".join(filter(None, parts))

    def _statement(self, row: CareStatement) -> Iterator[str]:
        yield str(row.get_standing_display())
        yield _quoted(row.text)
        whom = self._link(row.person_id, row.person.name, CARE) if row.person else ""
        yield _facts(
            [
                (_("Because"), row.because),
                (_("What has changed"), row.what_changed),
                (_("Part of life"), str(row.get_domain_display()) if row.domain else ""),
            ]
        )
        if whom or row.for_whom:
            yield f"{pgettext('for whom', 'For')} {whom or plainly(row.for_whom)}"


def chosen(user: User, choice: Choice, now: datetime, entries: dict[UUID, str]) -> Notes:
    """The notes beside these entries: all where all is wanted, of a story the one it is about."""
    people = Person.objects.for_user(user)
    promises = Promise.objects.for_user(user)
    cares = Care.objects.for_user(user).kept()
    if not choice.is_everything:
        people = people.filter(pk=choice.person) if choice.person else people.none()
        promises = promises.filter(pk=choice.promise) if choice.promise else promises.none()
        cares = cares.none()
    kinds: dict[UUID, str] = {}
    named: dict[UUID, str] = {}
    rows: list[tuple[str, QuerySet[Any, Any]]] = [
        (PERSON, people.order_by("name", "id").values_list("pk", "name")),
        (PROMISE, promises.order_by("what", "id").values_list("pk", "what")),
        (CARE, cares.order_by("label", "id").values_list("pk", "label")),
    ]
    for kind, found in rows:
        names = Names()
        for pk, name in found:
            said = masked(name) if choice.is_masked else name
            # A name that begins with a number could be a day; of some, no letter is left.
            is_name = _LATIN.search(said) and not said[:1].isdecimal()
            wanted = said if is_name else f"{kind}-{said}"
            kinds[pk] = kind
            named[pk] = f"{FOLDERS[kind]}/{names(wanted, '.md')}"
    return Notes(user, choice, now, entries, kinds, named)


def head(fields: dict[str, Any]) -> str:
    """The fields of a head in YAML, without the lines around them."""
    return str(yaml.safe_dump(fields, allow_unicode=True, sort_keys=False, width=10_000))


def wiki_link(place: str, name: str) -> str:
    """A link as a field of a head holds it, where only this kind is one; else the name alone."""
    path = place.removesuffix(".md")
    if not name:
        return f"[[{path}]]"
    return name if set(name) & set("[]|") else f"[[{path}|{name}]]"


def plainly(text: str) -> str:
    """Words of one line in Markdown, of which none is a mark."""
    return _MARKS.sub(r"\\\g<0>", " ".join(text.split()))


_MARKS = re.compile(r"[\\`*_{}\[\]<>#|~]")
_LATIN = re.compile(r"[A-Za-z]")


def _label(row: Model, name: str) -> str:
    """What a field is called, at the beginning of a line."""
    field: Any = row._meta.get_field(name)
    return str(capfirst(field.verbose_name))


def _section(heading: str, *parts: str) -> str:
    said = [part.strip("\n") for part in parts if part.strip()]
    return "\n\n".join((f"## {heading}", *said)) if said else ""


def _facts(facts: Iterable[tuple[str, str]]) -> str:
    return "\n".join(f"- {plainly(name)}: {plainly(value)}" for name, value in facts if value)


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.splitlines())


def _said(day: date, words: str, beside: str = "") -> str:
    """What was said on a day, or that something was."""
    head = f"**{plain_day(day)}**" + (f" {plainly(str(beside))}" if beside else "")
    return "\n\n".join(filter(None, (head, _quoted(words))))


def _until(row: Concern) -> str:
    if row.settled_on is None:
        return ""
    return _("(no longer so since %(day)s)") % {"day": plain_day(row.settled_on)}


def _terms(terms: Terms) -> list[tuple[str, str]]:
    conditions = [
        it["text"] if it["must"] else f"{it['text']} ({_('would be nice')})"
        for it in terms.conditions
    ]
    return [
        (_("By"), due_of_terms(terms)),
        *((_("Satisfied when"), text) for text in conditions),
        (_("So that they can"), terms.so_that),
        (_("For whom in the end"), terms.for_whom),
        (_("Both take for granted"), terms.assumptions),
        (_("Only if"), terms.condition),
    ]


def _line(line: Line, promise: Promise) -> str:
    """A line of the ledger, with the words that were said along with it."""
    day = plain_day(line.when.astimezone(zone(promise.due_zone)).date())
    how = f" ({plainly(line.how)})" if line.how else ""
    parts = [
        f"**{day}** {plainly(line.text)}{how}",
        "\n".join(f"- {plainly(detail)}" for detail in line.details),
        _quoted(line.words),
    ]
    if line.private:
        parts += [_("For yourself:"), _quoted(line.private)]
    return "\n\n".join(filter(None, parts))


def _handed_over(delivery: Delivery | None) -> Iterator[str]:
    if delivery is None:
        return
    yield _quoted(delivery.handed_over)
    yield delivery.link
    yield "\n".join(
        f"- [{'x' if it['met'] else ' '}] {plainly(it['text'])}"
        + (f" ({plainly(it['note'])})" if it.get("note") else "")
        for it in delivery.claims
    )


def _assessed(row: ValueAssessment, promise: Promise) -> str:
    """What somebody said it was worth, in their own words."""
    day = plain_day(row.said_at.astimezone(zone(promise.due_zone)).date())
    parts = [f"**{day}**" + (f" ({_('by your report')})" if row.via == "reported" else "")]
    for name in OWN if row.by_owner else THEIRS:
        if words := getattr(row, name):
            label = _label(row, name)
            parts.append(f"{label}:\n\n{_quoted(words)}")
    if row.took_care:
        said = _("It took care of what matters:")
        parts.append(f"{said} {row.get_took_care_display()}")
    if row.aliveness is not None:
        parts.append(_("Aliveness: %(level)s of 4") % {"level": row.aliveness})
    if row.would_again is not None:
        parts.append(
            _("You would promise it again.")
            if row.would_again
            else _("You would not promise it again.")
        )
    if not row.by_owner:
        parts.append(f"({row.get_sharing_display()})")
    return "\n\n".join(parts)


def _held(knot: cares_reading.Knot) -> Iterator[str]:
    if knot.holds:
        days = ", ".join(plain_day(event.happened_on) for event in knot.holds)
        yield f"{_('Still held on')} {days}"
