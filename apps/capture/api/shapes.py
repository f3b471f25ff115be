"""What the API takes and gives: the shapes of its documents, with examples.

The descriptions and examples are what the OpenAPI document says.
"""

from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID

from django.utils.translation import gettext as _
from ninja import Field, Schema
from pydantic import AfterValidator, AwareDatetime, BeforeValidator, ConfigDict, PlainSerializer

from apps.core.periods import FIRST_DAY, LAST_DAY, is_zone
from apps.core.text import clean
from apps.journal.models.entry import BODY_LENGTH, TITLE_LENGTH
from apps.journal.models.sorting import NAME_LENGTH

MOST_TAGS = 50


def _day(day: date) -> date:
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(_("Choose a day between the years 1000 and 2999."))
    return day


def _moment(instant: datetime) -> datetime:
    try:
        moment = instant.astimezone(UTC)
    except OverflowError:
        raise ValueError(_("Choose a day between the years 1000 and 2999.")) from None
    _day(moment.date())
    return moment


def _zone(name: str) -> str:
    if not is_zone(name):
        raise ValueError(_("This time zone is not known here."))
    return name


def _cleaned(text: Any) -> Any:
    return clean(text) if isinstance(text, str) else text


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


Day = Annotated[date, AfterValidator(_day)]
Moment = Annotated[AwareDatetime, AfterValidator(_moment)]
Instant = Annotated[datetime, PlainSerializer(_utc, return_type=str)]
Said = Annotated[str, BeforeValidator(_cleaned)]
Name = Annotated[str, BeforeValidator(_cleaned), Field(max_length=NAME_LENGTH, min_length=1)]
Title = Annotated[str, BeforeValidator(_cleaned), Field(max_length=TITLE_LENGTH)]
Body = Annotated[str, BeforeValidator(_cleaned), Field(max_length=BODY_LENGTH)]
Zone = Annotated[str, AfterValidator(_zone), Field(max_length=64)]
Step = Annotated[int, Field(ge=-2, le=2, strict=True)]
Tags = Annotated[list[Name], Field(max_length=MOST_TAGS)]

TITLE = "A title, or nothing."
BODY = "The text, in Markdown."
DAY = "The day it belongs to, as the person's own calendar has it. Never computed again."
MOMENT = "The moment it is about, in UTC."
ZONE = "The time zone the person was in, by its name in the IANA database."
MOOD = "From -2 (very low) to 2 (very good); null where it was not said."
ENERGY = "From -2 (drained) to 2 (full of it); null where it was not said."
NOTEBOOK = "The notebook it is in; null for the journal itself."
VERSION = "Grows with each change. Send it along when you change the entry."

AN_ID = "019aa2c5-7d1e-7a52-9a53-0a5d7f6f3a10"
A_NOTEBOOK = "019aa2c5-9b44-7c1f-8e0b-51f6f0d2b7c3"


class EntryIn(Schema):
    """An entry to be made. All it needs is a text, a title, a mood or an energy."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"body": "Ana liked the plan. #release"},
                {
                    "title": "The release",
                    "body": "We decided to wait a week.",
                    "local_date": "2026-11-20",
                    "mood": 1,
                    "tags": ["release"],
                },
            ]
        },
    )

    title: Title = Field("", description=TITLE)
    body: Body = Field("", description=BODY)
    local_date: Day | None = Field(
        None, description=f"{DAY} Without it: today, by the clock and night rule of the person."
    )
    occurred_at: Moment | None = Field(None, description=f"{MOMENT} Without it: now.")
    time_zone: Zone | None = Field(None, description=f"{ZONE} Without it: that of the settings.")
    mood: Step | None = Field(None, description=MOOD)
    energy: Step | None = Field(None, description=ENERGY)
    starred: bool = Field(False, description="Whether it has a star.")
    notebook: UUID | None = Field(None, description=NOTEBOOK)
    tags: Tags = Field(
        [], description="Tags beside those that the text names with #. New ones are made."
    )


def _unsaid(schema: dict[str, Any]) -> None:
    """What is not sent has no default: it stays as it is."""
    schema.pop("default", None)


class EntryChange(Schema):
    """What is to be different. What is not sent stays as it is."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"version": 3, "body": "We decided to wait two weeks."}]},
    )

    version: Annotated[int, Field(ge=1, le=2**31 - 1, strict=True)] | None = Field(
        None,
        description="The version your text grew from, unless `If-Match` says it. Needed for"
        " everything but `starred`, `notebook` and `tags`.",
        json_schema_extra=_unsaid,
    )
    title: Title = Field("", description=TITLE, json_schema_extra=_unsaid)
    body: Body = Field("", description=BODY, json_schema_extra=_unsaid)
    local_date: Day = Field(FIRST_DAY, description=DAY, json_schema_extra=_unsaid)
    mood: Step | None = Field(None, description=MOOD, json_schema_extra=_unsaid)
    energy: Step | None = Field(None, description=ENERGY, json_schema_extra=_unsaid)
    starred: bool = Field(False, description="Whether it has a star.", json_schema_extra=_unsaid)
    notebook: UUID | None = Field(None, description=NOTEBOOK, json_schema_extra=_unsaid)
    tags: Tags = Field(
        [],
        description="Exactly these tags beside those that the text names with #.",
        json_schema_extra=_unsaid,
    )


