import apps.core.models
import apps.journal.highlighting
import django.db.models.deletion
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('journal', '0009_attachments'),
    ]

    operations = [
        migrations.CreateModel(
            name='Highlight',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('quote', models.CharField(max_length=2000, verbose_name='words')),
                ('prefix', models.CharField(blank=True, max_length=32)),
                ('suffix', models.CharField(blank=True, max_length=32)),
                ('start', models.PositiveIntegerField()),
                ('occurrences', models.PositiveIntegerField()),
                ('note', models.TextField(blank=True, verbose_name='note')),
                ('standing', models.CharField(choices=[('same', 'same'), ('changed', 'changed'), ('gone', 'gone')], default=apps.journal.highlighting.Standing['SAME'], max_length=8)),
                ('stands_from', models.PositiveIntegerField()),
                ('stands_to', models.PositiveIntegerField()),
                ('stands_in', models.PositiveIntegerField()),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='highlights', to='journal.entry')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('revision', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='highlights', to='journal.revision')),
            ],
            options={
                'verbose_name': 'highlight',
                'verbose_name_plural': 'highlights',
                'constraints': [models.UniqueConstraint(fields=('owner', 'id'), name='highlight_of_owner'), models.UniqueConstraint(models.F('revision'), models.F('start'), django.db.models.functions.text.Length('quote'), name='highlight_once'), models.CheckConstraint(condition=models.Q(('quote', ''), _negated=True), name='highlight_has_words'), models.CheckConstraint(condition=models.Q(('occurrences__gte', 1)), name='highlight_words_stood_there'), models.CheckConstraint(condition=models.Q(models.Q(('standing', apps.journal.highlighting.Standing['GONE']), ('stands_from', 0), ('stands_to', 0)), models.Q(('standing__in', [apps.journal.highlighting.Standing['SAME'], apps.journal.highlighting.Standing['CHANGED']]), ('stands_from__lt', models.F('stands_to'))), _connector='OR'), name='highlight_stands_somewhere_or_is_gone')],
            },
        ),
        migrations.CreateModel(
            name='Survey',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('waiting', models.PositiveIntegerField(default=0)),
                ('worked_at', models.DateTimeField(null=True)),
                ('entries', models.PositiveIntegerField(default=0)),
                ('since', models.DateField(null=True)),
                ('until', models.DateField(null=True)),
                ('is_unspaced', models.BooleanField(default=False)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(condition=models.Q(('waiting__gt', 0)), fields=['waiting'], name='survey_waiting')],
                'constraints': [models.UniqueConstraint(fields=('owner',), name='survey_once')],
            },
        ),
        migrations.CreateModel(
            name='Thread',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('key', models.CharField(max_length=310)),
                ('words', models.CharField(max_length=620)),
                ('entries', models.PositiveIntegerField()),
                ('weeks', models.PositiveIntegerField()),
                ('months', models.PositiveIntegerField()),
                ('first_on', models.DateField()),
                ('last_on', models.DateField()),
                ('columns', models.JSONField()),
                ('score', models.FloatField()),
                ('is_hidden', models.BooleanField(default=False)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'thread',
                'verbose_name_plural': 'threads',
                'constraints': [models.UniqueConstraint(fields=('owner', 'key'), name='thread_once'), models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='thread_has_words'), models.CheckConstraint(condition=models.Q(('months__gte', 1), ('weeks__gte', 1), ('entries__gte', models.F('weeks')), ('first_on__lte', models.F('last_on'))), name='thread_counts')],
            },
        ),
        migrations.AlterField(
            model_name='undoing',
            name='kind',
            field=models.CharField(choices=[('tag renamed', 'Tag Renamed'), ('tag merged', 'Tag Merged'), ('tag deleted', 'Tag Deleted'), ('notebook deleted', 'Notebook Deleted'), ('entries moved', 'Entries Moved'), ('entries tagged', 'Entries Tagged'), ('entries trashed', 'Entries Trashed'), ('highlight removed', 'Highlight Removed'), ('thread hidden', 'Thread Hidden'), ('attachment removed', 'Attachment Removed')], max_length=32),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(fields=('owner', 'id'), name='revision_of_owner'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(fields=('entry', 'id'), name='revision_of_entry'),
        ),
    ]
