"""`include`, `extends` and `translate`: Django's own, with what is named looked for once."""

from copy import copy

import pytest
from django.template import Context, Engine, TemplateDoesNotExist
from django.templatetags.i18n import TranslateNode
from django.utils import translation

FILES = {
    "frame.html": "<{% block head %}frame{% endblock %}|{% block body %}{% endblock %}>",
    "between.html": "{% extends 'frame.html' %}{% block head %}between{% endblock %}",
    "page.html": "{% extends 'between.html' %}{% block body %}{{ word }}{% endblock %}",
    "named.html": "{% extends frame %}{% block body %}named{% endblock %}",
    "part.html": "{{ word }}{{ other }}",
    "all.html": "{% include 'part.html' with other=1 %}{{ other }}",
    "only.html": "{% include 'part.html' with other=1 only %}",
    "some.html": "{% include which %}",
    "plain.txt": "{% autoescape off %}{% include 'part.html' with word=word only %}"
    "{% endautoescape %}",
    "tree.html": "{{ tree.0 }}{% if tree.1 %}{% include './tree.html' with tree=tree.1 only %}"
    "{% endif %}",
    "words.html": "{% translate 'Today' %} {% translate '100%' %} {% translate 'a <b>' %}"
    " {% translate 'Today' as word %}{{ word }} {% translate word %} {% translate 'Today'|upper %}"
    " {% translate 'May' context 'month name' %} {% translate 'Today' noop %}",
    "gone.html": "{% include 'nowhere.html' %}",
}


def rendered(engine: Engine, name: str, **values: object) -> str:
    return engine.get_template(name).render(Context(values))


@pytest.fixture(scope="module")
def engines() -> tuple[Engine, Engine]:
    loaders = [("django.template.loaders.locmem.Loader", FILES)]
    words = "django.templatetags.i18n"
    ours = Engine(loaders=loaders, builtins=[words, "apps.core.templatetags.parts"])
    return ours, Engine(loaders=copy(loaders), builtins=[words])


@pytest.mark.parametrize(
    ("name", "values", "shown"),
    [
        ("page.html", {"word": "<a>"}, "<between|&lt;a&gt;>"),
        ("named.html", {"frame": "frame.html"}, "<frame|named>"),
        ("all.html", {"word": "a"}, "a1"),
        ("only.html", {"word": "a"}, "1"),
        ("some.html", {"which": "part.html", "word": "a"}, "a"),
        ("plain.txt", {"word": "<a>"}, "<a>"),
        ("tree.html", {"tree": (1, (2, (3, None)))}, "123"),
    ],
)
def test_it_shows_what_django_shows(engines, name, values, shown) -> None:
    for engine in engines:
        assert rendered(engine, name, **values) == shown
        assert rendered(engine, name, **values) == shown


def test_a_page_has_its_own_values_each_time(engines) -> None:
    ours, _ = engines
    assert rendered(ours, "page.html", word="a") == "<between|a>"
    assert rendered(ours, "page.html", word="b") == "<between|b>"


def test_a_template_is_looked_for_once(engines, monkeypatch) -> None:
    ours, _ = engines
    pages = [ours.get_template(name) for name in ("page.html", "all.html", "only.html")]
    for page in pages:
        page.render(Context())

    def none_is_left(*_args: object, **_kwargs: object) -> None:
        raise AssertionError("It was looked for again.")

    monkeypatch.setattr(Engine, "find_template", none_is_left)
    for page in pages:
        page.render(Context())


def test_words_are_said_in_the_language_of_the_page(engines) -> None:
    ours, theirs = engines
    said = {}
    for language in ("en", "de", "en", "de"):
        with translation.override(language):
            said[language] = rendered(ours, "words.html")
            assert said[language] == rendered(theirs, "words.html")
    assert said["en"] != said["de"]


def test_words_are_looked_up_once(engines, monkeypatch) -> None:
    template = engines[0].from_string("{% translate 'Today' %}")
    shown = template.render(Context())
    monkeypatch.setattr(TranslateNode, "render", lambda *_given: "looked up again")
    assert template.render(Context()) == shown


def test_what_is_nowhere_is_said(engines) -> None:
    for engine in engines:
        with pytest.raises(TemplateDoesNotExist):
            rendered(engine, "gone.html")
