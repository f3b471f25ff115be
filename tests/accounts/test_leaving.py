"""Deleting an account: asked twice, undone for a week, and then nothing is left anywhere."""

from datetime import date, timedelta

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts import leaving, limits, mail
from apps.accounts.models import SecurityEvent, Session, User
from apps.accounts.tasks import remove_accounts
from apps.capture.models import KeptAnswer, MailAddress, ReceivedMail
from apps.cares import stating
from apps.cares.models import SortedCard
from apps.journal.drafting import keep
from apps.journal.models import (
    Entry,
    EntryCare,
    EntryPerson,
    EntryPromise,
    EntryTag,
    EntryTemplate,
    EntryWords,
    Notebook,
    SavedSearch,
    Survey,
    Tag,
    TagAlias,
    Undoing,
    Unsettled,
)
from apps.people import cards, importing, merging
from apps.people.models import Card
from apps.prompts import preferring
from apps.prompts.models import Deck
from apps.transfer.models import Brought, Import, Origin, Outcome
from tests.accounts.doing import confirmed_client, is_logged_in, log_in, logged_in, make_member
from tests.factories import (
    NOW,
    make_archive_check,
    make_attachment,
    make_care,
    make_check,
    make_circle,
    make_concern,
    make_contact,
    make_date,
    make_ended_sitting,
    make_entry,
    make_export,
    make_highlight,
    make_own_card,
    make_own_session,
    make_person,
    make_run,
    make_serving,
    make_sort,
    make_thread,
    make_upload,
    make_user,
)
from tests.house.routes import make_token
from tests.promises.building import promises_of_all_kinds

WEEK = timedelta(days=7)
Kind = SecurityEvent.Kind


def with_a_life(user: User) -> User:
    """Something of theirs in every table that can have it, and a file."""
    person = make_person(user)
    entry = make_entry(user, body=f"With {person.name}.")
    keep(entry)
    make_entry(user, trashed_at=NOW)
    notebook = Notebook.objects.create(owner=user, name="Apart", key="apart")
    tag = Tag.objects.create(owner=user, name="Release", key="release")
    EntryTemplate.objects.create(owner=user, name="Friday")
    TagAlias.objects.create(owner=user, key="launch", tag=tag)
    Undoing.objects.create(owner=user, kind=Undoing.Kind.TAG_RENAMED, data={})
    Origin.objects.create(owner=user, table="journal.Entry", was=entry.pk, became=entry.pk)
    row = Import.objects.create(owner=user, source="jrnl", name="a", zone="UTC", begun_at=NOW)
    Outcome.objects.create(owner=user, part_of=row, position=1, result="created", entry=entry)
    Brought.objects.create(owner=user, entry=entry, source="jrnl", key="k", rest={"weather": 4.5})
    EntryTag.objects.create(owner=user, entry=entry, tag=tag)
    EntryPerson.objects.create(owner=user, entry=entry, person=person)
    make_attachment(entry)
    make_highlight(entry, person.name, note="More.")
    make_thread(user)
    promise = promises_of_all_kinds(user)["promise"]
    EntryPromise.objects.create(owner=user, entry=entry, promise=promise)
    make_circle(user, person)
    make_concern(person)
    make_contact(person)
    make_date(person)
    Card.objects.create(owner=user, person=person, uid="u")
    merging.merge(owner=user, kept=person.pk, gone=make_person(user).pk, now=NOW)
    importing.keep(owner=user, found=cards.read(b"BEGIN:VCARD\nFN:Ana\nEND:VCARD\n"))
    Survey.objects.create(owner=user, waiting=1)
    EntryWords.objects.create(owner=user, entry=entry, version=1, vector="'with':1")
    Unsettled.objects.get_or_create(owner=user, entry=entry)
    SavedSearch.objects.create(owner=user, name="Releases", query="tag:release")
    question = make_serving(user).prompt
    preferring.like(user, question, liked=True)
    preferring.set_pack(user, question.pack, 2)
    preferring.keep_light(user, light_only=True)
    Deck.objects.create(owner=user, pack=question.pack, remaining=[question.pk])
    make_entry(user, question=make_serving(user, local_date=date(2020, 1, 1)).pk)
    care = make_care(user)
    stating.still_holds(owner=user, care=care.pk, now=NOW + WEEK)
    EntryCare.objects.create(owner=user, entry=entry, care=care)
    _what_matters(user)
    make_ended_sitting(user)
    make_own_session(user)
    make_token(user)
    KeptAnswer.objects.create(owner=user, key="k", fingerprint="f")
    MailAddress.objects.create(owner=user, digest=str(user.pk)[:32], sealed="x")
    ReceivedMail.objects.create(
        owner=user, digest="d", arrived_at=NOW, outcome="kept", sender=user.email, entry=entry
    )
    make_export(user)
    make_archive_check(user)
    make_upload(user)
    make_entry(user)
    Entry.objects.filter(owner=user).exclude(pk=entry.pk).update(notebook=notebook, answers=entry)
    EmailAddress.objects.get_or_create(user=user, email=user.email, verified=True, primary=True)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    logged_in_client = Client()
    logged_in_client.force_login(user)
    SecurityEvent.objects.create(owner=user, kind=Kind.LOGGED_IN, happened_at=NOW)
    limits.is_over("save", str(user.pk), NOW)
    folder = settings.MEDIA_ROOT / str(user.pk)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "photo.jpg").write_bytes(b"x")
    return user


