"""The owner's pages of links; they stand among the addresses of promises."""

from django.urls import path

from apps.promises.views import invitations

urlpatterns = [
    path("<uuid:pk>/links/", invitations.invitation_list, name="invitation_list"),
    path("<uuid:pk>/links/seen/", invitations.invitation_preview, name="invitation_preview"),
    path(
        "<uuid:pk>/links/<uuid:invitation_pk>/revoke/",
        invitations.invitation_revoke,
        name="invitation_revoke",
    ),
]
