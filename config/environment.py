"""Reading settings from the environment, with errors that say what to do."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

# Words of manuals, long enough that no random key holds one by chance.
EXAMPLES = (
    "change-me",
    "changeme",
    "example",
    "insecure",
    "secret-key",
    "your-secret",
    "throughline",
)
SHORTEST_KEY = 50
FEWEST_LETTERS = 12
MAKE_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(64))'"


def text(name: str, default: str = "") -> str:
    """The value of the variable `name`, or of the file that `name`_FILE names.

    Docker and systemd hand secrets over as files; both forms mean the same here.
    Raises ImproperlyConfigured when the file cannot be read.
    """
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name, default)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}_FILE names a file that cannot be read: {error}"
        ) from None


def required(name: str, *, example: str) -> str:
    """The value of the variable `name`; raises ImproperlyConfigured with an example when unset."""
    value = text(name)
    if not value:
        raise ImproperlyConfigured(f"{name} is not set. Set it, for example: {name}={example}")
    return value


def strong_key(name: str) -> str:
    """The key in the variable `name`: long, varied, and not one out of a manual (assurance O-1).

    Whoever guesses it can forge log-ins and open what is sealed. Raises ImproperlyConfigured, with
    how to make a good one and without repeating this one.
    """
    key = required(name, example="(50 or more random characters)")
    is_example = any(word in key.lower() for word in EXAMPLES)
    if len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_LETTERS or is_example:
        raise ImproperlyConfigured(
            f"{name} is short or an example, and could be guessed. Make one with: {MAKE_KEY}"
        )
    return key


def flag(name: str, *, default: bool) -> bool:
    """The variable `name` as yes or no; anything else than the usual words is refused."""
    value = text(name).strip().lower()
    if not value:
        return default
    if value in {"1", "true", "yes", "on"}:
        return True
    if value in {"0", "false", "no", "off"}:
        return False
    raise ImproperlyConfigured(f"{name} should be yes or no, not {value!r}.")


def words(name: str) -> list[str]:
    """The variable `name` as a list, split at commas; empty when unset."""
    return [word.strip() for word in text(name).split(",") if word.strip()]


def number(name: str, default: int) -> int:
    """The variable `name` as a whole number; refused with a sentence when it is none."""
    value = text(name)
    if not value:
        return default
    try:
        return int(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} should be a whole number, not {value!r}.") from None


def number_or_off(name: str) -> int:
    """The variable `name` as a whole number; 0 when it is unset, or says no."""
    return 0 if text(name).strip().lower() in {"0", "false", "no", "off"} else number(name, 0)
