"""Rows for tests: plain functions, with defaults for whatever a test does not care about."""

import hashlib
import io
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from PIL import ExifTags, Image

from apps.accounts.models import User
from apps.cares import card_sorting, checking, choosing, stating
from apps.cares.models import Care, DomainCheck, LifeDomain, OwnCard, PairRun, ValueSort
from apps.cares.models.sort import Pile
from apps.cares.stating import Said
from apps.core.models import new_id
from apps.journal import drafting, marking, uploads
from apps.journal.drafting import Draft, Hand
from apps.journal.models import Attachment, Entry, Highlight, Thread
from apps.people.models import Circle, CircleMember, Concern, Contact, Person, PersonDate
from apps.people.models.circle import key_of as circle_key
from apps.promises import making
from apps.promises.models import Promise
from apps.promises.models.promise import Side
from apps.promises.wanting import Wanted
from apps.prompts.models import Pack, Prompt, Serving, Wording
from apps.sittings import own, saving
from apps.sittings.answers import Given
from apps.sittings.beginning import begin
from apps.sittings.ending import finish, makings_of
from apps.sittings.models import OwnSession, OwnStep, Sitting
from apps.sittings.reading import sat
from apps.sittings.sessions import shipped
from apps.transfer.choosing import Choice, kept
from apps.transfer.models import Check, Export, Import, Outcome, State, Upload

# A Friday evening, in Vienna.
NOW = datetime(2026, 11, 20, 18, 30, tzinfo=UTC)
TODAY = date(2026, 11, 20)
PASSWORD = "a quiet morning"

# What no writer sends of an entry.
LATER = ("starred", "trashed_at", "closed_at", "comes_back")
_numbers = count(1)


def make_user(**over: Any) -> User:
    """A person who has settled in."""
    number = next(_numbers)
    values = {
        "email": f"person{number}@example.org",
        "password": PASSWORD,
        "name": f"Person {number}",
        "time_zone": "Europe/Vienna",
    } | over
    return User.objects.create_user(**values)


def make_person(owner: User, **over: Any) -> Person:
    """Somebody at the other end."""
    return Person.objects.create(owner=owner, **({"name": f"Ana {next(_numbers)}"} | over))


def make_circle(owner: User, *members: Person, **over: Any) -> Circle:
    """A circle with these people in it."""
    name = over.pop("name", f"Circle {next(_numbers)}")
    circle = Circle.objects.create(owner=owner, name=name, key=circle_key(name), **over)
    for person in members:
        CircleMember.objects.create(owner=owner, circle=circle, person=person)
    return circle


def make_concern(person: Person, **over: Any) -> Concern:
    """Something that matters to somebody."""
    values = {"words": "What would I do with it on Monday?", "said_on": TODAY} | over
    return Concern.objects.create(owner=person.owner, person=person, **values)


def make_contact(person: Person, **over: Any) -> Contact:
    """A day on which one heard from somebody."""
    return Contact.objects.create(owner=person.owner, person=person, **({"day": TODAY} | over))


def make_date(person: Person, **over: Any) -> PersonDate:
    """A day of the year that is theirs."""
    values = {"label": "Birthday", "month": 11, "day": 23} | over
    return PersonDate.objects.create(owner=person.owner, person=person, **values)


def make_own_card(owner: User, **over: Any) -> OwnCard:
    """A card that somebody wrote."""
    values = {"name": "Craft", "gloss": "To do a thing well for its own sake."} | over
    return OwnCard.objects.create(owner=owner, **values)


# Uppermost cards, in their order.
TOP = ("mastery", "caring", "honesty", "growth", "family", "humor")


def make_sort(owner: User, *top: str, finished: bool = False, **over: Any) -> ValueSort:
    """A sort with these cards on the uppermost pile, and on the lowest one more; perhaps finished.

    Finished, they are the first of the ten in this order.
    """
    now = over.pop("now", NOW)
    piles: dict[str, int | None] = dict.fromkeys(top or TOP, Pile.MOST)
    sort = card_sorting.begin(owner=owner, subset=over.pop("subset", "first"), now=now)
    for card, pile in {**piles, "wealth": Pile.NOT_MINE}.items():
        now += timedelta(seconds=1)
        card_sorting.place(owner=owner, sort_id=sort.pk, piles={card: pile}, now=now)
    if finished:
        card_sorting.fill(owner=owner, sort_id=sort.pk)
        card_sorting.finish(owner=owner, sort_id=sort.pk, now=now)
    if over:
        ValueSort.objects.filter(pk=sort.pk).update(**over)
    sort.refresh_from_db()
    return sort


