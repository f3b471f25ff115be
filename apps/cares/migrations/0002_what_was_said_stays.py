"""What the database itself promises about cares.

Statements and events are written once, and count without gaps. A statement's words may be put
right on the day it came here, as long as no other follows it; whom it points at may change (people
are merged and forgotten), and whom an event points at may go. Both are deleted only with a care
that was let go of as a whole, or with an account that is leaving. No link crosses owners.
"""

from django.db import migrations

LINKS = [
    # name, table, column, target, when the target goes
    ("care_statement_of_own_care", "carestatement", "care_id", "cares_care", ""),
    (
        "care_statement_for_own_person",
        "carestatement",
        "person_id",
        "people_person",
        "ON DELETE SET NULL (person_id)",
    ),
    ("care_event_of_own_care", "careevent", "care_id", "cares_care", ""),
    (
        "care_event_of_own_other",
        "careevent",
        "other_id",
        "cares_care",
        "ON DELETE SET NULL (other_id)",
    ),
]

OWN = "\n".join(
    f"""
ALTER TABLE cares_{table} ADD CONSTRAINT {name}
    FOREIGN KEY (owner_id, {column}) REFERENCES {target} (owner_id, id)
    {rule} DEFERRABLE INITIALLY DEFERRED;
"""
    for name, table, column, target, rule in LINKS
)
NOT_OWN = "\n".join(
    f"ALTER TABLE cares_{table} DROP CONSTRAINT {name};" for name, table, *_ in reversed(LINKS)
)

STATEMENTS = """
CREATE FUNCTION throughline_care_statement_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.version > 1 AND NOT EXISTS (
        SELECT FROM cares_carestatement WHERE care_id = NEW.care_id AND version = NEW.version - 1
    ) THEN
        RAISE EXCEPTION 'a version of a care does not follow the one before'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER care_statement_follows BEFORE INSERT ON cares_carestatement
    FOR EACH ROW EXECUTE FUNCTION throughline_care_statement_follows();

CREATE FUNCTION throughline_care_statement_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['person_id', 'updated_at'];
    words text[] := ARRAY['text', 'because'];
BEGIN
    IF to_jsonb(NEW) - loose = to_jsonb(OLD) - loose THEN
        RETURN NEW;
    END IF;
    IF to_jsonb(NEW) - loose - words = to_jsonb(OLD) - loose - words
        AND OLD.created_at > now() - interval '24 hours'
        AND NOT EXISTS (
            SELECT FROM cares_carestatement
            WHERE care_id = OLD.care_id AND version = OLD.version + 1
        )
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'versions of a care are written once'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER care_statement_stays BEFORE UPDATE ON cares_carestatement
    FOR EACH ROW EXECUTE FUNCTION throughline_care_statement_stays();
"""
NO_STATEMENTS = """
DROP TRIGGER care_statement_stays ON cares_carestatement;
DROP FUNCTION throughline_care_statement_stays();
DROP TRIGGER care_statement_follows ON cares_carestatement;
DROP FUNCTION throughline_care_statement_follows();
"""

EVENTS = """
CREATE FUNCTION throughline_care_event_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq > 1 AND NOT EXISTS (
        SELECT FROM cares_careevent WHERE care_id = NEW.care_id AND seq = NEW.seq - 1
    ) THEN
        RAISE EXCEPTION 'an event of a care does not follow the one before'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER care_event_follows BEFORE INSERT ON cares_careevent
    FOR EACH ROW EXECUTE FUNCTION throughline_care_event_follows();

CREATE FUNCTION throughline_care_event_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['other_id', 'updated_at'];
BEGIN
    IF to_jsonb(NEW) - loose = to_jsonb(OLD) - loose
        AND (NEW.other_id IS NULL OR NEW.other_id = OLD.other_id)
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'events of a care are written once'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER care_event_stays BEFORE UPDATE ON cares_careevent
    FOR EACH ROW EXECUTE FUNCTION throughline_care_event_stays();
"""
NO_EVENTS = """
DROP TRIGGER care_event_stays ON cares_careevent;
DROP FUNCTION throughline_care_event_stays();
DROP TRIGGER care_event_follows ON cares_careevent;
DROP FUNCTION throughline_care_event_follows();
"""

REMAIN = """
CREATE FUNCTION throughline_care_remains() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM cares_care WHERE id = OLD.care_id AND let_go_at IS NULL)
        AND EXISTS (
            SELECT FROM accounts_user WHERE id = OLD.owner_id AND deletion_asked_at IS NULL
        )
    THEN
        RAISE EXCEPTION 'what was said of a care goes only with all of it'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END
$$;

CREATE TRIGGER care_statement_remains BEFORE DELETE ON cares_carestatement
    FOR EACH ROW EXECUTE FUNCTION throughline_care_remains();
CREATE TRIGGER care_event_remains BEFORE DELETE ON cares_careevent
    FOR EACH ROW EXECUTE FUNCTION throughline_care_remains();
"""
NOT_REMAIN = """
DROP TRIGGER care_event_remains ON cares_careevent;
DROP TRIGGER care_statement_remains ON cares_carestatement;
DROP FUNCTION throughline_care_remains();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cares", "0001_cares_and_what_they_say"),
        ("people", "0002_people_of_one_owner"),
        ("accounts", "0001_people_and_their_accounts"),
    ]
    operations = [
        migrations.RunSQL(OWN, NOT_OWN),
        migrations.RunSQL(STATEMENTS, NO_STATEMENTS),
        migrations.RunSQL(EVENTS, NO_EVENTS),
        migrations.RunSQL(REMAIN, NOT_REMAIN),
    ]
