"""Links between an entry and how it is sorted and found stay with one owner, in the database too.

Where the far row goes, a notebook or an answered entry is let go of by the database itself, so
that rows can be deleted in any order.
"""

from django.db import migrations

LINKS = [
    # name, table, column, target, when the target goes
    ("entry_tag_of_own_entry", "entrytag", "entry_id", "journal_entry", ""),
    ("entry_tag_of_own_tag", "entrytag", "tag_id", "journal_tag", ""),
    ("entry_person_of_own_entry", "entryperson", "entry_id", "journal_entry", ""),
    ("entry_person_of_own_person", "entryperson", "person_id", "people_person", ""),
    ("entry_words_of_own_entry", "entrywords", "entry_id", "journal_entry", ""),
    ("unsettled_of_own_entry", "unsettled", "entry_id", "journal_entry", ""),
    (
        "entry_in_own_notebook",
        "entry",
        "notebook_id",
        "journal_notebook",
        "ON DELETE SET NULL (notebook_id)",
    ),
    (
        "entry_answers_own_entry",
        "entry",
        "answers_id",
        "journal_entry",
        "ON DELETE SET NULL (answers_id)",
    ),
]

FORWARD = "\n".join(
    f"""
ALTER TABLE journal_{table} ADD CONSTRAINT {name}
    FOREIGN KEY (owner_id, {column}) REFERENCES {target} (owner_id, id)
    {rule} DEFERRABLE INITIALLY DEFERRED;
"""
    for name, table, column, target, rule in LINKS
)

BACKWARD = "\n".join(
    f"ALTER TABLE journal_{table} DROP CONSTRAINT {name};" for name, table, *_ in reversed(LINKS)
)


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0003_sorting_and_finding"),
        ("people", "0002_people_of_one_owner"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
