from django.urls import path

from apps.home import health, installing, views

app_name = "home"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("go/", views.palette, name="palette"),
    path("today/", views.today, name="today"),
    path("offline/", installing.offline, name="offline"),
    path("manifest.webmanifest", installing.manifest, name="manifest"),
    path("service-worker.js", installing.service_worker, name="service_worker"),
    path("health/live", health.health_live, name="health_live"),
    path("health/ready", health.health_ready, name="health_ready"),
]
