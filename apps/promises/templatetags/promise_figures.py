"""Figures, weeks, maps and trust on pages: words for them, and pictures as SVG."""

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from babel.dates import format_skeleton
from django import template
from django.utils import timezone
from django.utils.functional import Promise as Lazy
from django.utils.translation import get_language, ngettext, pgettext_lazy, to_locale
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from apps.core.templatetags.core import number, plain_day
from apps.people.models import Person
from apps.promises.figures import Dot, Share, Sizes, band_of
from apps.promises.hanging import parts_of as parts_read
from apps.promises.models import Promise
from apps.promises.models.amendment import Reason
from apps.promises.models.assessment import TookCare
from apps.promises.models.promise import Kind
from apps.promises.parts import Risk, RollUp
from apps.promises.pictures import COLUMN, DOT, size_picture, week_columns
from apps.promises.qualities import Quality
from apps.promises.quality_reading import qualities_read
from apps.promises.states import State
from apps.promises.trusting import Care, between, trust_of
from apps.promises.weeks import Outcome, Week
from apps.promises.wording import STATES

register = template.Library()

BANDS: dict[str, Lazy | str] = {
    "small": pgettext_lazy("size of a promise", "small"),
    "middling": pgettext_lazy("size of a promise", "middling"),
    "large": pgettext_lazy("size of a promise", "large"),
    "very_large": pgettext_lazy("size of a promise", "very large"),
}
OUTCOMES: dict[Outcome, Lazy | str] = {
    Outcome.YES: _lazy("yes"),
    Outcome.NO: _lazy("no"),
    Outcome.OPEN: _lazy("still to come"),
    Outcome.OUT: _lazy("you were let off"),
}
RISKS: dict[Risk, Lazy | str] = {
    Risk.PAST: _lazy("its day has passed"),
    Risk.UNCOVERED: _lazy("its day is near, and nobody has said yes to it"),
    Risk.TIGHT: _lazy("it is due too close to the whole, or after it"),
}
# Of each quality: its name, what is there, and what would fill it.
QUALITIES: dict[Quality, tuple[Lazy | str, Lazy | str, Lazy | str]] = {
    Quality.PUBLIC: (
        _lazy("Public"),
        _lazy("Whoever it concerns knows of it."),
        _lazy("Say it to them, or send them the link."),
    ),
    Quality.ACTIVE: (
        _lazy("Active"),
        _lazy("You have talked about it with each other."),
        _lazy("Ask something back, or suggest something else: one exchange is enough."),
    ),
    Quality.VOLUNTARY: (
        _lazy("Voluntary"),
        _lazy("A no would have been possible."),
        _lazy("Ask yourself whether you could have said no, and note it."),
    ),
    Quality.EXPLICIT: (
        _lazy("Explicit"),
        _lazy("It says what, for whom, by when, and how they will know."),
        _lazy("Name the thing, whom it is for, its day, and one sign that it is done."),
    ),
    Quality.MISSION: (
        _lazy("With a purpose"),
        _lazy("It says what it lets them do, and what of theirs it takes care of."),
        _lazy("Finish the sentence “so that …”, and tie it to something they care about."),
    ),
}
# A promise to oneself: there is nobody it could be public to.
ALONE = _lazy("It is between you and yourself. Tell somebody, if a witness would help.")


# --- Words ------------------------------------------------------------------------------------


@register.filter
def share(value: Share) -> str:
    """So many of so many: "7 of 9"."""
    return _("%(count)s of %(all)s") % {"count": number(value.some), "all": number(value.of)}


@register.filter
def lasting(span: timedelta) -> str:
    """About how long: "4 days", "5 hours"."""
    hours = round(span / timedelta(hours=1))
    if hours < 1:
        return _("less than an hour")
    if hours < 36:
        return ngettext("%(count)s hour", "%(count)s hours", hours) % {"count": number(hours)}
    days = round(span / timedelta(days=1))
    return ngettext("%(count)s day", "%(count)s days", days) % {"count": number(days)}


@register.filter
def due_day(instant: datetime) -> date:
    """The last day before this moment, where the person is: a day is due until it is over."""
    return timezone.localtime(instant - timedelta(microseconds=1)).date()


@register.filter
def day_at(seconds: float) -> date:
    """The day of an instant that is counted in seconds, where the person is."""
    return timezone.localtime(datetime.fromtimestamp(seconds, UTC)).date()


@register.filter
def short_day(day: date) -> str:
    """A day of this year in few letters: "Nov 23"."""
    return format_skeleton("MMMd", day, locale=_locale())


@register.filter
def state_word(state: str) -> str:
    """Where a promise stands, in a word or two."""
    return str(STATES[State(state)])


@register.filter
def reason_word(reason: str) -> str:
    """A reason, as it is said after "because"."""
    return str(Reason(reason).label)


