"""The check of domains: two sliders for each, what they said over time, one day of it."""

from datetime import date
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import SignedInRequest
from apps.cares import checking
from apps.cares.models import DomainCheck, DomainMark, LifeDomain
from apps.cares.values_forms import MarkForm
from apps.core.http import get_owned

# Where a slider stands before anybody moved it.
MIDDLE = 5


@require_safe
def check_list(request: SignedInRequest) -> HttpResponse:
    """How much each domain mattered and was lived, over time."""
    found = checking.history(request.user)
    today = checking.check_on(request.user, request.user.today(timezone.now()))
    context = {"found": found, "today": today, "domains": checking.domains_of(request.user)}
    return render(request, "values/check_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def check_create(request: SignedInRequest) -> HttpResponse:
    """Check today; again on the same day, it is the same check."""
    day = request.user.today(timezone.now())
    check = checking.check_on(request.user, day)
    domains = checking.domains_of(request.user)
    if not domains:
        return redirect("values:domain_begin")
    before = checking.check_before(request.user, day)
    marks = checking.marks_of(check, request.user)
    last = checking.marks_of(before, request.user)
    forms = [_form(request, domain, marks.get(domain.pk), check, last) for domain in domains]
    answer = _saved(request, forms, day)
    context = {"forms": forms, "day": day, "before": before, "check": check}
    return answer or render(request, "values/check_create.html", context, status=_status(request))


@require_safe
def check_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """What was said on a day."""
    check = get_owned(DomainCheck.objects.all(), request.user, pk)
    marks = list(checking.marks_of(check, request.user).values())
    later = DomainCheck.objects.for_user(request.user).filter(day__gt=check.day).order_by("day")
    context = {
        "check": check,
        "marks": marks,
        "before": checking.check_before(request.user, check.day),
        "after": later.first(),
    }
    return render(request, "values/check_detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def check_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Put right what was said on a day; of domains set aside too, if they were spoken of."""
    check = get_owned(DomainCheck.objects.all(), request.user, pk)
    marks = checking.marks_of(check, request.user)
    domains = {domain.pk: domain for domain in checking.domains_of(request.user)}
    domains |= {pk: mark.domain for pk, mark in marks.items() if pk not in domains}
    forms = [_form(request, it, marks.get(it.pk), check, {}) for it in domains.values()]
    answer = _saved(request, forms, check.day)
    context = {"forms": forms, "check": check}
    return answer or render(request, "values/check_edit.html", context, status=_status(request))


@require_http_methods(["GET", "HEAD", "POST"])
def check_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then forget what was said on a day. The domains stay."""
    check = get_owned(DomainCheck.objects.all(), request.user, pk)
    if request.method == "POST":
        check.delete()
        messages.success(request, _("The check is gone. The others are as they were."))
        return redirect("values:check_list")
    return render(request, "values/check_delete.html", {"check": check})


def _form(
    request: SignedInRequest,
    domain: LifeDomain,
    mark: DomainMark | None,
    check: DomainCheck | None,
    last: dict[UUID, DomainMark],
) -> MarkForm:
    """The form of a domain: as it was said that day, or where the sliders stood last time."""
    stood = mark or last.get(domain.pk)
    begins = {
        "matters": MIDDLE if stood is None or stood.matters is None else stood.matters,
        "lived": MIDDLE if stood is None or stood.lived is None else stood.lived,
        "note": mark.note if mark else "",
        "left_out": check is not None and (mark is None or mark.matters is None),
    }
    return MarkForm(request.POST or None, domain=domain, begins=begins)


def _saved(request: SignedInRequest, forms: list[MarkForm], day: date) -> HttpResponse | None:
    """Where a good form leads; nothing for a bad one, or none."""
    wrong = [form for form in forms if not form.is_valid()]
    if request.method != "POST" or wrong:
        return None
    # What this page did not ask, because it came later, is left alone.
    said = {form.domain: form.said for form in forms if form.add_prefix("note") in request.POST}
    if all(words.is_nothing for words in said.values()):
        forms[0].add_error(None, _("Say something about at least one of them."))
        return None
    return redirect(checking.save(owner=request.user, day=day, said=said))


def _status(request: SignedInRequest) -> int:
    return 422 if request.method == "POST" else 200
