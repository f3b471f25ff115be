"""What takes longer than a page may, and so is done by the job queue."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class State(models.TextChoices):
    """How far something is that takes longer than a page may."""

    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Under way")
    READY = "ready", _("Ready")
    FAILED = "failed", _("Not made")
    OFF = "off", _("Called off")


OPEN = (State.WAITING, State.RUNNING)


def rules(name: str, ready: models.Q, not_ready: models.Q) -> list[models.BaseConstraint]:
    """What always holds of such a row: what each state has, and what it has not."""
    is_ready, is_failed = models.Q(state=State.READY), models.Q(state=State.FAILED)
    begun = models.Q(begun_at__isnull=False, run__gt=0)
    return [
        models.CheckConstraint(condition=models.Q(state__in=State.values), name=f"{name}_state"),
        models.CheckConstraint(
            condition=~models.Q(state__in=[State.RUNNING, State.READY]) | begun,
            name=f"{name}_begun",
        ),
        models.CheckConstraint(
            condition=(is_ready & ready) | (~is_ready & not_ready), name=f"{name}_ready"
        ),
        models.CheckConstraint(
            condition=(is_failed & ~models.Q(reason="")) | (~is_failed & models.Q(reason="")),
            name=f"{name}_reason",
        ),
    ]


class Work:
    """What can be said of a row that the job queue works at. How far that is, its fields say.

    `run` counts how often it was begun, and whoever works at it writes only while that is the run
    they began. `done` of `total` is what is told meanwhile; a row that failed has a `reason`; `key`
    is where its file lies, as long as there is one.
    """

    state: Any

    @property
    def is_waiting(self) -> bool:
        """Whether nobody has begun with it."""
        return self.state == State.WAITING

    @property
    def is_open(self) -> bool:
        """Whether it is still to be done."""
        return self.state in OPEN

    @property
    def is_ready(self) -> bool:
        """Whether it came to its end, and something came of it."""
        return self.state == State.READY

    @property
    def has_failed(self) -> bool:
        """Whether it came to no good end."""
        return self.state == State.FAILED

    @property
    def is_off(self) -> bool:
        """Whether its owner wants it no more."""
        return self.state == State.OFF
