"""Statements that are put together once.

The ORM takes two to five milliseconds to write a long SELECT, PostgreSQL less than one to answer
it. A page that everybody opens every day therefore keeps its statements: written by the ORM like
every other, once for each process, and only the values are new each time (docs/adr/0011).
"""

from collections.abc import Callable, Generator, Iterable
from inspect import signature
from itertools import islice
from typing import Any, Generic, NamedTuple, ParamSpec, TypeVar

from django.db import DEFAULT_DB_ALIAS, connections, models
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models.query import ValuesListIterable
from django.db.models.sql.compiler import SQLCompiler

Row = TypeVar("Row")
Result = TypeVar("Result")
Params = ParamSpec("Params")


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
        return self._rows(kept, self._ask(kept.sql, bound))

    def begun(self, **values: Any) -> "Steps[list[Row]]":
        """The same, for `together`, or for a `Reading` to `yield from`."""
        [rows] = yield [Asked(self, values)]
        return rows

    def _rows(self, kept: _PutTogether, answer: Any) -> list[Row]:
        if kept.are_tuples:
            return answer  # type: ignore[no-any-return]
        # All three belong to this call: a connection is of its thread.
        compiler = _twin(
            kept.compiler,
            connection=connections[DEFAULT_DB_ALIAS],
            execute_sql=lambda *_, **__: [answer],
        )
        query = _twin(kept.rows.query, get_compiler=lambda *_, **__: compiler)
        return list(kept.rows._iterable_class(_twin(kept.rows, _query=query)))

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
        with self._sent(connections[DEFAULT_DB_ALIAS], sql, values) as cursor:
            return cursor.fetchall()

    def _sent(self, database: Any, sql: str, values: list[Any]) -> Any:
        """The cursor that the answer comes to."""
        cursor = database.cursor()
        cursor.execute(sql, values)
        return cursor


def _twin(of: Any, **changed: Any) -> Any:
    """The same, but for these attributes. Cloning a queryset takes longer than making its rows."""
    twin = object.__new__(type(of))
    twin.__dict__ = of.__dict__ | changed
    return twin


class KeyedStatement(Statement[Row]):
    """A statement whose plan PostgreSQL keeps as well, each connection for itself.

    Planning a join of three tables takes longer than reading one row of each. Only for what has
    one sensible plan, by a key or by a few days: one that is kept knows no values, and would read
    the journal of 20,000 entries as it reads one of twenty. Nor does it know what a partial index
    leaves out, unless the condition of that index stands in the statement without values.
    """

    def _sent(self, database: Any, sql: str, values: list[Any]) -> Any:
        database.ensure_connection()
        # The kind of cursor that sends values apart from the SQL; Django's usual one cannot.
        bare = ServerBindingCursor(database.connection)  # type: ignore[call-arg]
        cursor = database._prepare_cursor(bare)
        cursor.execute(sql, values)
        return cursor


class Asked(NamedTuple):
    """A statement and its values."""

    statement: Statement[Any]
    values: dict[str, Any]


# Yields what it asks, is sent the rows of each, and returns what it makes of them.
Steps = Generator[list[Asked], list[list[Any]], Result]


class Reading(Generic[Params, Result]):
    """What asks statements by `yield from …begun(…)`, to be called like any other function.

    Its own `begun` is for `together`, which asks for the rows of several of them at once.
    """

    def __init__(self, steps: Callable[Params, Steps[Result]]) -> None:
        self.__doc__ = steps.__doc__
        self.begun = steps

    def __call__(self, *args: Params.args, **kwargs: Params.kwargs) -> Result:
        """What it makes of its rows."""
        [result] = together(self.begun(*args, **kwargs))
        return result  # type: ignore[no-any-return]


def together(*begun: Steps[Any]) -> list[Any]:
    """What each of these makes of its rows, in their order.

    What they ask at the same step goes to the database at once, which is woken once for all of it.
    """
    steps = abreast(*begun)
    try:
        asked = next(steps)
        while True:
            asked = steps.send(_answers(asked))
    except StopIteration as ended:
        return ended.value  # type: ignore[no-any-return]


def abreast(*begun: Steps[Any]) -> Steps[list[Any]]:
    """The same, for a `Reading` to `yield from`."""
    results: list[Any] = [None] * len(begun)
    going: dict[int, Any] = dict.fromkeys(range(len(begun)))
    while going:
        asked: dict[int, list[Asked]] = {}
        for place, answers in going.items():
            try:
                asked[place] = begun[place].send(answers)
            except StopIteration as ended:
                results[place] = ended.value
        if asked:
            answers = iter((yield [one for several in asked.values() for one in several]))
            going = {place: list(islice(answers, len(asked[place]))) for place in asked}
        else:
            going = {}
    return results


def nothing() -> Steps[list[Any]]:
    """No rows, without asking, in the place of what is not always wanted."""
    yield from ()
    return []


def _answers(asked: list[Asked]) -> list[list[Any]]:
    if len(asked) == 1:
        [(statement, values)] = asked
        return [statement(**values)]
    database: Any = connections[DEFAULT_DB_ALIAS]
    database.ensure_connection()
    bound = [statement._bind(values) for statement, values in asked]
    with database.wrap_database_errors, database.connection.pipeline():
        cursors = [
            statement._sent(database, kept.sql, values)
            for (statement, _), (kept, values) in zip(asked, bound, strict=True)
        ]
        answers = [cursor.fetchall() for cursor in cursors]
    return [
        statement._rows(kept, answer)
        for (statement, _), (kept, _), answer in zip(asked, bound, answers, strict=True)
    ]
