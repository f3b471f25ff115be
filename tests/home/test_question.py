"""The question of the day on Today, on its own page, and what one may do with it."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.accounts.models import Session, User
from apps.home import questions
from apps.journal.models import Entry, EntryQuestion
from apps.people.models import Person
from apps.promises.models import PromiseSettings
from apps.prompts import preferring
from apps.prompts.models import Pack, Prompt, Serving
from tests.factories import form_data, make_care, make_entry, make_person, make_promise
from tests.htmx import HtmxClient, one, soup

pytestmark = pytest.mark.django_db
PAGE = "/today/question/"
IN_PLACE = {"HX-Request": "true", "HX-Target": "section#question"}


def asked_of(user: User) -> Serving:
    serving = questions.ask(user, timezone.now())
    assert serving is not None
    return serving


def test_today_shows_what_is_asked(alice: User, alice_client: Client, shipped: Any) -> None:
    serving = asked_of(alice)
    page = soup(alice_client.get("/today/"))
    assert one(page, "#question > p").text.strip() == serving.text


def test_before_it_is_kept_today_has_a_link_to_it(alice_client: Client, shipped: Any) -> None:
    page = soup(alice_client.get("/today/"))
    assert one(page, "#question a")["href"] == PAGE
    assert one(soup(alice_client.get(PAGE)), "p.question").text.strip()
    assert not Serving.objects.exists()


def test_its_page_says_why_it_is_this_one(
    alice: User, alice_client: Client, shipped: dict[str, Prompt]
) -> None:
    assert "seven questions for your first days" in alice_client.get(PAGE).content.decode()
    for ago in range(7, 0, -1):
        questions.asking.ask(
            alice,
            alice.today(timezone.now()) - timedelta(days=ago),
            questions.Open(),
            is_dwelling=False,
        )
    page = alice_client.get(PAGE).content.decode()
    assert "the next from" in page
    make_promise(alice, due_at=timezone.now() + timedelta(days=1))
    page = alice_client.get(PAGE).content.decode()
    assert "when a promise is due" in page


def test_writing_about_it_keeps_it_and_ties_the_entry(
    alice: User, alice_client: Client, shipped: Any
) -> None:
    looked = soup(alice_client.get(PAGE))
    prompt = looked.select("[name=prompt]")[0]["value"]
    answer = alice_client.post(f"{PAGE}write/", {"prompt": prompt})
    serving = Serving.objects.get()
    assert answer.url == f"{reverse('journal:entry_create')}?question={serving.pk}"
    page = soup(alice_client.get(answer.url))
    assert serving.text in page.text
    assert one(page, "[name=question]")["value"] == str(serving.pk)
    entry = make_entry(alice, question=serving.pk)
    link = EntryQuestion.objects.get(entry=entry)
    assert (link.text, link.serving, link.wording) == (serving.text, serving, serving.wording)
    serving.refresh_from_db()
    assert serving.outcome == Serving.Outcome.WRITTEN
    assert serving.text not in alice_client.get("/today/").content.decode()
    assert serving.text in alice_client.get(entry.get_absolute_url()).content.decode()


def test_a_plain_form_answers_it(alice: User, alice_client: Client, shipped: Any) -> None:
    serving = asked_of(alice)
    pk = "01900000-0000-7000-8000-000000000001"
    url = reverse("journal:entry_save", args=[pk])
    alice_client.post(url, form_data(alice, body="To Ana.", question=str(serving.pk)))
    assert EntryQuestion.objects.get().entry_id == Entry.objects.get().pk


def test_another_one_takes_its_place(alice: User, htmx_client: HtmxClient, shipped: Any) -> None:
    serving = asked_of(alice)
    for _ in range(3):
        part = soup(
            htmx_client.post(
                f"{PAGE}another/", {"prompt": str(serving.prompt_id)}, headers=IN_PLACE
            )
        )
        latest = Serving.objects.order_by("-slot")[0]
        assert latest.prompt_id != serving.prompt_id
        assert one(part, "#question > p").text.strip() == latest.text
        serving = latest
    assert part.select_one("#question-swap") is None


@pytest.mark.parametrize("outcome", ["skipped", "snoozed", "not_this"])
def test_it_can_be_set_aside(alice: User, alice_client: Client, shipped: Any, outcome: str) -> None:
    serving = asked_of(alice)
    alice_client.post(f"{PAGE}aside/", {"prompt": str(serving.prompt_id), "outcome": outcome})
    serving.refresh_from_db()
    assert serving.outcome == outcome
    page = soup(alice_client.get("/today/"))
    assert serving.text not in page.text
    assert one(page, "#question-swap")


def test_an_old_page_sets_nothing_aside(alice: User, alice_client: Client, shipped: Any) -> None:
    serving = asked_of(alice)
    other = shipped["CA-1"]
    assert serving.prompt != other
    for part, data in (("aside/", {"outcome": "skipped"}), ("another/", {}), ("write/", {})):
        page = alice_client.post(f"{PAGE}{part}", {"prompt": str(other.pk), **data}, follow=True)
        assert "has changed since this page was shown" in page.content.decode()
    assert [row.outcome for row in Serving.objects.all()] == ["none"]


def test_with_nothing_to_ask_it_says_so_and_where_to_choose(
    alice: User, alice_client: Client
) -> None:
    page = soup(alice_client.get(PAGE))
    assert one(page, f"main a[href='{reverse('prompts:pack_list')}']")
    assert alice_client.post(f"{PAGE}write/").url == "/today/"


def test_a_new_life_is_asked_nothing_about_what_it_has_not(alice: User, shipped: Any) -> None:
    day = alice.today(timezone.now())
    for ahead in range(40):
        serving = questions.asking.ask(
            alice,
            day + timedelta(days=ahead),
            questions.open_of(alice, day + timedelta(days=ahead), timezone.now()),
            is_dwelling=False,
        )
        assert serving is not None
        assert serving.prompt.needs == ""


def test_it_may_be_about_people_promises_and_cares(alice: User) -> None:
    now = timezone.now()
    day = alice.today(now)
    person = make_person(alice, name="Ana")
    make_person(alice, name="Somebody", kind=Person.Kind.PICTURED)
    promise = make_promise(alice, person=person, what="A map", due_at=now + timedelta(days=1))
    care = make_care(alice, label="Kindness", now=now - timedelta(weeks=5))
    found = questions.open_of(alice, day, now)
    things = {kind: [thing.blanks for thing in rows] for kind, rows in found.things.items()}
    assert {"person": "Ana"} in things["person"]
    assert all(blanks["person"] != "Somebody" for blanks in things["person"])
    assert things["promise"] == [{"promise": "A map", "person": "Ana"}]
    assert things["care"] == [{"care": "Kindness"}]
    calls = {occasion.kind: occasion for occasion in found.occasions}
    assert calls["promise_due"].about == f"promise:{promise.pk}"
    assert calls["promise_due"].blanks["when"] == "tomorrow"
    assert calls["care_untouched"].about == f"care:{care.pk}"
    assert calls["care_untouched"].blanks["n"] == 5


def test_dwelling_is_heeded(alice: User) -> None:
    assert not questions.is_dwelling(alice)
    PromiseSettings.objects.create(owner=alice, is_dwelling=True)
    assert questions.is_dwelling(alice)


def test_days_that_begin_get_their_question_by_themselves(
    alice: User, bob: User, alice_client: Client, shipped: Any
) -> None:
    """Only of who was here lately, and once."""
    now = timezone.now()
    Session.objects.filter(owner=alice).update(seen_at=now)
    assert questions.ask_everybody(now) == 1
    assert questions.ask_everybody(now) == 0
    assert questions.ask_everybody(now + timedelta(days=1)) == 1
    assert questions.ask_everybody(now + timedelta(days=20)) == 0
    assert {row.owner_id for row in Serving.objects.all()} == {alice.pk}


def test_it_comes_in_the_words_of_the_person_also_by_itself(
    alice: User, alice_client: Client, shipped: Any
) -> None:
    now = timezone.now()
    alice.language = "de"
    alice.save()
    for pack in Pack.objects.shipped():
        if pack.key != "PR":
            preferring.set_pack(alice, pack, None)
    day = alice.today(now)
    for ago in range(9, 0, -1):
        questions.asking.ask(alice, day - timedelta(days=ago), questions.Open(), is_dwelling=False)
    make_promise(alice, what="Eine Karte", due_at=now + timedelta(days=1))
    questions.ask_everybody(now)
    serving = Serving.objects.get(local_date=day)
    assert serving.occasion == "promise_due"
    assert "Eine Karte" in serving.text
    assert "morgen" in serving.text or "{" not in serving.text
