"""What was promised as a calendar, read by a second library."""

from datetime import timedelta

import pytest
import vobject

from apps.promises.models import Promise
from apps.promises.states import State
from tests.factories import NOW, make_person, make_promise, make_promise_draft
from tests.promises.building import in_state
from tests.transfer.forms.writing import written

pytestmark = pytest.mark.django_db


def events(user, **said) -> list:
    return getattr(vobject.readOne(written(user, "ical", **said).decode()), "vevent_list", [])


def test_it_holds_what_was_owed_to_its_end_or_is(alice, bob) -> None:
    kept = in_state(alice, State.KEPT)
    owed = make_promise(alice, what="Bread; butter, and “jam”: " + "漢" * 90)
    for state in (State.DECLINED, State.REVOKED, State.RELEASED):
        in_state(alice, state)
    make_promise_draft(alice)
    make_promise(bob)
    hidden = make_promise(alice)
    Promise.objects.filter(pk=hidden.pk).update(hidden_at=NOW)
    found = {event.uid.value: event for event in events(alice)}
    assert set(found) == {f"promise-{kept.pk}@throughline", f"promise-{owed.pk}@throughline"}
    event = found[f"promise-{owed.pk}@throughline"]
    assert event.summary.value == owed.what
    assert event.dtstart.value == owed.due_on


def test_a_period_and_a_person_choose_and_what_is_private_is_masked(alice) -> None:
    ana = make_person(alice)
    soon = make_promise(alice, person=ana, what="For %%Ana%%", due_precision="time")
    make_promise(alice, due_at=NOW + timedelta(days=40))
    day = soon.due_on
    for said in ({"last": day}, {"person": ana.pk}, {"promise": soon.pk}):
        [event] = events(alice, **said)
        assert event.summary.value == "For %%Ana%%"
        assert event.dtstart.value == soon.due_at
    assert events(alice, last=day - timedelta(days=1)) == []
    [event] = events(alice, last=day, is_masked=True)
    assert event.summary.value == "For [private]"
