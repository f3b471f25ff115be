"""Marking words of an entry: kept with their text, following it, noted, let go and brought back."""

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F

from apps.accounts.models import User
from apps.core.text import shown
from apps.journal import drafting, marking, sorting
from apps.journal.highlighting import Standing
from apps.journal.models import Entry, EntryWords, Highlight, Revision, Undoing, Unsettled
from apps.journal.settling import settle
from tests.factories import NOW, make_draft, make_entry, make_hand, make_highlight

BODY = "We walked along the *river*, and nobody said much. The water was high."


@pytest.fixture
def entry(alice: User) -> Entry:
    entry = make_entry(alice, body=BODY)
    settle(alice, entry.pk)
    return entry


def changed(entry: Entry, body: str) -> Entry:
    """The entry with another text, settled."""
    entry.refresh_from_db()
    drafting.save(
        owner=entry.owner,
        entry_id=entry.pk,
        draft=make_draft(body=body),
        hand=make_hand(expected_version=entry.version),
        now=NOW,
    )
    settle(entry.owner, entry.pk)
    entry.refresh_from_db()
    return entry


def words_of(highlight: Highlight) -> str:
    """The words that are marked in what the entry says now."""
    highlight.refresh_from_db()
    entry = Entry.objects.get(pk=highlight.entry_id)
    assert highlight.stands_in == entry.version
    return shown(entry.body_html)[highlight.stands_from : highlight.stands_to]


# --- making one -------------------------------------------------------------------------------


def test_it_is_kept_with_the_very_text_it_was_made_in(entry) -> None:
    assert not Revision.objects.exists()
    highlight = make_highlight(entry, "the river, and nobody", note="Why?")
    assert highlight.revision.body == BODY
    assert highlight.revision.version == entry.version
    assert (highlight.prefix, highlight.suffix) == (
        "We walked along ",
        " said much. The water was high.",
    )
    changed(entry, "Something else.")
    highlight.refresh_from_db()
    assert highlight.revision.body == BODY


def test_two_highlights_of_one_text_are_kept_with_one_revision(entry) -> None:
    first, second = make_highlight(entry, "river"), make_highlight(entry, "water")
    assert first.revision == second.revision


def test_words_that_are_marked_already_are_not_marked_twice(entry) -> None:
    first = make_highlight(entry, "river")
    second = make_highlight(entry, "river", note="It was brown.")
    assert first == second == Highlight.objects.get()
    assert second.note == "It was brown."
    assert make_highlight(entry, "river", note="No.").note == "It was brown."


def test_the_place_says_which_words_are_meant(alice) -> None:
    entry = make_entry(alice, body="tea and tea and tea")
    assert [make_highlight(entry, "tea", hint=at).start for at in (17, 7, 0)] == [16, 8, 0]


def test_words_that_are_not_there_are_not_kept(entry) -> None:
    with pytest.raises(marking.NotThere):
        make_highlight(entry, "the sea")
    assert not Highlight.objects.exists()
    assert not Revision.objects.exists()


def test_words_of_somebody_elses_entry_are_not_kept(entry, bob) -> None:
    with pytest.raises(Entry.DoesNotExist):
        marking.mark(bob, entry.pk, "river", hint=0)


# --- following --------------------------------------------------------------------------------


def test_it_follows_its_words_through_edits_around_them(entry) -> None:
    highlight = make_highlight(entry, "nobody said much")
    changed(entry, f"# Monday\n\nA slow day.\n\n{BODY} And brown.")
    assert words_of(highlight) == "nobody said much"
    assert highlight.standing == Standing.SAME


def test_it_follows_words_that_have_changed_and_comes_back_to_them(entry) -> None:
    highlight = make_highlight(entry, "nobody said much")
    changed(entry, BODY.replace("said much", "said very much"))
    assert words_of(highlight) == "nobody said very much"
    assert highlight.standing == Standing.CHANGED
    changed(entry, BODY)
    assert words_of(highlight) == "nobody said much"
    assert highlight.standing == Standing.SAME


def test_it_says_when_its_words_are_gone_and_keeps_them(entry) -> None:
    highlight = make_highlight(entry, "nobody said much", note="So quiet.")
    changed(entry, "Something else entirely.")
    assert words_of(highlight) == ""
    assert highlight.standing == Standing.GONE
    assert (highlight.quote, highlight.note) == ("nobody said much", "So quiet.")


