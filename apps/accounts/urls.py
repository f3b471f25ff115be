from django.urls import path

from apps.accounts.views import activity, devices, leaving, mailbox, settings

app_name = "accounts"
urlpatterns = [
    path("", settings.settings, name="settings"),
    path("welcome/", settings.welcome, name="welcome"),
    path("devices/", devices.device_list, name="device_list"),
    path("devices/end-others/", devices.device_end_others, name="device_end_others"),
    path("devices/<uuid:pk>/end/", devices.device_end, name="device_end"),
    path("activity/", activity.activity, name="activity"),
    path("delete/", leaving.account_delete, name="account_delete"),
    path("keep/", leaving.account_keep, name="account_keep"),
    path("mailbox/", mailbox.mailbox, name="mailbox"),
]
