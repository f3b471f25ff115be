"""The table of the shared cache (settings, CACHES): what `createcachetable` would make."""

from django.db import migrations

FORWARD = """
CREATE UNLOGGED TABLE cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX cache_expires ON cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0001_append_only")]
    operations = [migrations.RunSQL(FORWARD, "DROP TABLE cache;")]
