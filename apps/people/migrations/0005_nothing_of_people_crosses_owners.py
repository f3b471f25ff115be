"""What belongs to somebody belongs to who wrote them down, in the database too."""

from django.db import migrations

LINKS = [
    # name, table, column, target
    ("circle_member_of_own_circle", "circlemember", "circle_id", "people_circle"),
    ("circle_member_of_own_person", "circlemember", "person_id", "people_person"),
    ("concern_of_own_person", "concern", "person_id", "people_person"),
    ("contact_of_own_person", "contact", "person_id", "people_person"),
    ("person_date_of_own_person", "persondate", "person_id", "people_person"),
    ("card_of_own_person", "card", "person_id", "people_person"),
    ("person_merge_of_own_person", "personmerge", "kept_id", "people_person"),
]

FORWARD = "\n".join(
    f"""
ALTER TABLE people_{table} ADD CONSTRAINT {name}
    FOREIGN KEY (owner_id, {column}) REFERENCES {target} (owner_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""
    for name, table, column, target in LINKS
)

BACKWARD = "\n".join(
    f"ALTER TABLE people_{table} DROP CONSTRAINT {name};" for name, table, *_ in reversed(LINKS)
)


class Migration(migrations.Migration):
    dependencies = [("people", "0004_circles_concerns_and_cards")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
