"""Security events cannot be changed, only grow old and go."""

from django.db import migrations

FORWARD = """
CREATE TRIGGER securityevent_written_once BEFORE UPDATE ON accounts_securityevent
    FOR EACH ROW EXECUTE FUNCTION throughline_refuse_update();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_people_and_their_accounts"),
        ("core", "0001_append_only"),
    ]
    operations = [
        migrations.RunSQL(
            FORWARD, "DROP TRIGGER securityevent_written_once ON accounts_securityevent;"
        ),
    ]
