"""Second factors when the secret key changes: what a former key sealed is sealed anew.

Without this a former key could never be taken out of SECRET_KEY_FALLBACKS, and a key that leaked
would open every seed for ever (assurance O-1).
"""

from allauth.mfa.models import Authenticator
from django.db import transaction

from apps.accounts.keys import InvalidToken, is_newest, reseal

PURPOSE = "mfa"
# Where each kind keeps what is sealed; a passkey has no secret of ours.
SEALED = {Authenticator.Type.TOTP: "secret", Authenticator.Type.RECOVERY_CODES: "seed"}


def reseal_all() -> int:
    """Seal with the newest key what is sealed with a former one; says how many factors there were.

    What no key opens is left as it is: the key that does may be put back.
    """
    sealed = Authenticator.objects.filter(type__in=SEALED).values_list("pk", "type", "data")
    stale = [
        pk for pk, kind, data in sealed.iterator() if not is_newest(PURPOSE, data[SEALED[kind]])
    ]
    return sum(_reseal(pk) for pk in stale)


@transaction.atomic
def _reseal(pk: int) -> bool:
    # Locked, because a recovery code that is used meanwhile is noted in the same field.
    factor = Authenticator.objects.select_for_update().filter(pk=pk).first()
    if factor is None:
        return False
    field = SEALED[factor.type]
    try:
        factor.data[field] = reseal(PURPOSE, factor.data[field])
    except InvalidToken:
        return False
    factor.save(update_fields=["data"])
    return True
