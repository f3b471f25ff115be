import apps.core.models
import datetime
import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('journal', '0015_no_promise_crosses_owners'),
        ('people', '0005_nothing_of_people_crosses_owners'),
        ('promises', '0007_indexes_of_what_is_under_way'),
    ]

    operations = [
        migrations.CreateModel(
            name='OwnSession',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('about', models.TextField(blank=True, max_length=500, verbose_name='what it is for')),
                ('minutes', models.PositiveSmallIntegerField(default=10, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(240)], verbose_name='about how many minutes')),
                ('copied_from', models.CharField(blank=True, editable=False, max_length=64)),
                ('comes_back', models.BooleanField(default=True, verbose_name='its entries may come back to look at')),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'session of your own',
                'verbose_name_plural': 'sessions of your own',
                'constraints': [models.UniqueConstraint(fields=('owner', 'id'), name='own_session_of_owner'), models.CheckConstraint(condition=models.Q(('minutes__range', (1, 240))), name='own_session_minutes_range')],
            },
        ),
        migrations.CreateModel(
            name='OwnStep',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('position', models.PositiveSmallIntegerField()),
                ('key', models.CharField(max_length=64)),
                ('kind', models.CharField(max_length=9, verbose_name='how it is answered')),
                ('question', models.CharField(max_length=500, verbose_name='question')),
                ('help', models.TextField(blank=True, max_length=500, verbose_name='a word of help')),
                ('more', models.JSONField(default=dict, editable=False)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('session', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='steps', to='sittings.ownsession')),
            ],
            options={
                'verbose_name': 'step',
                'verbose_name_plural': 'steps',
                'ordering': ['position'],
                'constraints': [models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('session', 'position'), name='own_step_one_a_place'), models.UniqueConstraint(fields=('session', 'key'), name='own_step_one_a_key'), models.CheckConstraint(condition=models.Q(('kind__in', ['text', 'line', 'list', 'choice', 'choices', 'scale', 'date', 'person', 'people', 'promise', 'promises', 'care', 'cares', 'work', 'two_sided', 'if_then', 'read'])), name='own_step_kind_known')],
            },
        ),
        migrations.CreateModel(
            name='Sitting',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('session_key', models.CharField(max_length=64)),
                ('session_version', models.PositiveIntegerField(default=1)),
                ('name', models.CharField(max_length=200)),
                ('state', models.CharField(choices=[('open', 'Open'), ('ended', 'Ended'), ('let_go', 'Let Go')], default='open', max_length=6)),
                ('place', models.CharField(blank=True, max_length=140)),
                ('began_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(null=True)),
                ('local_date', models.DateField()),
                ('time_zone', models.CharField(max_length=64)),
                ('seconds', models.PositiveIntegerField(default=0)),
                ('commitment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='came_of', to='promises.promise')),
                ('entry', models.OneToOneField(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sitting', to='journal.entry')),
                ('own', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sittings', to='sittings.ownsession')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sittings', to='people.person')),
                ('promise', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='sittings', to='promises.promise')),
            ],
            options={
                'verbose_name': 'sitting',
                'verbose_name_plural': 'sittings',
                'indexes': [models.Index(fields=['owner', '-began_at', '-id'], name='sitting_newest'), models.Index(condition=models.Q(('state', 'open')), fields=['owner', '-last_at'], name='sitting_under_way'), models.Index(condition=models.Q(('state', 'ended')), fields=['owner', 'session_key', '-ended_at'], name='sitting_last_of_kind')],
                'constraints': [models.UniqueConstraint(fields=('owner', 'id'), name='sitting_of_owner'), models.CheckConstraint(condition=models.Q(('state__in', ['open', 'ended', 'let_go'])), name='sitting_state_known'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('state', 'open')), models.Q(models.Q(('state', 'open'), _negated=True), ('ended_at__isnull', False)), _connector='OR'), name='sitting_ended_at_some_time'), models.CheckConstraint(condition=models.Q(('state', 'ended'), models.Q(('commitment', None), ('entry', None)), _connector='OR'), name='sitting_makes_when_it_ends'), models.CheckConstraint(condition=models.Q(('last_at__gte', models.F('began_at'))), name='sitting_last_after_it_began'), models.CheckConstraint(condition=models.Q(('local_date__range', (datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)))), name='sitting_local_date_range')],
            },
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('step', models.CharField(max_length=64)),
                ('item', models.CharField(blank=True, max_length=64)),
                ('kind', models.CharField(max_length=9)),
                ('question', models.TextField()),
                ('text', models.TextField(blank=True)),
                ('value', models.JSONField(default=dict)),
                ('made', models.CharField(blank=True, max_length=16)),
                ('saved_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=1)),
                ('writer', models.UUIDField(null=True)),
                ('writer_sequence', models.PositiveIntegerField(default=0)),
                ('writer_began_at', models.PositiveIntegerField(default=0)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('sitting', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='sittings.sitting')),
            ],
            options={
                'verbose_name': 'answer',
                'verbose_name_plural': 'answers',
                'constraints': [models.UniqueConstraint(fields=('sitting', 'step', 'item'), name='answer_one_a_question'), models.CheckConstraint(condition=models.Q(('kind__in', ['text', 'line', 'list', 'choice', 'choices', 'scale', 'date', 'person', 'people', 'promise', 'promises', 'care', 'cares', 'work', 'two_sided', 'if_then', 'read'])), name='answer_kind_known'), models.CheckConstraint(condition=models.Q(('made__in', ['', 'person_link', 'care_link', 'promise_link', 'mood', 'energy', 'contact_log', 'care_statement', 'still_holds', 'week_plan', 'domain_check', 'promise_to_self', 'tag', 'star', 'if_then', 'lesson', 'title'])), name='answer_made_known'), models.CheckConstraint(condition=models.Q(('version__gte', 1), ('writer_began_at__lte', models.F('version'))), name='answer_version_counts')],
            },
        ),
    ]
