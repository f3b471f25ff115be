"""Several entries at once: tag, move, take along, or put into the trash."""

from collections.abc import Iterable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from apps.accounts.http import SignedInRequest
from apps.journal import sorting
from apps.journal.models import Entry, EntryQuerySet, EntryTag
from apps.journal.sorting_forms import ChoosingForm
from apps.journal.views.entries import cursor_of
from apps.journal.views.undoing import offer_undo

PAGE = 50


@require_http_methods(["GET", "HEAD", "POST"])
def entry_choose(request: SignedInRequest) -> HttpResponse:
    """Entries with a box each, of the journal or of one tag or notebook, and what can be done."""
    form = ChoosingForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        return _do(request, form)
    entries = _asked_for(request)
    cursor = cursor_of(request)
    rows = entries.without_text().newest_first()
    found = list((rows.before(cursor) if cursor else rows)[: PAGE + 1])
    query = request.GET.copy()
    if len(found) > PAGE:
        query["before"] = str(found[PAGE - 1].pk)
    return render(
        request,
        "journal/entry_choose.html",
        {
            "form": form,
            "entries": found[:PAGE],
            "chosen": set(request.POST.getlist("entries")),
            "following": query.urlencode() if len(found) > PAGE else "",
        },
        status=422 if form.errors else 200,
    )


def _asked_for(request: SignedInRequest) -> EntryQuerySet:
    entries = Entry.objects.for_user(request.user).kept()
    for name, within in (("tag", _with_tag), ("notebook", _in_notebook)):
        try:
            pk = UUID(request.GET.get(name, ""))
        except ValueError:
            continue
        entries = within(request, entries, pk)
    return entries


def _with_tag(request: SignedInRequest, entries: EntryQuerySet, pk: UUID) -> EntryQuerySet:
    links = EntryTag.objects.for_user(request.user).filter(tag=pk)
    return entries.filter(pk__in=links.values("entry"))


def _in_notebook(_: SignedInRequest, entries: EntryQuerySet, pk: UUID) -> EntryQuerySet:
    return entries.filter(notebook=pk)


def _do(request: SignedInRequest, form: ChoosingForm) -> HttpResponse:
    chosen, user = form.cleaned_data["entries"], request.user
    count = len(chosen)
    match form.cleaned_data["do"]:
        case "export":
            return _as_file(Entry.objects.for_user(user).kept().filter(pk__in=chosen))
        case "tag":
            undoing = sorting.tag_entries(user, chosen, form.cleaned_data["tags"])
            words = ngettext("%(n)s entry is tagged.", "%(n)s entries are tagged.", count)
        case "move":
            undoing = sorting.move_entries(user, chosen, form.cleaned_data["notebook"])
            words = ngettext("%(n)s entry is moved.", "%(n)s entries are moved.", count)
        case _:
            undoing = sorting.throw_entries_away(user, chosen, timezone.now())
            words = ngettext(
                "%(n)s entry is in the trash.", "%(n)s entries are in the trash.", count
            )
    offer_undo(request, words % {"n": count}, undoing)
    return redirect(f"{request.path}?{request.GET.urlencode()}" if request.GET else request.path)


def _as_file(entries: EntryQuerySet) -> HttpResponse:
    """The entries as one Markdown text, the oldest first."""
    response = HttpResponse(
        "\n".join(_as_markdown(entries.order_by("local_date", "occurred_at", "id"))),
        content_type="text/markdown; charset=utf-8",
    )
    name = f"{_('entries')}.md"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or ""
    return response


def _as_markdown(entries: Iterable[Entry]) -> Iterable[str]:
    for entry in entries:
        day = entry.local_date.isoformat()
        yield f"# {day}{' · ' + entry.title if entry.title else ''}\n\n{entry.body}\n"
