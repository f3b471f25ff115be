"""What means harm is harmless wherever words are shown, and nothing is loaded from elsewhere.

Every text that somebody can have written, in every row of theirs, becomes a payload; then every
address is opened, and every form sent with payloads in it (assurance T-30, T-31). A new noun or
address is looked at without a line here. tests/e2e/test_payloads.py asks a browser the same.
"""

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from email.message import EmailMessage
from itertools import cycle, product
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.apps import apps
from django.db import connection, models
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from selectolax.lexbor import LexborHTMLParser

from apps.accounts.models import User
from apps.capture import addresses, arriving
from apps.capture.models import MailAddress, ReceivedMail
from apps.core.text import _safe, clean, render
from apps.journal import drafting
from apps.journal.indexing import index
from apps.journal.models import Entry, Revision
from tests.factories import NOW, make_draft, make_hand
from tests.house.routes import ANYBODY, API, ROUTES, Life, log_in, undone
from tests.house.sources import ROOT
from tests.house.test_api import ask
from tests.house.test_sanitiser import (
    ADDRESSES,
    ELEMENTS,
    MARKS,
    PAYLOADS,
    TRICKS,
    WRAPS,
    attributes,
    elements,
    faults_of_page,
    faults_written,
    parsed,
    same,
)

pytestmark = pytest.mark.django_db

# --- Two thousand payloads ----------------------------------------------------------------------

# Where in a text something may stand, in Markdown's eyes.
PLACES = [
    "# {}",
    "- {}",
    "- [ ] {}",
    "1. {}",
    "> {}",
    "*{}*",
    "**a {} b**",
    "~~{}~~",
    "`{}`",
    "    {}",
    "```\n{}\n```",
    "|a|\n|-|\n|{}|",
    "[{}](https://a.example)",
    '![{}](https://a.example "t")',
    "a[^1]\n\n[^1]: {}",
    "[x](https://a.example '{}')",
]
# How it may be written so that somebody overlooks it.
DISGUISES = [
    str.upper,
    lambda said: said.replace("<", "&lt;"),
    lambda said: said.replace("<", "&#x3c;").replace(">", "&#62;"),
    lambda said: said.replace("<", "<\t"),
    lambda said: said.replace("script", "scr\u00adipt"),
    lambda said: said.replace(" ", "\x0c"),
    lambda said: said.replace("=", " = "),
    lambda said: said.replace("alert", "al\u200bert"),
    lambda said: said.replace("<", "\\<"),
    lambda said: said.replace("a", "&#97;"),
]
MANY = list(
    dict.fromkeys(
        [
            *PAYLOADS,
            *(place.format(said) for place, said in product(PLACES, [*ELEMENTS, *TRICKS])),
            *(hide(said) for hide, said in product(DISGUISES, [*ELEMENTS, *TRICKS])),
            *(
                hide(mark.format(said))
                for hide, mark, said in product(DISGUISES[:5], MARKS[:4], ADDRESSES)
            ),
            *(wrap.format(hide(said)) for wrap, hide, said in product(WRAPS, DISGUISES, ADDRESSES)),
        ]
    )
)


def test_no_payload_of_very_many_gets_past_the_sanitiser() -> None:
    assert len(MANY) >= 2_000
    found = {}
    for payload in MANY:
        html = render(clean(payload)).html
        faults = list(faults_written(html))
        again = _safe(html)
        if faults or (again != html and not same(again, html)):
            found[payload] = faults
    assert found == {}


# --- A life full of them ------------------------------------------------------------------------

# Written only by saving, which keeps the text before and makes HTML of the new one.
SAVED = (Entry, Revision)
# Kept by triggers of ours from being changed.
WRITTEN_ONCE = (
    "promises_terms",
    "promises_event",
    "cares_carestatement",
    "cares_careevent",
    "cares_owncard",
    "prompts_wording",
)


