"""Whether what is kept is whole: rows, revisions, files, search and the ledger of promises.

The database refuses what breaks its rules, and storages give back what they were given. This asks
whether it is so, after a restore, an upgrade or a fall: ids and numbers, never a word of anybody.
"""

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.core.files.storage import default_storage
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from psycopg import sql

from apps.journal import uploads
from apps.journal.indexing import vectors_of
from apps.journal.models import Attachment, Entry, Unsettled
from apps.promises.models import Promise
from apps.promises.replaying import differing
from apps.transfer.backup import PIECE
from apps.transfer.exporting import one_moment

AT_ONCE = 200
# So many are named of what is amiss; all of them are counted.
MOST_NAMED = 20

# What the database would no longer see to by itself.
UNGUARDED = """
SELECT 'constraint ' || conname FROM pg_constraint
WHERE connamespace = 'public'::regnamespace AND NOT convalidated
UNION ALL
SELECT 'trigger ' || tgname FROM pg_trigger AS t JOIN pg_class AS c ON c.oid = t.tgrelid
WHERE c.relnamespace = 'public'::regnamespace AND tgenabled <> 'O'
UNION ALL
SELECT 'index ' || c.relname FROM pg_index AS i JOIN pg_class AS c ON c.oid = i.indexrelid
WHERE c.relnamespace = 'public'::regnamespace AND NOT (i.indisvalid AND i.indisready)
"""
RULES = """
SELECT r.relname, conname, pg_get_expr(conbin, conrelid)
FROM pg_constraint JOIN pg_class AS r ON r.oid = conrelid
WHERE contype = 'c' AND connamespace = 'public'::regnamespace ORDER BY 1, 2
"""
REFERENCES = """
SELECT r.relname, conname, f.relname,
    (SELECT array_agg(attname ORDER BY at) FROM unnest(conkey) WITH ORDINALITY AS k (number, at)
     JOIN pg_attribute ON attrelid = conrelid AND attnum = number),
    (SELECT array_agg(attname ORDER BY at) FROM unnest(confkey) WITH ORDINALITY AS k (number, at)
     JOIN pg_attribute ON attrelid = confrelid AND attnum = number)
FROM pg_constraint JOIN pg_class AS r ON r.oid = conrelid JOIN pg_class AS f ON f.oid = confrelid
WHERE contype = 'f' AND connamespace = 'public'::regnamespace ORDER BY 1, 2
"""
BROKEN_RULE = "SELECT to_jsonb(it) ->> 'id' FROM {} AS it WHERE NOT ({})"
BROKEN_REFERENCE = (
    "SELECT to_jsonb(it) ->> 'id' FROM {table} AS it"
    " WHERE {given} AND NOT EXISTS (SELECT FROM {target} AS other WHERE {same})"
)
# A text an entry has now or had before is one text; none is of a version that is still to come.
REVISIONS = """
SELECT revision.id FROM journal_revision AS revision JOIN journal_entry AS entry
    ON entry.id = revision.entry_id
WHERE revision.version > entry.version OR (revision.version = entry.version
    AND (revision.body <> entry.body OR revision.title <> entry.title))
"""
HOW_MANY_REVISIONS = "SELECT count(*) FROM journal_revision"
SEARCH = """
SELECT given.entry FROM unnest(%s::uuid[], %s::text[]) AS given (entry, vector)
LEFT JOIN journal_entrywords AS words ON words.entry_id = given.entry
WHERE words.vector IS DISTINCT FROM given.vector::tsvector
"""


@dataclass
class Check:
    """How much was looked at, and what is amiss: how many, and the first of them by name."""

    name: str
    looked_at: int = 0
    amiss: int = 0
    named: list[str] = field(default_factory=list)

    def add(self, names: Iterable[str]) -> None:
        """Note what is amiss."""
        for name in names:
            self.amiss += 1
            if len(self.named) < MOST_NAMED:
                self.named.append(name)

    def __str__(self) -> str:
        if not self.amiss:
            return f"{self.name}: {self.looked_at} looked at, all well"
        more = "" if self.amiss == len(self.named) else " …"
        named = ", ".join(self.named)
        return f"{self.name}: {self.looked_at} looked at, {self.amiss} amiss: {named}{more}"


