import apps.core.models
import datetime
import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('people', '0005_nothing_of_people_crosses_owners'),
    ]

    operations = [
        migrations.CreateModel(
            name='Care',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('label', models.CharField(max_length=40, verbose_name='short name')),
                ('begun_on', models.DateField(validators=[django.core.validators.MinValueValidator(datetime.date(1000, 1, 1)), django.core.validators.MaxValueValidator(datetime.date(2999, 12, 31))], verbose_name='since')),
                ('rested_on', models.DateField(editable=False, null=True)),
                ('ended_on', models.DateField(editable=False, null=True)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('events_count', models.PositiveIntegerField(default=0, editable=False)),
                ('let_go_at', models.DateTimeField(editable=False, null=True)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'care',
                'verbose_name_plural': 'cares',
                'indexes': [models.Index(condition=models.Q(('let_go_at', None), _negated=True), fields=['let_go_at'], name='care_let_go')],
                'constraints': [models.UniqueConstraint(fields=('owner', 'id'), name='care_of_owner'), models.CheckConstraint(condition=models.Q(('label', ''), _negated=True), name='care_has_a_label'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='care_says_something'), models.CheckConstraint(condition=models.Q(('begun_on__range', (datetime.date(1000, 1, 1), datetime.date(2999, 12, 31)))), name='care_begun_on_range'), models.CheckConstraint(condition=models.Q(('rested_on', None), models.Q(('ended_on', None), ('rested_on__gte', models.F('begun_on'))), _connector='OR'), name='care_rests_while_it_goes_on'), models.CheckConstraint(condition=models.Q(('ended_on', None), ('ended_on__gte', models.F('begun_on')), _connector='OR'), name='care_ends_after_it_began')],
            },
        ),
        migrations.CreateModel(
            name='CareEvent',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('seq', models.PositiveIntegerField()),
                ('kind', models.CharField(choices=[('still_holds', 'It still holds'), ('rest', 'It rests'), ('resume', 'It goes on'), ('rename', 'It has another name'), ('split', 'It goes on as several'), ('merge', 'It goes on in one')], max_length=11)),
                ('was', models.CharField(blank=True, max_length=40)),
                ('note', models.TextField(blank=True, max_length=1000, verbose_name='a note')),
                ('happened_at', models.DateTimeField()),
                ('happened_on', models.DateField()),
                ('care', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='events', to='cares.care')),
                ('other', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='came_from', to='cares.care')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'event of a care',
                'verbose_name_plural': 'events of cares',
                'constraints': [models.UniqueConstraint(fields=('care', 'seq'), name='care_event_in_order'), models.UniqueConstraint(condition=models.Q(('kind', 'still_holds')), fields=('care', 'happened_on'), name='care_still_holds_once_a_day'), models.CheckConstraint(condition=models.Q(('seq__gte', 1)), name='care_event_from_one'), models.CheckConstraint(condition=models.Q(('kind__in', ['still_holds', 'rest', 'resume', 'rename', 'split', 'merge'])), name='care_event_kind_known'), models.CheckConstraint(condition=models.Q(('other', None), models.Q(('kind__in', ['split', 'merge']), models.Q(('other', models.F('care')), _negated=True)), _connector='OR'), name='care_event_other_of_joining'), models.CheckConstraint(condition=models.Q(models.Q(('kind', 'rename'), models.Q(('was', ''), _negated=True)), models.Q(models.Q(('kind', 'rename'), _negated=True), ('was', '')), _connector='OR'), name='care_event_was_of_renaming')],
            },
        ),
        migrations.CreateModel(
            name='CareStatement',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField(editable=False)),
                ('text', models.TextField(max_length=280, verbose_name='what you look after')),
                ('because', models.TextField(blank=True, max_length=2000, verbose_name='because')),
                ('for_whom', models.CharField(blank=True, max_length=200, verbose_name='for whom, in words of your own')),
                ('domain', models.CharField(blank=True, choices=[('work', 'Work'), ('learning', 'Learning'), ('people', 'People close to me'), ('community', 'Wider community'), ('body', 'Body'), ('play', 'Play'), ('making', 'Making'), ('meaning', 'Faith and meaning'), ('home', 'Home'), ('money', 'Money')], max_length=9, verbose_name='part of life')),
                ('standing', models.CharField(choices=[('emerging', 'Emerging'), ('held', 'Held'), ('question', 'In question'), ('set_down', 'Set down')], max_length=8, verbose_name='how it stands')),
                ('what_changed', models.TextField(blank=True, max_length=1000, verbose_name='what has changed')),
                ('written_at', models.DateTimeField(editable=False)),
                ('written_on', models.DateField(editable=False)),
                ('care', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='statements', to='cares.care')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='care_statements', to='people.person', verbose_name='for whom')),
            ],
            options={
                'verbose_name': 'version of a care',
                'verbose_name_plural': 'versions of cares',
                'constraints': [models.UniqueConstraint(fields=('owner', 'id'), name='care_statement_of_owner'), models.UniqueConstraint(fields=('care', 'version'), name='care_statement_in_order'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='care_statement_from_one'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='care_statement_has_words'), models.CheckConstraint(condition=models.Q(models.Q(('version', 1), ('what_changed', '')), models.Q(('version__gt', 1), models.Q(('what_changed', ''), _negated=True)), _connector='OR'), name='care_statement_says_what_changed'), models.CheckConstraint(condition=models.Q(('person', None), ('for_whom', ''), _connector='OR'), name='care_statement_for_one'), models.CheckConstraint(condition=models.Q(('standing__in', ['emerging', 'held', 'question', 'set_down'])), name='care_statement_standing_known'), models.CheckConstraint(condition=models.Q(('domain__in', ['', 'work', 'learning', 'people', 'community', 'body', 'play', 'making', 'meaning', 'home', 'money'])), name='care_statement_domain_known')],
            },
        ),
    ]
