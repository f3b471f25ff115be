"""Every address of the product, and who may open it.

The tests walk the URL configuration itself; an address that is not in ROUTES fails them, and so
does a row whose address is gone. When you add an address, add its row, and think who may open it.
"""

import copy
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from allauth.account.internal.flows.login import record_authentication
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from cryptography.hazmat.primitives.asymmetric import ec
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.db.models import Model
from django.http import HttpRequest
from django.test import Client
from django.urls import URLPattern, URLResolver
from django.utils import timezone
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import Aaguid, AttestationObject, AttestedCredentialData, AuthenticatorData

from apps.accounts.models import Session, User
from apps.capture import addresses, tokens
from apps.capture.models import AccessToken, MailAddress, ReceivedMail
from apps.cares import card_sorting, choosing, joining, letting_go, resting, stating
from apps.cares.models import Care, DomainCheck, LifeDomain, OwnCard, PairRun, ValueSort
from apps.core.models import new_id
from apps.core.periods import Month
from apps.journal import drafting, sorting
from apps.journal.models import (
    Attachment,
    Entry,
    EntryTag,
    EntryTemplate,
    Highlight,
    Notebook,
    Revision,
    SavedSearch,
    Tag,
    Thread,
    Undoing,
)
from apps.journal.models.attachment import GRID
from apps.people import cards, importing, merging
from apps.people.models import (
    Card,
    CardImport,
    Circle,
    Concern,
    Contact,
    Person,
    PersonDate,
    PersonMerge,
)
from apps.promises import caring, closing, handing_on, inviting, making, planning
from apps.promises.models import Invitation, Promise, PromiseLink
from apps.promises.moving import as_owner, turn
from apps.promises.states import Move, Role
from apps.promises.weeks import span_of
from apps.prompts import authoring, preferring, sharing
from apps.prompts.models import Pack, Prompt, Serving
from apps.sittings.answers import Given
from apps.sittings.beginning import let_go as let_sitting_go
from apps.sittings.models import Answer, OwnSession, OwnStep, Sitting
from apps.transfer.models import Check, Export, Import, Upload
from tests.factories import (
    NOW,
    PASSWORD,
    TODAY,
    TOP,
    first_step_of,
    form_data,
    make_archive_check,
    make_attachment,
    make_care,
    make_check,
    make_circle,
    make_concern,
    make_contact,
    make_date,
    make_domain,
    make_draft,
    make_ended_sitting,
    make_entry,
    make_export,
    make_hand,
    make_highlight,
    make_own_card,
    make_own_session,
    make_pack,
    make_person,
    make_promise,
    make_promise_draft,
    make_run,
    make_sitting,
    make_sort,
    make_thread,
    make_upload,
    photo,
    picture,
)

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


class Address(NamedTuple):
    """An address as the URL configuration has it."""

    name: str
    path: str
    pattern: URLPattern


def walk(resolver: URLResolver, path: str = "", space: str = "") -> Iterator[Address]:
    """Every address, those of other packages too."""
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            yield from walk(pattern, path + str(pattern.pattern), inner)
        else:
            yield Address(f"{space}{pattern.name}", path + str(pattern.pattern), pattern)


class Who(StrEnum):
    """Who gets in."""

    ANYBODY = "anybody"
    PERSON = "whoever is logged in, to see their own"
    OWNER = "whoever owns the row that the address names"


@dataclass
class Life:
    """Somebody with one of everything, each row with their canary word in every text."""

    user: User
    canary: str
    person: Person
    entry: Entry
    trashed: Entry
    revision: Revision
    passkey: Authenticator
    device: UUID
    codes: list[str]
    tag: Tag
    notebook: Notebook
    undoing: Undoing
    template: EntryTemplate
    saved_search: SavedSearch
    attachment: Attachment
    token: AccessToken
    secret: str
    highlight: Highlight
    thread: Thread
    promise: Promise
    promise_draft: Promise
    revoked: Promise
    promise_link: PromiseLink
    late: Promise
    other_person: Person
    merge: PersonMerge
    circle: Circle
    concern: Concern
    contact: Contact
    date: PersonDate
    cards: CardImport
    week: date
    offered: Promise
    invitation: Invitation
    # What stands in the address of the link.
    signed: str
    care: Care
    other_care: Care
    care_let_go: Care
    pack: Pack
    prompt: Prompt
    asked: Serving
    reply: Entry
    own_card: OwnCard
    sort: ValueSort
    finished_sort: ValueSort
    other_sort: ValueSort
    thrown_sort: ValueSort
    run: PairRun
    finished_run: PairRun
    other_run: PairRun
    domain: LifeDomain
    check: DomainCheck
    sitting: Sitting
    sitting_ended: Sitting
    sitting_let_go: Sitting
    answer: Answer
    own_session: OwnSession
    own_step: OwnStep
    export: Export
    check_of_archive: Check
    upload: Upload
    came_in: Upload

    @property
    def rows(self) -> list[Model]:
        """The rows whose ids somebody else might send."""
        rows: tuple[Model, ...] = (self.user, self.person, self.entry, self.trashed)
        rows = (*rows, self.revision, self.tag)
        rows = (*rows, self.notebook, self.undoing, self.saved_search, self.template)
        rows = (*rows, self.promise, self.promise_draft, self.revoked, self.promise_link)
        rows = (*rows, self.late)
        rows = (*rows, self.attachment, self.highlight, self.thread, self.other_person)
        rows = (*rows, self.merge, self.circle, self.concern, self.contact, self.date, self.cards)
        rows = (*rows, self.offered, self.invitation, self.pack, self.prompt)
        rows = (*rows, self.care, self.other_care, self.care_let_go, self.asked, self.reply)
        rows = (*rows, self.own_card, self.sort, self.finished_sort, self.other_sort)
        rows = (*rows, self.thrown_sort, self.run, self.finished_run, self.other_run)
        rows = (*rows, self.domain, self.check)
        rows = (*rows, self.sitting, self.sitting_ended, self.sitting_let_go, self.answer)
        rows = (*rows, self.own_session, self.own_step, self.export, self.check_of_archive)
        rows = (*rows, self.upload, self.came_in)
        return [*rows, self.token]

    @property
    def ids(self) -> list[str]:
        """The ids that somebody else might send."""
        return [*(str(row.pk) for row in self.rows), str(self.device)]


