"""What people do at the entrance, as a browser would send it."""

import hashlib
import hmac
import json
import os
import re
import struct
import time
from base64 import b32decode
from collections.abc import Sequence
from typing import Any

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from cryptography.hazmat.primitives.asymmetric import ec
from django.contrib.auth import SESSION_KEY
from django.core.mail import EmailMessage
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from fido2.cose import ES256
from fido2.utils import websafe_encode
from fido2.webauthn import AttestationObject, AttestedCredentialData, AuthenticatorData
from procrastinate.contrib.django.models import ProcrastinateJob

from apps.accounts.mail import deliver
from apps.accounts.models import Session, User
from tests.factories import PASSWORD, make_user

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
ELSEWHERE = "203.0.113.77"


def make_member(**over: Any) -> User:
    """A person whose address is confirmed, so that they can log in by the front door."""
    user = make_user(**over)
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def log_in(client: Client, user: User, password: str = PASSWORD, **headers: str) -> HttpResponse:
    """Send the log-in form."""
    data = {"login": user.email, "password": password}
    return client.post("/accounts/login/", data, **headers)


def logged_in(user: User, **headers: str) -> Client:
    """A browser in which they have logged in."""
    client = Client()
    response = log_in(client, user, **headers)
    assert response.status_code == 302, response.content.decode()[-2000:]
    assert is_logged_in(client)
    return client


def is_logged_in(client: Client) -> bool:
    """Whether the cookie of this browser opens anything."""
    return client.get("/settings/activity/").status_code == 200


def confirm(client: Client, password: str = PASSWORD) -> HttpResponse:
    """Show once more that it is them."""
    return client.post("/accounts/reauthenticate/", {"password": password})


def confirmed_client(user: User) -> Client:
    """A browser in which they have logged in and confirmed that it is them."""
    client = logged_in(user)
    assert confirm(client).status_code == 302
    return client


def code_in(mails: Sequence[EmailMessage]) -> str:
    """The code of the newest mail that has one."""
    for mail in reversed(mails):
        if found := re.search(r"^ {4}([A-Z]{4}-[A-Z]{4})$", mail.body, re.MULTILINE):
            return found[1]
    raise AssertionError("no mail has a code")


def totp(secret: str, at: float | None = None) -> str:
    """The six digits an app shows (RFC 6238), computed apart from the code under test.

    Waits for the next ones when those of now are about to go.
    """
    left = 30 - time.time() % 30
    if at is None and left < 4:
        time.sleep(left)
    counter = int((at if at is not None else time.time()) // 30)
    digest = hmac.new(b32decode(secret), struct.pack(">Q", counter), hashlib.sha1).digest()
    at_byte = digest[-1] & 0xF
    number = struct.unpack(">I", digest[at_byte : at_byte + 4])[0] & 0x7FFFFFFF
    return f"{number % 1_000_000:06}"


def set_up_app(client: Client) -> str:
    """Turn an authenticator app on; returns its secret."""
    page = client.get("/accounts/2fa/totp/activate/")
    secret: str = page.context["form"].secret
    response = client.post("/accounts/2fa/totp/activate/", {"code": totp(secret)})
    assert response.status_code == 302, response.content.decode()[-2000:]
    return secret


def make_passkey(user: User, name: str = "Key ring") -> Authenticator:
    """A passkey of theirs, as a device would have made it; none that can be pressed."""
    public = ES256.from_cryptography_key(ec.generate_private_key(ec.SECP256R1()).public_key())
    credential_id = os.urandom(16)
    about = AttestedCredentialData.create(b"\0" * 16, credential_id, public)
    authenticator_data = AuthenticatorData.create(
        hashlib.sha256(b"testserver").digest(), AuthenticatorData.FLAG(0x45), 0, about
    )
    attestation = AttestationObject.create("none", authenticator_data, {})
    client_data = {"type": "webauthn.create", "challenge": "AA", "origin": "http://testserver"}
    return Authenticator.objects.create(
        user=user,
        type=Authenticator.Type.WEBAUTHN,
        data={
            "name": name,
            "credential": {
                "type": "public-key",
                "id": websafe_encode(credential_id),
                "rawId": websafe_encode(credential_id),
                "response": {
                    "clientDataJSON": websafe_encode(json.dumps(client_data).encode()),
                    "attestationObject": websafe_encode(bytes(attestation)),
                },
                "clientExtensionResults": {"credProps": {"rk": True}},
            },
        },
    )


def session_of(client: Client) -> Session:
    """The row behind the cookie of this browser."""
    return Session.objects.get(session_key=client.session.session_key)


def key_of(client: Client) -> str:
    """The key in the cookie of this browser."""
    return client.cookies["sessionid"].value


def with_key(key: str) -> Client:
    """Another browser that somebody put this key into."""
    client = Client()
    client.cookies["sessionid"] = key
    return client


def owner_in(client: Client) -> str | None:
    """Whose session this browser has, by what is in it."""
    found: str | None = client.session.get(SESSION_KEY)
    return found


def work_off() -> int:
    """Do what the worker does with the mail that is queued; says how many mails there were."""
    jobs = ProcrastinateJob.objects.filter(task_name="accounts.deliver").order_by("id")
    for job in jobs:
        deliver(**job.args)
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = 'accounts.deliver'")
        return int(cursor.rowcount)


def clear(table: str) -> None:
    """Empty a table that Django does not know as its own."""
    with connection.cursor() as cursor:
        cursor.execute(f"DELETE FROM {table}")  # noqa: S608
