"""A trigger function for tables whose rows are written once."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION throughline_refuse_update() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'rows of % are written once', TG_TABLE_NAME
        USING ERRCODE = 'integrity_constraint_violation';
END
$$;
"""


class Migration(migrations.Migration):
    initial = True
    dependencies = []
    operations = [
        migrations.RunSQL(FORWARD, "DROP FUNCTION throughline_refuse_update();"),
    ]
