"""Templates: writes are real forms, reads are real links, and nothing on a page can run."""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.template import engines
from django.template.base import TokenType
from django.template.library import Library, import_library
from django.urls import get_resolver

from tests.house.routes import walk
from tests.house.sources import LINE, ROOT, plant, python_files
from tests.house.templates import Template, parse, plain, read

# Includes that see the whole page, each with the reason why.
SEES_ALL = {
    "core/_nav.html": "marks the place where the person is, by request and user",
}
# Words that stay as they are in every language.
BRAND = {"Throughline"}
# Elements whose attributes allauth's own pages give, each with the reason why it is there.
GIVEN_BY_ALLAUTH = {
    "allauth/elements/form.html": "method, action and token come from the page that calls it",
}
# Elements that carry a text for a machine.
MACHINE_READ = {"importmap", "application/json", "speculationrules"}
# Pages of a website that is written out: no server is there to say a nonce, and their own policy
# lets in scripts that lie beside them, and nothing written on the page.
FROM_A_DISK = "transfer/site/"
# Pages named for what they show, not for the one address that shows them.
NAMED_FOR_WHAT_THEY_SHOW = {
    "journal/entry_write.html": "entry_create and entry_edit show it, and entry_save sends it back",
    "journal/entry_conflict.html": "what entry_save answers when two texts meet",
    "promises/promise_cannot.html": "what promise_move answers to a move that came too late",
    "promises/promise_list_of.html": "one group of promise_list in full",
    "sittings/step_conflict.html": "what step_edit answers when two answers meet",
    "core/logged_out.html": "what every address answers to a form after logging out",
}
# What is said to nobody here. Things are set down, not abandoned; days are written, no streaks.
UNKIND = re.compile(r"(?i)\b(abandon\w*|fail(ed|ure|s)?|streaks?|overdue|levels?)\b")
UNKIND_REASONS: dict[str, str] = {}

Check = Callable[[Template], Iterator[str]]


def real_writes(page: Template) -> Iterator[str]:
    """Each hx-post stands on a form that does the same without scripts."""
    for element in page.soup.select("[hx-put], [hx-patch], [hx-delete]"):
        yield f"<{element.name}> writes with a method that forms do not have"
    for element in page.soup.select("[hx-post]"):
        if element.name != "form" or str(element.get("method", "")).lower() != "post":
            yield f"<{element.name} hx-post> is no form that posts"
        elif element.get("action") != element["hx-post"]:
            yield f"hx-post {element['hx-post']} is not where the form goes"
    for form in page.soup.select("form"):
        method = str(form.get("method", "get")).lower()
        if page.name in GIVEN_BY_ALLAUTH:
            continue
        if method not in {"post", "get", "dialog"}:
            yield f"a form with the method {method}"
        elif method == "post" and not form.get("action"):
            yield "a form that posts to wherever it stands"
        if method == "post" and not form.select("[name=csrfmiddlewaretoken]"):
            yield f"the form to {form.get('action')} has no security token"
        if method == "get" and form.select("[name=csrfmiddlewaretoken]"):
            yield "a form that puts the security token into an address"


def real_reads(page: Template) -> Iterator[str]:
    """Each hx-get stands on a link or form to the same place."""
    for element in page.soup.select("[hx-get]"):
        same = element.get("href") if element.name == "a" else element.get("action")
        if element.name not in {"a", "form"} or same != element["hx-get"]:
            yield f"<{element.name} hx-get={element['hx-get']}> has no real link to the same place"
        if element.name == "form" and str(element.get("method", "get")).lower() != "get":
            yield "an hx-get on a form that posts"


def own_targets(page: Template) -> Iterator[str]:
    """Whoever asks says itself what is replaced and how: nothing is inherited (docs/htmx.md)."""
    for element in page.soup.select("[hx-get], [hx-post]"):
        for name in ("hx-target", "hx-swap"):
            if not element.get(name):
                yield f"<{element.name}> leaves {name} to others"
        if not str(element.get("hx-target", "#")).startswith("#"):
            yield f"hx-target {element['hx-target']} is not an id"
    for element in page.soup.find_all(True):
        asks = {"hx-get", "hx-post", "hx-swap-oob"} & set(element.attrs)
        found = {name for name in element.attrs if name.startswith("hx-")}
        if found and not asks:
            yield f"<{element.name}> has {', '.join(sorted(found))} and asks for nothing"


