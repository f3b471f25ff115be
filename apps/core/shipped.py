"""Texts that come with the product as data: one TOML file a subject, each text in every language.

A text is a table of languages, `{ en = "…", de = "…" }`; words of pages are in `locale/` instead.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from django.utils.translation import get_language

FIRST_LANGUAGE = "en"


def read_shipped(path: Path) -> dict[str, Any]:
    """What the file holds. Raises tomllib.TOMLDecodeError with the place that cannot be read."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


def in_language(texts: Mapping[str, str], language: str | None = None) -> str:
    """The text in this language (else the one of the page), or in English where it has none.

    `en-gb` reads `en`. What people write has one language, whichever: where there is no English,
    the first there is. An empty mapping is an empty text.
    """
    wanted = (language or get_language() or FIRST_LANGUAGE).split("-")[0]
    return texts.get(wanted) or texts.get(FIRST_LANGUAGE) or next(iter(texts.values()), "")
