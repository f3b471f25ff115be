"""A pack as a file that may be passed on, and reading such a file. No database in here.

The file is JSON: a name, what the pack is for, and its questions; nothing of who made it, and
nothing of what anybody answered. A text is a string, or a table of languages as in what is shipped.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from apps.core.shipped import in_language
from apps.core.text import clean
from apps.prompts.models import Pack, Prompt, Wording

FORMAT = 1
MARK = "throughline_pack"
MOST_BYTES = 512 * 1024


class NotAPack(Exception):
    """The file cannot be taken. `reason` is "large", "json", "format" or "texts"."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class ReadPrompt:
    """A question of a file, as it stands there; forms say whether it can be kept."""

    text: str
    follow_up: str = ""
    weight: str = Prompt.Weight.LIGHT
    cadence: str = Prompt.Cadence.QUARTER


@dataclass(frozen=True)
class ReadPack:
    """A pack of a file, in one language."""

    name: str
    about: str
    prompts: list[ReadPrompt]


def to_file(pack: Pack, prompts: Iterable[Prompt]) -> bytes:
    """The pack as a file; its questions came `with_wordings`.

    Those of an occasion stay: a pack of one's own has none, so nobody could take them in.
    """
    data = {
        MARK: FORMAT,
        "name": pack.names,
        "about": pack.abouts,
        "prompts": [
            {
                "text": _texts(prompt.worded, "text"),
                "follow_up": _texts(prompt.worded, "follow_up"),
                "weight": prompt.weight,
                "cadence": prompt.cadence,
            }
            for prompt in prompts
            if not prompt.fits
        ],
    }
    return json.dumps(data, ensure_ascii=False, indent=2).encode() + b"\n"


def read(content: bytes, language: str) -> ReadPack:
    """What a file holds, of each text the words in this language, else in English, else any.

    Raises NotAPack. Takes time in proportion to the file.
    """
    if len(content) > MOST_BYTES:
        raise NotAPack("large")
    try:
        data = json.loads(content.decode("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise NotAPack("json") from error
    if not isinstance(data, dict) or data.get(MARK) != FORMAT:
        raise NotAPack("format")
    prompts = data.get("prompts")
    if not isinstance(prompts, list) or not all(isinstance(each, dict) for each in prompts):
        raise NotAPack("format")
    return ReadPack(
        name=_read_text(data.get("name"), language),
        about=_read_text(data.get("about"), language),
        prompts=[_read_prompt(each, language) for each in prompts],
    )


def _texts(wordings: Iterable[Wording], field: str) -> dict[str, str]:
    found = {wording.language: getattr(wording, field) for wording in wordings}
    return {language: text for language, text in sorted(found.items()) if text}


def _read_prompt(said: Mapping[str, Any], language: str) -> ReadPrompt:
    return ReadPrompt(
        text=_read_text(said.get("text"), language),
        follow_up=_read_text(said.get("follow_up"), language),
        weight=_read_text(said.get("weight", Prompt.Weight.LIGHT), language),
        cadence=_read_text(said.get("cadence", Prompt.Cadence.QUARTER), language),
    )


def _read_text(said: Any, language: str) -> str:
    """A text, or of a table of languages the one that fits; nothing is ""."""
    if said is None:
        return ""
    if isinstance(said, dict) and all(isinstance(text, str) for text in said.values()):
        said = in_language(said, language)
    if not isinstance(said, str):
        raise NotAPack("texts")
    return clean(said)
