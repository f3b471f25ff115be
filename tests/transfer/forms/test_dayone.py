"""A journal for Day One, and back from it."""

import hashlib
import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from hypothesis import given
from hypothesis import strategies as st

from apps.core.models import new_id
from apps.journal.models import Notebook
from apps.journal.sorting import pick_tags
from apps.transfer.choosing import Choice
from apps.transfer.forms import dayone as form
from apps.transfer.sources import dayone
from apps.transfer.sources.plain import led_to
from apps.transfer.telling import Told, told
from tests.factories import make_attachment, make_entry, picture
from tests.transfer.forms.writing import TITLES, WORDS, members, read_back, written

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 5)
EVENING = datetime(2026, 3, 5, 20, 40, 12, 345678, tzinfo=UTC)


def entries_in(file: bytes, name: str = "Journal.json") -> list[dict]:
    return json.loads(members(file)[name])["entries"]


def test_an_entry_has_the_fields_that_day_one_knows(alice) -> None:
    entry = make_entry(
        alice,
        title="A *walk*",
        body="To the sea.",
        local_date=DAY,
        occurred_at=EVENING,
        starred=True,
    )
    pick_tags(alice, entry, ["Out of town", "sea"])
    document = json.loads(members(written(alice, "dayone"))["Journal.json"])
    assert document["metadata"] == {"version": "1.0"}
    [found] = document["entries"]
    assert found.pop("modifiedDate").endswith("Z")
    assert found == {
        "uuid": entry.pk.hex.upper(),
        "creationDate": "2026-03-05T20:40:12Z",
        "timeZone": "Europe/Vienna",
        "isAllDay": False,
        "starred": True,
        "tags": ["Out of town", "sea"],
        "text": "# A \\*walk\\*\n\nTo the sea.",
    }


def test_media_lie_by_what_their_bytes_are_and_others_are_named(alice, tmp_path) -> None:
    entry = make_entry(alice, body="Look.", local_date=DAY, occurred_at=EVENING)
    again = make_entry(alice, body="Again.", local_date=DAY, occurred_at=EVENING)
    photo, pdf = picture(), b"%PDF-1.4\n" + b"x" * 600
    attached = make_attachment(entry, photo, name="sea.png")
    type(attached).objects.filter(pk=attached.pk).update(alt="The [sea]")
    make_attachment(entry, pdf, name="plan.pdf")
    make_attachment(entry, b"some words", name="notes.txt")
    make_attachment(again, photo, name="twin.png")
    file = written(alice, "dayone")
    [one, _two] = entries_in(file)
    md5 = hashlib.md5(photo, usedforsecurity=False).hexdigest()
    identifier = attached.pk.hex.upper()
    assert one["photos"][0].items() >= {"md5": md5, "type": "png", "identifier": identifier}.items()
    assert f"![The \\[sea\\]](dayone-moment://{identifier})" in one["text"]
    assert "dayone-moment:/pdfAttachment/" in one["text"]
    assert "[File: notes.txt]" in one["text"]
    held = members(file)
    assert held[f"photos/{md5}.png"] == photo
    assert pdf in [content for name, content in held.items() if name.startswith("pdfs/")]
    assert len(held) == 3
    [back, twin] = read_back(dayone, file, tmp_path, ".zip")
    assert [media.name for media in back.media] == ["sea.png", "plan.pdf"]
    assert back.media[0].alt == "The [sea]"
    assert twin.media[0].member == back.media[0].member
    assert (back.warnings, twin.warnings) == ((), ())
    assert list(members(written(alice, "dayone", with_files=False))) == ["Journal.json"]


def test_a_file_that_is_lost_stops_nothing(alice) -> None:
    entry = make_entry(alice, body="Look.")
    default_storage.delete(make_attachment(entry, name="lost.png").key)
    file = written(alice, "dayone")
    assert entries_in(file)[0]["text"] == "Look.\n\n[File: lost.png]"
    assert list(members(file)) == ["Journal.json"]


