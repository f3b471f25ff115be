from django.urls import path

from apps.cares.views import cares, changing

app_name = "cares"
urlpatterns = [
    path("", cares.care_list, name="care_list"),
    path("touched/", cares.care_touched, name="care_touched"),
    path("new/", cares.care_create, name="care_create"),
    path("<uuid:pk>/", cares.care_detail, name="care_detail"),
    path("<uuid:pk>/edit/", cares.care_edit, name="care_edit"),
    path("<uuid:pk>/fix/", cares.care_fix, name="care_fix"),
    path("<uuid:pk>/hold/", cares.care_hold, name="care_hold"),
    path("<uuid:pk>/rest/", changing.care_rest, name="care_rest"),
    path("<uuid:pk>/rename/", changing.care_rename, name="care_rename"),
    path("<uuid:pk>/split/", changing.care_split, name="care_split"),
    path("<uuid:pk>/merge/", changing.care_merge, name="care_merge"),
    path("<uuid:pk>/delete/", cares.care_delete, name="care_delete"),
    path("<uuid:pk>/take-back/", cares.care_take_back, name="care_take_back"),
]
