"""The folder of Markdown: names, heads, links, notes about people, and all of it read again."""

import io
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any
from uuid import UUID
from zipfile import ZipFile
from zoneinfo import ZoneInfo

import pytest
import yaml
from django.core.files.storage import default_storage
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.journal.models import Attachment, Entry, EntryPerson, EntryPromise
from apps.promises.models import Promise
from apps.transfer.choosing import Choice
from apps.transfer.forms import Progress, markdown
from apps.transfer.forms.naming import Names
from apps.transfer.linking import entry_in, relinked
from apps.transfer.sources import markdown as source
from apps.transfer.sources.package import Package
from apps.transfer.sources.plain import PlainEntry, Unreadable, led_to
from apps.transfer.telling import Told, told
from tests.accounts.test_leaving import with_a_life
from tests.factories import NOW, TODAY, make_attachment, make_entry, make_person

DAY = date(2026, 3, 5)
REFUSED_BY_WINDOWS = re.compile(r'[<>:"\\|?*\x00-\x1f]|[. ]$')


def folder(user: User, **said: Any) -> dict[str, bytes]:
    """The files of the folder, by name."""
    progress = Progress()
    packed = b"".join(markdown.write(user, Choice(**said), NOW, progress))
    assert progress.done == markdown.count(user, Choice(**said))
    with ZipFile(io.BytesIO(packed)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def notes(user: User, **said: Any) -> dict[str, str]:
    """Its notes, as text."""
    files = folder(user, **said).items()
    return {name: content.decode() for name, content in files if name.endswith(".md")}


def head(note: str) -> dict[str, Any]:
    """What the head of a note says, to whoever reads YAML."""
    return yaml.safe_load(note.split("---\n")[1])


@pytest.mark.django_db
def test_a_note_says_what_belongs_to_its_entry(alice) -> None:
    entry = make_entry(
        alice, title="What: the “first” day", body="Words", local_date=DAY, mood=0, starred=True
    )
    EntryPerson.objects.create(owner=alice, entry=entry, person=make_person(alice, name="Ana"))
    [(place, note)] = [it for it in notes(alice).items() if it[0].startswith("2026")]
    wall = entry.wall_time
    clock = f"-{wall:%H%M}" if wall else ""
    assert place == f"2026/03/2026-03-05{clock}-what-the-first-day.md"
    said = head(note)
    assert (said["id"], said["local_date"], said["tz"]) == (
        str(entry.pk),
        "2026-03-05",
        entry.time_zone,
    )
    assert (said["title"], said["mood"], said["starred"]) == ("What: the “first” day", 0, True)
    assert datetime.fromisoformat(said["date"]) == entry.occurred_at
    assert said["people"] == ["[[people/Ana|Ana]]"]
    assert "energy" not in said
    assert note.endswith("---\n\nWords\n")


@pytest.mark.django_db
def test_names_are_of_a_kind_that_every_system_takes(alice) -> None:
    for title in ("CON", "a/b\\c:d", "日記", "Über", "über", "x" * 200, "../../etc", "Day.", ""):
        make_entry(alice, title=title, local_date=DAY)
        make_person(alice, name=title or "COM1")
    names = list(folder(alice))
    assert len({name.casefold() for name in names}) == len(names) == 18
    for name in names:
        assert name.isascii()
        assert not name.startswith(("/", "."))
        for part in PurePosixPath(name).parts:
            assert len(part) <= 120
            assert not REFUSED_BY_WINDOWS.search(part)
            assert part.split(".")[0].upper() not in {"CON", "COM1"}
    assert "people/person.md" in names


@pytest.mark.django_db
def test_links_between_entries_lead_to_their_notes(alice, bob) -> None:
    first = make_entry(alice, title="First", local_date=date(2025, 12, 31))
    strangers = make_entry(bob)
    page = f"https://journal.example/journal/{first.pk}/"
    body = (
        f"See [then]({page}#words) and <{page}>, [by name][1], `[code]({page})`.\n\n"
        f"[theirs](/journal/{strangers.pk}/)\n\n[1]: {page}"
    )
    make_entry(alice, body=body, local_date=DAY, answers=first.pk)
    [(older, _), (_, note)] = notes(alice).items()
    path = f"../../{older}"
    assert f"[then]({path}) and [{path}]({path}), [by name][1], `[code]({page})`" in note
    assert f"[theirs](/journal/{strangers.pk}/)" in note
    assert note.rstrip().endswith(f"[1]: {path}")
    assert head(note)["answers"] == f"[[{older.removesuffix('.md')}]]"


def test_an_address_of_an_entry_is_known_from_every_other() -> None:
    pk = UUID(int=7)
    for known in (f"/journal/{pk}/", f"https://a.example:8000/x/journal/{pk}/?from=1#m"):
        assert entry_in(known) == pk
    for other in (f"/journal/{pk}/edit/", f"/people/{pk}/", "/journal/", f"ftp://a/journal/{pk}/"):
        assert entry_in(other) is None
    assert relinked("[a](b) /journal/", lambda _address: "x") == "[a](b) /journal/"


@pytest.mark.django_db
def test_files_lie_beside_the_note_and_one_that_is_lost_stops_nothing(alice) -> None:
    entry = make_entry(alice, body="```\nopen", local_date=DAY)
    photo = make_attachment(entry)
    Attachment.objects.filter(pk=photo.pk).update(alt="A [dog]\nasleep")
    lost = make_attachment(entry)
    default_storage.delete(lost.key)
    files = folder(alice)
    [place] = [name for name in files if "/attachments/" in name]
    assert place.startswith("2026/03/attachments/")
    with default_storage.open(photo.key) as kept:
        assert files[place] == kept.read()
    [note] = [content.decode() for name, content in files.items() if name.endswith(".md")]
    link = f"[A (dog) asleep](attachments/{PurePosixPath(place).name})"
    # Above the code that never ends, or it would be code.
    assert note.index(link) < note.index("```")
    assert [name for name in folder(alice, with_files=False) if "attachments" in name] == []


@pytest.mark.django_db
def test_people_promises_and_cares_have_notes_where_all_is_wanted(bob) -> None:
    life = with_a_life(bob)
    promise = Promise.objects.for_user(life).filter(entry_links__isnull=False).first()
    link = EntryPromise.objects.filter(owner=life.pk).first()
    found = notes(life)
    kinds = {PurePosixPath(name).parts[0] for name in found}
    assert {"people", "promises", "cares"} < kinds
    about = next(note for note in found.values() if head(note)["id"] == str(link.promise_id))
    assert promise is not None
    assert head(about)["type"] == "promise"
    assert "## What happened" in about
    for name, note in found.items():
        for target in re.findall(r"\]\(([^)]+\.md)\)", note):
            path = PurePosixPath(name).parent / target
            assert str(_flat(path)) in found, f"{name} leads to {target}"


def _flat(path: PurePosixPath) -> PurePosixPath:
    parts: list[str] = []
    for part in path.parts:
        parts = parts[:-1] if part == ".." else [*parts, part]
    return PurePosixPath(*parts)


@pytest.mark.django_db
def test_the_words_of_whoever_was_promised_something_are_quoted(bob) -> None:
    life = with_a_life(bob)
    promise = Promise.objects.for_user(life).first()
    assert promise is not None
    promise.assessments.create(
        owner=life, by_owner=False, via="link", said_at=NOW, made_possible="I slept.\nAt last."
    )
    Promise.objects.filter(pk=promise.pk).update(delivered_at=NOW)
    note = next(text for text in notes(life).values() if head(text)["id"] == str(promise.pk))
    assert "## In their words" in note
    assert "> I slept.\n> At last." in note


@pytest.mark.django_db
def test_a_story_has_one_note_and_a_choice_of_entries_none(alice) -> None:
    ana, ben = make_person(alice, name="Ana"), make_person(alice, name="Ben", notes="%%x%% y")
    entry = make_entry(alice, body="About both.", local_date=DAY)
    for person in (ana, ben):
        EntryPerson.objects.create(owner=alice, entry=entry, person=person)
    story = notes(alice, person=ben.pk, is_masked=True)
    assert [name for name in story if name.startswith("people/")] == ["people/Ben.md"]
    assert "[private] y" in story["people/Ben.md"]
    assert head(next(iter(story.values())))["people"] == ["Ana", "[[people/Ben|Ben]]"]
    assert not any(name.startswith("people/") for name in notes(alice, first=DAY))


@pytest.mark.django_db
def test_what_is_private_is_nowhere(alice) -> None:
    body = "Open %%the Halcyon deal%% end"
    entry = make_entry(alice, title="On %%Halcyon%%", body=body, local_date=DAY)
    make_entry(alice, body=f"[x](/journal/{entry.pk}/)", local_date=TODAY)
    files = folder(alice, is_masked=True)
    assert not [name for name in files if "halcyon" in (name + files[name].decode()).casefold()]
    assert b"[private]" in b"".join(files.values())
    assert b"Halcyon" in b"".join(folder(alice).values())


# --- There and back -----------------------------------------------------------------------------

ZONES = ["Europe/Vienna", "America/St_Johns", "Asia/Kathmandu", "UTC", "Pacific/Apia"]
HARD = [*("no", "yes", "1e3", "2024-01-01", "21:30", "a: b", "- x", "it's", 'a "b"', "é ß 日記")]
NAMES = st.sampled_from(HARD) | st.from_regex(r"[a-zA-Zé][a-zé0-9 '-]{0,20}[a-z]", fullmatch=True)
LINES = st.sampled_from(
    [
        *("# A day", "## 2024-01-05", "- one\n- two", "> quoted", "*soft* and **loud**", "#tag"),
        *("| a | b |\n|---|---|\n| 1 | 2 |", "```\n#no tag\n```", "- [x] done", "a  \nb", "---"),
        *(
            "tags: [a]",
            "![x](https://a.example/x.png)",
            "[x](https://a.example)",
            "1. a",
            "日記 🙂",
        ),
    ]
) | st.text(st.characters(categories=["L", "N", "Zs", "Po"], exclude_characters="\\"), max_size=40)


@st.composite
def tellings(draw: Callable[..., Any]) -> Told:
    """An entry as forms are told of it, of a day that may be the one before its clock's."""
    time_zone = draw(st.sampled_from(ZONES))
    moment = draw(st.datetimes(datetime(1890, 1, 2), datetime(2990, 1, 1), timezones=st.just(UTC)))
    written_at = moment.astimezone(ZoneInfo(time_zone))
    days = draw(st.sampled_from([0, 0, 1, 400]))
    local_date = written_at.date() - timedelta(days=days)
    title = draw(NAMES.filter(lambda name: name == name.strip()) | st.just(""))
    return Told(
        id=draw(st.uuids()),
        title=title,
        body="\n\n".join(draw(st.lists(LINES, max_size=6))),
        local_date=local_date,
        written_at=written_at,
        wall_time=written_at if days < 2 else None,
        time_zone=time_zone,
        created_at=moment,
        changed_at=moment,
        notebook=draw(NAMES | st.just("")),
        starred=draw(st.booleans()),
        mood=draw(st.none() | st.integers(-2, 2)),
        energy=draw(st.none() | st.integers(-2, 2)),
        answers=None,
        question=draw(st.sampled_from(["", "What was it?\nAnd why: so?", "- x"])),
        tags=tuple(draw(st.lists(NAMES, max_size=3, unique_by=str.casefold))),
        people=(),
        promises=(),
        cares=(),
        files=(),
    )


def read(folder_path: Path, files: dict[str, bytes]) -> list[PlainEntry | Unreadable]:
    """What our own reader makes of these files."""
    for name, content in files.items():
        path = folder_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    with Package(folder_path) as package:
        return list(source.read(package, ZoneInfo("Asia/Tokyo")))


@given(tellings())
@settings(max_examples=150)
def test_a_note_is_read_as_it_was_written(tmp_path_factory, entry) -> None:
    place = markdown.place_of(entry.local_date, entry.wall_time, entry.title, Names())
    note = markdown.note_of(entry, [], {entry.id: place}, {})
    [found] = read(tmp_path_factory.mktemp("folder"), {place: note.encode()})
    assert isinstance(found, PlainEntry), found
    assert (found.local_date, found.moment, found.time_zone) == (
        entry.local_date,
        entry.written_at,
        entry.time_zone,
    )
    assert (found.title, found.body) == (entry.title, entry.body.strip("\n"))
    assert (found.tags, found.notebook, found.question) == (
        entry.tags,
        entry.notebook,
        entry.question.strip(),
    )
    assert (found.starred, found.mood, found.energy) == (
        entry.starred,
        entry.mood,
        entry.energy,
    )
    assert set(found.rest["head"]) == {"id"}
    assert found.warnings == ()


@pytest.mark.django_db
def test_a_life_is_read_again(bob, tmp_path) -> None:
    life = with_a_life(bob)
    first = Entry.objects.for_user(life).kept().first()
    make_entry(life, body=f"[then](/journal/{first.pk}/)", local_date=DAY)
    outcomes = read(tmp_path, folder(life))
    found = {it.rest["head"]["id"]: it for it in outcomes if isinstance(it, PlainEntry)}
    apart = [it for it in outcomes if isinstance(it, Unreadable)]
    assert {PurePosixPath(it.key).parts[0] for it in apart} == {"people", "promises", "cares"}
    entries = list(told(life, Choice()))
    assert set(found) == {str(entry.id) for entry in entries}
    for entry in entries:
        again = found[str(entry.id)]
        assert (again.local_date, again.moment) == (entry.local_date, entry.written_at)
        assert again.people == tuple(person.name for person in entry.people)
        assert [(tmp_path / it.member).read_bytes() for it in again.media] == [
            b"".join(file.pieces()) for file in entry.files
        ]
        assert "not found" not in "".join(again.warnings)
    linked = next(it for it in found.values() if it.body.startswith("[then]"))
    assert linked.body == led_to("then", found[str(first.pk)].key)
