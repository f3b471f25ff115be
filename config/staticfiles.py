"""Static files as they are served: hashed, compressed, stylesheets and scripts a few files.

`static/css/app.css` imports a file a component, which is how it is written and read. Served like
that, it would cost a page some twenty requests, one after another. So collectstatic puts the
imported files in their places first, each inside its layer, and leaves comments and air out.
The same goes for the modules that the scripts of the pages and of the worker import. What only
some pages need is a file of its own: a new connection carries some 14 kB at once, and whoever
reads on a slow line waits for every round trip more.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Set
from functools import partial
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)

# Every page has the first; the others come after it, where a page names them.
STYLESHEETS = [
    "css/app.css",
    "css/account.css",
    "css/cares.css",
    "css/entries.css",
    "css/months.css",
    "css/outside.css",
    "css/promises.css",
    "css/questions.css",
]
APP = "js/app.js"
WORKER = "js/service-worker.js"
# What only some pages have beside app.js. What is in app.js they take from there: it keeps state.
OF_SOME_PAGES = [
    "js/calendar.js",
    "js/marking.js",
    "js/offline.js",
    "js/sorting.js",
    "js/writing.js",
]
# A plain script, which every page has: three in the order in which they must run (docs/htmx.md).
HTMX = "js/htmx.js"
PARTS_OF_HTMX = ["vendor/htmx-4.0.1.min.js", "js/htmx-rules.js", "js/htmx-failures.js"]

_IMPORT = re.compile(r'@import "(?P<file>[\w-]+\.css)" layer\((?P<layer>[\w-]+)\);')
_STRING_OR_COMMENT = re.compile(r"""("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')|/\*.*?\*/""", re.DOTALL)
_AIR = re.compile(r"\s+")
_AIR_AROUND_MARKS = re.compile(r"\s*([{};,])\s*")


def bundled(path: str, read: Callable[[str], str]) -> str:
    """The stylesheet `path` with each `@import "x.css" layer(y);` replaced by that file's rules.

    `read` gives the text of a file, and its error when there is none. An import of any other form
    is a mistake and raises ValueError, because it would quietly cost a request.
    """
    folder = PurePosixPath(path).parent
    whole = _IMPORT.sub(
        lambda m: f"@layer {m['layer']} {{ {read(str(folder / m['file']))} }}", read(path)
    )
    if "@import" in whole:
        raise ValueError(f"{path}: an @import is not of the form '@import \"x.css\" layer(y);'")
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


_MODULE_IMPORT = re.compile(
    r'^import \{ (?P<names>[^}]+) \} from "\./(?P<file>[\w-]+\.js)";\n', re.MULTILINE
)
_EXPORT = re.compile(r"^export (?=(?:async )?(?:function|class|const|let)\b)", re.MULTILINE)
_TOP_NAME = re.compile(r"^(?:async )?(?:function|class|const|let) (\w+)", re.MULTILINE)
_INDENT = re.compile(r"^[ \t\n]+", re.MULTILINE)
_WHOLE_COMMENT = re.compile(r"^[ \t]*//.*\n", re.MULTILINE)


def joined(
    path: str,
    read: Callable[[str], str],
    *,
    is_app: bool = False,
    in_app: Set[str] = frozenset(),
) -> str:
    """The module `path` and all it imports as one module, each file before those that need it.

    `read` gives the text of a file. What others may import from app.js stays exported (`is_app`),
    and they import the files `in_app` from there, for two of one would each have their own state.
    All names at the top of files end up side by side, so each must be there once; and imports must
    be of the form `import { a, b } from "./c.js";`. Anything else raises ValueError. Comments on
    lines of their own are left out, and so is what indents a line: a text in backticks must
    therefore end on the line on which it begins.
    """
    folder = PurePosixPath(path).parent
    taken: dict[str, str] = {}
    under_way: list[str] = []
    names: list[str] = []
    from_app: set[str] = set()

    def take(path: str) -> None:
        if path in taken or path in under_way:
            return
        under_way.append(path)
        source = read(path)
        for match in _MODULE_IMPORT.finditer(source):
            imported = str(folder / match["file"])
            if imported in in_app:
                from_app.update(match["names"].split(", "))
            else:
                take(imported)
        text = _MODULE_IMPORT.sub("", source)
        unexported = _EXPORT.sub("", text)
        if re.search(r"^(import|export)\b", unexported, re.MULTILINE):
            raise ValueError(f"{path}: an import or export is not of the one form that is joined")
        names.extend(_TOP_NAME.findall(unexported))
        taken[path] = _shortened(path, text if is_app else unexported)

    take(path)
    names.extend(from_app)
    if twice := {name for name in names if names.count(name) > 1}:
        raise ValueError(f"defined in two modules: {', '.join(sorted(twice))}")
    imports = f'import {{ {", ".join(sorted(from_app))} }} from "./app.js";\n' if from_app else ""
    return imports + "".join(taken.values())


def in_a_row(paths: Iterable[str], read: Callable[[str], str]) -> str:
    """Plain scripts as one, in this order. `read` gives the text of a file by its path.

    What was taken from elsewhere stays as it was published.
    """
    texts = [(path, read(path)) for path in paths]
    return "\n".join(
        text if path.startswith("vendor/") else _shortened(path, text) for path, text in texts
    )


def _shortened(path: str, source: str) -> str:
    """A script without comments on lines of their own, and without what indents its lines."""
    text = _WHOLE_COMMENT.sub("", source)
    if any(line.count("`") % 2 for line in text.splitlines()):
        raise ValueError(f"{path}: a text in backticks goes over several lines")
    return _INDENT.sub("", text)


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names carry a hash of the content, files are compressed, and what belongs together is one."""

    # What imports from app.js names it with its hash. Django would do that for all scripts or none,
    # and those of django-htmx, which nobody loads, import files that are not there.
    patterns = (
        *CompressedManifestStaticFilesStorage.patterns,
        ("js/*.js", ((r'(?P<matched>from "(?P<url>\./[^"]+)")', 'from "%(url)s"'),)),
    )

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
        """Make stylesheet and scripts whole, drop their parts, then hash and compress the rest."""
        if not dry_run:
            parts = set()
            for stylesheet in STYLESHEETS:
                parts |= self._make_whole(stylesheet, bundled, paths)
            parts |= self._make_whole(HTMX, lambda _, read: in_a_row(PARTS_OF_HTMX, read), paths)
            in_app = self._make_whole(APP, partial(joined, is_app=True), paths)
            parts |= in_app | self._make_whole(WORKER, joined, paths)
            for script in OF_SOME_PAGES:
                parts |= self._make_whole(script, partial(joined, in_app={APP, *in_app}), paths)
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
        """Save what `make` gives of `path` and its parts under that path.

        Gives the paths of the parts: once no other whole needs them, they are nobody's files.
        """
        parts: set[str] = set()

        def read(part: str) -> str:
            parts.add(part)
            storage, found = paths[part]
            with storage.open(found) as file:
                return str(file.read().decode())

        whole = make(path, read)
        self.delete(path)
        self._save(path, ContentFile(whole.encode()))
        paths[path] = (self, path)
        return parts - {path}
