"""Packs and questions of one's own: begun, changed, let go, and nobody else's."""

from datetime import UTC, datetime

import pytest
from django.db.models import RestrictedError
from django.urls import reverse

from apps.prompts import authoring
from apps.prompts.authoring import Said
from apps.prompts.models import Pack, Prompt, Wording
from tests.factories import NOW, TODAY, make_pack, make_prompt
from tests.htmx import fields, one, soup

NEW = reverse("prompts:pack_create")
QUESTION = {"text": "What was good?", "follow_up": "", "weight": "light", "cadence": "week"}


def url_of(name: str, row: Pack | Prompt) -> str:
    return reverse(f"prompts:{name}", args=[row.pk])


def errors(response) -> str:
    assert response.status_code == 422
    return " ".join(error.get_text() for error in soup(response).select(".errorlist, .notice"))


@pytest.fixture
def answered(monkeypatch) -> set[object]:
    """Ids of questions that cannot be deleted, as when an entry holds on to their words."""
    ids: set[object] = set()
    delete = Prompt.delete

    def restricted(self, *args, **kwargs) -> tuple[int, dict[str, int]]:
        if self.pk in ids:
            raise RestrictedError("answered", set())
        return delete(self, *args, **kwargs)

    monkeypatch.setattr(Prompt, "delete", restricted)
    return ids


def test_it_begins_a_pack_in_the_language_of_whoever_writes(alice_client, alice) -> None:
    alice.language = "de"
    alice.save()
    response = alice_client.post(NEW, {"name": "  Am \n Abend ", "about": "Für spät."})
    pack = Pack.objects.get()
    assert response["Location"] == pack.get_absolute_url()
    assert (pack.owner, pack.names, pack.abouts) == (
        alice,
        {"de": "Am Abend"},
        {"de": "Für spät."},
    )
    alice.language = "en"
    alice.save()
    page = soup(alice_client.get(pack.get_absolute_url()))
    assert one(page, "h1").get_text() == "Am Abend"
    assert "What would you like to be asked?" in page.get_text()


@pytest.mark.parametrize(
    ("name", "why"),
    [("", "This field is required."), (" \n", "required"), ("x" * 81, "at most 80 characters")],
)
def test_a_pack_has_a_name_that_fits(alice_client, name, why) -> None:
    assert why in errors(alice_client.post(NEW, {"name": name, "about": ""}))


def test_there_is_room_for_so_many_packs(alice_client, alice, monkeypatch) -> None:
    monkeypatch.setattr("apps.prompts.views.own.MOST_PACKS", 1)
    make_pack(alice, archived_at=NOW)
    assert alice_client.post(NEW, {"name": "One", "about": ""}).status_code == 302
    assert "as many as there is room for" in errors(alice_client.post(NEW, {"name": "Two"}))


def test_it_changes_what_a_pack_is_called(alice_client, alice) -> None:
    pack = make_pack(alice, abouts={"en": "For me."})
    form = one(soup(alice_client.get(url_of("pack_edit", pack))), "main form")
    assert fields(form)["about"].strip() == "For me."
    alice_client.post(url_of("pack_edit", pack), {"name": "Mornings", "about": ""})
    pack.refresh_from_db()
    assert (pack.names, pack.abouts) == ({"en": "Mornings"}, {})


def test_it_adds_questions_in_their_order(alice_client, alice) -> None:
    pack = make_pack(alice)
    for text in ("What was good?", "Who was {person} today?"):
        response = alice_client.post(url_of("prompt_create", pack), QUESTION | {"text": text})
        assert response["Location"] == pack.get_absolute_url()
    first, second = pack.prompts.order_by("order")
    assert (first.key, first.needs, first.cadence, first.version) == ("1", "", "week", 1)
    assert (second.key, second.needs) == ("2", "person")
    page = soup(alice_client.get(pack.get_absolute_url()))
    shown = [" ".join(name.get_text().split()) for name in page.select(".prompt-row .name")]
    assert shown == ["What was good?", "Who was a person today?"]


@pytest.mark.parametrize(
    ("over", "why"),
    [
        ({"text": ""}, "required"),
        ({"text": "x" * 401}, "at most 400 characters"),
        ({"text": "What of {boss}?"}, "can stand in braces"),
        ({"text": "What of {}?"}, "can stand in braces"),
        ({"text": "In {n} days?"}, "can stand in braces"),
        ({"text": "Does {person} know of {work}?"}, "Ask about one thing"),
        ({"follow_up": "And {person}?"}, "Say it without braces"),
        ({"weight": "huge"}, "Select a valid choice"),
        ({"cadence": ""}, "required"),
    ],
    ids=str,
)
def test_it_says_what_is_amiss_with_a_question(alice_client, alice, over, why) -> None:
    pack = make_pack(alice)
    assert why in errors(alice_client.post(url_of("prompt_create", pack), QUESTION | over))
    assert not Prompt.objects.exists()


def test_a_pack_holds_so_many_questions(alice_client, alice, monkeypatch) -> None:
    monkeypatch.setattr("apps.prompts.views.own.MOST_PROMPTS", 1)
    pack = make_pack(alice)
    make_prompt(pack, retired_on=TODAY)
    assert alice_client.post(url_of("prompt_create", pack), QUESTION).status_code == 302
    assert "Begin another" in errors(alice_client.post(url_of("prompt_create", pack), QUESTION))


