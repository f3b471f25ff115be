"""What the life wrote: the last weeks by hand, everything before them told by chance."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from itertools import chain, islice

from apps.core.periods import days
from apps.core.text import count_words, render, to_plain
from apps.home.demo import texts
from apps.home.demo.chance import Chance
from apps.home.demo.days import HOME_ZONE, moments, wall_instant
from apps.home.demo.plan import Life
from apps.home.demo.rows import insert
from apps.home.demo.telling import Teller
from apps.journal.models import Entry, Revision

RECENT = timedelta(days=21)
BATCH = 500


@dataclass(frozen=True)
class Page:
    """An entry before it has a row. `earlier`: texts it had, and minutes until the next one."""

    day: date
    instant: datetime
    zone: str
    title: str
    body: str
    mood: int | None
    energy: int | None
    starred: bool
    earlier: list[tuple[int, str]] = field(default_factory=list)
    trashed_at: datetime | None = None


def add(life: Life) -> None:
    """As many entries as the life has, besides the two in the trash, and earlier texts of some."""
    by_hand = list(_by_hand(life))
    kept = [page for page in by_hand if page.trashed_at is None]
    recent = kept[max(0, len(kept) - life.entries) :]
    trash = [page for page in by_hand if page.trashed_at is not None]
    pages = chain(_told(life, life.entries - len(recent)), recent, trash)
    chance = life.chance("rows")
    while batch := list(islice(pages, BATCH)):
        rows = [_rows(life, page, chance) for page in batch]
        insert(Entry, (entry for entry, _ in rows))
        insert(Revision, (revision for _, revisions in rows for revision in revisions))


def _told(life: Life, count: int) -> Iterator[Page]:
    teller = Teller(life.today, life.chance("texts"))
    chance = life.chance("revisions")
    last = life.today - RECENT
    for moment in moments(life.begins, last, count, life.chance("days")):
        told = teller.tell(moment)
        minutes = sorted((chance.between(12, 200) for _ in told.earlier), reverse=True)
        yield Page(
            day=moment.day,
            instant=moment.instant,
            zone=moment.zone,
            title=told.title,
            body=told.body,
            mood=told.mood,
            energy=told.energy,
            starred=told.starred,
            earlier=list(zip(minutes, told.earlier, strict=True)),
        )


def _by_hand(life: Life) -> Iterator[Page]:
    """The script of the last weeks, oldest first, laid onto the days before today."""
    pages = []
    for written in texts.recent():
        day = _day(written.day, life.today)
        hour, minute = map(int, written.time.split(":"))
        trashed_at = None
        if written.trashed_days is not None:
            trashed_day = life.today - timedelta(days=written.trashed_days)
            trashed_at = wall_instant(trashed_day, 19 * 60 + 30, HOME_ZONE)
        pages.append(
            Page(
                day=day,
                instant=wall_instant(day, hour * 60 + minute, HOME_ZONE),
                zone=HOME_ZONE,
                title=written.title,
                body=written.body.strip(),
                mood=written.mood,
                energy=written.energy,
                starred=written.starred,
                earlier=[(text["minutes"], text["body"].strip()) for text in written.earlier],
                trashed_at=trashed_at,
            )
        )
    yield from sorted(pages, key=lambda page: page.instant)


def _day(name: str, today: date) -> date:
    """The day a script means by "today", "work 2" (two working days ago) or "rest 1"."""
    if name == "today":
        return today
    kind, number = name.split()
    before = list(days(today - RECENT, today - timedelta(days=1)))
    fitting = [day for day in reversed(before) if (day.weekday() < 5) == (kind == "work")]
    return fitting[int(number) - 1]


def _rows(life: Life, page: Page, chance: Chance) -> tuple[Entry, list[Revision]]:
    entry_id = chance.new_id(page.instant)
    rendered = render(page.body, key=str(entry_id))
    # Somebody who thinks while writing makes about twenty words a minute.
    writing = timedelta(seconds=20 + rendered.words * 3)
    saved_at = page.instant + writing
    revisions = []
    for version, (minutes, body) in enumerate(page.earlier, start=1):
        began = saved_at
        saved_at = max(saved_at + timedelta(minutes=minutes), began + timedelta(minutes=11))
        revisions.append(
            Revision(
                id=chance.new_id(saved_at),
                owner=life.owner,
                entry_id=entry_id,
                version=version,
                title=page.title,
                body=body,
                word_count=count_words(to_plain(body)),
                saved_at=began,
                created_at=saved_at,
                updated_at=saved_at,
            )
        )
    entry = Entry(
        id=entry_id,
        owner=life.owner,
        created_at=page.instant,
        updated_at=page.trashed_at or saved_at,
        title=page.title,
        body=page.body,
        body_html=rendered.html,
        opening_html=rendered.opening_html,
        is_whole=rendered.is_whole,
        word_count=rendered.words,
        local_date=page.day,
        occurred_at=page.instant,
        time_zone=page.zone,
        starred=page.starred,
        mood=page.mood,
        energy=page.energy,
        version=1 + len(page.earlier),
        saved_at=saved_at,
        closed_at=saved_at,
        trashed_at=page.trashed_at,
    )
    return entry, revisions
