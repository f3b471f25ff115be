"""What came of a file stays with its owner, in the database too."""

from django.db import migrations

FORWARD = """
ALTER TABLE transfer_upload ADD CONSTRAINT upload_of_own_import
    FOREIGN KEY (owner_id, brought_id) REFERENCES transfer_import (owner_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""
BACKWARD = "ALTER TABLE transfer_upload DROP CONSTRAINT upload_of_own_import;"


class Migration(migrations.Migration):
    dependencies = [("transfer", "0005_files_that_are_brought")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
