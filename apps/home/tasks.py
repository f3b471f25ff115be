"""What the product does by itself about a day."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from apps.home import questions


@app.periodic(cron="*/15 * * * *")
@app.task(queueing_lock="home.ask_everybody", name="home.ask_everybody", pass_context=False)
def ask_everybody(timestamp: int) -> None:
    """Keep the question of each day that has begun by `timestamp` (seconds, UTC)."""
    questions.ask_everybody(datetime.fromtimestamp(timestamp, UTC))