def make_run(sort: ValueSort, choices: int = 0, *, finished: bool = False, **over: Any) -> PairRun:
    """A run in which, so many times or to the end, the card that ranks higher was chosen.

    With both it ends after so many, as no page lets it: choosing to the end takes half a second.
    """
    owner, now = sort.owner, over.pop("now", NOW)
    run = choosing.begin(owner=owner, sort=sort, kind=over.pop("kind", "short"), now=now)
    made = 0
    while made < choices or (finished and not choices):
        found = choosing.lay_out(run, owner)
        if found.question is None:
            break
        order = [it.pk for it in found.cards]
        pair = found.question.a.pk, found.question.b.pk
        now, made = now + timedelta(seconds=1), made + 1
        higher = min(pair, key=order.index)
        choosing.choose(owner=owner, run_id=run.pk, pair=pair, chosen=higher, now=now)
    if finished and choices:
        run.finished_at, run.finished_on = now, max(owner.today(now), run.begun_on)
        run.save()
    elif finished:
        choosing.finish(owner=owner, run_id=run.pk, now=now)
        run.refresh_from_db()
    return run


def make_domain(owner: User, **over: Any) -> LifeDomain:
    """A domain of a life."""
    values = {"name": f"Part {next(_numbers)}", "position": checking.next_position(owner)} | over
    return LifeDomain.objects.create(owner=owner, **values)


def make_check(owner: User, *said: tuple[int | None, int | None], **over: Any) -> DomainCheck:
    """A check of as many domains, each with what matters and what was lived."""
    domains, note = checking.domains_of(owner), over.pop("note", "")
    while len(domains) < len(said or [0]):
        domains.append(make_domain(owner))
    marks = zip(domains, said or [(8, 5)], strict=False)
    told = {domain: checking.Said(*numbers, note) for domain, numbers in marks}
    return checking.save(owner=owner, day=over.pop("day", TODAY), said=told)


def make_draft(**over: Any) -> Draft:
    """What a writer holds."""
    values = {
        "title": "",
        "body": "A line about the day.",
        "local_date": TODAY,
        "occurred_at": NOW,
        "time_zone": "Europe/Vienna",
    } | over
    return Draft(**values)


def make_hand(**over: Any) -> Hand:
    """Who saves."""
    return Hand(**({"writer": new_id(), "sequence": 1, "expected_version": 0} | over))


def make_entry(owner: User, **over: Any) -> Entry:
    """An entry, saved as a writer saves it; fields that no writer sends are set afterwards."""
    later = {name: over.pop(name) for name in LATER if name in over}
    now = over.pop("now", NOW)
    pk: UUID = over.pop("id", None) or new_id()
    saved = drafting.save(
        owner=owner, entry_id=pk, draft=make_draft(**over), hand=make_hand(), now=now
    )
    assert saved.entry is not None
    if later:
        Entry.objects.filter(pk=pk).update(**later)
        saved.entry.refresh_from_db()
    return saved.entry


def picture(
    width: int = 60, height: int = 40, kind: str = "PNG", colour: Any = "teal", **over: Any
) -> bytes:
    """A picture of one colour, as a file of this kind."""
    written = io.BytesIO()
    Image.new(over.pop("mode", "RGB"), (width, height), colour).save(written, kind, **over)
    return written.getvalue()


def photo(taken: str = "", orientation: int = 1, **over: Any) -> bytes:
    """A JPEG as a camera writes it: with a place, an owner, a day and which way up it was held."""
    exif = Image.Exif()
    exif[ExifTags.Base.Orientation] = orientation
    exif[ExifTags.Base.Artist] = "xylothecium"
    exif[ExifTags.Base.GPSInfo] = {1: "N", 2: (48.0, 12.0, 30.0), 3: "E", 4: (16.0, 22.0, 0.0)}
    if taken:
        exif[ExifTags.Base.ExifOffset] = {ExifTags.Base.DateTimeOriginal: taken}
    return picture(kind="JPEG", exif=exif, comment=b"xylothecium", **over)


def make_attachment(entry: Entry, content: bytes = b"", **over: Any) -> Attachment:
    """A file of an entry, a small picture unless its bytes are given; its sizes are made."""
    values = {"name": "walk.png", "now": NOW} | over
    row = uploads.attach(
        owner=entry.owner, entry=entry, content=ContentFile(content or picture()), **values
    )
    uploads.make_sizes(entry.owner_id, row.pk)
    row.refresh_from_db()
    entry.refresh_from_db()
    return row


