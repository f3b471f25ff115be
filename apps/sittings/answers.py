"""What an answer holds, kind by kind, and how it reads in an entry. No database.

Of a text, a line or a list the words are in `text`; everything else is in `value`:
`choice`, `choices`, `number`, `day`, `picked` (ids), `left` and `right`, `moment` and `move`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from apps.core.shipped import in_language
from apps.core.templatetags.core import plain_day
from apps.core.text import clean
from apps.sittings.route import lines
from apps.sittings.sessions import PICKING, Kind, Step

WORDS = {Kind.TEXT, Kind.LINE, Kind.LIST}


@dataclass(frozen=True)
class Given:
    """What somebody answers."""

    text: str = ""
    value: dict[str, Any] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        """Whether nothing was said."""
        return not self.text.strip() and not self.value

    def cleaned(self) -> "Given":
        """As the database can keep it, without what was left empty."""
        value = {
            name: clean(said) if isinstance(said, str) else said
            for name, said in self.value.items()
        }
        return Given(
            clean(self.text), {name: it for name, it in value.items() if it not in ("", None, [])}
        )

    @property
    def length(self) -> int:
        """How many characters were written."""
        return len(self.text) + sum(len(it) for it in self.value.values() if isinstance(it, str))


def words_of(
    kind: str, text: str, value: Mapping[str, Any], names: Mapping[str, str], step: Step | None
) -> str:
    """An answer as Markdown; "" where nothing was said, or what was picked is gone."""
    if kind in {Kind.TEXT, Kind.LINE}:
        return text.strip()
    if kind == Kind.LIST:
        return _list(lines(text))
    if kind in PICKING:
        picked = [names[pk] for pk in value.get("picked", []) if pk in names]
        return picked[0] if len(picked) == 1 else _list(picked)
    return _WORDS[Kind(kind)](value, step) if value else ""


def _list(items: list[str]) -> str:
    return "\n".join(f"- {item}" for item in items)


def _choice(value: Mapping[str, Any], step: Step | None) -> str:
    chosen = value.get("choices") or [value.get("choice", "")]
    labels = [step.label_of(it) if step else it for it in chosen]
    return labels[0] if len(labels) == 1 else _list(labels)


def _scale(value: Mapping[str, Any], step: Step | None) -> str:
    number = value["number"]
    if step is None or step.low < 0:
        return signed(number)
    return _("%(number)s of %(most)s") % {"number": number, "most": step.high}


def signed(number: int) -> str:
    """A number of a scale, with the minus of a printer."""
    return str(number).replace("-", "\u2212")


def _date(value: Mapping[str, Any], step: Step | None) -> str:
    return plain_day(date.fromisoformat(value["day"]))


def _two_sided(value: Mapping[str, Any], step: Step | None) -> str:
    parts = []
    for side in ("left", "right"):
        if found := lines(value.get(side, "")):
            heading = step and getattr(step, side)
            label = _heading(heading, side)
            parts.append(f"**{label}**\n\n{_list(found)}")
    return "\n\n".join(parts)


def _heading(texts: Any, side: str) -> str:
    from_texts = {"left": _("On the one side"), "right": _("On the other side")}[side]
    return in_language(texts) if texts else from_texts


def _if_then(value: Mapping[str, Any], step: Step | None) -> str:
    return _("If %(moment)s, then %(move)s") % {
        "moment": value.get("moment", "").strip() or "…",
        "move": value.get("move", "").strip() or "…",
    }


def _nothing(value: Mapping[str, Any], step: Step | None) -> str:
    return ""


_WORDS = {
    Kind.CHOICE: _choice,
    Kind.CHOICES: _choice,
    Kind.SCALE: _scale,
    Kind.DATE: _date,
    Kind.TWO_SIDED: _two_sided,
    Kind.IF_THEN: _if_then,
    Kind.READ: _nothing,
}
