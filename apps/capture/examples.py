"""Ways to use the API, to be copied: what docs/api.md and the page of tokens show.

tests/capture/test_examples.py runs each of them, as it stands here, against a server.
"""

from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

ANY = "tl_…"
FOLDER = "~/.config/throughline"

# The token stands in a file that only its owner reads: on a command line others could see it.
KEEP_TOKEN = f"""\
mkdir -p -m 700 {FOLDER}
echo 'Authorization: Bearer {ANY}' > {FOLDER}/token
chmod 600 {FOLDER}/token
"""

CURL = """\
curl --fail-with-body --silent --show-error \\
  --header @"$HOME/.config/throughline/token" \\
  --header 'Content-Type: text/markdown' \\
  --data-binary 'Ana liked the plan. #release' \\
  {site}/api/v1/entries
"""

JOT = """\
jot() {{
  key=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \\n')
  if [ $# -gt 0 ]; then printf '%s' "$*"; else cat; fi |
    curl --fail-with-body --silent --show-error \\
      --retry 5 --retry-connrefused \\
      --header @"$HOME/.config/throughline/token" \\
      --header "Idempotency-Key: $key" \\
      --header 'Content-Type: text/markdown' \\
      --data-binary @- --output /dev/null \\
      {site}/api/v1/entries && echo 'Kept.'
}}
"""

USE_JOT = """\
jot Called Jonas. He has time on Friday. '#release'
jot < notes.md
"""


@dataclass(frozen=True)
class Row:
    """A field of the action “Get Contents of URL”, and what belongs there."""

    field: str
    value: str


# The fields are called here as the app Shortcuts calls them.
SHORTCUT = (
    Row("URL", "{site}/api/v1/entries"),
    Row("Method", "POST"),
    Row("Headers: Authorization", f"Bearer {ANY}"),
    Row("Request Body", "JSON"),
    Row("Text: body", "Provided Input"),
)


@dataclass(frozen=True)
class Example:
    """Something to copy, and what it is for."""

    title: object
    about: object
    code: str = ""
    rows: tuple[Row, ...] = ()


def examples(site: str) -> list[Example]:
    """All of them, for the server at this address."""
    return [
        Example(
            _("Keep the token where only you can read it"),
            _("Once, on the machine from which you write:"),
            KEEP_TOKEN,
        ),
        Example(
            _("One line with curl"),
            _("What you send as text becomes the text of an entry of today:"),
            CURL.format(site=site),
        ),
        Example(
            _("A word of your shell"),
            _(
                "In ~/.bashrc or ~/.zshrc. While the server is busy or away it tries again, and the"
                " key sees to it that your words are kept once:"
            ),
            JOT.format(site=site),
        ),
        Example(_("Then write wherever you are"), _("A sentence, or a file:"), USE_JOT),
        Example(
            _("A Shortcut on the iPhone"),
            _(
                "In the app Shortcuts, make one with two actions: “Ask for Input”, for text, and"
                " “Get Contents of URL” with these fields. Put it on the Home Screen, the Action"
                " button or the watch, or say its name to Siri."
            ),
            rows=tuple(Row(row.field, row.value.format(site=site)) for row in SHORTCUT),
        ),
    ]
