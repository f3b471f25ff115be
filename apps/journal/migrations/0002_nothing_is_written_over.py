"""What the database itself promises about writing.

Revisions are written once and belong to the owner of their entry; the version of an entry grows
whenever its text changes. Autosave rewrites an entry's row often, so pages leave room for that.
"""

from django.db import migrations

FORWARD = """
CREATE TRIGGER revision_written_once BEFORE UPDATE ON journal_revision
    FOR EACH ROW EXECUTE FUNCTION throughline_refuse_update();

ALTER TABLE journal_revision ADD CONSTRAINT revision_of_own_entry
    FOREIGN KEY (owner_id, entry_id) REFERENCES journal_entry (owner_id, id)
    DEFERRABLE INITIALLY DEFERRED;

CREATE FUNCTION throughline_entry_version_grows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the text of an entry changed without a new version'
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;

CREATE TRIGGER entry_version_grows BEFORE UPDATE OF body, title, version ON journal_entry
    FOR EACH ROW
    WHEN (
        NEW.version < OLD.version
        OR (NEW.version = OLD.version AND (NEW.body <> OLD.body OR NEW.title <> OLD.title))
    )
    EXECUTE FUNCTION throughline_entry_version_grows();

CREATE TRIGGER entry_keeps_its_owner BEFORE UPDATE OF owner_id ON journal_entry
    FOR EACH ROW WHEN (NEW.owner_id <> OLD.owner_id)
    EXECUTE FUNCTION throughline_refuse_update();

ALTER TABLE journal_entry SET (fillfactor = 80);
"""

BACKWARD = """
ALTER TABLE journal_entry RESET (fillfactor);
DROP TRIGGER entry_keeps_its_owner ON journal_entry;
DROP TRIGGER entry_version_grows ON journal_entry;
DROP FUNCTION throughline_entry_version_grows();
ALTER TABLE journal_revision DROP CONSTRAINT revision_of_own_entry;
DROP TRIGGER revision_written_once ON journal_revision;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0001_entries_and_revisions"),
        ("core", "0001_append_only"),
    ]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