def make_life(user: User, canary: str) -> Life:
    """One of everything for this person. `device` is the id of a session in another browser."""
    User.objects.filter(pk=user.pk).update(email=f"{canary}@example.org", name=canary)
    user.refresh_from_db()
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    entry = make_entry(user, title=canary, body=f"{canary} once")
    trashed = make_entry(user, title=f"{canary} 2", body=f"{canary} too", trashed_at=NOW)
    drafting.save(
        owner=user,
        entry_id=entry.pk,
        draft=make_draft(title=canary, body=f"{canary} since"),
        hand=make_hand(expected_version=1),
        now=NOW,
    )
    entry.refresh_from_db()
    attachment = make_attachment(entry, photo(taken="2024:05:12 10:00:00"), name=f"{canary}.jpg")
    Attachment.objects.filter(pk=attachment.pk).update(alt=canary)
    tag, other = sorting.tags_named(user, [canary, "b"], typed=False)
    EntryTag.objects.create(owner=user, entry=entry, tag=tag)
    undoing = sorting.rename_tag(other, f"b {canary}")
    notebook = sorting.add_notebook(user, canary)
    TOTP.activate(user, "JBSWY3DPEHPK3PXP")
    passkey = Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.WEBAUTHN,
        data={"name": canary, "credential": _credential()},
    )
    token, secret = make_token(user, name=canary)
    local = f"{addresses.PREFIX}{canary}"
    MailAddress.objects.create(
        owner=user,
        digest=addresses.digest_of(local),
        sealed=addresses.seal(addresses.PURPOSE, local),
    )
    ReceivedMail.objects.create(
        owner=user, digest="a" * 64, arrived_at=NOW, outcome="kept", sender=canary, entry=entry
    )
    promise, promise_draft, revoked = _promises(user, make_person(user, name=canary), canary)
    people = make_people(user, canary)
    # To somebody of their own: whoever holds an end of a promise cannot be taken off the list.
    offered, invitation, signed = _offer(user, make_person(user, name=canary), canary)
    late, week = make_late_promise(user, make_person(user, name=f"{canary} too"), canary)
    cares = make_cares(user, people["person"], canary)
    sorting.pick_cares(user, entry, [cares["care"].pk])
    caring.pick_cares(user, promise, [cares["care"].pk])
    pack = _questions(user, canary)
    asked, reply = _answers(user, pack, canary)
    return Life(
        pack=pack,
        asked=asked,
        reply=reply,
        prompt=pack.prompts.get(),
        user=user,
        canary=canary,
        **people,
        promise=promise,
        promise_draft=promise_draft,
        revoked=revoked,
        promise_link=handing_on.link(promise_draft, "part_of", promise, note=canary),
        late=late,
        week=week,
        entry=entry,
        trashed=trashed,
        revision=Revision.objects.get(entry=entry),
        passkey=passkey,
        device=Session.objects.get(session_key=log_in(user).session.session_key).id,
        codes=RecoveryCodes.activate(user).get_unused_codes(),
        tag=tag,
        notebook=notebook,
        undoing=undoing,
        saved_search=SavedSearch.objects.create(owner=user, name=canary[:64], query=canary),
        attachment=attachment,
        highlight=make_highlight(entry, f"{canary} since", note=canary),
        thread=make_thread(user, words=canary),
        template=EntryTemplate.objects.create(
            owner=user, name=canary[:64], title=canary, body=canary
        ),
        token=token,
        secret=secret,
        offered=offered,
        invitation=invitation,
        signed=signed,
        **cares,
        **make_values(user, canary),
        **make_sittings(user, people["person"], canary),
        export=make_export(user, query=canary),
        check_of_archive=make_archive_check(user, words=canary),
        upload=make_upload(user, canary),
        came_in=_came_in(user, entry, canary),
    )


def _came_in(user: User, entry: Entry, canary: str) -> Upload:
    """A journal that came in."""
    row = make_upload(user, canary, step="apply", key="")
    Import.objects.filter(pk=row.brought_id).update(state="applied", applied_at=NOW)
    row.brought.outcomes.filter(result="created").update(entry=entry)
    return row


def _questions(user: User, canary: str) -> Pack:
    """A pack of one's own with a question that was said otherwise before, liked, and rests."""
    pack = make_pack(user, f"{canary}?", names={"en": canary[:80]}, abouts={"en": canary})
    said = authoring.Said(text=f"{canary} again?", language="en", follow_up=canary)
    prompt = authoring.change_prompt(user, pack.prompts.get().pk, said)
    preferring.like(user, prompt, liked=True)
    preferring.rest(user, prompt, until=date(2099, 1, 1))
    preferring.set_pack(user, pack, 2)
    return pack


def _answers(user: User, pack: Pack, canary: str) -> tuple[Serving, Entry]:
    """The question of a day that has one, and the second entry that answers it."""
    asked = Serving.objects.create(
        owner=user,
        local_date=TODAY,
        prompt=pack.prompts.get(),
        wording=pack.prompts.get().wordings.get(version=2),
        text=f"{canary} again?",
        reason=Serving.Reason.DECK,
    )
    for words in (canary, f"{canary} too"):
        answer = make_entry(user, title=canary, body=words, question=asked.pk)
    return asked, answer


def _promises(user: User, person: Person, canary: str) -> tuple[Promise, Promise, Promise]:
    """One that is owed for a long time, a draft, and one that was taken back after all."""
    words = dict.fromkeys(("what", "so_that", "for_whom", "assumptions"), canary)
    terms = {
        **words,
        "person": person,
        "conditions": [{"text": canary, "must": True}],
        "due_at": datetime(2099, 1, 1, tzinfo=UTC),
    }
    promise, revoked = make_promise(user, **terms), make_promise(user, **terms)
    Promise.objects.filter(pk=promise.pk).update(if_then=canary)
    with turn(user.pk, revoked.pk, as_owner(revoked, Role.PROMISER), NOW) as it:
        closing.revoke(it, reason="forgot", note=canary, private_note=canary, cost=canary)
    for row in (promise, revoked):
        row.refresh_from_db()
    return promise, make_promise_draft(user, **terms), revoked


def make_people(user: User, canary: str) -> dict[str, Any]:
    """Somebody with all that can be noted about them; another, with whom a third was merged."""
    person = make_person(
        user,
        name=canary,
        also_called=canary,
        how_known=canary,
        notes=canary,
        works_well_when=canary,
        careful_with=canary,
        email=f"{canary}@example.org",
    )
    # More than the eight weeks of its rhythm ago, and soon.
    soon = user.today(timezone.now()) + timedelta(days=2)
    other, same = (make_person(user, name=f"{canary} {number}") for number in (2, 3))
    make_contact(other, day=soon - timedelta(weeks=12), words=canary)
    make_contact(same, words=canary)
    merge = merging.merge(owner=user, kept=other.pk, gone=same.pk, now=timezone.now())
    Card.objects.create(owner=user, person=person, uid=canary)
    card = f"BEGIN:VCARD\nVERSION:3.0\nFN:{canary} new\nNOTE:{canary}\nEND:VCARD\n"
    return {
        "person": person,
        "other_person": other,
        "merge": merge,
        "circle": make_circle(user, person, name=canary[:64], rhythm_weeks=8),
        "concern": make_concern(person, words=canary),
        "contact": make_contact(person, day=soon - timedelta(weeks=11), words=canary),
        "date": make_date(person, label=canary[:64], month=soon.month, day=soon.day),
        "cards": importing.keep(owner=user, found=cards.read(card.encode())),
    }


def make_cares(user: User, person: Person, canary: str) -> dict[str, Any]:
    """A care with two versions that came out of two others, another, and one that was let go of."""
    words = {"text": canary, "because": canary, "for_whom": canary, "label": canary[:40]}
    old = [make_care(user, **words) for _ in range(2)]
    said = stating.Said(canary, because=canary, for_whom=canary)
    new = {"owner": user, "said": said, "label": canary[:40], "note": canary, "now": timezone.now()}
    care = joining.merge(cares=[row.pk for row in old], **new)
    common = {"owner": user, "care": care.pk, "now": timezone.now()}
    resting.rename(label=f"{canary[:36]} too", **common)
    stating.restate(
        after=1,
        said=stating.Said(canary, because=canary, person=person),
        what_changed=canary,
        **common,
    )
    gone = make_care(user, **words)
    care.refresh_from_db()
    return {
        "care": care,
        "other_care": make_care(user, **words),
        "care_let_go": letting_go.let_go(owner=user, care=gone.pk, now=timezone.now()),
    }


