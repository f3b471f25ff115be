"""What is sent along with files, and the words for what a picture shows."""

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django import forms

from apps.accounts.models import User
from apps.core.forms import OwnedForm, Words
from apps.core.models import new_id
from apps.core.periods import FIRST_DAY, LAST_DAY, is_zone
from apps.journal.drafting import Draft, Hand
from apps.journal.models import Attachment
from apps.journal.uploads import LONGEST_NOTE


class BeginningForm(forms.Form):
    """Files for an entry, which may still be a blank page: then they begin it.

    A page with a writer says its day, moment and writer, so that its first save goes on with the
    entry that the files have made. What is missing or makes no sense is that of this moment: no
    file is turned away because of it.
    """

    person = forms.UUIDField(required=False)
    id = forms.UUIDField(required=False)
    seconds = forms.IntegerField(required=False, min_value=0, max_value=LONGEST_NOTE)
    writer = forms.UUIDField(required=False)
    local_date = forms.CharField(required=False)
    occurred_at = forms.CharField(required=False)
    time_zone = forms.CharField(required=False)

    def __init__(self, *args: Any, user: User, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.now = user, now

    @property
    def attachment_id(self) -> UUID | None:
        """The id that the page has made for its one file."""
        return self.cleaned_data.get("id")

    @property
    def length(self) -> int | None:
        """How many seconds a recording has."""
        return self.cleaned_data.get("seconds")

    @property
    def draft(self) -> Draft:
        """An empty page of the day that was said, or of today."""
        zone = self.cleaned_data["time_zone"]
        return Draft(
            title="",
            body="",
            local_date=self._day or self.user.today(self.now),
            occurred_at=self._moment or self.now,
            time_zone=zone if is_zone(zone) else self.user.time_zone,
        )

    @property
    def hand(self) -> Hand:
        """The writer on whose page this happens."""
        writer: UUID | None = self.cleaned_data.get("writer")
        return Hand(writer or new_id(), None, 0)

    @property
    def _day(self) -> date | None:
        try:
            day = date.fromisoformat(self.cleaned_data["local_date"])
        except ValueError:
            return None
        return day if FIRST_DAY <= day <= LAST_DAY else None

    @property
    def _moment(self) -> datetime | None:
        try:
            moment = datetime.fromisoformat(self.cleaned_data["occurred_at"])
            if moment.tzinfo is None or not FIRST_DAY <= moment.date() <= LAST_DAY:
                return None
            return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            return None


class AltForm(OwnedForm):
    """What a picture shows, for whoever does not see it."""

    class Meta:
        model = Attachment
        fields = ["alt"]
        field_classes = {"alt": Words}

    def clean_alt(self) -> str:
        """In one line."""
        return " ".join(self.cleaned_data["alt"].split())
