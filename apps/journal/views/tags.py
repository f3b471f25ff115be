"""Tags: the list, the entries of one, renaming, merging, taking off; and the tags of an entry."""

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
from apps.journal.models import Entry, EntryPerson, EntryTag, Tag
from apps.journal.reading import next_page
from apps.journal.settling import try_to_settle
from apps.journal.sorting_forms import EntrySortingForm, MergeForm, NameForm
from apps.journal.ties import ties_of
from apps.journal.views.entries import show_thread
from apps.journal.views.undoing import offer_undo


@require_safe
def tag_list(request: SignedInRequest) -> HttpResponse:
    """Every tag by name, with how many entries have it."""
    kept = Q(entry_links__entry__trashed_at=None)
    tags = Tag.objects.for_user(request.user).annotate(entries=Count("entry_links", filter=kept))
    shown = sorted(tags, key=lambda tag: fold(tag.name))
    return render(request, "journal/tag_list.html", {"tags": shown})


@require_safe
def tag_detail(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The entries with one tag, newest first; `?before=` an entry gives what follows it."""
    tag = get_owned(Tag.objects.all(), request.user, pk)
    tagged = EntryTag.objects.for_user(request.user).filter(tag=tag).values("entry")
    entries = Entry.objects.for_user(request.user).kept().filter(pk__in=tagged)
    return show_thread(
        request,
        "journal/tag_detail.html",
        partial(next_page, entries),
        tag.get_absolute_url(),
        {"tag": tag},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def tag_rename(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Give a tag another name. Where the name is taken, merging is offered."""
    tag = get_owned(Tag.objects.all(), request.user, pk)
    form = NameForm(request.POST or None, initial={"name": tag.name})
    taken = None
    if request.method == "POST" and form.is_valid():
        try:
            undoing = sorting.rename_tag(tag, form.cleaned_data["name"])
        except sorting.NameTaken as found:
            taken = found.other
            form.add_error("name", _("There is a tag of that name already."))
        else:
            offer_undo(request, _("The tag has its new name."), undoing)
            return redirect(tag)
    context = {"form": form, "tag": tag, "taken": taken}
    return render(request, "journal/tag_rename.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def tag_merge(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Let another tag take this one's place; `?into=` chooses it beforehand."""
    tag = get_owned(Tag.objects.all(), request.user, pk)
    others = Tag.objects.for_user(request.user).exclude(pk=tag.pk).order_by("key")
    form = MergeForm(request.POST or None, others=others, initial={"into": request.GET.get("into")})
    if request.method == "POST" and form.is_valid():
        target = form.cleaned_data["into"]
        undoing = sorting.merge_tags(tag, target)
        offer_undo(request, _("The two tags are one now."), undoing)
        return redirect(target)
    context = {"form": form, "tag": tag, "has_others": others.exists()}
    return render(request, "journal/tag_merge.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def tag_delete(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """Ask first, then take a tag off every entry."""
    tag = get_owned(Tag.objects.all(), request.user, pk)
    if request.method == "POST":
        offer_undo(request, _("The tag is gone."), sorting.delete_tag(tag))
        return redirect("journal:tag_list")
    count = EntryTag.objects.for_user(request.user).filter(tag=tag).count()
    return render(request, "journal/tag_delete.html", {"tag": tag, "count": count})


@require_http_methods(["GET", "HEAD", "POST"])
def entry_sort(request: SignedInRequest, pk: UUID) -> HttpResponse:
    """The tags and people that are picked for an entry, and the notebook it is in."""
    entry = get_owned(Entry.objects.without_text(), request.user, pk)
    links = EntryTag.objects.for_user(request.user).filter(entry=entry).select_related("tag")
    named = sorted((link.tag.name for link in links if link.is_typed), key=fold)
    picked = sorted((link.tag.name for link in links if not link.is_typed), key=fold)
    about = EntryPerson.objects.for_user(request.user).filter(entry=entry).select_related("person")
    named_people = [link.person for link in about if link.is_typed]
    ties = ties_of(entry)
    form = EntrySortingForm(
        request.POST or None,
        user=request.user,
        named=[person.pk for person in named_people],
        tied=ties.promises,
        cares=ties.cares,
        initial={
            "tags": ", ".join(picked),
            "people": [link.person_id for link in about if not link.is_typed],
            "promises": [promise.pk for promise in ties.promises],
            "cares": [care.pk for care in ties.cares],
            "notebook": entry.notebook_id,
        },
    )
    if request.method == "POST" and form.is_valid():
        sorting.pick_tags(request.user, entry, form.cleaned_data["tags"])
        sorting.pick_people(request.user, entry, form.cleaned_data.get("people", []))
        sorting.pick_promises(request.user, entry, form.cleaned_data.get("promises", []))
        sorting.pick_cares(request.user, entry, form.cleaned_data.get("cares", []))
        if form.cleaned_data["notebook"] != entry.notebook:
            sorting.move_entries(request.user, [entry.pk], form.cleaned_data["notebook"])
        try_to_settle(request.user, pk)
        return redirect(entry)
    tags = sorted(Tag.objects.for_user(request.user), key=lambda tag: fold(tag.name))
    people = sorted((person.name for person in named_people), key=fold)
    return render(
        request,
        "journal/entry_sort.html",
        {"form": form, "entry": entry, "named": named, "people": people, "all_tags": tags},
        status=422 if form.errors else 200,
    )
