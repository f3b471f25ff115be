"""Notebooks: the list, the entries of one, adding, renaming, letting go."""

from functools import partial
from uuid import UUID

from django.db.models import Count, Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from apps.accounts.http import SignedInRequest
from apps.core.http import get_owned
from apps.core.text import fold
from apps.journal import sorting
from apps.journal.models import Entry, Notebook
from apps.journal.reading import next_page
from apps.journal.sorting_forms import NameForm
from apps.journal.views.entries import show_thread
from apps.journal.views.undoing import offer_undo


@require_http_methods(["GET", "HEAD", "POST"])
def notebook_list(request: SignedInRequest) -> HttpResponse:
    """Every notebook with how many entries it holds, and a form for one more."""
    form = NameForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(sorting.add_notebook(request.user, form.cleaned_data["name"]))
        except sorting.NameTaken:
            form.add_error("name", _("There is a notebook of that name already."))
    kept = Q(entries__trashed_at=None)
    notebooks = Notebook.objects.for_user(request.user).annotate(
        count=Count("entries", filter=kept)
    )
    shown = sorted(notebooks, key=lambda notebook: fold(notebook.name))
    return render(
        request,
        "journal/notebook_list.html",
        {"notebooks": shown, "form": form},
        status=422 if form.errors else 200,
    )


@require_safe
def notebook_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The entries of one notebook, newest first; `?before=` an entry gives what follows it."""
    notebook = get_owned(Notebook.objects.all(), request.user, pk)
    entries = Entry.objects.for_user(request.user).kept().filter(notebook=notebook)
    return show_thread(
        request,
        "journal/notebook_detail.html",
        partial(next_page, entries),
        notebook.get_absolute_url(),
        {"notebook": notebook},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def notebook_rename(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give a notebook another name."""
    notebook = get_owned(Notebook.objects.all(), request.user, pk)
    form = NameForm(request.POST or None, initial={"name": notebook.name})
    if request.method == "POST" and form.is_valid():
        try:
            sorting.rename_notebook(notebook, form.cleaned_data["name"])
            return redirect(notebook)
        except sorting.NameTaken:
            form.add_error("name", _("There is a notebook of that name already."))
    return render(
        request,
        "journal/notebook_rename.html",
        {"form": form, "notebook": notebook},
        status=422 if form.errors else 200,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def notebook_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then let a notebook go. Its entries stay in the journal."""
    notebook = get_owned(Notebook.objects.all(), request.user, pk)
    if request.method == "POST":
        undoing = sorting.delete_notebook(notebook)
        offer_undo(request, _("The notebook is gone; its entries are in the journal."), undoing)
        return redirect("journal:notebook_list")
    return render(request, "journal/notebook_delete.html", {"notebook": notebook})
