"""What is told of entries, to every form out."""

from datetime import date

import pytest
from django.core.management import CommandError, call_command

from apps.journal.models import Attachment, EntryPerson, Tag
from apps.journal.query import parse
from apps.journal.settling import settle
from apps.people.models import Person
from apps.transfer.choosing import Choice, masked
from apps.transfer.telling import count_of, told
from tests.accounts.test_leaving import with_a_life
from tests.factories import NOW, make_entry, make_person

pytestmark = pytest.mark.django_db
DAY = date(2026, 3, 5)


def bodies(user, **said) -> list[str]:
    entries = list(told(user, Choice(**said)))
    assert len(entries) == count_of(user, Choice(**said))
    return [entry.body for entry in entries]


def test_it_tells_all_that_belongs_to_an_entry(bob) -> None:
    life = with_a_life(bob)
    entries = list(told(life, Choice()))
    assert entries
    assert {tag for entry in entries for tag in entry.tags} <= set(
        Tag.objects.for_user(life).values_list("name", flat=True)
    )
    files = [file for entry in entries for file in entry.files]
    assert len(files) == Attachment.objects.for_user(life).kept().count() > 0
    assert all(sum(map(len, file.pieces())) == file.size for file in files)
    assert [file for entry in told(life, Choice(with_files=False)) for file in entry.files] == []


def test_oldest_first_and_nobody_elses(alice, bob) -> None:
    make_entry(alice, body="second", local_date=date(2026, 3, 6))
    make_entry(alice, body="first", local_date=DAY)
    make_entry(alice, body="gone", local_date=DAY, trashed_at=NOW)
    make_entry(bob, body="somebody else's")
    assert bodies(alice) == ["first", "second"]


def test_a_period_a_search_and_a_person(alice) -> None:
    maria = Person.objects.create(owner=alice, name="Maria")
    about = make_entry(alice, body="With Maria", local_date=DAY)
    EntryPerson.objects.create(owner=alice, entry=about, person=maria)
    make_entry(alice, body="Later", local_date=date(2026, 4, 1), starred=True)
    assert bodies(alice, last=DAY) == ["With Maria"]
    assert bodies(alice, first=date(2026, 3, 6)) == ["Later"]
    assert bodies(alice, query=parse("is:starred", DAY)) == ["Later"]
    assert bodies(alice, person=maria.pk) == ["With Maria"]
    assert bodies(alice, notebooks=(None,)) == ["With Maria", "Later"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Open %%the name of the client%% end", "Open [private] end"),
        ("%%a\n\nb%%", "[private]"),
        ("100 %% sure", "100 %% sure"),
        ("%%a%%%%b%%", "[private][private]"),
    ],
)
def test_what_is_marked_private_is_left_out(alice, text, left) -> None:
    assert masked(text) == left
    make_entry(alice, body=text)
    assert bodies(alice, is_masked=True) == [left]
    assert bodies(alice) == [text]


def test_queries_do_not_grow(alice, django_assert_max_num_queries) -> None:
    for _number in range(12):
        make_entry(alice)
    with django_assert_max_num_queries(8):
        list(told(alice, Choice()))


def test_a_search_that_is_not_understood_writes_nothing(alice, tmp_path) -> None:
    out = tmp_path / "a.zip"
    with pytest.raises(CommandError):
        call_command("export", user=alice.email, out=out, query="before:someday")
    with pytest.raises(CommandError):
        call_command("export", user=alice.email, out=out, query="is:starred")
    assert not out.exists()


def test_who_is_named_only_in_private_is_left_out(alice) -> None:
    """Tags and people come from the text as well; whoever was picked stays."""
    make_person(alice, name="Maria Kern")
    picked = make_person(alice, name="Jonas")
    entry = make_entry(alice, body="#open %%#shut with @Maria and @Jonas%%", local_date=DAY)
    settle(alice, entry.pk)
    EntryPerson.objects.filter(person=picked).update(is_typed=False)
    [whole], [left] = told(alice, Choice()), told(alice, Choice(is_masked=True))
    assert (whole.tags, len(whole.people)) == (("open", "shut"), 2)
    assert (left.tags, [person.name for person in left.people]) == (("open",), ["Jonas"])
    drafted = make_entry(alice, body="@Maria Kern, and %%@Jonas%%", local_date=date(2026, 3, 6))
    settle(alice, drafted.pk)
    *_, also = told(alice, Choice(is_masked=True))
    assert [person.name for person in also.people] == ["Maria Kern"]
