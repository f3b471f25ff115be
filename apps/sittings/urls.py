"""Guided sittings, below /sittings/."""

from django.urls import path

from apps.sittings.views import beginning, ending, own, sittings, steps

app_name = "sittings"
urlpatterns = [
    path("", sittings.sitting_list, name="sitting_list"),
    path("past/", sittings.sitting_past, name="sitting_past"),
    path("stuck/", beginning.stuck, name="stuck"),
    path("begin/<slug:key>/", beginning.sitting_begin, name="sitting_begin"),
    path("begin/<slug:key>/copy/", own.own_copy, name="own_copy"),
    path("own/new/", own.own_create, name="own_create"),
    path("own/<uuid:pk>/", own.own_edit, name="own_edit"),
    path("own/<uuid:pk>/delete/", own.own_delete, name="own_delete"),
    path("own/<uuid:pk>/steps/new/", own.own_step_create, name="own_step_create"),
    path("own/<uuid:pk>/steps/<uuid:step_pk>/", own.own_step_edit, name="own_step_edit"),
    path("own/<uuid:pk>/steps/<uuid:step_pk>/delete/", own.own_step_delete, name="own_step_delete"),
    path("own/<uuid:pk>/steps/<uuid:step_pk>/move/", own.own_step_move, name="own_step_move"),
    path("<uuid:pk>/", sittings.sitting_detail, name="sitting_detail"),
    path("<uuid:pk>/at/<str:place>/", steps.step_edit, name="step_edit"),
    path("<uuid:pk>/end/", ending.sitting_end, name="sitting_end"),
    path("<uuid:pk>/let-go/", ending.sitting_let_go, name="sitting_let_go"),
    path("<uuid:pk>/take-up/", ending.sitting_take_up, name="sitting_take_up"),
    path("<uuid:pk>/delete/", ending.sitting_delete, name="sitting_delete"),
    path("<uuid:pk>/answers.json", sittings.sitting_export, name="sitting_export"),
]
