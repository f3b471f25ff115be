"""The stylesheet is written as many files and served as one."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings

from config.staticfiles import bundled, tightened
from tests.e2e.server import collect_static

ROOT = Path(__file__).resolve().parents[2]
CSS = ROOT / "static" / "css"


def test_each_import_becomes_its_layer() -> None:
    files = {"a.css": "a { color: red; }", "b.css": "b { color: blue; }"}
    source = '@layer one, two;\n@import "a.css" layer(one);\n@import "b.css" layer(two);'
    assert (
        bundled(source, files.__getitem__)
        == "@layer one,two;@layer one{a{color: red}}@layer two{b{color: blue}}"
    )


def test_an_import_that_would_cost_a_request_is_refused() -> None:
    with pytest.raises(ValueError, match="@import"):
        bundled('@import url("a.css");', {}.__getitem__)
    with pytest.raises(KeyError):
        bundled('@import "absent.css" layer(one);', {}.__getitem__)


def test_what_carries_meaning_is_left_alone() -> None:
    css = """
    /* a note; with { marks } */
    a::before { content: "–  "; inset: calc(1rem + 2px) auto; }
    b :is(i, u) > s { margin: -1px; }  /* "a quote" */
    """
    assert tightened(css) == (
        'a::before{content: "–  ";inset: calc(1rem + 2px) auto}b :is(i,u) > s{margin: -1px}'
    )


def test_every_file_is_imported_once_and_within_the_budget() -> None:
    imported = re.findall(r'@import "([\w-]+\.css)"', (CSS / "app.css").read_text())
    assert sorted(imported) == sorted(
        path.name for path in CSS.glob("*.css") if path.name != "app.css"
    )
    assert len(imported) == len(set(imported)) <= 32
    assert sum(len(path.read_text().splitlines()) for path in CSS.glob("*.css")) <= 3_000


def test_collected_stylesheet_is_one_hashed_compressed_file() -> None:
    collect_static(Path(settings.HOME))
    served = list(settings.STATIC_ROOT.glob("css/*.css"))
    assert len(served) == 2, "app.css and its hashed copy, no parts"
    hashed = next(path for path in served if re.fullmatch(r"app\.[0-9a-f]{12}\.css", path.name))
    text = hashed.read_text()
    assert "@import" not in text
    assert "/*" not in text
    for font in re.findall(r'url\("([^"]+)"\)', text):
        assert (hashed.parent / font).is_file(), font
        assert re.search(r"\.[0-9a-f]{12}\.woff2$", font), "fonts may be cached for good"
    assert len(gzip.compress(hashed.read_bytes())) <= 22_000
    assert hashed.with_name(hashed.name + ".br").is_file()


def test_the_icons_used_are_in_the_sprite() -> None:
    sprite = set(
        re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static/icons/sprite.svg").read_text())
    )
    for template in (ROOT / "templates").rglob("*.html"):
        used = set(re.findall(r"""\{% icon ["']([\w-]+)["']""", template.read_text()))
        assert used <= sprite, f"{template.name}: {sorted(used - sprite)}"
