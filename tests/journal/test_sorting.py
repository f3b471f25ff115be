"""Renaming, merging and deleting tags and notebooks, many entries at once, and taking it back."""

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.core.models import new_id
from apps.journal import sorting
from apps.journal.models import Entry, EntryTag, Notebook, Tag, TagAlias, Undoing, Unsettled
from apps.journal.settling import settle
from tests.factories import NOW, make_entry


def tagged(owner: User, body: str) -> Entry:
    entry = make_entry(owner, body=body)
    settle(owner, entry.pk)
    return entry


def tags(entry: Entry) -> set[str]:
    return set(EntryTag.objects.filter(entry=entry).values_list("tag__name", flat=True))


def tag(name: str) -> Tag:
    return Tag.objects.get(name=name)


def everything(owner: User) -> tuple[object, ...]:
    """All that sorting can change."""
    return (
        set(Tag.objects.for_user(owner).values_list("pk", "name", "key")),
        set(EntryTag.objects.for_user(owner).values_list("entry", "tag", "is_typed")),
        set(TagAlias.objects.for_user(owner).values_list("key", "tag")),
        set(Notebook.objects.for_user(owner).values_list("pk", "name", "key")),
        set(Entry.objects.for_user(owner).values_list("pk", "notebook", "trashed_at", "body")),
    )


@pytest.fixture
def entries(alice) -> list[Entry]:
    """Three entries: #one, #one and #two, #two; the last is picked as well for #three."""
    found = [tagged(alice, body) for body in ("#one", "#one #two", "#two")]
    sorting.pick_tags(alice, found[2], ["three"])
    return found


def test_a_renamed_tag_is_still_meant_by_its_old_name(alice, entries) -> None:
    before = everything(alice)
    undoing = sorting.rename_tag(tag("one"), "Eins")
    assert tags(entries[0]) == {"Eins"}
    settle(alice, entries[0].pk)
    assert tags(entries[0]) == {"Eins"}, "the text still says #one"
    assert tags(tagged(alice, "#eins and #ONE")) == {"Eins"}
    Entry.objects.order_by("created_at").last().delete()
    sorting.undo(undoing)
    assert everything(alice) == before


def test_a_name_may_change_its_case(alice, entries) -> None:
    sorting.rename_tag(tag("one"), "ONE")
    assert tags(entries[0]) == {"ONE"}
    assert not TagAlias.objects.exists()


def test_a_taken_name_is_refused_with_the_other(alice, entries) -> None:
    before = everything(alice)
    with pytest.raises(sorting.NameTaken) as taken:
        sorting.rename_tag(tag("one"), "Two")
    assert taken.value.other == tag("two")
    assert everything(alice) == before


def test_merging_moves_every_link_once(alice, entries) -> None:
    before = everything(alice)
    undoing = sorting.merge_tags(tag("one"), tag("two"))
    assert [tags(entry) for entry in entries] == [{"two"}, {"two"}, {"two", "three"}]
    for entry in entries:
        settle(alice, entry.pk)
    assert [tags(entry) for entry in entries] == [{"two"}, {"two"}, {"two", "three"}]
    sorting.undo(undoing)
    assert everything(alice) == before


def test_a_deleted_tag_is_not_brought_back_by_old_texts(alice, entries) -> None:
    before = everything(alice)
    undoing = sorting.delete_tag(tag("one"))
    settle(alice, entries[0].pk)
    assert tags(entries[0]) == set()
    sorting.undo(undoing)
    assert everything(alice) == before


def test_picking_a_deleted_tag_wants_it_again(alice, entries) -> None:
    sorting.delete_tag(tag("one"))
    sorting.pick_tags(alice, entries[2], ["one"])
    assert tags(entries[2]) == {"one", "two"}
    assert tags(tagged(alice, "#one")) == {"one"}


def test_renames_one_after_the_other_lead_to_the_last(alice, entries) -> None:
    sorting.rename_tag(tag("one"), "uno")
    sorting.rename_tag(tag("uno"), "eins")
    assert tags(tagged(alice, "#one #uno #eins")) == {"eins"}
    sorting.merge_tags(tag("eins"), tag("two"))
    assert tags(tagged(alice, "#one #uno #eins")) == {"two"}