def test_other_words_are_a_new_version_and_the_old_ones_stay(alice_client, alice) -> None:
    prompt = make_pack(alice, "What was good?").prompts.get()
    alice_client.post(url_of("prompt_edit", prompt), QUESTION | {"text": "What was {work} like?"})
    prompt.refresh_from_db()
    assert (prompt.version, prompt.needs) == (2, "work")
    said = list(prompt.wordings.order_by("version").values_list("version", "text"))
    assert said == [(1, "What was good?"), (2, "What was {work} like?")]
    page = soup(alice_client.get(prompt.get_absolute_url()))
    assert "What was a small work like?" in " ".join(one(page, "h1").get_text().split())
    assert "What was good?" in one(page, "section[aria-labelledby=earlier]").get_text()


def test_the_same_words_are_the_same_version(alice_client, alice) -> None:
    prompt = make_pack(alice, "What was good?").prompts.get()
    alice_client.post(url_of("prompt_edit", prompt), QUESTION | {"weight": "heavy"})
    prompt.refresh_from_db()
    assert (prompt.version, prompt.weight) == (1, "heavy")
    assert prompt.wordings.count() == 1


def test_another_second_question_is_a_new_version_too(alice) -> None:
    prompt = make_pack(alice, "What was good?").prompts.get()
    changed = authoring.change_prompt(
        alice, prompt.pk, Said(text="What was good?", language="en", follow_up="Why?")
    )
    assert changed.version == 2


def test_it_deletes_a_question_that_nobody_answered(alice_client, alice) -> None:
    prompt = make_pack(alice, "What was good?").prompts.get()
    page = soup(alice_client.get(url_of("prompt_delete", prompt)))
    assert one(page, "main form")["action"] == url_of("prompt_delete", prompt)
    alice_client.post(url_of("prompt_delete", prompt))
    assert not Prompt.objects.exists()
    assert not Wording.objects.exists()


def test_it_retires_a_question_that_was_answered(alice_client, alice, answered) -> None:
    prompt = make_pack(alice, "What was good?").prompts.get()
    answered.add(prompt.pk)
    alice_client.post(url_of("prompt_delete", prompt))
    prompt.refresh_from_db()
    assert prompt.retired_on is not None
    page = soup(alice_client.get(prompt.get_absolute_url()))
    assert "It has not been asked since" in page.get_text()
    assert not page.select("main form")
    for name in ("prompt_edit", "prompt_delete"):
        assert alice_client.get(url_of(name, prompt)).status_code == 404


def test_a_number_is_never_used_again(alice, answered) -> None:
    pack = make_pack(alice, "One?", "Two?")
    answered.add(pack.prompts.get(key="2").pk)
    authoring.let_prompt_go(pack.prompts.get(key="2"), TODAY)
    assert authoring.add_prompt(pack, Said(text="Three?", language="en")).key == "3"


def test_a_pack_goes_with_its_questions(alice_client, alice) -> None:
    pack = make_pack(alice, "What was good?")
    page = soup(alice_client.get(url_of("pack_delete", pack)))
    assert one(page, "main form")["action"] == url_of("pack_delete", pack)
    alice_client.post(url_of("pack_delete", pack))
    assert not Pack.objects.exists()


def test_a_pack_rests_while_one_of_its_questions_was_answered(
    alice_client, alice, answered
) -> None:
    pack = make_pack(alice, "One?", "Two?")
    kept = pack.prompts.get(key="1")
    answered.add(kept.pk)
    alice_client.post(url_of("pack_delete", pack))
    pack.refresh_from_db()
    assert pack.archived_at is not None
    assert list(pack.prompts.all()) == [kept]
    assert alice_client.get(pack.get_absolute_url()).status_code == 404
    page = soup(alice_client.get(kept.get_absolute_url()))
    assert not page.select(f"a[href='{pack.get_absolute_url()}']")


@pytest.mark.parametrize("name", ["pack_edit", "pack_delete", "prompt_create"])
def test_nobody_changes_a_pack_that_is_shipped_or_somebody_elses(alice_client, bob, name) -> None:
    for pack in (make_pack(None), make_pack(bob)):
        assert alice_client.get(url_of(name, pack)).status_code == 404
        assert alice_client.post(url_of(name, pack), QUESTION | {"name": "x"}).status_code == 404


@pytest.mark.parametrize("name", ["prompt_edit", "prompt_delete"])
def test_nobody_changes_a_question_that_is_shipped_or_somebody_elses(
    alice_client, bob, name
) -> None:
    for pack in (make_pack(None, "Why?"), make_pack(bob, "Why?")):
        prompt = pack.prompts.get()
        assert alice_client.get(url_of(name, prompt)).status_code == 404
        assert alice_client.post(url_of(name, prompt), QUESTION).status_code == 404


def test_what_a_stranger_made_is_not_there(alice_client, bob) -> None:
    pack = make_pack(bob, "Why?")
    for url in (
        pack.get_absolute_url(),
        pack.prompts.get().get_absolute_url(),
        url_of("pack_file", pack),
    ):
        assert alice_client.get(url).status_code == 404
    setting = url_of("pack_setting", pack)
    assert alice_client.post(setting, {"weight": "off"}).status_code == 404


def test_letting_a_pack_go_says_when(alice, answered) -> None:
    pack = make_pack(alice, "One?")
    answered.add(pack.prompts.get().pk)
    now = datetime(2026, 11, 21, tzinfo=UTC)
    authoring.let_pack_go(pack, now, TODAY)
    assert pack.archived_at == now
    assert pack.prompts.get().retired_on == TODAY
