"""The page of a question, and of a pack that is shipped."""

import pytest

from tests.factories import make_pack, make_prompt
from tests.htmx import one, soup


def test_it_shows_words_where_blanks_will_be_filled(alice_client, shipped) -> None:
    for prompt in shipped.values():
        if prompt.needs and prompt.fits:
            page = soup(alice_client.get(prompt.get_absolute_url()))
            said = one(page, "h1").get_text()
            assert "{" not in said + one(page, "title").get_text()
            assert page.select("h1 .blank")
            break
    facts = one(page, ".facts").get_text()
    assert "When it comes" in facts
    assert "Its blank is for" in facts


def test_every_shipped_question_has_words_for_its_blanks(shipped) -> None:
    from apps.prompts.models import Wording

    assert [wording.text for wording in Wording.objects.all() if "{" in wording.shown] == []


@pytest.mark.parametrize(
    ("language", "says"), [("en", "What do you look after"), ("de", "Worum kümmerst du dich")]
)
def test_it_speaks_the_language_of_the_page(alice_client, alice, shipped, language, says) -> None:
    alice.language = language
    alice.save()
    page = soup(alice_client.get(shipped["CA-1"].get_absolute_url()))
    assert one(page, "h1").get_text().startswith(says)
    assert one(page, ".follow-up").get_text()


def test_a_shipped_one_can_be_liked_and_not_changed(alice_client, shipped) -> None:
    page = soup(alice_client.get(shipped["CA-1"].get_absolute_url()))
    assert len(page.select("main .preference form")) == 3
    assert not page.select("main a[href$='/edit/']")


def test_what_somebody_wrote_is_never_markup(alice_client, alice) -> None:
    pack = make_pack(alice, names={"en": "<b>P</b>"}, abouts={"en": "<i>a</i>"})
    prompt = make_prompt(pack, "<script>x</script> {person}?", follow_up="<b>y</b>")
    for url in (pack.get_absolute_url(), prompt.get_absolute_url()):
        page = soup(alice_client.get(url))
        assert not page.select("main b, main i, main script")
        assert "<script>x</script>" in one(page, "main").get_text()


def test_a_pack_shows_its_questions_in_their_order(alice_client, shipped) -> None:
    pack = shipped["CA-1"].pack
    page = soup(alice_client.get(pack.get_absolute_url()))
    rows = page.select(".prompt-row")
    keys = [prompt.key for prompt in pack.prompts.order_by("order")]
    assert [row["id"] for row in rows] == [f"prompt-{shipped[key].pk}-row" for key in keys]


def test_a_pack_of_sittings_says_when_it_is_asked(alice_client, shipped) -> None:
    page = soup(alice_client.get(shipped["YR-1"].pack.get_absolute_url()))
    assert not page.select("main select")
    assert "asked when you sit down" in page.get_text()
