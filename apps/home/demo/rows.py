"""Many rows at once."""

from collections.abc import Iterable
from typing import TypeVar

from django.db import connection
from django.db.models import Model

M = TypeVar("M", bound=Model)


def insert(model: type[M], instances: Iterable[M]) -> None:
    """Insert the rows with COPY, every column as it stands: instants are not set to now."""
    fields = [field for field in model._meta.concrete_fields if not field.generated]
    quoted = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor, cursor.copy(f"COPY {table} ({quoted}) FROM STDIN") as copy:
        for row in instances:
            copy.write_row(
                [
                    field.get_db_prep_save(getattr(row, field.attname), connection)
                    for field in fields
                ]
            )
