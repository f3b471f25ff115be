"""Files: attach one to an entry, list what is attached, fetch one."""

import hashlib
from typing import Annotated, Any
from uuid import UUID

from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import File, Router
from ninja.files import UploadedFile

from apps.capture.api.bearer import ReadAccess, TokenRequest, WriteAccess
from apps.capture.api.entries import IdempotencyKey, answer_once, answered
from apps.capture.api.problems import Problem, not_taken
from apps.capture.api.shapes import AttachmentList, AttachmentRow
from apps.capture.once import Answer, fingerprint
from apps.core.http import get_owned
from apps.journal import uploads
from apps.journal.models import Attachment, Entry
from apps.journal.receiving import left_aside
from apps.journal.serving import send_file
from apps.journal.settling import try_to_settle

router = Router(tags=["Files"])


@router.get(
    "/entries/{uuid:entry_id}/attachments",
    auth=ReadAccess(),
    response=AttachmentList,
    url_name="attachment_list",
    operation_id="listAttachments",
    summary="List the files of an entry",
)
def attachment_list(request: TokenRequest, entry_id: UUID) -> dict[str, Any]:
    """The files of an entry, in their order."""
    entry = get_owned(Entry.objects.only("id", "owner_id"), request.user, entry_id)
    rows = Attachment.objects.for_user(request.user).kept().filter(entry=entry).in_order()
    return {"attachments": [_row(request, row) for row in rows]}


@router.post(
    "/entries/{uuid:entry_id}/attachments",
    auth=WriteAccess(),
    response={201: AttachmentRow},
    url_name="attachment_list",
    operation_id="attachFile",
    summary="Attach a file",
)
def attachment_create(
    request: TokenRequest,
    entry_id: UUID,
    file: Annotated[UploadedFile | None, File(None, description="The file.")] = None,
    key: IdempotencyKey = "",
) -> HttpResponse:
    """Attach one file. What it is, is seen by its content, whatever its name or type says."""
    entry = get_owned(Entry.objects.only("id", "owner_id"), request.user, entry_id)
    if aside := left_aside(request):
        raise _refused(uploads.refusal(aside[0].reason, aside[0].name))
    if file is None:
        raise not_taken("file.file", _("A file is missing here."))
    sent = file

    def act() -> Answer:
        try:
            row = uploads.attach(
                owner=request.user,
                entry=entry,
                name=sent.name or "",
                content=sent,
                now=timezone.now(),
            )
        except uploads.Refused as refused:
            raise _refused(refused) from None
        kept = AttachmentRow.model_validate(_row(request, row))
        return Answer(201, kept.model_dump(mode="json"))

    asked = fingerprint("attachFile", str(entry_id), sent.name, _digest(sent) if key else "")
    answer = answer_once(request, key, asked, act)
    if not answer.is_repeated:
        try_to_settle(request.user, entry_id)
    return answered(answer, str(answer.document["url"]))


@router.get(
    "/attachments/{uuid:attachment_id}",
    auth=ReadAccess(),
    response={200: None},
    url_name="attachment_detail",
    operation_id="fetchFile",
    summary="Fetch a file",
    openapi_extra={
        "responses": {
            200: {
                "description": "The file itself, byte for byte.",
                "content": {"application/octet-stream": {"schema": {}}},
            }
        }
    },
)
def attachment_detail(request: TokenRequest, attachment_id: UUID) -> HttpResponseBase:
    """The file itself, byte for byte; or a part of it (`Range`)."""
    row = get_owned(Attachment.objects.kept(), request.user, attachment_id)
    return send_file(request, row)


def _row(request: TokenRequest, row: Attachment) -> dict[str, Any]:
    path = f"{request.path.partition('/entries/')[0]}/attachments/{row.pk}"
    return {
        "id": row.pk,
        "name": row.name,
        "kind": row.content_type,
        "size": row.size,
        "url": request.build_absolute_uri(path),
    }


def _digest(file: UploadedFile) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()


def _refused(refused: uploads.Refused) -> Problem:
    return Problem(
        f"file-{refused.reason}",
        refused.status,
        _("This file is not kept"),
        f"{refused} {_('The entry is as it was.')}",
    )
