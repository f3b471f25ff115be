"""That an entry is about a promise stays with one owner, in the database too."""

from django.db import migrations

FORWARD = """
ALTER TABLE journal_entrypromise ADD CONSTRAINT entry_promise_of_own_entry
    FOREIGN KEY (owner_id, entry_id) REFERENCES journal_entry (owner_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE journal_entrypromise ADD CONSTRAINT entry_promise_of_own_promise
    FOREIGN KEY (owner_id, promise_id) REFERENCES promises_promise (owner_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""

BACKWARD = """
ALTER TABLE journal_entrypromise DROP CONSTRAINT entry_promise_of_own_promise;
ALTER TABLE journal_entrypromise DROP CONSTRAINT entry_promise_of_own_entry;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0014_entries_about_promises"),
        ("promises", "0002_the_ledger_is_written_once"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
