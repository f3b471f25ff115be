"""Entries: list, read, make, change, put into the trash."""

import json
import re
from datetime import date
from typing import Annotated, Any, Literal
from uuid import UUID

from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Header, Query, Router, Schema

from apps.capture import writing
from apps.capture.api import reading
from apps.capture.api.bearer import ReadAccess, TokenRequest, WriteAccess
from apps.capture.api.problems import Problem, not_taken
from apps.capture.api.shapes import (
    Day,
    EntryChange,
    EntryIn,
    EntryPage,
    EntryWhole,
    Receipt,
    Said,
)
from apps.capture.models import KEY_LENGTH
from apps.capture.once import Answer, Reused, fingerprint, once
from apps.core.http import get_owned
from apps.core.models import new_id
from apps.journal import drafting
from apps.journal.drafting import Draft, Outcome
from apps.journal.models import Entry, Notebook
from apps.journal.settling import try_to_settle

router = Router(tags=["Entries"])

PAGE, LONGEST_PAGE = 20, 50
# What a change needs no version for: it replaces nothing that anybody wrote.
PLACING = {"starred", "notebook", "tags", "version"}
_KEY = re.compile(r"[\x21-\x7e]+")
_ETAG = re.compile(r'(?:W/)?"([0-9]{1,9})"')

IdempotencyKey = Annotated[
    str,
    Header(
        "",
        alias="Idempotency-Key",
        description="Any text of your own for this request. Sent again with the same key, it is"
        " done once and answered the same; with the same key and something else it is refused."
        " Good for a day.",
    ),
]


class EntryFilter(Schema):
    """Which entries to list."""

    since: Day | None = Field(None, description="From this day on.")
    until: Day | None = Field(None, description="Up to this day.")
    tag: Said = Field("", max_length=200, description="With the tag of this name.")
    notebook: UUID | Literal["", "journal"] = Field(
        "", description="In the notebook with this id; `journal` for the journal itself."
    )
    limit: int = Field(PAGE, ge=1, le=LONGEST_PAGE, description="How many at once.")
    after: Said = Field("", max_length=200, description="Where to go on: from `next`.")
    body: bool = Field(False, description="With their texts.")


@router.get(
    "/entries",
    auth=ReadAccess(),
    response=EntryPage,
    exclude_unset=True,
    url_name="entry_list",
    operation_id="listEntries",
    summary="List entries",
)
def entry_list(request: TokenRequest, asked: Query[EntryFilter]) -> dict[str, Any]:
    """Entries that are not in the trash, by day, newest first. `next` leads to what follows."""
    user = request.user
    entries = Entry.objects.for_user(user).kept().only(*reading.ROW, *(["body"] * asked.body))
    if asked.since:
        entries = entries.filter(local_date__gte=asked.since)
    if asked.until:
        entries = entries.filter(local_date__lte=asked.until)
    if asked.tag:
        entries = reading.with_tag(entries, user, asked.tag)
    if asked.notebook == "journal":
        entries = entries.filter(notebook=None)
    elif isinstance(asked.notebook, UUID):
        entries = entries.filter(notebook=_notebook(request, asked.notebook))
    if asked.after:
        place = reading.place_of(asked.after)
        if place is None:
            raise not_taken("query.after", _("Take this from “next” of the page before."))
        entries = entries.before(place)
    found = list(entries.newest_first()[: asked.limit + 1])
    shown = found[: asked.limit]
    following = None
    if len(found) > asked.limit:
        again = {name: getattr(asked, name) for name in ("since", "until", "tag", "notebook")}
        again |= {"limit": asked.limit, "body": "true" if asked.body else ""}
        again["after"] = reading.cursor_of(shown[-1])
        following = reading.address_of(request.path, again)
    return {"entries": reading.rows(user, shown, with_body=asked.body), "next": following}


@router.post(
    "/entries",
    auth=WriteAccess(),
    response={201: Receipt},
    url_name="entry_list",
    operation_id="createEntry",
    summary="Add an entry",
)
def entry_create(request: TokenRequest, payload: EntryIn, key: IdempotencyKey = "") -> HttpResponse:
    """Add an entry. A body of `text/markdown` or `text/plain` is taken for its text as it is."""
    now = timezone.now()
    said = payload.model_dump(exclude={"starred", "notebook", "tags"})
    draft = writing.draft_of(request.user, now, **said)
    placed = writing.Sorted(
        tags=payload.tags or None,
        starred=payload.starred or None,
        moves=payload.notebook is not None,
        notebook=_notebook(request, payload.notebook),
    )
    entry_id = new_id()

    def act() -> Answer:
        saved = writing.create(request.user, entry_id, draft, placed, now)
        if saved.entry is None:
            raise not_taken("body", _("There is nothing in it: no title, no text, no mood."))
        kept = Receipt.model_validate(reading.receipt(saved.entry, Outcome.CREATED))
        return Answer(201, kept.model_dump(mode="json"))

    asked = fingerprint("createEntry", payload.model_dump(mode="json", exclude_unset=True))
    answer = answer_once(request, key, asked, act)
    if not answer.is_repeated:
        try_to_settle(request.user, entry_id)
    return answered(answer, request.build_absolute_uri(f"{request.path}/{answer.document['id']}"))