def test_each_notebook_is_a_journal(alice, tmp_path) -> None:
    names = ["Tagebuch: für/mich", "Work", "work ", "Journal"]
    for number, name in enumerate(names):
        notebook = Notebook.objects.create(owner=alice, name=name, key=str(number))
        entry = make_entry(alice, body=name)
        type(entry).objects.filter(pk=entry.pk).update(notebook=notebook)
    Notebook.objects.create(owner=alice, name="Empty", key="empty")
    make_entry(alice, body="in none")
    file = written(alice, "dayone")
    assert set(members(file)) == {
        "Journal.json",
        "Journal-2.json",
        "Tagebuch- für-mich.json",
        "Work.json",
        "work-2.json",
    }
    assert len(read_back(dayone, file, tmp_path, ".zip")) == 5
    only = written(alice, "dayone", notebooks=(notebook.pk,))
    assert list(members(only)) == ["Journal.json"]
    assert [entry["text"] for entry in entries_in(only)] == ["Journal"]


@pytest.mark.parametrize("site", ["https://journal.example", ""])
def test_links_between_entries_lead_on(alice, tmp_path, site) -> None:
    """Also those within the product, as an import writes them."""
    old = make_entry(alice, body="Old.", local_date=DAY, occurred_at=EVENING)
    link = f"See [that]({site}/journal/{old.pk}/)."
    make_entry(alice, body=link, answers=old.pk)
    [_old, new] = read_back(dayone, written(alice, "dayone"), tmp_path, ".zip")
    key = old.pk.hex.upper()
    assert new.body.startswith(f"See {led_to('that', key)}.")
    assert new.body.endswith(led_to("Written about an earlier entry", key))


def test_an_empty_journal_is_one(alice) -> None:
    assert entries_in(written(alice, "dayone")) == []


@pytest.fixture
def one(alice) -> Told:
    """An entry, to be changed without the database."""
    make_entry(alice)
    return next(told(alice, Choice()))


ZONES = st.sampled_from(["Europe/Vienna", "Pacific/Apia", "America/New_York", "Asia/Kolkata", "X"])
MOMENTS = st.datetimes(datetime(1900, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))


@given(title=TITLES, body=WORDS, moment=MOMENTS, zone=ZONES, moved=st.integers(-3, 3))
def test_day_time_and_words_come_back(one, tmp_path, title, body, moment, zone, moved) -> None:
    local = moment.astimezone(form.zone(zone))
    day = local.date() - timedelta(days=moved)
    entry = replace(
        one,
        id=new_id(),
        title=title,
        body=body,
        local_date=day,
        written_at=local,
        wall_time=local if moved in (0, 1) else None,
        time_zone=zone,
        starred=moved == 0,
        tags=("sea", "Out of town"),
    )
    document = {"metadata": {"version": "1.0"}, "entries": [form._entry(entry, {})]}
    [back] = read_back(dayone, json.dumps(document).encode(), tmp_path, ".json")
    assert back.local_date == day
    assert back.moment == (None if moved else moment.replace(microsecond=0))
    assert (back.starred, back.tags) == (entry.starred, entry.tags)
    assert back.key == entry.id.hex.upper()
    if title and "](" not in title:
        assert back.title == title
        assert back.body == dayone.as_written(body).lstrip("\n")
    else:
        heading = f"# {form.escaped(title)}\n\n" if title else ""
        assert (back.title, back.body) == dayone.titled(dayone.as_written(heading + body))


def test_a_day_without_a_midnight_or_that_never_was_is_still_that_day(one) -> None:
    for day in (date(2011, 12, 30), date(2018, 11, 4)):
        for zone in ("Pacific/Apia", "America/Sao_Paulo"):
            said = form._when(replace(one, local_date=day, wall_time=None, time_zone=zone))
            begins = datetime.fromisoformat(said["creationDate"])
            assert said["isAllDay"]
            assert begins.astimezone(form.zone(said["timeZone"])).date() == day
