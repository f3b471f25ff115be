"""The page of entries by e-mail: the address, another in its place, none, and what came."""

from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from apps.accounts.models import SecurityEvent, User
from apps.capture import addresses
from apps.capture.models import MailAddress, ReceivedMail
from apps.capture.tasks import sweep
from tests.factories import NOW, make_entry
from tests.house.routes import log_in

PAGE, MAKE, OFF = "/settings/by-mail/", "/settings/by-mail/make/", "/settings/by-mail/turn-off/"


@pytest.fixture(autouse=True)
def _domain(settings: Any) -> None:
    settings.MAIL_IN_DOMAIN = "in.example.org"


def page(user: User) -> str:
    return log_in(user).get(PAGE).content.decode()


def test_it_is_made_and_shown_as_often_as_asked(alice: User) -> None:
    assert addresses.shown(alice) is None
    log_in(alice, confirmed=True).post(MAKE)
    address = addresses.shown(alice)
    assert address is not None
    local, _at, domain = address.partition("@")
    assert domain == "in.example.org"
    assert local.startswith("journal-")
    assert len(local) == len("journal-") + addresses.LENGTH
    assert set(local[8:]) <= set(addresses.LETTERS)
    assert len(addresses.LETTERS) ** addresses.LENGTH > 2**128
    assert page(alice).count(address) == 1


def test_another_takes_its_place(alice: User) -> None:
    client = log_in(alice, confirmed=True)
    client.post(MAKE)
    first = str(addresses.shown(alice))
    client.post(MAKE)
    second = str(addresses.shown(alice))
    assert first != second
    assert addresses.owners_of([first]) == []
    assert addresses.owners_of([second]) == [alice]


def test_it_is_turned_off_without_much_ado(alice: User) -> None:
    log_in(alice, confirmed=True).post(MAKE)
    address = str(addresses.shown(alice))
    assert log_in(alice).post(OFF).status_code == 302
    assert addresses.owners_of([address]) == []
    assert "Make an address" in page(alice)
    assert log_in(alice).post(OFF).status_code == 302, "once more does no harm"


def test_it_is_noted_and_mailed(alice: User, mailoutbox) -> None:
    client = log_in(alice, confirmed=True)
    client.post(MAKE)
    address = str(addresses.shown(alice))
    client.post(OFF)
    client.post(OFF)
    assert [letter.subject for letter in mailoutbox] == [
        "A secret address for entries was made",
        "Your secret address for entries was turned off",
    ]
    assert address not in "".join(str(letter.body) for letter in mailoutbox)
    kinds = SecurityEvent.objects.for_user(alice).values_list("kind", flat=True)
    assert sorted(kinds) == ["mail-made", "mail-removed"]


def test_it_lies_nowhere_in_the_clear(alice: User) -> None:
    log_in(alice, confirmed=True).post(MAKE)
    local = str(addresses.shown(alice)).partition("@")[0]
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM capture_mailaddress t WHERE t::text LIKE %s", [f"%{local}%"]
        )
        assert cursor.fetchone() == (0,)


def test_it_outlives_a_change_of_the_secret_key(alice: User, settings: Any) -> None:
    log_in(alice, confirmed=True).post(MAKE)
    address = addresses.shown(alice)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, as long as one must be, and as varied 0123456789"
    assert addresses.shown(alice) == address
    sweep(int(NOW.timestamp()))
    settings.SECRET_KEY_FALLBACKS = []
    assert addresses.shown(alice) == address
    assert addresses.owners_of([str(address)]) == [alice]


def test_one_that_cannot_be_read_any_more_still_works(alice: User, settings: Any) -> None:
    log_in(alice, confirmed=True).post(MAKE)
    address = str(addresses.shown(alice))
    settings.SECRET_KEY = "another key, as long as one must be, and as varied 0123456789"
    assert addresses.shown(alice) == ""
    assert addresses.owners_of([address]) == [alice]
    assert addresses.reseal_all() == 0


def test_there_is_one_each(alice: User) -> None:
    MailAddress.objects.create(owner=alice, digest="a", sealed="x")
    with pytest.raises(IntegrityError), transaction.atomic():
        MailAddress.objects.create(owner=alice, digest="b", sealed="x")


def test_where_no_mail_arrives_it_says_so(alice: User, settings: Any) -> None:
    settings.MAIL_IN_DOMAIN = ""
    assert "No mail arrives at this journal" in page(alice)
    assert log_in(alice, confirmed=True).post(MAKE).status_code == 404


def test_it_tells_what_came_and_what_was_left_out(alice: User, bob: User) -> None:
    entry = make_entry(alice)
    ReceivedMail.objects.create(
        owner=alice,
        digest="a",
        arrived_at=timezone.now(),
        outcome="partly",
        sender="Ana <ana@example.org>",
        left_out=[["a.bin", "“a.bin” is larger than 50 MB."]],
        entry=entry,
    )
    ReceivedMail.objects.create(
        owner=bob, digest="b", arrived_at=timezone.now(), outcome="kept", sender="zymurgy"
    )
    shown = page(alice)
    assert entry.get_absolute_url() in shown
    assert "says it is from Ana &lt;ana@example.org&gt;" in shown
    assert "is larger than 50 MB" in shown
    assert "zymurgy" not in shown


def test_a_mail_cannot_be_of_anothers_entry(alice: User, bob: User) -> None:
    ReceivedMail.objects.create(
        owner=alice, digest="a", arrived_at=NOW, outcome="kept", entry=make_entry(bob)
    )
    with pytest.raises(IntegrityError):
        connection.check_constraints()


def test_an_entry_that_goes_leaves_the_note(alice: User) -> None:
    entry = make_entry(alice)
    note = ReceivedMail.objects.create(
        owner=alice, digest="a", arrived_at=NOW, outcome="kept", entry=entry
    )
    entry.delete()
    note.refresh_from_db()
    assert note.entry is None