def spoil(life: Life, payloads: Sequence[str]) -> None:
    """Put payloads into every text of this life's that has the canary in it.

    Titles and names get one each, in turn; longer texts get all of them. What an entry said before
    has them as well, and is this life's revision from then on.
    """
    with connection.cursor() as cursor:
        # What was put on the table of a promise stays as it is: the payloads were always there.
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in WRITTEN_ONCE:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    _spoil(life, payloads)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for table in WRITTEN_ONCE:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def _spoil(life: Life, payloads: Sequence[str]) -> None:
    turn = cycle(clean(payload).replace("\n", " ") for payload in payloads)
    every = clean("\n\n".join([life.canary, *payloads]))
    for model in apps.get_models():
        names = {field.name for field in model._meta.fields}
        if "owner" not in names or model in SAVED:
            continue
        for row in model._base_manager.filter(owner=life.user):
            changed = {
                field.name: _spoilt(field, getattr(row, field.attname), life.canary, turn, every)
                for field in model._meta.concrete_fields
                if isinstance(field, models.CharField | models.TextField | models.JSONField)
                and life.canary in json.dumps(getattr(row, field.attname), default=str)
            }
            if changed:
                model._base_manager.filter(pk=row.pk).update(**changed)
    User.objects.filter(pk=life.user.pk).update(name=next(turn)[:150])
    for entry in Entry.objects.filter(owner=life.user):
        for body in (every, f"{every}\n\nand more"):
            drafting.save(
                owner=life.user,
                entry_id=entry.pk,
                draft=make_draft(title=f"{next(turn)[:180]} {life.canary}", body=body),
                hand=make_hand(expected_version=entry.version),
                now=NOW,
            )
            entry.refresh_from_db()
    life.revision = Revision.objects.filter(entry=life.entry).latest("id")
    index(list(Entry.objects.filter(owner=life.user)))


def _spoilt(field: models.Field, value: Any, canary: str, turn: Iterator[str], every: str) -> Any:
    if isinstance(field, models.JSONField):
        return json.loads(json.dumps(value).replace(canary, json.dumps(next(turn)[:60]).strip('"')))
    if field.max_length is None or field.max_length > 5_000:
        return every
    return next(turn)[: field.max_length]


def test_everything_that_can_be_written_is_spoilt(life) -> None:
    spoil(life, ELEMENTS)
    for row in (life.person, life.tag, life.notebook, life.template, life.saved_search):
        row.refresh_from_db()
        assert "<" in row.name, row
    for row, names in (
        (life.entry, ["title", "body"]),
        (life.revision, ["title", "body"]),
        (life.person, ["how_known", "notes", "works_well_when", "careful_with"]),
        (life.circle, ["name"]),
        (life.concern, ["words"]),
        (life.contact, ["words"]),
        (life.date, ["label"]),
        (life.sitting, ["name"]),
        (life.answer, ["text"]),
        (life.own_session, ["name", "about"]),
        (life.own_step, ["question", "help"]),
        (life.template, ["title", "body"]),
        (life.saved_search, ["query"]),
        (life.highlight, ["quote", "note"]),
        (life.attachment, ["name", "alt"]),
        (life.thread, ["words"]),
        (life.token, ["name"]),
        (life.care, ["label"]),
        (life.care.statements.latest("version"), ["text", "because", "what_changed"]),
        (life.care.events.latest("seq"), ["was"]),
        (life.own_card, ["name", "gloss"]),
        (life.domain, ["name"]),
        (life.check.marks.get(), ["note"]),
        (life.user, ["name"]),
        (life.prompt.wordings.get(version=1), ["text"]),
        (life.prompt.wordings.get(version=2), ["text", "follow_up"]),
        (ReceivedMail.objects.get(), ["sender"]),
    ):
        row.refresh_from_db()
        assert all("<" in getattr(row, name) for name in names), row


# --- Pages --------------------------------------------------------------------------------------

ASKED = (
    "q",
    "next",
    "before",
    "after",
    "date",
    "answers",
    "template",
    "year",
    "tag",
    "text",
    "tries",
)
FREE = {"name", "title", "body", "notes", "how_known", "note", "quote", "query", "tags", "alt"}
FREE |= {"said", "local_date", "time_zone", "email", "login", "code", "words", "label"}
FREE |= {"text", "about", "follow_up"}
FREE |= {"also_called", "works_well_when", "careful_with", "said_on", "day"}
SHOWN = {"src", "srcset", "sizes", "alt", "width", "height", "loading", "decoding", "class"}
SHOWN |= {"controls", "preload", "aria-label"}
ADDRESSED = {"src", "srcset", "poster", "data", "background", "ping", "manifest"}


