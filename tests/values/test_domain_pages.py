"""Domains of one's own: named, renamed, let go, asked about again."""

from django.urls import reverse

from apps.cares import checking
from apps.cares.models import DomainMark, LifeDomain
from tests.factories import make_check, make_domain


def names(owner) -> list[str]:
    return [domain.name for domain in checking.domains_of(owner)]


def test_another_comes_at_the_end(alice, alice_client) -> None:
    make_domain(alice, name="Choir")
    alice_client.post(reverse("values:domain_create"), {"name": "  The  sea "})
    assert names(alice) == ["Choir", "The sea"]


def test_a_name_is_there_once_whatever_its_capitals(alice, bob, alice_client) -> None:
    make_domain(alice, name="Choir")
    make_domain(bob, name="Sea")
    answer = alice_client.post(reverse("values:domain_create"), {"name": "CHOIR"})
    assert answer.status_code == 422
    assert "one of this name already" in answer.content.decode()
    assert alice_client.post(reverse("values:domain_create"), {"name": "sea"}).status_code == 302
    # The sign for Kelvin, whose small letter is k.
    make_domain(alice, name="k")
    answer = alice_client.post(reverse("values:domain_create"), {"name": "\u212a"})
    assert answer.status_code == 422


def test_the_offered_ones_are_taken_once(alice, alice_client) -> None:
    make_domain(alice, name="work")
    url = reverse("values:domain_begin")
    for _ in range(2):
        alice_client.post(url, {"domains": ["work", "play"]})
    assert names(alice) == ["work", "Play"]


def test_it_is_renamed_in_its_place(alice, alice_client) -> None:
    domain = make_domain(alice, name="Choir")
    make_domain(alice, name="Sea")
    alice_client.post(reverse("values:domain_edit", args=[domain.pk]), {"name": "Singing"})
    assert names(alice) == ["Singing", "Sea"]


def test_one_that_was_spoken_of_is_set_aside_and_comes_back(alice, alice_client) -> None:
    make_check(alice, (3, 4))
    domain = LifeDomain.objects.get()
    url = reverse("values:domain_delete", args=[domain.pk])
    assert "What you said of it stays" in alice_client.get(url).content.decode()
    alice_client.post(url)
    assert names(alice) == []
    assert DomainMark.objects.filter(domain=domain).exists()
    page = alice_client.get(reverse("values:domain_list")).content.decode()
    assert "Ask about it again" in page
    alice_client.post(reverse("values:domain_restore", args=[domain.pk]))
    assert names(alice) == [domain.name]


def test_one_that_was_not_goes(alice, alice_client) -> None:
    domain = make_domain(alice)
    url = reverse("values:domain_delete", args=[domain.pk])
    assert "goes for good" in alice_client.get(url).content.decode()
    alice_client.post(url)
    assert not LifeDomain.objects.exists()


def test_a_stranger_finds_nothing(alice, bob_client) -> None:
    domain = make_domain(alice)
    for name in ("domain_edit", "domain_delete"):
        assert bob_client.get(reverse(f"values:{name}", args=[domain.pk])).status_code == 404
    url = reverse("values:domain_restore", args=[domain.pk])
    assert bob_client.post(url).status_code == 404
