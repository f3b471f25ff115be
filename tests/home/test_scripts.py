"""Scripts are written as many modules and served as one file, within their budget."""

import re
from pathlib import Path

import brotli
import pytest
from django.core.management import call_command
from pytest_django.fixtures import Settings

from config.staticfiles import joined

ROOT = Path(__file__).resolve().parents[2]
BUDGET = 35_000


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


def test_what_is_served_is_one_module_within_the_budget(tmp_path: Path, settings: Settings) -> None:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "config.staticfiles.HashedFiles"},
    }
    call_command("collectstatic", interactive=False, verbosity=0)
    app = next(tmp_path.glob("js/app.????????????.js")).read_text()
    assert not re.search(r"^(import|export)\b", app, re.MULTILINE)
    assert not (tmp_path / "js" / "saving.js").exists(), "a part is no file of its own"
    on_every_page = [
        *tmp_path.glob("js/app.????????????.js"),
        *tmp_path.glob("js/htmx-*.????????????.js"),
        *tmp_path.glob("vendor/htmx-*.min.????????????.js"),
    ]
    assert len(on_every_page) == 4
    assert sum(len(brotli.compress(file.read_bytes())) for file in on_every_page) <= BUDGET
