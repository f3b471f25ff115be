"""What promises do by themselves, every hour."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from apps.promises import clock


@app.periodic(cron="3 * * * *")
@app.task(queueing_lock="pass_time_over_promises", pass_context=False)
def pass_time_over_promises(timestamp: int) -> None:
    """Lapse, fall due, close unheard: whatever is due at `timestamp` (seconds, UTC)."""
    clock.pass_time(datetime.fromtimestamp(timestamp, UTC))
