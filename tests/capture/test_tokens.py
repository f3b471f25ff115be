"""Access tokens: made once, shown once, kept as a digest, used by the day, taken back."""

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.utils import timezone

from apps.accounts.models import SecurityEvent, User
from apps.capture import tokens
from apps.capture.models import AccessToken
from tests.factories import NOW
from tests.house.routes import log_in, make_token

FORM = {"name": "Phone", "scopes": ["write"], "days": "90"}
SECRET = re.compile(r"tl_[0-9A-Za-z]{49}")


def make(user: User, **over: object) -> str:
    """Send the form, and read the token off the page."""
    answer = log_in(user, confirmed=True).post("/settings/tokens/new/", FORM | over)
    assert answer.status_code == 200, answer.content
    (secret,) = SECRET.findall(answer.content.decode())
    return str(secret)


def test_it_is_shown_once_and_never_again(alice: User) -> None:
    secret = make(alice)
    page = log_in(alice).get("/settings/tokens/").content.decode()
    assert not SECRET.search(page)
    assert secret[: tokens.SHOWN] in page
    assert "never used" in page


def test_nothing_is_kept_from_which_it_could_be_had(alice: User) -> None:
    secret = make(alice)
    with connection.cursor() as cursor:
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = current_schema")
        for (table,) in cursor.fetchall():
            found = f'SELECT count(*) FROM "{table}" t WHERE t::text LIKE %s'  # noqa: S608
            cursor.execute(found, [f"%{secret[3:]}%"])
            assert cursor.fetchone() == (0,), table
    token = AccessToken.objects.get()
    assert token.digest == tokens.digest_of(secret)
    assert len(token.shown) == 7, "four letters of 43 say nothing"


def test_it_may_what_was_chosen_and_for_so_long(alice: User) -> None:
    make(alice, scopes=["read", "write"], days="30")
    token = AccessToken.objects.get()
    assert (token.can_read, token.can_write) == (True, True)
    assert token.expires_at is not None
    assert timedelta(days=29) < token.expires_at - timezone.now() <= timedelta(days=30)


def test_it_can_be_good_until_it_is_taken_back(alice: User) -> None:
    make(alice, days="")
    assert AccessToken.objects.get().expires_at is None


@pytest.mark.parametrize(
    "over", [{"name": " "}, {"scopes": []}, {"scopes": ["all"]}, {"days": "1"}, {"name": "x" * 81}]
)
def test_it_is_not_made_of_a_form_that_is_not_right(alice: User, over: dict[str, object]) -> None:
    answer = log_in(alice, confirmed=True).post("/settings/tokens/new/", FORM | over)
    assert answer.status_code == 422
    assert not AccessToken.objects.exists()


def test_it_is_noted_and_mailed_when_made_and_taken_back(alice: User, mailoutbox) -> None:
    secret = make(alice)
    log_in(alice).post(f"/settings/tokens/{AccessToken.objects.get().pk}/revoke/")
    kinds = list(SecurityEvent.objects.for_user(alice).values_list("kind", flat=True))
    assert {"token-made", "token-revoked"} <= set(kinds)
    assert [letter.subject for letter in mailoutbox] == [
        "An access token was made",
        "An access token was taken back",
    ]
    assert secret not in mailoutbox[0].body
    assert not AccessToken.objects.exists()


def test_it_asks_before_it_takes_one_back(alice: User) -> None:
    token, _secret = make_token(alice, name="Laptop")
    page = log_in(alice).get(f"/settings/tokens/{token.pk}/revoke/").content.decode()
    assert "Laptop" in page
    assert token.shown in page
    assert AccessToken.objects.exists()


def test_fifty_are_enough(alice: User) -> None:
    for _number in range(tokens.MOST):
        make_token(alice)
    answer = log_in(alice, confirmed=True).post("/settings/tokens/new/", FORM)
    assert answer.status_code == 422
    assert "There are fifty already" in answer.content.decode()


def test_it_remembers_the_day_it_was_used_and_nothing_finer(alice: User) -> None:
    token, _secret = make_token(alice)
    tokens.note_use(token, NOW)
    token.refresh_from_db()
    assert token.used_on == alice.today(NOW)
    assert AccessToken._meta.get_field("used_on").get_internal_type() == "DateField"


def test_a_second_use_of_a_day_writes_nothing(alice: User, django_assert_num_queries) -> None:
    token, _secret = make_token(alice, used_on=alice.today(NOW))
    with django_assert_num_queries(0):
        tokens.note_use(token, NOW + timedelta(hours=1))


def test_it_says_that_one_has_expired(alice: User) -> None:
    make_token(alice, expires_at=timezone.now() - timedelta(days=1))
    assert "Expired" in log_in(alice).get("/settings/tokens/").content.decode()


def test_a_token_has_the_form_that_scanners_look_for() -> None:
    made = {tokens.new_secret() for _number in range(200)}
    assert len(made) == 200
    assert all(SECRET.fullmatch(secret) and tokens.is_well_formed(secret) for secret in made)


def test_a_wrong_letter_is_known_without_asking_the_database(django_assert_num_queries) -> None:
    secret = tokens.new_secret()
    for place in range(3, len(secret)):
        other = "A" if secret[place] != "A" else "B"
        assert not tokens.is_well_formed(secret[:place] + other + secret[place + 1 :])
    assert tokens.find(secret[:-1]) is None
    assert tokens.find("") is None


@pytest.mark.parametrize("over", [{"can_read": False, "can_write": False}, {"name": ""}])
def test_the_database_wants_a_name_and_a_scope(alice: User, over: dict[str, object]) -> None:
    with pytest.raises(IntegrityError):
        make_token(alice, **over)


def test_no_two_have_the_same_digest(alice: User, bob: User) -> None:
    token, _secret = make_token(alice)
    with pytest.raises(IntegrityError):
        AccessToken.objects.create(owner=bob, name="x", digest=token.digest, can_read=True)


def test_it_goes_on_after_the_password_was_changed(alice: User, program) -> None:
    """A token is no session: it is taken back by itself, which the page says how to do."""
    alice.set_password("another quiet morning")
    alice.save()
    assert program.get("token")["scopes"] == ["read", "write"]


def test_a_stranger_sees_no_token(alice: User, bob: User) -> None:
    token, _secret = make_token(alice, name="Zymurgy")
    assert "Zymurgy" not in log_in(bob).get("/settings/tokens/").content.decode()
    assert log_in(bob).post(f"/settings/tokens/{token.pk}/revoke/").status_code == 404
    assert Client().get("/settings/tokens/").status_code == 302
