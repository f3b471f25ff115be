from django.apps import AppConfig
from django.conf import settings


class CaptureConfig(AppConfig):
    name = "apps.capture"

    def ready(self) -> None:
        """Listen for mail, where any arrives: the one signal of this project (docs/adr/0012)."""
        if settings.MAIL_IN_DOMAIN:
            from anymail.signals import inbound  # models are there only now

            from apps.capture.arriving import take_from_service

            inbound.connect(take_from_service, dispatch_uid="apps.capture")
