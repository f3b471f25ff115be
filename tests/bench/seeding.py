"""Who is measured: a person with very many entries, two with few, and a crowd around them."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from importlib import import_module
from itertools import cycle
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.db import connection

from apps.accounts.models import User
from apps.core.models import new_id
from apps.core.periods import instant_on
from apps.core.text import count_words, render
from apps.home.demo import life
from apps.journal import drafting, tasks, uploads
from apps.journal.drafting import Draft, Hand
from apps.journal.models import Attachment, Entry
from tests.bench.promising import promise_few, promise_much

MANY, FEW, CROWD, EACH = 20_000, 200, 200, 12
QUICK = 4_000
# A made-up life has short days as well. What is measured are entries of two to three hundred words.
SHORTEST = 200
# Five to each of few entries.
PHOTOS = 1_000
AT_ONCE = 500
PAST = date(1999, 12, 31)
MORNING = "Woke early and wrote three lines before anybody else was up. *Enough for a morning.*"


@dataclass(frozen=True)
class Measured:
    """A person, how many entries they have, and what their browser sends along."""

    user: User
    entries: int
    cookies: str
    csrf: str
    pages: list[UUID]  # entries of middle length, to be read one by one
    promises: list[UUID]


def people(today: date, now: datetime, *, quick: bool) -> tuple[Measured, Measured, Measured]:
    """The one with many entries, one with few, and one with as few and PHOTOS photos.

    Made on the first run, kept for the next.
    """
    has_many = User.objects.filter(email=_email(MANY)).exists()
    many = MANY if has_many or not quick else QUICK
    made = [_make(_email(many), today, 20, many), _make(_email(FEW), today, 2, FEW)]
    if _make(_email(PHOTOS), today, 2, FEW):
        _attach_photos(User.objects.get(email=_email(PHOTOS)))
        made.append(True)
    for number in range(CROWD):
        made.append(_make(f"crowd{number}@bench.invalid", today, 1, EACH, seed=number + 2))
    if any(made):
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return (
        _measured(_email(many), many, now),
        _measured(_email(FEW), FEW, now),
        _measured(_email(PHOTOS), FEW, now),
    )


def whole_life(now: datetime) -> User:
    """Somebody with many entries who is not measured otherwise: it may have photos."""
    email = "whole@bench.invalid"
    _make(email, now.date(), 20, MANY)
    return User.objects.get(email=email)


def _email(number: int) -> str:
    return f"mira{number}@bench.invalid"


def _make(email: str, today: date, years: int, entries: int, seed: int = 1) -> bool:
    if User.objects.filter(email=email).exists():
        return False
    if entries >= QUICK:
        print(f"Writing a journal of {entries} entries …", flush=True)
    began = time.perf_counter()
    life.make(email=email, password=None, today=today, years=years, entries=entries, seed=seed)
    if entries >= QUICK:
        print(
            f"Written in {time.perf_counter() - began:.0f} s (bound 60 s for {MANY}).", flush=True
        )
    user = User.objects.get(email=email)
    # A short life comes with pictures; who has some here is said above.
    Attachment.objects.for_user(user).delete()
    Entry.objects.for_user(user).update(attached={})
    _lengthen(user)
    return True


LENGTHEN = """
UPDATE "journal_entry" AS entry
SET body = given.body, body_html = given.html, opening_html = given.opening,
    is_whole = given.is_whole, word_count = given.words, version = version + 1
FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::text[], %s::bool[], %s::int[])
    AS given (id, body, html, opening, is_whole, words)