def loads_from_elsewhere(html: str | LexborHTMLParser) -> Iterator[str]:
    """What a browser would ask another machine for by itself when it shows this page."""
    for element in elements(parsed(html).root):
        has = attributes(element)
        names = ADDRESSED | ({"href"} if element.tag in {"link", "image", "use", "base"} else set())
        for name in names & has.keys():
            where = urlsplit(has[name])
            if where.netloc or where.scheme not in {"", "data"}:
                yield f"<{element.tag} {name}={has[name]}>"
        if element.tag == "meta" and has.get("http-equiv", "").lower() == "refresh":
            yield f"{element.html}"
        rules = element.text() if element.tag == "style" else has.get("style", "")
        if re.search(r"(?i)url\(|@import|image-set", rules):
            yield f"{element.html}"


READ_BY_PROGRAMS = ("application/json", "application/problem+json", "application/manifest+json")
READ_BY_PROGRAMS += ("text/javascript",)


def faults_of(answer: HttpResponse) -> list[str]:
    """What an answer must not be, whatever it was asked."""
    kind = answer.headers.get("Content-Type", "")
    if answer.streaming or kind.startswith(READ_BY_PROGRAMS):
        good = answer.headers.get("X-Content-Type-Options") == "nosniff"
        return [] if good else [f"{kind} may be taken for something else"]
    if not kind.startswith("text/html"):
        as_file = "attachment" in answer.headers.get("Content-Disposition", "")
        is_plain = kind.startswith("text/plain") or not answer.content
        return [] if as_file or is_plain else [f"{kind} is shown"]
    page = parsed(answer.content.decode())
    found = [*loads_from_elsewhere(page), *not_attached(page)]
    return found + [fault for fault in faults_of_page(page) if fault not in {"<img>", "<audio>"}]


def not_attached(html: str | LexborHTMLParser) -> Iterator[str]:
    """Pictures and recordings that are none of those that were attached."""
    for element in elements(parsed(html).root):
        if element.tag in {"img", "audio"}:
            has = attributes(element)
            is_ours = has.get("src", "").startswith("/journal/attachments/")
            if not is_ours or not has.keys() <= SHOWN:
                yield f"{element.html}"


def look(life: Life, payloads: Sequence[str], names: Iterable[str] = ROUTES) -> list[str]:
    """The faults of these pages, asked plainly and with payloads, and of their forms sent so."""
    spoil(life, payloads)
    owner, stranger, found = log_in(life.user, confirmed=True), Client(), []
    turn = cycle(payloads)
    for name in names:
        route = ROUTES[name]
        url = reverse(name, kwargs=route.kwargs(life))
        asked = {parameter: next(turn) for parameter in ASKED}
        answers = []
        for client in (owner, stranger) if route.who is ANYBODY else (owner,):
            with undone(client):
                answers.append(client.get(url, asked))
            is_theirs = client is owner and not name.startswith(("account_", "mfa_"))
            if is_theirs:
                with undone(client):
                    answers.append(client.get(url))
            if route.post is not None:
                form = route.form(life)
                wrong = {key: next(turn) if key in FREE else form[key] for key in form}
                for sent in (form, wrong) if is_theirs else (wrong,):
                    with undone(client):
                        answers.append(client.post(url, sent, follow=True))
        found += [f"{name}: {fault}" for answer in answers for fault in faults_of(answer)]
    return found


@pytest.mark.long
def test_no_page_and_no_answer_to_a_form_holds_what_was_written(life) -> None:
    """A few of the payloads at every other address; all of them at each at night."""
    assert look(life, PAYLOADS[::116], [*ROUTES][::2]) == []


@pytest.mark.nightly
@pytest.mark.parametrize("begin", range(0, len(PAYLOADS), 24))
def test_no_page_holds_any_payload(life, begin) -> None:
    assert look(life, PAYLOADS[begin : begin + 24]) == []


def test_no_page_by_a_promise_link_holds_what_was_written(life) -> None:
    """What the other person sees, and what they are shown of their own words."""
    spoil(life, PAYLOADS[::33])
    guest = Client()
    opened = guest.get(reverse("promise_links:link_open", args=[life.signed]))
    assert opened.status_code == 303
    url = opened.headers["Location"]
    answers = [guest.get(url), guest.get(f"{url}words/"), guest.get(f"{url}letters/")]
    for payload in PAYLOADS[::33]:
        sent = {"choice": "counter", "counter-what": payload, "counter-note": payload}
        answers.append(guest.post(url, sent))
        answers.append(guest.get(url, {"said": payload, "zone": payload, "language": payload}))
    assert {answer.status_code for answer in answers} == {200, 409}
    assert [fault for answer in answers for fault in faults_of(answer)] == []


