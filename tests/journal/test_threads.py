"""Threads: words somebody keeps returning to, and what is no thread."""

from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.accounts.models import User
from apps.journal import sorting, tasks, threads
from apps.journal.indexing import index
from apps.journal.models import Entry, Survey, Thread, Undoing
from apps.journal.query import parse
from apps.journal.searching import search
from apps.journal.settling import settle
from apps.journal.templatetags.threads import path_of
from tests.factories import NOW, TODAY, make_entry, make_thread
from tests.house.test_sanitiser import PAYLOADS, faults_of_page
from tests.htmx import one, soup

LIST = reverse("journal:thread_list")
# Nothing comes back here but what a test puts in.
FILLER = "It was so, and then it was not; we were there with them."


def journal(owner: User, texts: dict[int, str], *, days: int = 40, every: int = 4) -> list[Entry]:
    """An entry every few days, oldest first; `texts` says what else stands in some of them."""
    entries = [
        make_entry(
            owner,
            body=f"{FILLER} x{number}y. {texts.get(number, '')}",
            local_date=TODAY - timedelta(days=every * (days - number)),
        )
        for number in range(days)
    ]
    index(entries)
    return entries


def found(owner: User) -> dict[str, Thread]:
    """The threads of somebody, worked out now, by their words."""
    threads.work_out(owner, NOW)
    return {thread.words: thread for thread in Thread.objects.filter(owner=owner)}


def now_and_then(words: str, *, step: int = 4, days: int = 40) -> dict[int, str]:
    return dict.fromkeys(range(0, days, step), f"{words}.")


# --- what is one ------------------------------------------------------------------------------


def test_what_comes_back_in_many_weeks_is_a_thread_and_a_burst_is_none(alice) -> None:
    texts = now_and_then("We were in the garden")
    # More often, but all in two weeks.
    for number in range(21, 26):
        texts[number] = texts.get(number, "") + " Deadline, deadline, and the deadline."
    by_words = found_with(alice, texts)
    assert list(by_words) == ["garden"]
    thread = by_words["garden"]
    assert (thread.entries, thread.weeks, thread.months) == (10, 10, 6)
    assert thread.first_on == TODAY - timedelta(days=160)
    assert thread.last_on == TODAY - timedelta(days=16)
    assert sum(thread.columns) == 10


def found_with(owner: User, texts: dict[int, str], **over: Any) -> dict[str, Thread]:
    journal(owner, texts, **over)
    return found(owner)


def test_a_word_is_counted_in_all_its_forms_and_shown_as_it_is_written_most(alice) -> None:
    texts = now_and_then("Walking", step=8)
    texts |= {number + 1: "We walked. They walked." for number in texts}
    by_words = found_with(alice, texts)
    assert by_words.keys() == {"walked"}
    assert by_words["walked"].entries == 10


def test_capitals_and_accents_are_kept_as_they_are_written(alice) -> None:
    assert found_with(alice, now_and_then("The Café: Zoë")).keys() == {"Café", "Zoë"}


def test_phrases_are_threads_and_take_the_place_of_their_words(alice) -> None:
    eighths = range(0, 40, 8)
    texts = dict.fromkeys(eighths, "Small steps.")
    texts |= dict.fromkeys((number + 1 for number in eighths), "A cup of tea.")
    texts |= dict.fromkeys((number + 3 for number in eighths), "Tea. Then bread.")
    by_words = found_with(alice, texts)
    assert by_words.keys() == {"Small steps", "cup of tea", "tea", "bread"}


def test_words_on_both_sides_of_a_full_stop_are_no_phrase(alice) -> None:
    assert (
        found_with(alice, now_and_then("So tired. Rain again")).keys()
        == {
            "tired",
            "Rain",
        }
        | {"again"} & found(alice).keys()
    )


@pytest.mark.parametrize(
    "said", ["the and we", "2026 19:30 4711", "https://www.example", "漢字 すごい", "zq", "🙂 🙂"]
)
def test_what_says_nothing_is_none(alice, said) -> None:
    assert found_with(alice, now_and_then(said)).keys() <= {"example"}


def test_what_stands_in_every_other_entry_is_a_way_of_talking(alice) -> None:
    texts = now_and_then("Anyway", step=2, days=80)
    assert found_with(alice, texts, days=80, every=2) == {}


def test_names_of_tags_and_files_alone_are_no_words(alice) -> None:
    for entry in journal(alice, {})[::4]:
        sorting.pick_tags(alice, entry, ["Release"])
        settle(alice, entry.pk)
    assert found(alice) == {}


