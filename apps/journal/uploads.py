"""Attaching: which files are taken, where they are put, and how they go again.

A file is written first and its row after it, in one transaction with all that follows from it; a
file without a row is swept away a day later. A name that somebody gave is never a path: what lies
in the storage is called by chance. docs/attachments.md has the rules and the reasons.
"""

import hashlib
import logging
import secrets
import unicodedata
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from errno import EDQUOT, EFBIG, ENOSPC
from typing import IO, Any, cast
from uuid import UUID

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, transaction
from django.db.models import Sum
from django.http import Http404
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from procrastinate.contrib.django import app

from apps.accounts import leaving
from apps.accounts.models import User
from apps.core.models import new_id
from apps.core.text import clean
from apps.journal import pictures
from apps.journal.models import Attachment, Entry, EntryQuerySet, Undoing, Unsettled
from apps.journal.models.attachment import ALT_LENGTH, NAME_LENGTH, keys_of
from apps.journal.sniffing import Sniffed, sniff

log = logging.getLogger("throughline.uploads")
Kind, State = Attachment.Kind, Attachment.State

# How many pictures a list shows of an entry.
SHOWN_IN_LISTS = 4
REMOVED_KEPT = timedelta(days=1)
ORPHANS_KEPT = timedelta(days=1)
AT_ONCE = 500
LONGEST_NOTE = 7 * 24 * 3600


class Refused(Exception):
    """A file that is not taken. Its text is a sentence for the person; nothing was kept of it.

    `reason` is "empty", "large", "many", "quota" or "full"; `status` what HTTP calls that.
    """

    def __init__(self, reason: str, sentence: str) -> None:
        super().__init__(sentence)
        self.reason = reason

    @property
    def status(self) -> int:
        """413 for too much, 507 for no room, 422 for all else."""
        return {"large": 413, "full": 507}.get(self.reason, 422)


def refusal(reason: str, name: str) -> Refused:
    """The sentence for a reason, in the person's language."""
    limit = filesizeformat(settings.ATTACHMENT_BYTES)
    count = settings.ATTACHMENTS_PER_ENTRY
    sentences = {
        "empty": _("“%(name)s” is empty, so there is nothing to keep of it."),
        "large": _("“%(name)s” is larger than %(limit)s, the most that one file may have."),
        "many": ngettext(
            "“%(name)s” was left out: an entry holds at most %(count)d file.",
            "“%(name)s” was left out: an entry holds at most %(count)d files.",
            count,
        ),
        "quota": _("“%(name)s” was left out: your files take up all the room there is for them."),
        "full": _("“%(name)s” could not be kept: there is no room for it right now. Try again."),
    }
    words = {"name": clean_name(name), "limit": limit, "count": count}
    return Refused(reason, sentences[reason] % words)


def attach(
    *,
    owner: User,
    entry: Entry,
    name: str,
    content: File,  # type: ignore[type-arg]
    attachment_id: UUID | None = None,
    alt: str = "",
    seconds: int | None = None,
    now: datetime,
) -> Attachment:
    """Keep a file with an entry of `owner`. Returns when file and row are there to stay.

    An `attachment_id` made by whoever sends lets a try be repeated: the second gives what the first
    has made. `alt` is what a picture shows, and `seconds` how long a recording is, where that is
    known. Raises Refused, and Http404 when the id belongs to somebody else.
    """
    pk = attachment_id or new_id()
    there = Attachment.objects.for_user(owner).filter(pk=pk, entry=entry).first()
    if there is not None:
        return there
    _refuse_too_much(owner, entry, name, content.size)
    stream = cast(IO[bytes], content)
    found = sniff(stream)
    picture = _picture(found, stream, owner, now)
    if found.kind == Kind.PHOTO and picture is None:
        found = Sniffed(Kind.FILE, found.content_type)
    row = Attachment(
        id=pk,
        owner=owner,
        entry=entry,
        name=clean_name(name),
        alt=clean(alt)[:ALT_LENGTH].strip(),
        kind=found.kind,
        content_type=picture.content_type if picture else found.content_type,
        size=content.size,
        width=picture.width if picture else None,
        height=picture.height if picture else None,
        taken_on=picture.taken_on if picture else None,
        state=State.WAITING if picture else State.NONE,
        sha256=_sha256(stream),
        key=f"{owner.pk}/{secrets.token_hex(16)}",
    )
    if row.kind == Kind.AUDIO and seconds is not None and 0 < seconds <= LONGEST_NOTE:
        row.seconds = seconds
    _store(row, content)
    try:
        return _add(row)
    except IntegrityError:
        # The same try, twice at once, or an id that is somebody else's.
        _forget_files([row.key])
        there = Attachment.objects.for_user(owner).filter(pk=pk, entry=entry).first()
        if there is None:
            raise Http404 from None
        return there
    except BaseException:
        _forget_files([row.key])
        raise


