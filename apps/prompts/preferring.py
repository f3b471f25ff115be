"""The small gestures: liking a question, setting it aside, letting it rest; how packs are asked.

Each says how it is to be, so that twice is once. Whose question it is was asked before; a question
of somebody else is refused by the database.
"""

from datetime import date, datetime, timedelta
from typing import Any

from apps.accounts.models import User
from apps.prompts.models import Pack, PackSetting, Preference, Prompt, Setting

REST = timedelta(weeks=4)


def like(owner: User, prompt: Prompt, *, liked: bool) -> Preference:
    """Make it a favourite or no favourite. What one likes is for oneself."""
    values: dict[str, Any] = {"favourite": liked}
    if liked:
        values["not_for_me_at"] = None
    return _prefer(owner, prompt, values)


def set_aside(owner: User, prompt: Prompt, *, at: datetime | None) -> Preference:
    """Not for me, since `at`; with None it is again. It is no favourite then."""
    values: dict[str, Any] = {"not_for_me_at": at}
    if at is not None:
        values["favourite"] = False
    return _prefer(owner, prompt, values)


def rest(owner: User, prompt: Prompt, *, until: date | None) -> Preference:
    """Not before this day; with None at any time."""
    return _prefer(owner, prompt, {"snoozed_until": until})


def set_pack(owner: User, pack: Pack, weight: int | None) -> PackSetting:
    """Ask from this pack with this weight, 0 to 3; with None not at all, the weight is kept."""
    values: dict[str, Any] = {"is_on": weight is not None}
    if weight is not None:
        values["weight"] = weight
    setting, _is_new = PackSetting.objects.for_user(owner).update_or_create(
        owner=owner, pack=pack, defaults=values
    )
    return setting


def keep_light(owner: User, *, light_only: bool) -> Setting:
    """Ask nothing heavy, or anything."""
    setting, _is_new = Setting.objects.for_user(owner).update_or_create(
        owner=owner, defaults={"light_only": light_only}
    )
    return setting


def _prefer(owner: User, prompt: Prompt, values: dict[str, Any]) -> Preference:
    preference, _is_new = Preference.objects.for_user(owner).update_or_create(
        owner=owner, prompt=prompt, defaults=values
    )
    return preference
