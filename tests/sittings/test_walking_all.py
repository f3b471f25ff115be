"""Every session that stands is sat from its first page to its end, by plain forms."""

import pytest
from django.urls import reverse

from apps.journal.models import Entry
from apps.sittings.models import Answer, Sitting
from apps.sittings.sessions import HERE, Kind, shipped
from tests.day import one_in
from tests.sittings.walking import STANDING, promises_of

WAITING = {"letting-go": {"works"}, "year-letter": {"letters"}}


def test_all_but_two_stand() -> None:
    waiting = {key: {*it.needs} - HERE for key, it in shipped().items() if not it.stands}
    assert waiting == WAITING
    assert len(STANDING) == 17


@pytest.mark.parametrize("key", WAITING)
def test_what_waits_is_not_offered(key: str, alice_client) -> None:
    assert alice_client.get(reverse("sittings:sitting_begin", args=[key])).status_code == 404
    assert reverse("sittings:sitting_begin", args=[key]) not in (
        alice_client.get(reverse("sittings:sitting_list")).content.decode()
    )


@pytest.mark.parametrize("key", STANDING)
def test_it_is_sat_from_the_first_page_to_the_end(key: str, walker, alice, company) -> None:
    session = shipped()[key]
    sitting = walker.begin(key)
    asked = [place.step.key for place in walker.walk(session, sitting, company)]
    assert list(dict.fromkeys(asked)) == [step.key for step in session.steps]
    response = walker.end(sitting)
    assert response.status_code == 302
    sitting.refresh_from_db()
    assert sitting.state == Sitting.State.ENDED
    entry = Entry.objects.for_user(alice).get(pk=sitting.entry_id)
    answers = Answer.objects.for_user(alice).filter(sitting=sitting)
    writing = [step for step in session.steps if step.kind is not Kind.READ]
    assert {answer.step for answer in answers} == {step.key for step in writing}
    for answer in answers:
        assert answer.question in entry.body
        assert answer.text.split("\n")[0] in entry.body
    assert entry.comes_back is session.comes_back
    commits = any(step.commits for step in session.steps)
    assert [promise.pk for promise in promises_of(alice)] == [sitting.commitment_id] * commits
    assert walker.client.get(sitting.get_absolute_url()).status_code == 200


@pytest.mark.parametrize("key", one_in(3, STANDING))
def test_every_page_may_be_skipped_and_then_nothing_is_kept(key: str, walker, alice) -> None:
    sitting = walker.begin(key)
    for place in walker.whole(sitting).places:
        assert walker.say(sitting, place.key, then="skip").status_code == 302
    assert walker.end(sitting, commit="").status_code == 302
    sitting.refresh_from_db()
    assert (sitting.state, sitting.entry_id) == ("ended", None)
    assert not Answer.objects.for_user(alice).exists()
    assert not Entry.objects.for_user(alice).exists()
