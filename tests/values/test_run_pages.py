"""This or that through the pages."""

import re

from django.urls import reverse

from apps.cares.models import PairPick, PairRun
from tests.factories import make_run, make_sort
from tests.htmx import same


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the question, and the two that may be chosen."""
    found = dict(re.findall(r'<input type="hidden" name="(a|b|pick)" value="([^"]+)"', page))
    assert found["a"] in page
    return found


def test_it_asks_until_the_order_is_known(alice, alice_client) -> None:
    make_sort(alice, finished=True)
    url = alice_client.post(reverse("values:run_create"), {"kind": "short"}).url
    asked = 0
    while "Keep this order" not in (page := alice_client.get(url).content.decode()):
        found = fields(page)
        form = {"a": found["a"], "b": found["b"], "chosen": found["a"]}
        assert alice_client.post(f"{url}choose/", form).url == url
        asked += 1
    assert 5 <= asked <= 11
    page = alice_client.post(f"{url}finish/", follow=True).content.decode()
    assert "Your order of" in page
    assert PairRun.objects.get().is_finished


def test_the_same_answer_twice_counts_once(alice, alice_client) -> None:
    run = make_run(make_sort(alice, finished=True))
    url = run.get_absolute_url()
    found = fields(alice_client.get(url).content.decode())
    form = {"a": found["a"], "b": found["b"], "chosen": ""}
    for _ in range(2):
        alice_client.post(f"{url}choose/", form)
    pick = PairPick.objects.get()
    assert pick.chosen_id is None
    assert pick.situation


def test_the_last_can_be_taken_back_and_is_kept(alice, alice_client) -> None:
    run = make_run(make_sort(alice, finished=True), 3)
    url = run.get_absolute_url()
    before = fields(alice_client.get(url).content.decode())
    for _ in range(2):
        alice_client.post(f"{url}undo/", {"pick": before["pick"]})
    assert PairPick.objects.filter(taken_back_at=None).count() == 2
    assert PairPick.objects.count() == 3


def test_a_circle_is_something_to_write_about(alice, alice_client) -> None:
    sort = make_sort(alice, finished=True)
    run = make_run(sort, kind="round")
    url = run.get_absolute_url()
    ids = [row.pk for row in sort.cards.filter(rank__isnull=False).order_by("rank")]
    while "Keep this order" not in (page := alice_client.get(url).content.decode()):
        found = fields(page)
        pair = sorted((found["a"], found["b"]), key=lambda pk: [str(i) for i in ids].index(pk))
        # The first over the second, that over the third, and that over the first.
        first, third = str(ids[0]), str(ids[2])
        chosen = third if pair == [first, third] else pair[0]
        alice_client.post(f"{url}choose/", {**found, "chosen": chosen})
    assert "Mastery over Caring, Caring over Honesty, and Honesty over Mastery" in page


def test_too_few_cards_say_so(alice, alice_client) -> None:
    url = reverse("values:run_create")
    assert "Sort the cards" in alice_client.get(url).content.decode()
    make_sort(alice, "mastery", "caring", finished=True)
    assert "five are needed" in alice_client.get(url).content.decode()
    assert alice_client.post(url, {"kind": "short"}).status_code == 422


def test_two_orders_lie_beside_each_other(alice, alice_client) -> None:
    sort = make_sort(alice, finished=True)
    first, second = (make_run(sort, finished=True) for _ in range(2))
    url = reverse("values:run_compare", args=[first.pk, second.pk])
    assert "Stayed:" in alice_client.get(url).content.decode()


def test_a_stranger_finds_nothing(alice, bob_client) -> None:
    run = make_run(make_sort(alice, finished=True), 1)
    assert bob_client.get(run.get_absolute_url()).status_code == 404
    assert bob_client.post(f"{run.get_absolute_url()}undo/", {"pick": run.pk}).status_code == 404


def test_what_htmx_swaps_is_what_a_reload_shows(alice, htmx_client) -> None:
    run = make_run(make_sort(alice, finished=True))
    page = htmx_client.page(run.get_absolute_url())
    htmx_client.submit(page, ".either", chosen="")
    same(page, htmx_client.page(run.get_absolute_url()))
