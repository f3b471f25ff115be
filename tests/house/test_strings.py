"""Texts of every kind, through every field, kept to the letter and shown as they are kept (T-13).

0 × 5xx; what is stored is what was sent after the one normalisation (core.text.clean) and what the
field says of itself; what is shown is what is stored. That what was written is found as it was
written: tests/journal/test_searching.py.
"""

import json
import sys
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db.models import Model
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils.html import escape

from apps.cares.models import CareStatement
from apps.core import forms
from apps.core.text import clean
from apps.journal.models import Attachment, Entry
from apps.journal.models.entry import BODY_LENGTH
from apps.journal.settling import try_to_settle
from apps.journal.sorting import one_line
from apps.journal.uploads import clean_name
from apps.promises.models import PlannedPromise
from tests.factories import form_data
from tests.house.routes import API, ROUTES, Life, log_in, undone
from tests.house.test_api import ask

pytestmark = pytest.mark.django_db

# --- The strings --------------------------------------------------------------------------------

ODD = [
    "a\0b",
    "\0",
    "\ud800",
    "a\udfffb\ud83d",
    "\ufffe\uffff",
    "\ufeffbyte order",
    "\u202eright to left\u202c",
    "\u2066isolated\u2069",
    "\u200bzero\u200cwidth\u200djoiners\u2060",
    "e\u0301 and \u00e9",
    "\u212b \u00c5 A\u030a",
    "a" + "\u0301" * 60,
    "\u1112\u1161\u11ab 한",
    "שלום עולם",
    "مرحبا بالعالم",
    "🇦🇹🇯🇵🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "👩‍👩‍👧‍👦 👍🏽 #️⃣",
    "Ǆ ǅ ſ ß İ ı ﬁ Ω",
    "漢字かな交じり文 ไปทำงาน",
    "{{ 7|add:7 }} {% debug %} ${7*7} <%= 7*7 %> #{7*7}",
    "%s %d %n %(name)s %00 %0a {0} {name} {0.__class__}",
    "../../etc/passwd ..\\..\\boot.ini C:\\temp\\new \\\\server\\share",
    "file:///etc/passwd CON NUL aux.txt .htaccess ~root",
    "'; DROP TABLE journal_entry; -- \" OR ''='",
    "1' UNION SELECT NULL,NULL-- ) /* */ ; \\' \\\"",
    "=1+1 +1 -1 @SUM(A1) \t|cmd",
    "$(reboot) `reboot` ; reboot | reboot & reboot",
    "Bcc: x@example.org\r\nX: y",
    "null undefined NaN Infinity -0 1e309 0x10 True None []",
    "\u2028line\u2029paragraph\x0bvertical\x0cform\x85next",
    "\x01\x02\x1b[31mred\x7f",
    "\u00ad\u034f\u115f\u3164\u2800",
    "&amp; &lt;b&gt; &#0; &#x110000; <b>x</b> <!-- -->",
    "a\r\nb\rc\nd",
    "  spaces  around \t",
    "\u00a0\u3000no break\u2003",
    "\U0010ffff\U000f0000\ue000",
    "Ｆｕｌｌ ｗｉｄｔｈ ①②③ ½ ³",
    "Z̸̡̢̛̲͎̪a̵̧͉l̶̢̛g̷̨̛o̴̢̧",
    "a\u0316\u0301\u0316\u0301 mixed order",
    '#tag @name #"two words" @“Ana María” \\#not',
    "https://a.example/?q=<>&x='\"",
]