def make_values(user: User, canary: str) -> dict[str, Any]:
    """Sorts, runs and a check in all their states; own cards in an open sort, and in finished."""
    words = {"name": canary[:40], "gloss": canary}
    sorted_card = make_own_card(user, **words)
    cards = [str(sorted_card.pk), *TOP]
    done, other = (make_sort(user, *cards, finished=True) for _ in range(2))
    own_card = make_own_card(user, **words)
    sort = make_sort(user, str(own_card.pk))
    thrown = make_sort(user)
    card_sorting.throw_away(thrown, NOW)
    domain = make_domain(user, name=canary[:40])
    return {
        "own_card": own_card,
        "sort": sort,
        "finished_sort": done,
        "other_sort": other,
        "thrown_sort": thrown,
        "run": make_run(done, 1),
        "finished_run": make_run(done, 2, finished=True),
        "other_run": make_run(done, 2, finished=True),
        "domain": domain,
        "check": make_check(user, note=canary),
    }


def make_sittings(user: User, person: Person, canary: str) -> dict[str, Any]:
    """A sitting under way, one that ended, one that rests, and a session of one's own."""
    said = {"harder": Given(canary), "so_far": Given(canary)}
    common = {"person": person, "said": said, "now": timezone.now()}
    resting_one = make_sitting(user, **common)
    let_sitting_go(resting_one, timezone.now())
    session = make_own_session(user, canary, name=canary, about=canary)
    sitting = make_sitting(user, **common)
    ended = make_ended_sitting(user, title=canary, **common)
    Sitting.objects.filter(owner=user).update(name=canary)
    sitting.refresh_from_db()
    return {
        "sitting": sitting,
        "sitting_ended": ended,
        "sitting_let_go": resting_one,
        "answer": sitting.answers.get(owner=user, step="harder"),
        "own_session": session,
        "own_step": first_step_of(session),
    }


def make_late_promise(user: User, person: Person, canary: str) -> tuple[Promise, date]:
    """A promise whose day went by in a week that is over, and the Monday of that week."""
    week = planning.monday_of(timezone.now() - timedelta(days=14), user.time_zone)
    begins = span_of(week, user.time_zone).begins_at
    promise = make_promise(
        user,
        person=person,
        what=canary,
        so_that=canary,
        now=begins + timedelta(hours=1),
        due_at=begins + timedelta(days=2),
    )
    return promise, week


def _offer(user: User, person: Person, canary: str) -> tuple[Promise, Invitation, str]:
    """An offer that waits for its answer, with a link for that."""
    now = timezone.now()
    promise = make_promise_draft(
        user,
        person=person,
        what=canary,
        conditions=[{"text": canary, "must": True}],
        so_that=canary,
        due_at=now + timedelta(days=10),
        now=now,
    )
    with turn(user.pk, promise.pk, as_owner(promise, Role.PROMISER), now) as it:
        making.offer(it, answer_by=now + timedelta(days=5), note=canary)
    promise.refresh_from_db()
    invitation, secret = inviting.make(promise, "answer", None, now)
    return promise, invitation, inviting.signed_of("answer", secret)


def make_token(user: User, **over: Any) -> tuple[AccessToken, str]:
    """An access token that may do everything, and its secret."""
    secret = tokens.new_secret()
    values = {"name": "Phone", "can_read": True, "can_write": True} | over
    token = AccessToken.objects.create(
        owner=user, shown=secret[: tokens.SHOWN], digest=tokens.digest_of(secret), **values
    )
    return token, secret


def log_in(user: User, *, confirmed: bool = False) -> Client:
    """A browser in which this person is logged in, and has just confirmed that it is them."""
    client = Client()
    client.force_login(user, BACKEND)
    if confirmed:
        request = HttpRequest()
        request.session, request.user = client.session, user
        record_authentication(request, user, "password", reauthenticated=True)
        request.session.save()
    return client


@cache
def _credential() -> dict[str, Any]:
    """What a browser answers when a passkey is made (WebAuthn, no attestation)."""
    key = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    name = b"a passkey of the tests"
    flags = AuthenticatorData.FLAG.UP | AuthenticatorData.FLAG.UV | AuthenticatorData.FLAG.AT
    data = AuthenticatorData.create(
        b"\1" * 32, flags, 0, AttestedCredentialData.create(Aaguid(b"\0" * 16), name, key)
    )
    told = {
        "type": "webauthn.create",
        "challenge": websafe_encode(b"asked"),
        "origin": "http://localhost",
    }
    return {
        "id": websafe_encode(name),
        "rawId": websafe_encode(name),
        "type": "public-key",
        "response": {
            "clientDataJSON": websafe_encode(json.dumps(told).encode()),
            "attestationObject": websafe_encode(bytes(AttestationObject.create("none", data, {}))),
        },
        "clientExtensionResults": {},
    }


@contextmanager
def undone(client: Client) -> Iterator[None]:
    """What happens inside leaves no trace, neither in the database nor in the browser."""
    cookies = copy.deepcopy(client.cookies)
    try:
        with transaction.atomic():
            yield
            transaction.set_rollback(True)
    finally:
        client.cookies = cookies


def _nothing(life: Life) -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Route:
    """Who may open an address, what it answers them, and how to ask.

    `get` and `post` are the statuses of a page and of a good form for whoever may; None where the
    address does not answer that method. `stranger` is what somebody not logged in gets by GET where
    that differs. The methods in `sudo` are answered only to who has just confirmed that it is them.
    """

    who: Who
    get: int | None = 200
    post: int | None = None
    stranger: int | None = None
    sudo: tuple[str, ...] = ()
    kwargs: Callable[[Life], dict[str, Any]] = _nothing
    form: Callable[[Life], dict[str, Any]] = _nothing


def _entry(life: Life) -> dict[str, Any]:
    return {"pk": life.entry.pk}


def _trashed(life: Life) -> dict[str, Any]:
    return {"pk": life.trashed.pk}


def _revision(life: Life) -> dict[str, Any]:
    return {"pk": life.entry.pk, "revision_pk": life.revision.pk}


def _person(life: Life) -> dict[str, Any]:
    return {"pk": life.person.pk}


def _pack(life: Life) -> dict[str, Any]:
    return {"pk": life.pack.pk}


def _prompt(life: Life) -> dict[str, Any]:
    return {"pk": life.prompt.pk}


def _about_a_pack(life: Life) -> dict[str, Any]:
    return {"name": f"{life.canary} pack", "about": life.canary}


def _a_question(life: Life) -> dict[str, Any]:
    return {
        "text": f"What of {life.canary}?",
        "follow_up": life.canary,
        "weight": "light",
        "cadence": "week",
    }


def _pack_file(life: Life) -> dict[str, Any]:
    pack = {sharing.MARK: 1, "name": life.canary, "prompts": [{"text": f"{life.canary}?"}]}
    return {"file": _Walk("pack.json", json.dumps(pack).encode())}


def _other_person(life: Life) -> dict[str, Any]:
    return {"other": str(life.other_person.pk)}


def _merge(life: Life) -> dict[str, Any]:
    return {"pk": life.merge.pk}


def _circle(life: Life) -> dict[str, Any]:
    return {"pk": life.circle.pk}


def _concern(life: Life) -> dict[str, Any]:
    return {"pk": life.concern.pk}


def _contact(life: Life) -> dict[str, Any]:
    return {"pk": life.contact.pk}


def _date(life: Life) -> dict[str, Any]:
    return {"pk": life.date.pk}


def _cards(life: Life) -> dict[str, Any]:
    return {"pk": life.cards.pk}


def _about_a_circle(life: Life) -> dict[str, Any]:
    return {"name": "First readers", "rhythm_weeks": "6"}


def _their_words(life: Life) -> dict[str, Any]:
    return {"words": "Who reads it on Monday?", "said_on": "2026-11-02", "settled_on": ""}


