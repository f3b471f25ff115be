"""What rows must say together: what no field knows alone and no constraint asks, and pages rely on.

Of each table here, which of the rows that just came in do not hold together with what belongs to
them, and why. `importing` brings in the rest without them.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import Exists, F, OuterRef, QuerySet
from django.utils.translation import gettext as _

from apps.accounts.models import User
from apps.cares.models import Care, CareStatement
from apps.promises import replaying
from apps.promises.models import Amendment, Promise, Terms
from apps.prompts.models import Prompt, Wording
from apps.sittings.models import OwnSession
from apps.sittings.own import session_from, steps_of
from apps.sittings.sessions import Misread

# A row that does not hold, and the sentence that says why.
Loose = Iterator[tuple[UUID, str]]


def loose_promises(user: User, pks: Collection[UUID]) -> Loose:
    """Promises whose ledger says what cannot be. What their row says is made anew from it."""
    broken = set(replaying.made_again(user.pk, pks))
    ours = Promise.objects.for_user(user).filter(pk__in=pks)
    agreed = Terms.objects.filter(promise=OuterRef("pk"), number=OuterRef("agreed_version"))
    broken |= set(_pks(ours.exclude(agreed_version=None).exclude(Exists(agreed))))
    changes = Amendment.objects.filter(promise=OuterRef("pk"), status=Amendment.Status.OPEN)
    broken |= set(_pks(ours.exclude(amendment_by="").exclude(Exists(changes))))
    elsewhere = Amendment.objects.filter(promise__in=pks).exclude(terms__promise=F("promise"))
    broken |= set(elsewhere.values_list("promise", flat=True))
    for pk in broken:
        yield pk, _("Its ledger does not hold together.")


def loose_cares(user: User, pks: Collection[UUID]) -> Loose:
    """Cares without the words they have now."""
    words = CareStatement.objects.filter(care=OuterRef("pk"), version=OuterRef("version"))
    for pk in _pks(Care.objects.for_user(user).filter(pk__in=pks).exclude(Exists(words))):
        yield pk, _("The words of this care are missing.")


def loose_prompts(user: User, pks: Collection[UUID]) -> Loose:
    """Questions without words."""
    words = Wording.objects.filter(prompt=OuterRef("pk"), version=OuterRef("version"))
    for pk in _pks(Prompt.objects.for_user(user).filter(pk__in=pks).exclude(Exists(words))):
        yield pk, _("The words of this question are missing.")


def loose_sessions(user: User, pks: Collection[UUID]) -> Loose:
    """Sessions whose steps are no session."""
    for own in OwnSession.objects.for_user(user).filter(pk__in=pks):
        try:
            session_from(own, steps_of(own))
        except Misread:
            yield own.pk, _("Its steps do not hold together.")


HOLDING: Mapping[str, Callable[[User, Collection[UUID]], Loose]] = {
    "cares.Care": loose_cares,
    "promises.Promise": loose_promises,
    "prompts.Prompt": loose_prompts,
    "sittings.OwnSession": loose_sessions,
}


def _pks(rows: QuerySet[Any]) -> Iterable[UUID]:
    return rows.values_list("pk", flat=True)