def _what_matters(user: User) -> None:
    """Cards of their own, a sort, a run of choices, domains and a check."""
    own_card, sort = make_own_card(user), make_sort(user, finished=True)
    begun = make_sort(user)
    SortedCard.objects.create(owner=user, sort=begun, own_card=own_card, pile=1, placed_at=NOW)
    make_run(sort, 1)
    make_check(user, (5, 5))


def tables_of_people() -> list[tuple[str, str]]:
    """Every table that says whose its rows are, by what the database itself says."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.columns"
            " WHERE table_schema = current_schema AND column_name IN ('owner_id', 'user_id')"
            " ORDER BY table_name"
        )
        return list(cursor.fetchall())


def rows_of(user: User) -> dict[str, int]:
    """How many rows of each such table are theirs."""
    counts = {}
    with connection.cursor() as cursor:
        for table, column in tables_of_people():
            cursor.execute(f'SELECT count(*) FROM "{table}" WHERE "{column}" = %s', [user.pk])  # noqa: S608
            counts[table] = cursor.fetchone()[0]
    return counts


def mentions(word: str) -> list[str]:
    """Every table in which this word stands anywhere."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema")
        found = []
        for (table,) in cursor.fetchall():
            statement = f'SELECT 1 FROM "{table}" t WHERE t::text LIKE %s LIMIT 1'  # noqa: S608
            cursor.execute(statement, [f"%{word}%"])
            if cursor.fetchone():
                found.append(table)
    return found


# --- asking ---------------------------------------------------------------------------------


def test_it_says_what_goes_before_it_asks(member: User) -> None:
    page = confirmed_client(member).get("/settings/delete/").content.decode()
    assert "For seven days" in page
    assert "35 days" in page


@pytest.mark.parametrize("typed", ["", "no", "bob@example.org", "mira@example.or"])
def test_it_wants_the_address_typed(member: User, typed: str) -> None:
    answer = confirmed_client(member).post("/settings/delete/", {"email": typed})
    assert answer.status_code == 422
    member.refresh_from_db()
    assert member.deletion_asked_at is None


def test_it_forgives_capitals_and_spaces(member: User) -> None:
    confirmed_client(member).post("/settings/delete/", {"email": " MIRA@example.org "})
    member.refresh_from_db()
    assert member.deletion_asked_at is not None


def test_it_is_noted_and_mailed(member: User, mailoutbox) -> None:
    confirmed_client(member).post("/settings/delete/", {"email": member.email})
    member.refresh_from_db()
    letter = mailoutbox[-1]
    assert letter.subject == "Your account is closed and will be deleted"
    assert leaving.due_in_words(member) in letter.body
    kinds = SecurityEvent.objects.for_user(member).values_list("kind", flat=True)
    assert Kind.DELETION_ASKED in kinds


def test_it_counts_from_the_first_time_it_was_asked(member: User, mailoutbox, rf) -> None:
    request = rf.get("/")
    request.user = member
    request.session = Client().session
    leaving.ask(member, request, NOW)
    leaving.ask(member, request, NOW + timedelta(days=3))
    assert member.deletion_asked_at == NOW
    assert len(mailoutbox) == 1


# --- undoing --------------------------------------------------------------------------------


def test_it_shows_the_way_back_after_logging_in(member: User) -> None:
    User.objects.filter(pk=member.pk).update(deletion_asked_at=timezone.now())
    client = Client()
    page = client.post(
        "/accounts/login/", {"login": member.email, "password": "a quiet morning"}, follow=True
    )
    assert page.redirect_chain[-1][0] == "/settings/keep/"
    assert "Keep my account after all" in page.content.decode()


def test_it_can_be_undone(member: User, mailoutbox) -> None:
    client = confirmed_client(member)
    entry = make_entry(member)
    client.post("/settings/delete/", {"email": member.email})
    answer = client.post("/settings/keep/")
    assert answer["Location"] == "/today/"
    assert client.get(entry.get_absolute_url()).status_code == 200
    assert mailoutbox[-1].subject == "Your account is open again"
    remove_accounts(int((timezone.now() + WEEK).timestamp()))
    assert User.objects.filter(pk=member.pk).exists()


def test_it_shows_no_way_back_to_whoever_did_not_ask(alice_client: Client) -> None:
    assert alice_client.get("/settings/keep/")["Location"] == "/settings/"