@register.filter
def kind_word(kind: str) -> str:
    """What one is bound to."""
    return str(Kind(kind).label)


@register.filter
def outcome_word(outcome: Outcome) -> str:
    """What became of a promise in its week."""
    return str(OUTCOMES[outcome])


@register.filter
def band_word(size: int) -> str:
    """What a size is called."""
    return str(BANDS[band_of(size)])


@register.filter
def band_name(band: str) -> str:
    """A size by its name."""
    return str(BANDS[band])


@register.filter
def get(rows: dict[UUID, Any], pk: UUID) -> Any:
    """The row of this id; None where there is none."""
    return rows.get(pk)


def _locale() -> str:
    return to_locale(get_language() or "en")


# --- The picture of sizes ---------------------------------------------------------------------


@register.inclusion_tag("promises/_size_picture.html")
def sizes_as_picture(sizes: Sizes, steps: dict[UUID, Promise]) -> dict[str, Any]:
    """Sizes over time as SVG, beside it what it shows as two tables."""
    return {
        "picture": size_picture(sizes),
        "sizes": sizes,
        "steps": [(dot, steps[dot.pk]) for dot in sizes.steps if dot.pk in steps],
        "years": _by_year(sizes.dots),
    }


def _by_year(dots: Iterable[Dot]) -> list[tuple[int, list[Share]]]:
    """For each year and size, how many were kept of how many that ended; the latest first."""
    kept: Counter[tuple[int, str]] = Counter()
    ended: Counter[tuple[int, str]] = Counter()
    for dot in dots:
        place = (day_at(dot.at).year, band_of(dot.size))
        ended[place] += 1
        kept[place] += dot.is_kept
    years = sorted({year for year, _ in ended}, reverse=True)
    return [(year, [Share(kept[year, it], ended[year, it]) for it in BANDS]) for year in years]


# --- Weeks ------------------------------------------------------------------------------------


@register.inclusion_tag("promises/_week_picture.html")
def weeks_as_picture(weeks: list[Week]) -> dict[str, Any]:
    """Weeks as columns of dots, a dot a promise to somebody, and as a table."""
    given = [(week.monday, [outcome for _row, outcome in week.given]) for week in weeks]
    columns = week_columns(given)
    tallest = max([len(column.dots) for column in columns] + [1])
    return {
        "columns": columns,
        "weeks": weeks,
        "width": COLUMN * len(weeks),
        "top": -DOT * tallest - DOT,
        "height": DOT * tallest + DOT + 28,
        "any": any(column.dots for column in columns),
    }


# --- Promises that hang together ---------------------------------------------------------------


@register.inclusion_tag("promises/_parts.html")
def parts_of(promise: Promise, now: datetime) -> dict[str, Any]:
    """What the parts of a promise say about it; nothing where it has none."""
    found: RollUp = parts_read(promise, now)
    risks = {part.pk: str(RISKS[risk]) for part, risk in found.risks}
    return {
        "promise": promise,
        "found": found,
        "parts": [(part, risks.get(part.pk, "")) for part in found.parts],
    }


@register.inclusion_tag("promises/_qualities.html")
def qualities_of(promise: Promise) -> dict[str, Any]:
    """The five qualities of a promise as dots with words."""
    dots = []
    for dot in qualities_read(promise):
        name, there, wanted = QUALITIES[dot.quality]
        if dot.quality is Quality.PUBLIC and promise.is_to_self:
            wanted = ALONE
        dots.append((dot, name, there if dot.is_there else wanted))
    return {"dots": dots}


# --- Trust ------------------------------------------------------------------------------------


@register.inclusion_tag("promises/_trust.html")
def trust_card(person: Person) -> dict[str, Any]:
    """What one's word has been to somebody, on their page and nowhere else."""
    return {"trust": trust_of(person)}


@register.inclusion_tag("promises/_promises_with.html")
def promises_with(person: Person) -> dict[str, Any]:
    """What was promised between the owner and somebody, both ways."""
    given, asked = between(person)
    return {"person": person, "given": given, "asked": asked}


@register.filter
def said(care: Care) -> str:
    """How often they said which: "2 × yes, 1 × partly"."""
    counts = ((TookCare.YES, care.yes), (TookCare.PARTLY, care.partly), (TookCare.NO, care.no))
    return ", ".join(
        f"{number(count)} × {answer.label.lower()}" for answer, count in counts if count
    )


@register.filter
def in_words(states: list[tuple[str, int]]) -> str:
    """How many stand where: "3 kept, 1 promised"."""
    return ", ".join(f"{number(count)} {state_word(state)}" for state, count in states)


@register.filter
def on_day(instant: datetime) -> str:
    """The day of an instant, where the person is."""
    return plain_day(timezone.localtime(instant).date())
