"""How a sitting begins, and how it is let go."""

from datetime import datetime

from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.people.models import Person
from apps.promises.models import Promise
from apps.sittings.models import OwnSession, Sitting
from apps.sittings.sessions import Session


def begin(
    *,
    owner: User,
    session: Session,
    promise: Promise | None = None,
    person: Person | None = None,
    now: datetime,
) -> Sitting:
    """A sitting of this session, on the day it is for its owner."""
    return Sitting.objects.create(
        owner=owner,
        session_key=session.key,
        session_version=session.version,
        name=str(session)[:200] or _("A sitting"),
        own=_own(owner, session),
        promise=promise,
        person=person,
        began_at=now,
        last_at=now,
        local_date=owner.today(now),
        time_zone=owner.time_zone or "UTC",
    )


def let_go(sitting: Sitting, now: datetime) -> None:
    """Go no further with it. What was written stays with it, and it can be taken up again."""
    open_ones = Sitting.objects.for_user(sitting.owner).filter(pk=sitting.pk, state="open")
    open_ones.update(state=Sitting.State.LET_GO, ended_at=now)


def take_up(sitting: Sitting) -> None:
    """Go on with one that was let go."""
    gone = Sitting.objects.for_user(sitting.owner).filter(pk=sitting.pk, state="let_go")
    gone.update(state=Sitting.State.OPEN, ended_at=None)


def _own(owner: User, session: Session) -> OwnSession | None:
    if not session.is_own:
        return None
    return OwnSession.objects.for_user(owner).filter(pk=session.key.removeprefix("own-")).first()
