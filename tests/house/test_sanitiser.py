"""One module makes text safe to show, and nothing gets past it on any page (assurance T-30, T-51).

Every payload goes through the real views; what comes out is parsed, and may hold nothing but what
the page without it holds and what people may write.
"""

import ast
import re
from collections.abc import Iterator
from itertools import islice, product
from pathlib import Path

import nh3
import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser, LexborNode

from apps.accounts.models import User
from apps.core import text
from apps.core.text import clean, render
from apps.journal import drafting
from apps.journal.indexing import index
from tests.factories import NOW, form_data, make_draft, make_entry, make_hand, make_person
from tests.house.sources import ROOT, called, plant, python_files, tree

SANITISER = "apps/core/text.py"
MAKES_SAFE = {"mark_safe", "SafeString", "SafeText", "SafeData", "html_safe", "safe"}
SANITISES = {"nh3", "bleach", "lxml_html_clean", "html_sanitizer"}
# Who may say that stored HTML is safe, and of which fields: those that render() filled.
STORED = {"apps/journal/models/entry.py": {"self.body_html", "self.opening_html"}}


# --- One sanitiser ----------------------------------------------------------------------------


def makers_of_safe_text(root: Path) -> list[str]:
    """Places outside the sanitiser that import one, or call a text safe."""
    found = []
    for path in python_files(root / "apps"):
        place = path.relative_to(root).as_posix()
        if place == SANITISER:
            continue
        for node in ast.walk(tree(path)):
            if isinstance(node, ast.Import | ast.ImportFrom):
                names = {alias.name.partition(".")[0] for alias in node.names}
                names.add((getattr(node, "module", "") or "").partition(".")[0])
                if names & (SANITISES | {"mark_safe", "html_safe"}):
                    found.append(f"{place}:{node.lineno} imports a sanitiser")
            elif isinstance(node, ast.Call):
                name = called(node).rpartition(".")[2] or called(node)
                if name in MAKES_SAFE:
                    found.append(f"{place}:{node.lineno} calls {name}")
                if name in {"stored_html", "marked_html"}:
                    given_text = ast.unparse(node.args[0]) if node.args else ""
                    if given_text not in STORED.get(place, set()):
                        found.append(f"{place}:{node.lineno} calls {given_text} stored and safe")
            elif isinstance(node, ast.FunctionDef) and node.name == "__html__":
                found.append(f"{place}:{node.lineno} is safe by itself")
            elif isinstance(node, ast.Attribute) and node.attr in {"is_safe", "autoescape"}:
                found.append(f"{place}:{node.lineno} changes what is escaped")
    return found


def test_one_module_makes_text_safe() -> None:
    assert makers_of_safe_text(ROOT) == []


@pytest.mark.parametrize(
    "code",
    [
        "from django.utils.safestring import mark_safe",
        "from django.utils import safestring\nx = safestring.mark_safe('<b>')",
        "import nh3",
        "from django.utils.safestring import SafeString\nx = SafeString('<b>')",
        "from apps.core.text import stored_html\nx = stored_html(entry.body)",
        "from apps.core.text import marked_html\nx = marked_html(entry.body, [])",
        "class Bold:\n    def __html__(self): return self.x",
    ],
)
def test_it_catches_another_module_that_does(tmp_path, code) -> None:
    plant(tmp_path, SANITISER, "import nh3\nfrom django.utils.safestring import mark_safe\n")
    plant(tmp_path, "apps/core/templatetags/core.py", "x = format_html('<b>{}</b>', y)\n")
    good = "class Entry:\n    def html(self): return stored_html(self.body_html)\n"
    plant(tmp_path, "apps/journal/models/entry.py", good)
    assert makers_of_safe_text(tmp_path) == []
    plant(tmp_path, "apps/people/views.py", code)
    assert makers_of_safe_text(tmp_path)


# --- Payloads ---------------------------------------------------------------------------------

