"""What a row of each table looks like, as JSON Schema, said by the models."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from apps.transfer.archive import FORMAT, VERSION
from apps.transfer.shapes import any_shape_of
from apps.transfer.tables import OPEN, fields_of, label, tables

INSTANT = {"type": "string", "format": "date-time"}
ID = {"type": "string", "format": "uuid"}
# The first that fits; a field of Django's is often a kind of another.
KINDS: tuple[tuple[type[Any], dict[str, Any]], ...] = (
    (models.UUIDField, ID),
    (models.DateTimeField, INSTANT),
    (models.DateField, {"type": "string", "format": "date"}),
    (models.DurationField, {"type": "string", "format": "duration"}),
    (models.TimeField, {"type": "string", "format": "time"}),
    (models.BooleanField, {"type": "boolean"}),
    (models.IntegerField, {"type": "integer"}),
    (models.FloatField, {"type": "number"}),
    (models.CharField, {"type": "string"}),
    (models.TextField, {"type": "string"}),
)


def schema() -> dict[str, Any]:
    """The schema of version `archive.VERSION`: a definition for each table, named as its file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{FORMAT}:archive:{VERSION}",
        "title": f"Rows of a Throughline archive, version {VERSION}",
        "$defs": {label(model): _table(model) for model in tables()},
    }


def _table(model: type[models.Model]) -> dict[str, Any]:
    properties = {field.name: _field(field) for field in fields_of(model)}
    if model in OPEN:
        properties["shipped"] = {"type": "boolean"}
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _field(field: Any) -> dict[str, Any]:
    if field.related_model is not None:
        target = field.related_model
        found = ID | {"description": label(target)} if isinstance(target, type) else ID
    elif isinstance(field, ArrayField):
        found = {"type": "array", "items": _field(field.base_field)}
    elif isinstance(field, models.JSONField):
        return any_shape_of(f"{label(field.model)}.{field.name}")
    else:
        found = dict(next(kind for of, kind in KINDS if isinstance(field, of)))
    if field.max_length and isinstance(field, models.CharField | models.TextField):
        found["maxLength"] = field.max_length
    if field.choices and "enum" not in found:
        found["enum"] = [value for value, _words in field.flatchoices]
        if field.blank and "" not in found["enum"] and found.get("type") == "string":
            found["enum"].append("")
    if field.null:
        found = {"anyOf": [found, {"type": "null"}]}
    return found
