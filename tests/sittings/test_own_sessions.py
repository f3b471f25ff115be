"""Sessions of one's own: made, copied, and changed on plain pages."""

from typing import Any

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.journal.models import Entry
from apps.sittings import own
from apps.sittings.models import OwnSession, OwnStep, Sitting
from apps.sittings.own import Said, session_from, steps_of
from apps.sittings.own_forms import KINDS
from apps.sittings.sessions import Kind, shipped
from tests.day import one_in
from tests.htmx import HtmxClient, one, same
from tests.sittings.walking import STANDING, answer_to


def url(name: str, *args: Any) -> str:
    return reverse(f"sittings:{name}", args=args)


@pytest.fixture
def mine(alice: User) -> OwnSession:
    """Three questions: a list, one for each line of it, and one that says whether to go on."""
    session = OwnSession.objects.create(owner=alice, name="My Friday", minutes=10)
    for said in (
        Said("list", "What is open?"),
        Said("line", "What of {it}?", more={"for_each": "q1"}),
        Said(
            "choice",
            "Go on?",
            more={
                "choices": [
                    {"value": "a1", "label": {"en": "Yes"}},
                    {"value": "a2", "label": {"en": "No"}},
                ]
            },
        ),
        Said("text", "With what?", more={"when": {"step": "q3", "is": ["a1"]}}),
    ):
        own.add_step(owner=alice, session=session.pk, said=said)
    session.refresh_from_db()
    return session


def questions(session: OwnSession) -> list[str]:
    return [step.question for step in steps_of(session)]


@pytest.mark.parametrize("key", one_in(3, STANDING))
def test_a_copy_of_any_session_asks_the_same(key: str, alice_client: Client, alice: User) -> None:
    response = alice_client.post(url("own_copy", key))
    made = OwnSession.objects.for_user(alice).get()
    assert response.url == made.get_absolute_url()
    original, copied = shipped()[key], session_from(made, steps_of(made))
    assert [step.asked("x") for step in copied.steps] == [
        step.asked("x") for step in original.steps
    ]
    for name in ("kind", "beside", "for_each", "when", "makes", "commits", "low", "high"):
        assert [getattr(it, name) for it in copied.steps] == [
            getattr(it, name) for it in original.steps
        ]
    assert alice_client.get(response.url).status_code == 200
    for step in steps_of(made):
        assert alice_client.get(url("own_step_edit", made.pk, step.pk)).status_code == 200


def test_what_waits_cannot_be_copied(alice_client: Client) -> None:
    assert alice_client.post(url("own_copy", "year-letter")).status_code == 404


def test_it_is_made_by_plain_forms_and_then_sat(alice_client: Client, alice: User, walker) -> None:
    alice_client.post(url("own_create"), {"name": "Ours", "about": "", "minutes": "5"})
    session = OwnSession.objects.for_user(alice).get()
    assert alice_client.get(url("sitting_begin", session.key)).url == session.get_absolute_url()
    new = url("own_step_create", session.pk)
    for kind, more in (
        ("list", {}),
        ("choice", {"choices": "Yes\n\nNo\n"}),
        ("scale", {"low": "1", "high": "5"}),
        ("two_sided", {"left": "For", "right": "Against"}),
    ):
        said = {"question": f"A {kind}?", "help": "", **more}
        assert alice_client.post(f"{new}?kind={kind}", said).status_code == 302
    listed, chosen = steps_of(session)[:2]
    tied = {"question": "Of {it}?", "help": "", "for_each": listed.key}
    assert alice_client.post(f"{new}?kind=text", tied).status_code == 302
    when = {"question": "Then?", "help": "", "when": f"{chosen.key} a2", "commits": "on"}
    assert alice_client.post(f"{new}?kind=line", when).status_code == 302
    read = session_from(session, steps_of(session))
    sitting = walker.begin(session.key)
    asked = [place.key for place in walker.walk(read, sitting, {})]
    keys = [step.key for step in steps_of(session)]
    assert asked == [*keys[:4], f"{keys[4]}.1", f"{keys[4]}.2", keys[5]]
    walker.end(sitting)
    sitting.refresh_from_db()
    assert sitting.commitment.what == f"Words for {keys[5]}"
    assert "### Of another?" in Entry.objects.get(pk=sitting.entry_id).body.replace("and ", "")


@pytest.mark.parametrize("kind", KINDS)
def test_there_is_a_form_for_every_kind(kind: Kind, alice_client: Client, mine) -> None:
    response = alice_client.get(f"{url('own_step_create', mine.pk)}?kind={kind}")
    assert response.status_code == 200
    assert 'name="question"' in response.content.decode()


@pytest.mark.parametrize(
    ("kind", "said", "field"),
    [
        ("text", {"question": " "}, "question"),
        ("choice", {"choices": "Only one"}, "choices"),
        ("scale", {"low": "3", "high": "3"}, "high"),
        ("scale", {"low": "0", "high": "5", "makes": "mood"}, "makes"),
        ("two_sided", {"left": "For", "right": ""}, "right"),
        ("line", {"for_each": "q1", "commits": "on"}, "commits"),
        ("text", {"when": "q3 nonsense"}, "when"),
        ("text", {"for_each": "q2"}, "for_each"),
    ],
)
def test_it_says_what_does_not_fit(kind, said, field, alice_client: Client, mine) -> None:
    before = mine.version
    address = f"{url('own_step_create', mine.pk)}?kind={kind}"
    response = alice_client.post(address, {"question": "And?", "help": "", **said})
    assert response.status_code == 422
    assert field in response.context["form"].errors
    mine.refresh_from_db()
    assert mine.version == before