def _refuse_too_much(owner: User, entry: Entry, name: str, size: int) -> None:
    if size == 0:
        raise refusal("empty", name)
    if size > settings.ATTACHMENT_BYTES:
        raise refusal("large", name)
    mine = Attachment.objects.for_user(owner).kept()
    if mine.filter(entry=entry).count() >= settings.ATTACHMENTS_PER_ENTRY:
        raise refusal("many", name)
    most = settings.ATTACHMENTS_BYTES
    if most and (mine.aggregate(taken=Sum("size"))["taken"] or 0) + size > most:
        raise refusal("quota", name)


def _picture(
    found: Sniffed, content: IO[bytes], owner: User, now: datetime
) -> pictures.Picture | None:
    """What a picture says of itself; None for what is none, or none that can be shown."""
    if found.kind != Kind.PHOTO:
        return None
    try:
        return pictures.look(content, owner.today(now))
    except pictures.Unreadable:
        return None


def _sha256(content: IO[bytes]) -> str:
    content.seek(0)
    digest = hashlib.file_digest(cast(Any, content), "sha256").hexdigest()
    content.seek(0)
    return digest


def _store(row: Attachment, content: File) -> None:  # type: ignore[type-arg]
    """Put the bytes into the storage. Raises Refused where they find no room."""
    try:
        saved = default_storage.save(row.key, content)
    # What storages raise that are elsewhere is their own; to the person it all means the same.
    except Exception as error:
        _forget_files([row.key])
        if not (isinstance(error, OSError) and error.errno in {ENOSPC, EDQUOT, EFBIG}):
            log.exception("not stored")
        raise refusal("full", row.name) from error
    row.key = saved


@transaction.atomic
def _add(row: Attachment) -> Attachment:
    entry = _lock(row.owner_id, row.entry_id)
    others = Attachment.objects.for_user(row.owner).kept().filter(entry=entry)
    if others.count() >= settings.ATTACHMENTS_PER_ENTRY:
        raise refusal("many", row.name)
    last = others.order_by("-position").values_list("position", flat=True).first()
    row.position = 0 if last is None else last + 1
    row.save(force_insert=True)
    _note(row.owner_id, row.entry_id)
    if row.is_waiting:
        _make_sizes(row)
    return row


def _make_sizes(row: Attachment) -> None:
    task = app.configure_task("journal.make_sizes")
    task.defer(owner=str(row.owner_id), attachment=str(row.pk))


def _lock(owner: UUID, entry: UUID) -> Entry:
    """The entry, held: what is attached to it is counted by one at a time. Raises Http404."""
    rows = Entry.objects.filter(owner=owner).select_for_update().only("id", "owner_id")
    found = rows.filter(pk=entry).first()
    if found is None:
        raise Http404
    return found


def _note(owner: UUID, entry: UUID) -> None:
    """Let lists and search know what is attached to an entry now."""
    rows = Attachment.objects.filter(owner=owner, entry=entry).kept().in_order()
    attached: dict[str, Any] = {}
    shown: list[list[Any]] = []
    for pk, kind, state, width, height in rows.values_list(
        "pk", "kind", "state", "width", "height"
    ):
        attached[kind] = attached.get(kind, 0) + 1
        if state == State.MADE and len(shown) < SHOWN_IN_LISTS:
            shown.append([str(pk), width, height])
    if shown:
        attached["shown"] = shown
    Entry.objects.filter(owner=owner, pk=entry).update(attached=attached)
    Unsettled.objects.bulk_create(
        [Unsettled(owner_id=owner, entry_id=entry)], ignore_conflicts=True
    )


