from django.urls import path

from apps.promises.views import feed

urlpatterns = [path("<str:secret>.ics", feed.calendar_feed, name="calendar_feed")]
