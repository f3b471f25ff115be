"""What people's pages do by themselves: letting go of what can no longer be taken back."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from apps.people import importing, merging


@app.periodic(cron="37 3 * * *")
@app.task(queueing_lock="let_go_of_old_merges", pass_context=False)
def let_go_of_old_merges(timestamp: int) -> int:
    """Delete how people were before they were merged, after 30 days. Returns how many merges."""
    return merging.forget_old(datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="41 * * * *")
@app.task(queueing_lock="let_go_of_old_cards", pass_context=False)
def let_go_of_old_cards(timestamp: int) -> int:
    """Delete what was read of files of cards a day ago. Returns how many files."""
    return importing.forget_old(datetime.fromtimestamp(timestamp, UTC))
