"""The examples that are shown to be copied: each runs, as it stands, against a server.

A shell runs them, with curl, and with one of our own that knows nothing but the options the
examples use: where there is no curl, they are tried all the same.
"""

import html
import http.client
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from apps.accounts.models import User
from apps.capture import examples
from apps.journal.models import Entry, EntryTag
from tests.factories import make_user
from tests.house.routes import log_in, make_token
from tests.house.sources import ROOT

pytestmark = pytest.mark.django_db(transaction=True)
SITE = "https://journal.example.org"
DOCUMENT = ROOT / "docs" / "api.md"

# As much of curl as the examples need; an option it does not know is an error.
STANDIN = """#!{python}
import argparse, pathlib, sys, urllib.error, urllib.request
parser = argparse.ArgumentParser()
parser.add_argument("url")
parser.add_argument("--header", action="append", default=[])
parser.add_argument("--data-binary")
parser.add_argument("--output")
parser.add_argument("--retry", type=int)
parser.add_argument("--retry-connrefused", action="store_true")
for flag in ("--fail-with-body", "--silent", "--show-error"):
    parser.add_argument(flag, action="store_true", required=True)
given = parser.parse_args()
headers = {{}}
for header in given.header:
    lines = pathlib.Path(header[1:]).read_text().splitlines() if header[0] == "@" else [header]
    for name, _colon, value in (line.partition(":") for line in lines):
        headers[name] = value.strip()
data = sys.stdin.buffer.read() if given.data_binary == "@-" else given.data_binary.encode()
request = urllib.request.Request(given.url, data, headers)
try:
    with urllib.request.urlopen(request, timeout=20) as answer:
        said = answer.read()
except urllib.error.HTTPError as error:
    sys.exit(22)
if given.output is None:
    sys.stdout.buffer.write(said)
"""


@pytest.fixture
def owner() -> User:
    return make_user(email="alice@example.org")


@pytest.fixture(params=["stand-in", *(["curl"] if shutil.which("curl") else [])])
def home(request: pytest.FixtureRequest, tmp_path: Path, owner: User) -> Path:
    """A home with a program called curl in its path, and the token where it belongs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    if request.param == "stand-in":
        program = folder / "curl"
        program.write_text(STANDIN.format(python=sys.executable))
        program.chmod(0o700)
    run(tmp_path, examples.KEEP_TOKEN.replace(examples.ANY, make_token(owner, can_read=False)[1]))
    return tmp_path


def run(home: Path, script: str, **over: str) -> subprocess.CompletedProcess[str]:
    """Let the shell run it in this home."""
    environment = {"HOME": str(home), "PATH": f"{home / 'bin'}:{os.environ['PATH']}", **over}
    return subprocess.run(
        ["sh", "-eu"],
        input=script,
        cwd=home,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def blocks(document: str) -> list[str]:
    """The blocks of code of a document, as somebody would copy them."""
    return re.findall(r"```sh\n(.*?)```", document, re.DOTALL)


def fields(document: str) -> dict[str, str]:
    """The table of fields of the Shortcut."""
    rows = re.findall(r"^\| ([^|]+) \| `([^`]+)` \|$", document, re.MULTILINE)
    return dict(rows)


def test_the_document_shows_what_the_page_shows(owner: User) -> None:
    document = DOCUMENT.read_text()
    shown = examples.examples(SITE)
    assert blocks(document) == [example.code for example in shown if example.code]
    rows = {row.field: row.value for example in shown for row in example.rows}
    assert rows.items() <= fields(document).items()
    page = html.unescape(log_in(owner).get("/settings/tokens/").content.decode())
    for example in examples.examples("http://localhost:8000"):
        assert str(example.about) in page
        assert example.code in page
        assert all(row.value in page for row in example.rows)


def test_the_token_is_kept_where_only_its_owner_reads(home: Path) -> None:
    path = home / ".config" / "throughline" / "token"
    assert re.fullmatch(r"Authorization: Bearer tl_\w{49}\n", path.read_text())
    assert path.stat().st_mode & 0o077 == 0
    assert path.parent.stat().st_mode & 0o077 == 0


def test_the_line_with_curl_adds_an_entry(home: Path, live_server) -> None:
    line = blocks(DOCUMENT.read_text())[1].replace(SITE, live_server.url)
    done = run(home, line)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["outcome"] == "created"
    assert Entry.objects.get().body == "Ana liked the plan. #release"
    assert EntryTag.objects.get().tag.name == "release"


def test_the_word_of_the_shell_keeps_sentences_and_files(home: Path, live_server) -> None:
    _keep, _curl, jot, use = blocks(DOCUMENT.read_text())
    text = 'A "note" with $signs, `marks` and \\backslashes — 日本語\n\n- a list\n'
    (home / "notes.md").write_text(text)
    done = run(home, jot.replace(SITE, live_server.url) + use)
    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[0] == "Kept."
    # Both lines come from one shell within a second or so: the second is another request.
    said = set(Entry.objects.values_list("body", flat=True))
    assert said == {"Called Jonas. He has time on Friday. #release", text}


def test_the_word_of_the_shell_says_so_when_it_is_not_kept(home: Path, live_server) -> None:
    run(home, examples.KEEP_TOKEN.replace(examples.ANY, "tl_nobody"))
    jot = examples.JOT.format(site=live_server.url)
    done = run(home, jot + "if jot a word; then echo yes; else echo no; fi")
    assert done.stdout == "no\n"
    assert not Entry.objects.exists()


def test_the_shortcut_adds_an_entry(owner: User, live_server) -> None:
    """What “Get Contents of URL” sends, from the fields of the table."""
    table = fields(DOCUMENT.read_text())
    said = "Ana said: “wait”.\nSo we wait."
    headers = {
        name.removeprefix("Headers: "): value.replace(examples.ANY, make_token(owner)[1])
        for name, value in table.items()
        if name.startswith("Headers: ")
    }
    assert table["Request Body"] == "JSON"
    sent = {
        name.removeprefix("Text: "): said
        for name, value in table.items()
        if name.startswith("Text: ") and value == "Provided Input"
    }
    where = urlsplit(table["URL"].replace(SITE, live_server.url))
    connection = http.client.HTTPConnection(where.netloc, timeout=20)
    headers |= {"Content-Type": "application/json"}
    connection.request(table["Method"], where.path, json.dumps(sent).encode(), headers)
    assert connection.getresponse().status == 201
    connection.close()
    assert Entry.objects.get().body == said


def test_it_catches_an_example_that_does_not_run(home: Path, live_server) -> None:
    line = examples.CURL.format(site=live_server.url).replace("--data-binary", "--data-binery")
    assert run(home, line).returncode != 0
