"""Stylesheets are written as many files and served as few."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from config.staticfiles import STYLESHEETS, bundled, tightened
from tests.e2e.server import collect_static
from tests.house.sources import pages, plant

ROOT = Path(__file__).resolve().parents[2]
CSS = ROOT / "static" / "css"
# Bytes of the one that every page waits for, as it is sent: three round trips on a slow line that
# five other files share, whose heads it carries too; and of one that some pages have beside it.
EVERY_PAGE = 12_700
OF_SOME_PAGES = 4_000


def test_each_import_becomes_its_layer() -> None:
    files = {
        "app.css": '@layer one, two;\n@import "a.css" layer(one);\n@import "b.css" layer(two);',
        "a.css": "a { color: red; }",
        "b.css": "b { color: blue; }",
    }
    assert (
        bundled("app.css", files.__getitem__)
        == "@layer one,two;@layer one{a{color: red}}@layer two{b{color: blue}}"
    )


def test_an_import_that_would_cost_a_request_is_refused() -> None:
    with pytest.raises(ValueError, match="@import"):
        bundled("app.css", {"app.css": '@import url("a.css");'}.__getitem__)
    with pytest.raises(KeyError):
        bundled("app.css", {"app.css": '@import "absent.css" layer(one);'}.__getitem__)


def test_what_carries_meaning_is_left_alone() -> None:
    css = """
    /* a note; with { marks } */
    a::before { content: "–  "; inset: calc(1rem + 2px) auto; }
    b :is(i, u) > s { margin: -1px; }  /* "a quote" */
    """
    assert tightened(css) == (
        'a::before{content: "–  ";inset: calc(1rem + 2px) auto}b :is(i,u) > s{margin: -1px}'
    )


def parts(stylesheet: str, css: Path = CSS) -> list[str]:
    """The names of the files that a stylesheet imports."""
    return re.findall(r'@import "([\w-]+\.css)"', (css / stylesheet).read_text())


def test_every_file_is_imported_once_and_within_the_budget() -> None:
    imported = [part for stylesheet in STYLESHEETS for part in parts(Path(stylesheet).name)]
    wholes = {Path(stylesheet).name for stylesheet in STYLESHEETS}
    assert sorted(imported) == sorted({path.name for path in CSS.glob("*.css")} - wholes)
    assert len(imported) == len(set(imported)) <= 32
    assert sum(len(path.read_text().splitlines()) for path in CSS.glob("*.css")) <= 3_000


def test_collected_stylesheets_are_few_hashed_compressed_files() -> None:
    collect_static(Path(settings.HOME))
    names = {Path(stylesheet).stem for stylesheet in STYLESHEETS}
    served = list(settings.STATIC_ROOT.glob("css/*.css"))
    assert len(served) == 2 * len(names), "each and its hashed copy, no parts"
    hashed = [path for path in served if re.fullmatch(r"\w+\.[0-9a-f]{12}\.css", path.name)]
    assert {path.name.split(".")[0] for path in hashed} == names
    for path in hashed:
        text = path.read_text()
        assert "@import" not in text
        assert "/*" not in text
        for font in re.findall(r'url\("([^"]+)"\)', text):
            assert (path.parent / font).is_file(), font
            assert re.search(r"\.[0-9a-f]{12}\.woff2$", font), "fonts may be cached for good"
        bound = EVERY_PAGE if path.name.startswith("app.") else OF_SOME_PAGES
        assert path.with_name(path.name + ".br").stat().st_size <= bound


def classes(css: str) -> set[str]:
    """All classes that are styled somewhere in these rules."""
    return set(re.findall(r"\.([a-z][\w-]*)", re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)))


def unstyled(templates: dict[str, str], css: Path) -> list[str]:
    """Pages that have a class of a stylesheet without that stylesheet.

    What counts is a class that begins a rule, unless app.css has a rule for it too.
    """
    common = classes("".join((css / part).read_text() for part in parts("app.css", css)))
    found = []
    for path in css.glob("*.css"):
        rules = "".join(f"\n{(css / part).read_text()}" for part in parts(path.name, css))
        own = set(re.findall(r"^\.([a-z][\w-]*)", rules, re.MULTILINE)) - common
        for name, text in templates.items():
            attributes = re.findall(r'class="([^"]*)"|page_class %\}([^{]*)', text)
            words = re.sub(r"\{.*?\}", " ", " ".join(map(" ".join, attributes)))
            used = set(re.findall(r"[\w-]+", words)) & own
            if used and f"css/{path.name}" not in text:
                found.append(f"{name} has {', '.join(sorted(used))} without {path.name}")
    return found


def test_a_page_has_the_stylesheets_that_it_needs() -> None:
    """But for answers that are put into a page, and a website that is written out."""
    whole = {
        name: text
        for name, text in pages(ROOT).items()
        if not re.search(r"(^|/)_|^transfer/site/", name)
    }
    assert len(whole) > 100
    assert unstyled(whole, CSS) == []


def test_it_catches_a_page_without_its_stylesheet(tmp_path) -> None:
    plant(tmp_path, "static/css/app.css", '@import "all.css" layer(one);')
    plant(tmp_path, "static/css/all.css", ".all { .inner { color: red; } }")
    plant(tmp_path, "static/css/some.css", '@import "some-part.css" layer(one);')
    plant(tmp_path, "static/css/some-part.css", ".some { .first { color: red; } }\n.all { }\n")
    css = tmp_path / "static/css"
    use = '<i class="{% if a %}some{% endif %} all first">'
    assert unstyled({"a.html": use + "{% static 'css/some.css' %}"}, css) == []
    assert unstyled({"a.html": '<i class="all first">'}, css) == []
    assert unstyled({"a.html": use}, css) == ["a.html has some without some.css"]


def test_the_icons_used_are_in_the_sprite() -> None:
    sprite = set(
        re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/icons/sprite.svg").read_text())
    )
    for template in (ROOT / "templates").rglob("*.html"):
        used = set(re.findall(r"""\{% icon ["']([\w-]+)["']""", template.read_text()))
        assert used <= sprite, f"{template.name}: {sorted(used - sprite)}"
