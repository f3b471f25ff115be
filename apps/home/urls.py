from django.urls import path

from apps.home import health, installing, question_views, views

app_name = "home"
urlpatterns = [
    path("", views.landing, name="landing"),
    path("go/", views.palette, name="palette"),
    path("today/", views.today, name="today"),
    path("today/question/", question_views.question, name="question"),
    path("today/question/write/", question_views.question_answer, name="question_answer"),
    path("today/question/another/", question_views.question_swap, name="question_swap"),
    path("today/question/aside/", question_views.question_settle, name="question_settle"),
    path("offline/", installing.offline, name="offline"),
    path("manifest.webmanifest", installing.manifest, name="manifest"),
    path("service-worker.js", installing.service_worker, name="service_worker"),
    path("health/live", health.health_live, name="health_live"),
    path("health/ready", health.health_ready, name="health_ready"),
]