def test_a_step_moves_and_none_comes_before_what_it_hangs_on(alice_client: Client, mine) -> None:
    steps = steps_of(mine)
    move = url("own_step_move", mine.pk, steps[2].pk)
    alice_client.post(move, {"to": "up"})
    assert questions(mine) == ["What is open?", "Go on?", "What of {it}?", "With what?"]
    alice_client.post(url("own_step_move", mine.pk, steps[0].pk), {"to": "up"})
    assert questions(mine)[0] == "What is open?"
    held = url("own_step_move", mine.pk, steps[3].pk)
    alice_client.post(held, {"to": "up"})
    response = alice_client.post(held, {"to": "up"}, follow=True)
    assert questions(mine) == ["What is open?", "Go on?", "With what?", "What of {it}?"]
    assert "has to come after the step it hangs on" in response.content.decode()


def test_moving_by_htmx_gives_the_steps_as_a_reload_has_them(htmx_client: HtmxClient, mine) -> None:
    page = htmx_client.page(mine.get_absolute_url())
    move = url("own_step_move", mine.pk, steps_of(mine)[2].pk)
    htmx_client.submit(page, f'form[action="{move}"]:has([value="up"])')
    assert questions(mine)[1] == "Go on?"
    same(page, htmx_client.page(mine.get_absolute_url()))
    last = url("own_step_move", mine.pk, steps_of(mine)[3].pk)
    for _ in range(2):
        htmx_client.submit(page, f'form[action="{last}"]:has([value="up"])')
    assert "has to come after" in one(page, "#own-steps [role=alert]").get_text()


def test_taking_a_step_out_frees_those_that_hang_on_it(alice_client: Client, mine) -> None:
    first, tied, *_rest = steps_of(mine)
    gone = url("own_step_delete", mine.pk, first.pk)
    assert tied.question in alice_client.get(gone).content.decode()
    assert alice_client.post(gone).url == mine.get_absolute_url()
    left = steps_of(mine)
    assert [step.question for step in left] == ["What of {it}?", "Go on?", "With what?"]
    assert left[0].more == {}
    assert session_from(mine, left).steps[0].asked() == "What of ?"


def test_answers_keep_their_value_when_their_words_stay(alice_client: Client, mine) -> None:
    step = steps_of(mine)[2]
    address = url("own_step_edit", mine.pk, step.pk)
    said = {"question": "Go on?", "help": "", "choices": "No\nYes\nLater"}
    assert alice_client.post(address, said).status_code == 302
    step.refresh_from_db()
    assert [(it["value"], it["label"]["en"]) for it in step.more["choices"]] == [
        ("a2", "No"),
        ("a1", "Yes"),
        ("a3", "Later"),
    ]
    refused = alice_client.post(address, {**said, "choices": "No\nLater"})
    assert refused.status_code == 422
    assert "Another step hangs on" in refused.content.decode()


def test_only_one_step_is_promised(alice_client: Client, mine) -> None:
    new = f"{url('own_step_create', mine.pk)}?kind=line"
    said = {"question": "What will I do?", "help": "", "commits": "on"}
    assert alice_client.post(new, said).status_code == 302
    assert alice_client.post(new, said).status_code == 422


def test_what_was_sat_stays_when_its_session_goes(walker, alice: User, mine, alice_client) -> None:
    read = session_from(mine, steps_of(mine))
    sitting = walker.begin(mine.key)
    place = walker.whole(sitting).places[0]
    walker.say(sitting, place.key, **answer_to(place, read, {}))
    assert alice_client.post(url("own_delete", mine.pk)).status_code == 302
    assert not OwnStep.objects.for_user(alice).exists()
    page = alice_client.get(sitting.get_absolute_url()).content.decode()
    assert "What is open?" in page
    assert walker.end(sitting, commit="").status_code == 302
    sitting = Sitting.objects.get(pk=sitting.pk)
    assert "and another" in Entry.objects.get(pk=sitting.entry_id).body


def test_a_stranger_finds_none_of_it(bob_client: Client, mine) -> None:
    step = steps_of(mine)[0]
    for name, args in (
        ("own_edit", [mine.pk]),
        ("own_delete", [mine.pk]),
        ("own_step_create", [mine.pk]),
        ("own_step_edit", [mine.pk, step.pk]),
        ("own_step_delete", [mine.pk, step.pk]),
        ("sitting_begin", [mine.key]),
    ):
        assert bob_client.get(url(name, *args)).status_code == 404
    for name, args in (("own_step_move", [mine.pk, step.pk]), ("own_copy", [mine.key])):
        assert bob_client.post(url(name, *args)).status_code == 404


def test_no_step_crosses_owners(mine, bob: User) -> None:
    OwnStep.objects.create(
        owner=bob, session=mine, position=9, key="q9", kind="text", question="Mine?"
    )
    with pytest.raises(IntegrityError, match="own_step_of_own_session"):
        connection.check_constraints()
