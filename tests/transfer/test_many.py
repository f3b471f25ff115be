"""Twenty thousand entries, as somebody has who has written every day for a life."""

import json
import time
import tracemalloc
from datetime import date, timedelta
from pathlib import Path

import pytest

from apps.accounts.models import User
from apps.journal.models import Entry
from apps.transfer import bringing
from apps.transfer.models import Import
from apps.transfer.sources.package import Package
from apps.transfer.undoing import undo
from tests.factories import NOW
from tests.transfer.planting import archive_of

pytestmark = [pytest.mark.django_db, pytest.mark.nightly]
WORDS = "We walked to the river and *talked* about the plan; it was colder than I had thought. "
# Seconds for all, and bytes that are held of each entry.
SECONDS, A_LINE = 60, 2_000


def life(count: int) -> dict:
    """An export of jrnl with so many entries of some 160 words."""
    entries = [
        {
            "title": f"Day {number}",
            "body": f"{WORDS * 10}\n\n- {number}\n- #tag{number % 30}",
            "date": (date(1970, 1, 1) + timedelta(days=number)).isoformat(),
            "time": "21:04",
            "tags": [f"@t{number % 50}"],
            "starred": number % 9 == 0,
        }
        for number in range(count)
    ]
    return {"tags": {}, "entries": entries}


def bring(owner: User, path: Path, count: int) -> Import:
    """The import of so many, applied."""
    path.write_text(json.dumps(life(count)))
    row = bringing.begin(owner, source="jrnl-json", name="life", now=NOW)
    with Package(path) as package:
        bringing.apply(row, package, NOW)
    assert row.created == Entry.objects.for_user(owner).count() == count
    return row


def test_a_life_comes_in_soon(alice, tmp_path) -> None:
    began = time.monotonic()
    row = bring(alice, tmp_path / "life.json", 20_000)
    assert time.monotonic() - began < SECONDS
    undo(row, NOW)
    assert not any(archive_of(alice).values())


def test_it_is_not_held(alice, tmp_path) -> None:
    """Four times as many entries take little more: a line each, and what goes in together."""
    held = []
    for count in (2_000, 8_000):
        tracemalloc.start()
        row = bring(alice, tmp_path / "life.json", count)
        held.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
        undo(row, NOW)
    assert held[1] - held[0] < 6_000 * A_LINE
