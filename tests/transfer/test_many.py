"""Twenty thousand entries, as somebody has who has written every day for a life."""

import json
import time
import tracemalloc
from datetime import date, timedelta

import pytest

from apps.journal.models import Entry
from apps.transfer import bringing
from apps.transfer.sources.package import Package
from apps.transfer.undoing import undo
from tests.factories import NOW
from tests.transfer.planting import archive_of

pytestmark = [pytest.mark.django_db, pytest.mark.nightly]
WORDS = "We walked to the river and *talked* about the plan; it was colder than I had thought. "
SECONDS, BYTES = 60, 120 * 1024**2


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


@pytest.mark.parametrize("is_measured", [True, False])
def test_a_life_comes_in_soon_and_without_being_held(alice, tmp_path, is_measured) -> None:
    """Its time once; and once, much slower, how much of it is held at a time."""
    path = tmp_path / "life.json"
    path.write_text(json.dumps(life(20_000)))
    row = bringing.begin(alice, source="jrnl-json", name="life", now=NOW)
    with Package(path) as package:
        if not is_measured:
            tracemalloc.start()
        began = time.monotonic()
        bringing.apply(row, package, NOW)
        took = time.monotonic() - began
        held = tracemalloc.get_traced_memory()[1] if not is_measured else 0
        tracemalloc.stop()
    assert row.created == Entry.objects.for_user(alice).count() == 20_000
    assert held < BYTES
    if is_measured:
        assert took < SECONDS
        undo(row, NOW)
        assert not any(archive_of(alice).values())
