"""Marking words of an entry: kept with their text, following it, noted, let go and brought back."""

from datetime import date

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import F
from django.urls import reverse

from apps.accounts.models import User
from apps.core.text import clean, shown
from apps.journal import drafting, marking, sorting
from apps.journal.highlighting import Standing
from apps.journal.models import Entry, EntryWords, Highlight, Revision, Undoing, Unsettled
from apps.journal.settling import settle
from tests.factories import NOW, TODAY, make_draft, make_entry, make_hand, make_highlight
from tests.house.test_reads import Counted, watching
from tests.house.test_sanitiser import PAYLOADS, faults_of_page
from tests.htmx import one, same, soup

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


# --- the pages --------------------------------------------------------------------------------

LIST = reverse("journal:highlight_list")


def page_of(entry: Entry) -> str:
    return reverse("journal:entry_detail", args=[entry.pk])


def form_of(entry: Entry) -> str:
    return reverse("journal:highlight_create", args=[entry.pk])


def test_the_entry_shows_what_is_marked_and_what_was_noted(entry, alice_client) -> None:
    highlight = make_highlight(entry, "the river, and nobody", note="Why so quiet?")
    page = soup(alice_client.get(page_of(entry)))
    marks = page.select(".prose mark")
    assert "".join(mark.get_text() for mark in marks) == "the river, and nobody"
    assert marks[0]["id"] == highlight.anchor
    ref = one(page, ".prose a.mark-ref.noted")
    assert ref["aria-label"] == "Your note: Why so quiet?"
    assert ref["href"] == highlight.get_absolute_url()
    listed = one(page, ".marked-words li")
    assert one(listed, ".quoted a")["href"] == f"#{highlight.anchor}"
    assert one(listed, ".noted").get_text() == "Why so quiet?"


def test_whoever_says_which_words_begins_in_their_field(entry, alice_client) -> None:
    assert one(soup(alice_client.get(form_of(entry))), "main [autofocus]")["name"] == "quote"


def test_the_entry_says_which_words_are_gone_with_the_text_as_it_was(entry, alice_client) -> None:
    highlight = make_highlight(entry, "nobody said much")
    changed(entry, "Something else.")
    page = soup(alice_client.get(page_of(entry)))
    assert not page.select(".prose mark")
    listed = one(page, ".marked-words li")
    assert "no longer in the entry" in listed.get_text()
    assert "nobody said much" in listed.get_text()
    then = one(listed, f'a[href="{highlight.text_then}"]')
    assert "nobody said much" in soup(alice_client.get(then["href"])).get_text()


def test_an_entry_that_has_not_settled_shows_where_the_words_stand(entry, alice_client) -> None:
    make_highlight(entry, "nobody said much")
    drafting.save(
        owner=entry.owner,
        entry_id=entry.pk,
        draft=make_draft(body=f"Later. {BODY}"),
        hand=make_hand(expected_version=entry.version),
        now=NOW,
    )
    page = soup(alice_client.get(page_of(entry)))
    assert one(page, ".prose mark").get_text() == "nobody said much"
    assert Highlight.objects.get().stands_in == entry.version, "looking writes nothing"


def test_marking_costs_the_page_of_an_entry_one_query(entry, alice_client) -> None:
    alice_client.get(page_of(entry))
    with watching(Counted()) as before:
        alice_client.get(page_of(entry))
    for words in ("We walked", "river", "nobody", "high"):
        make_highlight(entry, words, note="Yes.")
    with watching(Counted()) as after:
        alice_client.get(page_of(entry))
    assert len(after) == len(before)
    assert sum("journal_highlight" in sql for sql in after) == 1


def test_words_are_marked_by_a_plain_form(entry, alice_client) -> None:
    page = soup(alice_client.get(form_of(entry)))
    assert "walked along" in one(page, ".prose").get_text()
    answer = alice_client.post(form_of(entry), {"quote": " NOBODY  said ", "note": "So quiet."})
    highlight = Highlight.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"{page_of(entry)}#{highlight.anchor}"
    assert (highlight.quote, highlight.note) == ("nobody said", "So quiet.")