def _of_every_kind() -> list[str]:
    """Letters of each category of Unicode, some of each, spread over all of it."""
    kinds: dict[str, list[str]] = {}
    for number in range(0, sys.maxunicode + 1, 7):
        letter = chr(number)
        kinds.setdefault(unicodedata.category(letter), []).append(letter)
    found = []
    for letters in kinds.values():
        step = max(1, len(letters) // 50)
        found += [f"x{letter}{letter}y" for letter in letters[::step]]
    return found


STRINGS = list(dict.fromkeys([*ODD, *_of_every_kind()]))


def test_there_are_strings_enough() -> None:
    assert len(STRINGS) >= 1_000
    assert len({unicodedata.category(letter) for text in STRINGS for letter in text}) == 30


# --- The fields ---------------------------------------------------------------------------------


def arrives(text: str) -> str:
    """A text as a server has it that got it by a form: half a letter is none."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "replace")


def words(text: str) -> str:
    """A text as a field of words keeps it, which leaves out what is around it."""
    return clean(arrives(text).strip()).strip()


def a_line(text: str) -> str:
    """A text as a field of one line keeps it."""
    return " ".join(words(text).split())


def a_name(text: str) -> str:
    """A text as the name of a tag or a notebook."""
    return one_line(words(text).lstrip("#").strip())


@dataclass(frozen=True)
class Place:
    """A field of a form, the row it goes to, and where that is shown. `kept`: how it is kept."""

    route: str
    field: str
    row: Callable[[Life], Model | None]
    attribute: str
    shown: Callable[[Life], str]
    kept: Callable[[str], str] = words
    length: int = 200


def page(name: str) -> Callable[[Life], str]:
    """The address of this name, of a life's row where it names one."""
    return lambda life: reverse(name, kwargs=ROUTES[name].kwargs(life))


def place(
    row: str,
    name: str,
    shown: str,
    *,
    to: str = "",
    kept: Callable[[str], str] = words,
    length: int = 200,
) -> Place:
    """A field that is called like what it fills of a life's row."""
    return Place(
        to or shown, name, lambda life: getattr(life, row), name, page(shown), kept, length
    )


def _last_words(life: Life) -> Model:
    """What the life's care says today."""
    return CareStatement.objects.for_user(life.user).filter(care=life.care).latest("version")


PLACES = [
    place("entry", "title", "journal:entry_edit", to="journal:entry_save"),
    place(
        "entry",
        "body",
        "journal:entry_edit",
        to="journal:entry_save",
        kept=lambda text: clean(arrives(text)),
    ),
    place("person", "name", "people:person_detail", to="people:person_edit"),
    place("person", "how_known", "people:person_edit"),
    place("person", "notes", "people:person_edit"),
    place("person", "works_well_when", "people:person_edit"),
    place("person", "careful_with", "people:person_detail", to="people:person_edit"),
    place("own_card", "name", "values:card_list", to="values:card_edit", length=40),
    place("own_card", "gloss", "values:card_list", to="values:card_edit"),
    place("domain", "name", "values:domain_list", to="values:domain_edit", kept=a_line, length=40),
    place("circle", "name", "people:circle_list", to="people:circle_edit", kept=a_line, length=64),
    place("concern", "words", "people:concern_edit"),
    place("contact", "words", "people:contact_edit"),
    place("date", "label", "people:date_edit", kept=a_line, length=64),
    place("tag", "name", "journal:tag_list", to="journal:tag_rename", kept=a_name, length=64),
    place("notebook", "name", "journal:notebook_rename", kept=a_name, length=64),
    place("template", "name", "journal:template_list", to="journal:template_edit", length=64),
    place("template", "body", "journal:template_edit"),
    place("saved_search", "name", "journal:saved_search_edit", length=64),
    place("highlight", "note", "journal:highlight_detail"),
    place("attachment", "alt", "journal:attachment_detail", kept=a_line),
    place("own_session", "name", "sittings:own_edit", length=120),
    place("own_session", "about", "sittings:own_edit"),
    place("own_step", "question", "sittings:own_edit", to="sittings:own_step_edit"),
    place("own_step", "help", "sittings:own_step_edit"),
    Place(
        "sittings:step_edit",
        "body",
        lambda life: life.answer,
        "text",
        page("sittings:step_edit"),
        lambda text: clean(arrives(text)),
    ),
    place("user", "name", "accounts:settings", length=150),
    place("care", "label", "cares:care_rename", kept=a_line, length=40),
    *(
        Place("cares:care_fix", name, _last_words, name, page("cares:care_fix"))
        for name in ("text", "because")
    ),
    Place(
        "promises:week_reason",
        "note",
        lambda life: PlannedPromise.objects.for_user(life.user).get(promise=life.late),
        "reason_note",
        page("promises:week_detail"),
    ),
    Place(
        "capture:token_create",
        "name",
        lambda life: type(life.token)._base_manager.filter(owner=life.user).order_by("id").last(),
        "name",
        page("capture:token_list"),
        a_line,
        64,
    ),
]
IDS = [f"{place.route} {place.field}" for place in PLACES]


def send(client: Client, url: str, form: dict[str, object]) -> HttpResponse:
    """A form as a browser sends it, half letters too."""
    data = urlencode(form, doseq=True, errors="surrogatepass")
    return client.post(url, data, content_type="application/x-www-form-urlencoded")


def tried(place: Place, life: Life, client: Client, text: str) -> str:
    """What is wrong after this text was sent to this field; "refused" where it was sent back."""
    form = ROUTES[place.route].form(life) | {place.field: text}
    if place.route == "journal:entry_save":
        life.entry.refresh_from_db()
        form["expected_version"] = str(life.entry.version)
    with undone(client):
        answer = send(client, reverse(place.route, kwargs=ROUTES[place.route].kwargs(life)), form)
        if answer.status_code == 422:
            shown = answer.content.decode()
            return "refused" if escape(words(text)[:20]) in shown or not words(text) else "lost"
        if answer.status_code not in {200, 302}:
            return f"{answer.status_code}"
        row = place.row(life)
        assert row is not None
        row.refresh_from_db()
        stored = getattr(row, place.attribute)
        if stored != place.kept(text):
            return f"kept as {stored!a}"
        html = client.get(place.shown(life)).content.decode()
        return "" if escape(stored) in html else f"{stored!a} is not shown"


def faults(place: Place, life: Life, strings: list[str]) -> dict[str, str]:
    """What is wrong with any of these texts in this field. Most must have been taken."""
    client = log_in(life.user, confirmed=True)
    found = {text: tried(place, life, client, text[: place.length]) for text in strings}
    refused = [text for text, what in found.items() if what == "refused"]
    assert len(refused) < len(found) / 2, refused
    return {text: what for text, what in found.items() if what not in {"", "refused"}}


@pytest.mark.parametrize("number", range(len(PLACES)), ids=IDS)
def test_every_field_keeps_and_shows_what_was_sent(life, number) -> None:
    """Some of the odd, and a few of the rest, others for each field; all of them at night."""
    some = [*ODD[number % 16 :: 16], *STRINGS[number::320]]
    assert faults(PLACES[number], life, some) == {}


@pytest.mark.nightly
@pytest.mark.parametrize("number", range(len(PLACES)), ids=IDS)
def test_every_field_keeps_and_shows_every_string(life, number) -> None:
    assert faults(PLACES[number], life, STRINGS) == {}


def test_a_text_of_all_of_them_is_kept_settled_and_given_out(life) -> None:
    """By the form, in the file of chosen entries, and by the API."""
    client = log_in(life.user)
    for begin in range(0, len(STRINGS), 300):
        text = "\n\n".join(STRINGS[begin : begin + 300])
        life.entry.refresh_from_db()
        form = form_data(life.user, body=text, expected_version=str(life.entry.version))
        answer = send(client, reverse("journal:entry_save", args=[life.entry.pk]), form)
        assert answer.status_code == 302
        life.entry.refresh_from_db()
        assert life.entry.body == clean(arrives(text))
        assert try_to_settle(life.user, life.entry.pk)
        chosen = {"do": "export", "entries": [str(life.entry.pk)], "tags": "", "notebook": ""}
        file = client.post(reverse("journal:entry_choose"), chosen)
        assert life.entry.body in file.content.decode()
        told = ask("api:entry_detail", API["api:entry_detail"][0], life, life.secret)
        assert json.loads(told.content)["body"] == life.entry.body


LONG = ["a" * 1_000_000, "a\u0301" * 5_000, "\u0316\u0301" * 5_000, "語" * 200_000]


@pytest.mark.parametrize("text", LONG, ids=["a", "accents", "out of order", "unspaced"])
def test_a_single_word_of_any_length_breaks_nothing(life, text) -> None:
    client = log_in(life.user)
    life.entry.refresh_from_db()
    form = form_data(
        life.user, body=text, title=text[:200], expected_version=str(life.entry.version)
    )
    answer = send(client, reverse("journal:entry_save", args=[life.entry.pk]), form)
    assert answer.status_code == (302 if len(text) <= BODY_LENGTH else 422)
    if answer.status_code == 422:
        assert text in answer.content.decode(), "what cannot be kept stays on the page"
    else:
        life.entry.refresh_from_db()
        assert life.entry.body == text
        assert try_to_settle(life.user, life.entry.pk)
    assert client.get(life.entry.get_absolute_url()).status_code == 200


def test_every_query_is_answered(life) -> None:
    """Search, the palette, suggestions, and all that addresses say."""
    client = log_in(life.user)
    for number, text in enumerate([*ODD[::2], *STRINGS[::120]]):
        asked = dict.fromkeys(("q", "before", "date", "after"), text)
        for name in ("journal:search", "home:palette", "journal:entry_list"):
            url = f"{reverse(name)}?{urlencode(asked, errors='surrogatepass')}"
            assert client.get(url).status_code in {200, 302}
        mark = "#@"[number % 2]
        answer = send(client, reverse("journal:suggest"), {"mark": mark, "said": text})
        assert answer.status_code < 500


def test_every_name_of_a_file_is_kept_as_it_can_be_shown(life) -> None:
    client = log_in(life.user)
    url = reverse("journal:entry_attach", args=[life.entry.pk])
    for text in [text for text in ODD if "\ud800" not in text and "\udfff" not in text]:
        with undone(client):
            Attachment.objects.filter(owner=life.user).delete()
            client.post(url, {"files": SimpleUploadedFile(f"{text}.txt", b"words")})
            row = Attachment.objects.get(owner=life.user)
            assert row.name == clean_name(row.name)
            assert row.name.isprintable()
            html = client.get(row.get_absolute_url()).content.decode()
            assert escape(row.name) in html
            header = client.get(f"{row.get_absolute_url()}file/").headers["Content-Disposition"]
            assert "\n" not in header


def test_programs_may_send_any_of_them(life) -> None:
    """JSON holds half letters and NUL, which no form does."""
    for text in [*ODD, *STRINGS[::60]]:
        with undone(Client()):
            answer = Client().post(
                reverse("api:entry_list"),
                json.dumps({"title": text[:100], "body": f"a {text}", "tags": [f"t{text[:20]}"]}),
                content_type="application/json",
                headers={"authorization": f"Bearer {life.secret}"},
            )
            assert answer.status_code in {201, 422}, answer.content
            if answer.status_code == 201:
                kept = Entry.objects.get(pk=json.loads(answer.content)["id"])
                assert kept.body == clean(f"a {text}")


# --- Planted faults -----------------------------------------------------------------------------


def test_it_catches_a_field_that_takes_what_the_database_cannot_hold(life, monkeypatch) -> None:
    monkeypatch.setattr(forms, "clean", lambda text: text)
    assert tried(PLACES[2], life, log_in(life.user), "a\0b")


def test_it_catches_a_field_that_changes_what_was_sent(life, monkeypatch) -> None:
    monkeypatch.setattr(forms, "clean", lambda text: unicodedata.normalize("NFC", clean(text)))
    assert faults(PLACES[2], life, ["e\u0301 and \u00e9", "b", "c"])