def _heard(life: Life) -> dict[str, Any]:
    return {"day": "2026-11-02", "how": "call", "words": "She liked it."}


def _day_of_theirs(life: Life) -> dict[str, Any]:
    return {"label": "Birthday", "month": "2", "day": "29", "year": ""}


def _card_file(life: Life) -> dict[str, Any]:
    return {"file": _Walk("people.vcf", b"BEGIN:VCARD\nVERSION:4.0\nFN:Ana\nEND:VCARD\n")}


def _attachment(life: Life) -> dict[str, Any]:
    return {"pk": life.attachment.pk}


def _picture(life: Life) -> dict[str, Any]:
    return {"pk": life.attachment.pk, "box": GRID}


class _Walk(SimpleUploadedFile):
    """A file that can be sent more than once."""

    def read(self, *size: int) -> bytes:
        self.seek(0)
        return bytes(super().read(*size))


def _file(life: Life) -> dict[str, Any]:
    return {"files": _Walk("walk.png", picture())}


def _saved_search(life: Life) -> dict[str, Any]:
    return {"pk": life.saved_search.pk}


def _kept_search(life: Life) -> dict[str, Any]:
    return {"name": "Small steps", "query": '"small steps"'}


def _highlight(life: Life) -> dict[str, Any]:
    return {"pk": life.highlight.pk}


def _thread(life: Life) -> dict[str, Any]:
    return {"pk": life.thread.pk}


def _week(life: Life) -> dict[str, Any]:
    return {"monday": life.week}


def _promise_in_week(life: Life) -> dict[str, Any]:
    return {"monday": life.week, "pk": life.late.pk}


def _reason(life: Life) -> dict[str, Any]:
    return {"reason": "forgot", "note": "It slipped."}


def _tag(life: Life) -> dict[str, Any]:
    return {"pk": life.tag.pk}


def _other_tag(life: Life) -> dict[str, Any]:
    return {"into": str(Tag.objects.for_user(life.user).exclude(pk=life.tag.pk).get().pk)}


def _notebook(life: Life) -> dict[str, Any]:
    return {"pk": life.notebook.pk}


def _undoing(life: Life) -> dict[str, Any]:
    return {"pk": life.undoing.pk}


def _another_name(life: Life) -> dict[str, Any]:
    return {"name": "Another name"}


def _tags_and_notebook(life: Life) -> dict[str, Any]:
    people = [str(life.person.pk)]
    return {"tags": "release", "people": people, "notebook": str(life.notebook.pk)}


def _entry_to_the_trash(life: Life) -> dict[str, Any]:
    return {"do": "trash", "entries": [str(life.entry.pk)], "tags": "", "notebook": ""}


def _template(life: Life) -> dict[str, Any]:
    return {"pk": life.template.pk}


def _beginning(life: Life) -> dict[str, Any]:
    return {"name": "Friday", "title": "", "body": "What went well?"}


def _token(life: Life) -> dict[str, Any]:
    return {"pk": life.token.pk}


def _new_token(life: Life) -> dict[str, Any]:
    return {"name": "Phone", "scopes": ["write"], "days": "365"}


def _offered(life: Life) -> dict[str, Any]:
    return {"pk": life.offered.pk}


def _link_of_offered(life: Life) -> dict[str, Any]:
    return {"pk": life.offered.pk, "invitation_pk": life.invitation.pk}


def _link(life: Life) -> dict[str, Any]:
    return {"pk": life.invitation.pk}


def _signed(life: Life) -> dict[str, Any]:
    return {"signed": life.signed}


def _passkey(life: Life) -> dict[str, Any]:
    return {"pk": life.passkey.pk}


def _device(life: Life) -> dict[str, Any]:
    return {"pk": life.device}


def _writing(life: Life) -> dict[str, Any]:
    return form_data(life.user, expected_version=str(life.entry.version), body="Another line.")


def _about_somebody(life: Life) -> dict[str, Any]:
    return {
        "name": "Ana",
        "kind": "person",
        "also_called": "",
        "how_known": "",
        "notes": "",
        "works_well_when": "",
        "careful_with": "",
        "rhythm_weeks": "",
        "email": "",
        "language": "",
        "time_zone": "",
        "circles": [],
    }


def _promise(life: Life) -> dict[str, Any]:
    return {"pk": life.promise.pk}


def _promise_draft(life: Life) -> dict[str, Any]:
    return {"pk": life.promise_draft.pk}


def _revoked(life: Life) -> dict[str, Any]:
    return {"pk": life.revoked.pk}


def _renegotiate(life: Life) -> dict[str, Any]:
    return {"pk": life.promise.pk, "move": Move.PROPOSE}


def _released(life: Life) -> dict[str, Any]:
    return {"pk": life.promise.pk, "move": Move.RELEASE}


def _care(life: Life) -> dict[str, Any]:
    return {"pk": life.care.pk}


def _sitting(life: Life) -> dict[str, Any]:
    return {"pk": life.sitting.pk}


def _step(life: Life) -> dict[str, Any]:
    return {"pk": life.sitting.pk, "place": "harder"}


def _an_answer(life: Life) -> dict[str, Any]:
    version = Answer.objects.for_user(life.user).get(pk=life.answer.pk).version
    hand = {"writer": str(new_id()), "expected_version": str(version)}
    return {**hand, "person": str(life.user.pk), "body": "At the door", "then": "next"}


def _own(life: Life) -> dict[str, Any]:
    return {"pk": life.own_session.pk}


def _own_step(life: Life) -> dict[str, Any]:
    return {"pk": life.own_session.pk, "step_pk": life.own_step.pk}


def _a_session(life: Life) -> dict[str, Any]:
    return {"name": "My Friday", "about": "", "minutes": "10"}


def _a_step(life: Life) -> dict[str, Any]:
    return {"question": "What is open?", "help": ""}


def _a_care(life: Life) -> dict[str, Any]:
    return {"text": "That new people find their way.", "standing": "held"}


def _a_version(life: Life) -> dict[str, Any]:
    more = {"what_changed": "I saw it.", "after": str(life.care.version)}
    return {**_a_care(life), **more, "person": str(life.person.pk)}


def _two_cares(life: Life) -> dict[str, Any]:
    return {"text_1": "That they find the door.", "text_2": "That somebody sits with them."}


def _with_another_care(life: Life) -> dict[str, Any]:
    return {"others": [str(life.other_care.pk)], "text": "All of it."}


def _own_card(life: Life) -> dict[str, Any]:
    return {"pk": life.own_card.pk}


def _a_card(life: Life) -> dict[str, Any]:
    return {"name": "Craft", "gloss": "To do a thing well."}


def _sort(life: Life) -> dict[str, Any]:
    return {"pk": life.sort.pk}


def _run(life: Life) -> dict[str, Any]:
    return {"pk": life.run.pk}


def _a_choice(life: Life) -> dict[str, Any]:
    question = choosing.lay_out(life.run, life.user).question
    return {"a": question.a.pk, "b": question.b.pk, "chosen": question.b.pk} if question else {}


def _last_choice(life: Life) -> dict[str, Any]:
    last = choosing.lay_out(life.run, life.user).last
    return {"pick": last.pk} if last else {}


def _two_sorts(life: Life) -> dict[str, Any]:
    return {"pk": life.finished_sort.pk, "other": life.other_sort.pk}


def _two_runs(life: Life) -> dict[str, Any]:
    return {"pk": life.finished_run.pk, "other": life.other_run.pk}


def _domain(life: Life) -> dict[str, Any]:
    return {"pk": life.domain.pk}


def _check(life: Life) -> dict[str, Any]:
    return {"pk": life.check.pk}


