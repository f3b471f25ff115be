"""An app imports, and points foreign keys at, only itself and the apps before it (ADR 1)."""

import ast
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from tests.house.sources import LINE, ROOT, called, plant, python_files, tree

# Apps at the edge: they may import whatever is before them, but never each other.
EDGES = {"transfer", "reminders", "home"}
CORE = {
    "__init__.py",
    "apps.py",
    "forms.py",
    "htmx.py",
    "http.py",
    "middleware.py",
    "models.py",
    "periods.py",
    "shipped.py",
    "statements.py",
    "text.py",
    "templatetags/__init__.py",
    "templatetags/core.py",
    "templatetags/parts.py",
}
# Ways to import what no import statement shows.
BY_NAME = {"__import__", "import_module", "import_string", "import_by_path"}


def imported(path: Path, root: Path) -> Iterator[tuple[int, str]]:
    """Line and dotted name of everything a file imports, wherever the statement stands."""
    package = path.relative_to(root).parent.parts
    for node in ast.walk(tree(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = list(package[: len(package) - node.level + 1]) if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            for alias in node.names:
                yield node.lineno, f"{module}.{alias.name}"


def may_use(importer: str, imports: str) -> bool:
    """Whether the first app may know of the second."""
    if importer == imports:
        return True
    if imports not in LINE or {importer, imports} <= EDGES:
        return False
    return LINE.index(imports) < LINE.index(importer)


def wrong_imports(root: Path) -> list[str]:
    """Every import that points right, to an app that is not on the line, or to the tests."""
    found = []
    for path in python_files(root / "apps"):
        place = path.relative_to(root)
        if len(place.parts) < 3:
            continue
        app = place.parts[1]
        if app not in LINE:
            found.append(f"{place}: the app {app} is not on the line")
            continue
        for number, name in imported(path, root):
            top, *rest = name.split(".")
            if top == "tests" or (top == "apps" and rest and not may_use(app, rest[0])):
                found.append(f"{place}:{number} imports {name}")
        found += [f"{place}:{number} {what}" for number, what in by_name(path, app)]
    return found


def by_name(path: Path, app: str) -> Iterator[tuple[int, str]]:
    """Imports and models that are asked for by a string."""
    for node in ast.walk(tree(path)):
        if not isinstance(node, ast.Call):
            continue
        name = called(node).rpartition(".")[2] or called(node)
        if name in BY_NAME:
            yield node.lineno, f"imports by name ({name})"
        words = [word.value for word in node.args if isinstance(word, ast.Constant)]
        if name == "get_model" and words:
            label = str(words[0]).split(".")[0]
            if label in LINE and not may_use(app, label):
                yield node.lineno, f"asks for a model of {label}"


def wrong_keys(keys: Iterable[tuple[str, str, str]]) -> list[str]:
    """Of (app, field, app it points at), those that point right."""
    return [
        f"{field} points at {target}"
        for app, field, target in keys
        if app in LINE and target in LINE and not may_use(app, target)
    ]


def test_every_import_points_left() -> None:
    assert wrong_imports(ROOT) == []


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("apps/people/models.py", "from apps.journal.models import Entry"),
        ("apps/people/models.py", "import apps.journal.models as models"),
        ("apps/people/models.py", "from apps import journal"),
        ("apps/people/views.py", "def late():\n    from apps.home import views"),
        (
            "apps/core/text.py",
            "from typing import TYPE_CHECKING\n\n"
            "if TYPE_CHECKING:\n    from apps.accounts.models import User",
        ),
        ("apps/people/models.py", "from ..journal.models import Entry"),
        ("apps/people/templatetags/people.py", "from ...journal import reading"),
        ("apps/core/models.py", "from tests.factories import make_user"),
        ("apps/core/models.py", "importlib.import_module('apps.home.views')"),
        ("apps/people/migrations/0009_x.py", "apps.get_model('journal', 'Entry')"),
        ("apps/insights/models.py", "x = 1"),
    ],
    ids=lambda text: text.splitlines()[-1].strip(),
)
def test_it_catches_an_import_that_points_right(tmp_path, name, line) -> None:
    plant(tmp_path, "apps/people/forms.py", "from apps.core import forms\nfrom . import models\n")
    assert wrong_imports(tmp_path) == []
    plant(tmp_path, name, f"{line}\n")
    assert len(wrong_imports(tmp_path)) == 1


def test_every_foreign_key_points_left() -> None:
    keys = [
        (model._meta.app_label, str(field), field.related_model._meta.app_label)
        for model in apps.get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.is_relation and field.concrete and field.related_model
    ]
    assert len(keys) > 5
    assert wrong_keys(keys) == []


def test_it_catches_a_foreign_key_that_points_right() -> None:
    assert wrong_keys([("people", "Person.entry", "journal")])
    assert not wrong_keys([("journal", "Entry.person", "people")])


def test_every_migration_depends_left() -> None:
    graph = MigrationLoader(None).disk_migrations
    keys = [
        (app, f"{app}.{name}", needed[0])
        for (app, name), migration in graph.items()
        for needed in [*migration.dependencies, *migration.run_before]
    ]
    assert wrong_keys(keys) == []


def files_of_core(root: Path) -> set[str]:
    """What stands in apps/core, migrations aside."""
    folder = root / "apps" / "core"
    files = {path.relative_to(folder).as_posix() for path in python_files(folder)}
    return {name for name in files if not name.startswith("migrations/")}


def test_the_files_of_core_are_a_closed_list() -> None:
    """A new one needs a decision in docs/adr."""
    assert files_of_core(ROOT) == CORE


def test_it_catches_a_new_file_in_core(tmp_path) -> None:
    plant(tmp_path, "apps/core/dates.py", "")
    assert files_of_core(tmp_path) - CORE == {"dates.py"}


def drawers(root: Path) -> list[str]:
    """Files and folders with a name under which anything could be put (house 5.5)."""
    names = {"services", "utils", "helpers", "managers", "signals", "common", "misc"}
    return [str(path) for path in (root / "apps").rglob("*") if path.stem in names]


def test_no_app_has_a_drawer() -> None:
    assert drawers(ROOT) == []


def test_it_catches_a_drawer(tmp_path) -> None:
    plant(tmp_path, "apps/people/services.py", "")
    assert drawers(tmp_path)
