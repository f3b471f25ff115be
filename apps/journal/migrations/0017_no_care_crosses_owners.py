"""That an entry is about a care stays with one owner, in the database too."""

from django.db import migrations

FORWARD = """
ALTER TABLE journal_entrycare ADD CONSTRAINT entry_care_of_own_entry
    FOREIGN KEY (owner_id, entry_id) REFERENCES journal_entry (owner_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE journal_entrycare ADD CONSTRAINT entry_care_of_own_care
    FOREIGN KEY (owner_id, care_id) REFERENCES cares_care (owner_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""

BACKWARD = """
ALTER TABLE journal_entrycare DROP CONSTRAINT entry_care_of_own_care;
ALTER TABLE journal_entrycare DROP CONSTRAINT entry_care_of_own_entry;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0016_entries_about_cares"),
        ("cares", "0001_cares_and_what_they_say"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
