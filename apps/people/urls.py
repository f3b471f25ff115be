from django.urls import path

from apps.people.views import (
    cards,
    circles,
    concerns,
    contacts,
    dates,
    merging,
    people,
    rhythm,
)

app_name = "people"
urlpatterns = [
    path("", people.person_list, name="person_list"),
    path("new/", people.person_create, name="person_create"),
    path("<uuid:pk>/", people.person_detail, name="person_detail"),
    path("<uuid:pk>/edit/", people.person_edit, name="person_edit"),
    path("<uuid:pk>/delete/", people.person_delete, name="person_delete"),
    path("<uuid:pk>/heard/", rhythm.person_heard, name="person_heard"),
    path("<uuid:pk>/snooze/", rhythm.person_snooze, name="person_snooze"),
    path("<uuid:pk>/merge/", merging.person_merge, name="person_merge"),
    path("merges/<uuid:pk>/undo/", merging.merge_undo, name="merge_undo"),
    path("<uuid:pk>/concerns/new/", concerns.concern_create, name="concern_create"),
    path("concerns/<uuid:pk>/edit/", concerns.concern_edit, name="concern_edit"),
    path("concerns/<uuid:pk>/delete/", concerns.concern_delete, name="concern_delete"),
    path("<uuid:pk>/contacts/", contacts.contact_list, name="contact_list"),
    path("<uuid:pk>/contacts/new/", contacts.contact_create, name="contact_create"),
    path("contacts/<uuid:pk>/edit/", contacts.contact_edit, name="contact_edit"),
    path("contacts/<uuid:pk>/delete/", contacts.contact_delete, name="contact_delete"),
    path("<uuid:pk>/dates/new/", dates.date_create, name="date_create"),
    path("dates/<uuid:pk>/edit/", dates.date_edit, name="date_edit"),
    path("dates/<uuid:pk>/delete/", dates.date_delete, name="date_delete"),
    path("circles/", circles.circle_list, name="circle_list"),
    path("circles/new/", circles.circle_create, name="circle_create"),
    path("circles/<uuid:pk>/edit/", circles.circle_edit, name="circle_edit"),
    path("circles/<uuid:pk>/delete/", circles.circle_delete, name="circle_delete"),
    path("import/", cards.import_create, name="import_create"),
    path("import/<uuid:pk>/", cards.import_detail, name="import_detail"),
]
