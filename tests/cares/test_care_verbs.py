"""The verbs of cares: what each writes, and what none of them ever loses."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.http import Http404

from apps.accounts.models import User
from apps.cares import joining, letting_go, resting, stating
from apps.cares.models import Care, CareEvent, CareStatement
from apps.cares.reading import lineage_of, overview
from apps.cares.stating import Kind, Refused, Said
from apps.people import merging
from tests.factories import NOW, TODAY, make_care, make_person

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def restate(care: Care, text: str = "Otherwise", **over) -> CareStatement:
    values = {"after": Care.objects.get(pk=care.pk).version, "now": NOW} | over
    return stating.restate(
        owner=care.owner, care=care.pk, said=Said(text), what_changed="I saw it.", **values
    )


def test_a_sentence_is_enough(alice) -> None:
    care = stating.state(owner=alice, said=Said("That new people find their way."), now=NOW)
    [said] = care.statements.all()
    assert (care.label, care.begun_on, care.version) == (
        "That new people find their way",
        TODAY,
        1,
    )
    assert (said.version, said.written_at, said.written_on) == (1, NOW, TODAY)
    assert (said.what_changed, said.standing) == ("", "held")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("  A   line. ", "A line"),
        ("That everybody who comes here finds a chair", "That everybody who comes here finds a…"),
        ("x" * 60, "x" * 39 + "…"),
    ],
)
def test_its_first_words_are_its_name(text, label) -> None:
    assert stating.label_of(text) == label
    assert len(label) <= 40


def test_a_new_version_stands_above_the_old(alice) -> None:
    care = make_care(alice, text="So")
    restate(care, now=NOW + DAY)
    care.refresh_from_db()
    assert list(care.statements.order_by("version").values_list("version", "text")) == [
        (1, "So"),
        (2, "Otherwise"),
    ]
    assert care.version == 2


def test_what_was_not_read_is_not_followed(alice) -> None:
    care = make_care(alice)
    restate(care)
    with pytest.raises(Refused):
        restate(care, after=1)
    assert care.statements.count() == 2


def test_a_slip_is_put_right_for_a_day(alice) -> None:
    care = make_care(alice, text="Taht")
    stating.fix(owner=alice, care=care.pk, text="That", because="", now=NOW + timedelta(hours=23))
    assert care.statements.get().text == "That"
    with pytest.raises(Refused):
        stating.fix(owner=alice, care=care.pk, text="This", because="", now=NOW + DAY)
    assert care.statements.get().text == "That"


def test_it_still_holds_once_a_day(alice) -> None:
    care = make_care(alice)
    for now in (NOW, NOW + timedelta(hours=1), NOW + DAY):
        stating.still_holds(owner=alice, care=care.pk, now=now)
    days = care.events.order_by("seq").values_list("happened_on", flat=True)
    assert list(days) == [TODAY, TODAY + DAY]


def test_it_rests_and_goes_on(alice) -> None:
    care = make_care(alice)
    assert resting.rest(owner=alice, care=care.pk, note="Enough.", now=NOW).rested_on == TODAY
    resting.rest(owner=alice, care=care.pk, now=NOW)
    assert not resting.resume(owner=alice, care=care.pk, now=NOW + DAY).is_resting
    assert kinds(care) == [Kind.REST, Kind.RESUME]
    assert care.events.first().note == "Enough."


def test_a_name_before_stays_known(alice) -> None:
    care = make_care(alice, label="Guides")
    resting.rename(owner=alice, care=care.pk, label="Ways in", now=NOW)
    resting.rename(owner=alice, care=care.pk, label="Ways in", now=NOW)
    [event] = care.events.all()
    assert (event.kind, event.was, Care.objects.get(pk=care.pk).label) == (
        Kind.RENAME,
        "Guides",
        "Ways in",
    )


def test_it_goes_on_as_several_which_know_where_they_came_from(alice) -> None:
    person = make_person(alice)
    care = make_care(alice, person=person, domain="work", standing="question")
    parts = [joining.Part("The one", "One"), joining.Part("The other")]
    new = joining.split(owner=alice, care=care.pk, parts=parts, note="Two.", now=NOW)
    care.refresh_from_db()
    assert [row.label for row in new] == ["One", "The other"]
    for row in new:
        said = row.statements.get()
        assert (said.person, said.domain, said.standing) == (person, "work", "question")
        assert set(lineage_of(alice.pk, row.pk)) == {row.pk, care.pk}
    assert care.ended_on == TODAY
    assert [event.other for event in care.events.order_by("seq")] == new
    assert care.statements.count() == 1
    assert [(row.care, others) for row, others in overview(alice, NOW).ended] == [(care, new)]


def test_several_go_on_as_one(alice) -> None:
    cares = [make_care(alice) for _ in range(3)]
    resting.rest(owner=alice, care=cares[0].pk, now=NOW)
    ids = [care.pk for care in cares]
    new = joining.merge(owner=alice, cares=ids, said=Said("All of it"), now=NOW)
    assert set(lineage_of(alice.pk, new.pk)) == {new.pk, *ids}
    for care in Care.objects.filter(pk__in=ids):
        assert (care.ended_on, care.rested_on) == (TODAY, None)
    assert [row.care for row in overview(alice, NOW).living] == [new]


def test_what_has_ended_is_left_alone_until_it_is_taken_up(alice) -> None:
    care, other = make_care(alice), make_care(alice)
    parts = [joining.Part("One"), joining.Part("Two")]
    joining.split(owner=alice, care=care.pk, parts=parts, now=NOW)
    for verb in (
        lambda: restate(care),
        lambda: stating.still_holds(owner=alice, care=care.pk, now=NOW),
        lambda: resting.rest(owner=alice, care=care.pk, now=NOW),
        lambda: joining.split(owner=alice, care=care.pk, parts=parts, now=NOW),
        lambda: joining.merge(owner=alice, cares=[care.pk, other.pk], said=Said("x"), now=NOW),
    ):
        with pytest.raises(Refused):
            verb()
    assert Care.objects.count() == 4
    resting.resume(owner=alice, care=care.pk, now=NOW)
    restate(care)
    assert len(overview(alice, NOW).living) == 4


def test_one_alone_is_neither_split_nor_merged(alice) -> None:
    care = make_care(alice)
    with pytest.raises(Refused):
        joining.split(owner=alice, care=care.pk, parts=[joining.Part("One")], now=NOW)
    with pytest.raises(Refused):
        joining.merge(owner=alice, cares=[care.pk, care.pk], said=Said("x"), now=NOW)


def test_letting_go_is_taken_back_exactly(alice) -> None:
    care = make_care(alice)
    before = Care.objects.values().get(pk=care.pk)
    letting_go.let_go(owner=alice, care=care.pk, now=NOW)
    found = overview(alice, NOW)
    assert (found.is_empty, found.let_go) == (True, [care])
    letting_go.take_back(owner=alice, care=care.pk)
    after = Care.objects.values().get(pk=care.pk)
    assert before | {"updated_at": None} == after | {"updated_at": None}


def test_after_thirty_days_it_goes_with_all_it_said(alice) -> None:
    care, other = make_care(alice), make_care(alice)
    new = joining.merge(owner=alice, cares=[care.pk, other.pk], said=Said("x"), now=NOW)
    letting_go.let_go(owner=alice, care=new.pk, now=NOW)
    assert letting_go.forget_old(NOW + timedelta(days=29)) == 0
    assert letting_go.forget_old(NOW + timedelta(days=30)) == 1
    assert set(Care.objects.all()) == {care, other}
    # That they went on as something stays known.
    assert list(care.events.values_list("kind", "other")) == [(Kind.MERGE, None)]


def test_nobody_elses_is_touched(alice, bob) -> None:
    care, mine = make_care(bob), make_care(alice)
    letting_go.let_go(owner=bob, care=make_care(bob).pk, now=NOW)
    parts = [joining.Part("One"), joining.Part("Two")]
    for verb in (
        lambda: stating.restate(
            owner=alice, care=care.pk, after=1, said=Said("x"), what_changed="y", now=NOW
        ),
        lambda: stating.fix(owner=alice, care=care.pk, text="x", because="", now=NOW),
        lambda: stating.still_holds(owner=alice, care=care.pk, now=NOW),
        lambda: resting.rest(owner=alice, care=care.pk, now=NOW),
        lambda: resting.resume(owner=alice, care=care.pk, now=NOW),
        lambda: resting.rename(owner=alice, care=care.pk, label="x", now=NOW),
        lambda: joining.split(owner=alice, care=care.pk, parts=parts, now=NOW),
        lambda: joining.merge(owner=alice, cares=[mine.pk, care.pk], said=Said("x"), now=NOW),
        lambda: letting_go.let_go(owner=alice, care=care.pk, now=NOW),
        lambda: letting_go.take_back(owner=alice, care=Care.objects.let_go().get().pk),
    ):
        with pytest.raises(Http404):
            verb()


# --- What the database refuses ---------------------------------------------------------------


def refused(act) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        act()


def test_the_database_keeps_what_was_said(alice) -> None:
    care = make_care(alice, text="So", person=make_person(alice))
    said = CareStatement.objects.filter(owner=alice)
    refused(lambda: said.update(standing="set_down"))
    refused(lambda: said.update(text=""))
    refused(lambda: said.update(version=2))
    refused(lambda: said.delete())
    refused(lambda: care.delete())
    said.update(text="As it was meant")
    restate(care)
    refused(lambda: said.filter(version=1).update(text="Otherwise"))
    said.filter(version=2).update(because="Just so")


def test_the_database_lets_words_stand_after_a_day(alice) -> None:
    care = make_care(alice)
    row = care.statements.get()
    # As if it had come here yesterday: the row itself cannot be made older.
    refused(lambda: CareStatement.objects.update(created_at=NOW - DAY))
    old = CareStatement(
        owner=alice,
        care=care,
        version=2,
        text="x",
        standing="held",
        what_changed="y",
        written_at=NOW,
        written_on=TODAY,
    )
    CareStatement.objects.bulk_create([old])
    refused(lambda: CareStatement.objects.filter(pk=row.pk).update(text="Otherwise"))


def test_the_database_keeps_what_became_of_it(alice) -> None:
    care, other = make_care(alice), make_care(alice)
    joining.merge(owner=alice, cares=[care.pk, other.pk], said=Said("x"), now=NOW)
    events = CareEvent.objects.filter(care=care)
    refused(lambda: events.update(note="x"))
    refused(lambda: events.update(other=other))
    refused(lambda: events.delete())
    events.update(other=None)


@pytest.mark.parametrize(
    "over",
    [
        {"version": 3},
        {"version": 1},
        {"what_changed": ""},
        {"text": ""},
        {"standing": "gone"},
        {"domain": "space"},
    ],
    ids=str,
)
def test_the_database_wants_versions_in_order_and_whole(alice, over) -> None:
    care = make_care(alice)
    values = {
        "version": 2,
        "text": "x",
        "what_changed": "y",
        "standing": "held",
        "written_at": NOW,
        "written_on": TODAY,
    } | over
    refused(lambda: CareStatement.objects.create(owner=alice, care=care, **values))


def test_the_database_ties_everything_to_one_owner(alice, bob) -> None:
    care = make_care(bob)
    values = {"version": 2, "text": "x", "what_changed": "y", "standing": "held"} | {
        "written_at": NOW,
        "written_on": TODAY,
    }

    def at_once(act) -> None:
        act()
        with connection.cursor() as cursor:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")

    def crossing(act) -> None:
        refused(lambda: at_once(act))

    crossing(lambda: CareStatement.objects.create(owner=alice, care=care, **values))
    crossing(
        lambda: CareStatement.objects.create(
            owner=bob, care=care, person=make_person(alice), **values
        )
    )


def test_somebody_who_is_forgotten_leaves_the_words(alice) -> None:
    person = make_person(alice)
    care = make_care(alice, person=person)
    person.delete()
    assert care.statements.get().person is None


def test_what_was_said_for_somebody_follows_them_into_one(alice) -> None:
    ana, other = make_person(alice), make_person(alice)
    care = make_care(alice, person=other)
    restate(care, now=NOW + DAY)
    merge = merging.merge(owner=alice, kept=ana.pk, gone=other.pk, now=NOW + 2 * DAY)
    assert care.statements.get(version=1).person == ana
    merging.undo(owner=alice, merge_id=merge.pk, now=NOW + 3 * DAY)
    assert care.statements.get(version=1).person_id == other.pk


def kinds(care: Care) -> list[str]:
    return list(care.events.order_by("seq").values_list("kind", flat=True))


def test_the_day_is_that_of_whoever_writes(alice) -> None:
    User.objects.filter(pk=alice.pk).update(time_zone="Pacific/Auckland")
    alice.refresh_from_db()
    care = make_care(alice)
    assert care.begun_on == TODAY + DAY
