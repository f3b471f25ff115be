"""How often something may be tried: counted in the database, so that all workers count together.

One statement counts and asks at once, so tries that arrive together cannot slip past each other;
its table has no write-ahead log (migration 0003). allauth keeps the limits of its own pages
(settings, ACCOUNT_RATE_LIMITS) in the shared cache.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import connection


@dataclass(frozen=True)
class Limit:
    """At most `amount` in each window of `seconds`."""

    amount: int
    seconds: int


LIMITS = {
    "save": Limit(120, 60),
    "attach": Limit(240, 60),
    # Of one person: what keeps the worker busy for minutes.
    "export": Limit(20, 3600),
    "check": Limit(20, 3600),
    "import": Limit(60, 3600),
    # Of one token; of one person's mail.
    "api": Limit(120, 60),
    "mail": Limit(60, 3600),
    # Of one network, links that lead nowhere (apps/promises/views/recipient.py).
    "link": Limit(60, 60),
    # Of one person, letters to others about promises.
    "letter": Limit(20, 3600),
}
LONGEST = timedelta(seconds=max(limit.seconds for limit in LIMITS.values()))


def is_over(name: str, who: str, now: datetime) -> bool:
    """Count one more try of `who` (the id of a person or token); say whether it is too many."""
    limit = LIMITS[name]
    window = int(now.timestamp()) // limit.seconds
    begins = datetime.fromtimestamp(window * limit.seconds, UTC)
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO accounts_trycount (name, who, window_began_at, tries)"
            " VALUES (%s, %s, %s, 1)"
            " ON CONFLICT (name, who) DO UPDATE SET"
            " tries = CASE WHEN accounts_trycount.window_began_at = excluded.window_began_at"
            " THEN accounts_trycount.tries + 1 ELSE 1 END,"
            " window_began_at = excluded.window_began_at"
            " RETURNING tries",
            [name, who, begins],
        )
        (tries,) = cursor.fetchone()
    return bool(tries > limit.amount)


def wait(name: str, now: datetime) -> int:
    """How many seconds are left of the window: when whoever was over may try again."""
    limit = LIMITS[name]
    return limit.seconds - int(now.timestamp()) % limit.seconds


def purge(now: datetime) -> None:
    """Delete counts of windows that are over, and what the shared cache keeps past its time."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_trycount WHERE window_began_at < %s", [now - LONGEST])
        cursor.execute("DELETE FROM cache WHERE expires < %s", [now])


def forget(who: str) -> None:
    """Delete the counts of somebody whose account goes."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM accounts_trycount WHERE who = %s", [who])
