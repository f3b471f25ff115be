"""The addresses below /api/v1/."""

from django.urls import URLPattern, path, re_path

from apps.capture.api import views

app_name = "api"
urlpatterns = [path("openapi.json", views.document_detail, name="document_detail")]
for pattern in views.api.urls[0]:
    # ninja's root is there for its own pages, which are not shown (a script from elsewhere).
    if isinstance(pattern, URLPattern) and pattern.name != "api-root":
        pattern.callback = views.operation_view(pattern.callback)
        urlpatterns.append(pattern)
urlpatterns.append(re_path(r"^(?P<rest>.*)$", views.nothing, name="nothing"))
