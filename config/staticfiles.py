"""Static files as they are served: hashed, compressed, the stylesheet and the script one file each.

`static/css/app.css` imports a file a component, which is how it is written and read. Served like
that, it would cost a page some twenty requests, one after another. So collectstatic puts the
imported files in their places first, each inside its layer, and leaves comments and air out.
The same goes for the modules that the scripts of the pages and of the worker import.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)

STYLESHEET = "css/app.css"
# The pages' own, the worker, and what only some pages need.
SCRIPTS = [
    "js/app.js",
    "js/service-worker.js",
    "js/calendar.js",
    "js/marking.js",
    "js/sorting.js",
]

_IMPORT = re.compile(r'@import "(?P<file>[\w-]+\.css)" layer\((?P<layer>[\w-]+)\);')
_STRING_OR_COMMENT = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|/\*.*?\*/""", re.DOTALL)
_AIR = re.compile(r"\s+")
_AIR_AROUND_MARKS = re.compile(r"\s*([{};,])\s*")


def bundled(source: str, read: Callable[[str], str]) -> str:
    """The stylesheet `source` with each `@import "x.css" layer(y);` replaced by that file's rules.

    `read` gives the text of an imported file, and its error when there is none. An import of any
    other form is a mistake and raises ValueError, because it would quietly cost a request.
    """
    whole = _IMPORT.sub(lambda m: f"@layer {m['layer']} {{ {read(m['file'])} }}", source)
    if "@import" in whole:
        raise ValueError(
            f"{STYLESHEET}: an @import is not of the form '@import \"x.css\" layer(y);'"
        )
    return tightened(whole)


def tightened(css: str) -> str:
    """The same rules without comments and without white space that means nothing.

    Strings are left as they are. Space around a combinator, a colon or an operator stays: there
    it can carry meaning, and compression takes care of it.
    """
    strings: list[str] = []

    def put_by(match: re.Match[str]) -> str:
        if match[1] is None:
            return " "
        strings.append(match[1])
        return f'"{len(strings) - 1}"'

    css = _AIR.sub(" ", _STRING_OR_COMMENT.sub(put_by, css))
    css = _AIR_AROUND_MARKS.sub(r"\1", css).replace(";}", "}").strip()
    return re.sub(r'"(\d+)"', lambda m: strings[int(m[1])], css)


_MODULE_IMPORT = re.compile(r'^import \{[^}]+\} from "\./(?P<file>[\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.MULTILINE)
_TOP_NAME = re.compile(r"^(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)
_INDENT = re.compile(r"^[ \t\n]+", re.MULTILINE)
_WHOLE_COMMENT = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)


def joined(name: str, read: Callable[[str], str]) -> str:
    """The module `name` and all it imports as one module, each file before those that need it.

    `read` gives the text of a file. All names at the top of files end up side by side, so each must
    be there once; and imports must be of the form `import { a, b } from "./c.js";`. Anything else
    raises ValueError. Comments on lines of their own are left out, and so is what indents a line: a
    text in backticks must therefore end on the line on which it begins.
    """
    taken: dict[str, str] = {}
    under_way: list[str] = []
    names: list[str] = []

    def take(name: str) -> None:
        if name in taken or name in under_way:
            return
        under_way.append(name)
        source = read(name)
        for match in _MODULE_IMPORT.finditer(source):
            take(match["file"])
        text = _EXPORT.sub("", _WHOLE_COMMENT.sub("", _MODULE_IMPORT.sub("", source)))
        if re.search(r"^(import|export)\b", text, re.MULTILINE):
            raise ValueError(f"{name}: an import or export is not of the one form that is joined")
        if any(line.count("`") % 2 for line in text.splitlines()):
            raise ValueError(f"{name}: a text in backticks goes over several lines")
        names.extend(_TOP_NAME.findall(text))
        taken[name] = _INDENT.sub("", text)

    take(name)
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"defined in two modules: {', '.join(sorted(twice))}")
    return "".join(taken.values())


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names carry a hash of the content, files are compressed, and the stylesheet is one file."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._addresses: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """The address of a file. Every page asks for a handful: each is worked out once."""
        found = self._addresses.get(name)
        if found is None:
            found = str(super().url(name, force))
            if self.hashed_files and not force:
                self._addresses[name] = found
        return found

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        """Make stylesheet and script whole, drop their parts, then hash and compress the rest."""
        if not dry_run:
            parts = self._make_whole(
                STYLESHEET, lambda name, read: bundled(read(name), read), paths
            )
            for script in SCRIPTS:
                parts |= self._make_whole(script, joined, paths)
            for part in parts:
                self.delete(part)
                del paths[part]
        yield from super().post_process(paths, dry_run, **options)

    def _make_whole(
        self,
        path: str,
        make: Callable[[str, Callable[[str], str]], str],
        paths: dict[str, Any],
    ) -> set[str]:
        """Put what `make` gives of `path` and its parts, which lie beside it, in its place.

        Gives the names of the parts: once no other whole needs them, they are nobody's files.
        """
        if path not in paths:
            return set()
        folder, name = path.rsplit("/", 1)
        parts: set[str] = set()

        def read(name: str) -> str:
            parts.add(f"{folder}/{name}")
            return self._text(paths[f"{folder}/{name}"])

        whole = make(name, read)
        self.delete(path)
        self._save(path, ContentFile(whole.encode()))
        paths[path] = (self, path)
        return parts - {path}

    def _text(self, found: tuple[Any, str]) -> str:
        storage, path = found
        with storage.open(path) as file:
            return str(file.read().decode())
