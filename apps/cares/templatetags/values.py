"""Cards, piles, choices and domains in words, and their pictures."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from apps.cares.choosing import Placed
from apps.cares.models import DomainMark
from apps.cares.models.domain_check import LARGEST
from apps.cares.models.sort import Pile

register = template.Library()


@register.filter
def pile_name(pile: int) -> str:
    """What a pile is called."""
    return str(Pile(pile).label)


SETTLED: dict[str, Lazy | str] = {
    "yes": _("above the next"),
    "fairly": _("a little above the next"),
    "open": _("much the same as the next"),
    "": "",
}


@register.filter
def settled_word(settled: str) -> str:
    """How certain it is that a card stands above the next one."""
    return str(SETTLED[settled])


# In units of the picture: a row, and the strip in which the strengths lie.
ROW, LEFT, RIGHT, WIDTH = 34, 260, 700, 720


@register.inclusion_tag("values/_order_picture.html")
def order_as_picture(order: Sequence[Placed]) -> dict[str, Any]:
    """Each card as a dot where its strength is, with a bar as wide as it is still open."""
    ends = [end for it in order for end in (it.strength - it.width, it.strength + it.width)]
    low, high = min(ends), max(ends)
    scale = (RIGHT - LEFT) / ((high - low) or 1)

    def x(strength: float) -> int:
        return round(LEFT + (strength - low) * scale)

    rows = [
        {
            "it": it,
            "y": ROW * it.place,
            "dot": x(it.strength),
            "begins": x(it.strength - it.width),
            "ends": x(it.strength + it.width),
        }
        for it in order
    ]
    return {"rows": rows, "left": LEFT, "width": WIDTH, "height": ROW * len(order) + ROW // 2}


# In units of the small picture of one mark.
GAP_WIDTH, GAP_HEIGHT, GAP_EDGE = 176, 24, 8


@register.inclusion_tag("values/_gap_of.html")
def gap_of(mark: DomainMark) -> dict[str, Any]:
    """How much it matters and how much it was lived, as two marks on a line from 0 to 10."""

    def x(number: int | None) -> int | None:
        reach = GAP_WIDTH - 2 * GAP_EDGE
        return None if number is None else GAP_EDGE + reach * number // LARGEST

    return {
        "matters": x(mark.matters),
        "lived": x(mark.lived),
        "width": GAP_WIDTH,
        "height": GAP_HEIGHT,
    }
