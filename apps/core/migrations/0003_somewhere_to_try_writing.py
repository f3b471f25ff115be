"""A table that stays empty: /health/ready writes a row of a page's size and takes it back.

STORAGE PLAIN keeps the row whole in its page, so that each attempt needs a page of its own: on a
full disk it fails as a save would (apps/home/health.py).
"""

from django.db import migrations

FORWARD = """
CREATE TABLE probe (filler text NOT NULL);
ALTER TABLE probe ALTER COLUMN filler SET STORAGE PLAIN;
"""


class Migration(migrations.Migration):
    dependencies = [("core", "0002_cache")]
    operations = [migrations.RunSQL(FORWARD, "DROP TABLE probe;")]
