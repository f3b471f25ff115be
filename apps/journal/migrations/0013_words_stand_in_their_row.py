"""The words of an entry stay in their row, and are not put into pieces elsewhere.

PostgreSQL reckons with the size of a row and not with what it must fetch from beside it: for a
common word it read vectors of entries of 250 words one after another, 80 ms where it takes 15 now
(docs/search.md). Rows that are there move when their entries settle again.
"""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [("journal", "0012_pictures_have_measures")]

    operations = [
        migrations.RunSQL(
            'ALTER TABLE "journal_entrywords" ALTER COLUMN "vector" SET STORAGE MAIN',
            'ALTER TABLE "journal_entrywords" ALTER COLUMN "vector" SET STORAGE EXTENDED',
        ),
    ]
