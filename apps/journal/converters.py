"""Days, months and years in addresses: of the years the journal knows, and each a real one."""

from datetime import date

from apps.core.periods import Month

_YEAR = "[12][0-9]{3}"


class DayInAddress:
    """`2026-11-20`; a day that no calendar has is no address."""

    regex = f"{_YEAR}-[0-9]{{2}}-[0-9]{{2}}"

    def to_python(self, value: str) -> date:
        """The day. Raises ValueError for 30 February."""
        return date.fromisoformat(value)

    def to_url(self, value: date) -> str:
        """As in ISO 8601."""
        return value.isoformat()


class MonthInAddress:
    """`2026/11`; there is no thirteenth."""

    regex = f"{_YEAR}/(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> Month:
        """The month."""
        year, number = value.split("/")
        return Month(int(year), int(number))

    def to_url(self, value: Month) -> str:
        """Year and month, with two digits each month."""
        return f"{value.year:04}/{value.number:02}"


class YearInAddress:
    """`2026`."""

    regex = _YEAR

    def to_python(self, value: str) -> int:
        """The year."""
        return int(value)

    def to_url(self, value: int) -> str:
        """Four digits."""
        return f"{value:04}"