def _marks(life: Life) -> dict[str, Any]:
    numbers = {"matters": 8, "lived": 5, "note": "Twice."}
    return {f"d{life.domain.pk}-{name}": value for name, value in numbers.items()}


def _a_promise(life: Life) -> dict[str, Any]:
    return {"person": str(life.promise.person_id), "what": "A guide", "musts": "It is read"} | {
        "due_on": "2099-02-01",
        "kind": "produce",
    }


def _another_day(life: Life) -> dict[str, Any]:
    return {
        "seq": str(life.promise.seq),
        "what": life.promise.what,
        "musts": life.canary,
        "due_on": "2099-02-01",
        "reason": "estimate",
    }


def _tie(life: Life) -> dict[str, Any]:
    return {"how": "enables", "other": str(life.revoked.pk)}


def _export(life: Life) -> dict[str, Any]:
    return {"pk": life.export.pk}


def _an_export(life: Life) -> dict[str, Any]:
    return {"what": "all", "form": "throughline", "with_files": "on"}


def _archive_check(life: Life) -> dict[str, Any]:
    return {"pk": life.check_of_archive.pk}


def _archive(life: Life) -> dict[str, Any]:
    return {"archive": _Walk("archive.zip", b"PK")}


def _upload(life: Life) -> dict[str, Any]:
    return {"pk": life.upload.pk}


def _came(life: Life) -> dict[str, Any]:
    return {"pk": life.came_in.pk}


def _a_file(life: Life) -> dict[str, Any]:
    return {"file": _Walk("journal.txt", b"A walk.")}


def _how_to_read(life: Life) -> dict[str, Any]:
    return {"form": "jrnl", "zone": "Europe/Berlin"}


def _settings(life: Life) -> dict[str, Any]:
    user = life.user
    names = ("time_zone", "day_starts_at", "first_weekday", "theme", "text_size")
    shown = {name: str(getattr(user, name)) for name in names}
    return {"name": "Ana", "language": "en", **shown}


def _address(life: Life) -> dict[str, Any]:
    return {"email": life.user.email}


def _other_address(life: Life) -> dict[str, Any]:
    return {"action_add": "", "email": f"other-{life.canary}@example.org"}


def _password(life: Life) -> dict[str, Any]:
    return {"password": PASSWORD}


def _passwords(life: Life) -> dict[str, Any]:
    new = "a quiet morning elsewhere"
    return {"oldpassword": PASSWORD, "password1": new, "password2": new}


ANYBODY, PERSON, OWNER = Who
BOTH = ("GET", "POST")

