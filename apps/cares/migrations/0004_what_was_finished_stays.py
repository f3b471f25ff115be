"""What the database itself promises of sorts, choices and checks.

No link crosses owners. A finished sort stays as it is, with all that lies in it, and so does the
name of an own card that lies there; it can be thrown away, and goes with an account that is
leaving. A choice is written once and may be taken back, once, while its run is open.
"""

from django.db import migrations

LINKS = [
    # name, table, column, target
    ("sorted_card_of_own_sort", "sortedcard", "sort_id", "cares_valuesort"),
    ("sorted_card_of_own_card", "sortedcard", "own_card_id", "cares_owncard"),
    ("pair_run_of_own_sort", "pairrun", "sort_id", "cares_valuesort"),
    ("pair_pick_of_own_run", "pairpick", "run_id", "cares_pairrun"),
    ("pair_pick_of_own_card_a", "pairpick", "card_a_id", "cares_sortedcard"),
    ("pair_pick_of_own_card_b", "pairpick", "card_b_id", "cares_sortedcard"),
    ("pair_pick_of_own_chosen", "pairpick", "chosen_id", "cares_sortedcard"),
    ("domain_mark_of_own_check", "domainmark", "check_of_id", "cares_domaincheck"),
    ("domain_mark_of_own_domain", "domainmark", "domain_id", "cares_lifedomain"),
]
OWN = "\n".join(
    f"""
ALTER TABLE cares_{table} ADD CONSTRAINT {name}
    FOREIGN KEY (owner_id, {column}) REFERENCES {target} (owner_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""
    for name, table, column, target in LINKS
)
NOT_OWN = "\n".join(
    f"ALTER TABLE cares_{table} DROP CONSTRAINT {name};" for name, table, *_ in reversed(LINKS)
)

SORTS = """
CREATE FUNCTION throughline_is_staying(owner uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM accounts_user WHERE id = owner AND deletion_asked_at IS NULL)
$$;

CREATE FUNCTION throughline_sort_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['thrown_at', 'updated_at'];
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF to_jsonb(NEW) - loose = to_jsonb(OLD) - loose THEN
            RETURN NEW;
        END IF;
    ELSIF OLD.thrown_at IS NOT NULL OR NOT throughline_is_staying(OLD.owner_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a finished sort stays as it is'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER value_sort_stays BEFORE UPDATE OR DELETE ON cares_valuesort
    FOR EACH ROW WHEN (OLD.finished_at IS NOT NULL) EXECUTE FUNCTION throughline_sort_stays();

CREATE FUNCTION throughline_sorted_card_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    at uuid := CASE TG_OP WHEN 'INSERT' THEN NEW.sort_id ELSE OLD.sort_id END;
    finished boolean;
    thrown boolean;
BEGIN
    SELECT finished_at IS NOT NULL, thrown_at IS NOT NULL INTO finished, thrown
        FROM cares_valuesort WHERE id = at;
    IF finished IS NOT TRUE AND (TG_OP <> 'UPDATE' OR NEW.sort_id = OLD.sort_id)
        OR TG_OP = 'DELETE' AND (thrown OR NOT throughline_is_staying(OLD.owner_id))
    THEN
        RETURN COALESCE(NEW, OLD);
    END IF;
    RAISE EXCEPTION 'what lies in a finished sort stays there'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER sorted_card_stays BEFORE INSERT OR UPDATE OR DELETE ON cares_sortedcard
    FOR EACH ROW EXECUTE FUNCTION throughline_sorted_card_stays();

CREATE FUNCTION throughline_own_card_keeps_its_name() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM cares_sortedcard AS lies JOIN cares_valuesort AS sort ON sort.id = lies.sort_id
        WHERE lies.own_card_id = OLD.id AND sort.finished_at IS NOT NULL
    ) THEN
        RAISE EXCEPTION 'a card in a finished sort keeps its name'
            USING ERRCODE = 'integrity_constraint_violation',
                  CONSTRAINT = 'own_card_keeps_its_name';
    END IF;
    RETURN NEW;
END
$$;

CREATE TRIGGER own_card_keeps_its_name BEFORE UPDATE OF name ON cares_owncard
    FOR EACH ROW WHEN (OLD.name IS DISTINCT FROM NEW.name)
    EXECUTE FUNCTION throughline_own_card_keeps_its_name();
"""
NO_SORTS = """
DROP TRIGGER own_card_keeps_its_name ON cares_owncard;
DROP FUNCTION throughline_own_card_keeps_its_name();
DROP TRIGGER sorted_card_stays ON cares_sortedcard;
DROP FUNCTION throughline_sorted_card_stays();
DROP TRIGGER value_sort_stays ON cares_valuesort;
DROP FUNCTION throughline_sort_stays();
DROP FUNCTION throughline_is_staying(uuid);
"""

CHOICES = """
CREATE FUNCTION throughline_run_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND (
        NOT throughline_is_staying(OLD.owner_id)
        OR NOT EXISTS (SELECT FROM cares_valuesort WHERE id = OLD.sort_id AND thrown_at IS NULL)
    ) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a finished run of choices stays as it is'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER pair_run_stays BEFORE UPDATE OR DELETE ON cares_pairrun
    FOR EACH ROW WHEN (OLD.finished_at IS NOT NULL) EXECUTE FUNCTION throughline_run_stays();

CREATE FUNCTION throughline_choice_stays() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    loose text[] := ARRAY['taken_back_at', 'updated_at'];
BEGIN
    IF TG_OP = 'DELETE' THEN
        IF NOT throughline_is_staying(OLD.owner_id) OR NOT EXISTS (
            SELECT FROM cares_pairrun AS run JOIN cares_valuesort AS sort ON sort.id = run.sort_id
            WHERE run.id = OLD.run_id AND sort.thrown_at IS NULL
        ) THEN
            RETURN OLD;
        END IF;
    ELSIF NOT EXISTS (
        SELECT FROM cares_pairrun WHERE id = NEW.run_id AND finished_at IS NOT NULL
    ) AND (
        TG_OP = 'INSERT'
        OR (OLD.taken_back_at IS NULL AND NEW.taken_back_at IS NOT NULL
            AND to_jsonb(NEW) - loose = to_jsonb(OLD) - loose)
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'a choice is written once'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER pair_pick_stays BEFORE INSERT OR UPDATE OR DELETE ON cares_pairpick
    FOR EACH ROW EXECUTE FUNCTION throughline_choice_stays();
"""
NO_CHOICES = """
DROP TRIGGER pair_pick_stays ON cares_pairpick;
DROP FUNCTION throughline_choice_stays();
DROP TRIGGER pair_run_stays ON cares_pairrun;
DROP FUNCTION throughline_run_stays();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("cares", "0003_cards_choices_and_domains"),
        ("accounts", "0001_people_and_their_accounts"),
    ]
    operations = [
        migrations.RunSQL(OWN, NOT_OWN),
        migrations.RunSQL(SORTS, NO_SORTS),
        migrations.RunSQL(CHOICES, NO_CHOICES),
    ]
