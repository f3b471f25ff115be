"""Second factors: kept sealed, each code good once, and the last one cannot be lost by a slip."""

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from apps.accounts.models import SecurityEvent, User
from tests.accounts.doing import (
    code_in,
    confirm,
    confirmed_client,
    is_logged_in,
    log_in,
    make_member,
    make_passkey,
    set_up_app,
    totp,
)
from tests.factories import PASSWORD

Kind = SecurityEvent.Kind
Type = Authenticator.Type


def test_it_seals_the_secret_of_an_app(member: User) -> None:
    secret = set_up_app(confirmed_client(member))
    kept = Authenticator.objects.get(user=member, type=Type.TOTP).data["secret"]
    assert secret not in kept
    assert kept.startswith("gAAAA")


def test_it_seals_the_seed_of_recovery_codes(member: User) -> None:
    set_up_app(confirmed_client(member))
    kept = Authenticator.objects.get(user=member, type=Type.RECOVERY_CODES).data["seed"]
    assert kept.startswith("gAAAA")


def test_it_asks_for_the_app_after_the_password(member: User) -> None:
    secret = set_up_app(confirmed_client(member))
    client = Client()
    assert log_in(client, member)["Location"] == "/accounts/2fa/authenticate/"
    assert not is_logged_in(client)
    client.post("/accounts/2fa/authenticate/", {"code": totp(secret)})
    assert is_logged_in(client)


def test_it_asks_for_the_app_after_a_mailed_code(member: User, mailoutbox) -> None:
    set_up_app(confirmed_client(member))
    client = Client()
    client.post("/accounts/login/code/", {"email": member.email})
    answer = client.post("/accounts/login/code/confirm/", {"code": code_in(mailoutbox)})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert not is_logged_in(client)


def test_it_takes_the_digits_of_an_app_once(member: User) -> None:
    secret = set_up_app(confirmed_client(member))
    code = totp(secret)
    first, second = Client(), Client()
    for client in (first, second):
        log_in(client, member)
        client.post("/accounts/2fa/authenticate/", {"code": code})
    assert [is_logged_in(first), is_logged_in(second)] == [True, False]


def test_it_takes_a_recovery_code_once(member: User) -> None:
    client = confirmed_client(member)
    set_up_app(client)
    code = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"][0]
    entered = []
    for _ in range(2):
        other = Client()
        log_in(other, member)
        other.post("/accounts/2fa/authenticate/", {"code": code})
        entered.append(is_logged_in(other))
    assert entered == [True, False]


def test_it_answers_wrong_digits_with_the_form(member: User) -> None:
    set_up_app(confirmed_client(member))
    client = Client()
    log_in(client, member)
    answer = client.post("/accounts/2fa/authenticate/", {"code": "000000"})
    assert answer.status_code == 422
    assert not is_logged_in(client)


def test_it_slows_down_whoever_guesses_digits(member: User) -> None:
    set_up_app(confirmed_client(member))
    client = Client()
    log_in(client, member)
    statuses = [
        client.post("/accounts/2fa/authenticate/", {"code": f"{n:06}"}).status_code
        for n in range(7)
    ]
    assert statuses[-1] == 429


@pytest.mark.django_db(transaction=True)
def test_it_notes_and_mails_each_change(clear_cache, member: User, mailoutbox) -> None:
    client = confirmed_client(member)
    set_up_app(client)
    client.post("/accounts/2fa/recovery-codes/generate/")
    client.post("/accounts/2fa/totp/deactivate/")
    kinds = list(
        SecurityEvent.objects.for_user(member).order_by("id").values_list("kind", flat=True)
    )
    assert kinds[-3:] == [Kind.FACTOR_ADDED, Kind.CODES_MADE, Kind.FACTOR_REMOVED]
    assert [mail.subject for mail in mailoutbox][-3:] == [
        "An authenticator app was set up",
        "New recovery codes",
        "The authenticator app was turned off",
    ]


def test_it_keeps_the_last_passkey_of_whoever_has_no_password(db) -> None:
    user = make_member(password=None)
    key = make_passkey(user)
    Authenticator.objects.create(user=user, type=Type.RECOVERY_CODES, data={})
    client = Client()
    client.force_login(user)
    page = client.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/")
    assert page["Location"] == "/accounts/2fa/webauthn/"
    assert Authenticator.objects.filter(pk=key.pk).exists()


def test_it_lets_a_passkey_go_when_a_password_is_left(member: User) -> None:
    key = make_passkey(member)
    client = confirmed_client_with_passkey(member)
    client.post(f"/accounts/2fa/webauthn/keys/{key.pk}/remove/")
    assert not Authenticator.objects.filter(pk=key.pk).exists()


def test_it_has_no_passkey_of_somebody_else(member: User, bob: User) -> None:
    key = make_passkey(bob)
    client = confirmed_client(member)
    for act in ("remove", "edit"):
        for method in (client.get, client.post):
            assert method(f"/accounts/2fa/webauthn/keys/{key.pk}/{act}/").status_code == 404


def test_it_asks_a_passkey_owner_to_confirm_before_a_first_password(db) -> None:
    user = make_member(password=None)
    make_passkey(user)
    client = Client()
    client.force_login(user)
    page = client.post("/accounts/password/set/", {"password1": PASSWORD, "password2": PASSWORD})
    assert page["Location"].startswith("/accounts/2fa/webauthn/reauthenticate/")
    user.refresh_from_db()
    assert not user.has_usable_password()


def test_it_downloads_the_codes_as_a_file(member: User) -> None:
    client = confirmed_client(member)
    set_up_app(client)
    codes = client.get("/accounts/2fa/recovery-codes/").context["unused_codes"]
    answer = client.get("/accounts/2fa/recovery-codes/download/")
    assert answer["Content-Type"].startswith("text/plain")
    assert answer["Content-Disposition"] == 'attachment; filename="recovery-codes.txt"'
    assert answer["Cache-Control"] in {"no-store, private"} or "no-store" in answer["Cache-Control"]
    assert all(code in answer.content.decode() for code in codes)


def confirmed_client_with_passkey(user: User) -> Client:
    """Somebody with a passkey that no test can press confirms with the password."""
    client = Client()
    client.force_login(user)
    assert confirm(client).status_code == 302
    return client


@pytest.mark.parametrize("path", ["", "totp/activate/", "webauthn/", "recovery-codes/"])
def test_it_shows_nothing_to_strangers(db, path: str) -> None:
    answer = Client().get(f"/accounts/2fa/{path}")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/accounts/login/")