@router.get(
    "/entries/{uuid:entry_id}",
    auth=ReadAccess(),
    response=EntryWhole,
    exclude_unset=True,
    url_name="entry_detail",
    operation_id="readEntry",
    summary="Read an entry",
)
def entry_detail(request: TokenRequest, response: HttpResponse, entry_id: UUID) -> dict[str, Any]:
    """One entry with its text; also from the trash, and then `trashed_at` says since when."""
    entry = get_owned(
        Entry.objects.only(*reading.ROW, "body", "trashed_at"), request.user, entry_id
    )
    response.headers["ETag"] = f'"{entry.version}"'
    return reading.whole(request.user, entry)


@router.patch(
    "/entries/{uuid:entry_id}",
    auth=WriteAccess(),
    response=Receipt,
    url_name="entry_detail",
    operation_id="changeEntry",
    summary="Change an entry",
)
def entry_edit(
    request: TokenRequest,
    response: HttpResponse,
    entry_id: UUID,
    payload: EntryChange,
    if_match: Annotated[
        str,
        Header(
            "",
            alias="If-Match",
            description="The version your text grew from, as `ETag` gave it, instead of `version`."
            " `*` for whichever it is now.",
        ),
    ] = "",
) -> dict[str, Any]:
    """Change what is sent and leave the rest. The text before is kept among the earlier texts.

    Whoever sends a version that is no longer the latest is answered 409, with the one there is
    now, and nothing is changed.
    """
    now = timezone.now()
    entry = get_owned(Entry.objects.all(), request.user, entry_id)
    sent = payload.model_fields_set
    draft = _changed(entry, payload) if sent - PLACING else None
    version = _version(entry, payload, if_match)
    if draft is not None and version is None:
        raise Problem(
            "version-required",
            428,
            _("Which version?"),
            _(
                "Say which version of the entry your text grew from, with “version” or “If-Match”."
                " Nothing was changed."
            ),
        )
    placed = writing.Sorted(
        tags=payload.tags if "tags" in sent else None,
        starred=payload.starred if "starred" in sent else None,
        moves="notebook" in sent,
        notebook=_notebook(request, payload.notebook),
    )
    try:
        saved = writing.change(request.user, entry, draft, version or 0, placed, now)
    except drafting.Conflict as conflict:
        raise _conflict(conflict.entry) from None
    changed = saved.entry or entry
    try_to_settle(request.user, entry_id)
    response.headers["ETag"] = f'"{changed.version}"'
    return reading.receipt(changed, saved.outcome)


@router.delete(
    "/entries/{uuid:entry_id}",
    auth=WriteAccess(),
    response={204: None},
    url_name="entry_detail",
    operation_id="trashEntry",
    summary="Put an entry into the trash",
)
def entry_delete(request: TokenRequest, entry_id: UUID) -> HttpResponse:
    """Put an entry into the trash. It is kept there for 30 days; its owner can take it back."""
    entry = get_owned(Entry.objects.without_text(), request.user, entry_id)
    drafting.throw_away(entry, timezone.now())
    return HttpResponse(status=204)


def answer_once(request: TokenRequest, key: str, asked: str, act: Any) -> Answer:
    """What `act` answers, once for each `Idempotency-Key`. Raises Problem."""
    if key and (len(key) > KEY_LENGTH or not _KEY.fullmatch(key)):
        raise not_taken(
            "header.Idempotency-Key", _("Up to 255 letters, digits and signs, without spaces.")
        )
    try:
        return once(owner=request.user, key=key, asked=asked, act=act)
    except Reused:
        raise Problem(
            "key-reused",
            422,
            _("The key is taken"),
            _(
                "This “Idempotency-Key” stood for another request in the last day. Nothing was"
                " kept. What it stood for then is unchanged. Send this with a key of its own."
            ),
        ) from None


def answered(answer: Answer, location: str) -> HttpResponse:
    """A receipt for what was made, and where it is."""
    headers = {"Location": location}
    if answer.is_repeated:
        headers["Idempotent-Replayed"] = "true"
    # The database keeps names in an order of its own: the same answer is the same to the letter.
    said = json.dumps(answer.document, sort_keys=True, ensure_ascii=False)
    kind = "application/json; charset=utf-8"
    return HttpResponse(said, status=answer.status, content_type=kind, headers=headers)


def _notebook(request: TokenRequest, pk: UUID | None) -> Notebook | None:
    return get_owned(Notebook.objects.all(), request.user, pk) if pk else None


def _version(entry: Entry, payload: EntryChange, if_match: str) -> int | None:
    if payload.version is not None:
        return payload.version
    if if_match.strip() == "*":
        return entry.version
    if not if_match:
        return None
    match = _ETAG.fullmatch(if_match.strip())
    if match is None:
        raise not_taken("header.If-Match", _("Send one version, as “ETag” gave it, or *."))
    return int(match[1])


def _changed(entry: Entry, payload: EntryChange) -> Draft:
    """The entry as it would be. Where the day is moved, the moment moves with it."""
    sent = payload.model_fields_set

    def now_or(name: str) -> Any:
        return getattr(payload if name in sent else entry, name)

    day: date = now_or("local_date")
    moment = entry.occurred_at
    if day != entry.local_date:
        moment = writing.moved(moment, day, entry.time_zone)
    return Draft(
        title=now_or("title"),
        body=now_or("body"),
        local_date=day,
        occurred_at=moment,
        time_zone=entry.time_zone,
        mood=now_or("mood"),
        energy=now_or("energy"),
    )


def _conflict(entry: Entry) -> Problem:
    return Problem(
        "conflict",
        409,
        _("Changed elsewhere"),
        _(
            "The entry was changed since the version you sent. Nothing of yours was kept, and"
            " nothing that is there was changed. Read the entry again, put both together, and"
            " send it with the version it has now."
        ),
        version=entry.version,
    )
