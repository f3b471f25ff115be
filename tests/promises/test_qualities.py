"""The five qualities: each is there for one reason, and nothing else fills its dot."""

from datetime import timedelta

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.promises import answering, making
from apps.promises.models import Promise
from apps.promises.moving import as_owner, turn
from apps.promises.qualities import Facts, Quality, qualities_of
from apps.promises.quality_reading import qualities_read
from apps.promises.states import Role
from tests.factories import (
    NOW,
    make_concern,
    make_person,
    make_promise,
    make_promise_draft,
    make_wanted,
)

FULL = {
    "is_known": True,
    "exchanges": 1,
    "is_chosen": True,
    "what": "A guide",
    "conditions": 1,
    "has_due": True,
    "has_recipient": True,
    "so_that": "they can begin",
    "has_concern": True,
}


def there(**over) -> set[Quality]:
    return {dot.quality for dot in qualities_of(Facts(**over)) if dot.is_there}


def read(promise: Promise) -> set[Quality]:
    return {dot.quality for dot in qualities_read(promise) if dot.is_there}


def test_all_are_there_or_none() -> None:
    assert there(**FULL) == set(Quality)
    assert there() == set()


@pytest.mark.parametrize(
    ("without", "missing"),
    [
        ({"is_known": False}, Quality.PUBLIC),
        ({"exchanges": 0}, Quality.ACTIVE),
        ({"is_chosen": False}, Quality.VOLUNTARY),
        ({"is_chosen": None}, Quality.VOLUNTARY),
        ({"what": ""}, Quality.EXPLICIT),
        ({"conditions": 0}, Quality.EXPLICIT),
        ({"has_due": False}, Quality.EXPLICIT),
        ({"has_recipient": False}, Quality.EXPLICIT),
        ({"so_that": ""}, Quality.MISSION),
        ({"has_concern": False}, Quality.MISSION),
    ],
)
def test_each_misses_what_it_needs(without, missing) -> None:
    assert there(**FULL | without) == set(Quality) - {missing}


def test_one_is_a_recipient_to_oneself_and_no_public() -> None:
    own = FULL | {"is_own": True, "has_recipient": False, "has_concern": False}
    assert there(**own) == set(Quality) - {Quality.PUBLIC}


@given(st.integers(1, 100))
def test_more_talk_is_no_more_than_some(count) -> None:
    assert there(**FULL | {"exchanges": count}) == set(Quality)


@pytest.mark.django_db
def test_a_draft_is_explicit_and_no_more(alice: User) -> None:
    assert read(make_promise_draft(alice)) == {Quality.EXPLICIT}
    assert read(make_promise_draft(alice, due_at=None)) == set()


@pytest.mark.django_db
def test_what_was_said_aloud_is_public(alice: User) -> None:
    promise = make_promise(alice, so_that="they can begin")
    assert read(promise) == {Quality.PUBLIC, Quality.EXPLICIT}
    assert promise.person is not None
    promise.concern = make_concern(promise.person)
    assert read(promise) == {Quality.PUBLIC, Quality.EXPLICIT, Quality.MISSION}


@pytest.mark.django_db
def test_something_else_instead_is_an_exchange(alice: User) -> None:
    asked = making.ask(
        owner=alice.pk,
        side="given",
        person=make_person(alice),
        wanted=make_wanted(),
        answer_by=NOW + timedelta(days=3),
        now=NOW,
    )
    assert Quality.ACTIVE not in read(asked)
    with turn(alice.pk, asked.pk, as_owner(asked, Role.PROMISER), NOW) as it:
        answering.counter(it, wanted=make_wanted(), answer_by=NOW + timedelta(days=5))
    asked.refresh_from_db()
    assert Quality.ACTIVE in read(asked)


@pytest.mark.django_db
def test_each_dot_comes_with_words(alice: User) -> None:
    page = Template("{% load promise_figures %}{% qualities_of promise %}")
    html = page.render(Context({"promise": make_promise(alice)}))
    assert html.count("<li") == 5
    assert html.count('class="there"') == 2
    assert "Ask yourself whether you could have said no" in html
    own = page.render(Context({"promise": make_promise(alice, side="own")}))
    assert "between you and yourself" in own
