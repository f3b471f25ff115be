"""Look again: which old entry comes back on a day, that it can be let be, and answering it."""

from collections.abc import Iterator
from datetime import date, timedelta
from unittest import mock

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.core.models import new_id
from apps.journal.looking_back import DISTANCES, Distance, Past, Returning, distance, past_of, turn
from apps.journal.models import Entry
from tests.factories import NOW, TODAY, form_data, make_entry
from tests.htmx import fields, one, same, soup


@pytest.fixture(autouse=True)
def _evening_of_20_november() -> Iterator[None]:
    with mock.patch.object(timezone, "now", return_value=NOW):
        yield


def ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def again(user: User, today: date = TODAY) -> Returning | None:
    return past(user, today).again


def past(user: User, today: date = TODAY) -> Past:
    of_today = Entry.objects.kept().filter(owner=user, local_date=today)
    return past_of(user, today).after(set(of_today.values_list("answers", flat=True)))


def entry_again(user: User, today: date = TODAY) -> Entry | None:
    found = again(user, today)
    return found.entry if found else None


# --- The rule ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "today", "away"),
    [
        (date(2026, 11, 13), date(2026, 11, 20), Distance(0, 7)),
        (date(2026, 10, 21), date(2026, 11, 20), Distance(0, 30)),
        (date(2026, 8, 22), date(2026, 11, 20), Distance(0, 90)),
        (date(2025, 11, 20), date(2026, 11, 20), Distance(1, 0)),
        (date(1976, 11, 20), date(2026, 11, 20), Distance(50, 0)),
        (date(2024, 2, 29), date(2025, 2, 28), Distance(1, 0)),
        (date(2024, 2, 29), date(2028, 2, 29), Distance(4, 0)),
        (date(2024, 2, 29), date(2028, 2, 28), None),
        (date(2024, 2, 29), date(2025, 3, 1), None),
        (date(2026, 11, 20), date(2026, 11, 20), None),
        (date(2026, 11, 27), date(2026, 11, 20), None),
        (date(2027, 11, 20), date(2026, 11, 20), None),
        (date(2026, 11, 12), date(2026, 11, 20), None),
    ],
)
def test_an_entry_is_back_at_its_distances(written, today, away) -> None:
    assert distance(written, today) == away


@given(
    years=st.integers(1, 40),
    start=st.dates(date(2000, 1, 1), date(2050, 1, 1)),
    young=st.booleans(),
)
def test_every_distance_has_its_turn(years, start, young) -> None:
    """Whoever writes each day sees something of last week and of each year, and not one alone."""
    distances = [Distance(0, days) for days in DISTANCES]
    distances += [] if young else [Distance(year, 0) for year in range(1, years + 1)]
    days = [start + timedelta(days=number) for number in range(len(distances))]
    assert {turn(distances, day) for day in days} == set(distances)
    assert turn(list(reversed(distances)), start) == turn(distances, start)


# --- What comes back --------------------------------------------------------------------------


@pytest.mark.parametrize("days", [7, 30, 90])
def test_it_brings_back_what_is_so_many_days_old(alice, days) -> None:
    entry = make_entry(alice, local_date=ago(days))
    make_entry(alice, local_date=ago(days - 1))
    assert again(alice) == Returning(entry, Distance(0, days))


def test_it_brings_back_each_year(alice) -> None:
    entry = make_entry(alice, local_date=date(2012, 11, 20))
    assert [again(alice, date(year, 11, 20)) is not None for year in (2012, 2013, 2026, 2060)] == [
        False,
        True,
        True,
        True,
    ]
    assert entry_again(alice) == entry


def test_it_is_the_same_all_day_and_changes_with_the_days(alice) -> None:
    for days in range(400):
        make_entry(alice, local_date=ago(days))
    found = [entry_again(alice, ago(-offset)) for offset in range(4)]
    assert [entry_again(alice, ago(-offset)) for offset in range(4)] == found
    assert len({(ago(-offset) - entry.local_date).days for offset, entry in enumerate(found)}) == 4


def test_of_one_day_it_takes_the_starred_then_the_longest(alice) -> None:
    make_entry(alice, local_date=ago(7), body="short")
    long = make_entry(alice, local_date=ago(7), body="long " * 50)
    assert entry_again(alice) == long
    starred = make_entry(alice, local_date=ago(7), body="small", starred=True)
    assert entry_again(alice) == starred


def test_it_never_brings_back_what_it_must_not(alice, bob) -> None:
    make_entry(alice, local_date=ago(7), comes_back=False)
    make_entry(alice, local_date=ago(30), trashed_at=NOW)
    make_entry(alice, local_date=date(2020, 11, 20), comes_back=False)
    make_entry(bob, local_date=ago(90))
    found = past(alice)
    assert (found.again, found.same_day) == (None, None)


def test_today_shows_it_and_a_line_of_another_year(alice_client, alice) -> None:
    make_entry(alice, local_date=ago(7), body="A heron that did not mind us.")
    for body in ("The first snow.", "Snow, and more of it."):
        make_entry(alice, local_date=date(2025, 11, 20), body=body)
    found = past(alice)
    assert found.again
    assert found.same_day
    page = soup(alice_client.get("/today/"))
    assert strip_tags(found.again.entry.opening).strip() in one(page, "#look-again").get_text()
    line = one(page, ".same-day").get_text()
    assert "On this day in 2025" in line
    assert strip_tags(found.same_day.opening).strip() in line
    assert found.same_day != found.again.entry


def test_a_first_day_shows_neither(alice_client, alice) -> None:
    make_entry(alice)
    page = soup(alice_client.get("/today/"))
    assert not page.select("#look-again, .same-day")


