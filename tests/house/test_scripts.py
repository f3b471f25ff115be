"""Scripts: few, ours, and only what the content security policy lets run."""

import re
from collections.abc import Iterator
from pathlib import Path

import brotli
import pytest

from config.staticfiles import SCRIPTS, joined
from tests.house.sources import ROOT, plant

# All scripts of pages, htmx with them, as they go over the wire to every browser of today; and the
# worker, which is fetched when the page is there, and shares most of its modules with it.
BUDGET = 35_000
WORKERS_BUDGET = 5_000
PAGES, WORKER, *OF_SOME = (name.removeprefix("js/") for name in SCRIPTS)
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


def weight(root: Path) -> int:
    """Bytes of all scripts of pages, compressed as they are served: what is joined as one file.

    Of those that only some pages need, the heaviest: no page has two of them.
    """
    folder = root / "static" / "js"
    parts: set[str] = {WORKER}

    def read(name: str) -> str:
        parts.add(name)
        return (folder / name).read_text(encoding="utf-8")

    def sent(name: str) -> int:
        whole = joined(name, read) if (folder / name).is_file() else ""
        return len(brotli.compress(whole.encode())) if whole else 0

    bytes_joined = sent(PAGES) + max(map(sent, OF_SOME))
    parts |= {PAGES, *OF_SOME}
    others = [path for path in scripts(root) if path.name not in parts]
    found = [*others, *(root / "static" / "vendor").glob("*.js")]
    return bytes_joined + sum(len(brotli.compress(path.read_bytes())) for path in found)


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


def test_they_are_light() -> None:
    assert 0 < weight(ROOT) <= BUDGET
    folder = ROOT / "static" / "js"
    worker = joined(WORKER, lambda name: (folder / name).read_text(encoding="utf-8"))
    assert len(brotli.compress(worker.encode())) <= WORKERS_BUDGET


def test_no_page_has_two_of_those_that_some_pages_need() -> None:
    texts = [path.read_text() for path in (ROOT / "templates").rglob("*.html")]
    named = [[name for name in OF_SOME if f"js/{name}" in text] for text in texts]
    assert {name for names in named for name in names} == set(OF_SOME)
    assert max(map(len, named)) == 1


def test_it_catches_too_much(tmp_path) -> None:
    noise = "".join(f"{number * number * 7919 % 1000003:x}" for number in range(90_000))
    plant(tmp_path, "static/vendor/heavy.js", noise)
    assert weight(tmp_path) > BUDGET


def test_every_script_is_loaded_somewhere() -> None:
    """A script that no page, no view and no other script names is left over."""
    pages = "".join(path.read_text() for path in (ROOT / "templates").rglob("*.html"))
    pages += "".join(path.read_text() for path in (ROOT / "apps").rglob("*.py"))
    code = "".join(path.read_text() for path in scripts(ROOT))
    unused = [
        path.name
        for path in all_scripts(ROOT)
        if f"{path.parent.name}/{path.name}" not in pages and f"/{path.name}" not in code
    ]
    assert unused == []