def test_marks_of_markdown_play_no_part(entry) -> None:
    highlight = make_highlight(entry, "the river, and nobody said much")
    changed(entry, BODY.replace("*river*, and nobody", "river, **and `nobody`**"))
    assert highlight.standing == Standing.SAME
    assert words_of(highlight) == "the river, and nobody said much"


def test_settling_asks_no_more_when_there_is_none(entry, django_assert_num_queries) -> None:
    with django_assert_num_queries(1):
        marking.place_again(entry)
    make_highlight(entry, "river")
    make_highlight(entry, "water")
    Highlight.objects.update(stands_in=0)
    with django_assert_num_queries(2):
        marking.place_again(entry)


# --- notes, and search ------------------------------------------------------------------------


def test_search_knows_what_was_noted(entry, alice) -> None:
    highlight = make_highlight(entry, "river", note="Thalassa!")
    assert Unsettled.objects.filter(entry=entry).exists()
    settle(alice, entry.pk)
    found = EntryWords.objects.extra(where=["vector @@ '''=thalassa'''::tsquery"])
    assert found.exists()
    marking.annotate(highlight, "")
    settle(alice, entry.pk)
    assert not found.exists()


def test_a_long_note_takes_no_place_of_the_text(entry, alice) -> None:
    make_highlight(entry, "river", note="word " * 800 + "last")
    settle(alice, entry.pk)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT lexeme, positions FROM journal_entrywords, unnest(vector)"
            " WHERE lexeme IN ('=last', '=walked')"
        )
        places = dict(cursor.fetchall())
    assert places["=last"][0] < places["=walked"][0]


# --- letting go -------------------------------------------------------------------------------


def test_removing_can_be_taken_back(entry, alice) -> None:
    highlight = make_highlight(entry, "river", note="Brown.")
    before = Highlight.objects.values().get()
    undoing = marking.remove(highlight)
    assert not Highlight.objects.exists()
    assert Revision.objects.exists()
    sorting.undo(undoing)
    after = Highlight.objects.values().get()
    assert {k: v for k, v in after.items() if not k.endswith("ed_at")} == {
        k: v for k, v in before.items() if not k.endswith("ed_at")
    }
    assert not Undoing.objects.exists()


def test_what_was_removed_finds_its_place_in_a_later_text(entry) -> None:
    highlight = make_highlight(entry, "river")
    pk, undoing = highlight.pk, marking.remove(highlight)
    changed(entry, f"Later. {BODY}")
    sorting.undo(undoing)
    settle(entry.owner, entry.pk)
    assert words_of(Highlight.objects.get(pk=pk)) == "river"


def test_taking_back_too_late_changes_nothing(entry) -> None:
    undoing = marking.remove(make_highlight(entry, "river"))
    make_highlight(entry, "river")
    with pytest.raises(sorting.TooLate):
        sorting.undo(undoing)
    Highlight.objects.get().delete()
    Entry.objects.all().delete()
    with pytest.raises(sorting.TooLate):
        sorting.undo(undoing)


# --- what the database refuses ----------------------------------------------------------------


@pytest.mark.parametrize(
    "change",
    [
        {"quote": ""},
        {"occurrences": 0},
        {"standing": "lost"},
        {"standing": Standing.GONE},
        {"stands_from": F("stands_to")},
    ],
    ids=lambda change: next(iter(change)),
)
def test_it_refuses(entry, change) -> None:
    make_highlight(entry, "river")
    with pytest.raises(IntegrityError), transaction.atomic():
        Highlight.objects.update(**change)


def test_it_refuses_the_same_words_twice(entry) -> None:
    highlight = make_highlight(entry, "river")
    highlight.pk = None
    highlight.id = Highlight().id
    with pytest.raises(IntegrityError), transaction.atomic():
        highlight.save(force_insert=True)


def test_it_refuses_a_text_of_another_entry_and_one_of_another_person(entry, alice, bob) -> None:
    make_highlight(entry, "river")
    for other in (make_entry(alice, body=BODY), make_entry(bob, body=BODY)):
        revision = drafting.keep(other)
        for change in ({"revision": revision}, {"entry": other}):
            with pytest.raises(IntegrityError), transaction.atomic():
                at_once(change)


def at_once(change: dict[str, object]) -> None:
    """Change all highlights, and let the database look at its links now."""
    Highlight.objects.update(**change)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def test_it_goes_when_its_entry_goes(entry) -> None:
    make_highlight(entry, "river")
    entry.delete()
    assert not Highlight.objects.exists()