CALL = "alert(1)"
ELEMENTS = [
    f"<script>{CALL}</script>",
    f"<script src=//evil.example/x.js></script>{CALL}",
    f"<img src=x onerror={CALL}>",
    f"<img/src/onerror={CALL}>",
    f"<svg onload={CALL}>",
    f"<svg><script>{CALL}</script></svg>",
    f"<svg><animate onbegin={CALL} attributeName=x dur=1s>",
    f"<math><mi xlink:href='javascript:{CALL}'>x</mi></math>",
    f"<iframe srcdoc='<script>{CALL}</script>'></iframe>",
    f"<iframe src=javascript:{CALL}>",
    f"<object data=javascript:{CALL}>",
    f"<embed src=javascript:{CALL}>",
    f"<a href=javascript:{CALL}>x</a>",
    f"<a href=&#106;avascript:{CALL}>x</a>",
    f"<form action=javascript:{CALL}><input type=submit></form>",
    f"<button formaction=javascript:{CALL}>x</button>",
    f"<input autofocus onfocus={CALL}>",
    f"<details open ontoggle={CALL}>",
    f"<video><source onerror={CALL}></video>",
    f"<body onload={CALL}>",
    "<style>@import '//evil.example/x.css';</style>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<base href=//evil.example/>",
    f"<meta http-equiv=refresh content='0;url=javascript:{CALL}'>",
    f"<p style='background:url(javascript:{CALL})'>x</p>",
    f"<template><script>{CALL}</script></template>",
    f"<noscript><p title='</noscript><img src=x onerror={CALL}>'>",
    f"<table><td background=javascript:{CALL}>",
    f"<marquee onstart={CALL}>x</marquee>",
    f"<isindex action=javascript:{CALL} type=image>",
    f"<x onclick={CALL}>x</x>",
    f"<a hx-on:click='{CALL}' hx-get='/journal/trash/empty/' hx-trigger=load>x</a>",
    f"<tl-writer data-entry='x' onclick={CALL}>",
]
WRAPS = ["{}", '">{}', "'>{}", "</textarea>{}", "</title>{}", "--><!--{}", "<![CDATA[{}]]>"]
ADDRESSES = [
    f"javascript:{CALL}",
    f"JaVaScRiPt:{CALL}",
    f"java\tscript:{CALL}",
    f"java&#10;script:{CALL}",
    f"&#x6A;avascript:{CALL}",
    f"\x01javascript:{CALL}",
    f" javascript:{CALL}",
    f"javascript&colon;{CALL}",
    f"data:text/html,<script>{CALL}</script>",
    "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    f"vbscript:{CALL}",
    f"view-source:javascript:{CALL}",
    "//evil.example/x",
    "\\\\evil.example\\x",
    "/journal/trash/empty/",
    f'http://a.example/" onmouseover="{CALL}',
    f"http://a.example/' onmouseover='{CALL}",
    f"http://a.example/><script>{CALL}</script>",
]
MARKS = [
    "[x]({})",
    "[x](<{}>)",
    "![x]({})",
    '![x](<{}> "t")',
    "<{}>",
    "[x]: {}\n\n[x]",
    '[x]({} "onmouseover=alert(1)")',
    "[![x]({})](https://a.example)",
]
TRICKS = [
    f"```<script>{CALL}</script>\nx\n```",
    f'```"><img src=x onerror={CALL}>\nx\n```',
    f"`<img src=x onerror={CALL}>`",
    f"|a|\n|-|\n|<img src=x onerror={CALL}>|",
    f"- [x] <img src=x onerror={CALL}>",
    f"[^<img src=x onerror={CALL}>]: x\n\n[^<img src=x onerror={CALL}>]",
    f"[^1]\n\n[^1]: <script>{CALL}</script>",
    f"# <script>{CALL}</script>",
    f"[<img src=x onerror={CALL}>](https://a.example)",
    f"![<img src=x onerror={CALL}>](https://a.example)",
    f"[x](https://a.example '<img src=x onerror={CALL}>')",
    f"&lt;script&gt;{CALL}&lt;/script&gt;",
    f"&amp;lt;script&amp;gt;{CALL}",
    "{{ 7|add:7 }}{% debug %}{% csrf_token %}",
    f"\u2028<script>{CALL}</script>\u2029",
    f"<scr\u0000ipt>{CALL}</script>",
    f"＜script＞{CALL}＜/script＞",
    f"%3Cscript%3E{CALL}%3C/script%3E",
    f"<<script>script>{CALL}</script>",
    f"\\<img src=x onerror={CALL}>",
    f'*<img src=x onerror="*{CALL}*">*',
    "\u202e<b>\u202c",
]
PAYLOADS = [
    *(wrap.format(element) for wrap, element in product(WRAPS, ELEMENTS)),
    *(mark.format(address) for mark, address in product(MARKS, ADDRESSES)),
    *TRICKS,
]


