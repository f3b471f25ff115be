"""Where a device brings what somebody shares with Throughline (home.installing.manifest)."""

from django.urls import path

from apps.capture.views import sharing

app_name = "share"
urlpatterns = [path("", sharing.share, name="share")]
