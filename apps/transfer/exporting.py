"""A person's rows as an archive holds them, all of one moment."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time, timedelta
from pathlib import PurePosixPath
from typing import Any
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.db.models import Q
from django.utils.duration import duration_iso_string

from apps.accounts.models import User
from apps.journal.models import Attachment, EntryQuestion
from apps.prompts.models import Deck, Pack, PackSetting, Preference, Prompt, Serving, Wording
from apps.transfer.archive import Contents, Row, Table
from apps.transfer.settling import settings_of
from apps.transfer.tables import OPEN, fields_of, label, tables

AT_ONCE = 500
PIECE = 256 * 1024


@contextmanager
def one_moment() -> Iterator[None]:
    """Whatever is read within the block is as it was when the block began."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def contents_of(user: User, *, with_files: bool = True) -> Contents:
    """All that an archive of this person holds; best read within `one_moment`."""
    files = Attachment.objects.for_user(user).order_by("id") if with_files else None
    return Contents(
        person=settings_of(user),
        tables=[Table(label(model), _rows(model, rows_of(model, user))) for model in tables()],
        files=((name_of(row), _pieces(row)) for row in (files.iterator() if files else ())),
    )


def rows_of(model: type[models.Model], user: User) -> Any:
    """The rows of a table that an archive of this person holds, in an order that stays."""
    rows = model._default_manager.all()
    if model in OPEN:
        return rows.filter(Q(owner=user.pk) | Q(pk__in=_referred_to(model, user))).order_by("pk")
    return rows.filter(owner=user.pk).order_by("pk")


def name_of(row: Attachment) -> str:
    """Where the file of an attachment lies in an archive."""
    end = PurePosixPath(row.name).suffix.lower()
    plain = end[1:].isascii() and end[1:].isalnum() and len(end) <= 8
    return f"files/{row.pk}{end if plain else ''}"


def _referred_to(model: type[models.Model], user: User) -> Any:
    """What is shipped and this person's rows point at, so that an archive stands by itself."""
    answered = EntryQuestion.objects.filter(owner=user.pk).values("wording")
    served = Serving.objects.filter(owner=user.pk)
    wordings = Wording.objects.filter(Q(pk__in=answered) | Q(pk__in=served.values("wording")))
    if model is Wording:
        return wordings.values("pk")
    prompts = Prompt.objects.filter(
        Q(pk__in=wordings.values("prompt"))
        | Q(pk__in=served.values("prompt"))
        | Q(pk__in=Preference.objects.filter(owner=user.pk).values("prompt"))
    )
    if model is Prompt:
        return prompts.values("pk")
    return Pack.objects.filter(
        Q(pk__in=prompts.values("pack"))
        | Q(pk__in=Deck.objects.filter(owner=user.pk).values("pack"))
        | Q(pk__in=PackSetting.objects.filter(owner=user.pk).values("pack"))
    ).values("pk")


def _rows(model: type[models.Model], rows: Any) -> Iterator[Row]:
    fields = fields_of(model)
    names = [field.attname for field in fields]
    with_owner = model in OPEN
    columns = [*names, "owner_id"] if with_owner else names
    for values in rows.values_list(*columns).iterator(chunk_size=AT_ONCE):
        row = {field.name: said(value) for field, value in zip(fields, values, strict=False)}
        if with_owner:
            row["shipped"] = values[-1] is None
        yield row


def said(value: Any) -> Any:
    """A value of a field in JSON. Instants are in UTC to the microsecond, as they are kept."""
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        case date() | time():
            return value.isoformat()
        case timedelta():
            return duration_iso_string(value)
        case UUID():
            return str(value)
        case list():
            return [said(item) for item in value]
        case _:
            return value


def _pieces(row: Attachment) -> Iterator[bytes]:
    with default_storage.open(row.key) as file:
        while piece := file.read(PIECE):
            yield piece
