"""The question of a day, kept: one a day, in its words, and what becomes of it."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from apps.accounts.models import User
from apps.core.models import new_id
from apps.prompts import asking, authoring, preferring
from apps.prompts.models import Deck, Pack, PackSetting, Preference, Prompt, Serving
from apps.prompts.today import SCORES, Open, Thing, calling
from tests.factories import NOW, TODAY, make_pack, make_prompt, make_user

pytestmark = pytest.mark.django_db
NOTHING = Open()
PROMISE = f"promise:{new_id()}"
BLANKS = {"promise": "A map", "when": "today"}
DUE = Open(occasions=[calling("promise_due", PROMISE, BLANKS)])


def calling_anew(number: int) -> Open:
    """A promise that is due, another one for each number."""
    about = f"promise:01900000-0000-7000-8000-{number:012}"
    return Open(occasions=[calling("promise_due", about, BLANKS)])


def ask(user: User, day: date = TODAY, open_today: Open = NOTHING) -> Serving | None:
    return asking.ask(user, day, open_today, is_dwelling=False)


def look(user: User) -> Serving | None:
    return asking.look(user, TODAY, NOTHING, is_dwelling=False)


def swap(user: User, day: date = TODAY) -> Serving | None:
    return asking.swap(user, day, NOTHING, NOW, is_dwelling=False)


def lived(user: User, days: int) -> list[Serving]:
    """So many days in a row, up to the one before today."""
    return [
        asked
        for ago in range(days, 0, -1)
        if (asked := ask(user, TODAY - timedelta(days=ago))) is not None
    ]


def test_a_day_has_one_question_and_it_stays(alice: User, shipped: dict[str, Prompt]) -> None:
    first = ask(alice)
    assert first == ask(alice, open_today=DUE)
    assert first is not None
    assert first.prompt == shipped["PE-2"]
    assert ask(alice, TODAY + timedelta(days=1)) != first


def test_looking_writes_nothing_and_shows_what_asking_keeps(alice: User, shipped: Any) -> None:
    looked = look(alice)
    assert not Serving.objects.exists()
    assert not Deck.objects.exists()
    kept = ask(alice)
    assert looked is not None
    assert kept is not None
    assert (looked.prompt_id, looked.text, looked.slot) == (kept.prompt_id, kept.text, kept.slot)
    assert asking.look(alice, TODAY, NOTHING, is_dwelling=False) == kept


def test_the_first_seven_are_fixed(alice: User, shipped: dict[str, Prompt]) -> None:
    keys = [asked.prompt.key for asked in lived(alice, 7)]
    assert keys == ["PE-2", "CA-1", "JO-1", "PR-2", "SS-2", "DR-1", "DW-1"]


def test_what_is_due_is_named(alice: User, shipped: Any) -> None:
    lived(alice, 7)
    asked = ask(alice, open_today=DUE)
    assert asked is not None
    assert "A map" in asked.text
    assert (asked.reason, asked.occasion, asked.about) == ("triggered", "promise_due", PROMISE)
    assert asked.score == SCORES["promise_due"]


def test_no_blank_stays_open(alice: User, shipped: Any) -> None:
    """With people, promises and cares for every question that needs one, for some weeks."""
    things = {
        kind: [Thing(f"{kind}:{new_id()}", {kind: f"Some {kind}"})]
        for kind in ("person", "promise", "care")
    }
    for number in range(20):
        asked = ask(alice, TODAY + timedelta(days=number), Open(things=things))
        assert asked is not None
        assert "{" not in asked.text


def test_it_is_asked_in_the_language_of_the_person(alice: User, shipped: Any) -> None:
    alice.language = "de"
    alice.save()
    asked = ask(alice)
    assert asked is not None
    assert asked.wording.language == "de"
    assert asked.text == asked.wording.text


def test_three_others_a_day_and_no_more(alice: User, shipped: Any) -> None:
    asked = [ask(alice), swap(alice), swap(alice), swap(alice)]
    assert len({row.prompt_id for row in asked if row}) == 4
    assert swap(alice) is None
    rows = Serving.objects.for_user(alice).order_by("slot")
    assert [row.slot for row in rows] == [0, 1, 2, 3]
    assert [row.outcome for row in rows] == ["swapped"] * 3 + ["none"]


def test_where_there_is_no_other_the_question_stays(alice: User) -> None:
    make_pack(alice, "What grew?")
    asked = ask(alice)
    assert swap(alice) is None
    assert asking.question_of(alice, TODAY) == asked
    assert Serving.objects.get().outcome == Serving.Outcome.NONE


def test_a_day_that_is_kept_free_of_what_calls_says_so(alice: User, shipped: Any) -> None:
    lived(alice, 7)
    asked = [ask(alice, TODAY + timedelta(days=ahead), calling_anew(ahead)) for ahead in range(5)]
    assert [row.is_kept_free for row in asked if row] == [False] * 4 + [True]


def test_one_that_is_skipped_comes_again_at_the_end(alice: User, shipped: Any) -> None:
    asked = ask(alice)
    assert asked is not None
    asking.settle(alice, asked.pk, Serving.Outcome.SKIPPED, TODAY, NOW)
    deck = Deck.objects.for_user(alice).get(pack=asked.prompt.pack)
    assert deck.remaining[-1] == asked.prompt_id
    assert deck.skipped == [asked.prompt_id]


def test_one_that_is_put_off_rests_for_a_week(alice: User, shipped: Any) -> None:
    asked = ask(alice)
    assert asked is not None
    asking.settle(alice, asked.pk, Serving.Outcome.SNOOZED, TODAY, NOW)
    preference = Preference.objects.for_user(alice).get(prompt=asked.prompt)
    assert preference.snoozed_until == TODAY + timedelta(days=7)


def test_nothing_more_about_this_for_a_month(alice: User, shipped: Any) -> None:
    lived(alice, 7)
    asked = ask(alice, open_today=DUE)
    assert asked is not None
    settled = asking.settle(alice, asked.pk, Serving.Outcome.NOT_THIS, TODAY, NOW)
    assert settled is not None
    assert settled.not_about_until == TODAY + timedelta(days=30)
    for ahead in (1, 2, 15, 29):
        row = ask(alice, TODAY + timedelta(days=ahead), DUE)
        assert row is not None
        assert row.about != PROMISE


def test_what_was_settled_is_settled_once_but_may_still_be_answered(
    alice: User, shipped: Any
) -> None:
    asked = ask(alice)
    assert asked is not None
    assert asking.settle(alice, asked.pk, Serving.Outcome.SKIPPED, TODAY, NOW)
    assert asking.settle(alice, asked.pk, Serving.Outcome.SNOOZED, TODAY, NOW) is None
    written = asking.settle(alice, asked.pk, Serving.Outcome.WRITTEN, TODAY, NOW)
    assert written is not None
    deck = Deck.objects.for_user(alice).get(pack=asked.prompt.pack)
    assert asked.prompt_id not in deck.remaining


def test_a_stranger_settles_nothing(alice: User, bob: User, shipped: Any) -> None:
    asked = ask(alice)
    assert asked is not None
    assert asking.settle(bob, asked.pk, Serving.Outcome.SKIPPED, TODAY, NOW) is None


def test_what_is_not_for_somebody_is_not_asked(alice: User, shipped: dict[str, Prompt]) -> None:
    preferring.set_aside(alice, shipped["PE-2"], at=NOW)
    asked = ask(alice)
    assert asked is not None
    assert asked.prompt == shipped["CA-1"]


def test_ones_own_pack_is_asked_from(alice: User, bob: User, shipped: Any) -> None:
    for pack in Pack.objects.shipped():
        PackSetting.objects.create(owner=alice, pack=pack, is_on=False)
    pack = make_pack(alice, "What grew?")
    make_pack(bob, "What did Bob do?")
    asked = ask(alice)
    assert asked is not None
    assert asked.text == "What grew?"
    assert asked.prompt.pack == pack
    assert ask(alice, TODAY + timedelta(days=1)) is not None


def test_with_nothing_to_ask_from_nothing_is_asked(alice: User) -> None:
    assert ask(alice) is None
    assert swap(alice) is None
    assert asking.look(alice, TODAY, NOTHING, is_dwelling=False) is None


def test_other_words_are_another_version_and_what_was_asked_keeps_its_own(alice: User) -> None:
    pack = make_pack(alice, "What grew?")
    asked = ask(alice)
    assert asked is not None
    said = authoring.Said(text="What shrank?", language="en")
    authoring.change_prompt(alice, pack.prompts.get().pk, said)
    asked.refresh_from_db()
    assert asked.wording.text == asked.text == "What grew?"
    later = ask(alice, TODAY + timedelta(days=1))
    assert later is not None
    assert later.text == "What shrank?"


def test_a_question_of_somebody_else_cannot_be_kept(alice: User, bob: User) -> None:
    theirs = make_prompt(make_pack(bob), "Mine?")
    with pytest.raises(IntegrityError), transaction.atomic():
        Serving.objects.create(
            owner=alice,
            local_date=TODAY,
            prompt=theirs,
            wording=theirs.wordings.get(),
            text="Mine?",
            reason="deck",
        )


@pytest.mark.parametrize("way", [ask, look])
def test_what_another_page_asks_in_the_middle_is_what_is_asked(
    alice: User, shipped: Any, monkeypatch: pytest.MonkeyPatch, way: Any
) -> None:
    """Between the look whether the day has a question and the choice of one."""
    told = asking._told

    def meanwhile(user: User, day: date, *rest: Any, **more: Any) -> Any:
        monkeypatch.setattr(asking, "_told", told)
        ask(user, day)
        return told(user, day, *rest, **more)

    monkeypatch.setattr(asking, "_told", meanwhile)
    assert way(alice) == Serving.objects.get()


@pytest.mark.django_db(transaction=True)
def test_two_pages_at_once_keep_one() -> None:
    user = make_user(email="alice@example.org")
    make_pack(user, "What grew?", "What shrank?")
    found: list[Serving | None] = []
    barrier = threading.Barrier(2)

    def page() -> None:
        barrier.wait()
        found.append(ask(user))
        connection.close()

    pages = [threading.Thread(target=page) for _ in range(2)]
    for each in pages:
        each.start()
    for each in pages:
        each.join()
    assert Serving.objects.count() == 1
    assert [row.pk for row in found if row] == [Serving.objects.get().pk] * 2
