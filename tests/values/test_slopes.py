"""What came, went and moved between two orders."""

from hypothesis import given
from hypothesis import strategies as st

from apps.cares.slopes import LONGEST_NAME, Way, compare

orders = st.lists(st.sampled_from("abcdefghijkl"), unique=True, max_size=10)


def named(order: list[str]) -> list[tuple[str, str]]:
    return [(key, key.upper()) for key in order]


def test_each_says_what_became_of_it() -> None:
    found = compare(named(["a", "b", "c", "d"]), named(["b", "a", "d", "e"]))
    ways = {row.id: (row.way, row.by) for row in found.rows if row.before and row.after}
    assert ways == {"b": (Way.UP, 1), "a": (Way.DOWN, 1), "d": (Way.UP, 1)}
    assert [row.id for row in found.came] == ["e"]
    assert [row.id for row in found.went] == ["c"]
    assert [row.id for row in found.rows] == ["b", "a", "d", "e", "c"]


def test_a_long_name_is_cut_in_the_picture_only() -> None:
    (row,) = compare([], [("x", "Donaudampfschifffahrtsgesellschaft")]).rows
    assert len(row.short) == LONGEST_NAME
    assert row.name == "Donaudampfschifffahrtsgesellschaft"


@given(orders, orders)
def test_every_one_is_there_once(earlier, later) -> None:
    found = compare(named(earlier), named(later))
    assert sorted(row.id for row in found.rows) == sorted({*earlier, *later})
    assert len(found.came) + len(found.went) + len(found.stayed) == len(found.rows)
    assert all(row.y_before < found.height and row.y_after < found.height for row in found.rows)


@given(orders, orders)
def test_seen_from_the_other_side_up_is_down(earlier, later) -> None:
    there = {row.id: row.way for row in compare(named(earlier), named(later)).rows}
    back = {row.id: row.way for row in compare(named(later), named(earlier)).rows}
    turned = {Way.UP: Way.DOWN, Way.DOWN: Way.UP, Way.CAME: Way.WENT, Way.WENT: Way.CAME}
    assert back == {key: turned.get(way, way) for key, way in there.items()}
