"""Reading: all packs with how they are asked, the questions of one, what is found, what is kept."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Self, TypeVar
from uuid import UUID

from django.db.models import Count, F, Model, Q, QuerySet
from django.http import Http404
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from apps.accounts.models import User
from apps.core.shipped import FIRST_LANGUAGE
from apps.prompts.models import Pack, PackSetting, Preference, Prompt, Setting, Wording
from apps.prompts.models.prompt import PromptQuerySet, worded_in

MOST_FOUND = 60
MOST_WORDS = 8
# So many earlier versions are shown on the page of a question.
EARLIER = 20
OFF = "off"

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True)
class OnShelf:
    """A pack, how many questions are in it, and how somebody wants to be asked from it."""

    pack: Pack
    count: int
    setting: PackSetting

    @property
    def choices(self) -> list[tuple[str, Any, bool]]:
        """What may be set: the value, its words, and whether it is so now."""
        return [
            (OFF, _("never"), not self.setting.is_on),
            *(
                (str(value), label, self.setting.is_on and self.setting.weight == value)
                for value, label in PackSetting.Weight.choices
            ),
        ]


@dataclass(frozen=True)
class Shelf:
    """All packs of a person: their own, those for any day, and those that sittings ask from."""

    own: list[OnShelf]
    daily: list[OnShelf]
    sittings: list[OnShelf]
    light_only: bool


@dataclass(frozen=True)
class Asked:
    """A question on a page, and what somebody thinks of it."""

    prompt: Prompt
    preference: Preference
    today: date

    @property
    def is_favourite(self) -> bool:
        """Whether they like it."""
        return self.preference.favourite

    @property
    def is_aside(self) -> bool:
        """Whether it is not for them."""
        return self.preference.not_for_me_at is not None

    @property
    def rests_until(self) -> date | None:
        """The day on which it may come again, while it rests."""
        return self.preference.snoozed_until if self.preference.is_resting(self.today) else None

    @classmethod
    def each(cls, user: User, prompts: Iterable[Prompt], today: date) -> list[Self]:
        """These questions, each with what this person thinks of it; one query."""
        rows = list(prompts)
        there = {
            preference.prompt_id: preference
            for preference in Preference.objects.for_user(user).filter(prompt__in=rows)
        }
        return [cls(row, there.get(row.pk) or Preference(prompt=row), today) for row in rows]


def shelf_of(user: User) -> Shelf:
    """Every pack there is for this person; three queries."""
    counted = Count("prompts", filter=Q(prompts__retired_on=None))
    packs = (
        Pack.objects.open_to(user)
        .filter(archived_at=None)
        .annotate(count=counted)
        .order_by("order", "created_at", "id")
    )
    settings = {setting.pack_id: setting for setting in PackSetting.objects.for_user(user)}
    rows = [
        OnShelf(pack, pack.count, settings.get(pack.pk) or PackSetting(pack=pack)) for pack in packs
    ]
    return Shelf(
        own=[row for row in rows if not row.pack.is_shipped],
        daily=[row for row in rows if row.pack.is_shipped and row.pack.kind == Pack.Kind.DAY],
        sittings=[row for row in rows if row.pack.kind != Pack.Kind.DAY],
        light_only=is_light_only(user),
    )


def is_light_only(user: User) -> bool:
    """Whether nothing heavy is to be asked."""
    return Setting.objects.for_user(user).filter(light_only=True).exists()


def on_shelf(user: User, pack: Pack, count: int) -> OnShelf:
    """One pack with how it is asked; one query."""
    setting = PackSetting.objects.for_user(user).filter(pack=pack).first()
    return OnShelf(pack, count, setting or PackSetting(pack=pack))


def open_pack(user: User, pk: UUID) -> Pack:
    """A pack that is shipped or this person's. Raises Http404 for any other."""
    return _first(Pack.objects.open_to(user).filter(pk=pk, archived_at=None))


def own_pack(user: User, pk: UUID) -> Pack:
    """A pack of this person's own. Raises Http404 for any other, what is shipped too."""
    return _first(Pack.objects.for_user(user).filter(pk=pk, archived_at=None))


def open_prompt(user: User, pk: UUID) -> Prompt:
    """A question that is shipped or this person's, with its words. Raises Http404 for any other.

    What is asked no more is still there, for what was answered.
    """
    return _first(worded().open_to(user).filter(pk=pk).select_related("pack"))


def own_prompt(user: User, pk: UUID) -> Prompt:
    """A question of this person's own that is still asked, with its words. Raises Http404."""
    rows = worded().current().filter(owner=user.pk, pk=pk)
    return _first(rows.select_related("pack"))


def prompts_of(pack: Pack) -> PromptQuerySet:
    """What is asked from a pack, in its order; two queries."""
    rows = worded().current().filter(owner=pack.owner_id, pack=pack)
    return rows.order_by("order", "id")


def earlier_wordings(prompt: Prompt) -> list[Wording]:
    """What a question said in its last EARLIER versions, the latest first."""
    rows = prompt.wordings.filter(version__lt=prompt.version, version__gte=prompt.version - EARLIER)
    rows = rows.order_by("-version", "language")
    by_version: dict[int, list[Wording]] = {}
    for row in rows:
        by_version.setdefault(row.version, []).append(row)
    return [worded_in(each, get_language()) for each in by_version.values()]


def found(user: User, text: str) -> list[Prompt]:
    """Questions that have a word beginning with each of these.

    They are looked for in the language of the page, and in what is somebody's own as it was
    written. One more than MOST_FOUND where there are more. Some thousand rows are looked at.
    """
    language = (get_language() or FIRST_LANGUAGE).split("-")[0]
    rows = Wording.objects.open_to(user).filter(
        Q(language=language) | Q(owner=user.pk),
        version=F("prompt__version"),
        prompt__retired_on=None,
        prompt__pack__archived_at=None,
    )
    for word in text.split()[:MOST_WORDS]:
        # A word is found by its beginning.
        pattern = (r"\m" if word[0].isalnum() else "") + re.escape(word)
        rows = rows.filter(Q(text__iregex=pattern) | Q(follow_up__iregex=pattern))
    ids = rows.order_by("prompt__pack__order", "prompt__order").values_list("prompt_id", flat=True)
    return _with_packs(user, list(ids[: MOST_FOUND + 1]))


def favourites(user: User) -> list[Prompt]:
    """What somebody likes, the latest first."""
    rows = Preference.objects.for_user(user).filter(favourite=True)
    return _with_packs(user, list(rows.order_by("-updated_at").values_list("prompt_id", flat=True)))


def set_aside(user: User, today: date) -> list[Prompt]:
    """What is not for somebody, and what rests, the latest first."""
    rows = Preference.objects.for_user(user).filter(
        Q(not_for_me_at__isnull=False) | Q(snoozed_until__gt=today)
    )
    return _with_packs(user, list(rows.order_by("-updated_at").values_list("prompt_id", flat=True)))


def worded() -> PromptQuerySet:
    """Questions with their words of today."""
    return Prompt.objects.with_wordings()


def _with_packs(user: User, ids: list[UUID]) -> list[Prompt]:
    rows = worded().open_to(user).current().filter(pk__in=ids).select_related("pack")
    there = {row.pk: row for row in rows}
    return [there[pk] for pk in ids if pk in there]


def _first(rows: QuerySet[Row]) -> Row:
    found = rows.first()
    if found is None:
        raise Http404
    return found
