"""Circles: all of them, a new one, changing one, letting it go."""

from uuid import UUID

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import SignedInRequest
from apps.core.http import get_owned
from apps.people.forms import CircleForm
from apps.people.models import Circle


@require_safe
def circle_list(request: SignedInRequest) -> HttpResponse:
    """Every circle by name, with how many people are in it."""
    circles = Circle.objects.for_user(request.user).annotate(people=Count("members"))
    return render(request, "people/circle_list.html", {"circles": circles.order_by("key")})


@require_http_methods(["GET", "HEAD", "POST"])
def circle_create(request: SignedInRequest) -> HttpResponse:
    """Begin a circle."""
    form = CircleForm(request.POST or None, user=request.user)
    if request.method == "POST" and _saved(form):
        messages.success(request, _("The circle is there. Put people into it on their own pages."))
        return redirect("people:circle_list")
    context = {"form": form}
    return render(request, "people/circle_create.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def circle_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Another name, another rhythm."""
    circle = get_owned(Circle.objects.all(), request.user, pk)
    form = CircleForm(request.POST or None, user=request.user, instance=circle)
    if request.method == "POST" and _saved(form):
        return redirect("people:circle_list")
    context = {"form": form, "circle": circle}
    return render(request, "people/circle_edit.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def circle_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then let a circle go. The people stay."""
    circle = get_owned(Circle.objects.all(), request.user, pk)
    if request.method == "POST":
        circle.delete()
        messages.success(request, _("The circle is gone. The people in it stay."))
        return redirect("people:circle_list")
    return render(request, "people/circle_delete.html", {"circle": circle})


def _saved(form: CircleForm) -> bool:
    """Whether it could be kept; another tab may take the name in the same moment."""
    if not form.is_valid():
        return False
    try:
        with transaction.atomic():
            form.save()
    except IntegrityError:
        form.add_error("name", _("There is a circle of that name already."))
        return False
    return True