def test_it_looks_at_a_few_days_only(alice) -> None:
    for days in (7, 30, 365):
        make_entry(alice, local_date=ago(days))
    with CaptureQueriesContext(connection) as queries:
        past_of(alice, TODAY)
    assert len(queries) == 2
    assert not [query for query in queries if '"journal_entry"."body"' in query["sql"]]


# --- Letting it be ----------------------------------------------------------------------------


def test_a_plain_form_lets_it_be_and_takes_that_back(alice_client, alice) -> None:
    entry = make_entry(alice, local_date=ago(7))
    before = Entry.objects.values().get()
    for sent, comes_back in (("no", False), ("no", False), ("yes", True)):
        response = alice_client.post(
            reverse("journal:entry_comes_back", args=[entry.pk]), {"comes_back": sent}
        )
        assert response.headers["Location"] == entry.get_absolute_url()
        assert Entry.objects.values().get() == before | {"comes_back": comes_back}
        assert (entry_again(alice) is not None) is comes_back


def test_in_place_it_can_be_taken_back(htmx_client, alice) -> None:
    make_entry(alice, local_date=ago(7))
    page = htmx_client.page("/today/")
    htmx_client.submit(page, "#look-again form")
    assert not Entry.objects.get().comes_back
    assert "not brought back to you any more" in one(page, "#look-again").get_text()
    htmx_client.submit(page, "#look-again form")
    assert Entry.objects.get().comes_back
    same(page, htmx_client.page("/today/"), "#look-again")


def test_the_entry_itself_says_and_changes_it(alice_client, alice) -> None:
    entry = make_entry(alice, comes_back=False)
    page = soup(alice_client.get(entry.get_absolute_url()))
    form = one(page, ".looking-back form")
    assert "It is not brought back to you." in form.get_text()
    alice_client.post(form["action"], fields(form))
    assert Entry.objects.get().comes_back


# --- Answering --------------------------------------------------------------------------------


def test_an_answer_is_a_new_entry_and_the_old_text_stays(alice_client, alice) -> None:
    old = make_entry(alice, local_date=date(2020, 11, 20), body="I shall never learn this.")
    before = Entry.objects.values().get()
    link = one(soup(alice_client.get("/today/")), "#look-again .acts a")
    page = soup(alice_client.get(link["href"]))
    assert "I shall never learn this." in one(page, ".answered").get_text()
    form = one(page, "tl-writer form[enctype][action$='/save/']")
    alice_client.post(form["action"], fields(form) | {"body": "I teach it now."})
    new = Entry.objects.exclude(pk=old.pk).get()
    assert (new.answers, new.local_date) == (old, TODAY)
    assert Entry.objects.filter(pk=old.pk).values().get() == before
    read = soup(alice_client.get(old.get_absolute_url()))
    assert "I teach it now." in one(read, ".layers").get_text()
    read = soup(alice_client.get(new.get_absolute_url()))
    assert "I shall never learn this." in one(read, ".answered").get_text()
    assert one(read, ".answered a")["href"] == old.get_absolute_url()
    assert one(soup(alice_client.get(f"{new.get_absolute_url()}edit/")), ".answered")


def test_once_answered_it_has_had_its_moment(alice) -> None:
    old = make_entry(alice, local_date=ago(7))
    make_entry(alice, local_date=ago(30))
    chosen = entry_again(alice)
    make_entry(alice, answers=chosen.pk)
    assert again(alice) is None
    assert old.pk


def test_later_saves_do_not_change_what_is_answered(alice_client, alice) -> None:
    old, other = make_entry(alice, body="old"), make_entry(alice, body="other")
    pk, data = new_id(), form_data(alice, answers=str(old.pk))
    alice_client.post(reverse("journal:entry_save", args=[pk]), data)
    more = data | {"expected_version": "1", "body": "more", "answers": str(other.pk)}
    alice_client.post(reverse("journal:entry_save", args=[pk]), more)
    entry = Entry.objects.get(pk=pk)
    assert (entry.body, entry.answers) == ("more", old)


@pytest.mark.parametrize("named", ["somebody elses", "nobodys", "its own", "no id at all"])
def test_what_cannot_be_answered_keeps_nobody_from_writing(alice_client, alice, bob, named) -> None:
    pk = new_id()
    answers = {
        "somebody elses": str(make_entry(bob).pk),
        "nobodys": str(new_id()),
        "its own": str(pk),
        "no id at all": "x" * 500,
    }[named]
    url = reverse("journal:entry_save", args=[pk])
    assert alice_client.post(url, form_data(alice, answers=answers)).status_code == 302
    assert Entry.objects.for_user(alice).get().answers is None


def test_the_writer_does_not_open_for_what_cannot_be_answered(alice_client, alice, bob) -> None:
    url = reverse("journal:entry_create")
    for answers in (make_entry(bob).pk, new_id(), "x", make_entry(alice, trashed_at=NOW).pk):
        assert alice_client.get(f"{url}?answers={answers}").status_code == 404


def test_an_answer_outlives_what_it_answers(alice_client, alice) -> None:
    old = make_entry(alice, trashed_at=NOW, body="gone soon")
    new = make_entry(alice, body="still here")
    Entry.objects.filter(pk=new.pk).update(answers=old)
    page = soup(alice_client.get(new.get_absolute_url()))
    assert "in the trash" in one(page, ".answered").get_text()
    assert "gone soon" not in page.get_text()
    alice_client.post(reverse("journal:entry_erase", args=[old.pk]))
    assert Entry.objects.get().answers is None
    assert not soup(alice_client.get(new.get_absolute_url())).select(".answered")