def test_it_can_be_logged_out_of(member: User) -> None:
    client = logged_in(member)
    User.objects.filter(pk=member.pk).update(deletion_asked_at=timezone.now())
    assert client.post("/accounts/logout/").status_code == 302
    assert not is_logged_in(client)


# --- gone -----------------------------------------------------------------------------------


def test_it_is_kept_for_seven_days(alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(deletion_asked_at=NOW)
    remove_accounts(int((NOW + WEEK).timestamp()) - 1)
    assert User.objects.filter(pk=alice.pk).exists()
    remove_accounts(int((NOW + WEEK).timestamp()))
    assert not User.objects.filter(pk=alice.pk).exists()


def test_it_leaves_neither_row_nor_name_nor_file(alice: User, bob: User, queue) -> None:
    with_a_life(alice)
    with_a_life(bob)
    mail.send_letter("deletion_undone", alice, {})
    theirs, others = rows_of(alice), rows_of(bob)
    # The control: each of these tables did hold something of theirs.
    assert {table for table, count in theirs.items() if count} == set(theirs)
    assert {"accounts_session", "account_emailaddress", "mfa_authenticator"} <= set(theirs)
    User.objects.filter(pk=alice.pk).update(deletion_asked_at=NOW)
    leaving.remove_due(NOW + WEEK)
    assert set(rows_of(alice).values()) == {0}
    assert rows_of(bob) == others
    for word in (str(alice.pk), alice.email, "Alice"):
        assert mentions(word) == [], word
    assert "people_person" in mentions(str(bob.pk))
    assert not (settings.MEDIA_ROOT / str(alice.pk)).exists()
    assert (settings.MEDIA_ROOT / str(bob.pk) / "photo.jpg").exists()


def test_it_takes_back_what_the_queue_holds(alice: User, bob: User, queue, mailoutbox) -> None:
    mail.send_letter("deletion_undone", alice, {})
    mail.send_letter("deletion_undone", bob, {})
    leaving.remove(alice)
    queue()
    assert [letter.to for letter in mailoutbox] == [[bob.email]]


def test_it_writes_one_last_time(alice: User, mailoutbox) -> None:
    User.objects.filter(pk=alice.pk).update(deletion_asked_at=NOW)
    leaving.remove_due(NOW + WEEK)
    assert [(letter.to, letter.subject) for letter in mailoutbox] == [
        ([alice.email], "Your account is deleted")
    ]


def test_it_lets_the_address_begin_anew(member: User) -> None:
    leaving.remove(member)
    assert log_in(Client(), member).status_code == 422
    assert make_member(email=member.email).pk != member.pk


def test_it_goes_in_batches(
    alice: User, monkeypatch, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _ in range(7):
        keep(make_entry(alice))
    monkeypatch.setattr(leaving, "BATCH", 3)
    with django_assert_max_num_queries(260) as queries:
        leaving.remove(alice)
    deleted = [
        query["sql"].count("'::uuid")
        for query in queries.captured_queries
        if query["sql"].startswith('DELETE FROM "journal_')
    ]
    assert deleted
    assert max(deleted) <= 3
    assert not Entry.objects.for_user(alice).exists()


def test_it_goes_on_where_a_crash_left_it(alice: User, monkeypatch) -> None:
    with_a_life(alice)
    User.objects.filter(pk=alice.pk).update(deletion_asked_at=NOW)
    steps = leaving._deepest_first()
    with monkeypatch.context() as broken:
        broken.setattr(leaving, "_deepest_first", lambda: [*steps[:2], ("crash", "here")])
        with pytest.raises(AttributeError):
            leaving.remove_due(NOW + WEEK)
    assert User.objects.filter(pk=alice.pk).exists()
    leaving.remove_due(NOW + WEEK)
    assert set(rows_of(alice).values()) == {0}


def test_it_deletes_what_points_before_what_is_pointed_at() -> None:
    order = [model for model, _ in leaving._deepest_first()]
    for model in order:
        for field in model._meta.concrete_fields:
            target = field.remote_field.model if field.remote_field else None
            if target in order and target is not model:
                assert order.index(model) < order.index(target)


# --- those who never arrived ----------------------------------------------------------------


def test_it_removes_sign_ups_that_nobody_confirmed(db) -> None:
    waiting, settled, plain = make_user(), make_user(), make_user()
    EmailAddress.objects.create(user=waiting, email=waiting.email)
    EmailAddress.objects.create(user=settled, email=settled.email, verified=True)
    now = timezone.now()
    assert leaving.remove_unconfirmed(now + timedelta(days=6)) == 0
    assert leaving.remove_unconfirmed(now + timedelta(days=8)) == 1
    assert set(User.objects.all()) == {settled, plain}


def test_it_leaves_no_session_of_theirs(member: User) -> None:
    client = logged_in(member)
    leaving.remove(member)
    assert not is_logged_in(client)
    assert not Session.objects.exclude(owner=None).exists()
