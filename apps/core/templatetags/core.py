"""Three tags every template may use: an element's id, an icon, a form field."""

from django import template
from django.db.models import Model
from django.forms import BoundField
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
def dom_id(row: Model, part: str = "") -> str:
    """The id of the element that shows this row, or this part of it: `entry-0192…-row`."""
    name = f"{row._meta.model_name}-{row.pk}"
    return f"{name}-{part}" if part else name


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite. Without a label it is decoration, and screen readers pass over it."""
    href = f"{static('icons/sprite.svg')}#{name}"
    if label:
        return format_html(
            '<svg class="icon" role="img" aria-label="{}"><use href="{}"></use></svg>', label, href
        )
    return format_html('<svg class="icon" aria-hidden="true"><use href="{}"></use></svg>', href)


@register.inclusion_tag("core/_field.html")
def field(bound: BoundField, **extra: object) -> dict[str, object]:
    """A form field with its label, help and errors, tied together for screen readers."""
    return {"field": bound, **extra}
