"""Makes people with sessions in the database of DATABASE_URL: `python -m tests.e2e.crowd 8`.

Prints a line of JSON for each: the person's id and the cookie that lets them in. A process of its
own, because the tests' Django is bound to another database.
"""

import json
import os
import sys

import django

if __name__ == "__main__":
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings"
    django.setup()

    from django.conf import settings
    from django.test import Client

    from apps.accounts.models import User

    backend = settings.AUTHENTICATION_BACKENDS[0]
    for number in range(int(sys.argv[1])):
        person = User.objects.create_user(
            email=f"writer{number}@example.org", time_zone="Europe/Vienna"
        )
        client = Client()
        client.force_login(person, backend=backend)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        print(json.dumps({"person": str(person.pk), "session": session}))
