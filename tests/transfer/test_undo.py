"""Undoing an import: what it brought goes, what it changed is as it was, what is used stays."""

from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from django.db import transaction
from hypothesis import given
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.accounts.models import User
from apps.journal import drafting, settling, sorting
from apps.journal.models import Entry, EntryPromise, Notebook, Tag
from apps.people.models import Person
from apps.transfer import bringing
from apps.transfer.models import Brought
from apps.transfer.sources.plain import Media
from apps.transfer.undoing import Undone, undo
from tests.day import examples
from tests.factories import (
    NOW,
    make_attachment,
    make_concern,
    make_draft,
    make_entry,
    make_hand,
    make_highlight,
    make_person,
    make_promise,
    picture,
)
from tests.transfer.planting import (
    ENTRIES,
    archive_of,
    bring,
    entry,
    folder,
    only,
    reasons,
    results,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def here(tmp_path) -> Path:
    """A package with a picture."""
    return folder(tmp_path / "in", walk__png=picture())


FULL = {
    "tags": ("t",),
    "people": ("p",),
    "notebook": "n",
    "media": (Media("walk.png", "walk.png"),),
}


@pytest.fixture
def life(alice) -> User:
    """Alice, with a journal that something comes into."""
    mine = make_entry(alice, body="Mine")
    sorting.tag_entries(alice, [mine.pk], ["mine"])
    sorting.move_entries(alice, [mine.pk], sorting.add_notebook(alice, "Mine"))
    make_person(alice, name="Ana")
    make_attachment(mine)
    return alice


@examples(8, at_night=200)
@given(ENTRIES)
def test_the_account_is_as_it_was(life, here, entries) -> None:
    before = archive_of(life)
    with transaction.atomic():
        row = bring(life, here, *entries)
        assert undo(row, NOW) == Undone(removed=row.created)
        assert archive_of(life) == before
        assert row.state == "undone"
        transaction.set_rollback(True)


def test_what_its_texts_named_goes_too(alice, here) -> None:
    before = archive_of(alice)
    row = bring(alice, here, entry(body="A #tag.", **FULL))
    settling.settle(alice, only(row).entry.pk)
    assert Tag.objects.count() == 2
    undo(row, NOW)
    assert archive_of(alice) == before


def test_files_go_with_their_entries(alice, here) -> None:
    row = bring(alice, here, entry(**FULL))
    [file] = only(row).entry.attachments.all()
    assert default_storage.exists(file.key)
    undo(row, NOW)
    jobs = ProcrastinateJob.objects.filter(task_name="journal.forget_files")
    assert [job.args["keys"] for job in jobs] == [[file.key]]


def test_what_was_changed_there_is_as_it_was(alice, here) -> None:
    first = bring(alice, here, entry(mood=1, rest={"x": 1}, **FULL))
    made = only(first).entry
    was = Entry.objects.filter(pk=made.pk).values(
        *("title", "body", "body_html", "word_count", "local_date", "occurred_at", "time_zone"),
        *("time_known", "mood", "energy", "starred", "notebook"),
    )
    before, brought = was.get(), Brought.objects.values("fingerprint", "rest").get()
    media = (*FULL["media"], Media("", "new.txt", content=b"New."))
    changed = entry(
        title="T", body="Another.", starred=True, tags=("u",), notebook="m", media=media
    )
    second = bring(alice, here, changed)
    assert was.get() != before
    assert undo(second, NOW) == Undone(restored=1)
    assert was.get() == before
    assert Brought.objects.values("fingerprint", "rest").get() == brought
    assert list(made.tag_links.values_list("tag__name", flat=True)) == ["t"]
    assert list(made.person_links.values_list("person__name", flat=True)) == ["p"]
    assert list(made.attachments.kept().values_list("name", flat=True)) == ["walk.png"]
    assert list(Tag.objects.values_list("name", flat=True)) == ["t"]
    assert list(Notebook.objects.values_list("name", flat=True)) == ["n"]
    # What came in and went is among the earlier texts all the same.
    assert list(made.revisions.order_by("version").values_list("body", flat=True)) == [
        "A day.",
        "Another.",
    ]
    assert results(bring(alice, here, entry(mood=1, rest={"x": 1}, **FULL))) == ["unchanged"]
    assert undo(first, NOW) == Undone(removed=1)


def test_one_before_another_leaves_what_the_other_changed(alice, here) -> None:
    first = bring(alice, here, entry("a"), entry("b"))
    bring(alice, here, entry("a"), entry("b", body="Other."))
    assert undo(first, NOW) == Undone(removed=1, kept=1)
    assert Entry.objects.get().body == "Other."


def by_writing(owner, made: Entry) -> None:
    drafting.save(
        owner=owner,
        entry_id=made.pk,
        draft=make_draft(body="Mine."),
        hand=make_hand(expected_version=made.version),
        now=NOW,
    )


def by_tagging(owner, made: Entry) -> None:
    sorting.tag_entries(owner, [made.pk], ["mine"])


def by_a_star(_owner, made: Entry) -> None:
    Entry.objects.filter(pk=made.pk).update(starred=True)


def by_attaching(_owner, made: Entry) -> None:
    make_attachment(made)


def by_marking(_owner, made: Entry) -> None:
    make_highlight(made, "day")


def by_promising(owner, made: Entry) -> None:
    EntryPromise.objects.create(owner=owner, entry=made, promise=make_promise(owner))


def by_answering(owner, made: Entry) -> None:
    make_entry(owner, answers=made.pk)


@pytest.mark.parametrize(
    "use",
    [by_writing, by_tagging, by_a_star, by_attaching, by_marking, by_promising, by_answering],
)
def test_what_is_used_since_stays_and_is_told(alice, here, use) -> None:
    row = bring(alice, here, entry("a", **FULL), entry("b"))
    used = row.outcomes.get(position=1).entry
    use(alice, used)
    assert undo(row, NOW) == Undone(removed=1, kept=1)
    assert Entry.objects.filter(pk=used.pk).exists()
    assert used.tag_links.filter(tag__name="t").exists()
    assert used.attachments.filter(name="walk.png").exists()
    assert reasons(row) == [["You have used it here since, so it stayed."], []]


def test_what_is_in_the_trash_goes(alice, here) -> None:
    row = bring(alice, here, entry())
    drafting.throw_away(only(row).entry, NOW)
    assert undo(row, NOW) == Undone(removed=1)


def test_names_that_are_used_elsewhere_stay(alice, here) -> None:
    row = bring(alice, here, entry(**FULL), entry("b", tags=("u",), people=("q",), notebook="m"))
    mine = make_entry(alice)
    sorting.tag_entries(alice, [mine.pk], ["t"])
    sorting.move_entries(alice, [mine.pk], Notebook.objects.get(name="n"))
    make_concern(Person.objects.get(name="p"))
    undo(row, NOW)
    for model, name in ((Tag, "t"), (Notebook, "n"), (Person, "p")):
        assert list(model.objects.values_list("name", flat=True)) == [name]


def test_names_that_were_there_before_stay(alice, here) -> None:
    make_person(alice, name="p")
    sorting.add_notebook(alice, "n")
    sorting.tags_named(alice, ["t"], typed=False)
    before = archive_of(alice)
    undo(bring(alice, here, entry(**FULL)), NOW)
    assert archive_of(alice) == before


def test_it_is_undone_once_and_comes_in_again(alice, here) -> None:
    row = bring(alice, here, entry())
    undo(row, NOW)
    assert (row.state, row.undone_at) == ("undone", NOW)
    with pytest.raises(bringing.NotNow):
        undo(row, NOW)
    assert results(bring(alice, here, entry())) == ["created"]


def test_nothing_is_undone_that_did_not_come_in(alice) -> None:
    row = bringing.begin(alice, source="planted", name="x", now=NOW)
    with pytest.raises(bringing.NotNow):
        undo(row, NOW)


def test_nothing_of_somebody_else_is_touched(alice, bob, here) -> None:
    bring(bob, here, entry(**FULL))
    before = archive_of(bob)
    undo(bring(alice, here, entry(**FULL)), NOW)
    assert archive_of(bob) == before
