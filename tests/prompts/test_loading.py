"""Loading the shipped packs: again and again, new words as new versions, nothing deleted."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.prompts import loading
from apps.prompts.loading import CannotLoad, Loaded, load
from apps.prompts.models import Pack, Prompt, Wording
from tests.factories import NOW
from tests.prompts.test_packs import shipped_packs

pytestmark = pytest.mark.django_db
PACK = """
key = "AA"
kind = "day"
order = 1
name = { en = "Ants", de = "Ameisen" }
about = { en = "For small things.", de = "Für Kleines." }

[[prompt]]
key = "AA-1"
version = 1
weight = "light"
needs = []
cadence = "week"
domain = "play"
tags = ["play"]
text = { en = "What was small?", de = "Was war klein?" }
follow_up = { en = "How small?", de = "Wie klein?" }

[[prompt]]
key = "AA-2"
version = 3
weight = "heavy"
needs = ["person"]
fits = ["person_quiet"]
cadence = "year"
domain = "close"
tags = ["people", "past"]
text = { en = "How is {person}?", de = "Wie geht es {person}?" }
"""
LATER = NOW + timedelta(days=3)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of packs of which there is one."""
    write(tmp_path, PACK)
    load(tmp_path, NOW)
    return tmp_path


def write(folder: Path, text: str, name: str = "ants") -> None:
    """Put a pack into the folder."""
    (folder / f"{name}.toml").write_text(text, encoding="utf-8")


def everything() -> list[object]:
    """Every row, as it is."""
    return [list(model.objects.order_by("pk").values()) for model in (Pack, Prompt, Wording)]


def test_it_writes_every_shipped_pack_and_every_wording(shipped) -> None:
    packs = shipped_packs()
    assert Pack.objects.count() == len(packs) == 20
    assert len(shipped) == sum(len(pack["prompt"]) for pack in packs)
    for pack in packs:
        for said in pack["prompt"]:
            prompt = shipped[said["key"]]
            assert (prompt.weight, prompt.cadence, prompt.domain, prompt.tags) == (
                *(said["weight"], said["cadence"], said["domain"]),
                said["tags"],
            )
            assert ([prompt.needs] if prompt.needs else []) == said["needs"]
            assert prompt.fits == said.get("fits", [])
    wordings = {(wording.prompt_id, wording.language): wording for wording in Wording.objects.all()}
    for pack in packs:
        for said in pack["prompt"]:
            for language, text in said["text"].items():
                wording = wordings[shipped[said["key"]].pk, language]
                assert (wording.text, wording.version) == (text, said["version"])
                assert wording.follow_up == said.get("follow_up", {}).get(language, "")


def test_it_changes_nothing_a_second_time(shipped) -> None:
    before = everything()
    with CaptureQueriesContext(
        connection,
    ) as asked:
        assert load(loading.FOLDER, LATER) == Loaded()
    assert everything() == before
    assert len(asked) <= 8


def test_it_takes_new_words_as_a_new_version_and_keeps_the_old(folder) -> None:
    changed = PACK.replace("version = 1", "version = 2").replace("What was small?", "What is?")
    write(folder, changed)
    assert load(folder, LATER) == Loaded(prompts=1, wordings=2)
    prompt = Prompt.objects.with_wordings().get(key="AA-1")
    assert prompt.version == 2
    assert prompt.wording.text == "What is?"
    old = Wording.objects.get(prompt=prompt, version=1, language="en")
    assert old.text == "What was small?"


@pytest.mark.parametrize(
    ("was", "said"), [("What was small?", "What is?"), ("Wie klein?", "Wie groß?")]
)
def test_it_refuses_other_words_under_the_same_version(was, said, folder) -> None:
    before = everything()
    write(folder, PACK.replace(was, said).replace('domain = "close"', 'domain = "home"'))
    with pytest.raises(CannotLoad, match=r"AA-1 says something else \((en|de)\)"):
        load(folder, LATER)
    assert everything() == before, "all or nothing"


def test_it_refuses_a_version_that_went_back(folder) -> None:
    write(folder, PACK.replace("version = 3", "version = 2"))
    with pytest.raises(CannotLoad, match="AA-2 is at version 3"):
        load(folder, LATER)


def test_it_refuses_a_key_that_is_there_twice_or_moved(folder) -> None:
    write(folder, PACK.replace('"AA-2"', '"AA-1"'))
    with pytest.raises(CannotLoad, match="AA-1 is there twice"):
        load(folder, LATER)
    write(folder, PACK.replace('key = "AA"', 'key = "BB"'))
    with pytest.raises(CannotLoad, match="AA-1 has moved"):
        load(folder, LATER)


def test_it_says_which_file_cannot_be_read(folder) -> None:
    write(folder, "key = ", "bees")
    with pytest.raises(CannotLoad, match=r"bees\.toml cannot be read: "):
        load(folder, LATER)


def test_it_changes_what_is_no_wording_in_place(folder) -> None:
    write(folder, PACK.replace('weight = "heavy"', 'weight = "medium"').replace("Ants", "Bees"))
    assert load(folder, LATER) == Loaded(packs=1, prompts=1)
    assert Prompt.objects.get(key="AA-2").weight == "medium"
    assert Pack.objects.get().names["en"] == "Bees"


def test_what_left_the_files_is_retired_and_comes_back(folder) -> None:
    write(folder, PACK.split('[[prompt]]\nkey = "AA-2"')[0])
    assert load(folder, LATER) == Loaded(retired=1)
    gone = Prompt.objects.get(key="AA-2")
    assert gone.retired_on == LATER.date()
    assert gone.wordings.count() == 2
    assert [prompt.key for prompt in Prompt.objects.current()] == ["AA-1"]
    assert load(folder, LATER) == Loaded(), "retired once"
    write(folder, PACK)
    load(folder, LATER)
    assert Prompt.objects.get(key="AA-2").retired_on is None


def test_a_pack_that_left_the_files_rests_with_all_its_questions(folder) -> None:
    (folder / "ants.toml").unlink()
    assert load(folder, LATER) == Loaded(packs=1, retired=2)
    assert Pack.objects.get().archived_at == LATER
    assert not Prompt.objects.current().exists()


def test_the_command_says_what_it_did(folder, monkeypatch, capsys) -> None:
    monkeypatch.setattr(loading, "FOLDER", folder)
    call_command("load_prompts")
    assert capsys.readouterr().out == (
        "0 packs, 0 prompts and 0 wordings written, 0 prompts retired\n"
    )
    write(folder, PACK.replace("What was small?", "What is?"))
    with pytest.raises(CommandError, match="AA-1 says something else"):
        call_command("load_prompts")