@pytest.mark.parametrize(
    ("language", "said", "words"),
    [
        ("german", "Die Häuser am Fluss", {"Häuser am Fluss"}),
        ("simple", "xylem zeugma", {"xylem zeugma"}),
        ("russian", "мы шли в сад", {"шли в сад"}),
    ],
)
def test_words_are_those_of_the_persons_language(alice, language, said, words) -> None:
    User.objects.filter(pk=alice.pk).update(writes_in=language)
    alice.refresh_from_db()
    by_words = found_with(alice, now_and_then(said))
    assert words <= by_words.keys()


def test_somebody_who_writes_without_spaces_is_told(alice, alice_client) -> None:
    entries = [
        make_entry(
            alice,
            body="今日は庭で花を見た。夜は静かだった。",
            local_date=TODAY - timedelta(days=4 * number),
        )
        for number in range(40)
    ]
    index(entries)
    assert found(alice) == {}
    assert Survey.objects.get(owner=alice).is_unspaced
    assert "no spaces between its words" in soup(alice_client.get(LIST)).get_text()


# --- whose, and from what ---------------------------------------------------------------------


def test_it_looks_at_kept_entries_of_one_person_only(alice, bob) -> None:
    journal(bob, now_and_then("lighthouse"))
    entries = journal(alice, now_and_then("garden"))
    Entry.objects.filter(pk__in=[entry.pk for entry in entries[::4]]).update(trashed_at=NOW)
    assert found(alice) == {}
    assert found(bob).keys() == {"lighthouse"}


def test_before_thirty_entries_nothing_is_said(alice, alice_client) -> None:
    journal(alice, now_and_then("garden", days=29), days=29)
    assert found(alice) == {}
    page = soup(alice_client.get(LIST))
    assert "After about thirty entries" in page.get_text()
    assert "from 29 entries" in page.get_text()


def test_each_opens_a_search_that_finds_its_entries(alice, alice_client) -> None:
    texts = now_and_then("Small steps in the garden")
    texts |= {number + 1: "So many gardens." for number in texts}
    journal(alice, texts)
    by_words = found(alice)
    page = soup(alice_client.get(LIST))
    assert len(page.select(".threads li")) == len(by_words) >= 2
    for row in page.select(".threads a.name"):
        thread = by_words[row.get_text()]
        asked = parse_qs(urlsplit(row["href"]).query)["q"][0]
        results = search(alice, parse(asked, TODAY))
        assert (results.count, results.is_guess) == (thread.entries, False), asked


def test_it_is_quick_to_ask_and_writes_once(alice) -> None:
    journal(alice, now_and_then("garden"))
    first = found(alice)
    second = found(alice)
    assert first.keys() == second.keys()
    assert Survey.objects.get(owner=alice).entries == 40


# --- not this one -----------------------------------------------------------------------------


def test_a_hidden_one_stays_hidden_and_can_be_shown_again(alice, alice_client) -> None:
    journal(alice, now_and_then("garden tea"))
    thread = found(alice)["garden tea"]
    url = reverse("journal:thread_hide", args=[thread.pk])
    page = soup(alice_client.post(url, {"hidden": "yes"}, follow=True))
    assert not page.select(".threads li")
    assert "garden tea" in one(page, "details.fold").get_text()
    threads.work_out(alice, NOW)
    hidden = Thread.objects.get(key=thread.key)
    assert hidden.is_hidden
    back = one(soup(alice_client.get(LIST)), "details.fold form")
    alice_client.post(back["action"], {"hidden": "no"})
    assert "garden tea" in one(soup(alice_client.get(LIST)), ".threads").get_text()


def test_hiding_can_be_undone(alice, alice_client) -> None:
    thread = make_thread(alice)
    url = reverse("journal:thread_hide", args=[thread.pk])
    page = soup(alice_client.post(url, follow=True))
    answer = alice_client.post(one(page, "#messages form")["action"])
    assert answer["Location"] == LIST
    thread.refresh_from_db()
    assert not thread.is_hidden
    alice_client.post(url)
    thread.delete()
    undoing = Undoing.objects.get()
    with pytest.raises(sorting.TooLate):
        sorting.undo(undoing)


def test_others_find_nothing(alice, bob_client) -> None:
    thread = make_thread(alice)
    assert bob_client.post(reverse("journal:thread_hide", args=[thread.pk])).status_code == 404
    assert not soup(bob_client.get(LIST)).select(".threads li")


# --- when -------------------------------------------------------------------------------------


