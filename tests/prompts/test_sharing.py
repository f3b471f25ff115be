"""A pack as a file: what is in it, what is not, and that it comes back as it went."""

import json
from collections.abc import Iterator

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from apps.prompts import preferring, sharing
from apps.prompts.authoring import MOST_PROMPTS
from apps.prompts.models import Pack, PackSetting, Prompt
from apps.prompts.receiving import NotTaken, receive
from apps.prompts.sharing import MARK, MOST_BYTES, NotAPack, read
from tests.factories import make_pack, make_prompt, make_user
from tests.htmx import soup

IMPORT = reverse("prompts:pack_import")
# Words as forms keep them: one line, without braces.
LINE = st.text(
    st.characters(exclude_categories=["Cc", "Cs", "Zs", "Zl", "Zp"], exclude_characters="{}"),
    min_size=1,
    max_size=60,
)
PROMPT = st.fixed_dictionaries(
    {
        "text": st.one_of(LINE, LINE.map(lambda text: f"{text} {{person}}?")),
        "follow_up": st.one_of(st.just(""), LINE),
        "weight": st.sampled_from(Prompt.Weight.values),
        "cadence": st.sampled_from(Prompt.Cadence.values),
    }
)


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Whatever a page of another test spoke."""
    with translation.override("en"):
        yield


def saved(client, pack: Pack) -> bytes:
    return client.get(reverse("prompts:pack_file", args=[pack.pk])).content


def handed_in(client, content: bytes) -> HttpResponse:
    return client.post(IMPORT, {"file": SimpleUploadedFile("pack.json", content)})


def why_not(owner, content: bytes) -> list[str]:
    with pytest.raises(NotTaken) as problem:
        receive(owner, content)
    assert not Pack.objects.exists()
    return problem.value.sentences


def test_it_is_saved_as_a_file_without_anything_of_who_asks(alice_client, alice) -> None:
    pack = make_pack(alice, names={"en": "Evenings ünder way"}, abouts={"en": "For late."})
    prompt = make_prompt(pack, "How is {person}?", follow_up="Sure?", needs="person")
    make_prompt(pack, "Gone?", retired_on="2026-01-01")
    preferring.like(alice, prompt, liked=True)
    response = alice_client.get(reverse("prompts:pack_file", args=[pack.pk]))
    assert response["Content-Disposition"] == 'attachment; filename="evenings-under-way.json"'
    assert json.loads(response.content) == {
        MARK: 1,
        "name": {"en": "Evenings ünder way"},
        "about": {"en": "For late."},
        "prompts": [
            {
                "text": {"en": "How is {person}?"},
                "follow_up": {"en": "Sure?"},
                "weight": "light",
                "cadence": "quarter",
            }
        ],
    }


@pytest.mark.parametrize("name", ["日本", "../../etc", '"; x="', "\u202e"])
def test_a_file_has_a_plain_name(alice_client, alice, name) -> None:
    pack = make_pack(alice, "What?", names={"en": name})
    said = alice_client.get(reverse("prompts:pack_file", args=[pack.pk]))["Content-Disposition"]
    stem = said.removeprefix('attachment; filename="').removesuffix('.json"')
    assert stem
    assert all(letter.isascii() and (letter.isalnum() or letter in "-_") for letter in stem)


@pytest.mark.django_db
@given(
    name=LINE, about=st.one_of(st.just(""), LINE), prompts=st.lists(PROMPT, min_size=1, max_size=5)
)
def test_what_is_passed_on_comes_in_as_it_was(name, about, prompts) -> None:
    owner = make_user()
    content = json.dumps({MARK: 1, "name": name, "about": about, "prompts": prompts}).encode()
    pack = receive(owner, content)
    first = sharing.to_file(
        pack, Prompt.objects.with_wordings().filter(pack=pack).order_by("order")
    )
    other = receive(make_user(), first)
    rows = Prompt.objects.with_wordings().filter(pack=other).order_by("order")
    assert sharing.to_file(other, rows) == first
    said = json.loads(first)
    assert said["name"] == {"en": name}
    assert [each["text"]["en"] for each in said["prompts"]] == [each["text"] for each in prompts]
    assert [row.needs for row in rows] == [
        "person" if "{person}" in each["text"] else "" for each in prompts
    ]


def test_a_file_that_is_handed_in_becomes_a_pack_that_asks_nothing_yet(
    alice_client, bob_client, alice, bob
) -> None:
    pack = make_pack(bob, "What?", "Who is {person}?", names={"en": "Bob's"})
    response = handed_in(alice_client, saved(bob_client, pack))
    mine = Pack.objects.for_user(alice).get()
    assert response["Location"] == mine.get_absolute_url()
    assert mine.name == "Bob's"
    assert mine.prompts.count() == 2
    assert not PackSetting.objects.for_user(alice).get().is_on


def test_a_shipped_pack_comes_in_in_the_language_of_whoever_takes_it(
    alice_client, bob_client, bob, shipped
) -> None:
    content = saved(alice_client, shipped["LE-1"].pack)
    assert set(json.loads(content)["name"]) == {"en", "de"}
    bob.language = "de"
    bob.save()
    assert handed_in(bob_client, content).status_code == 302
    pack = Pack.objects.for_user(bob).get()
    assert set(pack.names) == {"de"}
    assert {row.language for prompt in pack.prompts.all() for row in prompt.wordings.all()} == {
        "de"
    }


def test_every_shipped_pack_can_be_taken_in(alice, shipped) -> None:
    for pack in Pack.objects.shipped():
        rows = Prompt.objects.with_wordings().filter(pack=pack).order_by("order")
        taken = receive(alice, sharing.to_file(pack, rows))
        assert taken.prompts.count() == sum(not row.fits for row in rows)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "cannot be read"),
        (b"BEGIN:VCARD", "cannot be read"),
        (b"\xff\xfe", "cannot be read"),
        (b"[" * 200_000, "cannot be read"),
        (b"[]", "no pack in this file"),
        (b"{}", "no pack in this file"),
        (b'{"throughline_pack": 2}', "no pack in this file"),
        (b'{"throughline_pack": 1, "prompts": {}}', "no pack in this file"),
        (b'{"throughline_pack": 1, "prompts": ["x"]}', "no pack in this file"),
        (b'{"throughline_pack": 1, "name": 7, "prompts": []}', "not a text"),
        (b'{"throughline_pack": 1, "name": {"en": 7}, "prompts": []}', "not a text"),
        (b'{"throughline_pack": 1, "prompts": []}', "Its name: This field is required."),
        (b'{"throughline_pack": 1, "name": "x", "prompts": []}', "no question in this pack"),
        (b" " * (MOST_BYTES + 1), "larger than 512 kB"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_it_says_why_a_file_is_not_taken(alice, content, why) -> None:
    [sentence] = why_not(alice, content)
    assert why in sentence
    assert sentence.endswith(".")


def test_it_names_the_questions_that_are_amiss_and_takes_none(alice) -> None:
    said = [{"text": "Fine?"}, {"text": ""}, {"text": "x" * 401, "weight": "huge"}]
    content = json.dumps({MARK: 1, "name": "x", "prompts": said}).encode()
    sentences = why_not(alice, content)
    assert [sentence.partition(":")[0] for sentence in sentences] == [
        "Question 2",
        "Question 3",
        "Question 3",
    ]


def test_it_takes_no_more_than_a_pack_holds(alice) -> None:
    said = [{"text": "Again?"}] * (MOST_PROMPTS + 1)
    [sentence] = why_not(alice, json.dumps({MARK: 1, "name": "x", "prompts": said}).encode())
    assert "Save it as several packs" in sentence


def test_the_page_says_it_in_its_form(alice_client) -> None:
    response = handed_in(alice_client, b"{}")
    assert response.status_code == 422
    assert "no pack in this file" in soup(response).select_one(".errorlist").get_text()
    assert alice_client.post(IMPORT, {}).status_code == 422
    large = handed_in(alice_client, b" " * (MOST_BYTES + 1))
    assert "larger than 512 kB" in soup(large).get_text()


def test_there_is_room_for_so_many_packs(alice_client, alice, monkeypatch) -> None:
    monkeypatch.setattr("apps.prompts.views.own.MOST_PACKS", 0)
    content = json.dumps({MARK: 1, "name": "x", "prompts": [{"text": "y?"}]}).encode()
    assert handed_in(alice_client, content).status_code == 422


@given(st.binary(max_size=300) | st.text(max_size=300).map(str.encode))
def test_no_file_breaks_it(content) -> None:
    with pytest.raises(NotAPack):
        read(content, "en")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=8,
)


@given(name=JSON, prompts=st.lists(st.dictionaries(st.sampled_from(["text", "weight"]), JSON)))
def test_whatever_stands_in_a_pack_is_texts_or_refused(name, prompts) -> None:
    content = json.dumps({MARK: 1, "name": name, "prompts": prompts}).encode()
    try:
        found = read(content, "en")
    except NotAPack:
        return
    assert isinstance(found.name, str)
    assert all(isinstance(each.text + each.weight, str) for each in found.prompts)
