"""The map: layers from left to right, one query, boxes that are links, and a table of words."""

from datetime import timedelta
from uuid import uuid4

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.accounts.models import User
from apps.promises import handing_on
from apps.promises.hanging import MOST_NODES, around
from apps.promises.layout import BOX_HIGH, BOX_WIDE, arranged
from apps.promises.models import PromiseLink
from apps.promises.templatetags.promise_maps import LETTERS, cut
from tests.factories import NOW, make_person, make_promise

graphs = st.integers(1, 14).flatmap(
    lambda count: st.tuples(
        st.just(list(range(count))),
        st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=25),
    )
)


@given(graphs)
def test_no_box_stands_on_another(graph) -> None:
    nodes, arrows = graph
    found = arranged(nodes, arrows)
    assert set(found.corners) == set(nodes)
    places = list(found.corners.values())
    for index, (x, y) in enumerate(places):
        assert 0 <= x <= found.width - BOX_WIDE
        assert 0 <= y <= found.height - BOX_HIGH
        for other_x, other_y in places[index + 1 :]:
            assert abs(x - other_x) >= BOX_WIDE or abs(y - other_y) >= BOX_HIGH


@given(graphs)
def test_arrows_lead_to_the_right(graph) -> None:
    nodes, arrows = graph
    onward = [(left, right) for left, right in arrows if left < right]
    corners = arranged(nodes, onward).corners
    assert all(corners[left][0] < corners[right][0] for left, right in onward)


@given(graphs)
def test_the_same_graph_is_drawn_the_same(graph) -> None:
    assert arranged(*graph) == arranged(*graph)


@given(st.text(max_size=200))
def test_words_of_any_kind_fit_in_a_box(text) -> None:
    lines = cut(text)
    assert 1 <= len(lines) <= 2
    assert all(len(line) <= LETTERS for line in lines)
    if len("".join(text.split())) <= LETTERS // 2:
        assert "".join("".join(lines).split()) == "".join(text.split())


def test_what_does_not_fit_ends_in_dots() -> None:
    assert cut("A guide") == ["A guide"]
    assert cut("A first-day guide every new colleague can finish in ten minutes")[-1].endswith("…")
    assert len(cut("給每一位新同事的簡短說明")) == 1


# --- Reading ----------------------------------------------------------------------------------


@pytest.fixture
def tree(alice: User) -> dict[str, object]:
    """A whole with two parts, one of which waits for something."""
    ana = make_person(alice)
    made = {
        name: make_promise(alice, person=ana, what=name)
        for name in ("whole", "one", "two", "first", "elsewhere")
    }
    handing_on.link(made["one"], "part_of", made["whole"])
    handing_on.link(made["two"], "part_of", made["whole"], is_must=False)
    handing_on.link(made["two"], "depends_on", made["first"], until="kept")
    return made


def test_it_reads_the_whole_of_it_by_one_query(tree) -> None:
    with CaptureQueriesContext(connection) as queries:
        found = around(tree["first"])
    assert len(queries) == 1
    assert {node.what for node in found.nodes} == {"whole", "one", "two", "first"}
    assert found.nodes[0].what == "first"
    assert found.beyond == 0
    x = {node.what: found.places.corners[node.pk][0] for node in found.nodes}
    assert x["whole"] < x["one"]
    assert x["first"] < x["two"]


def test_it_shows_sixty_and_says_how_many_more(alice: User) -> None:
    whole = make_promise(alice, due_at=NOW + timedelta(days=3))
    person = whole.person
    parts = [make_promise(alice, person=person) for _ in range(MOST_NODES + 4)]
    PromiseLink.objects.bulk_create(
        PromiseLink(owner=alice, kind="part_of", source=part, target=whole) for part in parts
    )
    found = around(whole)
    assert len(found.nodes) == MOST_NODES
    assert found.beyond == 5
    assert found.nodes[0].beyond == 5


# --- The page ---------------------------------------------------------------------------------


def page_of(client: Client, promise) -> BeautifulSoup:
    response = client.get(reverse("promises:map_detail", args=[promise.pk]))
    assert response.status_code == 200
    return BeautifulSoup(response.content.decode(), "html.parser")


def test_each_promise_is_a_link_and_a_row(tree, alice_client: Client) -> None:
    page = page_of(alice_client, tree["whole"])
    boxes = page.select(".map a")
    assert boxes[0]["href"] == tree["whole"].get_absolute_url()
    assert len(boxes) == len(page.select("tbody tr")) == 4
    assert len(page.select("svg path.tie > title")) == 3
    assert page.select_one(".map a.here")["aria-current"] == "true"
    assert not page.select("main [style]")


def test_long_words_are_whole_in_the_title_and_the_table(alice: User, alice_client: Client) -> None:
    long = "A promise that has very much more words than a box on a map can hold " * 3
    whole, part = make_promise(alice, what=long.strip()), make_promise(alice)
    handing_on.link(part, "part_of", whole)
    page = page_of(alice_client, whole)
    assert long.strip() in page.select_one(".map a > title").get_text()
    assert long.strip() in page.select_one("tbody").get_text()


def test_what_stands_by_itself_says_so(alice: User, alice_client: Client) -> None:
    page = page_of(alice_client, make_promise(alice))
    assert "It stands by itself" in page.get_text()
    assert not page.select("main .map")


def test_from_right_to_left_it_is_turned_round(tree, alice_client: Client) -> None:
    from apps.promises.templatetags import promise_maps

    found = around(tree["whole"])
    ltr = promise_maps.map_of(found)["boxes"]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(promise_maps, "get_language_bidi", lambda: True)
        rtl = promise_maps.map_of(found)["boxes"]
    assert [box.x + turned.x + BOX_WIDE for box, turned in zip(ltr, rtl, strict=True)] == [
        found.places.width
    ] * len(ltr)


def test_a_stranger_finds_no_map(tree, bob_client: Client) -> None:
    url = reverse("promises:map_detail", args=[tree["whole"].pk])
    assert bob_client.get(url).status_code == 404
    assert bob_client.get(reverse("promises:map_detail", args=[uuid4()])).status_code == 404
