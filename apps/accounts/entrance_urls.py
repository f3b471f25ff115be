"""allauth's pages under /accounts/, two of them behind a door of ours; the names are allauth's."""

from django.urls import include, path

from apps.accounts.views import factors

urlpatterns = [
    path("password/set/", factors.account_set_password, name="account_set_password"),
    path(
        "2fa/webauthn/keys/<int:pk>/remove/",
        factors.mfa_remove_webauthn,
        name="mfa_remove_webauthn",
    ),
    path("", include("allauth.urls")),
]
