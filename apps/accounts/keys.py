"""Keys made from the secret key, one for each purpose, and boxes that only they open.

A purpose has its own key, so that what is sealed for one cannot be passed off as another's. When
the secret key changes, SECRET_KEY_FALLBACKS still opens what the old one sealed.
"""

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

__all__ = ["InvalidToken", "digest", "is_newest", "key_for", "reseal", "seal", "unseal"]


def key_for(purpose: str, secret: str | None = None) -> bytes:
    """The 32 bytes that belong to this purpose (HKDF-SHA256, RFC 5869)."""
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=f"throughline/{purpose}".encode())
    return hkdf.derive((secret or settings.SECRET_KEY).encode())


def seal(purpose: str, text: str) -> str:
    """The text encrypted and authenticated (Fernet), as letters that fit anywhere."""
    return _box(purpose).encrypt(text.encode()).decode()


def unseal(purpose: str, sealed: str) -> str:
    """The text again. Raises InvalidToken when no key of ours opens it."""
    return _box(purpose).decrypt(sealed.encode()).decode()


def reseal(purpose: str, sealed: str) -> str:
    """The same text, sealed with the newest key. Raises InvalidToken when no key opens it."""
    return _box(purpose).rotate(sealed.encode()).decode()


def is_newest(purpose: str, sealed: str) -> bool:
    """Whether the newest key opens it."""
    try:
        _boxes(purpose)[0].decrypt(sealed.encode())
    except InvalidToken:
        return False
    return True


def digest(purpose: str, text: str) -> str:
    """A short name for the text that says nothing about it, the same each time."""
    return hmac.new(key_for(purpose), text.encode(), hashlib.sha256).hexdigest()[:32]


def _box(purpose: str) -> MultiFernet:
    return MultiFernet(_boxes(purpose))


def _boxes(purpose: str) -> list[Fernet]:
    """One for each secret, the newest first."""
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return [Fernet(base64.urlsafe_b64encode(key_for(purpose, secret))) for secret in secrets]
