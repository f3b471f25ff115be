"""The domains of a life: which there are, what they are called, which are asked about no more."""

from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from apps.accounts.http import SignedInRequest
from apps.cares import checking
from apps.cares.models import DomainMark, LifeDomain
from apps.cares.values_forms import DomainForm, DomainsForm
from apps.core.http import get_owned


@require_safe
def domain_list(request: SignedInRequest) -> HttpResponse:
    """The domains, and those that were set aside."""
    rows = LifeDomain.objects.for_user(request.user).exclude(set_aside_at=None)
    context = {
        "domains": checking.domains_of(request.user),
        "set_aside": rows.order_by("position", "id")[: checking.MOST_DOMAINS],
    }
    return render(request, "values/domain_list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def domain_begin(request: SignedInRequest) -> HttpResponse:
    """Begin with some of the ten that are offered."""
    form = DomainsForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        checking.name_domains(owner=request.user, names=form.names)
        return redirect("values:check_create")
    status = 422 if request.method == "POST" else 200
    return render(request, "values/domain_begin.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def domain_create(request: SignedInRequest) -> HttpResponse:
    """A domain of one's own."""
    form = DomainForm(request.POST or None, user=request.user)
    form.instance.position = checking.next_position(request.user)
    if request.method == "POST" and _saved(form):
        return redirect("values:domain_list")
    status = 422 if request.method == "POST" else 200
    return render(request, "values/domain_create.html", {"form": form}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def domain_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Another name; earlier checks show it too."""
    domain = get_owned(LifeDomain.objects.all(), request.user, pk)
    form = DomainForm(request.POST or None, user=request.user, instance=domain)
    if request.method == "POST" and _saved(form):
        return redirect("values:domain_list")
    context = {"form": form, "domain": domain}
    status = 422 if request.method == "POST" else 200
    return render(request, "values/domain_edit.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def domain_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then ask about a domain no more."""
    domain = get_owned(LifeDomain.objects.all(), request.user, pk)
    if request.method == "POST":
        if checking.let_go(owner=request.user, domain_id=pk, now=timezone.now()):
            messages.success(request, _("It is set aside, and stays where it was spoken of."))
        else:
            messages.success(request, _("It is gone."))
        return redirect("values:domain_list")
    is_said = DomainMark.objects.for_user(request.user).filter(domain=domain).exists()
    context = {"domain": domain, "is_said": is_said}
    return render(request, "values/domain_delete.html", context)


@require_POST
def domain_restore(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask about a domain again."""
    domain = get_owned(LifeDomain.objects.all(), request.user, pk)
    domain.set_aside_at = None
    domain.save(update_fields=["set_aside_at", "updated_at"])
    return redirect("values:domain_list")


def _saved(form: DomainForm) -> bool:
    """Whether it could be kept; another may have the name, whatever its capitals."""
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError:
        form.add_error("name", _("There is one of this name already, perhaps set aside."))
        return False
    return True
