"""Scripts are written as many modules and served as one file, within their budget."""

import re
from pathlib import Path

import brotli
import pytest
from django.conf import settings

from config.staticfiles import joined
from tests.e2e.server import collect_static

ROOT = Path(__file__).resolve().parents[2]
BUDGET = 33_000


def test_a_module_comes_once_and_before_those_that_need_it() -> None:
    files = {
        "app.js": 'import { b } from "./b.js";\nimport { c } from "./c.js";\nb(c);\n',
        "b.js": '// a note\nimport { c } from "./c.js";\nexport const b = () => c; // stays\n',
        "c.js": "export async function c() {}\n",
    }
    assert joined("app.js", files.__getitem__) == (
        "async function c() {}\nconst b = () => c; // stays\nb(c);\n"
    )


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


def test_what_is_served_is_one_module_within_the_budget() -> None:
    collect_static(Path(settings.HOME))
    collected = settings.STATIC_ROOT
    app = next(collected.glob("js/app.????????????.js")).read_text()
    assert not re.search(r"^(import|export)\b", app, re.MULTILINE)
    assert not (collected / "js" / "saving.js").exists(), "a part is no file of its own"
    on_every_page = [
        *collected.glob("js/app.????????????.js"),
        *collected.glob("js/htmx-*.????????????.js"),
        *collected.glob("vendor/htmx-*.min.????????????.js"),
    ]
    assert len(on_every_page) == 4
    assert sum(len(brotli.compress(file.read_bytes())) for file in on_every_page) <= BUDGET
