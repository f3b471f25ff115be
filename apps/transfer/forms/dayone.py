"""Day One: a ZIP with one JSON file a notebook, and media in folders, by the MD5 of their bytes.

Names of fields and ways to link are those of formats.md 3.1. An entry has one instant there, in
one zone, and its day follows from it: where ours does not, it is an entry of a whole day.
"""

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from typing import Any, NamedTuple
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from apps.accounts.models import User
from apps.core.periods import instant_on, zone
from apps.journal.models import Notebook
from apps.transfer.choosing import Choice, entries_of
from apps.transfer.forms.form import Progress
from apps.transfer.forms.naming import Names
from apps.transfer.forms.packing import Packing
from apps.transfer.linking import entry_in, relinked
from apps.transfer.telling import File, Told, count_of, told

KEY, NAME = "dayone", "Day One"
ABOUT = gettext_lazy("Words, photos, tags and stars, to be brought into Day One.")
SUFFIX, CONTENT_TYPE = ".zip", "application/zip"
count = count_of


class Held(NamedTuple):
    """How Day One holds a kind of file: in which list and folder, how it is linked, its ending."""

    items: str
    folder: str
    link: str
    ending: str
    says: dict[str, str] = {}


# By type. What is not here Day One does not open: it is named in the text.
HELD = {
    "image/jpeg": Held("photos", "photos", "//", "jpeg", {"type": "jpeg"}),
    "image/png": Held("photos", "photos", "//", "png", {"type": "png"}),
    "image/gif": Held("photos", "photos", "//", "gif", {"type": "gif"}),
    "image/heic": Held("photos", "photos", "//", "heic", {"type": "heic"}),
    "image/webp": Held("photos", "photos", "//", "webp", {"type": "webp"}),
    "video/mp4": Held("videos", "videos", "/video/", "mp4", {"type": "mp4"}),
    "audio/mp4": Held("audios", "audios", "/audio/", "m4a", {"format": "aac"}),
    "audio/aac": Held("audios", "audios", "/audio/", "aac", {"format": "aac"}),
    "audio/mpeg": Held("audios", "audios", "/audio/", "mp3", {"format": "mp3"}),
    "application/pdf": Held("pdfAttachments", "pdfs", "/pdfAttachment/", "pdf"),
}


def write(user: User, choice: Choice, now: datetime, progress: Progress) -> Iterator[bytes]:
    """The notebooks and then the media.

    Of each file its MD5 is kept from the one to the other, as a ZIP keeps the names of all its
    members: its bytes are read once to find that out, and once to be packed.
    """
    packing, name_of = Packing(), Names(as_written=True)
    digests: dict[UUID, bytes] = {}
    for name, part in _notebooks(user, choice):
        file_name = name_of(name, ".json")
        yield from packing.text(file_name, _journal(user, part, digests, progress))
    packed: set[bytes] = set()
    for entry in told(user, choice) if digests else ():
        for file in entry.files:
            digest = digests.get(file.id)
            if digest and digest not in packed:
                packed.add(digest)
                held = HELD[file.content_type]
                name = f"{held.folder}/{digest.hex()}.{held.ending}"
                yield from packing.file(name, file)
    yield from packing.end()


def _notebooks(user: User, choice: Choice) -> Iterator[tuple[str, Choice]]:
    """Those with entries in them, each with its name; the journal itself if there is none."""
    named = Notebook.objects.for_user(user).order_by("name", "pk").values_list("pk", "name")
    some = False
    for pk, name in [(None, _("Journal")), *named]:
        part = replace(choice, notebooks=(pk,))
        is_wanted = not choice.notebooks or pk in choice.notebooks
        if is_wanted and entries_of(user, part).exists():
            some = True
            yield name, part
    if not some:
        yield _("Journal"), choice


