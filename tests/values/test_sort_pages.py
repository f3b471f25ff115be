"""Sorting through the pages: one card at a time, ten at a time, the order, the end."""

import re

import pytest
from django.urls import reverse

from apps.cares.models import SortedCard, ValueSort
from tests.factories import TOP, make_own_card, make_sort
from tests.htmx import one, same


def lies(sort: ValueSort) -> dict[str, tuple[int, int | None]]:
    """Where every card of the sort lies."""
    return {row.card_id: (row.pile, row.rank) for row in SortedCard.objects.filter(sort=sort)}


def place(client, sort, card, pile):  # noqa: ANN201
    url = reverse("values:sort_place", args=[sort.pk])
    return client.post(url, {"card": card, "pile": pile})


def test_it_begins_with_forty_and_shows_a_card(alice, alice_client) -> None:
    answer = alice_client.post(reverse("values:sort_create"), {"subset": "first"})
    sort = ValueSort.objects.get(owner=alice)
    assert answer.url == sort.get_absolute_url()
    page = alice_client.get(answer.url).content.decode()
    assert "40 cards to go" in page
    assert page.count('class="pile"') == 5


def test_all_and_own_cards_come_along(alice, alice_client) -> None:
    make_own_card(alice)
    alice_client.post(reverse("values:sort_create"), {"subset": "all"})
    sort = ValueSort.objects.get(owner=alice)
    assert "84 cards to go" in alice_client.get(sort.get_absolute_url()).content.decode()


def test_a_card_is_put_down_twice_and_lies_once(alice, alice_client) -> None:
    sort = make_sort(alice)
    for _ in range(2):
        assert place(alice_client, sort, "order", 2).status_code == 302
    assert lies(sort)["order"] == (2, None)


def test_it_can_be_taken_back_and_is_in_front_again(alice, alice_client) -> None:
    sort = make_sort(alice)
    place(alice_client, sort, "order", 2)
    answer = place(alice_client, sort, "order", "")
    assert "order" not in lies(sort)
    assert '<h2 dir="auto">Order</h2>' in alice_client.get(answer.url).content.decode()


def test_a_lower_pile_takes_it_out_of_the_ten(alice, alice_client) -> None:
    sort = make_sort(alice)
    alice_client.post(reverse("values:sort_top", args=[sort.pk]), {"place": "fill"})
    assert [rank for _pile, rank in (lies(sort)[card] for card in TOP)] == [1, 2, 3, 4, 5, 6]
    place(alice_client, sort, "caring", 1)
    assert lies(sort)["caring"] == (1, None)
    assert lies(sort)["honesty"][1] == 2


def test_the_order_is_made_with_buttons_that_say_where(alice, alice_client) -> None:
    sort = make_sort(alice)
    url = reverse("values:sort_top", args=[sort.pk])
    alice_client.post(url, {"place": "fill"})
    page = alice_client.get(url).content.decode()
    up = re.search(r'value="(growth:\d+)">.*?Growth up', page)
    assert up is not None
    for _ in range(2):
        alice_client.post(url, {"place": up[1]})
    assert [card for card in TOP if lies(sort)[card][1] == 3] == ["growth"]
    alice_client.post(url, {"place": "mastery:0"})
    assert lies(sort)["mastery"] == (4, None)


def test_an_eleventh_does_not_come_in(alice, alice_client) -> None:
    cards = [*TOP, "order", "purpose", "health", "justice", "fun"]
    sort = make_sort(alice, *cards)
    url = reverse("values:sort_top", args=[sort.pk])
    alice_client.post(url, {"place": "fill"})
    page = alice_client.post(url, {"place": "fun:11"}, follow=True)
    assert page.status_code == 404
    page = alice_client.post(url, {"place": "fun:10"}, follow=True).content.decode()
    assert "There are ten already" in page
    assert lies(sort)["fun"] == (4, None)