def nothing_runs(page: Template) -> Iterator[str]:
    """No inline script, style or handler; nothing is called safe; nothing comes from elsewhere."""
    for element in page.soup.find_all(True):
        for name, value in element.attrs.items():
            if name.startswith("on") or name in {"style", "srcdoc", "hx-on"} or ":" in name[:6]:
                yield f"<{element.name} {name}>"
            address = name in {"href", "src", "action", "formaction", "poster", "data"}
            if address and re.match(r"(?i)\s*(javascript|data|vbscript|https?:|//)", str(value)):
                yield f"<{element.name} {name}={value}> leads elsewhere"
        if element.name in {"style", "iframe", "object", "embed", "base"}:
            yield f"<{element.name}>"
    for script in page.soup.select("script"):
        is_ours = script.get("nonce") or page.name.startswith(FROM_A_DISK)
        if not is_ours and script.get("type") != "application/json":
            yield "a script without a nonce"
        if not script.get("src") and script.get("type") not in MACHINE_READ:
            yield "an inline script"
    for token in page.tokens:
        if token.token_type is TokenType.VAR and re.search(r"\|\s*safe(seq)?\b", token.contents):
            yield f"{{{{ {token.contents} }}}} is called safe"
    for pieces in page.tags("autoescape", "filter", "debug", "ssi"):
        if pieces[0] != "autoescape" or ("off" in pieces and not page.is_plain_text):
            yield f"{{% {' '.join(pieces)} %}}"
    if page.source.count("mark_safe"):
        yield "mark_safe"


def includes_only(page: Template) -> Iterator[str]:
    """An include is given what it needs, and nothing else."""
    for name, pieces in page.calls():
        is_open = pieces[0] == "include" and pieces[-1] != "only" and not page.is_plain_text
        if is_open and name not in SEES_ALL:
            yield f"{{% include {name} %}} sees everything"
        if not pieces[1].startswith(("'", '"')):
            yield f"{{% {' '.join(pieces[:2])} %}} is chosen at run time"


def says_what_it_needs(page: Template) -> Iterator[str]:
    """A fragment of ours begins with a comment that names what it needs."""
    app, _, name = page.name.rpartition("/")
    if app in LINE and name.startswith("_"):
        first = page.source.split("\n", 1)[0]
        if not re.match(r"\{# \S.* #\}", first):
            yield f"{first[:40]}… does not say what the fragment needs"


def all_translated(page: Template) -> Iterator[str]:
    """Every word a person reads can be said in another language."""
    for words in page.untranslated():
        if words.strip(" ·-\n") not in BRAND:
            yield f"untranslated: {words[:60]}"


def kind_words(page: Template) -> Iterator[str]:
    """Nobody is told that they failed."""
    for words in [*page.translated, *page.untranslated()]:
        for match in UNKIND.finditer(words):
            if match[0].lower() not in UNKIND_REASONS:
                yield f"{match[0]!r} in {words[:60]!r}"


def loads_in_use(page: Template) -> Iterator[str]:
    """A library that is loaded is used, and not one that is there anyway."""
    engine = engines["django"].engine
    always = {name.rpartition(".")[2] for name in engine.builtins}
    loaded = [name for pieces in page.tags("load") for name in pieces[1:]]
    if "from" in loaded:
        yield "{% load … from … %}"
        return
    tags = {
        token.split_contents()[0] for token in page.tokens if token.token_type is TokenType.BLOCK
    }
    text = " ".join(
        token.contents
        for token in page.tokens
        if token.token_type in {TokenType.BLOCK, TokenType.VAR}
    )
    filters = set(re.findall(r"\|\s*(\w+)", text))
    for name in loaded:
        library: Library = import_library(engine.libraries[name])
        if name in always or not (set(library.tags) & tags or set(library.filters) & filters):
            yield f"{{% load {name} %}} for nothing"


