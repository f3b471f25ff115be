"""What every private row has: an owner, an id made by us, and two instants."""

from functools import cache
from typing import Self, TypeVar
from uuid import UUID

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.urls import get_script_prefix, reverse
from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A fresh UUIDv7: unguessable enough to be made anywhere, and sorted by the time it was made.

    It is an address, never a secret: what must not be guessed gets a token of its own.
    """
    return uuid7()


def address(view: str, pk: UUID | str) -> str:
    """The address of the page `view` for the row `pk`: what `reverse` gives, for lists of rows.

    A page of the journal needs twenty, and each `reverse` costs as much as a small query.
    """
    return _address(view, get_script_prefix()).replace(_ANY, str(pk))


# No row has it: it stands where an id will be put.
NO_ID = UUID(int=0)
_ANY = str(NO_ID)


@cache
def _address(view: str, _prefix: str) -> str:
    return reverse(view, args=[_ANY])


Row = TypeVar("Row", bound=models.Model)


class OwnedQuerySet(models.QuerySet[Row]):
    """Rows that belong to somebody. Every query in a request begins with `for_user`."""

    def for_user(self, user: AbstractBaseUser | AnonymousUser) -> Self:
        """The rows of this person, and of nobody else."""
        return self.filter(owner=user.pk)


class Owned(models.Model):
    """A private row. It goes when its owner goes."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", editable=False
    )
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    objects = OwnedQuerySet.as_manager()

    class Meta:
        abstract = True
