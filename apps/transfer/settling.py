"""The settings of a person in an archive: how their days run, and how their pages look.

They come in where an account is still new: nothing is written in it, and nobody has chosen. Else
what is here stays, and is told.
"""

from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from apps.accounts.forms import SettingsForm
from apps.accounts.models import User
from apps.transfer.archive import Row

SETTINGS = tuple(SettingsForm.Meta.fields)


def settings_of(user: User) -> Row:
    """What somebody chose, as an archive holds it."""
    return {name: getattr(user, name) for name in SETTINGS}


def settle(user: User, said: Any, *, is_new: bool) -> list[str]:
    """Take over the settings of an archive where nobody has chosen yet; a sentence for each other.

    `is_new`: nothing is written in this account. What cannot be is not taken over either.
    """
    # Apart from the one that is here, which a trial must not change.
    form = SettingsForm(instance=User.objects.get(pk=user.pk))
    fresh, told, came = form.instance, [], []
    for name in SETTINGS:
        field = User._meta.get_field(name)
        here, there = getattr(fresh, name), said.get(name) if isinstance(said, dict) else None
        if there is None or there == here:
            continue
        if is_new and here == field.get_default() and _can_be(form, name, there):
            setattr(fresh, name, there)
            came.append(name)
        else:
            told.append(
                _("The setting “%(name)s” stays as it is here; the archive has another.")
                % {"name": form.fields[name].label}
            )
    fresh.save(update_fields=came)
    return told


def _can_be(form: SettingsForm, name: str, said: Any) -> bool:
    """Whether it could be chosen on the page of settings."""
    try:
        return bool(form.fields[name].clean(said) == said)
    except (ValidationError, TypeError, ValueError):
        return False
