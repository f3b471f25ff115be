from django.urls import path, register_converter

from apps.journal.converters import DayInAddress, MonthInAddress, YearInAddress
from apps.journal.views import (
    calendar,
    choosing,
    entries,
    entry_templates,
    looking_back,
    notebooks,
    revisions,
    search,
    tags,
    trash,
    undoing,
    writing,
)

register_converter(DayInAddress, "day")
register_converter(MonthInAddress, "month")
register_converter(YearInAddress, "year")

app_name = "journal"
urlpatterns = [
    path("", entries.entry_list, name="entry_list"),
    path("new/", writing.entry_create, name="entry_create"),
    path("preview/", writing.entry_preview, name="entry_preview"),
    path("token/", writing.writer_token, name="writer_token"),
    path("trash/", trash.trash_list, name="trash_list"),
    path("trash/empty/", trash.trash_empty, name="trash_empty"),
    path("calendar/", calendar.calendar, name="calendar"),
    path("calendar/<month:month>/", calendar.calendar_month, name="calendar_month"),
    path("year/<year:year>/", calendar.calendar_year, name="calendar_year"),
    path("on/<day:day>/", calendar.day_detail, name="day_detail"),
    path("on-this-day/", looking_back.on_this_day_list, name="on_this_day_list"),
    path("choose/", choosing.entry_choose, name="entry_choose"),
    path("tags/", tags.tag_list, name="tag_list"),
    path("tags/<uuid:pk>/", tags.tag_detail, name="tag_detail"),
    path("tags/<uuid:pk>/rename/", tags.tag_rename, name="tag_rename"),
    path("tags/<uuid:pk>/merge/", tags.tag_merge, name="tag_merge"),
    path("tags/<uuid:pk>/delete/", tags.tag_delete, name="tag_delete"),
    path("notebooks/", notebooks.notebook_list, name="notebook_list"),
    path("notebooks/<uuid:pk>/", notebooks.notebook_detail, name="notebook_detail"),
    path("notebooks/<uuid:pk>/rename/", notebooks.notebook_rename, name="notebook_rename"),
    path("notebooks/<uuid:pk>/delete/", notebooks.notebook_delete, name="notebook_delete"),
    path("search/", search.search, name="search"),
    path("searches/new/", search.saved_search_create, name="saved_search_create"),
    path("searches/<uuid:pk>/", search.saved_search, name="saved_search"),
    path("searches/<uuid:pk>/edit/", search.saved_search_edit, name="saved_search_edit"),
    path("searches/<uuid:pk>/delete/", search.saved_search_delete, name="saved_search_delete"),
    path("templates/", entry_templates.template_list, name="template_list"),
    path("templates/new/", entry_templates.template_create, name="template_create"),
    path("templates/<uuid:pk>/edit/", entry_templates.template_edit, name="template_edit"),
    path("templates/<uuid:pk>/delete/", entry_templates.template_delete, name="template_delete"),
    path("undo/<uuid:pk>/", undoing.undo, name="undo"),
    path("<uuid:pk>/", entries.entry_detail, name="entry_detail"),
    path("<uuid:pk>/edit/", writing.entry_edit, name="entry_edit"),
    path("<uuid:pk>/save/", writing.entry_save, name="entry_save"),
    path("<uuid:pk>/settle/", writing.entry_settle, name="entry_settle"),
    path("<uuid:pk>/set-aside/", writing.entry_set_aside, name="entry_set_aside"),
    path("<uuid:pk>/star/", entries.entry_star, name="entry_star"),
    path("<uuid:pk>/sort/", tags.entry_sort, name="entry_sort"),
    path("<uuid:pk>/comes-back/", looking_back.entry_comes_back, name="entry_comes_back"),
    path("<uuid:pk>/delete/", entries.entry_delete, name="entry_delete"),
    path("<uuid:pk>/take-back/", trash.entry_take_back, name="entry_take_back"),
    path("<uuid:pk>/erase/", trash.entry_erase, name="entry_erase"),
    path("<uuid:pk>/revisions/", revisions.revision_list, name="revision_list"),
    path(
        "<uuid:pk>/revisions/<uuid:revision_pk>/",
        revisions.revision_detail,
        name="revision_detail",
    ),
    path(
        "<uuid:pk>/revisions/<uuid:revision_pk>/restore/",
        revisions.revision_restore,
        name="revision_restore",
    ),
]
