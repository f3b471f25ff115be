"""What every template may use: an element's id, an icon, a form field, days and times in words,
and `once` for what is the same each time.
"""

from datetime import date, datetime, time
from functools import lru_cache

from babel import Locale
from babel.dates import format_date, format_time
from babel.numbers import format_decimal
from django import template
from django.contrib.staticfiles.storage import staticfiles_storage
from django.db.models import Model
from django.forms import BoundField
from django.template import Context, Node, NodeList, TemplateSyntaxError
from django.template.base import FilterExpression, Parser, Token, token_kwargs
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, to_locale

from apps.core.models import new_id
from apps.core.periods import Month
from apps.core.templatetags.parts import language_of
from apps.core.text import beginning, put_in

register = template.Library()


# No markup, in the place of some that is left out: escaping "" takes as long as escaping a word.
NOTHING = format_html_join("", "", ())


@register.simple_tag
def dom_id(row: Model, part: str = "") -> str:
    """The id of the element that shows this row, or this part of it: `entry-0192…-row`."""
    name = f"{row._meta.model_name}-{row.pk}"
    return f"{name}-{part}" if part else name


@register.simple_tag
def build() -> str:
    """What changes with any of the files that pages load; empty where they have no manifest."""
    return str(getattr(staticfiles_storage, "manifest_hash", ""))


@register.simple_tag
def icon(name: str, label: str = "") -> SafeString:
    """An icon of the sprite. Without a label it is decoration, and screen readers pass over it."""
    return _icon(name, str(label))


@lru_cache(maxsize=512)
def _icon(name: str, label: str) -> SafeString:
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


# How days are written differs by language in order as much as in words, so the patterns are
# CLDR's, through Babel: "Friday, November 20" is "Freitag, 20. November".


@register.filter
def whole_day(day: date) -> str:
    """A day with its weekday and its year: "Friday, November 20, 2026"."""
    return _day(day, "full", _locale())


@register.filter
def day_of_year(day: date) -> str:
    """A day with its weekday, without its year: "Friday, November 20"."""
    return _day(day, "weekday", _locale())


@register.filter
def plain_day(day: date) -> str:
    """A day without its weekday: "November 20, 2026"."""
    return _day(day, "long", _locale())


@register.filter
def month_of_year(day: date) -> str:
    """The month a day lies in: "November 2026"."""
    return _day(day.replace(day=1), "month", _locale())


@register.filter
def clock(wall: datetime | time) -> str:
    """What a clock on the wall shows: "9:05 AM", "09:05". The instant must be in the right zone."""
    return _clock(wall.hour, wall.minute, _locale())


@register.filter(expects_localtime=True)
def moment(instant: datetime) -> str:
    """An instant on the person's wall clock: "November 20, 2026, 9:05 AM"."""
    return f"{plain_day(instant.date())}, {clock(instant)}"


register.filter("beginning", beginning)


@register.filter
def number(value: int) -> str:
    """A count, grouped as the language groups: "20,000"."""
    return _number(value, _locale())


def _locale() -> str:
    return to_locale(get_language() or "en")


@lru_cache(maxsize=4096)
def _clock(hour: int, minute: int, locale: str) -> str:
    return format_time(time(hour, minute), "short", locale=locale)


@lru_cache(maxsize=4096)
def _number(value: int, locale: str) -> str:
    return format_decimal(value, locale=locale)


@lru_cache(maxsize=4096)
def _day(day: date, form: str, locale: str) -> str:
    if form == "weekday":
        month_and_day = _pattern(locale, "MMMMd", "d MMMM")
        return f"{format_date(day, 'EEEE', locale)}, {format_date(day, month_and_day, locale)}"
    if form == "month":
        return format_date(day, _pattern(locale, "yMMMM", "MMMM y"), locale)
    return format_date(day, form, locale)


@lru_cache(maxsize=64)
def _pattern(locale: str, skeleton: str, otherwise: str) -> str:
    pattern = Locale.parse(locale).datetime_skeletons.get(skeleton)
    return pattern.pattern if pattern else otherwise


@register.tag
def once(parser: Parser, token: Token) -> "Once":
    """Render a block once for each language and each set of given values, and keep the result.

    `{% once view=request.resolver_match.view_name with token=csrf_token %}…{% endonce %}`: the
    block knows the given values and nothing else, neither the request nor the person, so nothing
    private can get into what others are shown. Of values after `with` it knows only where they go:
    what is kept has an open place for each, and they are put in, escaped, each time. The block may
    print such a value and put it into an address (in the place of an id), and nothing more.

    For what stands on every page; a page of 22 kB is mostly such markup, and rendering it each
    time is most of its cost (docs/speed.md).
    """
    name, *bits = token.split_contents()
    given = token_kwargs(bits, parser)
    put_in = {}
    if bits[:1] == ["with"]:
        del bits[0]
        put_in = token_kwargs(bits, parser)
    if bits:
        raise TemplateSyntaxError(f"{name} takes only name=value, not {bits[0]}")
    block = parser.parse(("endonce",))
    parser.delete_first_token()
    return Once(block, given, put_in)


# What cannot hold anything of anybody's.
PLAIN = str | int | date | Month
# More than all pages in all languages need; beyond it somebody sends made-up values.
MOST_KEPT = 512


class Place(str):
    """An open place in a kept block. It looks like an id, so that it fits into an address."""

    def __bool__(self) -> bool:
        raise TypeError("A value after `with` is not known here, only where it goes.")


class Once(Node):
    """See `once`. Only what plain values made is kept: text, numbers, days, yes and no, nothing."""

    # No block stands inside, so that a page which extends another need not look for one here.
    child_nodelists = ()

    def __init__(
        self,
        nodelist: NodeList,
        given: dict[str, FilterExpression],
        put_in: dict[str, FilterExpression],
    ) -> None:
        self.nodelist = nodelist
        self.given = given
        self.put_in = put_in
        # Django's own tag asks whether there is a token; there always is.
        self.places = {
            name: str(new_id()) if name == "csrf_token" else Place(new_id()) for name in put_in
        }
        self.kept: dict[tuple[object, ...], list[str]] = {}

    def render(self, context: Context) -> str:
        values = {name: value.resolve(context) for name, value in self.given.items()}
        if all(value is None or isinstance(value, PLAIN) for value in values.values()):
            found = self._kept((language_of(context), *values.values()), context, values)
        else:
            found = self._rendered(context, values)
        if not self.put_in:
            return found[0]
        put_in = {name: _shown(value.resolve(context)) for name, value in self.put_in.items()}
        # Every other part is the name of a place.
        parts = found.copy()
        parts[1::2] = [put_in[name] for name in parts[1::2]]
        return "".join(parts)

    def _kept(
        self, key: tuple[object, ...], context: Context, values: dict[str, object]
    ) -> list[str]:
        found = self.kept.get(key)
        if found is None:
            found = self._rendered(context, values)
            if len(self.kept) >= MOST_KEPT:
                self.kept.clear()
            self.kept[key] = found
        return found

    def _rendered(self, context: Context, values: dict[str, object]) -> list[str]:
        """The block in parts: text, the name of a place, text, the name of a place, …, text."""
        alone = Context(values | self.places)
        alone.template = context.template
        found: str = self.nodelist.render(alone)
        if not self.places:
            return [found]
        edge = str(new_id())
        for name, place in self.places.items():
            if place not in found:
                raise TemplateSyntaxError(f"once … with: nothing shows {name}")
            found = found.replace(place, f"{edge}{name}{edge}")
        return found.split(edge)


def _shown(value: object) -> str:
    return "" if value is None else put_in(value)
