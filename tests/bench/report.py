"""The figures beside their bounds, printed. The bounds and their reasons: docs/speed.md."""

import os
from dataclasses import dataclass

from tests.bench.visit import Visit

# Shares of the floor.
PAGE_BOUND, SAVE_BOUND = 2.5, 3.0
# A search: shares of its own SQL, and milliseconds.
SQL_BOUND, SEARCH_MS = 1.5, 60
# Many entries against few.
SAME_BOUND = 1.2
QUERIES_BOUND, TODAY_QUERIES_BOUND = 8, 12
VISIT_KB, VISIT_REQUESTS, PAGE_KB, SCRIPT_KB, FONTS_KB = 120, 10, 25, 35, 120
MEMORY_MIB = 120


@dataclass(frozen=True)
class Figures:
    """Milliseconds of the answers, answers a second, and shares of the floor; processor time."""

    times: list[float]
    rate: float
    by_median: float
    by_95: float
    cpu: float = 0.0
    database_cpu: float = 0.0


@dataclass(frozen=True)
class Cost:
    """What one request asks of the database and of the wire."""

    queries: int
    sent: int
    whole: int


@dataclass(frozen=True)
class Beside:
    """Milliseconds of a page, of its SQL alone, and of the floor, taken in turns.

    Then processor time of a page: of the web server, of PostgreSQL, and of the floor; and whether
    a statement of the page reads all entries.
    """

    page: list[float]
    bare: list[float]
    floor: list[float]
    cpu: float
    database_cpu: float
    floor_cpu: float
    reads_all: bool


