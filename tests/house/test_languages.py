"""Every language the product offers is whole: what is compiled is what is written, what is
translated says the same, and nearly everything is translated.
"""

import gettext
import re
from collections.abc import Iterable, Iterator
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.test import Client
from django.utils import translation
from django.utils.translation import get_language_info, to_locale
from django.utils.translation.template import templatize

from apps.accounts import leaving
from apps.accounts.mail import send_letter
from apps.accounts.models import User
from apps.journal.forms import WriterForm
from tests.factories import NOW, make_entry
from tests.house.sources import ROOT, plant, python_files

LANGUAGES = [code for code, _name in settings.LANGUAGES if not code.startswith("en")]
# A new English sentence must never have to wait for its translators.
ENOUGH = 0.95
# %(name)s, %s, %d, %%, {name}, and the tags that scripts fill or that stress a word.
PLACE = re.compile(r"%\(\w+\)[sdif]|%[sdif%]|\{\w*\}|</?\w+>")
ENDS = ("django.po", "django.mo")
# The calls that `makemessages` looks for.
ONE, MANY = None, (1, 2)
OF_CONTEXT, MANY_OF_CONTEXT = ((1, "c"), 2), ((1, "c"), 2, 3)
KEYWORDS: dict[str, Any] = {"_": ONE, "gettext": ONE, "gettext_lazy": ONE, "gettext_noop": ONE}
KEYWORDS |= {"ngettext": MANY, "ngettext_lazy": MANY}
KEYWORDS |= {"pgettext": OF_CONTEXT, "pgettext_lazy": OF_CONTEXT}
KEYWORDS |= {"npgettext": MANY_OF_CONTEXT, "npgettext_lazy": MANY_OF_CONTEXT}
# Line, text or its plural forms, comments, context.
Extracted = tuple[int, Any, list[str], str | None]


def folder(language: str) -> Path:
    """Where the catalogue of a language lies."""
    return ROOT / "locale" / to_locale(language) / "LC_MESSAGES"


def written(path: Path) -> Catalog:
    """A catalogue as its translators wrote it."""
    with path.open("rb") as file:
        return read_po(file)


def messages(catalog: Catalog) -> Iterator[Message]:
    """Everything that is to be translated, without the head of the file."""
    return (message for message in catalog if message.id)


def forms(message: Message) -> tuple[list[str], list[str]]:
    """The English forms of a message and the translated ones: one each, or one a plural form."""
    said = message.string if isinstance(message.string, (list, tuple)) else [message.string]
    asked = message.id if isinstance(message.id, (list, tuple)) else [message.id]
    return list(asked), list(said)


def is_translated(message: Message) -> bool:
    """Whether every form of it has words, and nobody has doubts about them."""
    return all(forms(message)[1]) and not message.fuzzy


def faults(catalog: Catalog) -> list[str]:
    """What is wrong with the translations there are."""
    found = []
    for message in messages(catalog):
        asked, said = forms(message)
        if message.fuzzy:
            found.append(f"not decided: {asked[0]}")
        if any(said) and not all(said):
            found.append(f"a form is missing: {asked[0]}")
        # In a plural message one form may leave the number out: "one entry", "%(count)s entries".
        needed, allowed = places(asked[-1]), {mark for text in asked for mark in places(text)}
        for at, text in enumerate(said):
            has = places(text)
            if text and (set(has) - allowed or (at == len(said) - 1 and has != needed)):
                found.append(f"other placeholders: {asked[0]}")
    return found


def places(text: str) -> list[str]:
    """What is filled into a text, in no order: other languages put it elsewhere."""
    return sorted(PLACE.findall(text))


def entries(compiled: gettext.GNUTranslations) -> dict[object, str]:
    """All that a compiled catalogue knows, without its head."""
    # No public way to list them; the attribute is as old as the class (Lib/gettext.py).
    return {key: text for key, text in compiled._catalog.items() if key}  # type: ignore[attr-defined]


