"""T-02: pages that save at once, late, twice and in any order never lose an acknowledged text.

A machine of several pages over one entry: they type, send, and what they sent arrives whenever it
likes, more than once or never; answers get lost; earlier texts are brought back, the entry is
thrown away and taken back, hours pass. What has been acknowledged must be in the entry or among
its revisions, unless the page that was told so has itself replaced it within its sitting.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    initialize,
    invariant,
    multiple,
    precondition,
    rule,
    run_state_machine_as_test,
)

from apps.accounts.models import User
from apps.core.models import new_id
from apps.journal import drafting
from apps.journal.drafting import LARGE_CUT, LARGE_TEXT, Conflict, Draft, Hand, Outcome, Saved
from apps.journal.models import Entry, Revision
from apps.journal.models.entry import SITTING_REST
from tests.factories import NOW, make_draft, make_user

Text = tuple[str, str]

bodies = st.one_of(
    st.sampled_from(["", " ", "a", "b", "a b", "a\nb", "word " * 80, "other " * 90, "word " * 30]),
    st.text(alphabet="ab\n", max_size=4),
)
texts = st.tuples(st.sampled_from(["", "", "T"]), bodies)


@dataclass
class Page:
    """A page with a writer, as its script keeps count."""

    writer: UUID
    base: int
    text: Text
    is_plain: bool = False  # it has no script, and loads a fresh page after each save
    number: int = 0
    numbered: Text | None = None
    is_refused: bool = False


@dataclass(frozen=True)
class Request:
    """A save under way."""

    page: Page = field(compare=False, hash=False)
    writer: UUID
    number: int | None
    base: int
    text: Text

    @property
    def draft(self) -> Draft:
        return make_draft(title=self.text[0], body=self.text[1])

    @property
    def hand(self) -> Hand:
        return Hand(self.writer, self.number, self.base)


class Saving(RuleBasedStateMachine):
    pages = Bundle("pages")
    wire = Bundle("wire")

    @initialize(target=pages)
    def begin(self) -> object:
        self.owner = make_user()
        self.entry_id = new_id()
        self.now: datetime = NOW
        self.text: Text | None = None  # what the entry says, or None where there is none
        self.version = 0
        self.opened = 2
        self.saved_at = NOW
        self.told: set[UUID] = set()  # the writers that know the entry says this
        self.highest: dict[UUID, int] = {}  # the greatest number acknowledged, by writer
        self.promised: set[Text] = set()  # what must be among the revisions
        self.seen: dict[int, Text] = {}  # revisions that were there once
        return multiple(*(Page(new_id(), 0, ("", "")) for _ in range(2)))

    @rule(target=pages, is_plain=st.sampled_from([False, False, True]))
    @precondition(lambda self: self.opened < 4)
    def open(self, is_plain: bool) -> Page:
        self.opened += 1
        return Page(new_id(), self.version, self.text or ("", ""), is_plain)

    @rule(page=pages, text=texts | st.sampled_from(["!", " on", "\nand on"]))
    def type(self, page: Page, text: Text | str) -> None:
        page.text = (page.text[0], page.text[1] + text) if isinstance(text, str) else text

    @rule(target=wire, page=pages)
    def send(self, page: Page) -> Request:
        if page.is_plain:
            return Request(page, page.writer, None, page.base, page.text)
        if page.text != page.numbered:
            page.number += 1
            page.numbered = page.text
        return Request(page, page.writer, page.number, page.base, page.text)

    @rule(request=wire, is_heard=st.booleans())
    def arrive(self, request: Request, is_heard: bool) -> None:
        """It stays on the wire, and may arrive again."""
        self.save(request, is_heard=is_heard)

    @rule(page=pages, text=texts, seconds=st.sampled_from([1, 1, 30, 600, 3600]))
    def go_on(self, page: Page, text: Text, seconds: int) -> None:
        """The usual thing: a pause, some words, a save."""
        self.now += timedelta(seconds=seconds)
        page.text = text
        self.save(self.send(page), is_heard=True)

    @rule(page=pages, first=bodies, second=bodies)
    def think_again(self, page: Page, first: str, second: str) -> None:
        """Two saves in one breath: what the first said may go, unless it was long."""
        self.go_on(page, ("", first), 1)
        self.go_on(page, ("", second), 1)

    @rule(target=wire, page=pages, text=texts)
    def hesitate(self, page: Page, text: Text) -> Request:
        """A save gets stuck on its way; meanwhile the words are taken back, and that is saved."""
        page.text = text
        stuck = self.send(page)
        self.agree(page)
        return stuck

    @rule(page=pages)
    def agree(self, page: Page) -> None:
        """A page comes to say what the entry says already."""
        page.text = self.text or ("", "")
        self.save(self.send(page), is_heard=True)

    @rule(page=pages, keeps_mine=st.booleans())
    @precondition(lambda self: self.text is not None)
    def choose(self, page: Page, keeps_mine: bool) -> None:
        """The page with both texts: a new writer, whose text grew from what the entry says now."""
        if not page.is_refused:
            return
        chosen = Request(page, new_id(), None, self.version, page.text)
        page.writer, page.number, page.numbered = new_id(), 0, None
        if keeps_mine:
            self.save(chosen, is_heard=True)
        else:
            self.set_aside(chosen)
        entry = self.entry()
        page.base, page.text = entry.version, (entry.title, entry.body)
        page.is_refused = False

    @rule(index=st.integers(0, 5))
    def restore(self, index: int) -> None:
        revisions = list(self.revisions())
        if not revisions:
            return
        revision = revisions[index % len(revisions)]
        self.replace((revision.title, revision.body), by=None)
        drafting.restore(revision=revision, writer=new_id(), now=self.now)
        self.look()

    @rule(verb=st.sampled_from(["throw away", "take back", "close"]))
    @precondition(lambda self: self.text is not None)
    def do(self, verb: str) -> None:
        """None of these touches the text."""
        if verb == "throw away":
            drafting.throw_away(self.entry(), self.now)
        elif verb == "take back":
            drafting.take_back(self.entry())
        else:
            drafting.close(self.entry(), self.now)

    @invariant()
    def nothing_acknowledged_is_missing(self) -> None:
        if not hasattr(self, "owner"):
            return
        kept = {revision.version: (revision.title, revision.body) for revision in self.revisions()}
        assert self.seen.items() <= kept.items(), "a revision is written once"
        self.seen = kept
        assert self.promised <= set(kept.values()) | {self.text}
        row = Entry.objects.filter(owner=self.owner).first()
        assert (row is None) == (self.text is None)
        if row is not None:
            assert (row.title, row.body) == self.text
            assert row.version == self.version
            assert Entry.objects.filter(owner=self.owner).count() == 1

    # What may happen at the server, and what must come of it

    def save(self, request: Request, *, is_heard: bool) -> None:
        before = self.snapshot()
        saved = self.save_or_conflict(request)
        if isinstance(saved, Conflict):
            assert self.snapshot() == before, "a conflict changes nothing"
            assert (saved.entry.title, saved.entry.body) == self.text
            request.page.is_refused |= is_heard and request.writer == request.page.writer
            return
        self.acknowledged(request, saved.outcome, before)
        page = request.page
        if not is_heard or saved.entry is None:
            return
        if page.is_plain:
            page.writer, page.base = new_id(), saved.entry.version
            page.text = (saved.entry.title, saved.entry.body)
        elif request.number == page.number:
            page.base = saved.entry.version

    def save_or_conflict(self, request: Request) -> Saved | Conflict:
        try:
            return drafting.save(
                owner=self.owner,
                entry_id=self.entry_id,
                draft=request.draft,
                hand=request.hand,
                now=self.now,
            )
        except Conflict as conflict:
            return conflict

    def acknowledged(self, request: Request, outcome: Outcome, before: tuple[object, ...]) -> None:
        number, writer = request.number, request.writer
        if outcome is Outcome.NOTHING:
            assert self.text is None
            assert not "".join(request.text).strip()
            return
        if outcome is Outcome.SUPERSEDED:
            assert self.snapshot() == before
            assert number is not None
            assert number <= self.highest[writer], "only what came too late"
            return
        if number is not None:
            assert number > self.highest.get(writer, 0) or request.text == self.text, (
                "an older text was put over a newer one"
            )
            self.highest[writer] = max(number, self.highest.get(writer, 0))
        if outcome is Outcome.UNCHANGED:
            assert request.text == self.text
            if number is None:
                assert self.snapshot() == before
            else:
                self.told.add(writer)
                self.look()
            return
        self.replace(request.text, by=writer if number is not None else None)
        self.look()

    def set_aside(self, request: Request) -> None:
        was = self.text
        entry = drafting.set_aside(
            owner=self.owner,
            entry_id=self.entry_id,
            draft=request.draft,
            hand=request.hand,
            now=self.now,
        )
        assert (entry.title, entry.body) == was, "the entry stays as it is"
        if request.text != was:
            self.promise(request.text)
            self.promise(was)
        self.look()

    def replace(self, text: Text, *, by: UUID | None) -> None:
        """The entry is about to say `text`, or says it already; what was is promised or let go."""
        was = self.text
        if was is not None and was != text:
            is_own = by is not None and self.told == {by}
            has_rested = self.now - self.saved_at >= SITTING_REST
            is_cut = len(was[1]) >= LARGE_TEXT and len(text[1]) <= len(was[1]) * LARGE_CUT
            if not is_own or has_rested or is_cut:
                self.promise(was)
        self.told = {by} if by is not None else set()
        self.text = text

    def promise(self, text: Text | None) -> None:
        if text is not None and "".join(text).strip():
            self.promised.add(text)

    def look(self) -> None:
        """Versions only grow, by one for each save (two where a text was set aside)."""
        entry = self.entry()
        assert self.version <= entry.version <= self.version + 2
        self.version, self.saved_at = entry.version, entry.saved_at

    def entry(self) -> Entry:
        return Entry.objects.get(owner=self.owner)

    def revisions(self) -> list[Revision]:
        return list(Revision.objects.filter(owner=self.owner).order_by("version"))

    def snapshot(self) -> tuple[object, ...]:
        return (
            list(Entry.objects.filter(owner=self.owner).values()),
            list(Revision.objects.filter(owner=self.owner).order_by("version").values()),
        )


@pytest.mark.django_db(transaction=True)
def test_no_acknowledged_text_is_ever_missing() -> None:
    steps = 50 if settings.default.max_examples > 100 else 30
    run_state_machine_as_test(Saving, settings=settings(stateful_step_count=steps))


def no_version_check(monkeypatch: pytest.MonkeyPatch) -> None:
    right = drafting._save

    def wrong(owner: User, entry_id: UUID, draft: Draft, hand: Hand, *rest: Any) -> Saved:
        try:
            return right(owner, entry_id, draft, hand, *rest)
        except Conflict as conflict:
            blind = replace(hand, expected_version=conflict.entry.version)
            return right(owner, entry_id, draft, blind, *rest)

    monkeypatch.setattr(drafting, "_save", wrong)


def no_note_of_the_same_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafting, "_take_note", lambda *_: None)


def no_revision(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(drafting, "_is_worth_keeping", lambda *_: False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("fault", "begin"),
    [(no_version_check, 1), (no_note_of_the_same_words, 14), (no_revision, 3)],
)
def test_it_catches_a_server_that_loses(
    fault: Callable[[pytest.MonkeyPatch], None], begin: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`begin` is where chance comes upon the fault soon; from elsewhere it takes a minute."""
    fault(monkeypatch)
    quick = settings(stateful_step_count=30, max_examples=200, phases=[Phase.generate])
    with pytest.raises(AssertionError):
        run_state_machine_as_test(seed(begin)(type("Losing", (Saving,), {})), settings=quick)
