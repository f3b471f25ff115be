"""One plain JSON document for programs, in a ZIP with the files it names.

docs/journal.schema.json says what each field is. Nothing in it has to be understood from here:
whoever reads JSON reads all of it.
"""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain
from typing import Any

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.cares.models import Care
from apps.promises.models import Event, Promise, Terms
from apps.transfer.choosing import Choice
from apps.transfer.commitments import AT_ONCE, cares_of, promises_of
from apps.transfer.exporting import said
from apps.transfer.forms.form import Progress
from apps.transfer.forms.packing import Packing, Placed, placed
from apps.transfer.telling import File, Named, Told, count_of, told

KEY, NAME = "json", _("JSON, for programs")
ABOUT = _("Entries, promises and cares for whoever writes programs.")
SUFFIX, CONTENT_TYPE = ".zip", "application/zip"
DOCUMENT = "journal.json"
VERSION = 1


def count(user: User, choice: Choice) -> int:
    """Entries, and where everything is wanted promises and cares."""
    beside = promises_of(user, choice).count() + cares_of(user, choice).count()
    return count_of(user, choice) + beside


def write(user: User, choice: Choice, now: datetime, progress: Progress) -> Iterator[bytes]:
    """The document and then the files."""
    packing = Packing()
    yield from packing.text(DOCUMENT, _document(user, choice, now, progress))
    for _entry, files in placed(told(user, choice)) if choice.with_files else ():
        for path, file in files:
            yield from packing.file(path, file)
    yield from packing.end()


def _document(user: User, choice: Choice, now: datetime, progress: Progress) -> Iterator[str]:
    head = {
        "format": "throughline-journal",
        "version": VERSION,
        "exported_at": said(now),
        "is_everything": choice.is_everything,
    }
    yield json.dumps(head, indent=1).removesuffix("\n}")
    entries = (_entry(entry, files) for entry, files in placed(told(user, choice)))
    yield from _list("entries", entries, progress)
    history = Prefetch("events", Event.objects.for_user(user).order_by("seq"))
    promises = promises_of(user, choice).prefetch_related(history).iterator(chunk_size=AT_ONCE)
    yield from _list("promises", map(_promise, promises), progress)
    cares = cares_of(user, choice).iterator(chunk_size=AT_ONCE)
    yield from _list("cares", map(_care, cares), progress)
    yield "\n}\n"


def _list(name: str, rows: Iterable[dict[str, Any]], progress: Progress) -> Iterator[str]:
    """A list with a row a line, so that tools for lines can look into it as well."""
    yield f',\n "{name}": ['
    for divider, row in zip(chain([""], iter(lambda: ",", None)), rows, strict=False):
        yield f"{divider}\n  {json.dumps(row, ensure_ascii=False)}"
        progress.advance()
    yield "\n ]"


def _entry(entry: Told, files: list[Placed]) -> dict[str, Any]:
    return {
        "id": str(entry.id),
        "local_date": said(entry.local_date),
        "written_at": entry.written_at.isoformat(timespec="seconds"),
        "wall_time": _wall(entry.wall_time),
        "time_zone": entry.time_zone,
        "created_at": said(entry.created_at),
        "changed_at": said(entry.changed_at),
        "title": entry.title,
        "body": entry.body,
        "notebook": entry.notebook or None,
        "starred": entry.starred,
        "mood": entry.mood,
        "energy": entry.energy,
        "answers": said(entry.answers),
        "question": entry.question or None,
        "tags": entry.tags,
        "people": _by_name(entry.people),
        "promises": _by_name(entry.promises),
        "cares": _by_name(entry.cares),
        "files": [_file(*one) for one in files],
    }


def _by_name(several: Iterable[Named]) -> list[dict[str, str]]:
    return [{"id": str(one.id), "name": one.name} for one in several]


def _file(path: str, file: File) -> dict[str, Any]:
    return {
        "id": str(file.id),
        "path": path,
        "name": file.name,
        "content_type": file.content_type,
        "bytes": file.size,
        "sha256": file.sha256,
        "alt": file.alt,
        "width": file.width,
        "height": file.height,
        "seconds": file.seconds,
    }


def _promise(promise: Promise) -> dict[str, Any]:
    person = promise.person
    return {
        "id": str(promise.pk),
        "side": promise.side,
        "kind": promise.kind,
        "state": promise.state,
        "person": {"id": str(person.pk), "name": person.name} if person else None,
        "what": promise.what,
        "due_on": said(promise.due_on),
        "due_time": _wall(promise.due_wall),
        "due_zone": promise.due_zone,
        "agreed_at": said(promise.agreed_at),
        "delivered_at": said(promise.delivered_at),
        "ended_at": said(promise.ended_at),
        "is_hidden": promise.hidden_at is not None,
        "cares": [str(link.care_id) for link in promise.care_links.all()],
        "terms": [_terms(terms) for terms in promise.all_terms.all()],
        "history": [_event(event) for event in promise.events.all()],
    }


def _terms(terms: Terms) -> dict[str, Any]:
    return {
        "number": terms.number,
        "made_by": terms.made_by,
        "put_at": said(terms.put_at),
        "agreed_at": said(terms.agreed_at),
        "what": terms.what,
        "satisfied_when": terms.conditions,
        "due_on": said(terms.due_on),
        "due_time": _wall(terms.due_wall),
        "due_zone": terms.due_zone,
        "so_that": terms.so_that,
        "for_whom": terms.for_whom,
        "assumptions": terms.assumptions,
        "only_if": terms.condition,
    }


def _event(event: Event) -> dict[str, Any]:
    return {
        "move": event.move,
        "by": event.role,
        "from": event.from_state or None,
        "to": event.to_state,
        "said_at": said(event.said_at),
        "terms": event.terms_version,
        "note": event.note,
        "private_note": event.private_note,
    }


def _care(care: Care) -> dict[str, Any]:
    return {
        "id": str(care.pk),
        "label": care.label,
        "begun_on": said(care.begun_on),
        "rested_on": said(care.rested_on),
        "ended_on": said(care.ended_on),
        "statements": [
            {
                "version": statement.version,
                "text": statement.text,
                "because": statement.because,
                "for_whom": statement.person.name if statement.person else statement.for_whom,
                "domain": statement.domain,
                "standing": statement.standing,
                "what_changed": statement.what_changed,
                "written_on": said(statement.written_on),
            }
            for statement in care.statements.all()
        ],
    }


def _wall(clock: datetime | None) -> str | None:
    """What a clock showed, without a zone: "2026-03-05T21:40"."""
    return clock.strftime("%Y-%m-%dT%H:%M") if clock else None
