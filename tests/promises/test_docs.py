"""docs/promises.md says what the table says: its tables are read, and compared."""

import re
from pathlib import Path

import pytest

from apps.promises.states import (
    AGREED,
    BOUND,
    ENDED,
    OWED,
    RULES,
    STAYS,
    Move,
    Role,
    State,
    legal,
)

PAGE = Path(__file__).parents[2] / "docs" / "promises.md"
TO = {
    "the same": STAYS,
    "`active`, or `conditional`": AGREED,
    "`active`, or `overdue`": OWED,
}


def rows(text: str, head: str) -> list[list[str]]:
    """The cells of the table under this line of heads."""
    after = text.split(f"{head}\n", 1)[1].splitlines()[1:]
    found = []
    for line in after:
        if not line.startswith("|"):
            break
        found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def names(cell: str) -> list[str]:
    return re.findall(r"`(\w+)`", cell)


def moves_of_page(text: str) -> set[tuple[State, Move, Role, State | str]]:
    """Every triple the page allows, and where it leads."""
    found = set()
    for move, sources, roles, to in rows(text, "| Move | From | By | To |"):
        reached = TO[to] if to in TO else State(names(to)[0])
        for source in names(sources):
            for role in roles.split(", "):
                found.add((State(source), Move(names(move)[0]), Role(role), reached))
    return found


def moves_of_table() -> set[tuple[State, Move, Role, State | str]]:
    return {
        (source, rule.move, role, rule.to)
        for rule in RULES
        for source in rule.sources
        for role in rule.roles
    }


def test_the_page_lists_the_moves_of_the_table() -> None:
    found = moves_of_page(PAGE.read_text(encoding="utf-8"))
    assert found == moves_of_table()
    assert {it[:3] for it in found} == set(legal())


def test_the_page_lists_every_state_and_which_are_agreed_or_ended() -> None:
    found = rows(PAGE.read_text(encoding="utf-8"), "| State | What it means | Agreed | Ended |")
    assert [names(cells[0])[0] for cells in found] == [state.value for state in State]
    assert {names(cells[0])[0] for cells in found if cells[2] == "yes"} == set(BOUND)
    assert {names(cells[0])[0] for cells in found if cells[3] == "yes"} == set(ENDED)


def test_the_page_counts_as_the_table_counts() -> None:
    text = PAGE.read_text(encoding="utf-8")
    every = len(State) * len(Move) * len(Role)
    assert f"Those are {len(set(legal()))} triples of state, move and role, of {every:,};" in text


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("| `correct` | `kept` | recipient |", "| `correct` | `kept` | promiser |"),
        ("| `revoke` | `conditional`, `active`,", "| `revoke` | `active`,"),
        ("| promiser | `delivered` |", "| promiser | `kept` |"),
    ],
)
def test_it_catches_a_page_that_says_something_else(right: str, wrong: str) -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert right in text
    assert moves_of_page(text.replace(right, wrong)) != moves_of_table()
