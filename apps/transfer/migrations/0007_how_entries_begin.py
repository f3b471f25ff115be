from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("transfer", "0006_no_file_crosses_owners")]
    operations = [
        migrations.AddField(
            model_name="outcome",
            name="begins",
            field=models.CharField(blank=True, max_length=80),
        ),
    ]