ROUTES: dict[str, Route] = {
    # home
    "home:landing": Route(ANYBODY, get=302, stranger=200),
    "home:today": Route(PERSON),
    "home:question": Route(PERSON),
    "home:question_answer": Route(PERSON, get=None, post=302),
    "home:question_swap": Route(PERSON, get=None, post=302),
    "home:question_settle": Route(PERSON, get=None, post=302),
    "home:palette": Route(PERSON),
    "home:offline": Route(PERSON),
    "home:manifest": Route(ANYBODY),
    "home:service_worker": Route(ANYBODY),
    "home:health_live": Route(ANYBODY),
    "home:health_ready": Route(ANYBODY),
    # promises: what they add up to
    "promises:figure_list": Route(PERSON),
    "promises:figure_dwell": Route(PERSON, get=None, post=302, form=lambda _: {"dwelling": "yes"}),
    "promises:week_now": Route(PERSON, get=302),
    "promises:week_detail": Route(PERSON, kwargs=_week),
    "promises:week_reason": Route(OWNER, get=None, post=302, kwargs=_promise_in_week, form=_reason),
    "promises:map_detail": Route(OWNER, kwargs=_promise),
    # journal
    "journal:entry_list": Route(PERSON),
    "journal:entry_create": Route(PERSON),
    "journal:entry_preview": Route(PERSON, get=None, post=200, form=lambda _: {"body": "*a*"}),
    "journal:suggest": Route(
        PERSON, get=None, post=200, form=lambda _: {"mark": "#", "said": "re"}
    ),
    "journal:writer_token": Route(PERSON),
    "journal:entry_recent": Route(PERSON),
    "journal:trash_list": Route(PERSON),
    "journal:trash_empty": Route(PERSON, post=302),
    "journal:entry_detail": Route(OWNER, kwargs=_entry),
    "journal:entry_edit": Route(OWNER, kwargs=_entry),
    "journal:entry_save": Route(OWNER, get=None, post=302, kwargs=_entry, form=_writing),
    "journal:entry_settle": Route(OWNER, get=None, post=204, kwargs=_entry),
    "journal:entry_set_aside": Route(OWNER, get=None, post=302, kwargs=_entry, form=_writing),
    "journal:entry_star": Route(
        OWNER, get=None, post=302, kwargs=_entry, form=lambda _: {"starred": "yes"}
    ),
    "journal:entry_delete": Route(OWNER, post=302, kwargs=_entry),
    "journal:entry_take_back": Route(OWNER, get=None, post=302, kwargs=_trashed),
    "journal:entry_erase": Route(OWNER, post=302, kwargs=_trashed),
    "journal:revision_list": Route(OWNER, kwargs=_entry),
    "journal:revision_detail": Route(OWNER, kwargs=_revision),
    "journal:revision_restore": Route(OWNER, get=None, post=302, kwargs=_revision),
    "journal:calendar": Route(PERSON, get=302),
    "journal:calendar_month": Route(PERSON, kwargs=lambda _: {"month": Month.of(TODAY)}),
    "journal:calendar_year": Route(PERSON, kwargs=lambda _: {"year": TODAY.year}),
    "journal:day_detail": Route(PERSON, kwargs=lambda _: {"day": TODAY}),
    "journal:on_this_day_list": Route(PERSON),
    "journal:entry_attach": Route(OWNER, post=302, kwargs=_entry, form=_file),
    "journal:attachment_detail": Route(
        OWNER, post=302, kwargs=_attachment, form=lambda _: {"alt": "A weir"}
    ),
    "journal:attachment_file": Route(OWNER, kwargs=_attachment),
    "journal:attachment_picture": Route(OWNER, kwargs=_picture),
    "journal:attachment_date": Route(OWNER, get=None, post=302, kwargs=_attachment),
    "journal:attachment_delete": Route(OWNER, post=302, kwargs=_attachment),
    "journal:photo_list": Route(PERSON),
    "journal:entry_comes_back": Route(
        OWNER, get=None, post=302, kwargs=_entry, form=lambda _: {"comes_back": "no"}
    ),
    "journal:entry_sort": Route(OWNER, post=302, kwargs=_entry, form=_tags_and_notebook),
    "journal:entry_choose": Route(PERSON, post=302, form=_entry_to_the_trash),
    "journal:tag_list": Route(PERSON),
    "journal:search": Route(PERSON),
    "journal:saved_search": Route(OWNER, get=302, kwargs=_saved_search),
    "journal:saved_search_create": Route(PERSON, post=302, form=_kept_search),
    "journal:saved_search_edit": Route(OWNER, post=302, kwargs=_saved_search, form=_kept_search),
    "journal:saved_search_delete": Route(OWNER, post=302, kwargs=_saved_search),
    "journal:tag_detail": Route(OWNER, kwargs=_tag),
    "journal:tag_rename": Route(OWNER, post=302, kwargs=_tag, form=_another_name),
    "journal:tag_merge": Route(OWNER, post=302, kwargs=_tag, form=_other_tag),
    "journal:tag_delete": Route(OWNER, post=302, kwargs=_tag),
    "journal:highlight_list": Route(PERSON),
    "journal:highlight_create": Route(
        OWNER, post=302, kwargs=_entry, form=lambda _: {"quote": "since", "note": ""}
    ),
    "journal:highlight_detail": Route(
        OWNER, post=302, kwargs=_highlight, form=lambda _: {"note": "Why?"}
    ),
    "journal:highlight_delete": Route(OWNER, post=302, kwargs=_highlight),
    "journal:notebook_list": Route(PERSON, post=302, form=_another_name),
    "journal:care_entries": Route(OWNER, kwargs=_care),
    "journal:answer_changes": Route(OWNER, kwargs=lambda life: {"pk": life.reply.pk}),
    "journal:care_choose": Route(OWNER, post=302, kwargs=_care),
    "journal:notebook_detail": Route(OWNER, kwargs=_notebook),
    "journal:notebook_rename": Route(OWNER, post=302, kwargs=_notebook, form=_another_name),
    "journal:notebook_delete": Route(OWNER, post=302, kwargs=_notebook),
    "journal:template_list": Route(PERSON),
    "journal:template_create": Route(PERSON, post=302, form=_beginning),
    "journal:template_edit": Route(OWNER, post=302, kwargs=_template, form=_beginning),
    "journal:template_delete": Route(OWNER, post=302, kwargs=_template),
    "journal:thread_list": Route(PERSON),
    "journal:thread_hide": Route(
        OWNER, get=None, post=302, kwargs=_thread, form=lambda _: {"hidden": "yes"}
    ),
    "journal:undo": Route(OWNER, get=None, post=302, kwargs=_undoing),
    # promises
    "promises:promise_list": Route(PERSON),
    "promises:promise_begin": Route(PERSON),
    "promises:promise_create": Route(
        PERSON, post=302, kwargs=lambda _: {"how": "offer"}, form=_a_promise
    ),
    "promises:promise_calendar": Route(PERSON),
    "promises:feed_edit": Route(PERSON, post=302),
    "calendar_feed": Route(ANYBODY, get=404, kwargs=lambda _: {"secret": "of-nobody"}),
    "promises:desk": Route(PERSON, post=302),
    "promises:promise_detail": Route(OWNER, kwargs=_promise),
    "promises:promise_edit": Route(OWNER, post=302, kwargs=_promise_draft, form=_a_promise),
    "promises:promise_concern": Route(OWNER, post=302, kwargs=_promise),
    "promises:promise_cares": Route(
        OWNER, post=302, kwargs=_promise, form=lambda life: {"cares": [str(life.care.pk)]}
    ),
    "promises:care_promises": Route(OWNER, kwargs=_care),
    "promises:care_choose": Route(OWNER, post=302, kwargs=_care),
    "promises:promise_hide": Route(OWNER, post=302, kwargs=_promise),
    "promises:own_view_create": Route(
        OWNER, post=302, kwargs=_revoked, form=lambda _: {"meaning": "Enough."}
    ),
    "promises:repair_create": Route(
        OWNER,
        post=302,
        kwargs=_revoked,
        form=lambda _: {"acknowledgement": "I forgot it.", "what": "An hour of mine"},
    ),
    "promises:link_create": Route(OWNER, post=302, kwargs=_promise, form=_tie),
    "promises:link_delete": Route(
        OWNER,
        post=302,
        kwargs=lambda life: {"pk": life.promise.pk, "link": life.promise_link.pk},
    ),
    "promises:promise_move": Route(OWNER, post=302, kwargs=_renegotiate, form=_another_day),
    "promises:promise_report": Route(
        OWNER,
        post=302,
        kwargs=_released,
        form=lambda life: {"seq": str(life.promise.seq), "because": "forgiven"},
    ),
    "journal:entry_promise": Route(
        OWNER,
        get=200,
        post=302,
        kwargs=_entry,
        form=lambda life: {**_a_promise(life), "how": "offer"},
    ),
    # people
    "prompts:pack_list": Route(PERSON),
    "prompts:light_only": Route(PERSON, get=None, post=302, form=lambda _: {"light_only": "yes"}),
    "prompts:favourite_list": Route(PERSON),
    "prompts:aside_list": Route(PERSON),
    "prompts:pack_create": Route(PERSON, post=302, form=_about_a_pack),
    "prompts:pack_import": Route(PERSON, post=302, form=_pack_file),
    "prompts:pack_detail": Route(OWNER, kwargs=_pack),
    "prompts:pack_file": Route(OWNER, kwargs=_pack),
    "prompts:pack_setting": Route(
        OWNER, get=None, post=302, kwargs=_pack, form=lambda _: {"weight": "3"}
    ),
    "prompts:pack_edit": Route(OWNER, post=302, kwargs=_pack, form=_about_a_pack),
    "prompts:pack_delete": Route(OWNER, post=302, kwargs=_pack),
    "prompts:prompt_create": Route(OWNER, post=302, kwargs=_pack, form=_a_question),
    "prompts:prompt_detail": Route(OWNER, kwargs=_prompt),
    "prompts:prompt_edit": Route(OWNER, post=302, kwargs=_prompt, form=_a_question),
    "prompts:prompt_delete": Route(OWNER, post=302, kwargs=_prompt),
    "prompts:prompt_favourite": Route(
        OWNER, get=None, post=302, kwargs=_prompt, form=lambda _: {"favourite": "yes"}
    ),
    "prompts:prompt_aside": Route(
        OWNER, get=None, post=302, kwargs=_prompt, form=lambda _: {"aside": "yes"}
    ),
    "prompts:prompt_rest": Route(
        OWNER, get=None, post=302, kwargs=_prompt, form=lambda _: {"rest": "yes"}
    ),
    "people:person_list": Route(PERSON),
    "people:person_create": Route(PERSON, post=302, form=_about_somebody),
    "people:person_detail": Route(OWNER, kwargs=_person),
    "people:person_edit": Route(OWNER, post=302, kwargs=_person, form=_about_somebody),
    "people:person_delete": Route(OWNER, post=302, kwargs=_person),
    "people:person_heard": Route(OWNER, get=None, post=302, kwargs=_person),
    "people:person_snooze": Route(OWNER, get=None, post=302, kwargs=_person),
    "people:person_merge": Route(OWNER, post=302, kwargs=_person, form=_other_person),
    "people:merge_undo": Route(OWNER, get=None, post=302, kwargs=_merge),
    "people:concern_create": Route(OWNER, post=302, kwargs=_person, form=_their_words),
    "people:concern_edit": Route(OWNER, post=302, kwargs=_concern, form=_their_words),
    "people:concern_delete": Route(OWNER, post=302, kwargs=_concern),
    "people:contact_list": Route(OWNER, kwargs=_person),
    "people:contact_create": Route(OWNER, post=302, kwargs=_person, form=_heard),
    "people:contact_edit": Route(OWNER, post=302, kwargs=_contact, form=_heard),
    "people:contact_delete": Route(OWNER, post=302, kwargs=_contact),
    "people:date_create": Route(OWNER, post=302, kwargs=_person, form=_day_of_theirs),
    "people:date_edit": Route(OWNER, post=302, kwargs=_date, form=_day_of_theirs),
    "people:date_delete": Route(OWNER, post=302, kwargs=_date),
    "people:circle_list": Route(PERSON),
    "people:circle_create": Route(PERSON, post=302, form=_about_a_circle),
    "people:circle_edit": Route(OWNER, post=302, kwargs=_circle, form=_about_a_circle),
    "people:circle_delete": Route(OWNER, post=302, kwargs=_circle),
    "people:import_create": Route(PERSON, post=302, form=_card_file),
    "people:import_detail": Route(OWNER, post=302, kwargs=_cards),
    # cares
    "cares:care_list": Route(PERSON),
    "cares:care_touched": Route(PERSON),
    "cares:care_create": Route(PERSON, post=302, form=_a_care),
    "cares:care_detail": Route(OWNER, kwargs=_care),
    "cares:care_edit": Route(OWNER, post=302, kwargs=_care, form=_a_version),
    "cares:care_fix": Route(OWNER, post=302, kwargs=_care, form=lambda _: {"text": "So."}),
    "cares:care_hold": Route(OWNER, get=None, post=302, kwargs=_care),
    "cares:care_rest": Route(OWNER, post=302, kwargs=_care, form=lambda _: {"note": "Enough."}),
    "cares:care_rename": Route(OWNER, post=302, kwargs=_care, form=lambda _: {"label": "Doors"}),
    "cares:care_split": Route(OWNER, post=302, kwargs=_care, form=_two_cares),
    "cares:care_merge": Route(OWNER, post=302, kwargs=_care, form=_with_another_care),
    "cares:care_delete": Route(OWNER, post=302, kwargs=_care),
    "cares:care_take_back": Route(
        OWNER, get=None, post=302, kwargs=lambda life: {"pk": life.care_let_go.pk}
    ),
    # what matters: cards, choices, parts of a life
    "values:card_list": Route(PERSON),
    "values:card_create": Route(PERSON, post=302, form=_a_card),
    "values:card_edit": Route(OWNER, post=302, kwargs=_own_card, form=_a_card),
    "values:card_delete": Route(OWNER, post=302, kwargs=_own_card),
    "values:card_restore": Route(OWNER, get=None, post=302, kwargs=_own_card),
    "values:sort_list": Route(PERSON),
    "values:sort_create": Route(PERSON, post=302, form=lambda _: {"subset": "first"}),
    "values:sort_detail": Route(OWNER, kwargs=_sort),
    "values:sort_place": Route(
        OWNER, get=None, post=302, kwargs=_sort, form=lambda _: {"card": "order", "pile": "2"}
    ),
    "values:sort_ten": Route(
        OWNER,
        post=302,
        kwargs=lambda life: {"pk": life.sort.pk, "number": 1},
        form=lambda life: {str(life.own_card.pk): "3"},
    ),
    "values:sort_top": Route(OWNER, post=302, kwargs=_sort, form=lambda _: {"place": "fill"}),
    "values:sort_finish": Route(OWNER, post=302, kwargs=_sort),
    "values:sort_delete": Route(OWNER, post=302, kwargs=_sort),
    "values:sort_restore": Route(
        OWNER, get=None, post=302, kwargs=lambda life: {"pk": life.thrown_sort.pk}
    ),
    "values:sort_compare": Route(OWNER, kwargs=_two_sorts),
    "values:run_list": Route(PERSON),
    "values:run_create": Route(PERSON, post=302, form=lambda _: {"kind": "short"}),
    "values:run_detail": Route(OWNER, kwargs=_run),
    "values:run_choose": Route(OWNER, get=None, post=302, kwargs=_run, form=_a_choice),
    "values:run_undo": Route(OWNER, get=None, post=302, kwargs=_run, form=_last_choice),
    "values:run_finish": Route(OWNER, get=None, post=302, kwargs=_run),
    "values:run_compare": Route(OWNER, kwargs=_two_runs),
    "values:check_list": Route(PERSON),
    "values:check_create": Route(PERSON, post=302, form=_marks),
    "values:check_detail": Route(OWNER, kwargs=_check),
    "values:check_edit": Route(OWNER, post=302, kwargs=_check, form=_marks),
    "values:check_delete": Route(OWNER, post=302, kwargs=_check),
    "values:domain_list": Route(PERSON),
    "values:domain_begin": Route(PERSON, post=302, form=lambda _: {"domains": ["work", "play"]}),
    "values:domain_create": Route(PERSON, post=302, form=lambda _: {"name": "The choir"}),
    "values:domain_edit": Route(OWNER, post=302, kwargs=_domain, form=lambda _: {"name": "Choir"}),
    "values:domain_delete": Route(OWNER, post=302, kwargs=_domain),
    "values:domain_restore": Route(OWNER, get=None, post=302, kwargs=_domain),
    # sittings
    "sittings:sitting_list": Route(PERSON),
    "sittings:sitting_past": Route(PERSON),
    "sittings:stuck": Route(PERSON, get=302),
    "sittings:sitting_begin": Route(PERSON, post=302, kwargs=lambda _: {"key": "stuck"}),
    "sittings:own_copy": Route(PERSON, get=None, post=302, kwargs=lambda _: {"key": "stuck"}),
    "sittings:own_create": Route(PERSON, post=302, form=_a_session),
    "sittings:own_edit": Route(OWNER, post=302, kwargs=_own, form=_a_session),
    "sittings:own_delete": Route(OWNER, post=302, kwargs=_own),
    "sittings:own_step_create": Route(OWNER, post=302, kwargs=_own, form=_a_step),
    "sittings:own_step_edit": Route(OWNER, post=302, kwargs=_own_step, form=_a_step),
    "sittings:own_step_delete": Route(OWNER, post=302, kwargs=_own_step),
    "sittings:own_step_move": Route(
        OWNER, get=None, post=302, kwargs=_own_step, form=lambda _: {"to": "up"}
    ),
    "sittings:sitting_detail": Route(OWNER, kwargs=lambda life: {"pk": life.sitting_ended.pk}),
    "sittings:step_edit": Route(OWNER, post=302, kwargs=_step, form=_an_answer),
    "sittings:sitting_end": Route(
        OWNER, post=302, kwargs=_sitting, form=lambda _: {"title": "Stuck"}
    ),
    "sittings:sitting_let_go": Route(OWNER, post=302, kwargs=_sitting),
    "sittings:sitting_take_up": Route(
        OWNER, get=None, post=302, kwargs=lambda life: {"pk": life.sitting_let_go.pk}
    ),
    "sittings:sitting_delete": Route(
        OWNER, post=302, kwargs=lambda life: {"pk": life.sitting_ended.pk}
    ),
    "sittings:sitting_export": Route(OWNER, kwargs=lambda life: {"pk": life.sitting_ended.pk}),
    # promises, as their owner sees them
    "promises:invitation_list": Route(
        OWNER, post=302, kwargs=_offered, form=lambda _: {"purpose": "answer"}
    ),
    "promises:invitation_preview": Route(OWNER, kwargs=_offered),
    "promises:invitation_revoke": Route(OWNER, post=302, kwargs=_link_of_offered),
    # promises, as the other person does, who has a link and here none: 404 without its cookie
    "promise_links:link_open": Route(ANYBODY, get=303, kwargs=_signed),
    "promise_links:link_never": Route(ANYBODY, get=303, post=204, kwargs=_signed),
    "promise_links:promise_answer": Route(ANYBODY, get=404, post=404, kwargs=_link),
    "promise_links:letters_refuse": Route(ANYBODY, get=404, post=404, kwargs=_link),
    "promise_links:words_erase": Route(ANYBODY, get=404, post=404, kwargs=_link),
    "promise_links:farewell": Route(ANYBODY, kwargs=lambda _: {"what": "erased"}),
    # capture
    "capture:token_list": Route(PERSON),
    "capture:token_create": Route(PERSON, post=200, sudo=BOTH, form=_new_token),
    "capture:token_revoke": Route(OWNER, post=302, kwargs=_token),
    "capture:mail_in": Route(PERSON),
    # No mail arrives in the tests; tests/capture/test_mail_in.py makes it arrive.
    "capture:mail_in_make": Route(PERSON, get=None, post=404, sudo=("POST",)),
    "capture:mail_in_turn_off": Route(PERSON, get=None, post=302),
    # Only a device sends this form, and says so; tests/capture/test_sharing.py is one.
    "share:share": Route(PERSON, get=None, post=403),
    # taking a journal along
    "transfer:export_list": Route(PERSON, post=302, sudo=("POST",), form=_an_export),
    "transfer:export_detail": Route(OWNER, kwargs=_export),
    "transfer:export_stop": Route(OWNER, get=None, post=302, kwargs=_export),
    "transfer:export_file": Route(OWNER, sudo=("GET",), kwargs=_export),
    "transfer:export_delete": Route(OWNER, post=302, kwargs=_export),
    "transfer:check_list": Route(PERSON, post=302, form=_archive),
    "transfer:check_detail": Route(OWNER, kwargs=_archive_check),
    "transfer:check_stop": Route(OWNER, get=None, post=302, kwargs=_archive_check),
    "transfer:import_list": Route(PERSON, post=302, form=_a_file),
    "transfer:import_detail": Route(OWNER, kwargs=_upload),
    "transfer:import_read": Route(OWNER, get=None, post=302, kwargs=_upload, form=_how_to_read),
    "transfer:import_apply": Route(OWNER, get=None, post=302, kwargs=_upload),
    "transfer:import_undo": Route(OWNER, post=302, kwargs=_came),
    "transfer:import_stop": Route(OWNER, get=None, post=302, kwargs=_upload),
    "transfer:import_delete": Route(OWNER, post=302, kwargs=_upload),
    # accounts
    "accounts:settings": Route(PERSON, post=302, form=_settings),
    "accounts:welcome": Route(
        PERSON, post=302, form=lambda _: {"name": "Ana", "time_zone": "Europe/Vienna"}
    ),
    "accounts:device_list": Route(PERSON),
    "accounts:device_end_others": Route(PERSON, get=None, post=302, sudo=("POST",)),
    "accounts:device_end": Route(OWNER, get=None, post=302, sudo=("POST",), kwargs=_device),
    "accounts:activity": Route(PERSON),
    "accounts:account_delete": Route(PERSON, post=302, sudo=BOTH, form=_address),
    "accounts:account_keep": Route(PERSON, get=302, post=302),
    "accounts:mailbox": Route(ANYBODY),
    # allauth: the entrance, which leads on whoever is logged in
    "account_login": Route(ANYBODY, get=302, stranger=200, post=302),
    "account_signup": Route(ANYBODY, get=302, stranger=200, post=302),
    "account_signup_by_passkey": Route(ANYBODY, get=302, stranger=200, post=302),
    "account_request_login_code": Route(ANYBODY, get=302, stranger=200, post=302),
    "account_reset_password": Route(ANYBODY, post=302, form=_address),
    "account_password_reset_completed": Route(ANYBODY),
    "account_inactive": Route(ANYBODY),
    "account_logout": Route(ANYBODY, stranger=302, post=302),
    # allauth: pages on the way to somewhere, which lead back whoever is not on it
    "account_confirm_login_code": Route(ANYBODY, get=302, post=302),
    "account_confirm_password_reset_code": Route(ANYBODY, get=302, post=302),
    "account_complete_password_reset": Route(ANYBODY, get=302, post=302),
    "account_email_verification_sent": Route(ANYBODY, get=302, post=302),
    "mfa_authenticate": Route(ANYBODY, get=302, post=302),
    "mfa_login_webauthn": Route(ANYBODY, get=302, post=302),
    "mfa_signup_webauthn": Route(ANYBODY, get=302, post=302),
    # allauth: the account; a form with a wrong code or none is sent back
    "account_reauthenticate": Route(PERSON, post=302, form=_password),
    "account_email": Route(PERSON, post=302, sudo=("POST",), form=_other_address),
    "account_change_password": Route(PERSON, post=302, form=_passwords),
    "account_set_password": Route(PERSON, get=302, post=302, sudo=BOTH),
    "mfa_index": Route(PERSON),
    "mfa_reauthenticate": Route(PERSON, post=422, form=lambda _: {"code": "000000"}),
    "mfa_reauthenticate_webauthn": Route(PERSON, post=302, form=lambda _: {"credential": "{}"}),
    "mfa_activate_totp": Route(PERSON, get=302, post=302, sudo=BOTH),
    "mfa_deactivate_totp": Route(PERSON, post=302, sudo=BOTH),
    "mfa_view_recovery_codes": Route(PERSON, sudo=("GET",)),
    "mfa_generate_recovery_codes": Route(PERSON, post=302, sudo=BOTH),
    "mfa_download_recovery_codes": Route(PERSON, sudo=("GET",)),
    "mfa_list_webauthn": Route(PERSON),
    "mfa_add_webauthn": Route(
        PERSON, post=422, sudo=BOTH, form=lambda _: {"name": "Key", "credential": "{}"}
    ),
    "mfa_edit_webauthn": Route(
        OWNER, post=302, kwargs=_passkey, sudo=BOTH, form=lambda _: {"name": "Key"}
    ),
    "mfa_remove_webauthn": Route(OWNER, post=302, kwargs=_passkey, sudo=BOTH),
}


