"""Scripts: few, ours, and only what the content security policy lets run."""

import re
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest

from config.staticfiles import (
    APP,
    HTMX,
    OF_SOME_PAGES,
    PARTS_OF_HTMX,
    WORKER,
    in_a_row,
    joined,
)
from tests.house.sources import ROOT, pages, plant

# Bytes of all scripts of a page, htmx with them, as they go over the wire to every browser of
# today; and of the worker, which is fetched when the page is there.
BUDGET = 35_000
WORKERS_BUDGET = 5_000
IMPORT = re.compile(r"""(?:^|[\s;}])(?:import|export)\s*(?:[^'"();]*?\sfrom\s*)?["']([^"']+)["']""")
DYNAMIC = re.compile(r"""\bimport\(\s*(?:["']([^"']+)["'])?""")
FORBIDDEN = {
    r"\beval\s*\(": "eval",
    r"\bnew\s+Function\b": "new Function",
    r"\bdocument\.write": "document.write",
    r"\.(?:inner|outer)HTML\s*[+=]=?[^=]": "innerHTML",
    r"\.insertAdjacentHTML\b": "insertAdjacentHTML",
    r"setAttribute\(\s*[\"']on": "a handler set as an attribute",
    r"(?:setTimeout|setInterval)\(\s*[\"'`]": "a timer that runs text",
    r"[\"'`](?:https?:)?//[\w.-]+\.[a-z]{2,}": "an address elsewhere",
    r"\bconsole\.(?:log|debug|info)": "console output",
    r"\bdebugger\b": "debugger",
}


# Where one of these stands all the same, with the reason why.
EXCUSED = {
    ("preview.js", "innerHTML"): "the server's one sanitiser made what is put in",
}


def scripts(root: Path) -> list[Path]:
    """The scripts we wrote for pages that are served."""
    return sorted((root / "static" / "js").rglob("*.js"))


def all_scripts(root: Path) -> list[Path]:
    """Those, and what a website has that is written out (apps/transfer/forms/html.py)."""
    return [*scripts(root), *sorted((root / "static" / "site").rglob("*.js"))]


def uncommented(source: str) -> str:
    """The code without its comments; strings keep what looks like one."""
    keep = r""""(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`"""
    return re.sub(rf"({keep})|/\*.*?\*/|//[^\n]*", lambda m: m[1] or " ", source, flags=re.DOTALL)


def wrong_imports(root: Path) -> list[str]:
    """Imports that are not of a file beside the script, by its relative name."""
    found = []
    for path in all_scripts(root):
        code = uncommented(path.read_text(encoding="utf-8"))
        for match in [*IMPORT.finditer(code), *DYNAMIC.finditer(code)]:
            name = match[1] or ""
            if not re.match(r"\.{1,2}/", name) or not (path.parent / name).is_file():
                found.append(f"{path.relative_to(root)} imports {name or 'by a computed name'}")
    return found


def forbidden(root: Path) -> Iterator[str]:
    """What no script of ours does."""
    for path in all_scripts(root):
        code = uncommented(path.read_text(encoding="utf-8"))
        for pattern, what in FORBIDDEN.items():
            for match in re.finditer(pattern, code):
                if (path.name, what) in EXCUSED:
                    continue
                line = code[: match.start()].count("\n") + 1
                yield f"{path.relative_to(root)}, about line {line}: {what}"


def served(root: Path) -> dict[str, str]:
    """The scripts that pages and the worker load, as they are served, by their paths."""
    parts: set[str] = set()

    def read(path: str) -> str:
        parts.add(path)
        return (root / "static" / path).read_text(encoding="utf-8")

    found = {APP: joined(APP, read, is_app=True)}
    in_app = set(parts)
    for path in OF_SOME_PAGES:
        found[path] = joined(path, read, in_app=in_app)
    found[WORKER] = joined(WORKER, read)
    found[HTMX] = in_a_row(PARTS_OF_HTMX, read)
    others = {f"js/{path.name}" for path in scripts(root)} - parts
    return found | {path: read(path) for path in sorted(others)}


def named(text: str) -> set[str]:
    """The scripts that a template loads."""
    return set(re.findall(r"""\{% static ["'](js/[\w-]+\.js)["'] %\}""", text))


def lacking(root: Path, code: dict[str, str]) -> list[str]:
    """Pages that have an element of ours without the script that makes it do something."""
    defined = {
        tag: path
        for path, text in code.items()
        for tag in re.findall(r"""customElements\.define\(["'](tl-[\w-]+)""", text)
    }
    return [
        f"{page} has {tag} without {path}"
        for page, text in pages(root).items()
        for tag, path in defined.items()
        if f"<{tag}" in text and path not in named(text)
    ]


