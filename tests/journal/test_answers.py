"""Every answer to one question: in order, in the words it was asked, sealed while one is due."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from apps.accounts.models import User
from apps.core.models import new_id
from apps.journal import answering
from apps.journal.models import Entry, EntryQuestion
from apps.journal.ties import ties_of
from apps.prompts import authoring
from apps.prompts.models import Prompt
from tests.factories import TODAY, make_entry, make_pack, make_prompt
from tests.htmx import one, soup

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=365)


def test_they_stand_in_order_each_in_its_words(alice: User, alice_client: Client) -> None:
    prompt = make_prompt(make_pack(alice), "What grew?")
    first = prompt.wordings.get()
    make_entry(alice, body="Beans.", local_date=TODAY - YEAR, question=first.pk)
    authoring.change_prompt(
        alice, prompt.pk, authoring.Said(text="What grew this year?", language="en")
    )
    second = prompt.wordings.get(version=2)
    make_entry(alice, body="Patience.", local_date=TODAY, question=second.pk)
    page = soup(alice_client.get(prompt.get_absolute_url()))
    texts = [article.text for article in page.select(".answers article")]
    assert ["Beans." in text for text in texts] == [True, False]
    assert "What grew?" in texts[0]
    assert "What grew this year?" not in texts[1]
    assert "What changed since" in texts[1]


def test_what_changed_is_shown(alice: User, alice_client: Client) -> None:
    wording = make_prompt(make_pack(alice)).wordings.get()
    make_entry(alice, body="Beans and peas.", local_date=TODAY - YEAR, question=wording.pk)
    entry = make_entry(alice, body="Beans and patience.", question=wording.pk)
    page = soup(alice_client.get(reverse("journal:answer_changes", args=[entry.pk])))
    assert one(page, ".diff del").text.endswith(": peas")
    assert one(page, ".diff ins").text.endswith(": patience")


def test_the_first_answer_has_none_before(alice: User, alice_client: Client) -> None:
    wording = make_prompt(make_pack(alice)).wordings.get()
    entry = make_entry(alice, question=wording.pk)
    other = make_entry(alice)
    for pk in (entry.pk, other.pk, new_id()):
        assert alice_client.get(f"/journal/answers/{pk}/changes/").status_code == 404


def test_answers_of_a_yearly_question_are_sealed_until_the_new_one_is_written(
    alice: User, alice_client: Client, shipped: dict[str, Prompt]
) -> None:
    prompt = shipped["ST-2"]
    wording = prompt.wordings.get(language="en")
    make_entry(alice, body="A good life is a garden.", local_date=TODAY - YEAR, question=wording.pk)
    page = alice_client.get(prompt.get_absolute_url()).content.decode()
    assert "garden" not in page
    assert "A new answer is due" in page
    writing = alice_client.get(f"/journal/new/?question={wording.pk}").content.decode()
    assert "garden" not in writing
    now = alice.today(Entry.objects.get().created_at)
    make_entry(alice, body="A good life is a road.", local_date=now, question=wording.pk)
    page = alice_client.get(prompt.get_absolute_url()).content.decode()
    assert "garden" in page
    assert "road" in page


def test_others_are_never_sealed(alice: User, shipped: dict[str, Prompt]) -> None:
    wording = shipped["PE-2"].wordings.get(language="en")
    make_entry(alice, local_date=TODAY - 3 * YEAR, question=wording.pk)
    found = answering.answers_to(alice, shipped["PE-2"], TODAY)
    assert len(found.links) == 1
    assert not found.is_sealed


def test_a_stranger_sees_only_their_own(
    alice: User, bob: User, bob_client: Client, shipped: dict[str, Prompt]
) -> None:
    wording = shipped["PE-2"].wordings.get(language="en")
    make_entry(alice, body="Xylothecium", question=wording.pk)
    page = bob_client.get(shipped["PE-2"].get_absolute_url())
    assert b"Xylothecium" not in page.content


def test_the_trash_answers_nothing(alice: User, shipped: dict[str, Prompt]) -> None:
    wording = shipped["PE-2"].wordings.get(language="en")
    entry = make_entry(alice, question=wording.pk)
    Entry.objects.filter(pk=entry.pk).update(trashed_at=entry.created_at)
    assert answering.answers_to(alice, shipped["PE-2"], TODAY).links == []


def test_many_are_shown_to_the_latest(alice: User) -> None:
    wording = make_prompt(make_pack(alice)).wordings.get()
    for number in range(answering.SHOWN + 2):
        make_entry(alice, local_date=TODAY + timedelta(days=number), question=wording.pk)
    found = answering.answers_to(alice, wording.prompt, TODAY)
    assert (len(found.links), found.more) == (answering.SHOWN, 2)
    days = [link.entry.local_date for link in found.links]
    assert days == sorted(days)


def test_an_entry_shows_what_it_answers(alice: User, alice_client: Client) -> None:
    prompt = make_prompt(make_pack(alice), "What grew?")
    entry = make_entry(alice, question=prompt.wordings.get().pk)
    asked = ties_of(entry).question
    assert asked is not None
    assert asked.text == "What grew?"
    page = soup(alice_client.get(entry.get_absolute_url()))
    assert one(page, ".asked a")["href"] == prompt.get_absolute_url()


@pytest.mark.parametrize("question", ["x", "01900000-0000-7000-8000-000000000001"])
def test_what_cannot_be_asked_is_not_there(alice_client: Client, question: str) -> None:
    assert alice_client.get(f"/journal/new/?question={question}").status_code == 404


def test_nobody_answers_what_is_somebody_elses(
    alice: User, bob: User, alice_client: Client
) -> None:
    theirs = make_prompt(make_pack(bob), "Mine?").wordings.get()
    assert alice_client.get(f"/journal/new/?question={theirs.pk}").status_code == 404
    entry = make_entry(alice, question=theirs.pk)
    assert not EntryQuestion.objects.exists()
    with pytest.raises(IntegrityError), transaction.atomic():
        EntryQuestion.objects.create(owner=alice, entry=entry, wording=theirs, text="Mine?")


def test_no_link_crosses_owners(alice: User, bob: User, shipped: Any) -> None:
    entry = make_entry(bob)
    wording = shipped["PE-2"].wordings.get(language="en")

    def cross() -> None:
        EntryQuestion.objects.create(owner=alice, entry=entry, wording=wording, text="Who?")
        connection.check_constraints()

    with pytest.raises(IntegrityError), transaction.atomic():
        cross()


def test_who_leaves_takes_questions_and_answers_along(alice: User) -> None:
    make_entry(alice, question=make_prompt(make_pack(alice)).wordings.get().pk)
    alice.delete()
    assert not EntryQuestion.objects.exists()
