"""What the worker does for accounts by itself."""

from datetime import UTC, datetime

from django.conf import settings
from procrastinate.contrib.django import app

from apps.accounts import events, factors, leaving, limits, mail
from apps.accounts.sessions import SessionStore

# The worker finds `deliver`, which lives with the mail, by its import here.
__all__ = ["remove_accounts", "sweep"]


@app.periodic(cron="11 * * * *")
@app.task(name="accounts.remove_accounts", queue="accounts", lock="accounts.remove_accounts")
def remove_accounts(timestamp: int) -> None:
    """Remove the accounts whose time to undo is over, and sign-ups that were never confirmed."""
    now = datetime.fromtimestamp(timestamp, UTC)
    leaving.remove_due(now)
    leaving.remove_unconfirmed(now)


@app.periodic(cron="41 * * * *")
@app.task(name="accounts.sweep", queue="accounts", lock="accounts.sweep")
def sweep(timestamp: int) -> None:
    """Delete what has been kept for as long as it may be (docs/accounts.md has the list).

    While the secret key is being changed, also seal second factors with the new one.
    """
    now = datetime.fromtimestamp(timestamp, UTC)
    SessionStore.clear_expired()
    events.purge(now)
    limits.purge(now)
    mail.purge(now)
    if settings.SECRET_KEY_FALLBACKS:
        factors.reseal_all()