WHERE entry.id = given.id
"""


def _lengthen(user: User) -> None:
    """Let short entries go on with paragraphs of others, and let search know all of them."""
    entries = list(Entry.objects.for_user(user).order_by("pk"))
    parts = cycle([part for entry in entries for part in entry.body.split("\n\n")])
    for at in range(0, len(entries), AT_ONCE):
        some = entries[at : at + AT_ONCE]
        bodies = [_long(entry.body, parts) for entry in some]
        made = [render(body, str(entry.pk)) for entry, body in zip(some, bodies, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(
                LENGTHEN,
                [
                    [entry.pk for entry in some],
                    bodies,
                    [one.html for one in made],
                    [one.opening_html for one in made],
                    [one.is_whole for one in made],
                    [one.words for one in made],
                ],
            )
    tasks.index_again(str(user.pk))


def _long(body: str, parts: Iterator[str]) -> str:
    said, count = [body], count_words(body)
    while count < SHORTEST:
        said.append(next(parts))
        count += count_words(said[-1])
    return "\n\n".join(said)


def _attach_photos(user: User) -> None:
    """Photos by their rows alone: a page of entries reads no file."""
    entries = list(Entry.objects.for_user(user).kept().newest_first()[:FEW])
    Attachment.objects.bulk_create(
        Attachment(
            owner=user,
            entry=entry,
            position=place,
            key=str(new_id()),
            size=1,
            sha256="0" * 64,
            kind=Attachment.Kind.PHOTO,
            content_type="image/jpeg",
            name="walk.jpg",
            width=1_600,
            height=1_200,
            state=Attachment.State.MADE,
        )
        for entry in entries
        for place in range(PHOTOS // FEW)
    )
    for entry in entries:
        uploads._note(user.pk, entry.pk)


def _measured(email: str, entries: int, now: datetime) -> Measured:
    user = User.objects.get(email=email)
    _write_today(user, now)
    middle = Entry.objects.for_user(user).kept().filter(word_count__range=(80, 300))
    csrf = new_id().hex
    session = import_module(settings.SESSION_ENGINE).SessionStore()
    session[SESSION_KEY] = str(user.pk)
    session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = user.get_session_auth_hash()
    session.create()
    cookies = f"{settings.SESSION_COOKIE_NAME}={session.session_key}"
    return Measured(
        user=user,
        entries=entries,
        cookies=f"{cookies}; {settings.CSRF_COOKIE_NAME}={csrf}",
        csrf=csrf,
        promises=promise_much(user, now) if entries > FEW else promise_few(user),
        pages=list(middle.newest_first().values_list("pk", flat=True)[:40]),
    )


def _write_today(user: User, now: datetime) -> None:
    """Two entries of today, closed, also when the journal was made days ago."""
    today = user.today(now)
    there = Entry.objects.for_user(user).kept().on(today)
    for _ in range(2 - there.count()):
        draft = _draft(user, today, MORNING, now)
        drafting.save(owner=user, entry_id=new_id(), draft=draft, hand=_hand(), now=now)
    there.filter(closed_at=None).update(closed_at=now)


def begin_saving(who: Measured, count: int, now: datetime) -> list[tuple[UUID, dict[str, Any]]]:
    """Entries to be saved over and over, on a day long past, and the form fields of each."""
    long_past = instant_on(PAST, now.time(), who.user.time_zone)
    begun = []
    for _ in range(count):
        hand, pk = _hand(), new_id()
        draft = _draft(who.user, PAST, MORNING * 12, long_past)
        drafting.save(owner=who.user, entry_id=pk, draft=draft, hand=hand, now=now)
        fields = {
            "title": "",
            "local_date": PAST.isoformat(),
            "occurred_at": long_past.isoformat(),
            "time_zone": who.user.time_zone,
            "mood": "",
            "energy": "",
            "writer": str(hand.writer),
            "expected_version": "1",
            "person": str(who.user.pk),
        }
        begun.append((pk, fields))
    return begun


def end_saving() -> None:
    """Take away what was saved, so that no run finds more than the one before."""
    Entry.objects.filter(local_date=PAST, owner__email__endswith="@bench.invalid").delete()


def _hand() -> Hand:
    return Hand(writer=new_id(), sequence=1, expected_version=0)


def _draft(user: User, day: date, body: str, instant: datetime) -> Draft:
    return Draft(title="", body=body, local_date=day, occurred_at=instant, time_zone=user.time_zone)