def test_there_are_payloads_enough() -> None:
    assert len(set(PAYLOADS)) >= 300


# --- What a page may hold ---------------------------------------------------------------------

# What stands in our own templates, and nothing that a text may bring.
LOADS = {"img", "iframe", "object", "embed", "video", "audio", "source", "picture", "track"}
NEVER = LOADS | {"style", "base", "math", "noscript", "marquee", "isindex", "applet"}
# What people may write, by element.
WRITTEN = {
    **dict.fromkeys(("blockquote", "br", "del", "em", "h2", "h3", "h4", "h5", "h6", "label"), ()),
    **dict.fromkeys(("p", "pre", "s", "strong", "tbody", "td", "th", "thead", "tr"), ()),
    "a": ("href", "rel", "class", "id", "title"),
    "code": ("class",),
    "hr": ("class",),
    "input": ("class", "type", "checked", "disabled"),
    "li": ("class", "id"),
    "ol": ("class", "start"),
    "section": ("class",),
    "sup": ("class",),
    "table": ("tabindex",),
    "ul": ("class",),
}
SCHEMES = ("http://", "https://", "mailto:", "tel:", "#fn")


def parsed(html: str | LexborHTMLParser) -> LexborHTMLParser:
    """A page as a browser reads it, which may have been read already."""
    return LexborHTMLParser(html) if isinstance(html, str) else html


def elements(root: LexborNode) -> Iterator[LexborNode]:
    """Every element from this one on; what a template holds stands apart, and comes last."""
    yield from root.traverse()
    for inner in root.template_fragments():
        yield from elements(inner)


def attributes(element: LexborNode) -> dict[str, str]:
    """What an element has; "" where it says no more than the name."""
    return {name: value or "" for name, value in element.attributes.items()}


# What a parser adds wherever it is not written.
ADDED = {"html", "head", "body"}


def faults_written(html: str) -> Iterator[str]:
    """What HTML made of a person's text holds beside what people may write."""
    for element in elements(parsed(html).root):
        if element.tag not in ADDED or element.attributes:
            yield from _faults(element)


def _faults(element: LexborNode) -> Iterator[str]:
    has = attributes(element)
    if element.tag not in WRITTEN:
        yield f"<{element.tag}>"
    for name, value in has.items():
        if name not in WRITTEN.get(element.tag, ()):
            yield f"<{element.tag} {name}>"
        if name == "href" and not value.lower().startswith(SCHEMES):
            yield f"leads to {value}"
    if element.tag == "a" and has.get("href"):
        rel = set(has.get("rel", "").split())
        if not {"noopener", "noreferrer", "nofollow", "ugc"} <= rel:
            yield f"a link with rel={rel}"
    if element.tag == "input" and (has.get("type") != "checkbox" or "disabled" not in has):
        yield f"{element.html}"


OUR_LINKS = ("/static/", "/manifest.webmanifest")


def faults_of_page(html: str | LexborHTMLParser) -> Iterator[str]:
    """What a page of ours holds that no page of ours holds."""
    page = parsed(html)
    for element in elements(page.root):
        has = attributes(element)
        if element.tag in NEVER:
            yield f"<{element.tag}>"
        for name, value in has.items():
            if name.startswith(("on", "hx-on")) or name in {"style", "srcdoc", "formaction"}:
                yield f"<{element.tag} {name}>"
            is_address = name in {"href", "src", "action", "data", "poster", "xlink:href"}
            if is_address and re.match(r"(?i)[\s\x00-\x20]*(java|vb)script:|data:", value):
                yield f"<{element.tag} {name}={value}>"
        is_data = has.get("type") == "application/json"
        if element.tag == "script" and not has.get("nonce") and not is_data:
            yield "a script without a nonce"
        if element.tag == "link" and not has.get("href", "").startswith(OUR_LINKS):
            yield f"{element.html}"
    for written in page.css(".prose"):
        for element in islice(elements(written), 1, None):
            if not _is_ours(element):
                yield from _faults(element)


def _is_ours(element: LexborNode) -> bool:
    """Whether core.text or a template puts this element round the words of people."""
    has = attributes(element)
    classes = has.get("class", "").split()
    if element.tag in {"span", "time", "ins", "del"} or "quiet" in classes:
        return True
    if element.tag == "mark" and has.keys() <= {"id"}:
        return True
    return element.tag in {"mark", "a"} and classes[:1] == ["mark-ref"]


