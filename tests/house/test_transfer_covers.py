"""Every field of every private row is in an archive, or left out with a reason."""

import ast
from inspect import signature

from django.apps import apps
from django.db.models import JSONField

from apps.accounts.models import User
from apps.core.models import Owned
from apps.promises.moving import Turn
from apps.transfer.shapes import SAID, SHAPES
from apps.transfer.tables import (
    LEFT_OUT_FIELDS,
    LEFT_OUT_TABLES,
    OPEN,
    excuses,
    fields_of,
    label,
    tables,
)
from tests.house.sources import ROOT, called, python_files, tree

# What hands its words on to an event.
VERBS = {"say", "condition_met"}


def ours() -> dict[str, object]:
    """Every model of ours, by its name."""
    return {model._meta.label: model for model in apps.get_models()}


def test_every_private_table_is_in_or_has_a_reason() -> None:
    private = {label(model) for model in apps.get_models() if issubclass(model, Owned)}
    inside = {label(model) for model in tables()}
    assert private - inside == private & set(LEFT_OUT_TABLES)
    assert inside - private == {label(model) for model in OPEN}


def test_every_excuse_is_needed_and_says_why() -> None:
    models = ours()
    assert set(LEFT_OUT_TABLES) <= set(models)
    for name, reason in excuses():
        assert reason, name
    for name in LEFT_OUT_FIELDS:
        model, field = name.rsplit(".", 1)
        assert field in {it.name for it in models[model]._meta.concrete_fields}, name  # type: ignore[attr-defined]


def test_what_a_row_points_at_is_inside() -> None:
    inside = set(tables())
    for model in tables():
        for field in fields_of(model):
            assert field.related_model in inside | {None, User}, field


def test_the_shape_of_every_json_is_known() -> None:
    json = {
        f"{label(model)}.{field.name}"
        for model in tables()
        for field in fields_of(model)
        if isinstance(field, JSONField)
    }
    assert json == set(SHAPES)


def said_by_moves() -> set[str]:
    """What the verbs of promises say in a ledger, beside what every event has."""
    said = set()
    for path in python_files(ROOT / "apps/promises"):
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Call) and called(node).split(".")[-1] in VERBS:
                said |= {word.arg for word in node.keywords if word.arg}
    return said - set(signature(Turn.say).parameters) - {"evidence"}


def test_every_word_of_a_ledger_has_a_shape() -> None:
    assert said_by_moves() == set(SAID["properties"])


def test_it_catches_a_field_that_nobody_thought_of(monkeypatch) -> None:
    from apps.people.models import Person

    fields_of.cache_clear()
    monkeypatch.setitem(LEFT_OUT_FIELDS, "people.Person.notes", "")
    try:
        assert "notes" not in {field.name for field in fields_of(Person)}
        assert not all(reason for _name, reason in excuses())
    finally:
        fields_of.cache_clear()
