"""Lives that hypothesis makes: gestures by the real verbs, on whatever is there by then.

Each gesture has words, and a number that chooses among what it can be about. What a verb refuses
does not happen, as on a page.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import Any

from django.db import models, transaction
from django.http import Http404
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.cares import choosing, joining, letting_go, resting, stating
from apps.cares.models import Care, PairRun
from apps.core.text import clean
from apps.journal import drafting, marking, sorting, uploads
from apps.journal.models import Attachment, Entry, EntryTemplate, Notebook, SavedSearch, Tag
from apps.people import merging
from apps.people.models import Person
from apps.promises import caring
from apps.promises.models import Promise
from apps.prompts import authoring, preferring
from apps.prompts.models import Pack, Serving
from apps.sittings import own
from apps.sittings.answers import Given
from apps.sittings.beginning import let_go as let_sitting_go
from apps.sittings.models import OwnSession
from apps.sittings.sessions import shipped
from tests.factories import (
    NOW,
    TODAY,
    make_attachment,
    make_check,
    make_circle,
    make_concern,
    make_contact,
    make_date,
    make_domain,
    make_draft,
    make_ended_sitting,
    make_entry,
    make_hand,
    make_own_card,
    make_own_session,
    make_person,
    make_run,
    make_serving,
    make_sitting,
    make_sort,
    make_thread,
    photo,
)
from tests.promises.test_machine import MOST, WAYS, Loop

DAY = timedelta(days=1)
TEXTS = (
    "",
    "A line about the day.",
    "# Friday\n\nIt *rained*, so **we** stayed.\n\n- [ ] a list\n- [x] done\n",
    "| a | b |\n|---|---|\n| 1 | 2 |\n\n```py\nprint('~~')\n```\n\nA note.[^1]\n\n[^1]: Here.\n",
    "<b onclick=alert(1)>so</b> &amp; <script>no</script> [a](javascript:alert(1))",
    "#release with @Ana, at https://example.org/?a=1&b=2#c",
    "مساء الخير \u202e עברית 日本語。ไทย 👩‍👩‍👧 e\u0301 ẞ",
    "line\r\nline\rline\x00\u2028end\ufeff",
    "a" * 3_000,
)
WORDS = st.sampled_from(TEXTS) | st.text(max_size=60)
Gesture = tuple[str, int, str]


class Nothing(Exception):
    """There is nothing yet that this could be done with."""


@dataclass
class Living:
    """Somebody, and how far they have come."""

    user: User
    loop: Loop = field(init=False)
    numbers: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        # Its people and promises are theirs: the machine looks after what it may expect of each.
        self.loop = Loop()
        self.loop.owner = self.user
        self.loop.people = [make_person(self.user) for _ in range(3)]
        self.loop.seen = self.loop.snapshot()

    def some(self, model: type[models.Model], at: int, **wanted: Any) -> Any:
        """One of their rows. Raises Nothing where there is none."""
        rows = model._default_manager.filter(owner=self.user, **wanted).order_by("pk")  # type: ignore[misc]
        if not (number := rows.count()):
            raise Nothing
        return rows[at % number]

    def name(self, words: str) -> str:
        """A name that nothing else has."""
        return f"{sorting.one_line(words)[:20]} {next(self.numbers)}"


def entry(it: Living, at: int, words: str) -> None:
    """An entry of some day, in some zone, with marks."""
    make_entry(
        it.user,
        title=words[:20],
        body=words if words.strip() else "So.",
        local_date=TODAY - at % 3_000 * DAY,
        time_zone=("Europe/Vienna", "Pacific/Apia", "UTC", "Asia/Kathmandu")[at % 4],
        mood=(None, -2, 0, 2)[at % 4],
        energy=(None, 1)[at % 2],
        starred=at % 5 == 0,
        comes_back=at % 7 != 0,
    )


def rewritten(it: Living, at: int, words: str) -> None:
    """Another text of an entry, months after: the earlier one is kept."""
    row = it.some(Entry, at)
    drafting.save(
        owner=it.user,
        entry_id=row.pk,
        draft=make_draft(title=words[:20], body=f"{words} since", local_date=row.local_date),
        hand=make_hand(expected_version=row.version),
        now=NOW + (1 + at % 90) * DAY,
    )


def trashed(it: Living, at: int, words: str) -> None:
    """An entry in the trash."""
    drafting.throw_away(it.some(Entry, at), NOW)


def answered(it: Living, at: int, words: str) -> None:
    """An entry that answers another, or the question of a day."""
    if at % 2:
        Entry.objects.filter(pk=it.some(Entry, at).pk).update(answers=it.some(Entry, at // 2))
    else:
        make_entry(it.user, body=f"{words} Yes.", question=it.some(Serving, at).pk)


def tagged(it: Living, at: int, words: str) -> None:
    """Picked tags, one of which many have."""
    sorting.pick_tags(it.user, it.some(Entry, at), [words[:20], "release", f"tag {at % 5}"])


def tag_renamed(it: Living, at: int, words: str) -> None:
    """Its old name goes on leading to it."""
    sorting.rename_tag(it.some(Tag, at), it.name(words))


def tag_merged(it: Living, at: int, words: str) -> None:
    """One tag for two; the other name leads to it."""
    one, other = it.some(Tag, at), it.some(Tag, at + 1)
    if one != other:
        sorting.merge_tags(one, other)


def tag_deleted(it: Living, at: int, words: str) -> None:
    """A name that leads nowhere any more."""
    sorting.delete_tag(it.some(Tag, at))


def notebook(it: Living, at: int, words: str) -> None:
    """A notebook with an entry in it."""
    made = sorting.add_notebook(it.user, it.name(words))
    sorting.move_entries(it.user, [it.some(Entry, at).pk], made)


def notebook_deleted(it: Living, at: int, words: str) -> None:
    """Its entries are in the journal again."""
    sorting.delete_notebook(it.some(Notebook, at))


def kept_for_later(it: Living, at: int, words: str) -> None:
    """What one begins from, and what one looks for again."""
    EntryTemplate.objects.create(owner=it.user, name=it.name(words), body=words)
    SavedSearch.objects.create(owner=it.user, name=it.name(words), query=it.name("tag:release"))


def marked(it: Living, at: int, words: str) -> None:
    """Words of an entry, with a note."""
    row = it.some(Entry, at, body__contains="line")
    marking.mark(it.user, row.pk, "line", hint=0, note=words)


def attached(it: Living, at: int, words: str) -> None:
    """A photo, or any bytes."""
    row = it.some(Entry, at)
    name = f"{it.name(words)[:30]}{('.jpg', '.txt', '', '.bin')[at % 4]}"
    content = photo(taken="2024:05:12 10:00:00") if at % 4 == 0 else words.encode() + b"\x01"
    made = make_attachment(row, content, name=name)
    Attachment.objects.filter(pk=made.pk).update(alt=words[:100])


def attachment_removed(it: Living, at: int, words: str) -> None:
    """A file that can be put back for a day."""
    uploads.remove(it.some(Attachment, at), NOW)


def somebody(it: Living, at: int, words: str) -> None:
    """Somebody new, with all that can be noted of them."""
    person = make_person(it.user, name=it.name(words), notes=words, email="a@example.org")
    make_circle(it.user, person, name=it.name(words), rhythm_weeks=1 + at % 20)
    make_concern(person, words=words or "Time")
    make_contact(person, day=TODAY - at % 400 * DAY, words=words)
    make_date(person, month=1 + at % 12, day=1 + at % 28)


def people_merged(it: Living, at: int, words: str) -> None:
    """Two that were one."""
    kept, gone = it.some(Person, at), it.some(Person, at + 1)
    if kept != gone and gone not in it.loop.people:
        merging.merge(owner=it.user, kept=kept.pk, gone=gone.pk, now=NOW)


def about(it: Living, at: int, words: str) -> None:
    """What an entry, and a promise, are about."""
    row = it.some(Entry, at)
    sorting.pick_people(it.user, row, [it.some(Person, at).pk])
    sorting.pick_promises(it.user, row, [it.some(Promise, at).pk])
    sorting.pick_cares(it.user, row, [it.some(Care, at).pk])
    caring.pick_cares(it.user, it.some(Promise, at), [it.some(Care, at).pk])


def promise(it: Living, at: int, words: str) -> None:
    """A promise that has come some way."""
    if len(it.loop.models) == MOST:
        raise Nothing
    how, *steps = WAYS[[*WAYS][at % len(WAYS)]]
    before = set(it.loop.models)
    it.loop.begin(how, ("given", "asked", "own")[at // 16 % 3], (0, 3, 4, 2)[at // 48 % 4])
    for pk in set(it.loop.models) - before:
        for step in steps:
            if isinstance(step, int):
                it.loop.pass_time(it.loop.now + step * DAY)
            elif pk in it.loop.models:
                it.loop.say(it.loop.models[pk], *step, "account", 4)


def said(it: Living, at: int, words: str) -> None:
    """A move that fits, by the owner or by a link."""
    if not it.loop.models:
        raise Nothing
    it.loop.say_what_fits(at % MOST, at // 4 % 28, ("account", "link")[at % 2], 1 + at // 112 % 6)


def time_passed(it: Living, at: int, words: str) -> None:
    """Some days, and what the clock says then."""
    it.loop.pass_time(it.loop.now + (1 + at % 40) * DAY)


def promises_tied(it: Living, at: int, words: str) -> None:
    """One that is part of another, or waits for it."""
    if not it.loop.models:
        raise Nothing
    kind = ("part_of", "depends_on", "enables", "delegated_from")[at // 16 % 4]
    it.loop.link(at % MOST, at // 4 % MOST, kind, bool(at % 2))


def care(it: Living, at: int, words: str) -> None:
    """What they have cared about for a year."""
    text = stating.Said(words[:300] or "That it rains", because=words[:300])
    stating.state(owner=it.user, said=text, now=NOW - 400 * DAY)


def care_restated(it: Living, at: int, words: str) -> None:
    """New words for a care, later; or that it holds, rests, goes on as two, or is let go of."""
    row = it.some(Care, at)
    common = {"owner": it.user, "care": row.pk, "now": NOW - (at % 300) * DAY}
    part = joining.Part(words[:200] or "One half")
    match at // 8 % 5:
        case 0:
            text = stating.Said(words[:300] or "That it pours", person=it.loop.people[0])
            stating.restate(after=row.version, said=text, what_changed=words[:50] or "It", **common)
        case 1:
            stating.still_holds(note=words, **common)
        case 2:
            resting.rest(note=words, **common)
        case 3:
            joining.split(parts=[part, joining.Part("The other half")], **common)
        case _:
            letting_go.let_go(**common)


def values(it: Living, at: int, words: str) -> None:
    """Cards sorted, choices between them, parts of a life and a check."""
    card = make_own_card(it.user, name=it.name(words), gloss=words[:100] or "So.")
    sort = make_sort(it.user, str(card.pk), "honesty", "growth", finished=bool(at % 2))
    if at % 2:
        make_run(sort, 1 + at % 3, finished=bool(at % 3))
    make_domain(it.user, name=it.name(words))
    make_check(it.user, (at % 11, None), day=TODAY - at % 900 * DAY, note=words)


def chosen(it: Living, at: int, words: str) -> None:
    """One more choice in a run that goes on."""
    run = it.some(PairRun, at, finished_at=None)
    question = choosing.lay_out(run, it.user).question
    if question is None:
        raise Nothing
    pair = question.a.pk, question.b.pk
    choosing.choose(owner=it.user, run_id=run.pk, pair=pair, chosen=pair[at % 2], now=NOW)


def sat_down(it: Living, at: int, words: str) -> None:
    """A sitting that ended, is under way, or was let go."""
    given = {"harder": Given(words or "At the plan")}
    if at % 3 == 0:
        make_ended_sitting(it.user, said=given, person=it.loop.people[at % 3])
    else:
        row = make_sitting(it.user, said=given)
        if at % 3 == 1:
            let_sitting_go(row, NOW)


def own_session(it: Living, at: int, words: str) -> None:
    """A session of their own, or a shipped one made theirs."""
    if at % 2:
        own.copy(it.user, [*shipped().values()][at % len(shipped())])
    else:
        make_own_session(it.user, name=it.name(words))
        row = it.some(OwnSession, at)
        choices = [{"value": f"a{n}", "label": {"en": words or "Yes"}} for n in (1, 2)]
        step = own.Said("choices", "Which?", more={"choices": choices})
        own.add_step(owner=it.user, session=row.pk, said=step)


def own_session_deleted(it: Living, at: int, words: str) -> None:
    """Sittings stay without it."""
    it.some(OwnSession, at).delete()


def asked(it: Living, at: int, words: str) -> None:
    """Questions of their own, said otherwise since; one on the page of a day; what they think."""
    name, text = it.name(words), words[:200].strip() or "What was good?"
    pack = authoring.make_pack(owner=it.user, name=name, about=words[:200], language="en")
    row = authoring.add_prompt(pack, authoring.Said(text=text, language="en"))
    said = authoring.Said(text=f"{text} Again?"[:400], language="en")
    make_serving(it.user, row, local_date=TODAY - at % 900 * DAY)
    authoring.change_prompt(it.user, row.pk, said)
    preferring.like(it.user, row, liked=bool(at % 2))
    preferring.set_pack(it.user, pack, at % 3 or None)
    preferring.keep_light(it.user, light_only=bool(at % 2))


def pack_deleted(it: Living, at: int, words: str) -> None:
    """What was answered stays with its answers."""
    authoring.let_pack_go(it.some(Pack, at), NOW, TODAY)


def thread(it: Living, at: int, words: str) -> None:
    """Words they keep returning to, or hid."""
    make_thread(it.user, words=it.name(words), columns=[at % 9, 0, 3], is_hidden=bool(at % 2))


GESTURES: dict[str, Callable[[Living, int, str], None]] = {
    act.__name__: act
    for act in (
        *(entry, rewritten, trashed, answered, tagged, tag_renamed, tag_merged, tag_deleted),
        *(notebook, notebook_deleted, kept_for_later, marked, attached, attachment_removed),
        *(somebody, people_merged, about, promise, said, time_passed, promises_tied),
        *(care, care_restated, values, chosen, sat_down, own_session, own_session_deleted),
        *(asked, pack_deleted, thread),
    )
}
# What most days are made of comes more often.
OFTEN = ("entry", "rewritten", "promise", "said", "said", "tagged", "attached", "about")
# How a verb says no.
REFUSALS = (
    *(Nothing, Http404, marking.NotThere, sorting.NameTaken, merging.CannotMerge),
    *(stating.Refused, uploads.Refused, own.Refused),
)


@dataclass(frozen=True)
class Plan:
    """A life before it is lived: who they are, how many plain entries, and what they do."""

    person: dict[str, Any]
    entries: int
    gestures: list[Gesture]


@st.composite
def plans(draw: Any, entries: tuple[int, ...], most: int) -> Plan:
    """Lives with so many entries and at most so many gestures."""
    gesture = st.tuples(st.sampled_from([*GESTURES, *OFTEN]), st.integers(0, 2**12), WORDS)
    chosen = {
        "name": draw(st.sampled_from(["", "Ana"])),
        "time_zone": draw(st.sampled_from(["Europe/Vienna", "Pacific/Apia"])),
        "day_starts_at": draw(st.integers(0, 12)),
        "first_weekday": draw(st.sampled_from([0, 5, 6])),
        "language": draw(st.sampled_from(["", "de"])),
        "writes_in": draw(st.sampled_from(["", "german", "simple"])),
        "theme": draw(st.sampled_from(["auto", "dark"])),
        "text_size": draw(st.sampled_from(["normal", "larger"])),
        "shortcuts": draw(st.booleans()),
    }
    gestures = draw(st.lists(gesture, max_size=most))
    return Plan(chosen, draw(st.sampled_from(entries)), gestures)


def lived(user: User, plan: Plan) -> int:
    """Live it; how many gestures came to something."""
    User.objects.filter(pk=user.pk).update(**plan.person)
    user.refresh_from_db()
    it, done = Living(user), 0
    for number in range(plan.entries):
        entry(it, number, TEXTS[number % len(TEXTS)] + f" {number}")
    for name, at, words in plan.gestures:
        try:
            with transaction.atomic():
                GESTURES[name](it, at, clean(words))
        except REFUSALS:
            continue
        done += 1
    return done
