"""How long somebody sat: from when a page was opened to its saves. No database.

A pause is none of it: where nothing was heard for longer than a rest, only that much is counted.
"""

from datetime import datetime, timedelta

REST = timedelta(minutes=10)


def spent(last_at: datetime, opened_at: datetime | None, now: datetime) -> int:
    """The seconds between the last save of a sitting, or the opening of its page, and now."""
    since = last_at if opened_at is None else max(last_at, min(opened_at, now))
    return int(max(timedelta(0), min(now - since, REST)).total_seconds())
