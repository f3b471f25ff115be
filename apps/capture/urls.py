from django.urls import path

from apps.capture.views import mail_in, tokens

app_name = "capture"
urlpatterns = [
    path("tokens/", tokens.token_list, name="token_list"),
    path("tokens/new/", tokens.token_create, name="token_create"),
    path("tokens/<uuid:pk>/revoke/", tokens.token_revoke, name="token_revoke"),
    path("by-mail/", mail_in.mail_in, name="mail_in"),
    path("by-mail/make/", mail_in.mail_in_make, name="mail_in_make"),
    path("by-mail/turn-off/", mail_in.mail_in_turn_off, name="mail_in_turn_off"),
]
