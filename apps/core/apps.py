from django.apps import AppConfig

import config.checks  # noqa: F401  registers the checks


class CoreConfig(AppConfig):
    name = "apps.core"