def jobs() -> list[str]:
    rows = ProcrastinateJob.objects.filter(task_name="journal.work_out_threads")
    return [job.args["owner"] for job in rows]


def at(hour: int, minute: int) -> int:
    return int(datetime(2026, 11, 21, hour, minute, tzinfo=UTC).timestamp())


def test_it_waits_for_much_to_be_written_or_for_the_night(alice, bob) -> None:
    entries = journal(alice, {}, days=31)
    journal(bob, {}, days=3)
    assert Survey.objects.get(owner=alice).waiting == 31
    assert tasks.look_for_threads(at(12, 0)) == 1
    assert jobs() == [str(alice.pk)]
    assert tasks.look_for_threads(at(12, 10)) == 0, "it is asked for once"
    tasks.work_out_threads(str(alice.pk))
    survey = Survey.objects.get(owner=alice)
    assert (survey.waiting, survey.entries) == (0, 31)
    settle(alice, entries[0].pk)
    assert Survey.objects.get(owner=alice).waiting == 1
    assert tasks.look_for_threads(at(2, 30)) == 1, "of alice's, one is still under way"
    assert jobs() == [str(alice.pk), str(bob.pk)]


def test_a_long_journal_waits_for_more(alice) -> None:
    Survey.objects.create(owner=alice, waiting=40, entries=20_000)
    assert threads.much_was_written() == []
    assert threads.anything_was_written() == [alice.pk]


def test_what_settles_meanwhile_is_not_forgotten(alice, monkeypatch) -> None:
    entries = journal(alice, now_and_then("garden"))
    tried = threads._tried

    def meanwhile(*args: Any) -> Any:
        settle(alice, entries[0].pk)
        return tried(*args)

    monkeypatch.setattr(threads, "_tried", meanwhile)
    threads.work_out(alice, NOW)
    assert Survey.objects.get(owner=alice).waiting == 1


def test_somebody_who_is_gone_has_none(alice) -> None:
    pk = str(alice.pk)
    alice.delete()
    assert tasks.work_out_threads(pk) == 0


# --- how it is shown --------------------------------------------------------------------------


def test_it_says_when_and_from_how_much(alice, alice_client) -> None:
    journal(alice, now_and_then("garden"))
    threads.work_out(alice, NOW)
    page = soup(alice_client.get(LIST))
    text = " ".join(page.get_text().split())
    assert "Worked out on November 20, 2026, 7:30 PM from 40 entries." in text
    row = one(page, ".threads li")
    assert "10 entries in 10 weeks, June 2026 to November 2026" in row.get_text()
    spark = one(row, "svg[role=img]")
    assert spark["aria-label"].startswith("Most of it around ")
    assert one(spark, "path")["d"].count("M") == len(Thread.objects.get().columns)


def test_no_payload_gets_past_its_page(alice, alice_client) -> None:
    for payload in PAYLOADS[::8]:
        make_thread(alice, words=payload[:300].replace("\0", ""))
    page = alice_client.get(LIST).content.decode()
    assert list(faults_of_page(page)) == []


DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))


@given(st.lists(DAYS, min_size=1, max_size=60))
def test_columns_hold_every_day_once_and_no_more_than_fit(days) -> None:
    counts = threads.columns(days, min(days), max(days))
    assert sum(counts) == len(days)
    assert 1 <= len(counts) <= threads.COLUMNS
    assert counts[0] > 0
    assert path_of(counts).count("M") == len(counts)


@given(st.integers(4, 500), st.integers(1, 500), st.integers(1, 120), st.integers(30, 20_000))
def test_more_weeks_more_months_and_fewer_other_entries_count_for_more(
    times, weeks, months, entries
) -> None:
    def score(**over: int) -> float:
        it = {"times": times, "weeks": weeks, "months": months, "entries": entries} | over
        word = threads.Tried("word", min(it["times"], it["entries"]))
        return threads._score(word, it["weeks"], it["months"], it["entries"])

    assert score(weeks=weeks + 1) > score()
    assert score(months=months + 1) > score()
    assert score(entries=entries + times) > score()


@pytest.mark.parametrize(
    "change",
    [{"key": ""}, {"weeks": 0}, {"months": 0}, {"entries": 1}, {"first_on": date(2030, 1, 1)}],
    ids=lambda change: next(iter(change)),
)
def test_the_database_refuses(alice, change) -> None:
    make_thread(alice)
    with pytest.raises(IntegrityError), transaction.atomic():
        Thread.objects.update(**change)
