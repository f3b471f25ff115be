"""jrnl's export as YAML, a variant of `jrnl`: one Markdown file an entry, its fields on top.

What jrnl writes is not quite YAML: titles are not quoted and bodies are set in with tabs
(plugins/yaml_exporter.py of jrnl-org/jrnl). So the fields are read line by line, as they were
written. Older versions end the fields with `---` and put the text below.
"""

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

from apps.transfer.sources.beginnings import first_text
from apps.transfer.sources.bodies import as_written
from apps.transfer.sources.jrnl import Form, put_together, tags_of
from apps.transfer.sources.package import Package, Refused
from apps.transfer.sources.plain import PlainEntry, Unreadable, key_of
from apps.transfer.sources.sentences import no_day

KEY = "jrnl-yaml"
NAME = "jrnl (YAML)"

BEGINNING = 16 * 1024
MOST_FILES = 20
PLACED = {"title", "date", "starred", "stared", "tags", "uuid"}


def recognises(package: Package) -> bool:
    """Whether a file in it begins with the fields jrnl writes, in its order."""
    names = package.ending(".md", ".yaml", ".yml")[:MOST_FILES]
    return any(_BEGINS.match(first_text(package, name, BEGINNING)) for name in names)


def read(package: Package, zone: ZoneInfo) -> Iterator[PlainEntry | Unreadable]:
    """Its entries, one a file; dates are written in one way in all of them."""
    read: list[tuple[str, str]] = []
    for name in package.ending(".md", ".yaml", ".yml"):
        try:
            begins = _BEGINS.match(first_text(package, name, BEGINNING))
        except Refused as refused:
            yield Unreadable(name, str(refused))
            continue
        read.append((name, begins["date"].strip() if begins else ""))
    form = Form.learned(said for _name, said in read)
    for name, _said in read:
        try:
            yield _entry(as_written(package.text(name)), form, name)
        except Refused as refused:
            yield Unreadable(name, str(refused))


_BEGINS = re.compile(
    r"\s*---\n(?:title: ?(?P<title>[^\n]*)\n)date: ?(?P<date>[^\n]*)\nstarr?ed: ?[^\n]*\ntags:"
)


def _entry(text: str, form: Form | None, name: str) -> PlainEntry | Unreadable:
    fields, body = _parted(text)
    moment = form.read(fields.get("date", "")) if form else None
    if moment is None:
        return Unreadable(name, no_day())
    day, clock = moment
    said = fields.get("title", "")
    key = fields.get("uuid", "")[:100]
    key = key or key_of(KEY, f"{day.isoformat()} {clock or ''}", f"{said}\n{body}")
    title, body = put_together(said, body)
    starred = fields.get("starred", fields.get("stared", "")).casefold()
    return PlainEntry(
        key=key,
        local_date=day,
        body=body,
        title=title,
        wall_time=clock,
        starred=starred == "true",
        tags=tags_of(fields.get("tags", "").split(",")),
        rest={key: value for key, value in fields.items() if key not in PLACED},
    )


def _parted(text: str) -> tuple[dict[str, str], str]:
    """The fields at the top, and the text."""
    lines = text.lstrip("\n").split("\n")
    fields: dict[str, str] = {}
    last = ""
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            return fields, _raised(lines[number + 1 :])
        if line.startswith("body: |"):
            below = [line.removeprefix("\t") for line in lines[number + 1 :]]
            while below and not below[-1].strip():
                below.pop()
            if below and below[-1] == "...":
                below.pop()
            return fields, _raised(below)
        name, colon, value = line.partition(":")
        if colon and not line.startswith((" ", "\t")):
            last = name.strip()
            fields[last] = value.strip()
        elif last:
            # What lies within a field, as it stands.
            fields[last] = f"{fields[last]}\n{line}".strip("\n")
    return fields, ""


def _raised(lines: list[str]) -> str:
    """A text whose headings are as deep again as they were written."""
    raised = (re.sub(r"^#(#+ )", r"\1", line) for line in lines)
    return "\n".join(raised).strip("\n").rstrip()
