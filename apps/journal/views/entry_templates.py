"""Saved beginnings for entries: the list, adding, changing, letting go."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import SignedInRequest
from apps.core.http import get_owned
from apps.core.text import fold
from apps.journal.forms import EntryTemplateForm
from apps.journal.models import EntryTemplate


@require_safe
def template_list(request: SignedInRequest) -> HttpResponse:
    """Every template by name."""
    templates = EntryTemplate.objects.for_user(request.user).defer("body")
    shown = sorted(templates, key=lambda template: fold(template.name))
    return render(request, "journal/template_list.html", {"templates": shown})


@require_http_methods(["GET", "HEAD", "POST"])
def template_create(request: SignedInRequest) -> HttpResponse:
    """Save a beginning."""
    form = EntryTemplateForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The template is saved."))
        return redirect("journal:template_list")
    return render(
        request, "journal/template_create.html", {"form": form}, status=422 if form.errors else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def template_edit(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Change a template. Entries that began with it stay as they are."""
    template = get_owned(EntryTemplate.objects.all(), request.user, pk)
    form = EntryTemplateForm(request.POST or None, instance=template, user=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("The template is saved."))
        return redirect("journal:template_list")
    return render(
        request,
        "journal/template_edit.html",
        {"form": form, "template": template},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def template_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then let a template go."""
    template = get_owned(EntryTemplate.objects.all(), request.user, pk)
    if request.method == "POST":
        template.delete()
        messages.success(request, _("The template is gone."))
        return redirect("journal:template_list")
    return render(request, "journal/template_delete.html", {"template": template})
