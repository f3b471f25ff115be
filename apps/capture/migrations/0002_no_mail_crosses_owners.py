"""The entry that a mail became is its owner's, in the database too."""

from django.db import migrations

FORWARD = """
ALTER TABLE capture_receivedmail ADD CONSTRAINT received_mail_of_own_entry
    FOREIGN KEY (owner_id, entry_id) REFERENCES journal_entry (owner_id, id)
    ON DELETE SET NULL (entry_id) DEFERRABLE INITIALLY DEFERRED;
"""
BACKWARD = "ALTER TABLE capture_receivedmail DROP CONSTRAINT received_mail_of_own_entry;"


class Migration(migrations.Migration):
    dependencies = [
        ("capture", "0001_tokens_and_mail"),
        ("journal", "0004_no_link_crosses_owners"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
