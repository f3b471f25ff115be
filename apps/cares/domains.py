"""The domains of a life that a care or a check of domains may belong to. People choose among them.

The list is ours, and short on purpose. What a domain is called is shown as it stands here; what is
kept is the word on the left, so that a name may be put better later.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _

LONGEST = 9


class Domain(models.TextChoices):
    """The ten that are offered to begin with."""

    WORK = "work", _("Work")
    LEARNING = "learning", _("Learning")
    PEOPLE = "people", _("People close to me")
    COMMUNITY = "community", _("Wider community")
    BODY = "body", _("Body")
    PLAY = "play", _("Play")
    MAKING = "making", _("Making")
    MEANING = "meaning", _("Faith and meaning")
    HOME = "home", _("Home")
    MONEY = "money", _("Money")
