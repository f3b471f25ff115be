import apps.core.models
import django.contrib.postgres.fields
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
            name='Pack',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('key', models.CharField(blank=True, editable=False, max_length=8)),
                ('kind', models.CharField(choices=[('day', 'any day'), ('quarter', 'each quarter'), ('year', 'each year'), ('standing', 'each year anew')], default='day', max_length=8)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('names', models.JSONField()),
                ('abouts', models.JSONField(blank=True, default=dict)),
                ('archived_at', models.DateTimeField(blank=True, null=True)),
                ('owner', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'pack of questions',
                'verbose_name_plural': 'packs of questions',
                'indexes': [models.Index(fields=['owner', 'order', 'id'], name='pack_in_order')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('owner', None)), fields=('key',), name='pack_one_per_key'), models.CheckConstraint(condition=models.Q(models.Q(('owner', None), models.Q(('key', ''), _negated=True)), models.Q(('owner__isnull', False), ('key', '')), _connector='OR'), name='pack_key_if_shipped'), models.CheckConstraint(condition=models.Q(('kind__in', ['day', 'quarter', 'year', 'standing'])), name='pack_kind_known'), models.CheckConstraint(condition=models.Q(('owner', None), ('kind', 'day'), _connector='OR'), name='pack_own_for_any_day'), models.CheckConstraint(condition=models.Q(('names', {}), _negated=True), name='pack_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='Deck',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('cycle', models.PositiveIntegerField(default=1)),
                ('remaining', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                ('skipped', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                ('served', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), blank=True, default=list, size=None)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pack', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decks', to='prompts.pack')),
            ],
            options={
                'verbose_name': 'deck',
                'verbose_name_plural': 'decks',
                'constraints': [models.UniqueConstraint(fields=('owner', 'pack'), name='deck_one_per_pack'), models.CheckConstraint(condition=models.Q(('cycle__gte', 1)), name='deck_cycle_from_one'), models.CheckConstraint(condition=models.Q(('served__len__lte', 3)), name='deck_last_served_few')],
            },
        ),
        migrations.CreateModel(
            name='PackSetting',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('is_on', models.BooleanField(default=True)),
                ('weight', models.PositiveSmallIntegerField(choices=[(0, 'only when something calls for it'), (1, 'as often as the others'), (2, 'twice as often'), (3, 'three times as often')], default=1)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pack', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='set_by', to='prompts.pack')),
            ],
            options={
                'verbose_name': 'setting of a pack',
                'verbose_name_plural': 'settings of packs',
                'constraints': [models.UniqueConstraint(fields=('owner', 'pack'), name='pack_setting_one_per_pack'), models.CheckConstraint(condition=models.Q(('weight__range', (0, 3))), name='pack_setting_weight_range')],
            },
        ),
        migrations.CreateModel(
            name='Prompt',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('key', models.CharField(editable=False, max_length=16)),
                ('order', models.PositiveSmallIntegerField(default=0, editable=False)),
                ('version', models.PositiveSmallIntegerField(default=1, editable=False)),
                ('weight', models.CharField(choices=[('light', 'light'), ('medium', 'takes some thinking'), ('heavy', 'touches sore ground')], default='light', max_length=6, verbose_name='weight')),
                ('needs', models.CharField(blank=True, choices=[('person', 'a person'), ('promise', 'a promise'), ('work', 'a small work'), ('friction', 'something that rubs'), ('care', 'something you care about'), ('chapter', 'a chapter')], max_length=8)),
                ('fits', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=32), blank=True, default=list, size=None)),
                ('cadence', models.CharField(choices=[('day', 'any day'), ('week', 'after a week'), ('quarter', 'after a quarter'), ('year', 'after a year')], default='quarter', max_length=7, verbose_name='bears repeating')),
                ('domain', models.CharField(blank=True, max_length=16)),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=16), blank=True, default=list, size=None)),
                ('retired_on', models.DateField(blank=True, null=True)),
                ('owner', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('pack', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prompts', to='prompts.pack')),
            ],
            options={
                'verbose_name': 'question',
                'verbose_name_plural': 'questions',
                'constraints': [models.UniqueConstraint(fields=('pack', 'key'), name='prompt_one_per_key'), models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='prompt_has_a_key'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='prompt_version_from_one'), models.CheckConstraint(condition=models.Q(('weight__in', ['light', 'medium', 'heavy'])), name='prompt_weight_known'), models.CheckConstraint(condition=models.Q(('needs__in', ['', 'person', 'promise', 'work', 'friction', 'care', 'chapter'])), name='prompt_needs_known'), models.CheckConstraint(condition=models.Q(('cadence__in', ['day', 'week', 'quarter', 'year'])), name='prompt_cadence_known'), models.CheckConstraint(condition=models.Q(('fits__contained_by', ['promise_overdue', 'promise_due', 'promise_unanswered', 'no_owed', 'closed_without_review', 'work_ending', 'work_past', 'care_untouched', 'person_quiet', 'friction_hot', 'look_back', 'landmark'])), name='prompt_fits_known')],
            },
        ),
        migrations.CreateModel(
            name='Preference',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('favourite', models.BooleanField(default=False)),
                ('not_for_me_at', models.DateTimeField(blank=True, null=True)),
                ('snoozed_until', models.DateField(blank=True, null=True)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('prompt', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='preferences', to='prompts.prompt')),
            ],
            options={
                'verbose_name': 'what you think of a question',
                'verbose_name_plural': 'what you think of questions',
                'constraints': [models.UniqueConstraint(fields=('owner', 'prompt'), name='preference_one_per_prompt'), models.CheckConstraint(condition=models.Q(('favourite', False), ('not_for_me_at', None), _connector='OR'), name='preference_liked_or_not')],
            },
        ),
        migrations.CreateModel(
            name='Setting',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('light_only', models.BooleanField(default=False)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'how you are asked',
                'verbose_name_plural': 'how people are asked',
                'constraints': [models.UniqueConstraint(fields=('owner',), name='prompt_setting_one_each')],
            },
        ),
        migrations.CreateModel(
            name='Wording',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('version', models.PositiveSmallIntegerField()),
                ('language', models.CharField(max_length=8)),
                ('text', models.TextField(max_length=400)),
                ('follow_up', models.TextField(blank=True, max_length=400)),
                ('owner', models.ForeignKey(blank=True, editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('prompt', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='wordings', to='prompts.prompt')),
            ],
            options={
                'verbose_name': 'wording',
                'verbose_name_plural': 'wordings',
                'constraints': [models.UniqueConstraint(fields=('prompt', 'version', 'language'), name='wording_one_per_version'), models.UniqueConstraint(fields=('prompt', 'id'), name='wording_of_prompt'), models.CheckConstraint(condition=models.Q(('version__gte', 1)), name='wording_version_from_one'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='wording_has_words'), models.CheckConstraint(condition=models.Q(('language', ''), _negated=True), name='wording_has_a_language')],
            },
        ),
        migrations.CreateModel(
            name='Serving',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('local_date', models.DateField()),
                ('slot', models.PositiveSmallIntegerField(default=0)),
                ('text', models.TextField()),
                ('reason', models.CharField(choices=[('first_days', 'one of your first days'), ('triggered', 'something calls for it'), ('deck', 'the next of its pack'), ('asked', 'you asked for it')], max_length=10)),
                ('occasion', models.CharField(blank=True, max_length=32)),
                ('about', models.CharField(blank=True, max_length=48)),
                ('score', models.PositiveSmallIntegerField(default=0)),
                ('outcome', models.CharField(choices=[('none', 'open'), ('written', 'written about'), ('skipped', 'skipped'), ('snoozed', 'later'), ('swapped', 'swapped for another'), ('not_this', 'not about this')], default='none', max_length=8)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('not_about_until', models.DateField(blank=True, null=True)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('prompt', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='servings', to='prompts.prompt')),
                ('wording', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='servings', to='prompts.wording')),
            ],
            options={
                'verbose_name': 'question of a day',
                'verbose_name_plural': 'questions of days',
                'indexes': [models.Index(fields=['owner', '-local_date'], name='serving_newest')],
                'constraints': [models.UniqueConstraint(fields=('owner', 'local_date', 'slot'), name='serving_one_per_slot'), models.UniqueConstraint(fields=('owner', 'id'), name='serving_of_owner'), models.CheckConstraint(condition=models.Q(('slot__range', (0, 3))), name='serving_slot_range'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='serving_has_words'), models.CheckConstraint(condition=models.Q(('reason__in', ['first_days', 'triggered', 'deck', 'asked'])), name='serving_reason_known'), models.CheckConstraint(condition=models.Q(('occasion__in', ['', 'promise_overdue', 'promise_due', 'promise_unanswered', 'no_owed', 'closed_without_review', 'work_ending', 'work_past', 'care_untouched', 'person_quiet', 'friction_hot', 'look_back', 'landmark'])), name='serving_occasion_known'), models.CheckConstraint(condition=models.Q(models.Q(('reason', 'triggered'), models.Q(('occasion', ''), _negated=True)), models.Q(models.Q(('reason', 'triggered'), _negated=True), ('occasion', ''), ('score', 0)), _connector='OR'), name='serving_triggered_by_something'), models.CheckConstraint(condition=models.Q(('about__regex', '^((person|promise|work|friction|care|chapter):[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})?$')), name='serving_about_known'), models.CheckConstraint(condition=models.Q(('score__range', (0, 100))), name='serving_score_range'), models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('outcome', 'none')), models.Q(('decided_at__isnull', False), ('outcome__in', ['written', 'skipped', 'snoozed', 'swapped', 'not_this'])), _connector='OR'), name='serving_outcome_decided'), models.CheckConstraint(condition=models.Q(('not_about_until', None), models.Q(('outcome', 'not_this'), models.Q(('about', ''), _negated=True)), _connector='OR'), name='serving_not_about_something')],
            },
        ),
    ]
