"""What promises do by themselves, every hour."""

from datetime import UTC, datetime

from django.conf import settings
from procrastinate.contrib.django import app

from apps.promises import clock, inviting, letters, planning


@app.periodic(cron="3 * * * *")
@app.task(queueing_lock="pass_time_over_promises", pass_context=False)
def pass_time_over_promises(timestamp: int) -> None:
    """Lapse, fall due, close unheard: whatever is due at `timestamp` (seconds, UTC)."""
    clock.pass_time(datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="1 * * * *")
@app.task(queueing_lock="plan_weeks_of_promises", pass_context=False)
def plan_weeks_of_promises(timestamp: int) -> None:
    """Freeze every week that has begun by `timestamp` (seconds, UTC)."""
    planning.plan_weeks(datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="33 * * * *")
@app.task(queueing_lock="promises.send_nudges", name="promises.send_nudges", pass_context=False)
def send_nudges(timestamp: int) -> None:
    """Remind whoever was written to from here, twice at most (seconds, UTC).

    While the secret key is being changed, also seal links with the new one.
    """
    letters.send_nudges(datetime.fromtimestamp(timestamp, UTC))
    if settings.SECRET_KEY_FALLBACKS:
        inviting.reseal_all()
