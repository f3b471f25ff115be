"""Static files as they are served: hashed, compressed, and the stylesheet as one file.

`static/css/app.css` imports a file a component, which is how it is written and read. Served like
that, it would cost a page some twenty requests, one after another. So collectstatic puts the
imported files in their places first, each inside its layer, and leaves comments and air out.
"""

import re
from collections.abc import Callable, Iterator
from typing import Any

from django.core.files.base import ContentFile
from whitenoise.storage import (  # type: ignore[import-untyped]
    CompressedManifestStaticFilesStorage,
)

STYLESHEET = "css/app.css"

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


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Names carry a hash of the content, files are compressed, and the stylesheet is one file."""

    def post_process(
        self, paths: dict[str, Any], dry_run: bool = False, **options: Any
    ) -> Iterator[tuple[str, str | None, bool | Exception]]:
        """Bundle the stylesheet, drop the files it was made of, then hash and compress the rest."""
        if STYLESHEET in paths and not dry_run:
            parts: list[str] = []

            def read(name: str) -> str:
                parts.append(f"css/{name}")
                return self._text(paths[parts[-1]])

            whole = bundled(self._text(paths[STYLESHEET]), read)
            for name in [STYLESHEET, *parts]:
                self.delete(name)
                del paths[name]
            self._save(STYLESHEET, ContentFile(whole.encode()))
            paths[STYLESHEET] = (self, STYLESHEET)
        yield from super().post_process(paths, dry_run, **options)

    def _text(self, found: tuple[Any, str]) -> str:
        storage, path = found
        with storage.open(path) as file:
            return str(file.read().decode())
