"""What the database itself refuses about packs, questions, preferences, decks and servings."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from apps.prompts.models import (
    Deck,
    Pack,
    PackSetting,
    Preference,
    Prompt,
    Serving,
    Setting,
    Wording,
)
from tests.factories import NOW, make_pack, make_prompt, make_serving

pytestmark = pytest.mark.django_db
SOME = "01a22681-afb7-71a9-897e-d3d3764cbd07"


def refused(what: Callable[[], Any]) -> None:
    """Fails unless the database refuses this."""
    with pytest.raises(IntegrityError):
        _at_once(what)


@transaction.atomic
def _at_once(what: Callable[[], Any]) -> None:
    what()
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.fixture
def pack(alice) -> Pack:
    """A pack of alice's own, with a question."""
    return make_pack(alice, "What was good?")


@pytest.fixture
def prompt(pack: Pack) -> Prompt:
    """The question in it."""
    return pack.prompts.get()


@pytest.mark.parametrize(
    "over",
    [
        {"key": "AA"},
        {"kind": "year"},
        {"kind": "never"},
        {"names": {}},
    ],
    ids=["own with a key", "own for a sitting", "unknown kind", "no name"],
)
def test_a_pack_is_one_or_the_other(alice, over) -> None:
    refused(lambda: make_pack(alice, **over))


def test_a_shipped_pack_has_a_key_of_its_own() -> None:
    make_pack(None, key="AA")
    refused(lambda: make_pack(None, key="AA"))
    refused(lambda: make_pack(None, key=""))


@pytest.mark.parametrize(
    "over",
    [
        {"key": "1"},
        {"key": ""},
        {"version": 0},
        {"weight": "huge"},
        {"needs": "boss"},
        {"cadence": "hour"},
        {"fits": ["full_moon"]},
    ],
    ids=lambda over: next(iter(over)),
)
def test_a_question_is_of_a_known_kind(pack, over) -> None:
    refused(lambda: make_prompt(pack, **over))


def test_a_version_never_goes_back(prompt) -> None:
    Prompt.objects.filter(pk=prompt.pk).update(version=2)
    refused(lambda: Prompt.objects.filter(pk=prompt.pk).update(version=1))


def test_a_wording_is_written_once(prompt) -> None:
    refused(lambda: Wording.objects.filter(prompt=prompt).update(text="Or not?"))
    refused(lambda: Wording.objects.filter(prompt=prompt).update(version=2))


@pytest.mark.parametrize(
    "over",
    [{}, {"version": 0}, {"text": "", "version": 2}, {"language": "", "version": 2}],
    ids=["twice", "version", "text", "language"],
)
def test_a_wording_says_something_in_a_language_and_once(alice, prompt, over) -> None:
    values = {"version": 1, "language": "en", "text": "What?"} | over
    refused(lambda: Wording.objects.create(owner=alice, prompt=prompt, **values))


def test_a_question_has_the_owner_of_its_pack(alice, bob, pack) -> None:
    shipped = make_pack(None)
    for owner, where in ((bob, pack), (None, pack), (alice, shipped)):
        refused(lambda o=owner, w=where: Prompt.objects.create(owner=o, pack=w, key="9"))


def test_a_wording_has_the_owner_of_its_question(alice, bob, prompt) -> None:
    shipped = make_prompt(make_pack(None))
    values = {"version": 2, "language": "en", "text": "What?"}
    for owner, where in ((bob, prompt), (None, prompt), (alice, shipped)):
        refused(lambda o=owner, w=where: Wording.objects.create(owner=o, prompt=w, **values))


def test_owners_and_packs_never_change(alice, bob, pack, prompt) -> None:
    other = make_pack(alice)
    refused(lambda: Pack.objects.filter(pk=pack.pk).update(owner=bob))
    refused(lambda: Pack.objects.filter(pk=pack.pk).update(owner=None, key="AA"))
    refused(lambda: Prompt.objects.filter(pk=prompt.pk).update(owner=bob))
    refused(lambda: Prompt.objects.filter(pk=prompt.pk).update(pack=other, key="9"))


