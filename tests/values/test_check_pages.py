"""The check of domains through the pages: two numbers each, over time, put right, forgotten."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from apps.cares.models import DomainCheck, DomainMark, LifeDomain
from tests.factories import TODAY, make_check, make_domain
from tests.htmx import one, soup

TODAYS = "/cares/checks/today/"


def answers(*domains: LifeDomain, **said: object) -> dict[str, object]:
    """What the form sends of these domains."""
    words = {"matters": 8, "lived": 5, "note": ""} | said
    return {f"d{domain.pk}-{name}": value for domain in domains for name, value in words.items()}


def told(check: DomainCheck) -> list[tuple[str, int | None, int | None, str]]:
    """What a check says."""
    marks = DomainMark.objects.filter(check_of=check).select_related("domain")
    rows = marks.order_by("domain__position")
    return [(mark.domain.name, mark.matters, mark.lived, mark.note) for mark in rows]


def test_it_begins_with_those_of_the_ten_that_are_theirs(alice, alice_client) -> None:
    assert alice_client.get(TODAYS).url == reverse("values:domain_begin")
    page = soup(alice_client.get(reverse("values:domain_begin")))
    assert len(page.select("input[type=checkbox][checked]")) == 10
    answer = alice_client.post(
        reverse("values:domain_begin"), {"domains": ["work", "body", "meaning"]}
    )
    assert answer.url == TODAYS
    page = soup(alice_client.get(TODAYS))
    assert [legend.get_text() for legend in page.select("legend")] == [
        "Work",
        "Body",
        "Faith and meaning",
    ]
    assert alice_client.post(reverse("values:domain_begin"), {}).status_code == 422


def test_each_has_two_sliders_with_a_name_and_a_number(alice, alice_client) -> None:
    domain = make_domain(alice, name="Choir")
    page = soup(alice_client.get(TODAYS))
    sliders = page.select("input[type=range]")
    assert [(it["min"], it["max"], it["value"]) for it in sliders] == [("0", "10", "5")] * 2
    for slider, name in zip(sliders, ["Matters now", "Lived these two weeks"], strict=True):
        assert one(page, f'label[for="{slider["id"]}"]').get_text() == name
        assert one(page, f'output[for="{slider["id"]}"]').get_text() == "5"
    assert one(page, "legend").get_text() == domain.name


def test_what_is_said_is_kept_and_again_that_day_put_right(alice, alice_client) -> None:
    one_, other = make_domain(alice, name="Choir"), make_domain(alice, name="Garden")
    first = alice_client.post(TODAYS, answers(one_, other))
    alice_client.post(TODAYS, {**answers(one_, lived=9, note="Sang."), **answers(other)})
    check = DomainCheck.objects.get()
    assert first.url == check.get_absolute_url()
    assert check.day == alice.today(timezone.now())
    assert told(check) == [("Choir", 8, 9, "Sang."), ("Garden", 8, 5, "")]


def test_next_time_the_sliders_stand_where_they_stood(alice, alice_client) -> None:
    make_check(alice, (9, 2), day=TODAY - timedelta(days=400), note="Old words.")
    page = soup(alice_client.get(TODAYS))
    assert [slider["value"] for slider in page.select("input[type=range]")] == ["9", "2"]
    assert "Old words." not in page.get_text()
    assert "where you left them" in page.get_text()


def test_one_may_be_left_out_with_a_word_or_without(alice, alice_client) -> None:
    rows = [make_domain(alice, name=name) for name in ("Choir", "Garden", "Sea")]
    form = {
        **answers(rows[0]),
        **answers(rows[1], left_out="on"),
        **answers(rows[2], left_out="on", note="No idea yet."),
    }
    check = DomainCheck.objects.get(pk=alice_client.post(TODAYS, form).url.split("/")[-2])
    assert told(check) == [("Choir", 8, 5, ""), ("Sea", None, None, "No idea yet.")]
    page = soup(alice_client.get(reverse("values:check_edit", args=[check.pk])))
    assert len(page.select("input[type=checkbox][checked]")) == 2


def test_saying_nothing_is_asked_about(alice, alice_client) -> None:
    domain = make_domain(alice)
    answer = alice_client.post(TODAYS, answers(domain, left_out="on"))
    assert answer.status_code == 422
    assert "Say something about at least one" in answer.content.decode()
    assert not DomainCheck.objects.exists()


@pytest.mark.parametrize("number", ["11", "-1", "x", "2.5"])
def test_a_number_that_is_none_is_refused(alice, alice_client, number) -> None:
    domain = make_domain(alice)
    assert alice_client.post(TODAYS, answers(domain, matters=number)).status_code == 422
    assert not DomainCheck.objects.exists()


def test_a_page_from_before_a_new_domain_leaves_it_alone(alice, alice_client) -> None:
    old = make_domain(alice, name="Choir")
    check = make_check(alice, (7, 7), (1, 2), day=alice.today(timezone.now()))
    alice_client.post(TODAYS, answers(old))
    assert [row[1:3] for row in told(check)] == [(8, 5), (1, 2)]


def test_a_day_is_put_right_with_what_was_set_aside(alice, alice_client) -> None:
    check = make_check(alice, (7, 7), (1, 2))
    domain = LifeDomain.objects.order_by("position").last()
    alice_client.post(reverse("values:domain_delete", args=[domain.pk]))
    url = reverse("values:check_edit", args=[check.pk])
    page = soup(alice_client.get(url))
    assert domain.name in [legend.get_text() for legend in page.select("legend")]
    alice_client.post(url, answers(domain, lived=3))
    assert told(check)[1][1:3] == (8, 3)


def test_the_picture_and_the_table_say_the_same(alice, alice_client) -> None:
    days = [TODAY - timedelta(days=number) for number in (60, 30, 0)]
    for day, numbers in zip(days, [(8, 2), (8, 4), (9, 9)], strict=True):
        make_check(alice, numbers, day=day, note=f"Word {day.day}")
    page = soup(alice_client.get(reverse("values:check_list")))
    course = one(page, ".course")
    assert len(course.select("circle")) == len(course.select("rect")) == 3
    assert len(course.select("path.gap")) == 3
    cells = [cell.get_text() for cell in course.select("td")]
    assert cells == ["9", "9", "8", "4", "8", "2"]
    assert "Word" in course.get_text()


def test_nothing_is_added_up(alice, alice_client) -> None:
    """No mean, no sum, no score, and no word for how well somebody does."""
    make_check(alice, (10, 4), (7, 1))
    for url in (reverse("values:check_list"), DomainCheck.objects.get().get_absolute_url()):
        words = one(soup(alice_client.get(url)), "main").get_text().lower()
        for word in ("average", "score", "total", "progress", "overall", "%"):
            assert word not in words
        # 17 and 5 are the sums, 8.5 and 2.5 the means, 3 and 6 the gaps.
        assert not {"17", "8.5", "2.5", "3", "6"} & set(words.split())


def test_it_is_forgotten_after_asking(alice, alice_client) -> None:
    check = make_check(alice)
    url = reverse("values:check_delete", args=[check.pk])
    assert "goes for good" in alice_client.get(url).content.decode()
    assert DomainCheck.objects.exists()
    alice_client.post(url)
    assert not DomainCheck.objects.exists()
    assert LifeDomain.objects.exists()


def test_a_stranger_finds_nothing(alice, bob, bob_client) -> None:
    check = make_check(alice)
    for name in ("check_detail", "check_edit", "check_delete"):
        assert bob_client.get(reverse(f"values:{name}", args=[check.pk])).status_code == 404
    domain, mine = LifeDomain.objects.get(), make_domain(bob)
    bob_client.post(TODAYS, {**answers(domain), **answers(mine)})
    assert [mark.domain for mark in DomainMark.objects.filter(owner=bob)] == [mine]