def differences(source: Path, compiled: Path) -> set[object]:
    """What a compiled catalogue says otherwise than its source."""
    with compiled.open("rb") as file:
        there = entries(gettext.GNUTranslations(file))
    made = BytesIO()
    write_mo(made, written(source))
    made.seek(0)
    wanted = entries(gettext.GNUTranslations(made))
    return {key for key in there.keys() | wanted.keys() if there.get(key) != wanted.get(key)}


def missing(catalog: Catalog, asked: Catalog) -> list[str]:
    """What the product says now and the catalogue has no words for."""
    known = {
        (message.context, message.id) for message in messages(catalog) if is_translated(message)
    }
    return [
        forms(message)[0][0]
        for message in messages(asked)
        if (message.context, message.id) not in known
    ]


def gathered(root: Path) -> Catalog:
    """All that the code and the templates below a folder say.

    Without GNU gettext, which `makemessages` needs and not every machine has. Django turns a
    template into calls among noise, as `makemessages` does; Babel's reader of JavaScript finds
    them there, where its reader of Python stumbles over the noise.
    """
    found = Catalog()
    for path in sorted(python_files(root / "apps")) + sorted(python_files(root / "config")):
        with path.open("rb") as file:
            _add(found, extract("python", file, KEYWORDS))
    for path in sorted(path for path in (root / "templates").rglob("*") if path.is_file()):
        calls = templatize(path.read_text(encoding="utf-8"), origin=path.name)
        _add(found, extract("javascript", BytesIO(calls.encode()), KEYWORDS))
    return found


def _add(catalog: Catalog, found: Iterable[Extracted]) -> None:
    for _line, text, _comments, context in found:
        catalog.add(text, context=context)


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_what_was_translated(language: str) -> None:
    source, compiled = (folder(language) / end for end in ENDS)
    assert not differences(source, compiled), "run bin/manage compilemessages"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_has_no_faults_in_a_language(language: str) -> None:
    assert faults(written(folder(language) / "django.po")) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_is_nearly_all_translated(language: str) -> None:
    """`bin/test tests/house/test_languages.py -rP` names what is left to do."""
    asked = gathered(ROOT)
    total = len(list(messages(asked)))
    left = missing(written(folder(language) / "django.po"), asked)
    for text in left:
        print(f"Not in {language} yet: {text}")
    assert total > 400
    assert 1 - len(left) / total >= ENOUGH, f"{len(left)} of {total} texts are not in {language}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_offers_a_language_in_its_own_name(language: str) -> None:
    own: str = get_language_info(language)["name_local"]
    assert dict(settings.LANGUAGES)[language].casefold() == own.casefold()


@pytest.mark.django_db
def test_it_speaks_as_the_browser_asks() -> None:
    page = Client().get("/accounts/login/", headers={"Accept-Language": "de-AT,de;q=0.9"})
    assert b'<html lang="de"' in page.content
    assert "Passwort vergessen?" in page.content.decode()


@pytest.mark.django_db
def test_it_speaks_as_the_person_chose(alice: User, alice_client: Client) -> None:
    alice.language = "de"
    alice.save()
    make_entry(alice, local_date=date(2026, 10, 3), body="x", mood=1)
    page = alice_client.get("/journal/", headers={"Accept-Language": "en"}).content.decode()
    assert "<h1>Journal</h1>" in page
    assert "Oktober 2026" in page
    assert "Samstag, 3. Oktober" in page
    assert "Gut" in page


@pytest.mark.django_db
def test_it_lists_every_language_in_the_settings(alice_client: Client) -> None:
    page = alice_client.get("/settings/").content.decode()
    for code, name in settings.LANGUAGES:
        assert f'<option value="{code}">{name}</option>' in page


def test_it_explains_what_is_wrong_in_the_language_of_the_page() -> None:
    form = WriterForm({"body": "x", "local_date": "heute"})
    with translation.override("de"):
        assert list(form.errors["local_date"]) == [
            "Schreib den Tag als Jahr, Monat und Tag, zum Beispiel 2026-11-20."
        ]


