"""Sessions in the database that know whose they are, how old they are, and where they began.

Knowing the owner makes a list of devices, "sign out everywhere" and deleting an account one query
each. A session ends after SESSION_COOKIE_AGE without a visit, and after SESSION_ABSOLUTE_AGE at the
latest: both are in its `expire_date`, so a session that is too old is simply not found.
"""

from datetime import datetime, timedelta
from typing import Any, cast
from uuid import UUID

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest
from django.utils import timezone

from apps.accounts.models import Session, User
from apps.core.models import new_id

RENEWED_EVERY = timedelta(days=1)


class SessionStore(DatabaseStore):
    """What Django's middleware and allauth read and write (settings, SESSION_ENGINE)."""

    id: UUID
    id_belongs_to: str | None
    began_at: datetime | None
    expires_at: datetime | None
    network: str
    device: str

    def __init__(self, session_key: str | None = None) -> None:
        super().__init__(session_key)
        self._forget()

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """The model of a row."""
        return Session

    def begin(self, *, now: datetime, network: str, device: str) -> None:
        """Somebody has just logged in: count the age from now, and remember where it was."""
        self.began_at, self.network, self.device = now, network, device
        self.modified = True

    def renew(self, now: datetime) -> None:
        """Let the idle time start again; costs a write only when a day of it has passed."""
        if self.expires_at and self._last_moment(now) - self.expires_at >= RENEWED_EVERY:
            self.modified = True

    def flush(self) -> None:
        """Forget everything, and the browser with it."""
        super().flush()
        self._forget()

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """The row as it will be written."""
        row = cast(Session, super().create_model_instance(data))
        if self.id_belongs_to != row.session_key:
            self.id, self.id_belongs_to = new_id(), row.session_key
        now = timezone.now()
        self.began_at = self.began_at or now
        row.id = self.id
        row.owner_id = data.get(SESSION_KEY)
        row.began_at, row.seen_at = self.began_at, now
        row.network, row.device = self.network, self.device
        row.expire_date = min(row.expire_date, self._last_moment(now))
        return row

    def _get_session_from_db(self) -> Session | None:
        row: Session | None = super()._get_session_from_db()  # type: ignore[misc]
        if row:
            self.id, self.id_belongs_to = row.id, row.session_key
            self.began_at, self.expires_at = row.began_at, row.expire_date
            self.network, self.device = row.network, row.device
        return row

    def _last_moment(self, now: datetime) -> datetime:
        idle = now + timedelta(seconds=settings.SESSION_COOKIE_AGE)
        began_at = self.began_at or now
        return min(idle, began_at + timedelta(seconds=settings.SESSION_ABSOLUTE_AGE))

    def _forget(self) -> None:
        self.id = new_id()
        self.id_belongs_to = self.began_at = self.expires_at = None
        self.network = ""
        self.device = ""


def begin(request: HttpRequest, *, now: datetime, network: str, device: str) -> None:
    """Somebody has just logged in: the session's age counts from now."""
    _store(request).begin(now=now, network=network, device=device)


def renew(request: HttpRequest, now: datetime) -> None:
    """Let the idle time of the session start again, at most once a day."""
    _store(request).renew(now)


def rotate(request: HttpRequest) -> None:
    """Give the session a new key, so that one that was overheard is worth nothing from here on."""
    request.session.cycle_key()


def end_others(request: HttpRequest, user: User) -> int:
    """End the sessions of this person but the one that asks; says how many."""
    others = Session.objects.filter(owner=user)
    if request.user == user:
        others = others.exclude(session_key=request.session.session_key)
    return others.delete()[0]


def _store(request: HttpRequest) -> SessionStore:
    return cast(SessionStore, request.session)
