"""One line an app. The health paths and Today live with home; accounts wraps allauth."""

from django.conf import settings
from django.urls import include, path

urlpatterns = [
    path("", include("apps.home.urls")),
    path("journal/", include("apps.journal.urls")),
    path("people/", include("apps.people.urls")),
    path("cares/", include("apps.cares.urls")),
    path("prompts/", include("apps.prompts.urls")),
    path("cares/", include("apps.cares.values_urls")),
    path("promises/", include("apps.promises.urls")),
    path("sittings/", include("apps.sittings.urls")),
    path("calendar/", include("apps.promises.feed_urls")),
    path("p/", include("apps.promises.recipient_urls")),
    path("settings/", include("apps.capture.urls")),
    path("settings/", include("apps.accounts.urls")),
    path(settings.API_V1.removeprefix("/"), include("apps.capture.api.urls")),
    path("mail/", include("apps.capture.mail_urls")),
    path("", include("apps.transfer.urls")),
    path("share/", include("apps.capture.share_urls")),
    path("accounts/", include("apps.accounts.entrance_urls")),
]

handler400 = "apps.core.http.not_understood"
handler429 = "apps.accounts.views.limits.too_many"