def test_it_writes_as_the_page_spoke_on_which_somebody_acted(alice, mailoutbox, rf) -> None:
    request = rf.get("/")
    request.user, request.session = alice, Client().session
    with translation.override("de"):
        leaving.ask(alice, request, NOW)
        due = leaving.due_in_words(alice)
    assert mailoutbox[-1].subject == "Dein Konto ist geschlossen und wird gelöscht"
    assert f"Am {due} Uhr wird es" in mailoutbox[-1].body


def test_it_warns_in_no_language_of_a_stranger(alice: User, mailoutbox) -> None:
    with translation.override("de"):
        send_letter("login_failed", alice, {})
    assert mailoutbox[-1].subject == "Somebody tried to log in"


def test_it_catches_a_catalogue_compiled_too_early(tmp_path) -> None:
    source, compiled = plant(tmp_path, "django.po", po("Today", "Heute")), tmp_path / "django.mo"
    with compiled.open("wb") as file:
        write_mo(file, written(source))
    assert not differences(source, compiled)
    plant(tmp_path, "django.po", po("Today", "Jetzt"))
    assert differences(source, compiled) == {"Today"}


@pytest.mark.parametrize(
    ("english", "german"),
    [
        ("Page %(number)s", "Seite %(nummer)s"),
        ("Page %(number)s", "Seite"),
        ("Use %%", "Nehmen"),
        ("Use %s", "%d nehmen"),
        ("{name} is here", "Name ist hier"),
        ("Kept at <time></time>", "Um bewahrt"),
    ],
)
def test_it_catches_other_placeholders(tmp_path, english: str, german: str) -> None:
    planted = written(plant(tmp_path, "django.po", po(english, german)))
    assert faults(planted) == [f"other placeholders: {english}"]


def test_it_lets_one_thing_do_without_its_number(tmp_path) -> None:
    plural = PLURAL.format(one="Ein Wort", many="%(count)s Wörter")
    assert faults(written(plant(tmp_path, "django.po", HEAD + plural))) == []


@pytest.mark.parametrize("many", ["", "Wörter"])
def test_it_catches_a_plural_that_says_less(tmp_path, many: str) -> None:
    plural = PLURAL.format(one="Ein Wort", many=many)
    assert len(faults(written(plant(tmp_path, "django.po", HEAD + plural)))) == 1


def test_it_catches_what_was_only_guessed(tmp_path) -> None:
    guessed = HEAD + "#, fuzzy\n" + 'msgid "Today"\nmsgstr "Gestern"\n'
    planted = written(plant(tmp_path, "django.po", guessed))
    assert faults(planted) == ["not decided: Today"]


def test_it_catches_what_nobody_translated(tmp_path) -> None:
    plant(tmp_path, "apps/x.py", '_("Kept " "here")\npgettext_lazy("mood", "Light")\n')
    plant(
        tmp_path,
        "templates/x.html",
        """<p id='x'>it's {% translate "Don’t" %} {% translate "Light" %} {% icon "x" _("Close") %}
        {% blocktranslate count n=n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}""",
    )
    (tmp_path / "config").mkdir()
    asked = gathered(tmp_path)
    assert {(message.context, forms(message)[0][-1]) for message in messages(asked)} == {
        (None, "Kept here"),
        ("mood", "Light"),
        (None, "Light"),
        (None, "Don’t"),
        (None, "Close"),
        (None, "%(n)s days"),
    }
    known = written(plant(tmp_path, "django.po", po("Light", "Hell")))
    assert len(missing(known, asked)) == 5


HEAD = """msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=2; plural=(n != 1);\\n"

"""
PLURAL = """msgid "%(count)s word"
msgid_plural "%(count)s words"
msgstr[0] "{one}"
msgstr[1] "{many}"
"""


def po(english: str, german: str) -> str:
    """A catalogue of one text."""
    return f'{HEAD}msgid "{english}"\nmsgstr "{german}"\n'