class Receipt(Schema):
    """What became of something that was sent. It repeats none of it."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "id": AN_ID,
                    "outcome": "created",
                    "version": 1,
                    "local_date": "2026-11-20",
                    "word_count": 5,
                    "saved_at": "2026-11-20T18:30:00Z",
                    "url": f"https://journal.example.org/journal/{AN_ID}/",
                }
            ]
        }
    )

    id: UUID = Field(description="The id of the entry.")
    outcome: str = Field(description="`created`, `changed` or `unchanged`.")
    version: int = Field(description=VERSION)
    local_date: date = Field(description=DAY)
    word_count: int = Field(description="How many words it has now.")
    saved_at: Instant = Field(description="When its text was saved last.")
    url: str = Field(description="Its page, for its owner to open in a browser.")


class EntryRow(Schema):
    """An entry as a list has it."""

    id: UUID
    title: str = Field(description=TITLE)
    local_date: date = Field(description=DAY)
    occurred_at: Instant = Field(description=MOMENT)
    time_zone: str = Field(description=ZONE)
    time_known: bool = Field(
        description="Whether the time of day is known; where it is not, `occurred_at` is noon."
    )
    mood: int | None = Field(description=MOOD)
    energy: int | None = Field(description=ENERGY)
    starred: bool
    notebook: UUID | None = Field(description=NOTEBOOK)
    tags: list[str] = Field(description="By name, whether typed in the text or picked.")
    word_count: int = Field(description="How many words it has.")
    version: int = Field(description=VERSION)
    saved_at: Instant = Field(description="When its text was saved last.")
    url: str = Field(description="Its page.")
    body: str | None = Field(None, description=f"{BODY} Only with `body=true`.")


class AttachmentRow(Schema):
    """A file that is attached to an entry."""

    id: UUID
    name: str = Field(description="What it is called.")
    kind: str = Field(description="Its media type, as its content says.")
    size: int = Field(description="In bytes.")
    url: str = Field(description="Where to fetch it, with the token.")


class AttachmentList(Schema):
    """The files of an entry."""

    attachments: list[AttachmentRow]


class EntryWhole(EntryRow):
    """An entry with its text."""

    body: str = Field(description=BODY)
    trashed_at: Instant | None = Field(description="When it was put into the trash, if it was.")


class EntryPage(Schema):
    """Some entries, newest first, and where the next ones are."""

    entries: list[EntryRow]
    next: str | None = Field(description="The address of what follows; null at the end.")


class Piece(Schema):
    """Some of a text, and whether it was looked for."""

    text: str
    found: bool


class FoundRow(EntryRow):
    """An entry that was found, with the part of it in which most of what was asked for stands."""

    excerpt: list[Piece]


class SearchProblem(Schema):
    """A piece of a search that was not understood, and why."""

    piece: str
    why: str


class SearchPage(Schema):
    """What was found, newest or best first."""

    understood: str = Field(description="The search in its plainest words.")
    problems: list[SearchProblem] = Field(
        description="What was not understood; the rest was looked for all the same."
    )
    count: int | None = Field(description="How many there are; null when there are very many.")
    entries: list[FoundRow]
    next: str | None = Field(description="The address of what follows; null at the end.")


class TagRow(Schema):
    """A tag."""

    id: UUID
    name: str
    entries: int = Field(description="How many entries have it.")


class TagList(Schema):
    """Every tag, by name."""

    tags: list[TagRow]


class NotebookRow(Schema):
    """A notebook."""

    id: UUID | None = Field(description="null for the journal itself, the first notebook.")
    name: str


class NotebookList(Schema):
    """Every notebook, the journal first."""

    notebooks: list[NotebookRow]


class TokenRow(Schema):
    """The token that asks."""

    name: str = Field(description="What its owner calls it.")
    scopes: list[str] = Field(description="`read`, `write` or both.")
    expires_at: Instant | None = Field(description="null for one that does not expire.")
    time_zone: str = Field(description="The time zone of its owner.")
    today: date = Field(description="The day it is for its owner.")


class FieldError(Schema):
    """A field that is not as it must be."""

    where: str
    what: str


class ProblemDocument(Schema):
    """Something that could not be done (RFC 9457): what happened, what was kept, what to do."""

    type: str = Field(description="A name for programs; it never changes.")
    title: str
    status: int
    detail: str = Field(description="Sentences for people, in the language of the token's owner.")
    errors: list[FieldError] | None = Field(None, description="With 422: which fields, and why.")
    version: int | None = Field(None, description="With 409: the version the entry has now.")
    scope: str | None = Field(None, description="With 403: the scope that is missing.")
