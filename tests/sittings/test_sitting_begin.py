"""How a sitting begins: with what it is for, about what, and beside one that is open already."""

import pytest
from django.urls import reverse

from apps.sittings.models import Sitting
from tests.factories import make_ended_sitting, make_person, make_promise, make_sitting
from tests.htmx import one, soup


def at(key: str) -> str:
    return reverse("sittings:sitting_begin", args=[key])


def test_it_says_what_it_asks_and_makes_nothing_by_looking(alice_client) -> None:
    page = soup(alice_client.get(at("stuck")))
    assert one(page, "h1").get_text() == "Stuck"
    assert "12 to 18 minutes · 6 questions" in page.get_text()
    assert len(page.select(".sitting-steps li")) == 6
    assert not Sitting.objects.exists()


def test_it_begins_at_the_first_page_on_the_persons_day(alice_client, alice) -> None:
    response = alice_client.post(at("stuck"))
    sitting = Sitting.objects.for_user(alice).get()
    assert response.url == reverse("sittings:step_edit", args=[sitting.pk, "harder"])
    assert (sitting.name, sitting.state, sitting.time_zone) == ("Stuck", "open", "Europe/Vienna")
    assert sitting.local_date == alice.today(sitting.began_at)


def test_it_is_begun_about_a_promise_which_is_then_picked_and_shown(walker, alice) -> None:
    promise = make_promise(alice, what="Send the plan", so_that="begin on Monday")
    sitting = walker.begin("after-event-review", promise=promise.pk)
    assert sitting.promise_id == promise.pk
    assert walker.form(sitting, "which")["picked"] == str(promise.pk)
    walker.say(sitting, "which")
    page = soup(walker.client.get(walker.url(sitting, "meant")))
    beside = one(page, "aside.side").get_text()
    assert "Send the plan" in beside
    assert "begin on Monday" in beside


def test_what_is_picked_later_is_shown_instead(walker, alice) -> None:
    first, other = (make_promise(alice, what=what) for what in ("One thing", "Another thing"))
    sitting = walker.begin("after-event-review", promise=first.pk)
    walker.say(sitting, "which", picked=str(other.pk))
    page = soup(walker.client.get(walker.url(sitting, "meant")))
    assert "Another thing" in one(page, "aside.side").get_text()
    assert "One thing" not in one(page, "aside.side").get_text()


@pytest.mark.parametrize("name", ["promise", "person"])
def test_nothing_of_a_strangers_can_be_what_it_is_about(name, alice_client, bob) -> None:
    theirs = {"promise": make_promise, "person": make_person}[name](bob)
    assert alice_client.get(f"{at('stuck')}?{name}={theirs.pk}").status_code == 404
    assert alice_client.post(f"{at('stuck')}?{name}={theirs.pk}").status_code == 404
    assert alice_client.get(f"{at('stuck')}?{name}=nonsense").status_code == 404
    assert not Sitting.objects.exists()


def test_one_that_is_open_can_be_gone_on_with(alice_client, alice, bob) -> None:
    make_sitting(bob)
    make_ended_sitting(alice)
    assert "Go on with the one you began" not in alice_client.get(at("stuck")).content.decode()
    sitting = make_sitting(alice)
    page = soup(alice_client.get(at("stuck")))
    assert one(page, "main form a.btn.go")["href"] == sitting.get_absolute_url()


def test_what_is_not_there_is_not_found(alice_client) -> None:
    for key in ("nonsense", "own-nonsense", "year-letter"):
        assert alice_client.get(at(key)).status_code == 404


def test_stepping_back_has_its_note_its_stop_and_room_for_the_hosts_words(walker, settings) -> None:
    sitting = walker.begin("stepping-back")
    for page in (at("stepping-back"), walker.url(sitting, "onlooker")):
        shown = walker.client.get(page).content.decode()
        assert "Stop whenever you like" in shown
        assert "Where help is" not in shown
    settings.HELP_TEXT, settings.HELP_URL = "Call 142, day and night.", "https://example.org/help"
    for page in (at("stepping-back"), walker.url(sitting, "onlooker")):
        shown = soup(walker.client.get(page))
        assert "Call 142, day and night." in shown.get_text()
        assert one(shown, "main .notice a")["href"] == "https://example.org/help"
    assert "142" not in walker.client.get(at("stuck")).content.decode()
    response = walker.say(sitting, "onlooker", then="stop", body="Alice sat down.")
    assert response.url == reverse("sittings:sitting_end", args=[sitting.pk])
