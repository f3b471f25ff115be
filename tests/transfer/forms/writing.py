"""Journals that go out, as their bytes, and as what a source reads of them."""

import io
import zipfile
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from apps.accounts.models import User
from apps.core.text import clean
from apps.transfer.choosing import Choice
from apps.transfer.forms import FORMS, Progress
from apps.transfer.sources.package import Package
from apps.transfer.sources.plain import PlainEntry
from tests.factories import NOW

VIENNA = ZoneInfo("Europe/Vienna")
# What somebody may have typed, as it is kept; with signs that each form has to mind.
SIGNS = "abz ÄΩ漢🙂 \n\t[]*#@='\",;-+|\\!`<>()2026:.’"
WORDS = st.one_of(
    st.text(max_size=40),
    st.text(st.sampled_from(SIGNS), max_size=60),
    st.lists(
        st.sampled_from(["[2024-01-01 10:00] x", "=1+1", "a *", "*", "**b**", "'-", "\n", "sep=;"])
    ).map("\n".join),
).map(clean)
TITLES = WORDS.map(lambda words: " ".join(words.split())[:200].strip())


def written(user: User, key: str, **said: Any) -> bytes:
    """The file of this form; as many rows were told of as were said to be."""
    form, choice, progress = FORMS[key], Choice(**said), Progress()
    file = b"".join(form.write(user, choice, NOW, progress))
    assert progress.done == form.count(user, choice)
    return file


def members(file: bytes) -> dict[str, bytes]:
    """The files of a ZIP, all of them whole."""
    with zipfile.ZipFile(io.BytesIO(file)) as archive:
        assert archive.testzip() is None
        assert len(set(archive.namelist())) == len(archive.namelist())
        return {name: archive.read(name) for name in archive.namelist()}


def read_back(source: ModuleType, file: bytes, folder: Path, suffix: str) -> list[PlainEntry]:
    """The entries that a source reads of it; it knows the form, and none is unreadable."""
    path = folder / f"{uuid4()}{suffix}"
    path.write_bytes(file)
    with Package(path) as package:
        assert source.recognises(package)
        found = list(source.read(package, VIENNA))
    assert all(isinstance(entry, PlainEntry) for entry in found)
    return found
