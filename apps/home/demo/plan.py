"""What every part of a made-up life is told."""

from dataclasses import dataclass
from datetime import date

from apps.accounts.models import User
from apps.home.demo.chance import Chance


@dataclass(frozen=True)
class Life:
    """Whose life, ending on which day, how many years and entries of it, and which of all lives."""

    owner: User
    today: date
    years: int
    entries: int
    seed: int

    @property
    def begins(self) -> date:
        """The first day that may be written about."""
        # Not the same day of the month: the 29th of February has none in most years.
        return self.today.replace(year=self.today.year - self.years, day=1)

    def chance(self, part: str) -> Chance:
        """The decisions of one part; they depend on the seed, the person and the part's name."""
        return Chance(self.seed, self.owner.email, part)