# --- The sinks --------------------------------------------------------------------------------


def same(one: str, other: str) -> bool:
    """Whether both are the same HTML; the order of attributes means nothing."""
    return one == other or _sorted(one) == _sorted(other)


def _sorted(html: str) -> str:
    page = BeautifulSoup(html, "html.parser")
    for element in page.find_all(True):
        element.attrs = dict(sorted(element.attrs.items()))
    return str(page)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_nothing_gets_past_the_sanitiser(payload) -> None:
    rendered = render(clean(payload))
    for html in (rendered.html, rendered.opening_html):
        assert list(faults_written(html)) == []
        assert same(text._safe(html), html), "what is clean stays as it is"


@given(
    st.text(st.characters(), max_size=200) | st.text("<>&\"'/=![]()`*_~|:;#-\n ax", max_size=120)
)
def test_no_text_gets_past_the_sanitiser(source) -> None:
    rendered = render(clean(source))
    assert list(faults_written(rendered.html)) == []
    assert same(text._safe(rendered.html), rendered.html)


@pytest.fixture
def written(alice: User) -> list:
    """An entry for each payload, with the payload in title and text, and its text of before."""
    entries = []
    for number, payload in enumerate(PAYLOADS):
        entry = make_entry(alice, title=payload[:200], body=payload)
        if number % 10 == 0:
            drafting.save(
                owner=alice,
                entry_id=entry.pk,
                draft=make_draft(title="", body=f"{payload} {payload}"),
                hand=make_hand(expected_version=1),
                now=NOW,
            )
        entries.append(entry)
    return entries


@pytest.mark.nightly
def test_no_page_of_the_journal_holds_what_was_written(written, alice, alice_client) -> None:
    """The journal, today, an entry, its writer, its texts of before and how they differ."""
    found = []
    for entry in written[::10]:
        revision = entry.revisions.get()
        for name, args in (
            ("entry_detail", [entry.pk]),
            ("entry_edit", [entry.pk]),
            ("entry_delete", [entry.pk]),
            ("revision_list", [entry.pk]),
            ("revision_detail", [entry.pk, revision.pk]),
        ):
            response = alice_client.get(reverse(f"journal:{name}", args=args))
            found += [f"{name}: {fault}" for fault in faults_of_page(response.content.decode())]
    url = reverse("journal:entry_list")
    pages = 0
    while url:
        page = alice_client.get(url).content.decode()
        found += [f"entry_list: {fault}" for fault in faults_of_page(page)]
        older = parsed(page).css_first("a[rel=next]")
        url = attributes(older)["href"] if older else ""
        pages += 1
    assert pages > 10
    assert found == []


@pytest.mark.nightly
def test_no_page_of_the_trash_holds_what_was_written(written, alice, alice_client) -> None:
    alice_entries = type(written[0]).objects.for_user(alice)
    alice_entries.update(trashed_at=NOW)
    page = alice_client.get(reverse("journal:trash_list")).content.decode()
    found = [f"trash: {fault}" for fault in faults_of_page(page)]
    for entry in written[::20]:
        page = alice_client.get(reverse("journal:entry_erase", args=[entry.pk])).content.decode()
        found += [f"erase: {fault}" for fault in faults_of_page(page)]
    assert found == []


@pytest.mark.nightly
def test_no_page_of_search_holds_what_was_written(written, alice, alice_client) -> None:
    """Marking what was found, and saying again what was looked for."""
    index(written)
    found, marks = [], 0
    for asked in ["script", "alert", "svg", "href", *PAYLOADS[::20]]:
        page = alice_client.get(reverse("journal:search"), {"q": asked}).content.decode()
        found += [f"search: {fault}" for fault in faults_of_page(page)]
        marks += page.count("<mark>")
    assert marks > 20
    assert found == []


def in_tens() -> list[str]:
    """The payloads, ten to a text."""
    return ["\n\n".join(PAYLOADS[number : number + 10]) for number in range(0, len(PAYLOADS), 10)]


