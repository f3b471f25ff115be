"""The same journal again: nothing new; what changed there changes here, unless it did here too."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import given

from apps.journal import drafting, settling, sorting
from apps.journal.models import Attachment, Entry, EntryTag, Revision, Tag
from apps.transfer import archive
from apps.transfer.exporting import contents_of
from apps.transfer.importing import bring_in
from apps.transfer.models import Brought
from apps.transfer.schema import schema
from apps.transfer.sources.package import Package
from apps.transfer.sources.plain import Former, Media, shown
from apps.transfer.undoing import Undone, undo
from tests.day import examples
from tests.factories import NOW, make_draft, make_hand, make_highlight, make_user, picture
from tests.transfer.planting import (
    DAY,
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
LATER = datetime(2024, 3, 12, 8, tzinfo=UTC)


@pytest.fixture
def here(tmp_path) -> Path:
    """A package with two pictures."""
    return folder(tmp_path / "in", walk__png=picture(), sea__png=picture(colour="navy"))


@examples(8, at_night=200)
@given(ENTRIES)
def test_each_has_one_outcome_and_the_second_time_nothing_comes_in(alice, here, entries) -> None:
    with transaction.atomic():
        first = bring(alice, here, *entries)
        assert first.outcomes.count() == first.total == len(entries)
        came = archive_of(alice)
        again = bring(alice, here, *entries)
        expected = {"created": "unchanged"}
        assert results(again) == [expected.get(one, one) for one in results(first)]
        assert archive_of(alice) == came
        transaction.set_rollback(True)


def test_what_changed_there_changes_here_and_the_text_before_is_kept(alice, here) -> None:
    media = Media("walk.png", "walk.png")
    bring(alice, here, entry(title="T", tags=("a", "b"), media=(media,), mood=1, notebook="N"))
    changed = entry(
        title="U",
        body=f"Another day. {shown(0)}",
        modified_at=LATER,
        tags=("b", "c"),
        media=(media, Media("sea.png", "sea.png")),
        starred=True,
        rest={"x": 1},
    )
    row = bring(alice, here, changed)
    assert results(row) == ["updated"]
    made = only(row).entry
    walk = made.attachments.get(name="walk.png")
    assert made.body == f"Another day. ![walk.png]({walk.get_absolute_url()})"
    assert (made.title, made.starred, made.mood, made.notebook) == ("U", True, None, None)
    assert (made.version, made.saved_at) == (2, LATER)
    kept = Revision.objects.get(entry=made)
    assert (kept.version, kept.title, kept.body) == (1, "T", "A day.")
    tags = made.tag_links.values_list("tag__key", flat=True)
    assert (sorted(tags), made.attachments.count(), row.attachments) == (["b", "c"], 2, 1)
    assert Brought.objects.get().rest == {"x": 1}
    assert results(bring(alice, here, changed)) == ["unchanged"]


def test_a_later_change_of_time_alone_is_one(alice, here) -> None:
    bring(alice, here, entry(modified_at=NOW))
    row = bring(alice, here, entry(modified_at=LATER))
    assert results(row) == ["updated"]
    assert not Revision.objects.exists()


def test_earlier_texts_come_along_once(alice, here) -> None:
    bring(alice, here, entry(former=(Former("One"),)))
    bring(alice, here, entry(body="Three", former=(Former("One"), Former("A day."), Former("Two"))))
    texts = Revision.objects.order_by("version").values_list("version", "body")
    assert list(texts) == [(1, "One"), (2, "A day."), (3, "Two")]
    assert Entry.objects.get().version == 4


def test_a_text_that_was_marked_changes_too(alice, here) -> None:
    mark = make_highlight(only(bring(alice, here, entry())).entry, "day")
    row = bring(alice, here, entry(body="A longer day."))
    assert results(row) == ["updated"]
    assert mark.revision == Revision.objects.get()
    assert undo(row, NOW) == Undone(restored=1)
    assert Entry.objects.get().body == "A day."


def by_writing(owner, made: Entry) -> None:
    drafting.save(
        owner=owner,
        entry_id=made.pk,
        draft=make_draft(body="Mine.", local_date=DAY),
        hand=make_hand(expected_version=made.version),
        now=NOW,
    )


def by_tagging(owner, made: Entry) -> None:
    sorting.tag_entries(owner, [made.pk], ["mine"])


def by_a_star(_owner, made: Entry) -> None:
    Entry.objects.filter(pk=made.pk).update(starred=True)


def by_moving(owner, made: Entry) -> None:
    sorting.move_entries(owner, [made.pk], sorting.add_notebook(owner, "Mine"))


def by_describing(_owner, made: Entry) -> None:
    Attachment.objects.filter(entry=made).update(alt="The sea")


@pytest.mark.parametrize("change", [by_writing, by_tagging, by_a_star, by_moving, by_describing])
def test_what_its_owner_changed_is_left_alone_and_told(alice, here, change) -> None:
    media = (Media("walk.png", "walk.png"),)
    change(alice, only(bring(alice, here, entry(media=media))).entry)
    before = archive_of(alice)
    assert results(bring(alice, here, entry(media=media))) == ["unchanged"]
    row = bring(alice, here, entry(body="Theirs.", media=media))
    assert results(row) == ["skipped"]
    assert "You have changed it here" in reasons(row)[0][0]
    assert archive_of(alice) == before


def test_what_follows_from_the_text_is_no_change(alice, here) -> None:
    made = only(bring(alice, here, entry(body="A #tag."))).entry
    settling.settle(alice, made.pk)
    assert EntryTag.objects.filter(entry=made, is_typed=True).exists()
    assert results(bring(alice, here, entry(body="Another #tag."))) == ["updated"]


def test_what_was_thrown_away_stays_there(alice, here) -> None:
    made = only(bring(alice, here, entry())).entry
    drafting.throw_away(made, NOW)
    for body in ("A day.", "Another."):
        row = bring(alice, here, entry(body=body))
        assert (results(row), reasons(row)[0]) == (
            ["skipped"],
            ["You have put it into the trash here."],
        )


def test_a_tag_that_was_deleted_does_not_come_back_with_what_is_unchanged(alice, here) -> None:
    bring(alice, here, entry(tags=("t",)))
    sorting.delete_tag(Tag.objects.get())
    assert results(bring(alice, here, entry(tags=("t",)))) == ["unchanged"]
    assert not Tag.objects.exists()


def test_a_page_that_is_open_on_it_is_told(alice, here) -> None:
    made = only(bring(alice, here, entry())).entry
    bring(alice, here, entry(body="Theirs."))
    with pytest.raises(drafting.Conflict):
        by_writing(alice, made)


def test_it_is_known_again_in_another_account(alice, here, tmp_path) -> None:
    """By what an archive says of it."""
    media = (Media("walk.png", "walk.png"),)
    entries = [entry(str(n), tags=("t",), people=("p",), notebook="n", media=media) for n in (1, 2)]
    row = bring(alice, here, *entries)
    by_writing(alice, row.outcomes.get(position=2).entry)
    path = tmp_path / "archive.zip"
    path.write_bytes(b"".join(archive.packed(contents_of(alice), schema(), NOW)))
    new = make_user()
    with Package(path) as package:
        assert bring_in(new, package, NOW).failed == []
    assert results(bring(new, here, *entries)) == ["unchanged", "unchanged"]
    changed = [entry(str(n), body="Theirs.") for n in (1, 2)]
    assert results(bring(new, here, *changed)) == ["updated", "skipped"]
