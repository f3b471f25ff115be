"""Whom a command is about."""

from django.core.management.base import CommandError

from apps.accounts.models import User


def person(email: str) -> User:
    """Whoever has this address here. Raises CommandError."""
    found = User.objects.filter(email__iexact=email).first()
    if found is None:
        raise CommandError(f"Nobody here has the address {email}.")
    return found
