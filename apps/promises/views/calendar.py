"""What is due, day by day."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.http import SignedInRequest
from apps.core.periods import FIRST_DAY, LAST_DAY, Month, week_start
from apps.promises.models import Promise
from apps.promises.reading import due_within


@dataclass(frozen=True)
class DayOfPromises:
    """A day of the month, and what is due on it."""

    day: date
    is_outside: bool
    is_today: bool
    promises: list[Promise]


@require_safe
def promise_calendar(request: SignedInRequest) -> HttpResponse:
    """A month; `?month=2026-11`, this one where none or another is asked."""
    now = timezone.now()
    today = request.user.today(now)
    month = _asked(request.GET.get("month", "")) or Month.of(today)
    first = week_start(month.first, request.user.first_weekday)
    last = week_start(month.last, request.user.first_weekday) + timedelta(days=6)
    by_day: dict[date, list[Promise]] = defaultdict(list)
    for promise in due_within(request.user, first, last):
        if promise.due_on is not None:
            by_day[promise.due_on].append(promise)
    days = [first + timedelta(days=offset) for offset in range((last - first).days + 1)]
    cells = [DayOfPromises(day, Month.of(day) != month, day == today, by_day[day]) for day in days]
    return render(
        request,
        "promises/promise_calendar.html",
        {
            "month": month,
            "before": month.plus(-1) if month.first > FIRST_DAY else None,
            "after": month.plus(1) if month.last < LAST_DAY else None,
            "weeks": [cells[start : start + 7] for start in range(0, len(cells), 7)],
            "first_weekday": request.user.first_weekday,
            "now": now,
        },
    )


def _asked(text: str) -> Month | None:
    try:
        first = date.fromisoformat(f"{text}-01")
    except ValueError:
        return None
    return Month.of(first) if FIRST_DAY < first < LAST_DAY.replace(day=1) else None
