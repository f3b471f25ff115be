import apps.core.models
import datetime
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('journal', '0008_order_of_this_day'),
    ]

    operations = [
        migrations.CreateModel(
            name='Attachment',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('position', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('alt', models.CharField(blank=True, max_length=1000, verbose_name='what it shows')),
                ('kind', models.CharField(choices=[('photo', 'Photo'), ('audio', 'Recording'), ('pdf', 'PDF'), ('file', 'File')], editable=False, max_length=8)),
                ('content_type', models.CharField(editable=False, max_length=100)),
                ('size', models.PositiveBigIntegerField(editable=False)),
                ('sha256', models.CharField(editable=False, max_length=64)),
                ('key', models.CharField(editable=False, max_length=120, unique=True)),
                ('width', models.PositiveIntegerField(editable=False, null=True)),
                ('height', models.PositiveIntegerField(editable=False, null=True)),
                ('seconds', models.PositiveIntegerField(editable=False, null=True)),
                ('taken_on', models.DateField(editable=False, null=True)),
                ('state', models.CharField(choices=[('none', 'None'), ('waiting', 'Waiting'), ('made', 'Made'), ('failed', 'Failed')], default='none', editable=False, max_length=8)),
                ('removed_at', models.DateTimeField(editable=False, null=True)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='attachments', to='journal.entry')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'attachment',
                'verbose_name_plural': 'attachments',
                'indexes': [models.Index(condition=models.Q(('removed_at', None)), fields=['owner', 'entry', 'position', 'id'], name='attachment_of_entry'), models.Index(condition=models.Q(('removed_at', None), _negated=True), fields=['removed_at'], name='attachment_removed'), models.Index(condition=models.Q(('state', 'waiting')), fields=['created_at'], name='attachment_waiting')],
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='attachment_has_a_name'), models.CheckConstraint(condition=models.Q(('size__gt', 0)), name='attachment_has_bytes'), models.CheckConstraint(condition=models.Q(('sha256__regex', '^[0-9a-f]{64}$')), name='attachment_sha256'), models.CheckConstraint(condition=models.Q(('kind__in', ['photo', 'audio', 'pdf', 'file'])), name='attachment_kind'), models.CheckConstraint(condition=models.Q(models.Q(('height__gte', 1), ('kind', 'photo'), ('state__in', ['waiting', 'made', 'failed']), ('width__gte', 1)), models.Q(models.Q(('kind', 'photo'), _negated=True), ('height', None), ('state', 'none'), ('width', None)), _connector='OR'), name='attachment_is_one_thing'), models.CheckConstraint(condition=models.Q(('taken_on', None), ('taken_on__range', (datetime.date(1000, 1, 1), datetime.date(2999, 12, 31))), _connector='OR'), name='attachment_taken_on_range')],
            },
        ),
        migrations.AddField(
            model_name='entry',
            name='attached',
            field=models.JSONField(db_default=models.Value({}, models.JSONField()), default=dict, editable=False),
        ),
        migrations.AlterField(
            model_name='undoing',
            name='kind',
            field=models.CharField(choices=[('tag renamed', 'Tag Renamed'), ('tag merged', 'Tag Merged'), ('tag deleted', 'Tag Deleted'), ('notebook deleted', 'Notebook Deleted'), ('entries moved', 'Entries Moved'), ('entries tagged', 'Entries Tagged'), ('entries trashed', 'Entries Trashed'), ('attachment removed', 'Attachment Removed')], max_length=32),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('attached__has_key', 'photo'), ('trashed_at', None)), fields=['owner', '-local_date', '-occurred_at', '-id'], name='entry_with_photos'),
        ),
        migrations.RunSQL(
            sql='ALTER TABLE journal_attachment ADD CONSTRAINT attachment_of_own_entry FOREIGN KEY (owner_id, entry_id) REFERENCES journal_entry (owner_id, id) DEFERRABLE INITIALLY DEFERRED',
            reverse_sql='ALTER TABLE journal_attachment DROP CONSTRAINT attachment_of_own_entry',
        ),
    ]
