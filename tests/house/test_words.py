"""Things that are never written in our code, found by reading all of it."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.urls import get_resolver

from tests.house.routes import walk
from tests.house.sources import ROOT, called, dotted, plant, python_files, tree

OURS = ("apps", "config", "tests", "templates", "static/js", "static/css", "docs", "bin")
NEVER_WRITTEN = {
    r"\b(TODO|FIXME|XXX|HACK)\b": "unfinished",
    r"(?<![\w.])/(home|root|Users|work)/[\w.-]+": "a path of one machine",
    r"\b(artifactory|jfrog|nexus\.|verdaccio|devpi|\.pkg\.dev|codeartifact)": "a private registry",
    r"(?i)lorem ipsum": "filler",
}
# Modules that talk to other machines or run what they read.
FORBIDDEN_IMPORTS = {
    "requests",
    "httpx",
    "aiohttp",
    "urllib.request",
    "urllib3",
    "http.client",
    "socket",
    "ftplib",
    "pickle",
    "marshal",
    "shelve",
    "yaml",
    "xml",
    "subprocess",
}
FORBIDDEN_CALLS = {
    "print": "prints",
    "pprint": "prints",
    "eval": "runs text",
    "exec": "runs text",
    "locals": "hands everything to a template",
}
FORBIDDEN_METHODS = {"extra": "writes SQL", "raw": "writes SQL", "RawSQL": "writes SQL"}
# How many arguments make these right: the last of them is the zone.
CLOCKS = {
    "datetime.now": 1,
    "datetime.fromtimestamp": 2,
    "datetime.utcnow": 99,
    "datetime.today": 99,
    "date.today": 99,
}
# Sends SQL that the ORM has written, once for each process (docs/adr/0011).
# Where a form is taken without a token, with the reason why.
DOORS = {
    "apps/capture/views/sharing.py": "a device knows no token, and the browser says who sent",
    "apps/promises/views/recipient.py": "a mail program says that somebody wants no letters",
}
EXCUSED = {
    "apps/core/statements.py": "makes SQL out of pieces",
    # Of names and conditions that the database says itself, to ask whether they hold.
    "apps/transfer/soundness.py": "makes SQL out of pieces",
    # Of names written there, for a file of SQLite that is read alone.
    "apps/transfer/sources/diarium_database.py": "makes SQL out of pieces",
}
# Who uses what no app uses all the same, and how.
SOURCES = "apps/transfer/sources"
READERS = {
    "apps/transfer/forms/notes.py": ("yaml", "only written, by what writes plain values"),
    f"{SOURCES}/dayone_classic.py": ("xml", "names of what defusedxml gives"),
    f"{SOURCES}/diaro.py": ("xml", "names of what defusedxml gives"),
    f"{SOURCES}/front_matter.py": ("yaml", "by its base loader, without aliases"),
    f"{SOURCES}/jrnl_xml.py": ("xml", "names of what defusedxml gives"),
    "apps/transfer/typesetting.py": ("subprocess", "itself, and no word that came from outside"),
}
# Where a word that is never written is one of somebody else's form.
OTHERS_WORDS = {
    f"{SOURCES}/logseq.py": "unfinished",
    "tests/transfer/sources/test_markdown.py": "unfinished",
}
LEVELS = {"debug", "info", "warning", "error", "critical", "exception", "log"}


def texts(root: Path) -> Iterator[Path]:
    """Every text file of ours."""
    for name in OURS:
        for path in sorted((root / name).rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and _is_text(path):
                yield path


def _is_text(path: Path) -> bool:
    return path.suffix in {".py", ".html", ".txt", ".js", ".css", ".md", ".toml", ".sh", ""}


def never_written(root: Path) -> list[str]:
    """Lines with something that is never written down here. This file has to name them."""
    return [
        f"{path.relative_to(root)}:{number}: {what}"
        for path in texts(root)
        if path.name != Path(__file__).name
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1)
        for pattern, what in NEVER_WRITTEN.items()
        if re.search(pattern, line) and OTHERS_WORDS.get(path.relative_to(root).as_posix()) != what
    ]


def never_done(root: Path) -> list[str]:
    """Imports and calls that no app makes."""
    found = []
    for path in python_files(root / "apps"):
        place = path.relative_to(root)
        for node in ast.walk(tree(path)):
            number = getattr(node, "lineno", 0)
            found += [
                f"{place}:{number} imports {name}"
                for name in _forbidden_import(node)
                if READERS.get(place.as_posix(), ("",))[0] != name.partition(".")[0]
            ]
            if isinstance(node, ast.Call):
                found += [
                    f"{place}:{number} {what}"
                    for what in _forbidden_call(node)
                    if EXCUSED.get(place.as_posix()) != what
                ]
            if isinstance(node, ast.Name) and node.id == "csrf_exempt":
                found += [] if place.as_posix() in DOORS else [f"{place}:{number} opens a door"]
    return found


def _forbidden_import(node: ast.AST) -> list[str]:
    names = []
    if isinstance(node, ast.Import):
        names = [alias.name for alias in node.names]
    elif isinstance(node, ast.ImportFrom) and node.module:
        names = [node.module, *(f"{node.module}.{alias.name}" for alias in node.names)]
    return [
        name
        for name in names
        if any(name == bad or name.startswith(f"{bad}.") for bad in FORBIDDEN_IMPORTS)
    ][:1]


def _forbidden_call(node: ast.Call) -> Iterator[str]:
    name = called(node)
    last = node.func.attr if isinstance(node.func, ast.Attribute) else name
    given = len(node.args) + len(node.keywords)
    if given < CLOCKS.get(".".join(name.split(".")[-2:]), 0):
        yield "reads a clock that is nobody's"
    if name in FORBIDDEN_CALLS:
        yield FORBIDDEN_CALLS[name]
    if last in FORBIDDEN_METHODS:
        yield FORBIDDEN_METHODS[last]
    runs_sql = isinstance(node.func, ast.Attribute) and last in {"execute", "executemany"}
    if runs_sql and not (node.args and _is_constant(node.args[0])):
        yield "makes SQL out of pieces"
    logger = re.search(r"(^|[._])log(ger|ging)?$", _base(node))
    if logger and last in LEVELS and not _is_quiet(node):
        yield "logs something made at run time"


def _base(node: ast.Call) -> str:
    """What a method is called on: `self.log`, or "logger" for what getLogger gave."""
    if not isinstance(node.func, ast.Attribute):
        return ""
    value = node.func.value
    if isinstance(value, ast.Call) and called(value).endswith("getLogger"):
        return "logger"
    return dotted(value)


def _is_constant(node: ast.AST) -> bool:
    """A text as it stands in the code, or the name of one that does: `FORWARD`."""
    if isinstance(node, ast.Name):
        return node.id.isupper()
    return isinstance(node, ast.Constant)


def _is_quiet(node: ast.Call) -> bool:
    """A constant message with nothing filled in; what varies goes into `extra` (config/logs.py)."""
    return len(node.args) == 1 and isinstance(node.args[0], ast.Constant)


def unlike_views() -> list[str]:
    """Views of ours that are no annotated function of a `request`."""
    found = []
    for name, _, pattern in walk(get_resolver()):
        view = pattern.callback
        if view.__module__.startswith("apps."):
            found += [f"{name}: {what}" for what in view_faults(view)]
    return found


def view_faults(view: object) -> Iterator[str]:
    """What is wrong with a view: scanners look for the literal name `request`."""
    while hasattr(view, "__wrapped__"):
        view = view.__wrapped__
    code = getattr(view, "__code__", None)
    if code is None or view.__name__ == "<lambda>":
        yield "is not a function"
        return
    arguments = code.co_varnames[: code.co_argcount + code.co_kwonlyargcount]
    if arguments[:1] != ("request",):
        yield "its first argument is not named request"
    missing = {*arguments, "return"} - set(view.__annotations__)
    if missing:
        yield f"no annotation for {', '.join(sorted(missing))}"
    if not view.__doc__:
        yield "has no docstring"


def test_nothing_is_left_unfinished_or_tied_to_one_machine() -> None:
    assert never_written(ROOT) == []


@pytest.mark.parametrize(
    "line",
    [
        "# TO" + "DO: later",
        "see /ho" + "me/somebody/journal",
        "index = 'https://artifac" + "tory.example.org/simple'",
        "Lorem ips" + "um dolor",
    ],
)
def test_it_catches_what_is_never_written(tmp_path, line) -> None:
    plant(tmp_path, "templates/people/person.html", "<a href='/journal/'>today</a>\n")
    assert never_written(tmp_path) == []
    plant(tmp_path, "templates/people/person.html", f"{line}\n")
    assert len(never_written(tmp_path)) == 1


def test_no_app_does_what_none_may() -> None:
    assert never_done(ROOT) == []
    assert all("@csrf_exempt" in (ROOT / place).read_text() for place in DOORS)


@pytest.mark.parametrize(
    "code",
    [
        "print(entry.body)",
        "import requests",
        "from urllib import request",
        "import urllib.request",
        "import pickle",
        "from yaml import load",
        "day = datetime.now().date()",
        "day = datetime.datetime.now()",
        "day = date.today()",
        "at = datetime.utcnow()",
        "at = datetime.fromtimestamp(0)",
        "log.info(entry.body)",
        'log.info(f"saved {entry.title}")',
        'log.info("saved %s", entry.title)',
        'self.logger.error("no " + name)',
        'logging.getLogger("x").warning("no " + name)',
        'cursor.execute(f"SELECT {name}")',
        'cursor.execute("SELECT " + name)',
        'Entry.objects.raw("SELECT 1")',
        'Entry.objects.extra(where=["1=1"])',
        "@csrf_exempt\ndef view(request): ...",
        'render(request, "x.html", locals())',
    ],
)
def test_it_catches_what_no_app_may_do(tmp_path, code) -> None:
    good = (
        "import urllib.parse\n"
        "at = datetime.now(UTC)\nat = datetime.fromtimestamp(0, UTC)\nnow = timezone.now()\n"
        'log.info("saved", extra={"status": 200})\nlog.error("error", exc_info=problem)\n'
        'cursor.execute("SELECT %s", [name])\ncursor.execute(FORWARD)\n'
    )
    plant(tmp_path, "apps/people/views.py", good)
    assert never_done(tmp_path) == []
    plant(tmp_path, "apps/people/views.py", good + code)
    assert len(never_done(tmp_path)) == 1


def test_every_view_is_an_annotated_function_of_a_request() -> None:
    assert unlike_views() == []


def test_it_catches_a_view_that_scanners_would_miss() -> None:
    def short(r: object) -> None:
        """Named so that no scanner looks at it."""

    def bare(request):  # noqa: ANN202
        """Without annotations."""

    class Page:
        pass

    assert list(view_faults(short)) == ["its first argument is not named request"]
    assert list(view_faults(bare)) == ["no annotation for request, return"]
    assert list(view_faults(Page())) == ["is not a function"]


def test_the_tests_are_whole() -> None:
    """Nothing is skipped or expected to fail: what cannot pass yet is not committed yet."""
    assert skipped(ROOT) == []


def test_it_catches_a_skipped_test(tmp_path) -> None:
    plant(tmp_path, "tests/test_x.py", "@pytest.mark." + "skip\ndef test_x(): ...\n")
    assert len(skipped(tmp_path)) == 1


def skipped(root: Path) -> list[str]:
    """Tests that step aside."""
    pattern = re.compile(r"mark\.(skip|xfail)|pytest\.(skip|xfail|importorskip)\(")
    return [
        f"{path.relative_to(root)}: {match[0]}"
        for path in python_files(root / "tests")
        if path.name != Path(__file__).name
        for match in pattern.finditer(path.read_text(encoding="utf-8"))
    ]
