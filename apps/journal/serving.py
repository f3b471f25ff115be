"""Sending files: whole or in parts, as they lie in the storage, and to their owner only.

Nothing of it is kept by a browser: a cache that asks again would still show a photo to whoever goes
Back after logging out, and leaves it readable on the disk. So every look sends it anew, and what
pages show is small. ETags serve programs, and recordings that are heard on from the middle.
"""

import logging
from collections.abc import Iterator
from typing import Any, cast

from django.core.files.storage import default_storage
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header

from apps.journal.models import Attachment
from apps.journal.pictures import CONTENT_TYPE
from apps.journal.ranges import Part, Unsatisfiable, part_of
from apps.journal.sniffing import UNKNOWN

log = logging.getLogger("throughline.serving")
# Should a browser ever take one of these for a page, it is one that can do nothing.
POLICY = {"sandbox": True}


def send_file(request: HttpRequest, row: Attachment) -> HttpResponseBase:
    """The file itself, byte for byte, to be downloaded; or a part of it, to be heard."""
    kind = row.content_type if row.kind != Attachment.Kind.FILE else UNKNOWN
    return send_named(
        request, row.name, key=row.key, size=row.size, kind=kind, etag=f'"{row.sha256}"'
    )


def send_named(
    request: HttpRequest, name: str, *, key: str, size: int, kind: str, etag: str
) -> HttpResponseBase:
    """What lies in the storage under `key`, to be downloaded under this name."""
    answer = _send(request, key, size, kind, etag)
    answer.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    return answer


def send_size(request: HttpRequest, row: Attachment, box: int) -> HttpResponseBase:
    """A picture as it was made for the screen. Raises Http404 where there is no such size."""
    if not row.is_shown or box not in {size.box for size in row.sizes}:
        raise Http404
    key = row.size_key(box)
    try:
        size = default_storage.size(key)
    except FileNotFoundError:
        log.error("a size is missing")
        raise Http404 from None
    answer = _send(request, key, size, CONTENT_TYPE, f'"{row.sha256}-{box}"')
    answer.headers["Content-Disposition"] = "inline"
    return answer


def _send(request: HttpRequest, key: str, size: int, kind: str, etag: str) -> HttpResponseBase:
    answer = _answer(request, key, size, kind, etag)
    answer.headers["ETag"] = etag
    answer.headers["Accept-Ranges"] = "bytes"
    answer._csp_update = POLICY  # type: ignore[attr-defined]
    # Compressed, it would be longer, and no range of it would fit.
    request.META.pop("HTTP_ACCEPT_ENCODING", None)
    return answer


def _answer(request: HttpRequest, key: str, size: int, kind: str, etag: str) -> HttpResponseBase:
    settled = get_conditional_response(request, etag=etag)
    if settled is not None:
        return cast(HttpResponseBase, settled)
    try:
        part = _part(request, size, etag)
    except Unsatisfiable:
        return HttpResponse(
            status=416, content_type=kind, headers={"Content-Range": f"bytes */{size}"}
        )
    start, stop = part or Part(0, size)
    headers = {"Content-Length": str(stop - start)}
    if part:
        headers["Content-Range"] = part.of(size)
    if request.method == "HEAD":
        return HttpResponse(content_type=kind, headers=headers)
    status = 206 if part else 200
    return StreamingHttpResponse(
        _read(key, start, stop), status=status, content_type=kind, headers=headers
    )


def _part(request: HttpRequest, size: int, etag: str) -> Part | None:
    """The part that is asked for, if the file is still the one that the asker knows (13.1.5)."""
    known = request.headers.get("If-Range")
    if request.method != "GET" or (known is not None and known.strip() != etag):
        return None
    return part_of(request.headers.get("Range", ""), size)


def _read(key: str, start: int, stop: int) -> Iterator[bytes]:
    try:
        # The storages of config.storages can do this; Django's own interface has no word for it.
        chunks: Iterator[bytes] = cast(Any, default_storage).read_part(key, start, stop)
    except FileNotFoundError:
        log.error("a file is missing")
        raise Http404 from None
    return chunks
