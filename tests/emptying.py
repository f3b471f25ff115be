"""Emptying the database after a test that committed: what holds rows, and nothing is remade."""

from typing import Any

from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.db import connection

# The job queue makes its tables by itself.
QUEUE = {"procrastinate_jobs"}
# Django makes them once, when the tables are made; nothing of ours refers to them.
STAY = {Permission._meta.db_table, ContentType._meta.db_table}


def empty_tables(_case: Any = None) -> None:
    """Empty every table of a model, and the job queue.

    Django's own way empties all of them, used or not, and announces to every app that it may make
    its rows anew: three times as long, four hundred times a run.
    """
    ours = set(connection.introspection.django_table_names(only_existing=True))
    tables = sorted(ours - STAY | QUEUE)
    quoted = [connection.ops.quote_name(name) for name in tables]
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(
                f"(SELECT {number} FROM {name} LIMIT 1)"  # noqa: S608
                for number, name in enumerate(quoted)
            )
        )
        used = [quoted[number] for (number,) in cursor.fetchall()]
        if used:
            cursor.execute(f"TRUNCATE {', '.join(used)} CASCADE")
