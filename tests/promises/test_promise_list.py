"""The register: by what each needs, of one person, page by page; what is due; the desk."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from apps.accounts.models import User
from apps.promises import reading
from apps.promises.models import Promise
from apps.promises.models.promise import Side
from apps.promises.needs import Need, need_of
from apps.promises.states import Role, State
from tests.factories import make_person, make_promise
from tests.htmx import fields, one, soup
from tests.promises.building import in_state, is_reachable

pytestmark = pytest.mark.django_db
LIST = "/promises/"


def test_everything_stands_in_the_group_that_says_what_it_needs(alice: User) -> None:
    now = timezone.now()
    for side in Side:
        for state in State:
            if is_reachable(state, side):
                in_state(alice, state, side, now=now)
    in_state(alice, State.ACTIVE, now=now, amended_by=Role.RECIPIENT)
    in_state(alice, State.ACTIVE, Side.ASKED, now=now, amended_by=Role.RECIPIENT)
    rows = Promise.objects.for_user(alice)
    by_need = {need: rows.filter(need=need.value) for need in Need}
    for row in rows:
        assert row.need == need_of(row.side, row.state, row.amendment_by)
    register = reading.register(alice)
    assert {group.need: group.count for group in register.groups} == {
        need: len(found) for need, found in by_need.items() if need is not Need.ENDED
    }
    assert register.has_ended


def test_it_is_read_in_two_queries(
    alice: User, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for _number in range(15):
        make_promise(alice)
    with django_assert_num_queries(2):
        register = reading.register(alice)
    deliver = next(group for group in register.groups if group.need is Need.DELIVER)
    assert (len(deliver.rows), deliver.count) == (reading.SHOWN, 15)


def test_an_empty_register_says_what_belongs_there(alice_client: Client) -> None:
    assert "Write down a promise" in alice_client.get(LIST).content.decode()


def test_one_group_has_pages_that_miss_none(alice: User, alice_client: Client, monkeypatch) -> None:
    monkeypatch.setattr(reading, "PAGE", 4)
    now = timezone.now()
    made = {str(in_state(alice, State.REVOKED, now=now).pk) for _ in range(10)}
    seen: list[str] = []
    url = f"{LIST}?show=ended"
    while url:
        page = soup(alice_client.get(url))
        seen += [link["href"].split("/")[2] for link in page.select(".promise-row .name")]
        following = page.select_one('a[rel="next"]')
        url = LIST + following["href"].removeprefix(LIST) if following else ""
    assert len(seen) == 11 - 1
    assert set(seen) == made


@pytest.mark.parametrize("query", ["show=nonsense", "person=x", "person=" + "0" * 32])
def test_what_there_is_not_is_not_found(alice_client: Client, query) -> None:
    assert alice_client.get(f"{LIST}?{query}").status_code == 404


def test_of_one_person_it_shows_theirs_alone(alice: User, alice_client: Client) -> None:
    ana, ben = make_person(alice), make_person(alice)
    mine, other = make_promise(alice, person=ana), make_promise(alice, person=ben)
    page = alice_client.get(f"{LIST}?person={ana.pk}").content.decode()
    assert mine.what in page
    assert other.what not in page


def test_what_was_put_out_of_sight_is_in_no_list(alice: User, alice_client: Client) -> None:
    promise = make_promise(alice)
    hide = reverse("promises:promise_hide", args=[promise.pk])
    alice_client.post(hide)
    assert promise.what not in alice_client.get(LIST).content.decode()
    assert alice_client.get(promise.get_absolute_url()).status_code == 200
    alice_client.post(hide)
    assert promise.what in alice_client.get(LIST).content.decode()


def test_the_calendar_shows_each_on_its_day(alice: User, alice_client: Client) -> None:
    promise = make_promise(alice)
    assert promise.due_on is not None
    url = reverse("promises:promise_calendar")
    page = soup(alice_client.get(f"{url}?month={promise.due_on:%Y-%m}"))
    cell = one(page, f'td:has(time[datetime="{promise.due_on.isoformat()}"])')
    assert promise.what in cell.get_text()
    assert alice_client.get(f"{url}?month=nonsense").status_code == 200
    assert promise.what not in alice_client.get(f"{url}?month=2031-01").content.decode()


def test_the_desk_gives_each_its_honest_word(alice: User, alice_client: Client) -> None:
    now = timezone.now()
    late = in_state(alice, State.OVERDUE, now=now)
    own = in_state(alice, State.OVERDUE, Side.OWN, now=now)
    left = in_state(alice, State.OVERDUE, now=now)
    fresh = in_state(alice, State.ACTIVE, now=now)
    page = soup(alice_client.get("/promises/desk/"))
    assert fresh.what not in page.get_text()
    day = (now + timedelta(days=20)).date().isoformat()
    data = fields(one(page, "main form")) | {
        f"{late.pk}-do": "propose",
        f"{late.pk}-due_on": day,
        f"{late.pk}-reason": "estimate",
        f"{own.pk}-do": "release",
    }
    assert alice_client.post("/promises/desk/", data).status_code == 302
    for row in (late, own, left):
        row.refresh_from_db()
    assert (late.amendment_by, own.state, left.state) == ("promiser", "released", "overdue")


def test_the_desk_asks_for_a_reason_and_leaves_what_moved_on(
    alice: User, alice_client: Client
) -> None:
    late = in_state(alice, State.OVERDUE, now=timezone.now())
    data = fields(one(soup(alice_client.get("/promises/desk/")), "main form"))
    revoke = {f"{late.pk}-do": "revoke"}
    assert alice_client.post("/promises/desk/", data | revoke).status_code == 422
    behind = revoke | {f"{late.pk}-reason": "forgot", f"{late.pk}-seq": "1"}
    assert alice_client.post("/promises/desk/", data | behind).status_code == 302
    late.refresh_from_db()
    assert late.state == "overdue"
