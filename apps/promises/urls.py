from django.urls import path, register_converter

from apps.promises.converters import MondayInAddress, MoveInAddress
from apps.promises.views import (
    calendar,
    caring,
    desk,
    feed,
    figures,
    invitations,
    looking_back,
    maps,
    moves,
    promises,
    together,
    weeks,
)

register_converter(MoveInAddress, "move")
register_converter(MondayInAddress, "monday")

app_name = "promises"
urlpatterns = [
    path("", promises.promise_list, name="promise_list"),
    path("new/", promises.promise_begin, name="promise_begin"),
    path("new/<slug:how>/", promises.promise_create, name="promise_create"),
    path("calendar/", calendar.promise_calendar, name="promise_calendar"),
    path("calendar/feed/", feed.feed_edit, name="feed_edit"),
    path("desk/", desk.desk, name="desk"),
    path("figures/", figures.figure_list, name="figure_list"),
    path("figures/dwelling/", figures.figure_dwell, name="figure_dwell"),
    path("cares/<uuid:pk>/", caring.care_promises, name="care_promises"),
    path("cares/<uuid:pk>/choose/", caring.care_choose, name="care_choose"),
    path("weeks/", weeks.week_now, name="week_now"),
    path("weeks/<monday:monday>/", weeks.week_detail, name="week_detail"),
    path("weeks/<monday:monday>/<uuid:pk>/reason/", weeks.week_reason, name="week_reason"),
    path("<uuid:pk>/", promises.promise_detail, name="promise_detail"),
    path("<uuid:pk>/edit/", promises.promise_edit, name="promise_edit"),
    path("<uuid:pk>/concern/", promises.promise_concern, name="promise_concern"),
    path("<uuid:pk>/cares/", caring.promise_cares, name="promise_cares"),
    path("<uuid:pk>/hide/", promises.promise_hide, name="promise_hide"),
    path("<uuid:pk>/own-view/", looking_back.own_view_create, name="own_view_create"),
    path("<uuid:pk>/repair/", looking_back.repair_create, name="repair_create"),
    path("<uuid:pk>/links/", invitations.invitation_list, name="invitation_list"),
    path("<uuid:pk>/links/seen/", invitations.invitation_preview, name="invitation_preview"),
    path(
        "<uuid:pk>/links/<uuid:invitation_pk>/revoke/",
        invitations.invitation_revoke,
        name="invitation_revoke",
    ),
    path("<uuid:pk>/map/", maps.map_detail, name="map_detail"),
    path("<uuid:pk>/together/", together.link_create, name="link_create"),
    path("<uuid:pk>/together/<uuid:link>/", together.link_delete, name="link_delete"),
    path("<uuid:pk>/<move:move>/", moves.promise_move, name="promise_move"),
    path("<uuid:pk>/they/<move:move>/", moves.promise_report, name="promise_report"),
]