def form_data(owner: User, **over: Any) -> dict[str, Any]:
    """What a writer's form sends."""
    return {
        "title": "",
        "body": "A line about the day.",
        "local_date": TODAY.isoformat(),
        "occurred_at": NOW.isoformat(),
        "time_zone": "Europe/Vienna",
        "mood": "",
        "energy": "",
        "writer": str(new_id()),
        "expected_version": "0",
        "person": str(owner.pk),
    } | over


def make_highlight(entry: Entry, words: str, *, note: str = "", hint: int = 0) -> Highlight:
    """Words of an entry, marked."""
    return marking.mark(entry.owner, entry.pk, words, hint=hint, note=note)


def make_thread(owner: User, **over: Any) -> Thread:
    """A word somebody keeps returning to."""
    words = over.pop("words", f"garden {next(_numbers)}")
    values = {
        "words": words,
        "key": words.casefold(),
        "entries": 12,
        "weeks": 9,
        "months": 5,
        "first_on": date(2025, 3, 1),
        "last_on": TODAY,
        "columns": [0, 2, 0, 4, 1, 5],
        "score": 3.5,
    } | over
    return Thread.objects.create(owner=owner, **values)


def make_wanted(**over: Any) -> Wanted:
    """Terms as somebody says them: explicit, and due in ten days."""
    values = {
        "what": f"A first-day guide {next(_numbers)}",
        "conditions": [
            {"text": "A new colleague finds their desk with it", "must": True},
            {"text": "It fits on four pages", "must": False},
        ],
        "due_at": NOW + timedelta(days=10),
        "due_zone": "Europe/Vienna",
    } | over
    return Wanted(**values)


def make_promise(owner: User, **over: Any) -> Promise:
    """A promise that is owed: to somebody, unless `side` says otherwise; agreed to just now."""
    side = over.pop("side", Side.GIVEN)
    person = over.pop("person", None)
    if person is None and side != Side.OWN:
        person = make_person(owner)
    now = over.pop("now", NOW)
    said_at = over.pop("said_at", now)
    return making.recorded(
        owner=owner.pk,
        side=side,
        person=person,
        wanted=make_wanted(**over),
        said_at=said_at,
        now=now,
    )


def make_promise_draft(owner: User, **over: Any) -> Promise:
    """A thought of an offer to somebody."""
    person = over.pop("person", None) or make_person(owner)
    now = over.pop("now", NOW)
    return making.draft(owner=owner.pk, person=person, wanted=make_wanted(**over), now=now)


def make_care(owner: User, **over: Any) -> Care:
    """A care with its first statement."""
    values = {"text": f"That new people find their way {next(_numbers)}"} | over
    label, begun_on = values.pop("label", ""), values.pop("begun_on", None)
    now = values.pop("now", NOW)
    said = Said(**values)
    return stating.state(owner=owner, said=said, label=label, begun_on=begun_on, now=now)


def make_pack(owner: User | None, *texts: str, **over: Any) -> Pack:
    """A pack of one's own with these questions; without an owner, one that is shipped."""
    key = "" if owner else f"Z{next(_numbers)}"
    values = {"names": {"en": f"Evenings {next(_numbers)}"}, "abouts": {}, "key": key} | over
    pack = Pack.objects.create(owner=owner, **values)
    for text in texts:
        make_prompt(pack, text)
    return pack


def make_prompt(pack: Pack, text: str = "What was good?", **over: Any) -> Prompt:
    """A question at the end of a pack, in English, in its first version."""
    follow_up = over.pop("follow_up", "")
    order = pack.prompts.count() + 1
    key = f"{pack.key}-{order}" if pack.key else str(order)
    prompt = Prompt.objects.create(
        owner=pack.owner, pack=pack, **{"key": key, "order": order} | over
    )
    Wording.objects.create(
        owner=pack.owner,
        prompt=prompt,
        version=prompt.version,
        language="en",
        text=text,
        follow_up=follow_up,
    )
    return prompt


def make_serving(owner: User, prompt: Prompt | None = None, **over: Any) -> Serving:
    """A question on the page of a day, drawn from a deck and not answered yet."""
    prompt = prompt or make_prompt(make_pack(owner))
    worded = prompt.wordings.latest("version")
    values = {
        "local_date": TODAY,
        "prompt": prompt,
        "wording": worded,
        "text": worded.text,
        "reason": "deck",
    } | over
    return Serving.objects.create(owner=owner, **values)


