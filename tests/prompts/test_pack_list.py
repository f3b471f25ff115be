"""The shelf: all packs with how they ask, and the search through their questions."""

import pytest
from django.urls import reverse
from django.utils import translation

from apps.prompts import shelf
from apps.prompts.models import PackSetting, Setting
from tests.factories import make_pack, make_prompt
from tests.htmx import one, same, soup

LIST = reverse("prompts:pack_list")


def names(page, selector: str = "main") -> list[str]:
    return [name.get_text() for name in page.select(f"{selector} .pack-row .name")]


def test_it_shows_own_packs_those_for_any_day_and_those_of_sittings(
    alice_client, alice, bob, shipped
) -> None:
    make_pack(alice, "What?", "Who?", names={"en": "Mine"}, abouts={"en": "For me."})
    make_pack(bob, names={"en": "Bob's"})
    page = soup(alice_client.get(LIST))
    sections = page.select("main section")
    assert [one(section, "h2").get_text() for section in sections] == [
        "Your own",
        "For any day",
        "For a longer look",
    ]
    own, daily, sittings = (names(section, "") for section in sections)
    assert own == ["Mine"]
    assert "For me." in sections[0].get_text()
    assert "2 questions" in sections[0].get_text()
    assert (len(daily), daily[0], daily[-1]) == (17, "The other end", "Letting go, and what stays")
    assert len(sittings) == 3
    assert not sections[2].select("select")


def test_it_speaks_the_language_of_the_page(alice_client, alice, shipped) -> None:
    alice.language = "de"
    alice.save()
    assert "Was am Herzen liegt" in names(soup(alice_client.get(LIST)))


def test_somebody_without_a_pack_is_told_what_they_are(alice_client) -> None:
    page = soup(alice_client.get(LIST))
    assert "questions you would put to yourself" in page.get_text()
    assert one(page, "main a[href$='packs/new/']")


@pytest.mark.parametrize(
    ("sent", "is_on", "weight"),
    [("off", False, 1), ("0", True, 0), ("3", True, 3), ("4", True, 1), ("", True, 1)],
)
def test_it_sets_how_often_a_pack_asks(alice_client, alice, sent, is_on, weight) -> None:
    pack = make_pack(None)
    url = reverse("prompts:pack_setting", args=[pack.pk])
    assert alice_client.post(url, {"weight": sent}).status_code == 302
    row = shelf.on_shelf(alice, pack, 0)
    assert (row.setting.is_on, row.setting.weight) == (is_on, weight)
    chosen = one(soup(alice_client.get(LIST)), ".pack-setting option[selected]")["value"]
    assert chosen == ("off" if not is_on else str(weight))


def test_switched_off_it_keeps_its_weight(alice_client, alice) -> None:
    pack = make_pack(alice)
    url = reverse("prompts:pack_setting", args=[pack.pk])
    for sent in ("2", "off"):
        alice_client.post(url, {"weight": sent})
    setting = PackSetting.objects.get()
    assert (setting.is_on, setting.weight) == (False, 2)


def test_a_pack_of_sittings_has_no_setting(alice_client) -> None:
    pack = make_pack(None, kind="year")
    url = reverse("prompts:pack_setting", args=[pack.pk])
    assert alice_client.post(url, {"weight": "off"}).status_code == 404


def test_setting_it_in_place_gives_what_a_reload_would(htmx_client) -> None:
    pack = make_pack(None)
    page = htmx_client.page(LIST)
    selector = f"#pack-{pack.pk}-setting"
    htmx_client.submit(page, selector, weight="3")
    assert one(page, f"{selector} option[selected]")["value"] == "3"
    same(page, htmx_client.page(LIST), f"{selector} .select option[selected]")


def test_it_leaves_out_what_is_heavy_for_whoever_asks(alice_client, htmx_client, alice) -> None:
    assert not shelf.is_light_only(alice)
    page = htmx_client.page(LIST)
    for is_on in (True, False):
        htmx_client.submit(page, "#light-only")
        assert shelf.is_light_only(alice) is is_on
        pressed = one(page, "#light-only button")["aria-pressed"]
        assert pressed == ("true" if is_on else "false")
    alice_client.post(reverse("prompts:light_only"), {"light_only": "yes"})
    assert Setting.objects.get().light_only


def found(client, text: str) -> list[str]:
    page = soup(client.get(LIST, {"q": text}))
    return [" ".join(row.get_text().split()) for row in page.select(".prompt-row .name")]


@pytest.mark.parametrize(
    ("text", "questions"),
    [
        ("garden", ["What grows in the garden?"]),
        ("GARD", ["What grows in the garden?"]),
        ("arden", []),
        ("garden grows", ["What grows in the garden?"]),
        ("garden shrinks", []),
        ("soil", ["What grows in the garden?"]),
        ("a.*n", []),
        ("[x", []),
        ("100%", ["Is it 100% (really)?"]),
        ("(really", ["Is it 100% (really)?"]),
        ("a\0b", []),
    ],
)
def test_it_finds_questions_by_the_beginnings_of_words(
    alice_client, alice, text, questions
) -> None:
    pack = make_pack(alice, "Is it 100% (really)?")
    make_prompt(pack, "What grows in the garden?", follow_up="And the soil?")
    assert found(alice_client, text) == questions


def test_it_finds_shipped_ones_in_the_language_of_the_page_and_own_as_written(
    alice, shipped
) -> None:
    pack = make_pack(alice, "Kümmerst du dich?")
    with translation.override("en"):
        mine = [prompt.pack_id for prompt in shelf.found(alice, "Kümmerst")]
    with translation.override("de"):
        both = [prompt.pack_id for prompt in shelf.found(alice, "Kümmerst")]
    assert mine == [pack.pk]
    assert len(both) > 1
    assert pack.pk in both


def test_it_finds_nothing_of_anybody_else_and_nothing_that_is_asked_no_more(
    alice_client, alice, bob
) -> None:
    make_pack(bob, "What of the zebra?")
    make_prompt(make_pack(alice), "What of the zebra?", retired_on="2026-01-01")
    assert found(alice_client, "zebra") == []
    assert "No question has these words" in soup(alice_client.get(LIST, {"q": "zebra"})).get_text()


def test_it_says_when_there_are_more(alice_client, alice, monkeypatch) -> None:
    monkeypatch.setattr("apps.prompts.shelf.MOST_FOUND", 2)
    monkeypatch.setattr("apps.prompts.views.packs.MOST_FOUND", 2)
    make_pack(alice, "A zebra?", "Zebras?", "No zebra?")
    page = soup(alice_client.get(LIST, {"q": "zebra"}))
    assert len(page.select(".prompt-row")) == 2
    assert "The first 2 questions" in page.get_text()


def test_searching_in_place_gives_what_a_reload_would(htmx_client, alice) -> None:
    make_pack(alice, "What grows?")
    for text in ("grows", "shrinks", ""):
        url = f"{LIST}?q={text}"
        part = htmx_client.get(url, headers={"HX-Request": "true", "HX-Target": "div#shelf"})
        same(soup(part), htmx_client.page(url), "#shelf")
