"""EMAIL_URL: the ways people write it, and a sentence when it cannot be understood."""

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.mail import mail_settings


@pytest.mark.parametrize(
    ("url", "port", "tls", "ssl"),
    [
        ("smtp+tls://u:p%40ss@mail.example.org:587", 587, True, False),
        ("smtp+tls://u:p%40ss@mail.example.org", 587, True, False),
        ("submission://u:p%40ss@mail.example.org", 587, True, False),
        ("smtp+ssl://u:p%40ss@mail.example.org:465", 465, False, True),
        ("smtp+ssl://u:p%40ss@mail.example.org", 465, False, True),
        ("smtp://u:p%40ss@mail.example.org:2525", 2525, False, False),
        ("smtp://u:p%40ss@mail.example.org", 25, False, False),
    ],
)
def test_it_is_understood(url: str, port: int, tls: bool, ssl: bool) -> None:
    found = mail_settings(url)
    assert found["EMAIL_BACKEND"] == "django.core.mail.backends.smtp.EmailBackend"
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example.org", port)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("u", "p@ss")
    assert (found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (tls, ssl)


@pytest.mark.parametrize(
    "url",
    ["mail.example.org", "https://u:secret@x", "smtp", "smtp://u:secret@host:port", "smtp+x://a"],
)
def test_it_says_so_when_it_is_not(url: str) -> None:
    with pytest.raises(ImproperlyConfigured, match="Write it like EMAIL_URL=") as caught:
        mail_settings(url)
    assert "secret" not in str(caught.value)
