"""Where the project's own files are, for the tests that read them."""

import ast
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import models

ROOT = Path(__file__).resolve().parents[2]
# The apps in their order: "core", "accounts", …
LINE = [name.removeprefix("apps.") for name in settings.THROUGHLINE_APPS]


def python_files(folder: Path) -> Iterator[Path]:
    """Every Python file below this folder, in a stable order."""
    yield from sorted(path for path in folder.rglob("*.py") if "__pycache__" not in path.parts)


def pages(root: Path) -> dict[str, str]:
    """The templates that no other extends or includes, each with all of those that it does, and
    with the code of the tags that they load: it makes markup too.
    """
    folder = root / "templates"
    texts = {
        str(path.relative_to(folder)): path.read_text(encoding="utf-8")
        for path in sorted(folder.rglob("*.html"))
    }
    libraries = {
        path.stem: path.read_text(encoding="utf-8")
        for path in root.glob("apps/*/templatetags/*.py")
    }
    shown_by = {
        tag: template
        for code in libraries.values()
        for template, tag in re.findall(r'inclusion_tag\("([^"]+)".*\)\ndef (\w+)', code)
    }

    def parts_of(text: str) -> Iterator[str]:
        for tag, name in re.findall(r"""\{% (\w+)(?: ["']([^"']+)["'])?""", text):
            if tag in ("extends", "include"):
                yield name
            elif tag in shown_by:
                yield shown_by[tag]

    def loaded_by(text: str) -> Iterator[str]:
        for names in re.findall(r"\{% load ([\w ]+) %\}", text):
            for name in names.split():
                yield libraries.get(name, "")

    parts = {name: set(parts_of(text)) for name, text in texts.items()}

    def whole(name: str) -> str:
        text = texts.get(name, "")
        more = [*map(whole, sorted(parts.get(name, ()))), *loaded_by(text)]
        return text + "".join(more)

    return {name: whole(name) for name in texts.keys() - set().union(*parts.values())}


def tree(path: Path) -> ast.Module:
    """The file, parsed."""
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def called(node: ast.Call) -> str:
    """The dotted name of what a call calls, or "" when it has none: `datetime.now`."""
    return dotted(node.func)


def dotted(node: ast.AST) -> str:
    """A name or attribute as it is written, or ""."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        before = dotted(node.value)
        return f"{before}.{node.attr}" if before else ""
    return ""


def plant(folder: Path, name: str, text: str) -> Path:
    """Write a file into a copy of the tree, to see a check go red."""
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


@contextmanager
def planted_model(
    *bases: type[models.Model], abstract: bool = False, **fields: Any
) -> Iterator[type[models.Model]]:
    """A model that says it belongs to people, for as long as the block runs."""
    meta = type("Meta", (), {"app_label": "people", "abstract": abstract})
    body = {"__module__": "apps.people.models", "Meta": meta, **fields}
    try:
        yield type("Planted", bases or (models.Model,), body)
    finally:
        apps.all_models["people"].pop("planted", None)
        apps.clear_cache()