@transaction.atomic
def describe(row: Attachment) -> None:
    """Keep the words for what a picture shows, and let search know them."""
    _lock(row.owner_id, row.entry_id)
    row.save(update_fields=["alt", "updated_at"])
    _note(row.owner_id, row.entry_id)


# --- Names ----------------------------------------------------------------------------------


def clean_name(name: str) -> str:
    """The name somebody gave a file, as it is shown and as a download is called; never a path.

    Without folders, without what cannot be seen (which can turn "gpj.exe" around), in one line, and
    shortened in its middle so that the ending stays.
    """
    name = clean(name).replace("\\", "/").rsplit("/", 1)[-1]
    name = unicodedata.normalize("NFC", name[: 4 * NAME_LENGTH])
    name = "".join(letter for letter in name if unicodedata.category(letter) not in UNSEEN)
    name = " ".join(name.split()).lstrip(".").strip(" .")
    if len(name) > NAME_LENGTH:
        stem, dot, ending = name.rpartition(".")
        ending = dot + ending if stem and len(ending) <= LONGEST_ENDING else ""
        name = name[: NAME_LENGTH - len(ending)].strip(" .") + ending
    return name or _("file")


# Control, format (bidi marks too), surrogate, private and unassigned; lines and paragraphs.
UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
# An ending of more letters is none.
LONGEST_ENDING = 12


# --- Sizes ----------------------------------------------------------------------------------


def make_sizes(owner: UUID, pk: UUID) -> None:
    """Make what is shown of a picture, and let pages know. Nothing for what is there already.

    A picture that cannot be decoded stays what it is, a file to be downloaded. Raises what the
    storage raises; the job queue tries again.
    """
    row = Attachment.objects.filter(owner=owner, pk=pk, state=State.WAITING).first()
    if row is None:
        return
    try:
        with default_storage.open(row.key) as opened:
            for box, made in pictures.made(cast(IO[bytes], opened)):
                _put(row.size_key(box), made)
    except pictures.Unreadable:
        _settle_sizes(row, State.FAILED)
    except FileNotFoundError:
        _settle_sizes(row, State.FAILED)
        log.error("a file is missing")
    else:
        _settle_sizes(row, State.MADE)


def _put(key: str, made: bytes) -> None:
    """Put a size where it belongs, in the place of what an earlier try has left there."""
    default_storage.delete(key)
    default_storage.save(key, ContentFile(made))


@transaction.atomic
def _settle_sizes(row: Attachment, state: Attachment.State) -> None:
    try:
        _lock(row.owner_id, row.entry_id)
    except Http404:
        return
    mine = Attachment.objects.filter(owner=row.owner_id)
    if mine.filter(pk=row.pk, state=State.WAITING).update(state=state):
        _note(row.owner_id, row.entry_id)


def ask_again(now: datetime) -> int:
    """Ask anew for sizes that were asked for and not made; after a day a picture waits no more.

    So a picture whose worker died over it is tried a few times and not for ever. Says how many.
    """
    waiting = Attachment.objects.filter(state=State.WAITING)
    late = list(waiting.filter(created_at__lt=now - WAITED_LONG)[:AT_ONCE])
    for row in late:
        if row.created_at < now - WAITED_TOO_LONG:
            _settle_sizes(row, State.FAILED)
        else:
            _make_sizes(row)
    return len(late)


WAITED_LONG, WAITED_TOO_LONG = timedelta(minutes=30), timedelta(days=1)


# --- Reading --------------------------------------------------------------------------------


def attachments_of(entry: Entry) -> list[Attachment]:
    """What is attached to an entry, in order; one query, and none where nothing is."""
    if not entry.attached:
        return []
    rows = Attachment.objects.filter(owner=entry.owner_id, entry=entry).kept()
    return list(rows.in_order())