def test_no_answer_of_the_api_can_be_taken_for_a_page(life) -> None:
    spoil(life, ELEMENTS)
    for name, operations in API.items():
        for operation in operations:
            for secret in (life.secret, "<script>alert(1)</script>"):
                with undone(Client()):
                    answer = ask(name, operation, life, secret)
                assert faults_of(answer) == [], name
                is_page = "html" in answer.headers.get("Content-Type", "")
                assert answer.streaming or not (is_page and answer.content), name


def test_no_mail_that_arrives_shows_more_than_its_words(life, settings) -> None:
    settings.MAIL_IN_DOMAIN = "in.example.org"
    local = f"{addresses.PREFIX}abcdefghijkmnpqrstuvwxyz23"
    ReceivedMail.objects.all().delete()
    MailAddress.objects.filter(owner=life.user).update(digest=addresses.digest_of(local))
    owner = log_in(life.user)
    for number, payload in enumerate(ELEMENTS):
        line = " ".join(clean(payload).split())
        mail = EmailMessage()
        mail["From"] = f'"{line.replace(chr(34), "")}" <ana@example.org>'
        mail["Subject"] = line
        mail["Message-ID"] = f"<{number}@example.org>"
        mail.set_content(f"<html><body>{payload}<p>{payload}</p></body></html>", subtype="html")
        mail.add_attachment(
            payload.encode(), maintype="text", subtype="html", filename=f"{line}.html"
        )
        arriving.take(mail, [f"{local}@in.example.org"], NOW)
    arrived = [note.entry for note in ReceivedMail.objects.all()]
    assert len(arrived) == len(ELEMENTS)
    urls = [reverse("capture:mail_in"), *(entry.get_absolute_url() for entry in arrived if entry)]
    found = [fault for url in urls for fault in faults_of(owner.get(url))]
    assert found == []


def test_no_mail_is_a_page() -> None:
    """Letters are plain text, so that nothing in them can run or be loaded."""
    folders = [path for path in (ROOT / "templates").rglob("*") if path.name in {"mail", "email"}]
    letters = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    assert len(letters) > 20
    assert {path.suffix for path in letters} == {".txt"}


# --- Planted faults -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "html",
    [
        "<img src=//evil.example/x.png>",
        "<img src='https://evil.example/x.png'>",
        "<img src=/a.png srcset='//evil.example/x.png 2x'>",
        "<link rel=icon href=//evil.example/x.ico>",
        "<video poster=http://evil.example/x></video>",
        "<svg><use href='https://evil.example/x.svg#a'/></svg>",
        "<style>@import '//evil.example/x.css'</style>",
        "<p style='background:url(//evil.example/x)'>",
        "<meta http-equiv=refresh content='0;url=//evil.example'>",
        "<a href=/ ping=//evil.example>x</a>",
    ],
)
def test_it_catches_what_is_loaded_from_elsewhere(html) -> None:
    assert list(loads_from_elsewhere(html))


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("core/_messages.html", "people:person_delete"),
        ("home/_palette_found.html", "home:palette"),
        ("journal/_diff.html", "journal:revision_detail"),
        ("journal/attachment_detail.html", "journal:attachment_detail"),
        ("journal/saved_search_delete.html", "journal:saved_search_delete"),
        ("journal/tag_detail.html", "journal:tag_detail"),
    ],
)
def test_it_catches_a_template_that_calls_a_text_safe(life, settings, template, name) -> None:
    source = (ROOT / "templates" / template).read_text(encoding="utf-8")
    loose = re.sub(r"\{\{ ([^}|]+?) \}\}", r"{{ \1|safe }}", source)
    assert loose != source
    settings.TEMPLATES = [
        {
            **settings.TEMPLATES[0],
            "APP_DIRS": False,
            "OPTIONS": {
                **settings.TEMPLATES[0]["OPTIONS"],
                "loaders": [
                    ("django.template.loaders.locmem.Loader", {template: loose}),
                    "django.template.loaders.filesystem.Loader",
                    "django.template.loaders.app_directories.Loader",
                ],
            },
        }
    ]
    assert look(life, ELEMENTS[:6], [name])
