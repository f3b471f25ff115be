"""Sittings, answers and sessions of one's own stay with one owner, in the database too.

Where a far row goes, what names it lets go of it by itself, so that rows can be deleted in any
order.
"""

from django.db import migrations

LINKS = [
    # name, table, column, target, when the target goes
    ("own_step_of_own_session", "ownstep", "session_id", "sittings_ownsession", ""),
    ("answer_of_own_sitting", "answer", "sitting_id", "sittings_sitting", ""),
    (
        "sitting_of_own_session",
        "sitting",
        "own_id",
        "sittings_ownsession",
        "ON DELETE SET NULL (own_id)",
    ),
    (
        "sitting_about_own_promise",
        "sitting",
        "promise_id",
        "promises_promise",
        "ON DELETE SET NULL (promise_id)",
    ),
    (
        "sitting_about_own_person",
        "sitting",
        "person_id",
        "people_person",
        "ON DELETE SET NULL (person_id)",
    ),
    ("sitting_makes_own_entry", "sitting", "entry_id", "journal_entry", ""),
    (
        "sitting_makes_own_promise",
        "sitting",
        "commitment_id",
        "promises_promise",
        "ON DELETE SET NULL (commitment_id)",
    ),
]

FORWARD = "\n".join(
    f"""
ALTER TABLE sittings_{table} ADD CONSTRAINT {name}
    FOREIGN KEY (owner_id, {column}) REFERENCES {target} (owner_id, id)
    {rule} DEFERRABLE INITIALLY DEFERRED;
"""
    for name, table, column, target, rule in LINKS
)

BACKWARD = "\n".join(
    f"ALTER TABLE sittings_{table} DROP CONSTRAINT {name};" for name, table, *_ in reversed(LINKS)
)


class Migration(migrations.Migration):
    dependencies = [
        ("sittings", "0001_sittings_and_answers"),
        ("journal", "0015_no_promise_crosses_owners"),
        ("promises", "0006_no_concern_crosses_owners"),
        ("people", "0005_nothing_of_people_crosses_owners"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