def test_nobody_links_to_what_is_somebody_elses(alice, bob, pack, prompt) -> None:
    links: list[Callable[[Any], Any]] = [
        lambda owner: Preference.objects.create(owner=owner, prompt=prompt),
        lambda owner: PackSetting.objects.create(owner=owner, pack=pack),
        lambda owner: Deck.objects.create(owner=owner, pack=pack),
        lambda owner: make_serving(owner, prompt),
    ]
    for link in links:
        refused(lambda link=link: link(bob))
        row = link(alice)
        refused(lambda row=row: type(row).objects.filter(pk=row.pk).update(owner=bob))


def test_everybody_links_to_what_is_shipped(alice, bob) -> None:
    prompt = make_prompt(make_pack(None))
    for owner in (alice, bob):
        Preference.objects.create(owner=owner, prompt=prompt)
        PackSetting.objects.create(owner=owner, pack=prompt.pack)
        Deck.objects.create(owner=owner, pack=prompt.pack)
        make_serving(owner, prompt)


def test_a_link_does_not_come_before_what_it_points_at(bob) -> None:
    """Else it could be tied to a row that only then becomes somebody's."""
    refused(lambda: Preference.objects.create(owner=bob, prompt_id=SOME))


def test_what_is_liked_is_not_set_aside(alice, prompt) -> None:
    values = {"favourite": True, "not_for_me_at": NOW}
    refused(lambda: Preference.objects.create(owner=alice, prompt=prompt, **values))


def test_there_is_one_row_of_each(alice, pack, prompt) -> None:
    for make in (
        lambda: Preference.objects.create(owner=alice, prompt=prompt),
        lambda: PackSetting.objects.create(owner=alice, pack=pack),
        lambda: Setting.objects.create(owner=alice),
        lambda: Deck.objects.create(owner=alice, pack=pack),
        lambda: make_serving(alice, prompt),
    ):
        make()
        refused(make)


def test_a_pack_weighs_no_more_than_three(alice, pack) -> None:
    refused(lambda: PackSetting.objects.create(owner=alice, pack=pack, weight=4))


@pytest.mark.parametrize("over", [{"cycle": 0}, {"served": [SOME] * 4}])
def test_a_deck_has_a_cycle_and_remembers_three(alice, pack, over) -> None:
    refused(lambda: Deck.objects.create(owner=alice, pack=pack, **over))


def test_a_serving_is_in_words_of_its_question(alice, prompt) -> None:
    other = make_prompt(prompt.pack, "Who was there?").wordings.get()
    refused(lambda: make_serving(alice, prompt, wording=other))


@pytest.mark.parametrize(
    "over",
    [
        {"slot": 4},
        {"text": ""},
        {"reason": "whim"},
        {"reason": "triggered"},
        {"occasion": "promise_due"},
        {"reason": "triggered", "occasion": "full_moon"},
        {"score": 50},
        {"reason": "triggered", "occasion": "promise_due", "score": 101},
        {"about": "promise"},
        {"about": f"boss:{SOME}"},
        {"outcome": "written"},
        {"decided_at": NOW},
        {"outcome": "gone", "decided_at": NOW},
        {"not_about_until": date(2026, 12, 24)},
        {"outcome": "not_this", "decided_at": NOW, "not_about_until": date(2026, 12, 24)},
    ],
    ids=str,
)
def test_a_serving_contradicts_itself_nowhere(alice, prompt, over) -> None:
    refused(lambda: make_serving(alice, prompt, **over))


@pytest.mark.parametrize(
    "over",
    [
        {"slot": 3, "reason": "asked"},
        {"reason": "triggered", "occasion": "promise_due", "score": 88},
        {"about": f"promise:{SOME}"},
        {"outcome": "written", "decided_at": NOW},
        {
            "outcome": "not_this",
            "decided_at": NOW,
            "about": f"care:{SOME}",
            "not_about_until": date(2026, 12, 24),
        },
    ],
    ids=str,
)
def test_what_a_serving_may_be(alice, prompt, over) -> None:
    assert make_serving(alice, prompt, **over).pk


def test_all_that_is_somebodys_goes_with_them_and_what_is_shipped_stays(alice, bob) -> None:
    shipped, theirs = make_pack(None, "What?"), make_pack(bob, "Who?")
    for owner, each in ((alice, shipped), (bob, shipped), (bob, theirs)):
        Preference.objects.create(owner=owner, prompt=each.prompts.get())
        make_serving(owner, each.prompts.get(), slot=0 if each is shipped else 1)
    bob.delete()
    assert Pack.objects.get() == shipped
    assert Preference.objects.get().owner == Serving.objects.get().owner == alice
