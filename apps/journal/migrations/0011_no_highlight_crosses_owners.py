"""A highlight is of an entry, and of a text of that entry, of one and the same person."""

from django.db import migrations

FORWARD = """
ALTER TABLE journal_highlight ADD CONSTRAINT highlight_of_own_entry
    FOREIGN KEY (owner_id, entry_id) REFERENCES journal_entry (owner_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE journal_highlight ADD CONSTRAINT highlight_of_own_text
    FOREIGN KEY (owner_id, revision_id) REFERENCES journal_revision (owner_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE journal_highlight ADD CONSTRAINT highlight_of_a_text_of_its_entry
    FOREIGN KEY (entry_id, revision_id) REFERENCES journal_revision (entry_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""
BACKWARD = """
ALTER TABLE journal_highlight DROP CONSTRAINT highlight_of_a_text_of_its_entry;
ALTER TABLE journal_highlight DROP CONSTRAINT highlight_of_own_text;
ALTER TABLE journal_highlight DROP CONSTRAINT highlight_of_own_entry;
"""


class Migration(migrations.Migration):
    dependencies = [("journal", "0010_highlights_and_threads")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
