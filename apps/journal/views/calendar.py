"""The calendar: a month, a year, and one day of them."""

from datetime import date

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from apps.accounts.http import SignedInRequest
from apps.core.htmx import page_or_fragment, target_of
from apps.core.periods import FIRST_DAY, LAST_DAY, Month
from apps.journal.calendar import month_of_days, neighbours, year_of_days, years_written
from apps.journal.looking_back import on_this_day
from apps.journal.models import Entry
from apps.journal.reading import next_page
from apps.journal.views.entries import cursor_of

YEARS_NAMED = 40


@require_safe
def calendar(request: SignedInRequest) -> HttpResponse:
    """To the month that `?year=` and `?month=` name; without them, or with others, to this one."""
    month = _asked(request) or Month.of(request.user.today(timezone.now()))
    return redirect("journal:calendar_month", month=month)


@require_safe
def calendar_month(request: SignedInRequest, month: Month) -> HttpResponse:
    """A month, day by day."""
    today = request.user.today(timezone.now())
    first_weekday = request.user.first_weekday
    page = month_of_days(request.user, month, today=today, first_weekday=first_weekday)
    is_part = target_of(request) == "calendar"
    return page_or_fragment(
        request,
        "journal/calendar_month.html",
        "journal/_calendar_month.html",
        {
            "page": page,
            "first_weekday": first_weekday,
            "today": today,
            "years": [] if is_part else years_written(request.user),
        },
        target="calendar",
    )


@require_safe
def calendar_year(request: SignedInRequest, year: int) -> HttpResponse:
    """A year at a glance: the more was written on a day, the deeper its colour."""
    today = request.user.today(timezone.now())
    first_weekday = request.user.first_weekday
    return page_or_fragment(
        request,
        "journal/calendar_year.html",
        "journal/_calendar_year.html",
        {
            "page": year_of_days(request.user, year, today=today, first_weekday=first_weekday),
            "first_weekday": first_weekday,
            "today": today,
            "years": years_written(request.user),
        },
        target="calendar",
    )


@require_safe
def day_detail(request: SignedInRequest, day: date) -> HttpResponse:
    """What was written for one day; `?before=` an entry gives what follows it."""
    entries = Entry.objects.for_user(request.user).kept()
    before, after = neighbours(entries, day)
    other_years = on_this_day(entries, day).exclude(local_date=day).order_by("-local_date")
    days_found = other_years.filter(comes_back=True).values_list("local_date", flat=True).distinct()
    return render(
        request,
        "journal/day_detail.html",
        {
            "day": day,
            "month": Month.of(day),
            "page": next_page(entries.on(day), cursor_of(request)),
            "before": before,
            "after": after,
            "other_years": days_found[:YEARS_NAMED],
            "is_ahead": day > request.user.today(timezone.now()),
        },
    )


def _asked(request: SignedInRequest) -> Month | None:
    try:
        first = date(int(request.GET.get("year", "")), int(request.GET.get("month", "")), 1)
    except (ValueError, OverflowError):
        return None
    return Month.of(first) if FIRST_DAY <= first <= LAST_DAY else None
