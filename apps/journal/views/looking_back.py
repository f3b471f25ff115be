"""Looking back: this day of other years, and which entries may come back by themselves."""

from datetime import date, timedelta
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from apps.accounts.http import SignedInRequest
from apps.core.htmx import target_of
from apps.core.http import get_owned
from apps.core.periods import FIRST_DAY, LAST_DAY
from apps.journal.looking_back import distance, is_leap_host, on_this_day, page_of_this_day
from apps.journal.models import Entry
from apps.journal.reading import Page, next_page
from apps.journal.views.entries import cursor_of

DAY = timedelta(days=1)


@require_safe
def on_this_day_list(request: SignedInRequest) -> HttpResponse:
    """What was written on the day that `?date=` names, or today, in all years.

    What was asked not to be brought back is left out, and said to be, unless `?all=yes` asks.
    """
    day = _day(request.GET.get("date", "")) or request.user.today(timezone.now())
    shows_all = request.GET.get("all") == "yes"
    page, held_back = _page(request, day, shows_all=shows_all)
    return render(
        request,
        "journal/on_this_day_list.html",
        {
            "day": day,
            "before": day - DAY if day > FIRST_DAY else None,
            "after": day + DAY if day < LAST_DAY else None,
            "is_leap_host": is_leap_host(day),
            "page": page,
            "held_back": held_back,
            "shows_all": shows_all,
        },
    )


def _page(request: SignedInRequest, day: date, *, shows_all: bool) -> tuple[Page, int]:
    after = cursor_of(request)
    if not shows_all:
        return page_of_this_day(request.user, day, after)
    return next_page(on_this_day(Entry.objects.for_user(request.user).kept(), day), after), 0


@require_POST
def entry_comes_back(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let an entry come back by itself, or not. Not a change of the text: no version."""
    entry = get_owned(Entry.objects.without_text(), request.user, pk)
    entry.comes_back = request.POST.get("comes_back") == "yes"
    Entry.objects.for_user(request.user).filter(pk=pk).update(comes_back=entry.comes_back)
    if target_of(request) == "look-again":
        away = distance(entry.local_date, request.user.today(timezone.now()))
        context = {"entry": entry, "distance": away, "focus": True}
        return render(request, "journal/_look_again.html", context)
    if entry.comes_back:
        messages.success(request, _("This entry may come back to you again."))
    else:
        messages.success(request, _("This entry is not brought back to you any more."))
    return redirect(entry)


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if FIRST_DAY <= day <= LAST_DAY else None
