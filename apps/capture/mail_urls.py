"""Where a mail service hands over what arrived: one address, and none until one is named."""

from django.conf import settings
from django.urls import URLPattern, path

app_name = "mail"
urlpatterns: list[URLPattern] = []
if settings.MAIL_IN_DOMAIN:
    from apps.capture.views.delivery import delivery_view  # loads the service's part of anymail

    urlpatterns.append(path("in/", delivery_view(settings.MAIL_IN.service), name="delivery"))