CHECKS: list[Check] = [
    real_writes,
    real_reads,
    own_targets,
    nothing_runs,
    includes_only,
    says_what_it_needs,
    all_translated,
    kind_words,
    loads_in_use,
]
GOOD = """{# person: what it needs #}
{% load journal %}<a href="{% url 'a' x.pk %}" hx-get="{% url 'a' x.pk %}" hx-swap="outerHTML"
 hx-target="#{% dom_id x 'row' %}" title="{% translate 'Change' %}">{% translate "Change" %}
 {{ x.name }} · 3</a>
<form method="post" action="{% url 'b' %}"{% if x %} hx-post="{% url 'b' %}" hx-target="#y"
 hx-swap="outerHTML"{% endif %}>
{% csrf_token %}{% include "core/_field.html" with field=field only %}{{ x|mood_icon }}</form>
{% block page_class %}narrow{% endblock %}
{% blocktranslate count n=x.n %}{{ n }} day{% plural %}{{ n }} days{% endblocktranslate %}
Throughline
<script nonce="{{ nonce }}" src="{% static 'js/x.js' %}" defer></script>
"""
PLANTED = [
    (real_writes, '<button hx-delete="/x/">'),
    (real_writes, '<button hx-post="/x/" hx-target="#a" hx-swap="outerHTML">'),
    (real_writes, '<form method="post" action="/x/" hx-post="/y/">{% csrf_token %}</form>'),
    (real_writes, "<form method='post' action=\"{% url 'b' %}\"></form>"),
    (real_writes, '<form method="post">{% csrf_token %}</form>'),
    (real_writes, '<form action="/x/">{% csrf_token %}</form>'),
    (real_reads, "<div hx-get=\"{% url 'a' %}\"></div>"),
    (real_reads, "<a href=\"{% url 'a' %}\" hx-get=\"{% url 'a' x.pk %}\"></a>"),
    (own_targets, '<a href="/x/" hx-get="/x/" hx-swap="outerHTML"></a>'),
    (own_targets, '<a href="/x/" hx-get="/x/" hx-target="#a"></a>'),
    (own_targets, '<a href="/x/" hx-get="/x/" hx-target="closest li" hx-swap="outerHTML"></a>'),
    (own_targets, '<ul hx-target="#a"></ul>'),
    (nothing_runs, '<a href="/" onclick="x()"></a>'),
    (nothing_runs, '<p style="color: red"></p>'),
    (nothing_runs, '<a href="javascript:x()"></a>'),
    (nothing_runs, '<img src="https://example.com/x.png">'),
    (nothing_runs, '<script nonce="{{ nonce }}">x()</script>'),
    (nothing_runs, "<script src=\"{% static 'js/x.js' %}\"></script>"),
    (nothing_runs, "<style>p { color: red }</style>"),
    (nothing_runs, "{{ entry.body|safe }}"),
    (nothing_runs, "{% autoescape off %}{{ x }}{% endautoescape %}"),
    (nothing_runs, '<a hx-on:click="x()"></a>'),
    (includes_only, '{% include "core/_field.html" with field=field %}'),
    (includes_only, "{% include template only %}"),
    (all_translated, "<p>Hello</p>"),
    (all_translated, '<input placeholder="Your name">'),
    (all_translated, '<a aria-label="Close {{ x }}"></a>'),
    (kind_words, '{% translate "You failed" %}'),
    (kind_words, "{% blocktranslate %}A streak of {{ n }} days{% endblocktranslate %}"),
    (loads_in_use, "{% load humanize %}"),
    (loads_in_use, "{% load i18n %}"),
]


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_every_template_passes(check) -> None:
    found = [f"{page.name}: {fault}" for page in read(ROOT) for fault in check(page)]
    assert found == []


@pytest.mark.parametrize(
    ("check", "fault"), PLANTED, ids=[f"{check.__name__}-{fault[:40]}" for check, fault in PLANTED]
)
def test_it_catches(check, fault) -> None:
    assert list(check(parse("people/_row.html", GOOD))) == []
    assert list(check(parse("people/_row.html", GOOD + fault)))


def test_it_catches_a_fragment_that_does_not_say_what_it_needs() -> None:
    assert list(says_what_it_needs(parse("people/_row.html", "<p>{{ x }}</p>")))


def unused(root: Path) -> list[str]:
    """Templates that no code, no other template and no installed app asks for by name."""
    pages = read(root)
    code = "\n".join(path.read_text(encoding="utf-8") for path in python_files(root / "apps"))
    asked = set(re.findall(r"""["']([\w/.-]+\.(?:html|txt))["']""", code))
    asked |= {name for page in pages for name, _ in page.calls()}
    asked |= {f"{stem}.html" for stem in ("400", "403", "404", "500", "403_csrf")}
    letters = _letters(code)
    return [
        page.name
        for page in pages
        if page.name not in asked and page.name not in letters and not _of_an_app(page.name)
    ]


