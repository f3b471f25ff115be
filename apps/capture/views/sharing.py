"""What a person shares with Throughline from another app of their device: a new entry."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from apps.accounts.http import SignedInRequest
from apps.accounts.limits import is_over
from apps.accounts.views.limits import too_many
from apps.capture import writing
from apps.core.http import csrf_failure, is_from_here
from apps.core.models import new_id
from apps.core.text import clean
from apps.journal import drafting
from apps.journal.settling import try_to_settle
from apps.journal.views.attachments import attach_all, has_files, say


@require_POST
@csrf_exempt
def share(request: SignedInRequest) -> HttpResponse:
    """Make an entry of title, text, address and files, and go on with it in the writer.

    The device sends this form, and it knows no token. The browser says who sent it, which no page
    can forge (Fetch Metadata): without that word, or from another site, nothing is taken (403).
    """
    if not is_from_here(request):
        return csrf_failure(request)
    now = timezone.now()
    if is_over("save", str(request.user.pk), now):
        return too_many(request)
    title, body, rest = writing.fitted(*_words(request))
    entry_id = new_id()
    draft = writing.draft_of(request.user, now, title=title, body=body)
    saved = writing.create(
        request.user, entry_id, draft, writing.Sorted(), now, even_empty=has_files(request)
    )
    came = attach_all(request, saved.entry, now)
    say(request, came)
    if saved.entry is None or drafting.let_go_if_blank(request.user, entry_id):
        return redirect("journal:entry_create")
    if rest and (why := writing.attach(request.user, saved.entry, "share.txt", rest.encode(), now)):
        messages.error(request, why)
    try_to_settle(request.user, entry_id)
    return redirect("journal:entry_edit", pk=entry_id)


def _words(request: SignedInRequest) -> tuple[str, str]:
    """Title and text. Many apps put the address into the text, and some do both."""
    title, text, url = (clean(request.POST.get(name, "")) for name in ("title", "text", "url"))
    title = " ".join(title.split())
    if url and url not in text:
        text = f"{text}\n\n{url}" if text else url
    return ("" if title == text else title), text
