import apps.core.models
import datetime
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Entry',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('title', models.CharField(blank=True, max_length=200, verbose_name='title')),
                ('body', models.TextField(blank=True, verbose_name='text')),
                ('body_html', models.TextField(blank=True, editable=False)),
                ('opening_html', models.TextField(blank=True, editable=False)),
                ('is_whole', models.BooleanField(default=True, editable=False)),
                ('word_count', models.PositiveIntegerField(default=0, editable=False)),
                ('local_date', models.DateField(verbose_name='day')),
                ('occurred_at', models.DateTimeField()),
                ('time_zone', models.CharField(max_length=64)),
                ('starred', models.BooleanField(default=False, verbose_name='starred')),
                ('mood', models.SmallIntegerField(blank=True, null=True, verbose_name='mood')),
                ('energy', models.SmallIntegerField(blank=True, null=True, verbose_name='energy')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('saved_at', models.DateTimeField(editable=False)),
                ('closed_at', models.DateTimeField(editable=False, null=True)),
                ('trashed_at', models.DateTimeField(editable=False, null=True)),
                ('writer', models.UUIDField(editable=False, null=True)),
                ('writer_sequence', models.PositiveIntegerField(default=0, editable=False)),
                ('writer_began_at', models.PositiveIntegerField(default=0, editable=False)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'entry',
                'verbose_name_plural': 'entries',
                'indexes': [models.Index(condition=models.Q(('trashed_at', None)), fields=['owner', '-local_date', '-occurred_at', '-id'], name='entry_newest'), models.Index(condition=models.Q(('trashed_at', None), _negated=True), fields=['owner', '-trashed_at'], name='entry_trash')],
                'constraints': [models.UniqueConstraint(fields=('owner', 'id'), name='entry_of_owner'), models.CheckConstraint(condition=models.Q(('mood', None), ('mood__range', (-2, 2)), _connector='OR'), name='entry_mood_range'), models.CheckConstraint(condition=models.Q(('energy', None), ('energy__range', (-2, 2)), _connector='OR'), name='entry_energy_range'), models.CheckConstraint(condition=models.Q(('local_date__range', (datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)))), name='entry_local_date_range'), models.CheckConstraint(condition=models.Q(('version__gte', 1), ('writer_began_at__lte', models.F('version'))), name='entry_version_counts')],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField()),
                ('title', models.CharField(blank=True, max_length=200)),
                ('body', models.TextField(blank=True)),
                ('word_count', models.PositiveIntegerField(default=0)),
                ('saved_at', models.DateTimeField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='journal.entry')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'entry', 'version'), name='revision_one_per_version')],
            },
        ),
    ]
