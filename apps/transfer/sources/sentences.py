"""Sentences that several sources say of what they read."""

from django.utils.translation import gettext as _


def not_an_object() -> str:
    """Why something that stands among entries is none."""
    return _("It is no entry, but something else.")


def no_day() -> str:
    """Why an entry has no place in a journal."""
    return _("It has no date that can be read.")


def unknown_date(said: str) -> str:
    """Why a text below what should be its date has no place in a journal."""
    return _("“%(date)s” is not a date that is known here.") % {"date": said.strip()[:80]}


def no_zone() -> str:
    """Why the time zone of the person was taken."""
    return _("It does not say its time zone, or one that is not known. Your own was taken.")


def not_words() -> str:
    """What became of a text that is none."""
    return _("Some of its words are no text. They are kept as they were.")


def some_tags() -> str:
    """What became of tags that are none."""
    return _("Some of its tags could not be read. They are kept as they were.")


def nameless_tag() -> str:
    """What became of a tag that is only a number."""
    return _("A tag of the entry has no name in the export; its number is kept.")


def nameless_file() -> str:
    """What became of a file that cannot be looked for."""
    return _("A file of the entry is listed without a name.")


def lacking(name: str) -> str:
    """What became of a file that is not there."""
    return _("“%(name)s” is not in what was brought. Its place was kept.") % {"name": name[:80]}


def lies_elsewhere() -> str:
    """Why a picture is not shown."""
    return _("A picture lies elsewhere. It was not fetched, and is kept as a link.")


def damaged(name: str) -> str:
    """Why a file cannot be read."""
    return _("“%(name)s” in it is damaged.") % {"name": name}