def test_what_no_longer_fits_is_not_taken_back(alice, entries) -> None:
    undoing = sorting.rename_tag(tag("one"), "uno")
    sorting.rename_tag(tag("two"), "other")
    Tag.objects.create(owner=alice, name="one", key="one")
    before = everything(alice)
    with pytest.raises(sorting.TooLate):
        sorting.undo(undoing)
    assert everything(alice) == before


def test_a_notebook_that_goes_leaves_its_entries(alice, entries) -> None:
    notebook = sorting.add_notebook(alice, "  Night   shifts ")
    assert notebook.name == "Night shifts"
    moved = sorting.move_entries(alice, [entry.pk for entry in entries[:2]], notebook)
    before = everything(alice)
    undoing = sorting.delete_notebook(notebook)
    assert set(Entry.objects.values_list("notebook", flat=True)) == {None}
    sorting.undo(undoing)
    assert everything(alice) == before
    sorting.undo(moved)
    assert set(Entry.objects.values_list("notebook", flat=True)) == {None}


def test_two_notebooks_of_one_name_are_refused(alice) -> None:
    sorting.add_notebook(alice, "Nights")
    with pytest.raises(sorting.NameTaken):
        sorting.add_notebook(alice, "NIGHTS")


def test_several_entries_at_once(alice, entries) -> None:
    chosen = [entry.pk for entry in entries]
    before = everything(alice)
    undoings = [
        sorting.tag_entries(alice, chosen, ["two", "all of them"]),
        sorting.move_entries(alice, chosen, sorting.add_notebook(alice, "Apart")),
        sorting.throw_entries_away(alice, chosen, NOW),
    ]
    assert [tags(entry) for entry in entries[:2]] == [{"one", "two", "all of them"}] * 2
    assert not Entry.objects.kept().exists()
    for undoing in reversed(undoings):
        sorting.undo(undoing)
    Notebook.objects.all().delete()
    Tag.objects.filter(name="all of them").delete()
    assert everything(alice) == before


def test_entries_of_somebody_else_are_left_alone(alice, bob, entries) -> None:
    before = everything(alice)
    chosen: list[UUID] = [entry.pk for entry in entries]
    sorting.tag_entries(bob, chosen, ["his"])
    sorting.move_entries(bob, chosen, sorting.add_notebook(bob, "His"))
    sorting.throw_entries_away(bob, [*chosen, new_id()], NOW)
    assert everything(alice) == before


GESTURES: dict[str, Callable[[User, Entry], Undoing | None]] = {
    "rename": lambda _alice, _entry: sorting.rename_tag(tag("one"), "uno"),
    "merge": lambda _alice, _entry: sorting.merge_tags(tag("one"), tag("two")),
    "delete": lambda _alice, _entry: sorting.delete_tag(tag("one")),
    "pick": lambda alice, entry: sorting.pick_tags(alice, entry, ["three"]),
    "several": lambda alice, entry: sorting.tag_entries(alice, [entry.pk], ["three"]),
}


@pytest.mark.parametrize("gesture", GESTURES.values(), ids=GESTURES.keys())
def test_search_hears_of_it(alice, entries, gesture) -> None:
    """It knows an entry by the names of its tags, too."""
    Unsettled.objects.all().delete()
    undoing = gesture(alice, entries[0])
    assert Unsettled.objects.filter(entry=entries[0]).exists()
    if undoing is not None:
        Unsettled.objects.all().delete()
        sorting.undo(undoing)
        assert Unsettled.objects.filter(entry=entries[0]).exists()


def test_after_a_day_nothing_is_taken_back(alice, entries) -> None:
    sorting.delete_tag(tag("one"))
    assert sorting.forget_old(timezone.now()) == 0
    assert sorting.forget_old(timezone.now() + timedelta(days=2)) == 1
    assert not Undoing.objects.exists()