def test_imports_are_of_files_beside_them() -> None:
    assert wrong_imports(ROOT) == []


@pytest.mark.parametrize(
    "line",
    [
        'import "htmx";',
        'import { a } from "https://cdn.example/x.js";',
        'import a from "/static/js/a.js";',
        'export * from "./absent.js";',
        "await import(name);",
        'const a = await import("lodash");',
    ],
)
def test_it_catches_an_import_from_elsewhere(tmp_path, line) -> None:
    plant(tmp_path, "static/js/words.js", "export const a = 1;\n")
    plant(tmp_path, "static/js/good.js", 'import { a } from "./words.js";\n// import "htmx";\n')
    assert wrong_imports(tmp_path) == []
    plant(tmp_path, "static/js/bad.js", f"{line}\n")
    assert len(wrong_imports(tmp_path)) == 1


def test_they_do_nothing_that_could_run_a_text() -> None:
    assert list(forbidden(ROOT)) == []


@pytest.mark.parametrize(
    "line",
    [
        "eval(text);",
        'const run = new Function("return 1");',
        "box.innerHTML = answer;",
        "box.innerHTML += answer;",
        'button.setAttribute("onclick", save);',
        'setTimeout("save()", 10);',
        'fetch("https://example.com/");',
        'load("//cdn.example.com/x.js");',
        "console.log(body);",
    ],
)
def test_it_catches_what_could(tmp_path, line) -> None:
    plant(tmp_path, "static/js/good.js", "// eval(this) is not run\nif (box.innerHTML === '') a();")
    assert list(forbidden(tmp_path)) == []
    plant(tmp_path, "static/js/bad.js", line)
    assert list(forbidden(tmp_path))


def test_every_excuse_is_still_needed() -> None:
    for name, what in EXCUSED:
        pattern = next(pattern for pattern, found in FORBIDDEN.items() if found == what)
        assert re.search(pattern, (ROOT / "static" / "js" / name).read_text(encoding="utf-8"))


def weight(*codes: str) -> int:
    """Bytes of scripts as they are sent, each compressed by itself."""
    return sum(len(brotli.compress(code.encode())) for code in codes)


def heavy(root: Path, code: dict[str, str]) -> list[str]:
    """Pages with more scripts than a page may have."""
    return [
        page
        for page, text in pages(root).items()
        if weight(*(code[path] for path in named(text))) > BUDGET
    ]


def test_every_page_is_light() -> None:
    code = served(ROOT)
    assert heavy(ROOT, code) == []
    assert weight(code[WORKER]) <= WORKERS_BUDGET


def test_it_catches_too_much(tmp_path) -> None:
    noise = "".join(f"{number * number * 7919 % 1000003:x}" for number in range(90_000))
    page = """<script src="{% static 'js/NAME.js' %}"></script>"""
    for name in ("light", "noise"):
        plant(tmp_path, f"templates/{name}.html", page.replace("NAME", name))
    assert heavy(tmp_path, {"js/light.js": "go();", "js/noise.js": noise}) == ["noise.html"]


def test_an_element_of_ours_comes_with_its_script() -> None:
    assert lacking(ROOT, served(ROOT)) == []


def test_it_catches_an_element_without_its_script(tmp_path) -> None:
    code = {"js/part.js": 'customElements.define("tl-part", Part);'}
    script = """<script src="{% static 'js/part.js' %}"></script>"""
    plant(tmp_path, "templates/a/_part.html", "<tl-part></tl-part>")
    plant(tmp_path, "templates/a/good.html", script + '{% include "a/_part.html" only %}')
    assert lacking(tmp_path, code) == []
    plant(tmp_path, "templates/a/bad.html", '{% include "a/_part.html" only %}')
    assert lacking(tmp_path, code) == ["a/bad.html has tl-part without js/part.js"]


def test_every_script_is_loaded_somewhere() -> None:
    """A script that no page, no view and no other script names is left over."""
    pages = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    pages += "".join(PARTS_OF_HTMX)
    pages += "".join(path.read_text() for path in (ROOT / "apps").rglob("*.py"))
    code = "".join(path.read_text() for path in scripts(ROOT))
    unused = [
        path.name
        for path in all_scripts(ROOT)
        if f"{path.parent.name}/{path.name}" not in pages and f"/{path.name}" not in code
    ]
    assert unused == []
