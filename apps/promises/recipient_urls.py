from django.urls import path

from apps.promises.views import recipient

app_name = "promise_links"
urlpatterns = [
    path("<uuid:pk>/", recipient.promise_answer, name="promise_answer"),
    path("<uuid:pk>/letters/", recipient.letters_refuse, name="letters_refuse"),
    path("<uuid:pk>/words/", recipient.words_erase, name="words_erase"),
    path("bye/<slug:what>/", recipient.farewell, name="farewell"),
    path("<str:signed>/letters/", recipient.link_never, name="link_never"),
    path("<str:signed>/", recipient.link_open, name="link_open"),
]