def percentile(values: list[float], percent: float) -> float:
    """The value below which that many of a hundred lie."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))]


class Report:
    """Prints what was found and remembers what was over its bound."""

    def __init__(self, many: int, few: int) -> None:
        self.many = many
        self.few = few
        self.over: list[str] = []

    def machine(self) -> None:
        """How busy the machine is already: with others at work, only the processor time counts."""
        load, processors = os.getloadavg()[0], os.cpu_count() or 1
        print(f"Load {load:.1f} on {processors} processors before the measurement.", end="")
        print(" Others are at work: trust the cpu columns." if load > processors / 2 else "")

    def visits(self, visits: dict[str, Visit]) -> None:
        """First visits."""
        print(f"\nFirst visit, over the wire (bounds {VISIT_KB} kB, {VISIT_REQUESTS} requests)")
        for name, found in visits.items():
            verdict = self._judge(
                name,
                (found.bytes / 1000, VISIT_KB, "kB"),
                (found.requests, VISIT_REQUESTS, "requests"),
                (found.script / 1000, SCRIPT_KB, "kB of script"),
                (found.font_bytes / 1000, FONTS_KB, "kB of fonts"),
            )
            print(
                f"{name:8} {found.requests} requests, {found.bytes / 1000:.1f} kB"
                f" (page {found.page / 1000:.1f}, script {found.script / 1000:.1f}),"
                f" {found.fonts} fonts of {found.font_bytes / 1000:.1f} kB  {verdict}"
            )

    def costs(self, costs: dict[str, Cost]) -> None:
        """Queries and bytes of single requests."""
        print(f"\nOne request, {self.many} entries\n{'':8} queries  bytes sent  uncompressed")
        for name, cost in costs.items():
            bound = TODAY_QUERIES_BOUND if name == "today" else QUERIES_BOUND
            verdict = self._judge(
                name, (cost.queries, bound, "queries"), (cost.sent / 1000, PAGE_KB, "kB")
            )
            print(f"{name:8} {cost.queries:7} {cost.sent:11} {cost.whole:13}  {verdict}")

    def pages(self, figures: dict[int, dict[str, Figures]]) -> None:
        """Times of each page at each number of connections."""
        print(
            f"\nPages, {self.many} entries. Milliseconds; × is the share of the floor;"
            " cpu is processor time a request, web and PostgreSQL."
            f"\n{'':8} conn     p50     p95     p99   req/s  p50 ×  p95 ×    cpu  cpu ×  pg cpu"
        )
        for name in next(iter(figures.values())):
            for connections, found in figures.items():
                print(self._line(name, connections, found[name], found["floor"]))

    def sizes(self, sizes: dict[str, tuple[float, float]]) -> None:
        """Medians of few entries against many."""
        print(f"\np50 with {self.few} entries and with {self.many} (bound {SAME_BOUND})")
        for name, (small, large) in sizes.items():
            ratio = large / small
            verdict = self._judge(name, (ratio, SAME_BOUND, "× with many entries"))
            print(f"{name:8} {small:7.2f} {large:7.2f}  {ratio:.2f}  {verdict}")

    def photos(self, queries: tuple[int, int], times: tuple[float, float], photos: int) -> None:
        """The page of a journal without photos, and of one that holds very many."""
        without, among = times
        verdict = self._judge(
            "journal with photos",
            (queries[1], queries[0], "queries"),
            (among / without, SAME_BOUND, f"× with {photos} photos"),
        )
        print(
            f"\nJournal of {self.few} entries, without photos and with {photos}:"
            f" {queries[0]} and {queries[1]} queries,"
            f" p50 {without:.2f} and {among:.2f} ms (bound {SAME_BOUND})"
            f"  {among / without:.2f}  {verdict}"
        )

    def searches(self, found: dict[str, Beside]) -> None:
        """Searches and calendars beside their own SQL."""
        print(
            f"\nSearch and calendar, {self.many} entries, p50 in milliseconds"
            f" (bound {SQL_BOUND} × bare SQL + floor; p95 {SEARCH_MS} ms)"
            f"\n{'':12}    page  bare SQL   floor  of bound     p95    cpu  cpu ×  pg cpu"
        )
        for name, times in found.items():
            page, bare, floor = (
                percentile(each, 50) for each in (times.page, times.bare, times.floor)
            )
            share = page / (SQL_BOUND * bare + floor)
            p95 = percentile(times.page, 95)
            verdict = self._judge(
                name,
                (share, 1.0, "of its bound"),
                (p95, SEARCH_MS, "ms at p95"),
                (times.reads_all, 0, "statement that reads all entries"),
            )
            print(
                f"{name:12} {page:7.2f} {bare:9.2f} {floor:7.2f} {share:9.2f} {p95:7.2f}"
                f" {times.cpu:6.2f} {times.cpu / times.floor_cpu:6.2f} {times.database_cpu:7.2f}"
                f"  {verdict}"
            )

    def memory(self, parts: dict[str, float]) -> None:
        """Memory of the processes, after all of this."""
        print(f"\nMemory, MiB of PSS (bound {MEMORY_MIB} each)")
        for name, size in parts.items():
            print(f"{name:13} {size:6.1f}  {self._judge(name, (size, MEMORY_MIB, 'MiB'))}")

    def finish(self) -> int:
        """What was over, once more; 1 when there was anything."""
        print(
            f"\n{len(self.over)} over their bound:" if self.over else "\nAll within their bounds."
        )
        for line in self.over:
            print(f"  {line}")
        return 1 if self.over else 0

    def _line(self, name: str, connections: int, found: Figures, floor: Figures) -> str:
        p50, p95, p99 = (percentile(found.times, percent) for percent in (50, 95, 99))
        line = f"{name:8} {connections:4} {p50:7.2f} {p95:7.2f} {p99:7.2f} {found.rate:7.0f}"
        line += f" {found.by_median:6.2f} {found.by_95:6.2f}"
        if floor.cpu:
            line += f" {found.cpu:6.2f} {found.cpu / floor.cpu:6.2f} {found.database_cpu:7.2f}"
        else:
            line += " " * 22
        if name == "floor":
            return line
        of = f"{name} at {connections}"
        if name == "save":
            return f"{line}  {self._judge(of, (found.by_median, SAVE_BOUND, '× p50'))}"
        both = (found.by_median, PAGE_BOUND, "× p50"), (found.by_95, PAGE_BOUND, "× p95")
        return f"{line}  {self._judge(of, *both)}"

    def _judge(self, name: str, *figures: tuple[float, float, str]) -> str:
        """Either "ok" when each value is within its bound, else "over"."""
        over = [
            f"{name}: {value:.2f} {what}, bound {bound:g}"
            for value, bound, what in figures
            if value > bound
        ]
        self.over += over
        return "over" if over else "ok"