def _letters(code: str) -> set[str]:
    """Mails of ours: `send_letter("new_device", …)` is accounts/mail/new_device.txt."""
    names = re.findall(r"""send_letter\(\s*["'](\w+)["']""", code)
    return {
        f"{app}/mail/{name}{end}"
        for app in LINE
        for name in names
        for end in (".txt", ".html", "_subject.txt", "_message.txt")
    }


def _of_an_app(name: str) -> bool:
    """Whether the template stands in for one that an installed app brings or asks for."""
    stem = name.rpartition(".")[0]
    for config in apps.get_app_configs():
        folder = Path(config.path)
        if config.name.startswith("apps."):
            continue
        if (folder / "templates" / name).is_file():
            return True
        if config.name == "allauth" and _is_named_in(folder, stem):
            return True
    return False


def _is_named_in(folder: Path, stem: str) -> bool:
    """Elements are called by a part of their name: `{% element panel %}`."""
    return any(f'"{stem}' in path.read_text(encoding="utf-8") for path in folder.rglob("*.py"))


def test_no_template_is_left_over() -> None:
    assert unused(ROOT) == []


def test_it_catches_a_template_that_nobody_uses(tmp_path) -> None:
    plant(tmp_path, "apps/people/views.py", 'render(request, "people/person_list.html")')
    plant(tmp_path, "templates/people/person_list.html", '{% include "people/_row.html" only %}')
    plant(tmp_path, "templates/people/_row.html", "{# nothing #}")
    plant(tmp_path, "templates/account/login.html", "")
    assert unused(tmp_path) == []
    plant(tmp_path, "templates/people/_old_row.html", "")
    assert unused(tmp_path) == ["people/_old_row.html"]


def names_that_differ(routes: list[tuple[str, str]]) -> list[str]:
    """Of (address, function), those of ours that are not called the same."""
    return [
        f"{address} is {function}"
        for address, function in routes
        if address.rpartition(":")[2] != function
    ]


def our_routes() -> list[tuple[str, str]]:
    """The names of our addresses, with the functions that answer."""
    return [
        (name, pattern.callback.__name__)
        for name, _, pattern in walk(get_resolver())
        if pattern.callback.__module__.startswith("apps.")
    ]


def test_an_address_is_called_like_its_view() -> None:
    assert our_routes()
    assert names_that_differ(our_routes()) == []


def test_it_catches_a_view_called_otherwise() -> None:
    assert names_that_differ([("people:person_list", "everybody")])


def pages_called_otherwise(pages: list[str], addresses: set[str]) -> list[str]:
    """Pages of ours that are not called like the address that shows them, nor listed with why."""
    found = []
    for name in pages:
        app, _, page = name.partition("/")
        address = f"{app}:{page.removesuffix('.html')}"
        is_page = app in LINE and "/" not in page and not page.startswith("_")
        if is_page and address not in addresses and name not in NAMED_FOR_WHAT_THEY_SHOW:
            found.append(name)
    return found


def test_a_page_is_called_like_its_address() -> None:
    pages = [page.name for page in read(ROOT) if page.name.endswith(".html")]
    bases = {name for page in read(ROOT) for name, pieces in page.calls() if "extends" in pieces}
    addresses = {name for name, _ in our_routes()}
    assert pages_called_otherwise([page for page in pages if page not in bases], addresses) == []
    assert set(NAMED_FOR_WHAT_THEY_SHOW) <= set(pages), "an exception that is no longer needed"


def test_it_catches_a_page_called_otherwise() -> None:
    assert pages_called_otherwise(["people/everybody.html"], {"people:person_list"})
    assert not pages_called_otherwise(["people/person_list.html"], {"people:person_list"})


def test_the_reading_is_right() -> None:
    """The reader itself: what is translated, what is filled in, and what is left."""
    page = parse("x.html", "<p title='{{ a }} b'>{% translate 'c' %}{{ d|default:'e' }}</p>f")
    assert page.translated == ["c"]
    assert list(page.untranslated()) == ["f", "b"]
    assert plain("⟦url x⟧?page=2") == "?page=2"
