"""Scripts are written as many modules and served as few files, within their budget."""

import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings

from config.staticfiles import in_a_row, joined
from tests.e2e.server import collect_static

ROOT = Path(__file__).resolve().parents[2]
# Bytes that pages without a writer have, and what a connection that has just been opened carries
# at once: a file that is heavier takes a round trip more.
EVERY_PAGE = 20_000
EACH = 14_200


def test_a_module_comes_once_and_before_those_that_need_it() -> None:
    files = {
        "app.js": 'import { b } from "./b.js";\nimport { c } from "./c.js";\nb(c);\n',
        "b.js": '// a note\nimport { c } from "./c.js";\nexport const b = () => c; // stays\n',
        "c.js": "export async function c() {}\n",
    }
    assert joined("app.js", files.__getitem__) == (
        "async function c() {}\nconst b = () => c; // stays\nb(c);\n"
    )


def test_what_is_in_the_app_is_taken_from_there() -> None:
    files = {
        "js/app.js": 'import { b } from "./b.js";\nexport const a = b();\n',
        "js/b.js": "const many = new Set();\nexport const b = () => many;\n",
        "js/c.js": "export const c = 1;\n",
        "js/some.js": 'import { a } from "./app.js";\nimport { b } from "./b.js";\n'
        'import { c } from "./c.js";\nrun(a, b, c);\n',
    }
    read = files.__getitem__
    assert joined("js/app.js", read, is_app=True) == (
        "const many = new Set();\nexport const b = () => many;\nexport const a = b();\n"
    )
    assert joined("js/some.js", read, in_app={"js/app.js", "js/b.js"}) == (
        'import { a, b } from "./app.js";\nconst c = 1;\nrun(a, b, c);\n'
    )
    files["js/some.js"] += "const b = 1;\n"
    with pytest.raises(ValueError, match="defined in two modules: b"):
        joined("js/some.js", read, in_app={"js/app.js", "js/b.js"})


def test_plain_scripts_come_in_their_order() -> None:
    files = {"vendor/a.js": "// theirs\n  a()", "js/b.js": "// ours\n(() => {\n  b();\n})();\n"}
    assert in_a_row(files, files.__getitem__) == "// theirs\n  a()\n(() => {\nb();\n})();\n"


@pytest.mark.parametrize(
    "source",
    [
        'import b from "./b.js";\n',
        'import * as b from "./b.js";\n',
        'import { b } from "elsewhere";\n',
        "export default class {}\n",
        "export { b };\n",
    ],
)
def test_another_form_of_import_is_refused(source: str) -> None:
    with pytest.raises(ValueError, match="not of the one form"):
        joined("app.js", {"app.js": source, "b.js": ""}.__getitem__)


def test_what_indents_a_line_is_left_out() -> None:
    source = "const a = () => {\n  const part = `${1} `;\n\n\treturn part;\n};\n"
    short = "const a = () => {\nconst part = `${1} `;\nreturn part;\n};\n"
    assert joined("app.js", {"app.js": source}.__getitem__) == short
    with pytest.raises(ValueError, match="over several lines"):
        joined("app.js", {"app.js": "const a = `one\n  two`;\n"}.__getitem__)


def test_a_name_that_would_collide_is_refused() -> None:
    files = {
        "app.js": 'import { b } from "./b.js";\nfunction part() {}\n',
        "b.js": "export const b = 1;\nconst part = 2;\n",
    }
    with pytest.raises(ValueError, match="defined in two modules: part"):
        joined("app.js", files.__getitem__)


def test_what_is_served_is_within_the_budget() -> None:
    collect_static(Path(settings.HOME))
    scripts = {
        path.name.split(".")[0]: path for path in settings.STATIC_ROOT.glob("js/*.????????????.js")
    }
    assert not {"saving", "htmx-rules"} & scripts.keys(), "a part is no file of its own"
    app = scripts["app"].read_text()
    assert not re.search(r"^import\b", app, re.MULTILINE)
    imports = re.findall(r'^import .* from "(.+)";$', scripts["writing"].read_text(), re.MULTILINE)
    assert imports == [f"./{scripts['app'].name}"], "of the very file that pages load"
    weights = {name: len(brotli.compress(path.read_bytes())) for name, path in scripts.items()}
    assert weights["htmx"] + weights["app"] <= EVERY_PAGE
    assert max(weights.values()) <= EACH
