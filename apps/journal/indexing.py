"""The words of entries, as search knows them."""

from collections.abc import Sequence

from django.db import connection

from apps.core.models import new_id
from apps.core.text import fold, to_plain
from apps.journal.models import Entry

UPSERT = """
INSERT INTO journal_entrywords (id, owner_id, entry_id, version, vector, created_at, updated_at)
VALUES (%s, %s, %s, %s,
    array_to_tsvector(ARRAY[%s])
    || setweight(to_tsvector('simple', %s), 'A') || setweight(to_tsvector('simple', %s), 'C'),
    now(), now())
ON CONFLICT (entry_id) DO UPDATE
    SET version = excluded.version, vector = excluded.vector, updated_at = now()
"""


def index(entries: Sequence[Entry]) -> None:
    """Let search know what these entries say now."""
    rows = [
        (
            new_id(),
            entry.owner_id,
            entry.pk,
            entry.version,
            f"u:{entry.owner_id}",
            fold(entry.title),
            fold(to_plain(entry.body)),
        )
        for entry in entries
    ]
    with connection.cursor() as cursor:
        cursor.executemany(UPSERT, rows)
