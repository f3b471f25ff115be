"""Addresses of what the register adds up to, of weeks, and of the map; included by `urls`."""

from datetime import date

from django.urls import path, register_converter

from apps.promises.views import figures, maps, weeks


class MondayInAddress:
    """`2026-11-23`; a day that is no Monday is no address."""

    regex = "[12][0-9]{3}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        """The day. Raises ValueError for a Tuesday, and for 30 February."""
        day = date.fromisoformat(value)
        if day.weekday():
            raise ValueError("no Monday")
        return day

    def to_url(self, value: date) -> str:
        """As in ISO 8601."""
        return value.isoformat()


register_converter(MondayInAddress, "monday")

urlpatterns = [
    path("figures/", figures.figure_list, name="figure_list"),
    path("figures/dwelling/", figures.figure_dwell, name="figure_dwell"),
    path("weeks/", weeks.week_now, name="week_now"),
    path("weeks/<monday:monday>/", weeks.week_detail, name="week_detail"),
    path("weeks/<monday:monday>/<uuid:pk>/reason/", weeks.week_reason, name="week_reason"),
    path("<uuid:pk>/map/", maps.map_detail, name="map_detail"),
]