def test_it_asks_which_words_are_meant(alice, alice_client) -> None:
    entry = make_entry(alice, body="Tea in the morning, tea at night; always tea.")
    answer = alice_client.post(form_of(entry), {"quote": "tea"})
    assert answer.status_code == 422
    page = soup(answer)
    assert "They stand in 2 places." in one(page, ".errorlist").get_text()
    choices = page.select("input[name=start]")
    assert [choice["value"] for choice in choices] == ["20", "41"]
    assert "night; always tea" in choices[1].find_parent("label").get_text()
    alice_client.post(form_of(entry), {"quote": "tea", "start": "41"})
    assert Highlight.objects.get().start == 41


def test_a_chosen_place_of_words_typed_otherwise_is_that_place(alice, alice_client) -> None:
    entry = make_entry(alice, body="A party. Art! And so to Art? No partying.")
    page = soup(alice_client.post(form_of(entry), {"quote": "art"}))
    assert [choice["value"] for choice in page.select("input[name=start]")] == ["9", "24"]
    alice_client.post(form_of(entry), {"quote": "art", "start": "24"})
    assert (Highlight.objects.get().quote, Highlight.objects.get().start) == ("Art", 24)


@pytest.mark.parametrize(
    "sent",
    [
        {"quote": ""},
        {"quote": " \n "},
        {"quote": "the sea"},
        {"quote": "x" * 2_001},
        {"quote": "river", "start": "-1"},
        {"quote": "river", "start": "then"},
        {"quote": "river", "note": "x" * 4_001},
    ],
    ids=lambda sent: str(sent)[:30],
)
def test_what_cannot_be_marked_is_sent_back(entry, alice_client, htmx_client, sent) -> None:
    answer = alice_client.post(form_of(entry), sent)
    assert answer.status_code == 422
    assert soup(answer).select(".errorlist")
    assert not Highlight.objects.exists()
    headers = {"HX-Request": "true", "HX-Target": "tl-marking#marked-text"}
    fragment = htmx_client.post(form_of(entry), sent, headers=headers)
    assert fragment.status_code == 422
    assert one(soup(fragment), "tl-marking")
    assert soup(fragment).select("#messages .notice.error")


def test_a_selection_is_marked_in_its_place(entry, htmx_client) -> None:
    page = htmx_client.page(page_of(entry))
    answer = htmx_client.submit(page, ".mark-tools", quote="river, and nobody", start="20")
    assert answer.status_code == 200
    assert one(page, "tl-marking")["data-fresh"] == Highlight.objects.get().get_absolute_url()
    del one(page, "tl-marking")["data-fresh"]
    same(page, htmx_client.page(page_of(entry)))


def test_a_selection_may_lead_on_to_its_note(entry, alice_client) -> None:
    answer = alice_client.post(form_of(entry), {"quote": "river", "start": "20", "then": "note"})
    highlight = Highlight.objects.get()
    assert answer["Location"] == highlight.get_absolute_url()
    page = soup(alice_client.get(answer["Location"]))
    assert one(page, "blockquote").get_text() == "river"


def test_a_note_is_changed_and_taken_away(entry, alice_client) -> None:
    highlight = make_highlight(entry, "river", note="Brown.")
    url = highlight.get_absolute_url()
    assert one(soup(alice_client.get(url)), "textarea").get_text().strip() == "Brown."
    for note in ("Brown, and high.", ""):
        answer = alice_client.post(url, {"note": note})
        assert answer["Location"] == f"{page_of(entry)}#{highlight.anchor}"
        highlight.refresh_from_db()
        assert highlight.note == note
    assert alice_client.post(url, {"note": "x" * 4_001}).status_code == 422


def test_removing_asks_and_can_be_undone(entry, alice_client) -> None:
    highlight = make_highlight(entry, "river", note="Brown.")
    url = reverse("journal:highlight_delete", args=[highlight.pk])
    assert "Mark them no longer?" in soup(alice_client.get(url)).get_text()
    assert Highlight.objects.exists()
    page = soup(alice_client.post(url, follow=True))
    assert not Highlight.objects.exists()
    undo = one(page, "#messages form")
    alice_client.post(undo["action"])
    assert Highlight.objects.get() == highlight


