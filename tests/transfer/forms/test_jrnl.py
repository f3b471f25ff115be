"""A journal for jrnl, and back from it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from apps.journal.sorting import pick_tags
from apps.transfer.choosing import Choice
from apps.transfer.forms import jrnl as form
from apps.transfer.sources import jrnl
from apps.transfer.telling import Told, told
from tests.factories import NOW, TODAY, make_attachment, make_entry
from tests.transfer.forms.writing import TITLES, WORDS, read_back, written

pytestmark = pytest.mark.django_db


def test_it_is_as_jrnl_writes_it(alice) -> None:
    walk = make_entry(alice, title="A walk", body="To the sea, @home.", starred=True)
    pick_tags(alice, walk, ["Out of town", "home.", "c++"])
    make_attachment(walk, name="sea.png")
    make_entry(
        alice,
        body="First line\n[2024-01-01 10:00] no entry\nlast",
        local_date=TODAY + timedelta(days=1),
        occurred_at=NOW - timedelta(days=9),
    )
    assert written(alice, "jrnl").decode() == (
        "[2026-11-20 19:30] A walk *\nTo the sea, @home.\n\nFiles: sea.png\n\n"
        "@c++ @home @out-of-town\n\n"
        "[2026-11-21 00:00] First line\n [2024-01-01 10:00] no entry\nlast\n\n"
    )


@pytest.fixture
def one(alice) -> Told:
    """An entry, to be changed without the database."""
    make_entry(alice)
    return next(told(alice, Choice()))


ENTRIES = st.lists(
    st.fixed_dictionaries(
        {
            "title": TITLES,
            "body": WORDS,
            "starred": st.booleans(),
            "written_at": st.datetimes(datetime(1990, 1, 1), timezones=st.just(UTC)),
            "tags": st.lists(st.text(min_size=1, max_size=12), max_size=3).map(tuple),
        }
    ),
    min_size=1,
    max_size=4,
)


@given(ENTRIES)
def test_day_time_words_star_and_tags_come_back(one, tmp_path, entries) -> None:
    told_ = [
        replace(
            one,
            **said,
            local_date=said["written_at"].date(),
            wall_time=said["written_at"],
        )
        for said in entries
    ]
    text = "".join(map(form._entry, told_))
    back = read_back(jrnl, text.encode(), tmp_path, ".txt")
    assert len(back) == len(told_)
    for entry, found in zip(told_, back, strict=True):
        assert found.local_date == entry.local_date
        assert found.wall_time == entry.written_at.time().replace(second=0, microsecond=0)
        assert found.starred == entry.starred
        assert {form.as_tag(tag) for tag in entry.tags} - {""} <= {*found.tags}
        words = [*entry.title.split(), *entry.body.replace("\u200b", "").split()]
        assert [*found.title.split(), *found.body.split()][: len(words)] == words
        if entry.title and entry.body.strip():
            assert found.title == " ".join(entry.title.split())


def test_what_could_be_a_head_or_a_star_is_neither(one, tmp_path) -> None:
    for title, body in [
        ("[2024-01-01 10:00] x", "y"),
        ("2 *", "[2024-01-01 10:00] y"),
        ("", "*italic*\n[2024-01-01 10:00] y"),
        ("", "**a** b*\n[yesterday\n] y"),
    ]:
        for starred in (True, False):
            entry = replace(one, title=title, body=body, starred=starred)
            text = form._entry(entry) + form._entry(one)
            [found, _one] = read_back(jrnl, text.encode(), tmp_path, ".txt")
            assert found.starred == starred
            assert f"{found.title} {found.body}".split() == f"{title} {body}".split()
