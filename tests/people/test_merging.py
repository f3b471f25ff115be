"""Two people become one with everything, and two again exactly as they were."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models
from django.http import Http404
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from apps.cares.models import CareStatement
from apps.core.models import Owned, new_id
from apps.journal import sorting
from apps.journal.models import EntryPerson
from apps.journal.query import parse
from apps.journal.searching import search
from apps.journal.settling import settle
from apps.journal.ties import ties_of
from apps.people import merging
from apps.people.models import (
    Card,
    CircleMember,
    Concern,
    Contact,
    Person,
    PersonDate,
    PersonMerge,
)
from apps.people.tasks import let_go_of_old_merges
from apps.promises import closing
from apps.promises.models import Event, Invitation, Promise, ValueAssessment
from apps.promises.moving import as_owner, turn
from apps.promises.states import Role, State
from apps.sittings.models import Sitting
from tests.day import examples
from tests.factories import (
    NOW,
    TODAY,
    make_care,
    make_circle,
    make_concern,
    make_contact,
    make_date,
    make_entry,
    make_person,
    make_sitting,
)
from tests.htmx import one, soup
from tests.promises.building import in_state

SOURCES = [
    *(Person, Card, CircleMember, Concern, Contact, PersonDate, EntryPerson, PersonMerge),
    *(Promise, Event, Invitation, ValueAssessment, CareStatement, Sitting),
]


def everything(owner) -> dict:
    """Every row, every column, of whatever has to do with people."""
    return {
        model: {row["id"]: row for row in model.objects.for_user(owner).values()}
        for model in SOURCES
    }


def merge(owner, kept, gone, now=NOW) -> PersonMerge:
    return merging.merge(owner=owner, kept=kept.pk, gone=gone.pk, now=now)


def undo(owner, found, now=NOW) -> Person:
    return merging.undo(owner=owner, merge_id=found.pk, now=now)


def full(owner, name, shared) -> Person:
    """Somebody with a row of every kind, some of which others have too."""
    circle, entry = shared
    person = make_person(owner, name=name, notes=f"Notes of {name}.", works_well_when="Early.")
    make_circle(owner, person)
    CircleMember.objects.create(owner=owner, circle=circle, person=person)
    make_concern(person, words=f"{name} said so.")
    make_contact(person)
    make_date(person)
    Card.objects.create(owner=owner, person=person, uid=name)
    promise = in_state(owner, State.KEPT, person=person)
    with turn(owner.pk, promise.pk, as_owner(promise, Role.RECIPIENT), NOW) as it:
        closing.assess(it, worth=closing.Worth(made_possible=f"{name} slept well."))
    Invitation.objects.create(
        owner=owner,
        promise=promise,
        person=person,
        purpose="assess",
        digest=new_id().hex * 2,
        sealed="",
        expires_at=NOW + timedelta(days=9),
    )
    make_care(owner, person=person)
    make_sitting(owner, person=person)
    own = make_entry(owner)
    for each in (entry, own):
        EntryPerson.objects.create(owner=owner, entry=each, person=person)
    return person


@pytest.fixture
def two(alice) -> tuple[Person, Person]:
    shared = make_circle(alice), make_entry(alice)
    kept, gone = full(alice, "Ana Ruiz", shared), full(alice, "Ana R.", shared)
    merge(alice, gone, make_person(alice, name="Anita"))
    gone.refresh_from_db()
    return kept, gone


def test_these_tests_know_every_table_that_points_at_people() -> None:
    pointing = {model for model, _field in merging._pointing(Person)}
    assert pointing == set(SOURCES) - {Person}


def test_everything_goes_over(alice, two) -> None:
    kept, gone = two
    merge(alice, kept, gone)
    assert Person.objects.for_user(alice).get() == kept
    for model, count in ((Card, 2), (Concern, 2), (Contact, 2), (PersonDate, 2)):
        assert model.objects.filter(person=kept).count() == count
    # What both had is there once: three circles, three entries.
    assert CircleMember.objects.filter(person=kept).count() == 3
    assert EntryPerson.objects.filter(person=kept).count() == 3


def test_it_can_be_taken_back_to_the_last_microsecond(alice, two) -> None:
    kept, gone = two
    before = everything(alice)
    found = merge(alice, kept, gone, NOW + timedelta(days=1))
    assert everything(alice) != before
    assert undo(alice, found, NOW + timedelta(days=2)) == gone
    assert everything(alice) == before


def test_merges_are_taken_back_in_the_reverse_order(alice) -> None:
    ana, ben, cem = (make_person(alice, name=name) for name in ("Ana", "Ben", "Cem"))
    make_contact(cem)
    before = everything(alice)
    first = merge(alice, ben, cem)
    second = merge(alice, ana, ben, NOW + timedelta(hours=1))
    with pytest.raises(merging.TooLate):
        undo(alice, first)
    undo(alice, second)
    undo(alice, first)
    assert everything(alice) == before


TEXTS = st.sampled_from(["", "a", "Ana", "b, c", "ä\nö"])


@examples(10, at_night=500)
@given(
    st.lists(st.tuples(TEXTS, TEXTS, TEXTS), min_size=3, max_size=3),
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), max_size=6),
    st.permutations([0, 1, 2]),
)
def test_any_two_merges_can_be_taken_back(alice, texts, links, order) -> None:
    Person.objects.all().delete()
    circles = [make_circle(alice) for _ in range(3)]
    people = [
        make_person(alice, name=f"x{how}", how_known=how, also_called=also, notes=notes)
        for how, also, notes in texts
    ]
    for person, circle in set(links):
        CircleMember.objects.create(owner=alice, circle=circles[circle], person=people[person])
    first, second, third = (people[number] for number in order)
    before = everything(alice)
    one_ = merge(alice, first, second)
    two_ = merge(alice, third, first, NOW + timedelta(minutes=1))
    for circle in circles:
        circle.refresh_from_db()
    undo(alice, two_)
    undo(alice, one_)
    assert everything(alice) == before


def test_empty_fields_are_filled_and_nothing_is_dropped(alice) -> None:
    kept = make_person(alice, name="Ana", how_known="team", notes="Short mails.")
    gone = make_person(
        alice,
        name="Anita",
        how_known="choir",
        email="ana@example.org",
        notes="Sings.",
        rhythm_weeks=6,
    )
    merge(alice, kept, gone)
    kept.refresh_from_db()
    assert (kept.name, kept.also_called, kept.how_known) == ("Ana", "Anita", "team")
    assert (kept.email, kept.rhythm_weeks) == ("ana@example.org", 6)
    assert kept.notes == "Short mails.\n\nSings.\n\nHow you know them: choir"


def test_somebody_pictured_becomes_somebody_met(alice) -> None:
    kept = make_person(alice, kind="pictured")
    found = merge(alice, kept, make_person(alice, email="ana@example.org"))
    kept.refresh_from_db()
    assert (kept.kind, kept.email) == ("person", "ana@example.org")
    Person.objects.filter(pk=kept.pk).update(email="new@example.org")
    undo(alice, found)
    kept.refresh_from_db()
    assert (kept.kind, kept.email) == ("person", "new@example.org")


def test_notes_that_are_too_long_for_one_are_not_cut(alice) -> None:
    kept, gone = (make_person(alice, notes=letter * 15_000) for letter in "ab")
    with pytest.raises(merging.TooMuchText):
        merge(alice, kept, gone)
    assert Person.objects.count() == 2


def test_what_changed_since_stays_and_what_went_stays_gone(alice, two) -> None:
    kept, gone = two
    found = merge(alice, kept, gone)
    Person.objects.filter(pk=kept.pk).update(notes="Written since.")
    Concern.objects.filter(words="Ana R. said so.").delete()
    make_contact(kept)
    undo(alice, found)
    kept.refresh_from_db()
    assert kept.notes == "Written since."
    assert not gone.concerns.exists()
    assert (kept.contacts.count(), gone.contacts.count()) == (2, 1)


def test_a_removed_link_stays_away_where_its_entry_is_gone(alice, two) -> None:
    kept, gone = two
    found = merge(alice, kept, gone)
    removed = [row["removed"] for row in found.data["moved"] if "removed" in row]
    entries = [row["entry_id"] for row in removed if "entry_id" in row]
    EntryPerson.objects.filter(entry__in=entries).delete()
    apps.get_model("journal", "Entry").objects.filter(pk__in=entries).delete()
    undo(alice, found)
    assert gone.entry_links.count() == 1


def test_it_cannot_be_taken_back_after_thirty_days(alice, two) -> None:
    found = merge(alice, *two)
    with pytest.raises(merging.TooLate):
        undo(alice, found, NOW + merging.UNDOABLE_FOR)
    assert let_go_of_old_merges(int((NOW + timedelta(days=29)).timestamp())) == 0
    assert let_go_of_old_merges(int((NOW + timedelta(days=30)).timestamp())) == 2


@pytest.mark.parametrize("who", ["theirs", "oneself", "nobody"])
def test_only_two_people_of_ones_own_become_one(alice, bob, who) -> None:
    kept = make_person(alice)
    theirs = make_person(bob)
    gone = {"theirs": theirs.pk, "oneself": kept.pk, "nobody": new_id()}[who]
    with pytest.raises(Http404):
        merging.merge(owner=alice, kept=kept.pk, gone=gone, now=NOW)
    assert set(Person.objects.all()) == {kept, theirs}


# --- Tables of apps that are not written yet ------------------------------------------------


@pytest.fixture
def planted(db) -> Iterator[tuple[Any, Any]]:
    """Two tables to the right: a word for each person once, and what hangs on that word."""
    meta = {"app_label": "people"}
    once = models.UniqueConstraint(fields=["person", "key"], name="word_once")
    word = type(
        "Word",
        (Owned,),
        {
            "__module__": "apps.people.models",
            "person": models.ForeignKey(Person, models.PROTECT, related_name="+"),
            "key": models.CharField(max_length=9),
            "Meta": type("Meta", (), meta | {"constraints": [once]}),
        },
    )
    hung = type(
        "Hung",
        (Owned,),
        {
            "__module__": "apps.people.models",
            "word": models.ForeignKey(word, models.CASCADE, related_name="hung"),
            "Meta": type("Meta", (), meta),
        },
    )
    apps.clear_cache()
    with connection.schema_editor() as editor:
        editor.create_model(word)
        editor.create_model(hung)
    yield word, hung
    for name in ("word", "hung"):
        apps.all_models["people"].pop(name, None)
    apps.clear_cache()


def test_tables_nobody_told_it_of_go_over_and_come_back(alice, planted) -> None:
    word, hung = planted
    kept, gone = make_person(alice), make_person(alice)
    for person, key in ((kept, "a"), (gone, "a"), (gone, "b")):
        hung.objects.create(
            owner=alice, word=word.objects.create(owner=alice, person=person, key=key)
        )

    def rows() -> list:
        return [list(model.objects.order_by("pk").values()) for model in (Person, word, hung)]

    before = rows()
    found = merge(alice, kept, gone)
    assert sorted(word.objects.values_list("person", "key")) == [(kept.pk, "a"), (kept.pk, "b")]
    assert hung.objects.filter(word__person=kept).count() == 3
    undo(alice, found)
    assert rows() == before


def test_whoever_is_still_needed_elsewhere_is_not_deleted(alice_client, alice, planted) -> None:
    person = make_person(alice, name="Ana")
    planted[0].objects.create(owner=alice, person=person, key="a")
    response = alice_client.post(reverse("people:person_delete", args=[person.pk]))
    assert response.status_code == 409
    assert (
        "Something else still stands with Ana" in one(soup(response), ".stack .notice").get_text()
    )
    assert Person.objects.exists()


# --- Pages ----------------------------------------------------------------------------------


def url(person) -> str:
    return reverse("people:person_merge", args=[person.pk])


def test_it_says_what_will_move_before_anything_does(alice_client, alice, two) -> None:
    kept, gone = two
    page = soup(alice_client.get(url(kept), {"other": gone.pk}))
    facts = dict(
        zip(
            [term.get_text() for term in page.select("main dt")],
            [count.get_text() for count in page.select("main dd")],
            strict=True,
        )
    )
    assert (facts["Concerns"], facts["Entries"]) == ("1", "2")
    assert facts["Times you heard from them"] == "1"
    assert PersonMerge.objects.filter(kept=kept).count() == 0


def test_it_merges_and_takes_back_on_the_page(alice_client, alice, two) -> None:
    kept, gone = two
    assert alice_client.post(url(kept), {"other": gone.pk}).status_code == 302
    page = soup(alice_client.get(kept.get_absolute_url()))
    assert "Ana R. is one with them here." in page.get_text()
    back = one(page, "form[action$='/undo/']")["action"]
    response = alice_client.post(back)
    assert response.headers["Location"] == gone.get_absolute_url()
    assert Person.objects.for_user(alice).count() == 2


@pytest.mark.parametrize("other", ["", "nobody", "0192f0c1-2b3c-7d4e-8f50-61728394a5b6"])
def test_it_says_what_is_amiss(alice_client, alice, other) -> None:
    kept = make_person(alice)
    make_person(alice)
    assert alice_client.post(url(kept), {"other": other}).status_code == 422


def test_nobody_takes_back_what_a_stranger_merged(bob_client, alice, two) -> None:
    found = merge(alice, *two)
    assert bob_client.post(reverse("people:merge_undo", args=[found.pk])).status_code == 404
    assert bob_client.get(url(two[0])).status_code == 404


def test_texts_that_say_the_name_that_went_still_mean_them(alice) -> None:
    kept, gone = make_person(alice, name="Ana Ruiz"), make_person(alice, name="Nan R.")
    entry = make_entry(alice, body='With @"Nan R." at last.')
    settle(alice, entry.pk)
    assert ties_of(entry).people == [gone]
    merge(alice, kept, gone)
    settle(alice, entry.pk)
    assert ties_of(entry).people == [kept]
    query = parse('@"Nan R."', TODAY)
    assert query is not None
    assert [found.entry for found in search(alice, query).found] == [entry]


def test_a_name_somebody_has_goes_before_one_that_another_had(alice) -> None:
    make_person(alice, name="Ana Ruiz", also_called="Ben")
    ben = make_person(alice, name="Ben Okafor")
    assert sorting.people_named(alice, ["Ben"]) == [ben]


def test_it_is_used_by_the_names_of_entries(alice, two) -> None:
    kept, gone = two
    entry = make_entry(alice)
    sorting.pick_people(alice, entry, [gone.pk])
    merge(alice, kept, gone)
    assert ties_of(entry).people == [kept]