# --- Letting go -----------------------------------------------------------------------------


@transaction.atomic
def remove(row: Attachment, now: datetime) -> Undoing:
    """Take a file off its entry. For a day it can be put back."""
    _lock(row.owner_id, row.entry_id)
    Attachment.objects.for_user(row.owner).filter(pk=row.pk).update(removed_at=now)
    _note(row.owner_id, row.entry_id)
    data = {"attachment": str(row.pk)}
    return Undoing.objects.create(owner=row.owner, kind=Undoing.Kind.ATTACHMENT_REMOVED, data=data)


@transaction.atomic
def put_back(owner: User, pk: UUID) -> Attachment:
    """Put a removed file back to its entry. Raises Attachment.DoesNotExist once it is gone."""
    row = Attachment.objects.for_user(owner).get(pk=pk)
    _lock(row.owner_id, row.entry_id)
    Attachment.objects.for_user(owner).filter(pk=pk).update(removed_at=None)
    _note(row.owner_id, row.entry_id)
    return row


@transaction.atomic
def forget_removed(now: datetime) -> int:
    """Let what was removed more than a day ago go for good. Says how many files."""
    old = Attachment.objects.filter(removed_at__lt=now - REMOVED_KEPT)
    rows = list(old.values_list("pk", "key")[:AT_ONCE])
    Attachment.objects.filter(pk__in=[pk for pk, _key in rows]).delete()
    _forget_files_later([key for _pk, key in rows])
    return len(rows)


@transaction.atomic
def erase(entries: EntryQuerySet) -> int:
    """Delete entries for good, with all they ever said and all that was attached to them.

    Their files go when this is committed. Says how many entries.
    """
    pks = list(entries.order_by().values_list("pk", flat=True))
    keys = list(Attachment.objects.filter(entry__in=pks).values_list("key", flat=True))
    entries.model.objects.filter(pk__in=pks).delete()
    _forget_files_later(keys)
    return len(pks)


def _forget_files_later(keys: Collection[str]) -> None:
    """By the job queue, which hears of it when this is committed and not otherwise."""
    listed: list[Any] = list(keys)
    task = app.configure_task("journal.forget_files")
    for at in range(0, len(listed), AT_ONCE):
        task.defer(keys=listed[at : at + AT_ONCE])


def forget_files(keys: Collection[str]) -> None:
    """Delete files with all their sizes from the storage. One that is not there is no trouble."""
    for key in keys:
        for name in keys_of(key):
            default_storage.delete(name)


def _forget_files(keys: Collection[str]) -> None:
    """The same, after trouble: what stays is swept away a day later."""
    try:
        forget_files(keys)
    except Exception:
        log.exception("not deleted")


def sweep(now: datetime) -> int:
    """Delete files without a row that are older than a day. Says how many.

    They are left by a server that was killed between a file and its row, by sizes that were made
    while their entry went, and by people who are gone.
    """
    gone = 0
    for path in strays(now):
        default_storage.delete(path)
        gone += 1
    return gone


def strays(now: datetime) -> Iterator[str]:
    """The names of files without a row that are older than a day."""
    for owner in _listed("")[0]:
        if owner == leaving.REMOVED:
            continue
        known = _known(owner)
        for name in _listed(owner)[1]:
            path = f"{owner}/{name}"
            if path not in known and default_storage.get_modified_time(path) < now - ORPHANS_KEPT:
                yield path


def _listed(folder: str) -> tuple[list[str], list[str]]:
    """The folders and files in a folder of the storage; nothing where there is no such folder."""
    try:
        return default_storage.listdir(folder)
    except FileNotFoundError:
        return [], []


def _known(owner: str) -> set[str]:
    """The names of all files of a person that have a row."""
    try:
        pk = UUID(owner)
    except ValueError:
        return set()
    keys: Iterator[str] = (
        Attachment.objects.filter(owner=pk).values_list("key", flat=True).iterator()
    )
    return {name for key in keys for name in keys_of(key)}
