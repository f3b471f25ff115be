"""What a search finds, in which order, and what it marks."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.journal import asking, searching
from apps.journal.indexing import index
from apps.journal.models import Entry, EntryPerson, Notebook
from apps.journal.query import Problem, parse
from apps.journal.searching import Results, examples, frequent_word, search
from apps.journal.sorting import key_of, pick_tags
from tests.factories import NOW, TODAY, make_entry, make_person

pytestmark = pytest.mark.django_db


def write(owner: User, body: str, *, tags: tuple[str, ...] = (), **over: Any) -> Entry:
    """An entry that has settled; the title says which one it is."""
    mood, energy = over.pop("mood", None), over.pop("energy", None)
    notebook = over.pop("notebook", None)
    entry = make_entry(owner, body=body, **over)
    Entry.objects.filter(pk=entry.pk).update(mood=mood, energy=energy, notebook=notebook)
    if tags:
        pick_tags(owner, entry, list(tags))
    entry.refresh_from_db()
    index([entry])
    return entry


def look(owner: User, text: str, **how: Any) -> Results:
    """What a person is shown."""
    return search(owner, parse(text, TODAY), **how)


def titles(owner: User, text: str, **how: Any) -> list[str]:
    """The titles of what is found."""
    return [found.entry.title for found in look(owner, text, **how).found]


def marked(owner: User, text: str) -> list[str]:
    """What is marked, in titles and texts."""
    return [
        piece.text
        for found in look(owner, text).found
        for piece in (*found.title, *found.text)
        if piece.is_found
    ]


def shown(results: Results) -> str:
    """The text of the first entry, with what was found in brackets."""
    return "".join(f"[{p.text}]" if p.is_found else p.text for p in results.found[0].text)


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("The houses stood empty", "house"),
        ("The houses stood empty", "HOUSES empty"),
        ("A naïve plan in Łódź", "naive lodz"),
        ("a naive plan", "naïve"),
        ("e\u0301te\u0301", "ete"),
        ("Read CVE-2026-0042 today", "CVE-2026-0042"),
        ("It is v1.2.3 of a/b", "v1.2.3 a/b"),
        ("It is v1.2.3", "2.3"),
        ("see https://example.org/path", "example path"),
        ("to be or not", '"to be or not"'),
        ("to be or not", "the"),
        ("我在東京読書会に行く", "読書"),
        ("我在東京読書会に行く", "書"),
        ("我在東京読書会に行く", "く"),
        ("iPhoneを買う", "iphone"),
        ("ไปเที่ยวทะเล", "ทะเล"),
        ("한국어에서", "국어"),
        ("हिन्दी में", "हिन्दी"),
        ("дома", "дом"),
        ("مُحَمَّد", "محمد"),
        ("A party 🎉 at last", "🎉"),
        ("with `code_name` in it", "code_name"),
        ("with `code_name` in it", "name"),
        ("migration by night", "migra*"),
        ("migration by night", '"migration by"'),
    ],
)
def test_it_finds(alice, body, text) -> None:
    write(alice, body, title="this")
    expected = [] if text == "the" else ["this"]
    assert titles(alice, text) == expected


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ("The houses stood empty", '"house"'),
        ("empty houses", '"houses empty"'),
        ("東京に行く", "京東"),
        ("migration", "igra*"),
        ("quiet", "-quiet"),
        ("one two", "one -two"),
    ],
)
def test_it_does_not_find(alice, body, text) -> None:
    write(alice, body)
    assert look(alice, text).found == []


def test_all_words_must_be_there_or_one_where_it_says_so(alice) -> None:
    write(alice, "tea and milk", title="both")
    write(alice, "coffee and milk", title="coffee")
    write(alice, "milk", title="neither")
    assert set(titles(alice, "tea OR coffee milk")) == {"both", "coffee"}
    assert titles(alice, "milk -tea -coffee") == ["neither"]
    assert set(titles(alice, "milk -tea OR coffee")) == {"coffee", "neither"}


def test_it_finds_titles_tags_and_people(alice) -> None:
    entry = write(alice, "x", title="Lighthouse", tags=("evening walks",))
    EntryPerson.objects.create(owner=alice, entry=entry, person=make_person(alice, name="Zoë"))
    index([entry])
    for text in ("lighthouse", "walks", '"evening walks"', "zoe"):
        assert titles(alice, text) == ["Lighthouse"], text


def test_no_phrase_goes_from_the_title_into_the_text(alice) -> None:
    write(alice, "begin", title="end")
    assert look(alice, '"end begin"').found == []


def test_it_finds_nothing_of_anybody_else(alice, bob) -> None:
    write(bob, "secret words", tags=("shared",))
    write(alice, "x", tags=("shared",))
    assert look(alice, "secret").found == []
    assert look(alice, "-x").found == []
    assert len(look(alice, "#shared").found) == 1
    assert look(alice, f"u:{bob.pk}").found == []
    assert look(alice, f'"u:{bob.pk}"').found == []


def test_it_leaves_the_trash_alone(alice) -> None:
    write(alice, "thrown away", trashed_at=NOW)
    assert look(alice, "thrown").found == []
    assert look(alice, "on:today").found == []


FILTERED = [
    ("tag:work", {"tagged"}),
    ("#WÖRK", {"tagged"}),
    ("-tag:work", {"starred", "low", "old"}),
    ("@ana", {"starred"}),
    ('@"Ana María"', {"starred"}),
    ("before:2026", {"old"}),
    ("year:2025", {"old"}),
    ("after:2025", {"tagged", "starred", "low"}),
    ("on:2026-11-20", {"tagged", "starred", "low"}),
    ("mood:>0", {"tagged"}),
    ("mood:<=-1", {"low"}),
    ("-mood:>0", {"starred", "low", "old"}),
    ("energy:2", {"low"}),
    ("is:starred", {"starred"}),
    ("is:draft", {"tagged", "starred", "low"}),
    ("in:dreams", {"low"}),
    ("in:journal", {"tagged", "starred", "old"}),
    ("has:photo", set()),
    ("prompt:gratitude", set()),
    ("tag:work OR is:starred", {"tagged", "starred"}),
    ("tag:work OR line", {"tagged", "starred", "low", "old"}),
    ("tag:work OR night", {"tagged", "low"}),
    ("tag:work OR -line", {"tagged"}),
    ("line mood:<0 in:dreams after:2020 -is:starred", {"low"}),
]


@pytest.mark.parametrize(("text", "found"), FILTERED, ids=[text for text, _ in FILTERED])
def test_filters(alice, bob, text, found) -> None:
    person = make_person(alice, name="Ana María Ruiz")
    dreams = Notebook.objects.create(owner=alice, name="Dreams", key=key_of("Dreams"))
    write(alice, "line", title="tagged", tags=("Work",), mood=1)
    starred = write(alice, "line", title="starred", starred=True)
    EntryPerson.objects.create(owner=alice, entry=starred, person=person)
    write(alice, "line by night", title="low", mood=-2, energy=2, notebook=dreams)
    past = TODAY - timedelta(days=365)
    write(alice, "line", title="old", local_date=past, closed_at=NOW)
    write(bob, "line by night", title="strange", tags=("Work",), mood=1, starred=True)
    assert set(titles(alice, text)) == found


def test_a_name_nobody_has_is_explained(alice) -> None:
    write(alice, "x")
    for text in ("tag:nothing", "@nobody", "in:nowhere", "prompt:x"):
        [problem] = look(alice, f"x {text}").unknown
        assert isinstance(problem, Problem)
        assert problem.piece == text
        assert problem.why


def test_a_last_word_that_finds_nothing_is_the_beginning_of_one(alice) -> None:
    write(alice, "The migration went well", title="this")
    results = look(alice, "went migra")
    assert results.is_guess
    assert [found.entry.title for found in results.found] == ["this"]
    assert shown(results) == "The [migration] [went] well"
    assert not look(alice, "migration").is_guess
    assert look(alice, "migra went").found == []


def test_what_begins_so_has_pages_too(alice, monkeypatch) -> None:
    monkeypatch.setattr(searching, "PAGE", 1)
    for _ in range(2):
        write(alice, "migration")
    for best in (False, True):
        first = look(alice, "migra", best=best)
        second = look(alice, "migra", best=best, after=first.following)
        assert first.count == 2
        assert len({page.found[0].entry.pk for page in (first, second)}) == 2


def test_the_newest_come_first_and_pages_follow_one_another(alice, monkeypatch) -> None:
    monkeypatch.setattr(searching, "PAGE", 2)
    for number in range(5):
        write(alice, "line", title=str(number), local_date=TODAY - timedelta(days=number))
    first = look(alice, "line")
    assert first.count == 5
    second = look(alice, "line", after=first.following)
    third = look(alice, "line", after=second.following)
    pages = [[found.entry.title for found in page.found] for page in (first, second, third)]
    assert pages == [["0", "1"], ["2", "3"], ["4"]]
    assert third.following == ""
    assert look(alice, "line", after="nothing").found == []


def test_the_best_come_first_when_asked(alice, monkeypatch) -> None:
    monkeypatch.setattr(searching, "PAGE", 1)
    write(alice, "tea, tea and tea again", title="much", local_date=TODAY - timedelta(days=9))
    write(alice, "A long day with many other things in it, and some tea", title="little")
    first = look(alice, "tea", best=True)
    second = look(alice, "tea", best=True, after=first.following)
    assert [page.found[0].entry.title for page in (first, second)] == ["much", "little"]
    assert first.count == 2
    assert titles(alice, "on:today", best=True) == ["little"]


def test_it_stops_counting_somewhere(alice, monkeypatch) -> None:
    monkeypatch.setattr(searching, "PAGE", 1)
    monkeypatch.setattr(searching, "MOST_COUNTED", 2)
    for _ in range(3):
        write(alice, "line")
    assert look(alice, "line").count is None


def test_it_marks_what_matched(alice) -> None:
    write(alice, "The houses, my HOUSE and a lighthouse.", title="House rules")
    assert marked(alice, "house") == ["House", "houses", "HOUSE"]
    assert marked(alice, '"my house"') == ["my HOUSE"]
    assert marked(alice, "light*") == ["lighthouse"]
    assert marked(alice, "house -garden") == ["House", "houses", "HOUSE"]


def test_it_marks_pairs_only_where_they_stand_together(alice) -> None:
    write(alice, "読書会と読む書会")
    assert marked(alice, "読書会") == ["読書会"]


def test_it_marks_letters_with_their_accents(alice) -> None:
    write(alice, "Une été e\u0301te\u0301 naïve")
    assert marked(alice, "ete") == ["été", "été"]


def test_it_shows_the_part_in_which_most_words_stand(alice) -> None:
    filler = "Nothing much happened on this day, as on so many others. " * 20
    write(alice, f"{filler} needle one. {filler} The needle and the thread. {filler}")
    text = shown(look(alice, "needle thread"))
    assert "The [needle] and the [thread]." in text
    assert text.startswith("… ")
    assert text.endswith("…")
    assert len(text) < 300


def test_it_shows_the_beginning_where_nothing_in_the_text_matched(alice) -> None:
    write(alice, "It rained. " * 60, title="Needle")
    text = shown(look(alice, "needle"))
    assert text.startswith("It rained.")
    assert text.endswith(("rained…", "It…"))


def test_it_marks_nothing_in_a_text_that_changed_since(alice) -> None:
    entry = write(alice, "needle here")
    Entry.objects.filter(pk=entry.pk).update(body_html="<p>other words</p>", version=9)
    assert shown(look(alice, "needle")) == "other words"


def test_markup_in_a_text_is_text(alice) -> None:
    write(alice, "`<img src=x onerror=alert(1)>` needle")
    assert shown(look(alice, "needle")) == "<img src=x onerror=alert(1)> [needle]"


@pytest.mark.parametrize("text", ["needle", '"needle and"', "needle tag:x mood:>0 is:starred"])
def test_it_takes_few_queries_however_much_is_found(
    alice, django_assert_max_num_queries, text
) -> None:
    for _ in range(12):
        write(alice, "needle and thread", tags=("x",), mood=1, starred=True)
    with django_assert_max_num_queries(5):
        assert len(look(alice, text).found) == 12


def test_searches_of_a_shape_share_their_statements(alice, bob) -> None:
    for owner in (alice, bob):
        write(owner, "tea with milk", title="tea", tags=("x",), mood=2)
        write(owner, "coffee", title="coffee", tags=("y",), mood=-2)
    person = make_person(bob, name="Ana")
    EntryPerson.objects.create(
        owner=bob, entry=Entry.objects.get(owner=bob, title="tea"), person=person
    )
    assert titles(alice, "tea tag:x mood:>0 -on:2019 @Ana OR after:2001") == ["tea"]
    before = asking._kept.cache_info().misses
    assert titles(alice, "coffee tag:y mood:<0 -on:2018 @Ana OR after:2002") == ["coffee"]
    assert titles(alice, "coffee tag:x mood:<0 -on:2018 @Ana OR after:2002") == []
    assert titles(bob, "tea tag:x mood:=2 -on:2018 @Ana OR after:2999") == ["tea"]
    assert titles(bob, "tea tag:x mood:=2 -on:2018 @Jo OR after:2999") == []
    assert asking._kept.cache_info().misses == before
    assert titles(alice, "coffee -tag:x mood:<0 -on:2018 @Ana OR after:2002") == ["coffee"]
    assert asking._kept.cache_info().misses > before


def test_its_examples_find_something(alice) -> None:
    person = make_person(alice, name="Ana María")
    for number in range(3):
        entry = write(
            alice,
            "They said the lighthouse was closed",
            tags=("two words",),
            mood=1,
            local_date=TODAY - timedelta(days=400 * number),
        )
        EntryPerson.objects.create(owner=alice, entry=entry, person=person)
    offered = examples(alice, TODAY.year)
    assert {example.query for example in offered} >= {
        "lighthouse",
        'tag:"two words"',
        '@"Ana María"',
    }
    for example in offered:
        results = look(alice, example.query)
        assert results.found, example.query
        assert not results.query.problems


def test_an_empty_journal_has_examples_too(alice) -> None:
    assert frequent_word(alice) == ""
    assert [example.query for example in examples(alice, 2026)] == ["mood:>0", "before:2026"]


@given(st.text(max_size=60), st.sampled_from(["", "tag:", "@", '"', "-", "a OR "]))
def test_any_search_is_answered(alice, text, before) -> None:
    search(alice, parse((before + text).replace("\0", ""), TODAY))


@given(st.text(min_size=1, max_size=40))
def test_what_was_written_is_found_as_it_was_written(alice, text) -> None:
    # Any kind of quotation mark ends what was quoted.
    text = " ".join(text.translate(dict.fromkeys(map(ord, '\0"“„”«»'), " ")).split())
    entry = make_entry(alice, title=text)
    index([entry])
    query = parse(f'"{text}"', TODAY)
    if query.groups:
        assert entry.pk in {found.entry.pk for found in search(alice, query).found}
    entry.delete()
