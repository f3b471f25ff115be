"""What JSON within a row looks like: as little of JSON Schema as says what pages rely on.

`schema.json` of an archive says it to whoever reads one, and `importing` takes nothing else in. The
words are those of the verbs, forms and sessions that write it: what they learn to say is said here
as well (tests/house/test_transfer_covers.py, tests/transfer/test_lives.py).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from apps.core.periods import FIRST_DAY, LAST_DAY
from apps.journal.threads import COLUMNS
from apps.promises.models.amendment import Reason
from apps.promises.models.terms import MOST_CONDITIONS
from apps.sittings.sessions import CHOOSING, PICKING, Kind
from apps.transfer.archive import Row

# A schema; False, as JSON Schema has it, fits nothing.
Shape = Mapping[str, Any] | bool


@dataclass(frozen=True)
class By:
    """A shape that another field of the row decides."""

    name: str
    shapes: Mapping[str, Shape]


def _list(items: Shape, most: int = 10_000) -> Shape:
    return {"type": "array", "items": items, "maxItems": most}


def _said(**properties: Shape) -> Shape:
    """Any of these, and nothing else."""
    return {"type": "object", "properties": properties, "additionalProperties": False}


def _all(**properties: Shape) -> Shape:
    """Each of these, and nothing else."""
    return {"type": "object", "properties": properties, "required": [*properties]} | {
        "additionalProperties": False
    }


TEXT: Shape = {"type": "string"}
FLAG: Shape = {"type": "boolean"}
ID: Shape = {"type": "string", "format": "uuid"}
DAY: Shape = {"type": "string", "format": "date"}
WHOLE: Shape = {"type": "integer", "minimum": -(2**31), "maximum": 2**31 - 1}
COUNT: Shape = {"type": "integer", "minimum": 0, "maximum": 2**31 - 1}
SECONDS: Shape = {"type": "number", "minimum": -(10**12), "maximum": 10**12}
TEXTS: Shape = {"type": "object", "additionalProperties": TEXT}
CONDITION: Mapping[str, Shape] = {"text": TEXT, "must": FLAG}
# What a move says besides its words (`moving.Turn.say`).
SAID = _said(
    agreed_before_due=FLAG,
    answer_by=TEXT,
    because=TEXT,
    changed=_list(TEXT),
    consent=_all(words=TEXT, at=TEXT),
    cost=TEXT,
    due=TEXT,
    former=TEXT,
    lead=SECONDS,
    new=TEXT,
    notice={"anyOf": [SECONDS, {"type": "null"}]},
    nudges=COUNT,
    offers_repair=FLAG,
    passed=TEXT,
    reason={"type": "string", "enum": ["", *Reason.values]},
    silence=FLAG,
    successors=_list(TEXT),
    unmet=_list(COUNT),
    where=TEXT,
)
# What is answered beside words, by how a step is answered (`sittings.answers`).
ANSWERED: Mapping[str, Shape] = {kind: _said() for kind in Kind} | {
    **dict.fromkeys(CHOOSING, _said(choice=TEXT, choices=_list(TEXT))),
    **dict.fromkeys(PICKING, _said(picked=_list(ID))),
    Kind.SCALE: _said(number=WHOLE),
    Kind.DATE: _said(day=DAY),
    Kind.TWO_SIDED: _said(left=TEXT, right=TEXT),
    Kind.IF_THEN: _said(moment=TEXT, move=TEXT),
}
# A step besides its words; whether steps make a session says `sessions.read_session`.
STEP = _said(
    beside=_list(TEXT),
    choices=_list(_all(value=TEXT, label=TEXTS)),
    low=WHOLE,
    high=WHOLE,
    low_label=TEXTS,
    high_label=TEXTS,
    left=TEXTS,
    right=TEXTS,
    for_each=TEXT,
    when=_all(step=TEXT, **{"is": _list(TEXT)}),
    makes=TEXT,
    commits=FLAG,
)

SHAPES: Mapping[str, Shape | By] = {
    "journal.Thread.columns": _list(COUNT, COLUMNS),
    "promises.Delivery.claims": _list(_all(**CONDITION, met=FLAG, note=TEXT), MOST_CONDITIONS),
    "promises.Delivery.findings": _list(_all(**CONDITION, met=FLAG), MOST_CONDITIONS),
    "promises.Event.payload": SAID,
    "promises.Terms.conditions": _list(_all(**CONDITION), MOST_CONDITIONS),
    "prompts.Pack.abouts": TEXTS,
    "prompts.Pack.names": TEXTS,
    "sittings.Answer.value": By("kind", ANSWERED),
    "sittings.OwnStep.more": STEP,
}


def shape_of(name: str, row: Row) -> Shape:
    """What the field of this name ("promises.Event.payload") may hold in this row."""
    shape = SHAPES[name]
    return shape.shapes.get(str(row.get(shape.name)), False) if isinstance(shape, By) else shape


def any_shape_of(name: str) -> Shape:
    """What it may hold in some row."""
    shape = SHAPES[name]
    if not isinstance(shape, By):
        return shape
    found: list[Shape] = []
    for one in shape.shapes.values():
        if one not in found:
            found.append(one)
    return {"anyOf": found}


def fits(said: Any, shape: Shape) -> bool:
    """Whether a value is as a shape says; of JSON Schema it knows what stands above."""
    if isinstance(shape, bool):
        return shape
    if "anyOf" in shape:
        return any(fits(said, one) for one in shape["anyOf"])
    return _KINDS[shape["type"]](said, shape)


def _fits_text(said: Any, shape: Mapping[str, Any]) -> bool:
    if not isinstance(said, str) or said not in shape.get("enum", (said,)):
        return False
    return _FORMATS[shape["format"]](said) if "format" in shape else True


def _fits_number(said: Any, shape: Mapping[str, Any]) -> bool:
    known = (int,) if shape["type"] == "integer" else (int, float)
    # What is not a number (NaN) lies between no two.
    return (
        isinstance(said, known)
        and not isinstance(said, bool)
        and bool(shape["minimum"] <= said <= shape["maximum"])
    )


def _fits_list(said: Any, shape: Mapping[str, Any]) -> bool:
    return (
        isinstance(said, list)
        and len(said) <= shape["maxItems"]
        and all(fits(item, shape["items"]) for item in said)
    )


def _fits_object(said: Any, shape: Mapping[str, Any]) -> bool:
    known, others = shape.get("properties", {}), shape["additionalProperties"]
    return (
        isinstance(said, dict)
        and said.keys() >= set(shape.get("required", ()))
        and all(fits(value, known.get(name, others)) for name, value in said.items())
    )


def _is_id(said: str) -> bool:
    try:
        return str(UUID(said)) == said
    except ValueError:
        return False


def _is_day(said: str) -> bool:
    try:
        return FIRST_DAY <= date.fromisoformat(said) <= LAST_DAY
    except ValueError:
        return False


_FORMATS: Mapping[str, Callable[[str], bool]] = {"uuid": _is_id, "date": _is_day}
_KINDS: Mapping[str, Callable[[Any, Mapping[str, Any]], bool]] = {
    "array": _fits_list,
    "boolean": lambda said, _shape: isinstance(said, bool),
    "integer": _fits_number,
    "null": lambda said, _shape: said is None,
    "number": _fits_number,
    "object": _fits_object,
    "string": _fits_text,
}
