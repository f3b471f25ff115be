import apps.core.models
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('journal', '0002_nothing_is_written_over'),
        ('people', '0002_people_of_one_owner'),
    ]

    operations = [
        migrations.CreateModel(
            name='SavedSearch',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=64, verbose_name='name')),
                ('query', models.CharField(max_length=400, verbose_name='search')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'saved search',
                'verbose_name_plural': 'saved searches',
                'constraints': [models.UniqueConstraint(fields=('owner', 'query'), name='saved_search_once'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='saved_search_has_a_name'), models.CheckConstraint(condition=models.Q(('query', ''), _negated=True), name='saved_search_asks')],
            },
        ),
        migrations.CreateModel(
            name='Tag',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=64, verbose_name='name')),
                ('key', models.CharField(editable=False, max_length=256)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'tag',
                'verbose_name_plural': 'tags',
                'constraints': [models.UniqueConstraint(fields=('owner', 'key'), name='tag_one_per_name'), models.UniqueConstraint(fields=('owner', 'id'), name='tag_of_owner'), models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='tag_has_a_name')],
            },
        ),
        migrations.CreateModel(
            name='Unsettled',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='unsettled', to='journal.entry')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [models.Index(fields=['created_at'], name='unsettled_oldest')],
            },
        ),
        migrations.AddField(
            model_name='entry',
            name='answers',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='layers', to='journal.entry'),
        ),
        migrations.AddField(
            model_name='entry',
            name='comes_back',
            field=models.BooleanField(default=True),
        ),
        migrations.CreateModel(
            name='EntryPerson',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('is_typed', models.BooleanField(default=False)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='person_links', to='journal.entry')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entry_links', to='people.person')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'person', 'entry'), name='entry_person_once')],
            },
        ),
        migrations.CreateModel(
            name='EntryTag',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('is_typed', models.BooleanField(default=False)),
                ('entry', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tag_links', to='journal.entry')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('tag', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='entry_links', to='journal.tag')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner', 'tag', 'entry'), name='entry_tag_once')],
            },
        ),
        migrations.CreateModel(
            name='EntryWords',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('version', models.PositiveIntegerField()),
                ('vector', django.contrib.postgres.search.SearchVectorField()),
                ('entry', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='journal.entry')),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'indexes': [django.contrib.postgres.indexes.GinIndex(fields=['vector'], name='entry_words_found')],
            },
        ),
        migrations.CreateModel(
            name='Notebook',
            fields=[
                ('id', models.UUIDField(default=apps.core.models.new_id, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('updated_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=64, verbose_name='name')),
                ('key', models.CharField(editable=False, max_length=256)),
                ('owner', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'notebook',
                'verbose_name_plural': 'notebooks',
                'constraints': [models.UniqueConstraint(fields=('owner', 'key'), name='notebook_one_per_name'), models.UniqueConstraint(fields=('owner', 'id'), name='notebook_of_owner'), models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='notebook_has_a_name')],
            },
        ),
        migrations.AddField(
            model_name='entry',
            name='notebook',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='entries', to='journal.notebook'),
        ),
        migrations.AddField(
            model_name='entry',
            name='month_day',
            field=models.GeneratedField(db_persist=True, expression=django.db.models.expressions.CombinedExpression(django.db.models.expressions.CombinedExpression(django.db.models.functions.datetime.ExtractMonth('local_date'), '*', models.Value(100)), '+', django.db.models.functions.datetime.ExtractDay('local_date')), output_field=models.SmallIntegerField()),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('trashed_at', None)), fields=['owner', 'month_day', '-local_date'], name='entry_on_this_day'),
        ),
        migrations.AddIndex(
            model_name='entry',
            index=models.Index(condition=models.Q(('notebook__isnull', False), ('trashed_at', None)), fields=['owner', 'notebook', '-local_date', '-occurred_at', '-id'], name='entry_in_notebook'),
        ),
    ]
