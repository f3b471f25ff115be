"""What promises do by themselves, every hour."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from apps.promises import clock, planning


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
