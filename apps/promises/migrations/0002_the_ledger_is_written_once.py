"""What the database itself promises about promises.

Events are written once: a trigger refuses to change one, but for whom it points at (people are
merged and forgotten) and for its words, which go as a whole or not at all; and to delete one, but
with a draft nobody saw or with an account that is leaving. Terms that were put on the table stay
as they were put, and go only with their owner's account. No chain of links leads back to its beginning, whoever adds them at once.
No link crosses owners.
"""

from django.db import migrations

LINKS = [
    # name, table, column, target, when the target goes
    ("promise_of_own_person", "promise", "person_id", "people_person", ""),
    ("terms_of_own_promise", "terms", "promise_id", "promises_promise", ""),
    ("event_of_own_promise", "event", "promise_id", "promises_promise", ""),
    (
        "event_of_own_actor",
        "event",
        "actor_person_id",
        "people_person",
        "ON DELETE SET NULL (actor_person_id)",
    ),
    ("amendment_of_own_promise", "amendment", "promise_id", "promises_promise", ""),
    ("amendment_of_own_terms", "amendment", "terms_id", "promises_terms", ""),
    ("delivery_of_own_promise", "delivery", "promise_id", "promises_promise", ""),
    ("assessment_of_own_promise", "valueassessment", "promise_id", "promises_promise", ""),
    (
        "assessment_by_own_person",
        "valueassessment",
        "person_id",
        "people_person",
        "ON DELETE SET NULL (person_id)",
    ),
    ("invitation_of_own_promise", "invitation", "promise_id", "promises_promise", ""),
    ("invitation_of_own_person", "invitation", "person_id", "people_person", ""),
    ("letter_of_own_invitation", "letter", "invitation_id", "promises_invitation", ""),
    ("link_from_own_promise", "promiselink", "source_id", "promises_promise", ""),
    ("link_to_own_promise", "promiselink", "target_id", "promises_promise", ""),
    ("notice_of_own_promise", "notice", "promise_id", "promises_promise", ""),
    ("planned_of_own_promise", "plannedpromise", "promise_id", "promises_promise", ""),
]

OWN = "\n".join(
    f"""
ALTER TABLE promises_{table} ADD CONSTRAINT {name}
    FOREIGN KEY (owner_id, {column}) REFERENCES {target} (owner_id, id)
    {rule} DEFERRABLE INITIALLY DEFERRED;
"""
    for name, table, column, target, rule in LINKS
)
NOT_OWN = "\n".join(
    f"ALTER TABLE promises_{table} DROP CONSTRAINT {name};" for name, table, *_ in reversed(LINKS)
)

LEDGER = """
CREATE FUNCTION throughline_event_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- Whom it points at may change; its words may go.
    loose text[] := ARRAY['actor_person_id', 'note', 'private_note', 'payload', 'erased_at',
                          'updated_at'];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - loose = to_jsonb(OLD) - loose AND (
            (NEW.note = OLD.note AND NEW.private_note = OLD.private_note
                AND NEW.payload = OLD.payload
                AND NEW.erased_at IS NOT DISTINCT FROM OLD.erased_at)
            OR (NEW.note = '' AND NEW.payload = '{}' AND NEW.erased_at IS NOT NULL
                AND NEW.private_note = OLD.private_note)
        ) THEN
            RETURN NEW;
        END IF;
    ELSIF EXISTS (SELECT FROM promises_promise WHERE id = OLD.promise_id AND state = 'draft')
        OR NOT EXISTS (
            SELECT FROM accounts_user WHERE id = OLD.owner_id AND deletion_asked_at IS NULL
        )
    THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'events of a promise are written once'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER event_written_once BEFORE UPDATE OR DELETE ON promises_event
    FOR EACH ROW EXECUTE FUNCTION throughline_event_stays();

CREATE FUNCTION throughline_event_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.seq > 1 AND NOT EXISTS (
        SELECT FROM promises_event
        WHERE promise_id = NEW.promise_id AND seq = NEW.seq - 1 AND to_state = NEW.from_state
    ) OR (NEW.seq = 1) <> (NEW.from_state = '') THEN
        RAISE EXCEPTION 'an event of a promise does not follow the one before'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER event_follows BEFORE INSERT ON promises_event
    FOR EACH ROW EXECUTE FUNCTION throughline_event_follows();
"""
NO_LEDGER = """
DROP TRIGGER event_follows ON promises_event;
DROP FUNCTION throughline_event_follows();
DROP TRIGGER event_written_once ON promises_event;
DROP FUNCTION throughline_event_stays();
"""

TERMS = """
CREATE FUNCTION throughline_terms_stay() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['p_accepted_at', 'r_accepted_at', 'updated_at'];
BEGIN
    IF to_jsonb(NEW) - loose <> to_jsonb(OLD) - loose
        OR (OLD.p_accepted_at IS NOT NULL AND NEW.p_accepted_at IS DISTINCT FROM OLD.p_accepted_at)
        OR (OLD.r_accepted_at IS NOT NULL AND NEW.r_accepted_at IS DISTINCT FROM OLD.r_accepted_at)
    THEN
        RAISE EXCEPTION 'terms that were put on the table stay as they are'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER terms_stay BEFORE UPDATE ON promises_terms
    FOR EACH ROW WHEN (OLD.put_at IS NOT NULL) EXECUTE FUNCTION throughline_terms_stay();

CREATE FUNCTION throughline_terms_remain() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM accounts_user WHERE id = OLD.owner_id AND deletion_asked_at IS NULL)
    THEN
        RAISE EXCEPTION 'terms that were put on the table remain'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END
$$;

CREATE TRIGGER terms_remain BEFORE DELETE ON promises_terms
    FOR EACH ROW WHEN (OLD.put_at IS NOT NULL) EXECUTE FUNCTION throughline_terms_remain();
"""
NO_TERMS = """
DROP TRIGGER terms_remain ON promises_terms;
DROP FUNCTION throughline_terms_remain();
DROP TRIGGER terms_stay ON promises_terms;
DROP FUNCTION throughline_terms_stay();
"""

CYCLES = """
CREATE FUNCTION throughline_links_lead_on() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- One at a time for each owner: two halves of a circle added at once would not see each other.
    PERFORM pg_advisory_xact_lock(hashtextextended('promise links ' || NEW.owner_id, 0));
    IF EXISTS (
        WITH RECURSIVE onward(id) AS (
            SELECT NEW.target_id
            UNION
            SELECT link.target_id FROM promises_promiselink AS link
            JOIN onward ON link.source_id = onward.id
            WHERE link.kind = NEW.kind AND link.id <> NEW.id
        )
        SELECT FROM onward WHERE id = NEW.source_id
    ) THEN
        RAISE EXCEPTION 'links of promises lead back to their beginning'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'promiselink_leads_on';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER promiselink_leads_on
    BEFORE INSERT OR UPDATE OF kind, source_id, target_id ON promises_promiselink
    FOR EACH ROW EXECUTE FUNCTION throughline_links_lead_on();
"""
NO_CYCLES = """
DROP TRIGGER promiselink_leads_on ON promises_promiselink;
DROP FUNCTION throughline_links_lead_on();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("promises", "0001_promises_and_their_ledger"),
        ("people", "0002_people_of_one_owner"),
        ("accounts", "0001_people_and_their_accounts"),
    ]
    operations = [
        migrations.RunSQL(OWN, NOT_OWN),
        migrations.RunSQL(LEDGER, NO_LEDGER),
        migrations.RunSQL(TERMS, NO_TERMS),
        migrations.RunSQL(CYCLES, NO_CYCLES),
    ]
