from django.urls import path

from apps.transfer.views import checks, exports

app_name = "transfer"
urlpatterns = [
    path("", exports.export_list, name="export_list"),
    path("<uuid:pk>/", exports.export_detail, name="export_detail"),
    path("<uuid:pk>/stop/", exports.export_stop, name="export_stop"),
    path("<uuid:pk>/file/", exports.export_file, name="export_file"),
    path("<uuid:pk>/delete/", exports.export_delete, name="export_delete"),
    path("check/", checks.check_list, name="check_list"),
    path("check/<uuid:pk>/", checks.check_detail, name="check_detail"),
    path("check/<uuid:pk>/stop/", checks.check_stop, name="check_stop"),
]
