"""Links that letters go out with: to which address, in which language, and who wants none.

Nobody is left at the other end of a link once they asked to be forgotten.
"""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('people', '0002_people_of_one_owner'),
        ("promises", "0003_promise_settings"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name='invitation',
            name='disowned_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='invitation',
            name='email_digest',
            field=models.CharField(blank=True, max_length=32),
        ),
        migrations.AddField(
            model_name='invitation',
            name='language',
            field=models.CharField(blank=True, max_length=10),
        ),
        migrations.AddField(
            model_name='invitation',
            name='names_owner',
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name='invitation',
            name='no_letters_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='invitation',
            name='sealed_email',
            field=models.TextField(blank=True),
        ),
        migrations.AlterField(
            model_name='invitation',
            name='person',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='invitations', to='people.person'),
        ),
        migrations.AddIndex(
            model_name='invitation',
            index=models.Index(condition=models.Q(('email_digest', ''), _negated=True), fields=['email_digest'], name='invitation_by_address'),
        ),
        migrations.AddIndex(
            model_name='invitation',
            index=models.Index(condition=models.Q(('by_mail', True), ('revoked_at', None)), fields=['purpose'], name='invitation_to_nudge'),
        ),
        migrations.AddConstraint(
            model_name='invitation',
            constraint=models.CheckConstraint(condition=models.Q(('by_mail', False), models.Q(models.Q(('sealed_email', ''), _negated=True), models.Q(('email_digest', ''), _negated=True)), _connector='OR'), name='invitation_by_mail_has_an_address'),
        ),
    ]
