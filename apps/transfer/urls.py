from django.urls import path

from apps.transfer.views import checks, exports, imports

app_name = "transfer"
urlpatterns = [
    path("export/", exports.export_list, name="export_list"),
    path("export/<uuid:pk>/", exports.export_detail, name="export_detail"),
    path("export/<uuid:pk>/stop/", exports.export_stop, name="export_stop"),
    path("export/<uuid:pk>/file/", exports.export_file, name="export_file"),
    path("export/<uuid:pk>/delete/", exports.export_delete, name="export_delete"),
    path("export/check/", checks.check_list, name="check_list"),
    path("export/check/<uuid:pk>/", checks.check_detail, name="check_detail"),
    path("export/check/<uuid:pk>/stop/", checks.check_stop, name="check_stop"),
    path("import/", imports.import_list, name="import_list"),
    path("import/<uuid:pk>/", imports.import_detail, name="import_detail"),
    path("import/<uuid:pk>/read/", imports.import_read, name="import_read"),
    path("import/<uuid:pk>/apply/", imports.import_apply, name="import_apply"),
    path("import/<uuid:pk>/undo/", imports.import_undo, name="import_undo"),
    path("import/<uuid:pk>/stop/", imports.import_stop, name="import_stop"),
    path("import/<uuid:pk>/delete/", imports.import_delete, name="import_delete"),
]
