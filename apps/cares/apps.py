from django.apps import AppConfig


class CaresConfig(AppConfig):
    name = "apps.cares"