def verify() -> list[Check]:
    """Every check; all but the last are of one moment."""
    checks: dict[str, Callable[[Check], None]] = {
        "guards": _guards,
        "rules": _rules,
        "references": _references,
        "revisions": _revisions,
        "search": _search,
        "files": _files,
    }
    done = []
    with one_moment():
        for name, look in checks.items():
            check = Check(name)
            look(check)
            done.append(check)
    return [*done, _promises()]


def strays(now: datetime) -> int:
    """How many files of the storage belong to nothing; the nightly sweep deletes them."""
    return sum(1 for _name in uploads.strays(now))


def _guards(check: Check) -> None:
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    check.add(f"migration {migration.app_label}.{migration.name}" for migration, _ in plan)
    check.looked_at = len(executor.loader.applied_migrations)
    with connection.cursor() as cursor:
        cursor.execute(UNGUARDED)
        check.add(name for (name,) in cursor.fetchall())


def _rules(check: Check) -> None:
    with connection.cursor() as cursor:
        cursor.execute(RULES)
        rules = cursor.fetchall()
        for table, name, condition in rules:
            check.looked_at += 1
            asked = sql.SQL(BROKEN_RULE).format(sql.Identifier(table), sql.SQL(condition))
            cursor.execute(asked)
            check.add(f"{table} {pk} ({name})" for (pk,) in cursor.fetchall())


def _references(check: Check) -> None:
    with connection.cursor() as cursor:
        cursor.execute(REFERENCES)
        references = cursor.fetchall()
        for table, name, target, columns, others in references:
            check.looked_at += 1
            mine = [sql.Identifier("it", column) for column in columns]
            theirs = [sql.Identifier("other", column) for column in others]
            asked = sql.SQL(BROKEN_REFERENCE).format(
                table=sql.Identifier(table),
                target=sql.Identifier(target),
                given=sql.SQL(" AND ").join(sql.SQL("{} IS NOT NULL").format(it) for it in mine),
                same=sql.SQL(" AND ").join(
                    sql.SQL("{} = {}").format(*pair) for pair in zip(mine, theirs, strict=True)
                ),
            )
            cursor.execute(asked)
            check.add(f"{table} {pk} ({name})" for (pk,) in cursor.fetchall())


def _revisions(check: Check) -> None:
    with connection.cursor() as cursor:
        cursor.execute(HOW_MANY_REVISIONS)
        check.looked_at = cursor.fetchone()[0]
        cursor.execute(REVISIONS)
        check.add(str(pk) for (pk,) in cursor.fetchall())


def _search(check: Check) -> None:
    """Of every entry that has settled, whether search knows what it says."""
    settled = Entry.objects.exclude(pk__in=Unsettled.objects.values("entry")).order_by("pk")
    last = UUID(int=0)
    while batch := list(settled.filter(pk__gt=last)[:AT_ONCE]):
        check.looked_at += len(batch)
        with connection.cursor() as cursor:
            cursor.execute(SEARCH, [[entry.pk for entry in batch], vectors_of(batch)])
            check.add(str(pk) for (pk,) in cursor.fetchall())
        last = batch[-1].pk


def _files(check: Check) -> None:
    """Whether every file is there with the bytes it came with, and the sizes that were made."""
    rows = Attachment.objects.order_by("pk").only(
        "pk", "key", "sha256", "kind", "state", "width", "height"
    )
    for row in rows.iterator(chunk_size=AT_ONCE):
        check.looked_at += 1
        sizes = [row.size_key(size.box) for size in row.sizes] if row.is_shown else []
        is_whole = sha256_of(row.key) == row.sha256 and all(map(default_storage.exists, sizes))
        if not is_whole:
            check.add([str(row.pk)])


def sha256_of(key: str) -> str:
    """The SHA-256 of a file in the storage; empty where there is none, or none to be read."""
    digest = hashlib.sha256()
    try:
        with default_storage.open(key) as file:
            while piece := file.read(PIECE):
                digest.update(piece)
    except OSError:
        return ""
    return digest.hexdigest()


def _promises() -> Check:
    """Whether each is what its ledger says. What differs is looked at again under its lock."""
    check = Check("promises", looked_at=Promise.objects.count())
    check.add(f"{pk} ({', '.join(names)})" for _owner, pk, names in differing())
    return check
