"""One question a page: saved at each step, left and resumed, gone back on, skipped; two tabs."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.sittings.models import Answer, Sitting
from apps.sittings.saving import MOST_LETTERS
from tests.factories import make_person, make_sitting
from tests.htmx import one, soup


@pytest.fixture
def sitting(walker) -> Sitting:
    return walker.begin("stuck")


def place(response) -> str:
    return urlsplit(response.url).path.rstrip("/").rsplit("/", 1)[1]


def test_next_keeps_the_answer_and_leads_on(walker, sitting, alice) -> None:
    assert place(walker.say(sitting, "harder", body="The plan")) == "so_far"
    answer = Answer.objects.for_user(alice).get()
    assert (answer.step, answer.text, answer.version) == ("harder", "The plan", 1)
    assert answer.question == "What have you been trying harder at?"


def test_back_keeps_what_was_written_on_both_pages(walker, sitting) -> None:
    walker.say(sitting, "harder", body="The plan")
    assert place(walker.say(sitting, "so_far", then="back", body="For a month")) == "harder"
    assert walker.form(sitting, "harder")["body"] == "The plan"
    assert walker.form(sitting, "so_far")["body"] == "For a month"


def test_skipping_keeps_nothing_where_nothing_was_written_and_all_where_something_was(
    walker, sitting, alice
) -> None:
    assert place(walker.say(sitting, "harder", then="skip")) == "so_far"
    assert not Answer.objects.for_user(alice).exists()
    assert place(walker.say(sitting, "so_far", then="skip", body="For a month")) == "protects"
    assert Answer.objects.for_user(alice).get().text == "For a month"


def test_it_is_left_and_gone_on_with_where_it_was_left(walker, sitting) -> None:
    walker.say(sitting, "harder", body="The plan")
    left = walker.say(sitting, "so_far", then="leave", body="For a month")
    assert left.url == reverse("sittings:sitting_list")
    page = soup(walker.client.get(left.url))
    assert one(page, f'a[href="{sitting.get_absolute_url()}"]')
    detail = soup(walker.client.get(sitting.get_absolute_url()))
    assert one(detail, "main .stack > .acts .btn.go")["href"] == walker.url(sitting, "so_far")
    assert [it.get_text() for it in detail.select(".answers dt")] == [
        "What have you been trying harder at?",
        "For how long, and what has come of it?",
    ]


def test_time_is_counted_without_pauses_and_shown(walker, sitting) -> None:
    for minutes in (3, 60):
        opened_at = (timezone.now() - timedelta(minutes=minutes)).isoformat()
        Sitting.objects.update(
            began_at=timezone.now() - timedelta(hours=2),
            last_at=timezone.now() - timedelta(hours=2),
        )
        walker.say(sitting, "harder", body=f"For {minutes}", opened_at=opened_at)
    sitting.refresh_from_db()
    assert sitting.minutes == 3 + 10
    assert "13 minutes so far" in walker.client.get(walker.url(sitting, "so_far")).content.decode()


def test_a_list_makes_as_many_pages_as_it_has_lines_and_loses_none(walker, alice) -> None:
    sitting = walker.begin("three-sketches")
    walker.say(sitting, "headlines", body="One\n\nTwo\nThree")
    keys = [it.key for it in walker.whole(sitting).places]
    assert [key for key in keys if key.startswith("has")] == ["has.1", "has.2", "has.3"]
    walker.say(sitting, "has.3", number="7")
    walker.say(sitting, "headlines", body="One")
    assert "has.3" not in [it.key for it in walker.whole(sitting).places]
    assert walker.client.get(walker.url(sitting, "has.3")).status_code == 404
    # What is no page any more keeps its answer all the same.
    assert [line.place for line in walker.whole(sitting).lines] == ["headlines", "has.3"]


def test_a_page_comes_only_after_the_answer_it_hangs_on(walker) -> None:
    sitting = walker.begin("stepping-back")
    assert walker.client.get(walker.url(sitting, "one_thing")).status_code == 404
    walker.say(sitting, "ending", choice="plan")
    assert walker.client.get(walker.url(sitting, "one_thing")).status_code == 200


def test_two_tabs_lose_nothing(walker, sitting, alice) -> None:
    one_tab, other_tab = (walker.form(sitting, "harder") for _ in range(2))
    url = walker.url(sitting, "harder")
    walker.client.post(url, {**one_tab, "body": "The plan"})
    response = walker.client.post(url, {**other_tab, "body": "The door"})
    assert response.status_code == 409
    page = soup(response)
    assert "The plan" in page.get_text()
    assert "The door" in page.get_text()
    assert Answer.objects.for_user(alice).get().text == "The plan"
    mine = next(form for form in page.select("form[data-settles]") if "just wrote" in form.text)
    data = {it["name"]: it.get("value") or it.get_text() for it in mine.select("[name]")}
    settled = walker.client.post(url, {**data, "body": data["body"].strip("\n")})
    assert place(settled) == "harder"
    assert Answer.objects.for_user(alice).get().text == "The door"


def test_a_script_is_told_the_version_and_a_conflict(walker, sitting) -> None:
    form = walker.form(sitting, "harder")
    url = walker.url(sitting, "harder")
    as_json = {"headers": {"Accept": "application/json"}}
    told = walker.client.post(url, {**form, "body": "The", "sequence": "1"}, **as_json).json()
    assert (told["outcome"], told["version"], told["sequence"]) == ("created", 1, 1)
    told = walker.client.post(url, {**form, "body": "The plan", "sequence": "2"}, **as_json).json()
    assert (told["outcome"], told["version"]) == ("changed", 2)
    late = walker.client.post(url, {**form, "body": "T", "sequence": "1"}, **as_json).json()
    assert late["outcome"] == "superseded"
    other = {**form, "writer": str(make_person(walker.user).pk), "body": "The door"}
    refused = walker.client.post(url, other, **as_json)
    assert (refused.status_code, refused.json()["error"]) == (409, "conflict")


def test_words_that_come_after_its_end_can_be_kept_as_an_entry(walker, sitting) -> None:
    form = walker.form(sitting, "harder")
    walker.end(sitting)
    response = walker.client.post(walker.url(sitting, "harder"), {**form, "body": "Too late"})
    assert response.status_code == 409
    page = soup(response)
    assert one(page, "textarea[name=body]").get_text().strip() == "Too late"
    assert "/journal/" in one(page, "main form.form")["action"]


def test_it_says_what_cannot_be_kept_with_the_answer_still_there(walker) -> None:
    sitting = walker.begin("new-step")
    response = walker.say(sitting, "since", day="0900-01-01")
    assert response.status_code == 422
    assert "0900-01-01" in response.content.decode()
    assert "Choose a day between the years" in response.content.decode()


def test_a_sitting_holds_as_much_as_an_entry(walker, monkeypatch, sitting) -> None:
    assert MOST_LETTERS >= 100_000
    monkeypatch.setattr("apps.sittings.saving.MOST_LETTERS", 10)
    assert walker.say(sitting, "harder", body="The plan").status_code == 302
    response = walker.say(sitting, "so_far", body="For a month")
    assert response.status_code == 422
    assert "For a month" in response.content.decode()


def test_a_stranger_finds_nothing_and_changes_nothing(bob_client: Client, alice) -> None:
    sitting = make_sitting(alice)
    for name, args in (
        ("step_edit", [sitting.pk, "harder"]),
        ("sitting_detail", [sitting.pk]),
        ("sitting_end", [sitting.pk]),
        ("sitting_delete", [sitting.pk]),
        ("sitting_export", [sitting.pk]),
    ):
        url = reverse(f"sittings:{name}", args=args)
        assert bob_client.get(url).status_code == 404
        if name != "sitting_export":
            assert bob_client.post(url, {"body": "mine"}).status_code in {404, 405}
    assert Answer.objects.get().text == "At the plan"


def test_somebody_elses_page_is_not_saved_into_this_journal(walker, sitting, bob) -> None:
    response = walker.say(sitting, "harder", person=str(bob.pk), body="Whose?")
    assert response.status_code == 403
    assert "Whose?" in response.content.decode()
    assert not Answer.objects.exists()


def test_nobody_can_be_picked_who_is_a_strangers(walker, sitting, bob) -> None:
    theirs = make_person(bob, name="Their friend")
    page = walker.client.get(walker.url(sitting, "stood_here")).content.decode()
    assert "There is nobody to choose yet." in page
    walker.say(sitting, "stood_here", **{f"pick-{theirs.pk}": "on"})
    assert not Answer.objects.exists()