def make_sitting(owner: User, key: str = "stuck", **over: Any) -> Sitting:
    """A sitting under way, in which `said` was answered: by place, what was given."""
    said: dict[str, Given] = over.pop("said", {"harder": Given("At the plan")})
    now = over.pop("now", NOW)
    sitting = begin(owner=owner, session=shipped()[key], now=now, **over)
    for place, given in said.items():
        saving.save(
            owner=owner,
            sitting_id=sitting.pk,
            place=sat(owner, sitting.pk).at(place),
            given=given,
            hand=make_hand(),
            opened_at=now - timedelta(minutes=3),
            now=now,
        )
    sitting.refresh_from_db()
    return sitting


def make_ended_sitting(owner: User, key: str = "stuck", **over: Any) -> Sitting:
    """A sitting that ended, with all that comes of it but a commitment."""
    now, title = over.get("now", NOW), over.pop("title", "")
    whole = sat(owner, make_sitting(owner, key, **over).pk)
    taken = {making.place for making in makings_of(whole)}
    return finish(owner=owner, sat=whole, taken=taken, title=title, commitment=None, now=now)


def make_own_session(owner: User, question: str = "What is open?", **over: Any) -> OwnSession:
    """A session of one's own, with one question."""
    session = OwnSession.objects.create(owner=owner, **({"name": "My Friday"} | over))
    own.add_step(owner=owner, session=session.pk, said=own.Said("text", question, help=question))
    session.refresh_from_db()
    return session


def first_step_of(session: OwnSession) -> OwnStep:
    """Its first question."""
    return own.steps_of(session)[0]


def make_export(owner: User, content: bytes = b"PK", query: str = "", **over: Any) -> Export:
    """An export that is ready, with its file."""
    made = datetime.now(UTC)
    values = {
        "form": "throughline",
        "choice": kept(Choice(), query, TODAY),
        "state": State.READY,
        "run": 1,
        "done": 3,
        "total": 3,
        "bytes": len(content),
        "begun_at": made,
        "ready_at": made,
        "expires_at": made + timedelta(days=7),
        "sha256": hashlib.sha256(content).hexdigest(),
    } | over
    row = Export(owner=owner, **values)
    if row.state == State.READY:
        row.key = default_storage.save(f"{owner.pk}/exports/{row.pk.hex}", ContentFile(content))
    row.save(force_insert=True)
    return row


def make_archive_check(owner: User, words: str = "", **over: Any) -> Check:
    """An archive that was compared, and is not as it was made."""
    table = {"name": "journal.Entry", "same": 2, "changed": 1, "only_there": 0, "only_here": 1}
    verdict = {"exported_at": NOW.isoformat(), "amiss": [words], "more": 0, "tables": [table]}
    values = {"state": State.READY, "run": 1, "begun_at": NOW, "verdict": verdict, "bytes": 2}
    return Check.objects.create(owner=owner, **(values | over))


def make_import(owner: User, words: str = "", **over: Any) -> Import:
    """A journal that was read: an entry that is new, and one that could not be read."""
    values = {"source": "jrnl", "name": words[:200], "zone": "UTC", "begun_at": NOW} | over
    row = Import.objects.create(
        owner=owner,
        state=Import.State.READ,
        created=1,
        failed=1,
        first_on=TODAY,
        last_on=TODAY,
        made={"tags": {"count": 2, "names": [words]}},
        unknown={words: 1},
        **values,
    )
    Outcome.objects.create(
        owner=owner, part_of=row, position=1, result="created", local_date=TODAY, reasons=[words]
    )
    Outcome.objects.create(owner=owner, part_of=row, position=2, result="failed", reasons=[words])
    return row


def make_upload(owner: User, words: str = "a.txt", content: bytes = b"x", **over: Any) -> Upload:
    """A file that somebody brought and that was read."""
    values = {
        "name": words[:200],
        "bytes": len(content),
        "step": Upload.Step.READ,
        "state": State.READY,
        "run": 1,
        "begun_at": NOW,
        "forms": ["jrnl"],
        "form": "jrnl",
        "zone": "UTC",
    } | over
    row = Upload(owner=owner, **values)
    if "brought" not in over and row.form == "jrnl":
        row.brought = make_import(owner, words)
    if "key" not in over:
        row.key = default_storage.save(f"{owner.pk}/imports/{row.pk.hex}", ContentFile(content))
    row.save(force_insert=True)
    return row
