"""What is known of entries that were brought stays with their owner, in the database too."""

from django.db import migrations

FORWARD = """
ALTER TABLE transfer_brought ADD CONSTRAINT brought_to_own_entry
    FOREIGN KEY (owner_id, entry_id) REFERENCES journal_entry (owner_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE transfer_outcome ADD CONSTRAINT outcome_of_own_import
    FOREIGN KEY (owner_id, part_of_id) REFERENCES transfer_import (owner_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE transfer_outcome ADD CONSTRAINT outcome_of_own_entry
    FOREIGN KEY (owner_id, entry_id) REFERENCES journal_entry (owner_id, id)
    ON DELETE SET NULL (entry_id) DEFERRABLE INITIALLY DEFERRED;
"""
BACKWARD = """
ALTER TABLE transfer_outcome DROP CONSTRAINT outcome_of_own_entry;
ALTER TABLE transfer_outcome DROP CONSTRAINT outcome_of_own_import;
ALTER TABLE transfer_brought DROP CONSTRAINT brought_to_own_entry;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("transfer", "0002_journals_that_are_brought"),
        ("journal", "0004_no_link_crosses_owners"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
