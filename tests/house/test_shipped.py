"""Texts that are shipped as data: each in every language, with the same blanks to be filled."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.conf import settings

from apps.core.shipped import in_language, read_shipped

FILES = sorted((settings.ROOT / "apps").rglob("*.toml"))
LANGUAGES = {code.split("-")[0] for code, _ in settings.LANGUAGES}
BLANK = re.compile(r"\{\w*\}")


def texts_in(found: Any, place: str) -> Iterator[tuple[str, dict[str, str]]]:
    """Every table that has a language among its keys, with where it stands."""
    if isinstance(found, list):
        for number, item in enumerate(found, start=1):
            yield from texts_in(item, f"{place}[{number}]")
    if isinstance(found, dict):
        if LANGUAGES & found.keys():
            yield place, found
            return
        for key, item in found.items():
            yield from texts_in(item, f"{place}.{key}")


def wrong_texts(data: Any, place: str) -> list[str]:
    """What is missing, empty, left over or asks for other blanks than its English."""
    wrong = []
    for where, texts in texts_in(data, place):
        if texts.keys() != LANGUAGES:
            wrong.append(f"{where} is there in {sorted(texts)}")
            continue
        wrong += [f"{where}.{key} is blank" for key, text in texts.items() if not text.strip()]
        wrong += [
            f"{where}.{key} does not fit its line"
            for key, text in texts.items()
            if text != text.strip() or "  " in text
        ]
        blanks = {tuple(sorted(set(BLANK.findall(text)))) for text in texts.values()}
        if len(blanks) > 1:
            wrong.append(f"{where} has other blanks in one language than in another")
    return wrong


def test_every_shipped_text_is_there_in_every_language() -> None:
    wrong = []
    for path in FILES:
        wrong += wrong_texts(read_shipped(path), str(Path(path).relative_to(settings.ROOT)))
    assert wrong == []


def test_it_catches_a_text_that_is_not_whole() -> None:
    data = {
        "prompt": [
            {"text": {"en": "What moved?"}},
            {"text": {"en": "What moved?", "de": " "}},
            {"text": {"en": "What would {person} say?", "de": "Was würde {name} sagen?"}},
            {"text": {"en": "What moved?", "de": "Was hat sich bewegt?"}},
        ]
    }
    assert [line.split(" ")[0] for line in wrong_texts(data, "file")] == [
        "file.prompt[1].text",
        "file.prompt[2].text.de",
        "file.prompt[2].text.de",
        "file.prompt[3].text",
    ]


def test_it_speaks_the_language_of_the_page() -> None:
    texts = {"en": "What moved?", "de": "Was hat sich bewegt?"}
    assert in_language(texts, "de") == "Was hat sich bewegt?"
    assert in_language(texts, "en-gb") == "What moved?"
    assert in_language(texts, "fr") == "What moved?"
    assert in_language({}, "de") == ""