def test_it_is_finished_and_stays(alice, alice_client) -> None:
    sort = make_sort(alice)
    url = reverse("values:sort_finish", args=[sort.pk])
    answer = alice_client.post(url, follow=True)
    assert "Put at least one card first" in answer.content.decode()
    alice_client.post(reverse("values:sort_top", args=[sort.pk]), {"place": "fill"})
    assert "What mattered on" in alice_client.post(url, follow=True).content.decode()
    before = lies(sort)
    answer = place(alice_client, sort, "order", 1)
    assert answer.url == sort.get_absolute_url()
    assert lies(sort) == before


def test_ten_at_a_time_goes_through_all(alice, alice_client) -> None:
    alice_client.post(reverse("values:sort_create"), {"subset": "first"})
    sort = ValueSort.objects.get(owner=alice)
    url = reverse("values:sort_ten", args=[sort.pk, 1])
    for number in range(1, 5):
        page = alice_client.get(url).content.decode()
        names = set(re.findall(r'<input type="radio" name="([\w-]+)"', page))
        assert len(names) == 10
        url = alice_client.post(url, dict.fromkeys(names, str(number))).url
    assert url == reverse("values:sort_top", args=[sort.pk])
    assert sorted(pile for pile, _rank in lies(sort).values()) == sorted([1, 2, 3, 4] * 10)


def test_an_old_page_of_ten_leaves_alone_what_it_did_not_change(alice, alice_client) -> None:
    sort = make_sort(alice)
    for number in range(1, 6):
        url = reverse("values:sort_ten", args=[sort.pk, number])
        page = alice_client.get(url).content.decode()
        if 'name="wealth"' in page:
            break
    assert '<input type="hidden" name="initial-wealth" value="0"' in page
    place(alice_client, sort, "wealth", 3)
    alice_client.post(url, {"wealth": "0", "initial-wealth": "0"})
    assert lies(sort)["wealth"] == (3, None)


def test_it_is_thrown_away_and_taken_back(alice, alice_client) -> None:
    sort = make_sort(alice, finished=True)
    alice_client.post(reverse("values:sort_delete", args=[sort.pk]))
    assert alice_client.get(sort.get_absolute_url()).status_code == 404
    page = alice_client.get(reverse("values:sort_list")).content.decode()
    assert "Take it back" in page
    alice_client.post(reverse("values:sort_restore", args=[sort.pk]))
    assert alice_client.get(sort.get_absolute_url()).status_code == 200


def test_two_sorts_lie_beside_each_other(alice, alice_client) -> None:
    first = make_sort(alice, "mastery", "caring", "honesty", finished=True)
    second = make_sort(alice, "caring", "mastery", "humor", finished=True)
    url = reverse("values:sort_compare", args=[second.pk, first.pk])
    page = alice_client.get(url).content.decode()
    assert 'Came: <b dir="auto">Humor</b>.' in page
    assert 'Went: <b dir="auto">Honesty</b>.' in page
    assert "1 place up" in page
    assert "progress" not in page.lower()


def test_a_stranger_finds_nothing(alice, bob_client) -> None:
    sort = make_sort(alice)
    assert bob_client.get(sort.get_absolute_url()).status_code == 404
    assert place(bob_client, sort, "order", 2).status_code == 404
    other = make_own_card(alice)
    mine = make_sort(sort.owner)
    assert place(bob_client, mine, str(other.pk), 2).status_code == 404


@pytest.mark.parametrize("card", ["", "nothing", "01890a5d-ac96-774b-bcce-b302099a8057"])
def test_a_card_that_is_none_is_not_found(alice, alice_client, card) -> None:
    sort = make_sort(alice)
    assert place(alice_client, sort, card, 2).status_code == 404
    assert place(alice_client, sort, "order", 5).status_code == 404


def test_what_htmx_swaps_is_what_a_reload_shows(alice, htmx_client) -> None:
    sort = make_sort(alice)
    page = htmx_client.page(sort.get_absolute_url())
    answer = htmx_client.submit(page, "#place", pile="3")
    assert answer.status_code == 200
    same(page, htmx_client.page(sort.get_absolute_url()))
    assert "cards to go" in one(page, "#announcer").get_text()
    top = htmx_client.page(reverse("values:sort_top", args=[sort.pk]))
    htmx_client.submit(top, "#top", place="fill")
    same(top, htmx_client.page(reverse("values:sort_top", args=[sort.pk])))
