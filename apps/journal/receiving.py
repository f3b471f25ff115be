"""Files on their way in: written to a temporary file as they come, never held in memory whole.

A file that is too large, one too many, or for which the disk has no room, is left aside and read to
its end, so that the rest of the form, with the words somebody typed into it, arrives all the same.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Literal

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest
from django.http.response import HttpResponseBase

# Whoever sends more than this at once is not answered in words: reading it would take too long.
MOST_AT_ONCE = 1024**3
View = Callable[..., HttpResponseBase]
Reason = Literal["large", "many", "full"]


@dataclass(frozen=True)
class LeftAside:
    """A file that did not get in: its name, and why."""

    name: str
    reason: Reason


def left_aside(request: HttpRequest) -> list[LeftAside]:
    """The files of this form that were not received."""
    return list(getattr(request, "left_aside", []))


def takes_archives(view: View) -> View:
    """Let a view receive what is larger than an attachment may be, up to ARCHIVE_BYTES."""
    view.takes_archives = True  # type: ignore[attr-defined]
    return view


class Receiver(FileUploadHandler):
    """Django's upload handler for every form."""

    chunk_size = 256 * 1024

    def __init__(self, request: HttpRequest | None = None) -> None:
        super().__init__(request)
        self.arriving: TemporaryUploadedFile | None = None
        self.count = 0

    def handle_raw_input(
        self,
        input_data: Any,  # noqa: ARG002
        META: dict[str, Any],  # noqa: ARG002, N803
        content_length: int,
        *rest: Any,  # noqa: ARG002
        **more: Any,  # noqa: ARG002
    ) -> None:
        """Stop before what nobody sends by a form."""
        if content_length > max(MOST_AT_ONCE, 2 * self._largest()):
            raise StopUpload(connection_reset=True)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin with the next file."""
        super().new_file(*args, **kwargs)
        self.count += 1
        if self.count > settings.ATTACHMENTS_PER_ENTRY:
            self._leave_aside("many")
        try:
            self.arriving = TemporaryUploadedFile(
                self.file_name or "", self.content_type, 0, self.charset, self.content_type_extra
            )
        except OSError:
            self._leave_aside("full")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Write what has come."""
        if start + len(raw_data) > self._largest():
            self._leave_aside("large")
        try:
            self._written().write(raw_data)
        except OSError:
            self._leave_aside("full")

    def file_complete(self, file_size: int) -> TemporaryUploadedFile | None:
        """The file, whole; None where its last bytes found no room."""
        arrived = self._written()
        try:
            arrived.seek(0)
        except OSError:
            with suppress(SkipFile):
                self._leave_aside("full")
            return None
        arrived.size = file_size
        self.arriving = None
        return arrived

    def upload_interrupted(self) -> None:
        """The other side is gone: so is what came of the file."""
        self._close()

    def _largest(self) -> int:
        """How many bytes a file may have at this address."""
        match = self.request.resolver_match if self.request is not None else None
        is_archive = match is not None and getattr(match.func, "takes_archives", False)
        most: int = settings.ARCHIVE_BYTES if is_archive else settings.ATTACHMENT_BYTES
        return most

    def _written(self) -> TemporaryUploadedFile:
        if self.arriving is None:
            raise SkipFile
        return self.arriving

    def _leave_aside(self, reason: Reason) -> None:
        """Note why, and go on with the next file. Raises SkipFile."""
        self._close()
        if self.request is not None:
            found = [*left_aside(self.request), LeftAside(self.file_name or "", reason)]
            self.request.left_aside = found  # type: ignore[attr-defined]
        raise SkipFile

    def _close(self) -> None:
        if self.arriving is not None:
            with suppress(OSError):
                self.arriving.close()
            self.arriving = None
