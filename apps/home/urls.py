from django.urls import path

from apps.home import health, views

app_name = "home"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("go/", views.palette, name="palette"),
    path("today/", views.today, name="today"),
    path("health/live", health.health_live, name="health_live"),
    path("health/ready", health.health_ready, name="health_ready"),
]
