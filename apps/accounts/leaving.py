"""Deleting an account: asked for, dark for seven days in which it can be undone, then gone.

Gone means every row that belongs to the person, in small batches so that nobody else waits, their
files, their sessions, and what the job queue still holds for them.
"""

from datetime import datetime, timedelta
from graphlib import TopologicalSorter
from uuid import UUID

from allauth.account.models import EmailAddress
from django.apps import apps
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection, models, transaction
from django.db.models import functions
from django.http import HttpRequest
from django.utils import translation

from apps.accounts import events, limits, mail, sessions
from apps.accounts.models import DELETION_NOTICE, SecurityEvent, User
from apps.core.periods import zone
from apps.core.templatetags.core import moment

BATCH = 1_000
# Where the storage keeps the ids of accounts that are gone, a file each: outside the database, so
# that a backup of it which still knows them does not bring them back (docs/backups.md).
REMOVED = "removed"
UNCONFIRMED_KEPT = timedelta(days=7)


@transaction.atomic
def ask(user: User, request: HttpRequest, now: datetime) -> None:
    """Close the account now; it goes for good in DELETION_NOTICE. Asking again changes nothing."""
    asked = User.objects.filter(pk=user.pk, deletion_asked_at=None).update(deletion_asked_at=now)
    user.refresh_from_db(fields=["deletion_asked_at"])
    if not asked:
        return
    events.record(SecurityEvent.Kind.DELETION_ASKED, user, request, now)
    sessions.end_others(request, user)
    due = {"due": due_in_words(user)}
    mail.send_letter("deletion_asked", user, due, translation.get_language())


@transaction.atomic
def undo(user: User, request: HttpRequest, now: datetime) -> None:
    """Open the account again, with all that is in it."""
    User.objects.filter(pk=user.pk).update(deletion_asked_at=None)
    user.deletion_asked_at = None
    events.record(SecurityEvent.Kind.DELETION_UNDONE, user, request, now)
    mail.send_letter("deletion_undone", user, {}, translation.get_language())


def due_in_words(user: User) -> str:
    """The day and time at which the account goes, by the person's own clock and in their words."""
    if user.deletion_due_at is None:
        return ""
    wall = user.deletion_due_at.astimezone(zone(user.time_zone or "UTC")).replace(tzinfo=None)
    with translation.override(user.language or translation.get_language()):
        return moment(wall)


def remove_due(now: datetime) -> int:
    """Remove every account whose seven days are over; says how many."""
    due = User.objects.filter(deletion_asked_at__lte=now - DELETION_NOTICE)
    return sum(_remove_if_still_due(pk, now) for pk in due.values_list("pk", flat=True))


def remove_unconfirmed(now: datetime) -> int:
    """Remove sign-ups that nobody confirmed within a week: the address may not be theirs."""
    addresses = EmailAddress.objects.filter(user=models.OuterRef("pk"))
    waiting = User.objects.filter(
        models.Exists(addresses),
        ~models.Exists(addresses.filter(verified=True)),
        last_login=None,
        created_at__lt=now - UNCONFIRMED_KEPT,
    )
    found = list(waiting)
    for user in found:
        remove(user)
    return len(found)


def remove(user: User) -> None:
    """Delete all that is theirs, the account last, so that a crash is made good an hour later."""
    note_removed(str(user.pk))
    # Ledgers go with whoever is leaving, and with nobody else: their triggers look here.
    leaving = User.objects.filter(pk=user.pk, deletion_asked_at=None)
    leaving.update(deletion_asked_at=functions.Now())
    _delete_files(str(user.pk))
    addresses = EmailAddress.objects.filter(user=user).values_list("email", flat=True)
    mail.forget({user.email, *addresses})
    _forget_jobs(user)
    limits.forget(str(user.pk))
    for model, field in _deepest_first():
        _delete_in_batches(model, field, user)
    User.objects.filter(pk=user.pk).delete()


def note_removed(pk: str) -> None:
    """Remember that this account is gone, wherever a backup may come from."""
    name = f"{REMOVED}/{pk}"
    if not default_storage.exists(name):
        # Some storages keep no empty files.
        default_storage.save(name, ContentFile(b"gone\n"))


def removed() -> set[str]:
    """The ids of the accounts that are gone."""
    try:
        return set(default_storage.listdir(REMOVED)[1])
    except FileNotFoundError:
        return set()


def _delete_files(folder: str) -> None:
    """Delete all that the storage holds in a folder; raises what it raises, for the next hour."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for inner in folders:
        _delete_files(f"{folder}/{inner}")
    for name in names:
        default_storage.delete(f"{folder}/{name}")
    default_storage.delete(folder)


def _remove_if_still_due(pk: UUID, now: datetime) -> bool:
    user = User.objects.filter(pk=pk, deletion_asked_at__lte=now - DELETION_NOTICE).first()
    if user is None:
        return False
    remove(user)
    mail.send_letter("account_gone", user, {})
    return True


def _deepest_first() -> list[tuple[type[models.Model], str]]:
    """Every model that points at a person, with the field that does, whoever is pointed at last."""
    owners: dict[type[models.Model], str] = {}
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.concrete_fields:
            # Its owner comes first; whom else a row names may be nobody.
            if field.remote_field and field.remote_field.model is User:
                owners.setdefault(model, field.name)
    order: TopologicalSorter[type[models.Model]] = TopologicalSorter()
    for model in owners:
        order.add(model)
        for field in model._meta.concrete_fields:
            target = field.remote_field.model if field.remote_field else None
            if target in owners and target is not model:
                order.add(target, model)
    return [(model, owners[model]) for model in order.static_order()]


def _delete_in_batches(model: type[models.Model], field: str, user: User) -> None:
    rows = model._base_manager.filter(**{field: user})
    while batch := list(rows.values_list("pk", flat=True)[:BATCH]):
        model._base_manager.filter(pk__in=batch).delete()


def _forget_jobs(user: User) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE args ->> 'owner' = %s", [str(user.pk)])
