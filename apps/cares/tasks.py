"""What the pages of cares do by themselves: letting those go that were let go of."""

from datetime import UTC, datetime

from procrastinate.contrib.django import app

from apps.cares import card_sorting, letting_go


@app.periodic(cron="47 3 * * *")
@app.task(queueing_lock="let_go_of_old_cares", pass_context=False)
def let_go_of_old_cares(timestamp: int) -> int:
    """Delete cares that were let go of 30 days ago. Returns how many."""
    return letting_go.forget_old(datetime.fromtimestamp(timestamp, UTC))


@app.periodic(cron="53 3 * * *")
@app.task(queueing_lock="forget_old_sorts", pass_context=False)
def forget_old_sorts(timestamp: int) -> int:
    """Delete sorts that were thrown away 30 days ago, with what was chosen from them."""
    return card_sorting.forget_old(datetime.fromtimestamp(timestamp, UTC))
