"""What the database itself promises about questions.

Wordings are written once; a pack and what is in it keep their owner; a question is of the same
owner as its pack, a wording as its question; and what is somebody's points only at what is
shipped (which has no owner) or theirs. No foreign key can say "theirs or nobody's", so triggers
do: owners never change, so that what held when a row came holds for good.
"""

from django.db import migrations

# table, column, target: the row's owner and the target's are the same, or both have none.
SAME = [
    ("prompt", "pack_id", "prompts_pack"),
    ("wording", "prompt_id", "prompts_prompt"),
]
# table, column, target: the target is the owner's or has none.
OPEN = [
    ("preference", "prompt_id", "prompts_prompt"),
    ("packsetting", "pack_id", "prompts_pack"),
    ("deck", "pack_id", "prompts_pack"),
    ("serving", "prompt_id", "prompts_prompt"),
    ("serving", "wording_id", "prompts_wording"),
]
STAYS = ["pack", "prompt", "wording"]

FUNCTION = """
CREATE FUNCTION throughline_within_owner() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    -- The column, the table it points at, and whether "same" or "open" owners may be there.
    target uuid := (to_jsonb(NEW) ->> TG_ARGV[0])::uuid;
    held uuid;
    found_rows bigint;
BEGIN
    IF target IS NULL THEN
        RETURN NEW;
    END IF;
    EXECUTE format('SELECT owner_id FROM %I WHERE id = $1', TG_ARGV[1]) INTO held USING target;
    GET DIAGNOSTICS found_rows = ROW_COUNT;
    IF found_rows = 0
        OR (held IS DISTINCT FROM NEW.owner_id AND (held IS NOT NULL OR TG_ARGV[2] <> 'open'))
    THEN
        RAISE EXCEPTION '% of % would cross owners', TG_ARGV[0], TG_TABLE_NAME
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NEW;
END
$$;
"""

FORWARD = (
    FUNCTION
    + "".join(
        f"""
CREATE TRIGGER {table}_{column}_within_owner BEFORE INSERT OR UPDATE OF owner_id, {column}
    ON prompts_{table} FOR EACH ROW
    EXECUTE FUNCTION throughline_within_owner('{column}', '{target}', '{kind}');
"""
        for kind, links in (("same", SAME), ("open", OPEN))
        for table, column, target in links
    )
    + "".join(
        f"""
CREATE TRIGGER {table}_keeps_its_owner BEFORE UPDATE OF owner_id ON prompts_{table}
    FOR EACH ROW WHEN (NEW.owner_id IS DISTINCT FROM OLD.owner_id)
    EXECUTE FUNCTION throughline_refuse_update();
"""
        for table in STAYS
    )
    + """
CREATE TRIGGER prompt_keeps_its_pack BEFORE UPDATE OF pack_id ON prompts_prompt
    FOR EACH ROW WHEN (NEW.pack_id <> OLD.pack_id)
    EXECUTE FUNCTION throughline_refuse_update();

CREATE TRIGGER wording_written_once BEFORE UPDATE ON prompts_wording
    FOR EACH ROW EXECUTE FUNCTION throughline_refuse_update();

CREATE FUNCTION throughline_prompt_version_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the version of a question grows'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER prompt_version_grows BEFORE UPDATE OF version ON prompts_prompt
    FOR EACH ROW WHEN (NEW.version < OLD.version)
    EXECUTE FUNCTION throughline_prompt_version_grows();

ALTER TABLE prompts_serving ADD CONSTRAINT serving_wording_of_prompt
    FOREIGN KEY (prompt_id, wording_id) REFERENCES prompts_wording (prompt_id, id)
    DEFERRABLE INITIALLY DEFERRED;
"""
)

BACKWARD = (
    """
ALTER TABLE prompts_serving DROP CONSTRAINT serving_wording_of_prompt;
DROP TRIGGER prompt_version_grows ON prompts_prompt;
DROP FUNCTION throughline_prompt_version_grows();
DROP TRIGGER wording_written_once ON prompts_wording;
DROP TRIGGER prompt_keeps_its_pack ON prompts_prompt;
"""
    + "".join(
        f"DROP TRIGGER {table}_keeps_its_owner ON prompts_{table};\n" for table in reversed(STAYS)
    )
    + "".join(
        f"DROP TRIGGER {table}_{column}_within_owner ON prompts_{table};\n"
        for table, column, _ in reversed(SAME + OPEN)
    )
    + "DROP FUNCTION throughline_within_owner();"
)


class Migration(migrations.Migration):
    dependencies = [
        ("prompts", "0001_packs_and_prompts"),
        ("core", "0001_append_only"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
