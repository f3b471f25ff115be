"""What is measured, in which order, beside what."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

from config.local.children import Child
from tests.bench import seeding
from tests.bench.load import Connection, Job, Variant, request
from tests.bench.report import Cost, Figures, Report, percentile
from tests.bench.searches import beside_their_sql
from tests.bench.seeding import Measured
from tests.bench.server import (
    ROOT,
    cpu_seconds,
    free_port,
    queries_of,
    serving,
    tree_memory,
    web_memory,
)
from tests.bench.visit import ENCODING, Visit, visit

CONNECTIONS = (1, 8, 32)
FLOOR = "floor"


@dataclass(frozen=True)
class Target:
    """Something to ask for again and again."""

    name: str
    route: str
    variant: Variant


@dataclass(frozen=True)
class Stage:
    """The running server and the load on it."""

    port: int
    web: int  # process ids
    database: int | None
    load: "subprocess.Popen[str]"


def measure(home: Path, now: datetime, *, quick: bool) -> int:
    """Measure everything and print it; 1 when a figure is over its bound, else 0."""
    many, few, album = seeding.people(now.date(), now, quick=quick)
    rounds, seconds = (2, 0.8) if quick else (5, 1.4)
    port = free_port()
    report = Report(many.entries, few.entries)
    report.machine()
    try:
        targets, others = _targets(many, port, now), _targets(few, port, now)
        with serving(home, port) as (web, worker), _load() as load:
            assert web.process
            assert worker.process
            stage = Stage(port, web.process.pid, _postmaster(home), load)
            _ask(stage, 2, 2, [*targets, *others])
            report.visits(_visits(port, many))
            report.costs({target.name: _cost(port, target, web) for target in targets})
            alone, sizes = _one_by_one(stage, targets, others, rounds * seconds * 6)
            asked = targets[0].variant.headers
            turns = 20 if quick else 100
            used = partial(_used, stage)
            report.searches(beside_their_sql(port, asked, now.date(), turns, used))
            figures = [alone]
            for connections in CONNECTIONS[1:]:
                figures.append(_in_turns(stage, targets, connections, rounds, seconds))
            report.pages(dict(zip(CONNECTIONS, figures, strict=True)))
            report.sizes(sizes)
            plain, pictured = _journal_of(others), _journal_of(_targets(album, port, now))
            report.photos(
                (_cost(port, plain, web).queries, _cost(port, pictured, web).queries),
                _beside(stage, plain, pictured, rounds * seconds),
                seeding.PHOTOS,
            )
            report.memory(_memory(web_memory(stage.web), worker.process.pid, stage.database))
    finally:
        seeding.end_saving()
    return report.finish()


def _journal_of(targets: list[Target]) -> Target:
    return next(target for target in targets if target.name == "journal")


def _beside(stage: Stage, one: Target, other: Target, seconds: float) -> tuple[float, float]:
    """The p50 of two pages, in turns."""
    (first, second), _ = _ask(stage, 1, seconds, [one, other])
    return percentile(first, 50), percentile(second, 50)


def _targets(who: Measured, port: int, now: datetime) -> list[Target]:
    headers = {"Host": f"localhost:{port}", "Cookie": who.cookies, "Accept-Encoding": ENCODING}
    saving = {
        **headers,
        "Accept": "application/json",
        "X-CSRFToken": who.csrf,
        "Sec-Fetch-Site": "same-origin",
    }
    begun = seeding.begin_saving(who, max(CONNECTIONS), now)
    # The writer's number grows with every save, and so does the text.
    bodies = [
        f"{urlencode({**fields, 'body': seeding.MORNING * 12})}+{{n}}&sequence={{n}}"
        for _, fields in begun
    ]
    pages = [f"/journal/{pk}/" for pk in who.pages]
    promises = [f"/promises/{pk}/" for pk in who.promises]
    saves = [f"/journal/{pk}/save/" for pk, _ in begun]
    return [
        Target(FLOOR, "floor", Variant("GET", ["/floor/"], headers, [])),
        Target("today", "home:today", Variant("GET", ["/today/"], headers, [])),
        Target("journal", "journal:entry_list", Variant("GET", ["/journal/"], headers, [])),
        Target("entry", "journal:entry_detail", Variant("GET", pages, headers, [])),
        Target("promises", "promises:promise_list", Variant("GET", ["/promises/"], headers, [])),
        Target("promise", "promises:promise_detail", Variant("GET", promises, headers, [])),
        Target("save", "journal:entry_save", Variant("POST", saves, saving, bodies)),
    ]


# The load


@contextmanager
def _load() -> Iterator["subprocess.Popen[str]"]:
    with subprocess.Popen(
        [sys.executable, "-m", "tests.bench.load"],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            assert process.stdin
            process.stdin.close()


def _ask(
    stage: Stage, connections: int, seconds: float, targets: list[Target]
) -> tuple[list[list[float]], float]:
    """Milliseconds of each answer by target, and how many seconds it took in all."""
    job = Job(stage.port, connections, seconds, [target.variant for target in targets])
    assert stage.load.stdin
    assert stage.load.stdout
    stage.load.stdin.write(json.dumps(asdict(job)) + "\n")
    stage.load.stdin.flush()
    line = stage.load.stdout.readline()
    if not line:
        sys.exit("The load ended early; what it said stands above.")
    result = json.loads(line)
    if result["wrong"]:
        sys.exit(f"{len(result['wrong'])} answers were not 200: {result['wrong'][0]}")
    return [[second * 1000 for second in times] for times in result["seconds"]], result["elapsed"]


def _one_by_one(
    stage: Stage, targets: list[Target], others: list[Target], seconds: float
) -> tuple[dict[str, Figures], dict[str, tuple[float, float]]]:
    """One connection, each page after the other, few entries beside many.

    Taking turns with every request lets whatever else the machine does meet all of them alike.
    """
    times, _ = _ask(stage, 1, seconds, [*targets, *others])
    many, few = times[: len(targets)], times[len(targets) :]
    floor = many[0]
    figures = {
        target.name: Figures(
            times=found,
            rate=1000 / percentile(found, 50),
            by_median=percentile(found, 50) / percentile(floor, 50),
            by_95=percentile(found, 95) / percentile(floor, 95),
        )
        for target, found in zip(targets, many, strict=True)
    }
    sizes = {
        target.name: (percentile(small, 50), percentile(large, 50))
        for target, small, large in zip(targets, few, many, strict=True)
        if target.name != FLOOR
    }
    return figures, sizes


def _in_turns(
    stage: Stage, targets: list[Target], connections: int, rounds: int, seconds: float
) -> dict[str, Figures]:
    """Several connections on one page at a time, page after page, several times over.

    A page is compared with the floor of the same round; the middle of the rounds is what counts.
    """
    found: dict[str, list[_Round]] = {target.name: [] for target in targets}
    for number in range(rounds):
        # Forwards and backwards, so that nobody always follows the same neighbour.
        for target in targets if number % 2 == 0 else reversed(targets):
            found[target.name].append(_round(stage, target, connections, seconds))
    floors = found[FLOOR]
    return {
        name: Figures(
            times=[time for each in each_round for time in each.times],
            rate=median(each.rate for each in each_round),
            by_median=median(
                percentile(each.times, 50) / percentile(floor.times, 50)
                for each, floor in zip(each_round, floors, strict=True)
            ),
            by_95=median(
                percentile(each.times, 95) / percentile(floor.times, 95)
                for each, floor in zip(each_round, floors, strict=True)
            ),
            cpu=median(each.cpu for each in each_round),
            database_cpu=median(each.database_cpu for each in each_round),
        )
        for name, each_round in found.items()
    }


@dataclass(frozen=True)
class _Round:
    times: list[float]
    rate: float
    cpu: float  # milliseconds of processor time a request, web server
    database_cpu: float  # the same, PostgreSQL


def _round(stage: Stage, target: Target, connections: int, seconds: float) -> _Round:
    before = _used(stage)
    (times,), elapsed = _ask(stage, connections, seconds, [target])
    after = _used(stage)
    cpu, database_cpu = ((b - a) * 1000 / len(times) for a, b in zip(before, after, strict=True))
    return _Round(times, len(times) / elapsed, cpu, database_cpu)


def _used(stage: Stage) -> tuple[float, float]:
    return cpu_seconds(stage.web), cpu_seconds(stage.database) if stage.database else 0.0


# Single requests


def _visits(port: int, who: Measured) -> dict[str, Visit]:
    host = {"Host": f"localhost:{port}"}
    return {
        "landing": visit(port, "/", host),
        "today": visit(port, "/today/", host | {"Cookie": who.cookies}),
    }


def _cost(port: int, target: Target, web: Child) -> Cost:
    """Queries as the server logs them, bytes of the body as sent and as it is uncompressed."""
    variant = target.variant
    body = variant.bodies[0].replace("{n}", "999999999") if variant.bodies else ""
    plain = {name: v for name, v in variant.headers.items() if name != "Accept-Encoding"}
    connection = Connection(port)
    _, _, sent = connection.ask(request(variant.method, variant.paths[0], variant.headers, body))
    queries = queries_of(web, target.route)
    _, _, whole = connection.ask(request(variant.method, variant.paths[0], plain, body))
    return Cost(queries, len(sent), len(whole))


def _memory(web: list[float], worker: int, database: int | None) -> dict[str, float]:
    parts = {"web parent": web[0]}
    parts |= {f"web worker {number}": size for number, size in enumerate(web[1:], start=1)}
    parts["job worker"] = tree_memory(worker)
    if database:
        parts["postgresql"] = tree_memory(database)
    return parts


def _postmaster(home: Path) -> int | None:
    """The process id of the embedded PostgreSQL of this home, if that is what runs."""
    file = home / "postgres" / "data" / "postmaster.pid"
    return int(file.read_text(encoding="ascii").split()[0]) if file.exists() else None
