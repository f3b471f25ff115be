"""A name that leads to a tag leads to one of the same person."""

from django.db import migrations

FORWARD = """
ALTER TABLE journal_tagalias ADD CONSTRAINT tag_alias_of_own_tag
    FOREIGN KEY (owner_id, tag_id) REFERENCES journal_tag (owner_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""
BACKWARD = "ALTER TABLE journal_tagalias DROP CONSTRAINT tag_alias_of_own_tag;"


class Migration(migrations.Migration):
    dependencies = [("journal", "0005_tag_names_and_undoing")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
