"""What is said of a care: the first sentence, new versions, a slip put right, that it still holds.

Each verb holds the care's row until its transaction ends; nothing else writes statements or events.
"""

from dataclasses import dataclass, fields
from datetime import date, datetime
from uuid import UUID

from django.db import transaction
from django.http import Http404
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cares.models import Care, CareEvent, CareStatement
from apps.cares.models.care import LABEL_LENGTH
from apps.cares.models.statement import Standing
from apps.people.models import Person

Kind = CareEvent.Kind


class Refused(Exception):
    """It cannot be done now. `str()` says why, for the page. Nothing was written."""


@dataclass(frozen=True)
class Said:
    """What a version of a care says; for somebody on the list or in words of one's own."""

    text: str
    because: str = ""
    person: Person | None = None
    for_whom: str = ""
    domain: str = ""
    standing: str = Standing.HELD


@transaction.atomic
def state(
    *, owner: User, said: Said, label: str = "", begun_on: date | None = None, now: datetime
) -> Care:
    """A new care with its first statement. Without a label its first words are its name."""
    today = owner.today(now)
    care = Care.objects.create(
        owner=owner, label=label or label_of(said.text), begun_on=begun_on or today
    )
    _say(care, said, "", today, now)
    return care


@transaction.atomic
def restate(
    *, owner: User, care: UUID, after: int, said: Said, what_changed: str, now: datetime
) -> CareStatement:
    """Another version of a care, which says what has changed.

    `after` is the version that was read. Raises Refused where another one was written meanwhile,
    or where it goes on as others.
    """
    row = held(owner, care)
    if row.has_ended:
        raise Refused(_("It goes on as others: write there."))
    if row.version != after:
        raise Refused(_("Meanwhile another version was written. Look at that one first."))
    row.version += 1
    statement = _say(row, said, what_changed, owner.today(now), now)
    row.save(update_fields=["version", "updated_at"])
    return statement


@transaction.atomic
def fix(*, owner: User, care: UUID, text: str, because: str, now: datetime) -> CareStatement:
    """Put right the words of the last version. Raises Refused when its day is over."""
    row = held(owner, care)
    statement = row.statements.get(owner=owner, version=row.version)
    if not statement.can_be_fixed(now):
        raise Refused(_("It has stood for more than a day: write a new version instead."))
    statement.text, statement.because = text, because
    statement.save(update_fields=["text", "because", "updated_at"])
    return statement


@transaction.atomic
def still_holds(*, owner: User, care: UUID, note: str = "", now: datetime) -> None:
    """Note that it still holds, as it stands; once a day, whoever says it twice has said it."""
    row = held(owner, care)
    if row.has_ended:
        raise Refused(_("It goes on as others: say it there."))
    today = owner.today(now)
    if not row.events.filter(owner=owner, kind=Kind.STILL_HOLDS, happened_on=today).exists():
        note_event(row, Kind.STILL_HOLDS, today, now, note=note)


def label_of(text: str) -> str:
    """The first words of a sentence, as many as a name has room for."""
    line = " ".join(text.split())
    if len(line) <= LABEL_LENGTH:
        return line.rstrip(".")
    cut = line[: LABEL_LENGTH - 1]
    whole = cut.rpartition(" ")[0] if " " in cut else cut
    return f"{whole.rstrip(',;:.–-')}…"


def held(owner: User, pk: UUID) -> Care:
    """The care, held until the transaction ends. Raises Http404 for a stranger's, or one let go."""
    row = Care.objects.for_user(owner).kept().select_for_update().filter(pk=pk).first()
    if row is None:
        raise Http404
    return row


def note_event(
    care: Care,
    kind: Kind,
    on: date,
    now: datetime,
    *,
    other: Care | None = None,
    was: str = "",
    note: str = "",
) -> CareEvent:
    """The next event of a care whose row is held."""
    care.events_count += 1
    care.save(update_fields=["events_count", "updated_at"])
    return CareEvent.objects.create(
        owner_id=care.owner_id,
        care=care,
        seq=care.events_count,
        kind=kind,
        other=other,
        was=was,
        note=note,
        happened_at=now,
        happened_on=on,
    )


def _say(care: Care, said: Said, what_changed: str, on: date, now: datetime) -> CareStatement:
    return CareStatement.objects.create(
        owner_id=care.owner_id,
        care=care,
        version=care.version,
        what_changed=what_changed,
        written_at=now,
        written_on=on,
        **{each.name: getattr(said, each.name) for each in fields(said)},
    )