def test_it_lists_highlights_newest_first_with_day_and_note(alice, alice_client) -> None:
    entries = [
        make_entry(alice, body=f"words {year}", title=f"Of {year}", local_date=date(year, 5, 4))
        for year in (2024, 2026, 2025)
    ]
    for entry in entries:
        make_highlight(entry, "words", note=f"note {entry.title}")
    page = soup(alice_client.get(LIST))
    rows = page.select(".highlights > li")
    assert [one(row, ".noted").get_text() for row in rows] == [
        "note Of 2025",
        "note Of 2026",
        "note Of 2024",
    ]
    assert "Sunday, May 4, 2025" in rows[0].get_text()
    assert [chip.get_text() for chip in page.select("nav.chips:not(.places) .chip")] == [
        "All years",
        "2026",
        "2025",
        "2024",
    ]
    of_one = soup(alice_client.get(f"{LIST}?year=2026"))
    assert [one(row, ".noted").get_text() for row in of_one.select(".highlights > li")] == [
        "note Of 2026"
    ]
    nothing = soup(alice_client.get(f"{LIST}?year=2020"))
    assert "Nothing is marked here." in nothing.get_text()


def test_it_says_how_to_make_the_first_one(alice_client) -> None:
    assert "select some of its words" in soup(alice_client.get(LIST)).get_text()


def test_what_is_in_the_trash_is_not_listed(entry, alice_client) -> None:
    make_highlight(entry, "river")
    Entry.objects.update(trashed_at=NOW)
    assert not soup(alice_client.get(LIST)).select(".highlights > li")


def test_it_turns_pages_by_what_was_last_shown(alice, htmx_client) -> None:
    entry = make_entry(alice, body=" ".join(f"word{number}" for number in range(45)))
    for number in range(45):
        make_highlight(entry, f"word{number}")
    seen: list[str] = []
    page = htmx_client.page(f"{LIST}?year={TODAY.year}")
    while True:
        seen = [words.get_text() for words in page.select(".highlights .quoted")]
        if not page.select("#older a"):
            break
        assert f"year={TODAY.year}&" in one(page, "#older a")["href"]
        plain = soup(htmx_client.get(one(page, "#older a")["href"]))
        assert plain.select("main .highlights")
        htmx_client.follow(page, "#older a")
    assert seen == [f"word{number}" for number in reversed(range(45))]


@pytest.mark.parametrize("query", ["?year=never", "?year=99999", "?before=x", "?year=0000"])
def test_an_address_that_makes_no_sense_shows_all(entry, alice_client, query) -> None:
    make_highlight(entry, "river")
    assert len(soup(alice_client.get(LIST + query)).select(".highlights > li")) == 1


def test_others_find_nothing(entry, bob_client) -> None:
    highlight = make_highlight(entry, "river")
    remove = reverse("journal:highlight_delete", args=[highlight.pk])
    for url in (highlight.get_absolute_url(), remove, form_of(entry)):
        for answer in (bob_client.get(url), bob_client.post(url, {"quote": "river", "note": "x"})):
            assert answer.status_code == 404
    assert not soup(bob_client.get(LIST)).select(".highlights > li")
    assert Highlight.objects.get().note == ""


@pytest.mark.parametrize("step", [25, pytest.param(1, marks=pytest.mark.nightly)])
def test_no_payload_gets_past_the_marks(alice, alice_client, step) -> None:
    """What is marked, what is noted, and the names of links, on every page that shows them.

    By day with one payload of twenty-five.
    """
    found = []
    for payload in PAYLOADS[::step]:
        entry = make_entry(alice, body=f"start {payload}\n\nand end")
        words = shown(entry.body_html)
        highlight = make_highlight(entry, words[: len(words) // 2].strip(), note=clean(payload))
        urls = (page_of(entry), highlight.get_absolute_url(), form_of(entry))
        for url in urls:
            page = alice_client.get(url).content.decode()
            found += [f"{url}: {fault}" for fault in faults_of_page(page)]
    found += list(faults_of_page(alice_client.get(LIST).content.decode()))
    assert found == []
