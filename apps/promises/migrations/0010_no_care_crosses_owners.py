"""That a promise is about a care stays with one owner, in the database too."""

from django.db import migrations

FORWARD = """
ALTER TABLE promises_promisecare ADD CONSTRAINT promise_care_of_own_promise
    FOREIGN KEY (owner_id, promise_id) REFERENCES promises_promise (owner_id, id)
    DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE promises_promisecare ADD CONSTRAINT promise_care_of_own_care
    FOREIGN KEY (owner_id, care_id) REFERENCES cares_care (owner_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""

BACKWARD = """
ALTER TABLE promises_promisecare DROP CONSTRAINT promise_care_of_own_care;
ALTER TABLE promises_promisecare DROP CONSTRAINT promise_care_of_own_promise;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("promises", "0009_promises_about_cares"),
        ("cares", "0001_cares_and_what_they_say"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
