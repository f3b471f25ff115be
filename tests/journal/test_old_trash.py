"""What has been in the trash for 30 days goes by itself, and nothing else."""

from datetime import timedelta

from apps.journal.models import Entry, Revision
from apps.journal.tasks import purge
from tests.factories import NOW, make_entry


def test_it_lets_go_after_thirty_days(alice) -> None:
    old = make_entry(alice, trashed_at=NOW - timedelta(days=30, seconds=1))
    make_entry(alice, trashed_at=NOW - timedelta(days=29))
    make_entry(alice)
    assert purge(NOW) == 1
    assert not Entry.objects.filter(pk=old.pk).exists()
    assert Entry.objects.count() == 2
    assert Revision.objects.count() == 0
