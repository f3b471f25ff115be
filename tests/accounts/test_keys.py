"""Keys: one for each purpose, and the old secret still opens what it closed."""

import pytest

from apps.accounts.keys import InvalidToken, digest, key_for, seal, unseal


def test_it_opens_what_it_closed() -> None:
    assert unseal("mfa", seal("mfa", "grün")) == "grün"


def test_it_never_looks_the_same() -> None:
    assert seal("mfa", "x") != seal("mfa", "x")


def test_it_has_a_key_for_each_purpose() -> None:
    assert key_for("mfa") != key_for("mail")
    with pytest.raises(InvalidToken):
        unseal("mail", seal("mfa", "x"))


def test_it_notices_a_change() -> None:
    sealed = seal("mfa", "x")
    with pytest.raises(InvalidToken):
        unseal("mfa", sealed[:-8] + "AAAAAAA=")


def test_it_opens_what_the_last_secret_closed(settings) -> None:
    sealed = seal("mfa", "x")
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret that is long enough to be one, surely so"
    assert unseal("mfa", sealed) == "x"
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(InvalidToken):
        unseal("mfa", sealed)


def test_it_closes_with_the_newest_secret(settings) -> None:
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another secret that is long enough to be one, surely so"
    sealed = seal("mfa", "x")
    settings.SECRET_KEY_FALLBACKS = []
    assert unseal("mfa", sealed) == "x"


def test_it_makes_keys_as_the_standard_says() -> None:
    """RFC 5869 by hand: extract with a salt of zeros, expand with the label."""
    import hashlib
    import hmac

    secret = hmac.new(bytes(32), b"secret", hashlib.sha256).digest()
    expected = hmac.new(secret, b"throughline/mfa\x01", hashlib.sha256).digest()
    assert key_for("mfa", "secret") == expected


def test_it_names_without_telling() -> None:
    assert digest("mail", "mira@example.org") == digest("mail", "mira@example.org")
    assert digest("mail", "mira@example.org") != digest("mfa", "mira@example.org")
    assert "mira" not in digest("mail", "mira@example.org")