@dataclass(frozen=True)
class Operation:
    """What a method does at an address of the API: the scope it needs, and its good answer."""

    method: str
    scope: str
    status: int
    # Whether the address names a row, which is 404 for anybody else's token.
    owned: bool = False
    kwargs: Callable[[Life], dict[str, Any]] = _nothing
    query: str = ""
    body: Callable[[Life], Any] | None = None
    # A file that is sent as a form sends one, instead of a body.
    file: bytes = b""


def _entry_id(life: Life) -> dict[str, Any]:
    return {"entry_id": life.entry.pk}


def _attachment_id(life: Life) -> dict[str, Any]:
    return {"attachment_id": life.attachment.pk}


# The API, where nobody is logged in: tests/house/test_api.py asks for each of these.
API: dict[str, tuple[Operation, ...]] = {
    "api:entry_list": (
        Operation("GET", "read", 200, query="?body=true"),
        Operation("POST", "write", 201, body=lambda _: {"body": "Ana liked it. #release"}),
    ),
    "api:entry_detail": (
        Operation("GET", "read", 200, owned=True, kwargs=_entry_id),
        Operation(
            "PATCH",
            "write",
            200,
            owned=True,
            kwargs=_entry_id,
            body=lambda life: {"version": life.entry.version, "body": "Another text."},
        ),
        Operation("DELETE", "write", 204, owned=True, kwargs=_entry_id),
    ),
    "api:attachment_list": (
        Operation("GET", "read", 200, owned=True, kwargs=_entry_id),
        Operation("POST", "write", 201, owned=True, kwargs=_entry_id, file=b"What Ana said."),
    ),
    "api:attachment_detail": (Operation("GET", "read", 200, owned=True, kwargs=_attachment_id),),
    "api:search": (Operation("GET", "read", 200, query="?q=once+or+word"),),
    "api:tag_list": (Operation("GET", "read", 200),),
    "api:notebook_list": (Operation("GET", "read", 200),),
    "api:token_detail": (Operation("GET", "read", 200),),
}
# Addresses of the API that anybody may open, each with the reason.
API_OPEN = {
    "api:document_detail": "says how to ask, and nothing about anybody",
    "api:nothing": "whatever else is asked for: 404",
}