def _journal(
    user: User, choice: Choice, digests: dict[UUID, bytes], progress: Progress
) -> Iterator[str]:
    yield '{"metadata": {"version": "1.0"}, "entries": ['
    divider = "\n"
    for entry in told(user, choice):
        yield divider + json.dumps(_entry(entry, digests), ensure_ascii=False)
        divider = ",\n"
        progress.advance()
    yield "\n]}\n"


# --- Entries --------------------------------------------------------------------------------


def _entry(entry: Told, digests: dict[UUID, bytes]) -> dict[str, Any]:
    media: dict[str, list[dict[str, Any]]] = {}
    shown = []
    for number, file in enumerate(entry.files):
        held = HELD.get(file.content_type)
        digest = _md5(file) if held else None
        if held is None or digest is None:
            shown.append(_("[File: %(name)s]") % {"name": escaped(file.name)})
            continue
        digests[file.id] = digest
        media.setdefault(held.items, []).append(_item(file, held, digest, number))
        shown.append(f"![{escaped(file.alt)}](dayone-moment:{held.link}{_id(file.id)})")
    return {
        "uuid": _id(entry.id),
        **_when(entry),
        "modifiedDate": _instant(entry.changed_at),
        "starred": entry.starred,
        "tags": entry.tags,
        "text": "\n\n".join(filter(None, [_text(entry), *shown])),
        **media,
    }


def _when(entry: Told) -> dict[str, Any]:
    """Its instant, where the clock in its zone shows its day; else the beginning of that day."""
    there = zone(entry.time_zone)
    if entry.wall_time and entry.wall_time.date() == entry.local_date:
        return _said(entry.written_at, there.key, is_all_day=False)
    begins = instant_on(entry.local_date, time.min, there.key)
    if begins.astimezone(there).date() != entry.local_date:
        # A day that its zone never had, when a date line was moved.
        begins, there = datetime.combine(entry.local_date, time.min, UTC), zone("UTC")
    return _said(begins, there.key, is_all_day=True)


def _said(instant: datetime, time_zone: str, *, is_all_day: bool) -> dict[str, Any]:
    return {"creationDate": _instant(instant), "timeZone": time_zone, "isAllDay": is_all_day}


def _text(entry: Told) -> str:
    pieces = [f"# {escaped(' '.join(entry.title.split()))}" if entry.title.strip() else ""]
    if entry.question:
        pieces.append("\n".join(f"> {line}" for line in entry.question.split("\n")))
    pieces.append(relinked(entry.body, _place))
    if entry.answers:
        pieces.append(f"[{_('Written about an earlier entry')}]({_address(entry.answers)})")
    return "\n\n".join(filter(None, pieces))


def _item(file: File, held: Held, digest: bytes, number: int) -> dict[str, Any]:
    item = {
        "identifier": _id(file.id),
        "md5": digest.hex(),
        "orderInEntry": number,
        "fileSize": file.size,
        **held.says,
    }
    if held.items == "pdfAttachments":
        return {**item, "pdfName": file.name}
    if file.is_photo:
        item |= {"width": file.width, "height": file.height}
    elif file.seconds:
        item["duration"] = file.seconds
    return {**item, "filename": file.name}


def _md5(file: File) -> bytes | None:
    """What its bytes are named by; None where the storage has lost them."""
    digest = hashlib.md5(usedforsecurity=False)
    try:
        for piece in file.pieces():
            digest.update(piece)
    except OSError:
        return None
    return digest.digest()


def _id(pk: UUID) -> str:
    return pk.hex.upper()


def _instant(instant: datetime) -> str:
    return instant.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _address(pk: UUID) -> str:
    return f"dayone2://view?entryId={_id(pk)}"


def _place(address: str) -> str:
    """Where Day One finds the entry whose page has this address; "" for any other address."""
    pk = entry_in(address)
    return _address(pk) if pk else ""


def escaped(words: str) -> str:
    """Words that are no Markdown, as Markdown."""
    return _MARKS.sub(r"\\\g<0>", words)


_MARKS = re.compile(r"[\\`*_\[\]<>#~=&!|]")
