"""What the worker does for capturing by itself: letting go of what has been kept long enough."""

from datetime import UTC, datetime, timedelta

from django.conf import settings
from procrastinate.contrib.django import app

from apps.capture import addresses, once
from apps.capture.models import ReceivedMail

MAILS_KEPT = timedelta(days=30)


@app.periodic(cron="23 * * * *")
@app.task(name="capture.sweep", queue="accounts", lock="capture.sweep", pass_context=False)
def sweep(timestamp: int) -> None:
    """Delete keys of requests after a day and the notes of mails after a month (seconds, UTC).

    While the secret key is being changed, also seal addresses with the new one.
    """
    now = datetime.fromtimestamp(timestamp, UTC)
    once.forget_old(now)
    ReceivedMail.objects.filter(arrived_at__lt=now - MAILS_KEPT).delete()
    if settings.SECRET_KEY_FALLBACKS:
        addresses.reseal_all()