@pytest.mark.nightly
def test_no_answer_of_the_writer_holds_what_was_typed(alice, alice_client) -> None:
    """The preview, the form sent back, and the page of two texts."""
    found = []
    entry = make_entry(alice, body="Something else.")
    save = reverse("journal:entry_save", args=[entry.pk])
    for typed in in_tens():
        answers = {
            "preview": alice_client.post(reverse("journal:entry_preview"), {"body": typed}),
            "refused": alice_client.post(save, form_data(alice, body=typed, local_date="never")),
            "conflict": alice_client.post(save, form_data(alice, body=typed, title=typed[:200])),
        }
        statuses = [answer.status_code for answer in answers.values()]
        assert statuses == [200, 422, 409]
        for name, answer in answers.items():
            found += [f"{name}: {fault}" for fault in faults_of_page(answer.content.decode())]
    assert found == []


@pytest.mark.nightly
def test_no_page_about_people_holds_what_was_noted(alice, alice_client) -> None:
    """Names and notes, and the messages that name somebody."""
    found = []
    for payload in PAYLOADS[::16]:
        data = {"name": payload[:200], "how_known": payload[:200], "notes": payload}
        page = alice_client.post(reverse("people:person_create"), data, follow=True)
        assert page.status_code == 200
        found += [f"create: {fault}" for fault in faults_of_page(page.content.decode())]
        person = page.context["person"]
        for name in ("person_edit", "person_delete"):
            page = alice_client.get(reverse(f"people:{name}", args=[person.pk]))
            found += [f"{name}: {fault}" for fault in faults_of_page(page.content.decode())]
        page = alice_client.post(reverse("people:person_delete", args=[person.pk]), follow=True)
        found += [f"message: {fault}" for fault in faults_of_page(page.content.decode())]
    for payload in PAYLOADS:
        make_person(alice, name=clean(payload)[:200], how_known=clean(payload)[:200])
    page = alice_client.get(reverse("people:person_list")).content.decode()
    found += [f"list: {fault}" for fault in faults_of_page(page)]
    assert found == []


@pytest.mark.nightly
def test_no_page_holds_what_somebody_calls_themselves(alice, alice_client) -> None:
    for payload in PAYLOADS[::24]:
        User.objects.filter(pk=alice.pk).update(name=clean(payload)[:150])
        for name in ("home:today", "accounts:settings"):
            page = alice_client.get(reverse(name)).content.decode()
            assert list(faults_of_page(page)) == []


def test_no_error_page_holds_what_was_asked_for(alice_client) -> None:
    stranger = Client()
    for payload in PAYLOADS[::6]:
        for client in (stranger, alice_client):
            page = client.get(f"/nothing/{payload}", {"next": payload, "before": payload})
            assert page.status_code == 404
            assert list(faults_of_page(page.content.decode())) == []
        page = stranger.get(reverse("account_login"), {"next": payload})
        assert list(faults_of_page(page.content.decode())) == []


# --- Planted faults ---------------------------------------------------------------------------


def test_it_catches_a_text_that_was_only_rendered() -> None:
    loose = text._MARKDOWN.render('[x](/journal/trash/empty/ "t")\n\n- [ ] x')
    assert list(faults_written(loose))


def test_it_catches_html_let_through() -> None:
    found = [payload for payload in ELEMENTS if list(faults_written(payload))]
    assert found == ELEMENTS
    found = [payload for payload in ELEMENTS if list(faults_of_page(f'<p class="prose">{payload}'))]
    assert found == ELEMENTS


def test_it_catches_a_sanitiser_that_lets_titles_and_images_through(monkeypatch) -> None:
    monkeypatch.setattr(text, "_safe", lambda html: nh3.clean(html))
    wrong = [p for p in PAYLOADS if list(faults_written(render(clean(p)).html))]
    assert wrong


def test_it_catches_a_page_that_calls_a_name_safe(
    alice, alice_client, monkeypatch, settings
) -> None:
    """A copy of the list with |safe after the name."""
    broken = "{% for person in people %}<li>{{ person.name|safe }}</li>{% endfor %}"
    settings.TEMPLATES = [
        {
            **settings.TEMPLATES[0],
            "APP_DIRS": False,
            "OPTIONS": {
                **settings.TEMPLATES[0]["OPTIONS"],
                "loaders": [
                    ("django.template.loaders.locmem.Loader", {"people/person_list.html": broken})
                ],
            },
        }
    ]
    make_person(alice, name=ELEMENTS[2])
    page = alice_client.get(reverse("people:person_list")).content.decode()
    assert list(faults_of_page(page))
