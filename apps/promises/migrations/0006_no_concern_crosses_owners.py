"""What a promise takes care of is something somebody on the same list said."""

from django.db import migrations

FORWARD = """
ALTER TABLE promises_promise ADD CONSTRAINT promise_for_own_concern
    FOREIGN KEY (owner_id, concern_id) REFERENCES people_concern (owner_id, id)
    ON DELETE SET NULL (concern_id) DEFERRABLE INITIALLY DEFERRED;
"""


class Migration(migrations.Migration):
    dependencies = [("promises", "0005_promise_for_a_concern")]
    operations = [
        migrations.RunSQL(
            FORWARD, "ALTER TABLE promises_promise DROP CONSTRAINT promise_for_own_concern;"
        )
    ]
