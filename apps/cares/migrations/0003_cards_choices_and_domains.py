import apps.core.models
import django.db.models.constraints
import django.db.models.deletion
import django.db.models.functions.comparison
import django.db.models.functions.text
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('cares', '0002_what_was_said_stays'),
    ]

    operations = [
        migrations.CreateModel(
            name='DomainCheck',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('day', models.DateField(editable=False)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'check of domains',
                'verbose_name_plural': 'checks of domains',
                'constraints': [models.UniqueConstraint(fields=('owner', 'day'), name='domain_check_one_a_day'), models.UniqueConstraint(fields=('owner', 'id'), name='domain_check_of_owner')],
            },
        ),
        migrations.CreateModel(
            name='LifeDomain',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('position', models.PositiveSmallIntegerField(editable=False)),
                ('set_aside_at', models.DateTimeField(editable=False, null=True)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'domain',
                'verbose_name_plural': 'domains',
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='life_domain_has_a_name'), models.UniqueConstraint(models.F('owner'), django.db.models.functions.text.Lower('name'), name='life_domain_one_per_name'), models.UniqueConstraint(fields=('owner', 'id'), name='life_domain_of_owner')],
            },
        ),
        migrations.CreateModel(
            name='DomainMark',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('matters', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='matters now')),
                ('lived', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='lived these two weeks')),
                ('note', models.CharField(blank=True, max_length=500, verbose_name='note')),
                ('check_of', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='cares.domaincheck')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('domain', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='marks', to='cares.lifedomain')),
            ],
            options={
                'verbose_name': 'mark of a domain',
                'verbose_name_plural': 'marks of domains',
                'constraints': [models.UniqueConstraint(fields=('check_of', 'domain'), name='domain_mark_once'), models.CheckConstraint(condition=models.Q(('matters', None), ('matters__range', (0, 10)), _connector='OR'), name='domain_mark_matters_range'), models.CheckConstraint(condition=models.Q(('lived', None), ('lived__range', (0, 10)), _connector='OR'), name='domain_mark_lived_range'), models.CheckConstraint(condition=models.Q(('lived', None), ('matters', None), ('note', ''), _negated=True), name='domain_mark_says_something')],
            },
        ),
        migrations.CreateModel(
            name='OwnCard',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=40, verbose_name='name')),
                ('gloss', models.CharField(blank=True, max_length=200, verbose_name='what it means to you')),
                ('set_aside_at', models.DateTimeField(editable=False, null=True)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'own card',
                'verbose_name_plural': 'own cards',
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='own_card_has_a_name'), models.UniqueConstraint(fields=('owner', 'id'), name='own_card_of_owner')],
            },
        ),
        migrations.CreateModel(
            name='PairRun',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('kind', models.CharField(choices=[('short', 'As few questions as an order needs'), ('round', 'Every card against every other')], max_length=5, verbose_name='how many questions')),
                ('begun_on', models.DateField(editable=False)),
                ('finished_at', models.DateTimeField(editable=False, null=True)),
                ('finished_on', models.DateField(editable=False, null=True)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'run of choices',
                'verbose_name_plural': 'runs of choices',
            },
        ),
        migrations.CreateModel(
            name='SortedCard',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('key', models.CharField(blank=True, max_length=24)),
                ('pile', models.PositiveSmallIntegerField(choices=[(0, 'Not mine'), (1, 'A little'), (2, 'Somewhat'), (3, 'Very'), (4, 'Most of all')])),
                ('rank', models.PositiveSmallIntegerField(null=True)),
                ('placed_at', models.DateTimeField()),
                ('own_card', models.ForeignKey(null=True, on_delete=django.db.models.deletion.RESTRICT, related_name='places', to='cares.owncard')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'sorted card',
                'verbose_name_plural': 'sorted cards',
            },
        ),
        migrations.CreateModel(
            name='PairPick',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('situation', models.CharField(max_length=24)),
                ('decided_at', models.DateTimeField()),
                ('taken_back_at', models.DateTimeField(null=True)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('run', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='picks', to='cares.pairrun')),
                ('card_a', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cares.sortedcard')),
                ('card_b', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cares.sortedcard')),
                ('chosen', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='cares.sortedcard')),
            ],
            options={
                'verbose_name': 'choice',
                'verbose_name_plural': 'choices',
                'constraints': [models.CheckConstraint(condition=models.Q(('card_a', models.F('card_b')), _negated=True), name='pair_pick_of_two'), models.CheckConstraint(condition=models.Q(('chosen', None), ('chosen', models.F('card_a')), ('chosen', models.F('card_b')), _connector='OR'), name='pair_pick_chose_one_of_two'), models.UniqueConstraint(models.F('run'), django.db.models.functions.comparison.Least('card_a', 'card_b'), django.db.models.functions.comparison.Greatest('card_a', 'card_b'), condition=models.Q(('taken_back_at', None)), name='pair_pick_once')],
            },
        ),
        migrations.CreateModel(
            name='ValueSort',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('begun_on', models.DateField(editable=False)),
                ('subset', models.CharField(choices=[('first', 'Forty cards on work and life'), ('all', 'All eighty-three cards')], max_length=5, verbose_name='which cards')),
                ('finished_at', models.DateTimeField(editable=False, null=True)),
                ('finished_on', models.DateField(editable=False, null=True)),
                ('thrown_at', models.DateTimeField(editable=False, null=True)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'card sort',
                'verbose_name_plural': 'card sorts',
                'indexes': [models.Index(fields=['owner', 'begun_on'], name='value_sort_by_day')],
                'constraints': [models.UniqueConstraint(fields=('owner', 'id'), name='value_sort_of_owner'), models.CheckConstraint(condition=models.Q(('subset__in', ['first', 'all'])), name='value_sort_subset_known'), models.CheckConstraint(condition=models.Q(models.Q(('finished_at', None), ('finished_on', None)), models.Q(('finished_at__isnull', False), ('finished_on__gte', models.F('begun_on'))), _connector='OR'), name='value_sort_finished_on_its_day')],
            },
        ),
        migrations.AddField(
            model_name='sortedcard',
            name='sort',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='cards', to='cares.valuesort'),
        ),
        migrations.AddField(
            model_name='pairrun',
            name='sort',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='cares.valuesort'),
        ),
        migrations.AddConstraint(
            model_name='sortedcard',
            constraint=models.UniqueConstraint(fields=('owner', 'id'), name='sorted_card_of_owner'),
        ),
        migrations.AddConstraint(
            model_name='sortedcard',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('key', ''), ('own_card__isnull', False)), models.Q(models.Q(('key', ''), _negated=True), ('own_card', None)), _connector='OR'), name='sorted_card_is_one_card'),
        ),
        migrations.AddConstraint(
            model_name='sortedcard',
            constraint=models.UniqueConstraint(condition=models.Q(('key', ''), _negated=True), fields=('sort', 'key'), name='sorted_card_once'),
        ),
        migrations.AddConstraint(
            model_name='sortedcard',
            constraint=models.UniqueConstraint(fields=('sort', 'own_card'), name='sorted_own_card_once'),
        ),
        migrations.AddConstraint(
            model_name='sortedcard',
            constraint=models.CheckConstraint(condition=models.Q(('pile__range', (0, 4))), name='sorted_card_on_a_pile'),
        ),
        migrations.AddConstraint(
            model_name='sortedcard',
            constraint=models.CheckConstraint(condition=models.Q(('rank', None), models.Q(('pile__gte', 3), ('rank__range', (1, 10))), _connector='OR'), name='sorted_card_rank_range'),
        ),
        migrations.AddConstraint(
            model_name='sortedcard',
            constraint=models.UniqueConstraint(deferrable=django.db.models.constraints.Deferrable['DEFERRED'], fields=('sort', 'rank'), name='sorted_card_one_per_rank'),
        ),
        migrations.AddIndex(
            model_name='pairrun',
            index=models.Index(fields=['owner', 'begun_on'], name='pair_run_by_day'),
        ),
        migrations.AddConstraint(
            model_name='pairrun',
            constraint=models.UniqueConstraint(fields=('owner', 'id'), name='pair_run_of_owner'),
        ),
        migrations.AddConstraint(
            model_name='pairrun',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['short', 'round'])), name='pair_run_kind_known'),
        ),
        migrations.AddConstraint(
            model_name='pairrun',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('finished_at', None), ('finished_on', None)), models.Q(('finished_at__isnull', False), ('finished_on__gte', models.F('begun_on'))), _connector='OR'), name='pair_run_finished_on_its_day'),
        ),
    ]
