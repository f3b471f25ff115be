import apps.core.models
import datetime
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('people', '0003_kinds_and_rhythms'),
    ]

    operations = [
        migrations.CreateModel(
            name='Card',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('uid', models.CharField(max_length=500)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cards', to='people.person')),
            ],
            options={
                'verbose_name': 'card of your address book',
                'verbose_name_plural': 'cards of your address book',
                'constraints': [models.UniqueConstraint(fields=('owner', 'uid'), name='card_leads_to_one'), models.CheckConstraint(condition=models.Q(('uid', ''), _negated=True), name='card_has_a_uid')],
            },
        ),
        migrations.CreateModel(
            name='CardImport',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('cards', models.JSONField()),
                ('unread', models.JSONField()),
                ('outcome', models.JSONField(null=True)),
                ('applied_at', models.DateTimeField(null=True)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['created_at'], name='card_import_oldest')],
            },
        ),
        migrations.CreateModel(
            name='Circle',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=64, verbose_name='name')),
                ('key', models.CharField(editable=False, max_length=1152)),
                ('rhythm_weeks', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='every how many weeks')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'circle',
                'verbose_name_plural': 'circles',
                'constraints': [models.UniqueConstraint(fields=('owner', 'key'), name='circle_one_per_name'), models.UniqueConstraint(fields=('owner', 'id'), name='circle_of_owner'), models.CheckConstraint(condition=models.Q(models.Q(('key', ''), _negated=True), models.Q(('name', ''), _negated=True)), name='circle_has_a_name'), models.CheckConstraint(condition=models.Q(('rhythm_weeks', None), ('rhythm_weeks__range', (1, 104)), _connector='OR'), name='circle_rhythm_range')],
            },
        ),
        migrations.CreateModel(
            name='CircleMember',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('circle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='people.circle')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='people.person')),
            ],
            options={
                'verbose_name': 'place in a circle',
                'verbose_name_plural': 'places in circles',
                'constraints': [models.UniqueConstraint(fields=('owner', 'circle', 'person'), name='circle_member_once')],
            },
        ),
        migrations.CreateModel(
            name='Concern',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('words', models.TextField(max_length=2000, verbose_name='in their own words')),
                ('said_on', models.DateField(validators=[django.core.validators.MinValueValidator(datetime.date(1000, 1, 1)), django.core.validators.MaxValueValidator(datetime.date(2999, 12, 31))], verbose_name='when they said it')),
                ('settled_on', models.DateField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(datetime.date(1000, 1, 1)), django.core.validators.MaxValueValidator(datetime.date(2999, 12, 31))], verbose_name='no longer so since')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='concerns', to='people.person')),
            ],
            options={
                'verbose_name': 'concern',
                'verbose_name_plural': 'concerns',
                'indexes': [models.Index(fields=['owner', 'person', '-said_on', '-id'], name='concern_newest')],
                'constraints': [models.UniqueConstraint(fields=('owner', 'id'), name='concern_of_owner'), models.CheckConstraint(condition=models.Q(('words', ''), _negated=True), name='concern_has_words'), models.CheckConstraint(condition=models.Q(('said_on__range', (datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)))), name='concern_said_on_range'), models.CheckConstraint(condition=models.Q(('settled_on', None), models.Q(('settled_on__gte', models.F('said_on')), ('settled_on__lte', datetime.date(2999, 12, 31))), _connector='OR'), name='concern_settled_after_said')],
            },
        ),
        migrations.CreateModel(
            name='Contact',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('day', models.DateField(validators=[django.core.validators.MinValueValidator(datetime.date(1000, 1, 1)), django.core.validators.MaxValueValidator(datetime.date(2999, 12, 31))], verbose_name='day')),
                ('how', models.CharField(blank=True, choices=[('met', 'Met'), ('call', 'Call'), ('letter', 'Letter'), ('message', 'Message'), ('other', 'Some other way')], max_length=7, verbose_name='how')),
                ('words', models.TextField(blank=True, max_length=5000, verbose_name='their words, or a note')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contacts', to='people.person')),
            ],
            options={
                'verbose_name': 'time you heard from them',
                'verbose_name_plural': 'times you heard from them',
                'indexes': [models.Index(fields=['owner', 'person', '-day', '-id'], name='contact_newest')],
                'constraints': [models.UniqueConstraint(fields=('owner', 'id'), name='contact_of_owner'), models.CheckConstraint(condition=models.Q(('how__in', ['', 'met', 'call', 'letter', 'message', 'other'])), name='contact_how_known'), models.CheckConstraint(condition=models.Q(('day__range', (datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)))), name='contact_day_range')],
            },
        ),
        migrations.CreateModel(
            name='PersonDate',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('label', models.CharField(max_length=64, verbose_name='what day it is')),
                ('month', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(12)], verbose_name='month')),
                ('day', models.PositiveSmallIntegerField(validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(31)], verbose_name='day')),
                ('year', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1000), django.core.validators.MaxValueValidator(2999)], verbose_name='year')),
                ('month_day', models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(models.F('month'), '*', models.Value(100)), '+', models.F('day')), output_field=models.PositiveSmallIntegerField())),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dates', to='people.person')),
            ],
            options={
                'verbose_name': 'date',
                'verbose_name_plural': 'dates',
                'indexes': [models.Index(fields=['owner', 'month_day'], name='person_date_of_the_year')],
                'constraints': [models.CheckConstraint(condition=models.Q(('label', ''), _negated=True), name='person_date_has_a_label'), models.CheckConstraint(condition=models.Q(models.Q(('day__range', (1, 31)), ('month__in', [1, 3, 5, 7, 8, 10, 12])), models.Q(('day__range', (1, 30)), ('month__in', [4, 6, 9, 11])), models.Q(('day__range', (1, 29)), ('month', 2)), _connector='OR'), name='person_date_is_a_day'), models.CheckConstraint(condition=models.Q(('year', None), ('year__range', (1000, 2999)), _connector='OR'), name='person_date_year_range')],
            },
        ),
        migrations.CreateModel(
            name='PersonMerge',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('merged_at', models.DateTimeField()),
                ('data', models.JSONField()),
                ('kept', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='merges', to='people.person')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'merge',
                'verbose_name_plural': 'merges',
                'indexes': [models.Index(fields=['owner', 'kept', '-merged_at'], name='person_merge_newest'), models.Index(fields=['merged_at'], name='person_merge_oldest')],
            },
        ),
    ]
