"""Statements that are put together once.

The ORM takes two to five milliseconds to write a long SELECT, PostgreSQL less than one to answer
it. A page that everybody opens every day therefore keeps its statements: written by the ORM like
every other, once for each process, and only the values are new each time (docs/adr/0011).
"""

from collections.abc import Callable, Iterable
from copy import copy
from inspect import signature
from typing import Any, Generic, NamedTuple, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models.query import ValuesListIterable
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row")


class Given(models.Expression):
    """The place of a value that is handed in when a statement is asked."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name

    def as_sql(
        self,
        compiler: SQLCompiler,  # noqa: ARG002
        connection: Any,  # noqa: ARG002
    ) -> tuple[str, tuple[Any, ...]]:
        """A placeholder, and this place itself among the parameters."""
        return "%s", (self,)


class _PutTogether(NamedTuple):
    rows: models.QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str
    places: tuple[Any, ...]
    # Of `values_list`, and as the database gives them: nothing is left for the ORM to do.
    are_tuples: bool


class Statement(Generic[Row]):
    """A queryset whose SQL is kept; calling it asks the database once and gives the rows.

    Values are handed in by name and must not be None, for which SQL has other words. Whatever else
    would depend on them (an `if`, the length of a list) is kept as it was the first time, so there
    is none of that. The first of them is the owner. `names` says which they are where the function
    takes any.
    """

    def __init__(
        self, build: Callable[..., models.QuerySet[Any, Row]], names: Iterable[str] = ()
    ) -> None:
        self.__doc__ = build.__doc__
        self._build = build
        self._names = tuple(names) or tuple(signature(build).parameters)
        self._kept: _PutTogether | None = None

    def __call__(self, **values: Any) -> list[Row]:
        """The rows for these values. Raises TypeError when one is missing or too many."""
        kept, bound = self._bind(values)
        if kept.are_tuples:
            return self._ask(kept.sql, bound)  # type: ignore[no-any-return]
        # Both belong to this call: a connection is of its thread.
        compiler, rows = copy(kept.compiler), kept.rows.all()
        compiler.connection = connections[DEFAULT_DB_ALIAS]
        answer = [self._ask(kept.sql, bound)]
        compiler.execute_sql = lambda *_, **__: answer  # type: ignore[method-assign, assignment]
        rows.query.get_compiler = lambda *_, **__: compiler  # type: ignore[method-assign]
        return list(rows)

    def count(self, **values: Any) -> int:
        """How many rows there are for these values."""
        kept, bound = self._bind(values)
        counting = f"SELECT count(*) FROM ({kept.sql}) AS counted"  # noqa: S608 (the ORM's words)
        [(count,)] = self._ask(counting, bound)
        return int(count)

    def _bind(self, values: dict[str, Any]) -> tuple[_PutTogether, list[Any]]:
        if len(values) != len(self._names) or None in values.values():
            raise TypeError(f"This statement needs a value for each of {self._names}.")
        kept = self._kept or self._put_together()
        places = kept.places
        return kept, [values[place.name] if isinstance(place, Given) else place for place in places]

    def _put_together(self) -> _PutTogether:
        rows = self._build(**{name: Given(name) for name in self._names})
        compiler = rows.query.get_compiler(DEFAULT_DB_ALIAS)
        sql, places = compiler.as_sql()
        columns = [column for column, *_ in compiler.select]
        converters = compiler.get_converters(columns)
        # They hang on the columns alone, and are looked for with every answer.
        compiler.get_converters = lambda _: converters  # type: ignore[method-assign]
        are_tuples = rows._iterable_class is ValuesListIterable and not converters
        self._kept = _PutTogether(rows, compiler, sql, tuple(places), are_tuples)
        return self._kept

    def _ask(self, sql: str, values: list[Any]) -> Any:
        with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
            cursor.execute(sql, values)
            return cursor.fetchall()


class KeyedStatement(Statement[Row]):
    """A statement whose plan PostgreSQL keeps as well, each connection for itself.

    Planning a join of three tables takes longer than reading one row of each. Only for what has
    one sensible plan, by a key or by a few days: one that is kept knows no values, and would read
    the journal of 20,000 entries as it reads one of twenty. Nor does it know what a partial index
    leaves out, unless the condition of that index stands in the statement without values.
    """

    def _ask(self, sql: str, values: list[Any]) -> Any:
        database: Any = connections[DEFAULT_DB_ALIAS]
        database.ensure_connection()
        # The kind of cursor that sends values apart from the SQL; Django's usual one cannot.
        cursor = ServerBindingCursor(database.connection)  # type: ignore[call-arg]
        with database._prepare_cursor(cursor) as asking:
            asking.execute(sql, values)
            return asking.fetchall()
