from django.urls import path

from apps.prompts.views import own, packs, preferences, prompts

app_name = "prompts"
urlpatterns = [
    path("", packs.pack_list, name="pack_list"),
    path("light/", preferences.light_only, name="light_only"),
    path("favourites/", preferences.favourite_list, name="favourite_list"),
    path("aside/", preferences.aside_list, name="aside_list"),
    path("packs/new/", own.pack_create, name="pack_create"),
    path("packs/import/", own.pack_import, name="pack_import"),
    path("packs/<uuid:pk>/", packs.pack_detail, name="pack_detail"),
    path("packs/<uuid:pk>/file/", packs.pack_file, name="pack_file"),
    path("packs/<uuid:pk>/setting/", preferences.pack_setting, name="pack_setting"),
    path("packs/<uuid:pk>/edit/", own.pack_edit, name="pack_edit"),
    path("packs/<uuid:pk>/delete/", own.pack_delete, name="pack_delete"),
    path("packs/<uuid:pk>/new/", own.prompt_create, name="prompt_create"),
    path("<uuid:pk>/", prompts.prompt_detail, name="prompt_detail"),
    path("<uuid:pk>/edit/", own.prompt_edit, name="prompt_edit"),
    path("<uuid:pk>/delete/", own.prompt_delete, name="prompt_delete"),
    path("<uuid:pk>/favourite/", preferences.prompt_favourite, name="prompt_favourite"),
    path("<uuid:pk>/aside/", preferences.prompt_aside, name="prompt_aside"),
    path("<uuid:pk>/rest/", preferences.prompt_rest, name="prompt_rest"),
]
