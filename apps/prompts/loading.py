"""Bringing the shipped packs into the database, as often as one likes.

What stands in the files is written; a text that changed must come as a new version, so that an
answer keeps the question it answered; what left the files is asked no more, and never deleted.
"""

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.db import connection, transaction

from apps.core.shipped import read_shipped
from apps.prompts.models import Pack, Prompt, Wording

FOLDER = Path(__file__).parent / "packs"
PACK_FIELDS = ("kind", "order", "names", "abouts", "archived_at")
PROMPT_FIELDS = (
    *("order", "version", "weight", "needs", "fits"),
    *("cadence", "domain", "tags", "retired_on"),
)


class CannotLoad(Exception):
    """The files and the database contradict each other; says which question, in a sentence."""


@dataclass
class Loaded:
    """How much was written: packs and questions that are new or changed, and so on."""

    packs: int = 0
    prompts: int = 0
    wordings: int = 0
    retired: int = 0


@transaction.atomic
def load(folder: Path, now: datetime) -> Loaded:
    """Write the packs of this folder. All or nothing; raises CannotLoad.

    Two at once wait for each other. Seven statements, and those that write what changed.
    """
    with connection.cursor() as cursor:
        cursor.execute("LOCK TABLE prompts_pack IN SHARE ROW EXCLUSIVE MODE")
    files = [_read(path) for path in sorted(folder.glob("*.toml"))]
    loaded = Loaded()
    packs = _load_packs(files, loaded, now)
    prompts = _load_prompts(files, packs, loaded, now)
    _load_wordings(files, prompts, loaded)
    return loaded


def _read(path: Path) -> dict[str, Any]:
    try:
        return read_shipped(path)
    except tomllib.TOMLDecodeError as error:
        raise CannotLoad(f"{path.name} cannot be read: {error}.") from error


def _load_packs(files: list[dict[str, Any]], loaded: Loaded, now: datetime) -> dict[str, Pack]:
    there = {pack.key: pack for pack in Pack.objects.shipped()}
    new, changed = [], []
    for file in files:
        values = {
            "kind": file["kind"],
            "order": file["order"],
            "names": file["name"],
            "abouts": file["about"],
            "archived_at": None,
        }
        pack = there.get(file["key"])
        if pack is None:
            pack = there[file["key"]] = Pack(key=file["key"], **values)
            new.append(pack)
        elif _change(pack, values, now):
            changed.append(pack)
    kept = {file["key"] for file in files}
    for pack in there.values():
        if pack.key not in kept and pack.archived_at is None:
            _change(pack, {"archived_at": now}, now)
            changed.append(pack)
    Pack.objects.bulk_create(new)
    Pack.objects.bulk_update(changed, [*PACK_FIELDS, "updated_at"])
    loaded.packs = len(new) + len(changed)
    return there


def _load_prompts(
    files: list[dict[str, Any]], packs: dict[str, Pack], loaded: Loaded, now: datetime
) -> dict[str, Prompt]:
    there = {prompt.key: prompt for prompt in Prompt.objects.shipped()}
    new, changed, kept = [], [], set()
    for file in files:
        for order, said in enumerate(file["prompt"], start=1):
            values = _values(said, order)
            if said["key"] in kept:
                raise CannotLoad(f"{said['key']} is there twice.")
            kept.add(said["key"])
            prompt = there.get(said["key"])
            if prompt is None:
                prompt = Prompt(pack=packs[file["key"]], key=said["key"], **values)
                there[said["key"]] = prompt
                new.append(prompt)
                continue
            if prompt.pack_id != packs[file["key"]].pk:
                raise CannotLoad(f"{said['key']} has moved to another pack; give it a new key.")
            if said["version"] < prompt.version:
                raise CannotLoad(
                    f"{said['key']} is at version {prompt.version} in the database and at"
                    f" {said['version']} in the files; versions only grow."
                )
            if _change(prompt, values, now):
                changed.append(prompt)
    for prompt in there.values():
        if prompt.key not in kept and prompt.retired_on is None:
            _change(prompt, {"retired_on": now.date()}, now)
            changed.append(prompt)
            loaded.retired += 1
    Prompt.objects.bulk_create(new)
    Prompt.objects.bulk_update(changed, [*PROMPT_FIELDS, "updated_at"])
    loaded.prompts = len(new) + len(changed) - loaded.retired
    return there


def _values(said: dict[str, Any], order: int) -> dict[str, Any]:
    """The fields of a question, as its file has them."""
    return {
        "order": order,
        "version": said["version"],
        "weight": said["weight"],
        "needs": said["needs"][0] if said["needs"] else "",
        "fits": said.get("fits", []),
        "cadence": said["cadence"],
        "domain": said["domain"],
        "tags": said["tags"],
        "retired_on": None,
    }


def _load_wordings(files: list[dict[str, Any]], prompts: dict[str, Prompt], loaded: Loaded) -> None:
    there = {
        (wording.prompt_id, wording.version, wording.language): wording
        for wording in Wording.objects.shipped()
    }
    new = []
    for said in (prompt for file in files for prompt in file["prompt"]):
        for language, text in said["text"].items():
            follow_up = said.get("follow_up", {}).get(language, "")
            prompt = prompts[said["key"]]
            wording = there.get((prompt.pk, said["version"], language))
            if wording is None:
                new.append(
                    Wording(
                        prompt=prompt,
                        version=said["version"],
                        language=language,
                        text=text,
                        follow_up=follow_up,
                    )
                )
            elif (wording.text, wording.follow_up) != (text, follow_up):
                raise CannotLoad(
                    f"{said['key']} says something else ({language}) under the same version"
                    f" {said['version']}; give it the next one."
                )
    Wording.objects.bulk_create(new)
    loaded.wordings = len(new)


def _change(row: Pack | Prompt, values: dict[str, Any], now: datetime) -> bool:
    """Give a row these values; whether any of them is another."""
    if all(getattr(row, name) == value for name, value in values.items()):
        return False
    for name, value in values.items():
        setattr(row, name, value)
    row.updated_at = now
    return True
