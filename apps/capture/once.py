"""Doing what a request asks for once, however often it is sent: `Idempotency-Key`.

After draft-ietf-httpapi-idempotency-key-header: the same key with the same request is given the
same answer; with another request it is refused. The row of the key and what is done stand in one
transaction, so that of two that arrive together the second waits for the first, and a request that
came to nothing leaves its key free.
"""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from apps.accounts.models import User
from apps.capture.models import KeptAnswer

KEPT = timedelta(days=1)


class Reused(Exception):
    """The key stood for another request. Nothing was done."""


@dataclass(frozen=True)
class Answer:
    """A status and a document, and whether they were given before."""

    status: int
    document: dict[str, Any]
    is_repeated: bool = False


def fingerprint(*parts: object) -> str:
    """A short name for what was asked, the same for the same."""
    return hashlib.sha256(json.dumps(parts, sort_keys=True, default=str).encode()).hexdigest()


@transaction.atomic
def once(*, owner: User, key: str, asked: str, act: Callable[[], Answer]) -> Answer:
    """What `act` answers, or what it answered under this key. Without a key it always acts.

    `asked` is the fingerprint of the request. Raises Reused, and whatever `act` raises.
    """
    if not key:
        return act()
    row, is_new = KeptAnswer.objects.for_user(owner).get_or_create(
        owner=owner, key=key, defaults={"fingerprint": asked}
    )
    if is_new:
        answer = act()
        row.status, row.answer = answer.status, answer.document
        row.save(update_fields=["status", "answer"])
        return answer
    if row.fingerprint != asked:
        raise Reused
    return Answer(row.status, row.answer, is_repeated=True)


def forget_old(now: datetime) -> int:
    """Let keys go that are older than a day; says how many."""
    return KeptAnswer.objects.filter(created_at__lt=now - KEPT).delete()[0]
